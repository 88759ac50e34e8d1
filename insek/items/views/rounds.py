"""Rounds: who sees chosen items before the public does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insek import clock
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.forms import PeopleForm
from insek.people.models import User
from insek.people.requests import posted
from insek.people.views.shared import http_status, save
from insek.thread.models import Item, Round
from insek.thread.rounds import change_round, create_round
from insek.web.choices import offer_rows
from insek.web.context import concept_of, concept_or_404

ITEMS_NAMED = 20


class RoundForm(PeopleForm):
    """Name, last day and members of a round."""

    name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Zum Beispiel „Steuerungsgruppe“ oder „Fraktionen“"),
    )
    ends = forms.DateField(
        required=False,
        label=gettext_lazy("Letzter Tag"),
        help_text=gettext_lazy("Danach sehen die Mitglieder die Inhalte nicht mehr. Leer heißt: ohne Ende."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    members = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        required=False,
        label=gettext_lazy("Mitglieder"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, members: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(
            self,
            "members",
            User.objects.filter(Q(is_active=True) | Q(pk__in=[member.pk for member in members]))
            .order_by("last_name", "first_name", "username")
            .distinct(),
        )

    def values(self) -> dict[str, Any]:
        """What the services take; the members as a list that can be compared."""
        return {**super().values(), "members": list(self.cleaned_data["members"])}


@login_required
@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """All rounds with the number of members and items. Costs 3 queries."""
    require(actor_of(request), "thread.release_item")
    today = clock.today()
    rounds = Round.objects.filter(concept=concept_of(request)).annotate(
        member_count=Count("members", distinct=True), item_count=Count("items", distinct=True)
    )
    context = {
        "rounds": [
            {"round": entry, "is_over": entry.ends is not None and entry.ends < today} for entry in rounds
        ],
        "create_url": reverse("round-create"),
        "page_title": _("Runden"),
        "page_lead": _(
            "Eine Runde ist ein benannter Kreis, der ausgewählte Inhalte sieht, bevor sie öffentlich sind."
        ),
        **_frame(),
    }
    return render(request, "items/round_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def round_create(request: HttpRequest) -> HttpResponse:
    """The form for a new round."""
    actor = actor_of(request)
    require(actor, "thread.release_item")
    concept = concept_or_404(request)
    form = RoundForm(posted(request), members=[])
    if request.method == "POST" and form.is_valid():
        made, _nothing = save(form, lambda: create_round(concept=concept, **form.values(), actor=actor))
        if made is not None:
            messages.success(request, _("Die Runde „%(name)s“ ist angelegt.") % {"name": made})
            return redirect("round", made.pk)
    context = {
        "form": form,
        "submit_label": _("Anlegen"),
        "cancel_url": reverse("round-list"),
        "page_title": _("Runde anlegen"),
        **_frame((_("Runde anlegen"), "")),
    }
    return render(request, "items/round_form.html", context, status=http_status(form, []))


@login_required
@require_http_methods(["GET", "POST"])
def round_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Members and last day of a round, and what it sees."""
    actor = actor_of(request)
    require(actor, "thread.release_item")
    entry = get_object_or_404(Round, pk=pk, concept=concept_of(request))
    members = list(entry.members.all())
    initial = {"name": entry.name, "ends": entry.ends, "members": members, "version": entry.version}
    form = RoundForm(posted(request), initial=initial, members=members)
    title = entry.name
    conflict: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        changed, conflict = save(
            form,
            lambda: change_round(entry, expected_version=form.expected_version, **form.values(), actor=actor),
        )
        if changed is not None:
            messages.success(request, _("Die Runde „%(name)s“ ist gespeichert.") % {"name": changed})
            return redirect("round-list")
    items = Item.objects.visible_to(actor).filter(round=entry)
    context = {
        "form": form,
        "conflict": conflict,
        "items": list(items[:ITEMS_NAMED]),
        "round": entry,
        "submit_label": _("Speichern"),
        "cancel_url": reverse("round-list"),
        "page_title": title,
        **_frame((title, "")),
    }
    return render(request, "items/round_form.html", context, status=http_status(form, conflict))


def _frame(*steps: tuple[str, str]) -> dict[str, Any]:
    return {
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Runden"), reverse("round-list")), *steps),
        "noindex": True,
    }
