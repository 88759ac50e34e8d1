"""The rubric of the appraisals: shown to everybody, set by those who set up the concept, with its history."""

from __future__ import annotations

from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from insek.concept.models import Concept
from insek.items.forms import CleanText
from insek.items.views.items import item_breadcrumb
from insek.people.actors import actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.thread.models import Item
from insek.web.context import concept_or_404
from insek.web.number_fields import WholeNumberField

from .appraising import computed_appraisal
from .overview_views import overview_page
from .pages import PAGES
from .rubric import BINDINGS
from .rubric_values import GROUPS, RIGHT, Rubric, changes_of, numbers, rubric_of, set_rubric

CHANGES = 20
"""Changes that the page shows."""


@require_safe
def overview_rubric(request: HttpRequest) -> HttpResponse:
    """By what plans are appraised: each number with the usual one, where that comes from, and why another is set."""
    concept, actor = concept_or_404(request), actor_of(request)
    rubric = rubric_of(concept.pk)
    return overview_page(
        request, "plan-overview-rubric", _("Wonach bewertet wird"),
        _("Die Zahlen ordnen; sie messen nicht. Was entschieden ist, entscheiden Menschen."),
        groups=_groups(rubric), own=len(rubric.own), rubric={"currency": rubric.currency, "substance": rubric.substance, "bindings": list(BINDINGS.values())},
        change_url=reverse("plan-rubric-change") if rules.test_rule(RIGHT, actor) else "",
        changes=[_change(one) for one in changes_of(concept)[:CHANGES]] if actor.sees_internal else [],
    )  # fmt: skip


def _groups(rubric: Rubric) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "text": text,
            "rows": [
                {"number": one, "value": rubric[key], "own": rubric.own.get(key)}
                for key, one in numbers().items()
                if one.group == group
            ],
        }
        for group, title, text in GROUPS
    ]


def _change(change: Any) -> dict[str, Any]:
    said = change.differences
    before, after = said.get("value", [None, None])
    return {
        "change": change,
        "subject": said.get("subject", [None, ""])[1],
        "before": before,
        "after": after,
        "reason": (said.get("reason") or [None, ""])[1],
    }


class RubricForm(CleanText, forms.Form):
    """All numbers of the rubric with one reason for what changes."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    reason = forms.CharField(
        label=gettext_lazy("Warum wird geändert?"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Ein Satz; er steht öffentlich beim Maßstab. Wer nur zum Üblichen zurückkehrt, muss nichts schreiben."),
    )  # fmt: skip

    def __init__(self, *args: Any, rubric: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        self.fields["stamp"].initial = rubric.stamp
        for key, one in numbers().items():
            self.fields[key] = WholeNumberField(
                label=one.label, min_value=one.low, max_value=one.high, initial=rubric[key],
                help_text=_("Üblich: %(value)s (%(source)s)") % {"value": one.usual, "source": one.source},
                widget=forms.TextInput(attrs={"class": "short"}),
            )  # fmt: skip

    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups, for the template."""
        made = [
            {"heading": title, "fields": [self[key] for key, one in numbers().items() if one.group == group]}
            for group, title, _text in GROUPS
        ]
        return [*made, {"heading": _("Begründung"), "fields": [self["reason"]]}]


@login_required
@require_http_methods(["GET", "POST"])
def change_rubric(request: HttpRequest) -> HttpResponse:
    """Set numbers otherwise, or all back to the usual ones; says how many computed appraisals change by that."""
    concept, actor = concept_or_404(request), actor_of(request)
    require(actor, RIGHT)
    rubric = rubric_of(concept.pk)
    form = RubricForm(posted(request), rubric=rubric)
    status = 200
    if request.method == "POST":
        is_reset = "zuruecksetzen" in request.POST
        usual = {key: one.usual for key, one in numbers().items()}
        if is_reset or form.is_valid():
            sent = usual if is_reset else {key: form.cleaned_data[key] for key in numbers()}
            reason = "" if is_reset else form.cleaned_data["reason"]
            stamp = request.POST.get("stamp", "") if is_reset else form.cleaned_data["stamp"]
            try:
                changed = set_rubric(concept, values=sent, reason=reason, stamp=stamp, actor=actor)
            except Conflict:
                status = 409
                form.add_error(None, _("Inzwischen hat jemand anderes den Maßstab geändert. Bitte laden Sie die Seite neu; nichts ist gespeichert."))  # fmt: skip
            except ValidationError as error:
                for name, words in error.message_dict.items():
                    form.add_error(name, words)
            else:
                messages.success(
                    request,
                    _said(concept, rubric) if changed else _("Nichts war anders; der Maßstab bleibt."),
                )
                return redirect("plan-overview-rubric")
        status = status if status == 409 else 400
    title = _("Maßstab ändern")
    context = {
        "form": form,
        "page_title": title,
        "page_lead": _(
            "Eine Änderung rechnet alle Vorschläge neu. Entschiedene Bewertungen bleiben, wie sie sind."
        ),
        "submit_label": _("Maßstab speichern"),
        "cancel_url": reverse("plan-overview-rubric"),
        "has_own": bool(rubric.own),
        "active_nav": "plan-overview",
        "breadcrumb": item_breadcrumb(
            request, PAGES, (_("Gesamtschau"), reverse("plan-overview")), (title, "")
        ),
        "noindex": True,
    }
    return render(request, "plans/rubric_change.html", context, status=status)


def _said(concept: Concept, before: Rubric) -> str:
    """How many computed appraisals are others now. Some queries for each plan."""
    now = rubric_of(concept.pk)
    items = list(Item.objects.filter(concept=concept, kind="plan").select_related("plan", "concept"))

    def computed(item: Item, rubric: Rubric) -> tuple[Any, ...]:
        made = computed_appraisal(item, rubric)
        return made.currency.value, made.currency.word, made.substance.value, made.substance.word

    others = sum(computed(item, before) != computed(item, now) for item in items)
    told = ngettext(
        "Der Maßstab ist geändert. Bei %(n)s von %(all)s Planwerken ergibt sich daraus eine andere berechnete Bewertung.",
        "Der Maßstab ist geändert. Bei %(n)s von %(all)s Planwerken ergibt sich daraus eine andere berechnete Bewertung.",
        others,
    ) % {"n": others, "all": len(items)}  # fmt: skip
    return f"{told} {_('Entschiedene Bewertungen bleiben, wie sie sind.')}"
