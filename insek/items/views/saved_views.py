"""Saved views: their list, their permanent addresses, saving, renaming and deleting."""

from __future__ import annotations

from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insek.people.actors import Actor, actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.requests import posted
from insek.thread.kinds import all_kinds
from insek.web.context import asker_of, concept_of, concept_or_404, kind_names_of

from .. import saved_views as service
from ..models import SavedView
from ..pages import pages_of


class ViewForm(forms.ModelForm):
    """Name and audience of a view."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = SavedView
        fields = ["name", "shared"]
        labels = {"shared": gettext_lazy("Für alle mit Anmeldung")}
        help_texts = {
            "shared": gettext_lazy(
                "Alle, die sich anmelden können, sehen die Ansicht über der Liste. Sie zeigt niemandem mehr, als ihr oder ihm"
                " ohnehin offensteht."
            )
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        if not rules.test_rule("items.share_view", actor) and not self.instance.shared:
            del self.fields["shared"]

    def _post_clean(self) -> None:
        """The service validates; the form does not touch the row it shows."""


def _visible(request: HttpRequest, pk: int) -> SavedView:
    view = SavedView.objects.visible_to(actor_of(request)).filter(concept=concept_of(request), pk=pk).first()
    if view is None or view.kind not in {kind.name for kind in all_kinds()}:
        raise Http404
    return view


def _page(request: HttpRequest, title: str, *steps: tuple[str, str], **context: Any) -> dict[str, Any]:
    return {
        "page_title": title,
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb(*steps),
        "noindex": True,
        **context,
    }


@login_required
@require_safe
def view_list(request: HttpRequest) -> HttpResponse:
    """The own views and the shared ones, by list."""
    actor, names = actor_of(request), kind_names_of(request)
    known = {kind.name: kind for kind in all_kinds()}
    found = SavedView.objects.visible_to(actor).filter(concept=concept_of(request)).select_related("owner")
    entries = [
        {
            "view": view,
            "list": names(view.kind, plural=True),
            "list_url": reverse(known[view.kind].list_name),
            "own": view.owner_id == actor.user_id,
            "can_change": rules.test_rule("items.change_view", actor, view),
        }
        for view in sorted(found, key=lambda view: (known[view.kind].order if view.kind in known else 0, view.name))
        if view.kind in known
    ]  # fmt: skip
    context = _page(
        request,
        _("Gespeicherte Ansichten"),
        (_("Gespeicherte Ansichten"), ""),
        entries=entries,
        list_url=reverse(f"{max(known.values(), key=lambda spec: spec.order).name}-list"),
    )
    return render(request, "items/saved_view_list.html", context)


@login_required
@require_safe
def view_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The permanent address of a view: on to the list, with all that the list still understands."""
    view = _visible(request, pk)
    pages = pages_of(view.kind)
    query, gone = service.usable_query(asker_of(request), pages, view.query)
    if gone:
        messages.warning(
            request,
            _(
                "Die Ansicht „%(view)s“ ist nicht mehr ganz so möglich. Weggelassen, weil es das hier nicht mehr gibt: %(gone)s"
            )
            % {"view": view, "gone": "; ".join(gone)[:500]},
        )
    address = reverse(pages.spec.list_name)
    return redirect(f"{address}?{query}" if query else address)


@login_required
@require_POST
def view_create(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep the address of a list; afterwards the list is shown as it was."""
    concept = concept_or_404(request)
    pages = pages_of(kind)
    address = reverse(pages.spec.list_name)
    query = ""
    try:
        query = service.tidy_query(request.POST.get("anfrage", ""))
        view = service.save_view(
            concept=concept, kind=kind, name=request.POST.get("name", ""), query=query,
            shared=request.POST.get("shared") == "on", actor=actor_of(request),
        )  # fmt: skip
    except ValidationError as error:
        messages.error(
            request, _("Die Ansicht ist nicht gespeichert: %(why)s") % {"why": " ".join(_reasons(error))}
        )
    else:
        messages.success(
            request,
            _("Die Ansicht „%(view)s“ ist gespeichert. Ihre Adresse zum Weitergeben: %(address)s")
            % {"view": view, "address": request.build_absolute_uri(view.url)},
        )
    return redirect(f"{address}?{query}" if query else address)


def _reasons(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict") and "name" in error.error_dict:
        return [_("Bitte geben Sie ihr einen Namen von höchstens 120 Zeichen.")]
    return error.messages


@login_required
@require_http_methods(["GET", "POST"])
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view, or change who sees it."""
    view, actor = _visible(request, pk), actor_of(request)
    require(actor, "items.change_view", view)
    form = ViewForm(posted(request), instance=view, actor=actor)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                service.change_view(
                    view,
                    name=form.cleaned_data["name"],
                    shared=form.cleaned_data.get("shared", False),
                    expected_version=form.cleaned_data.get("version") or 0,
                    actor=actor,
                )
            except service.ViewChanged:
                form.add_error(
                    None, _("Inzwischen hat jemand diese Ansicht geändert. Bitte laden Sie die Seite neu.")
                )
                status = 409
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, _("Die Ansicht „%(view)s“ ist gespeichert.") % {"view": view})
                return redirect("saved-view-list")
    context = _page(
        request, _("Ansicht umbenennen"),
        (_("Gespeicherte Ansichten"), reverse("saved-view-list")), (_("Umbenennen"), ""),
        form=form, submit_label=_("Speichern"), cancel_url=reverse("saved-view-list"),
    )  # fmt: skip
    return render(request, "web/plain_form.html", context, status=status)


@login_required
@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a view; nothing of the list itself goes with it."""
    view = _visible(request, pk)
    service.delete_view(view, actor=actor_of(request))
    messages.success(request, _("Die Ansicht „%(view)s“ ist gelöscht.") % {"view": view})
    return redirect("saved-view-list")
