"""Letting findings be suggested, and addresses of findings that people may have kept."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from insek.people.actors import actor_of, require
from insek.thread.models import Item
from insek.web.context import concept_or_404

from .suggesting import look_for_findings

PARTS = {
    "": "finding-list",
    "neu": "finding-create",
    "tabelle.csv": "finding-table",
    "tabelle.xlsx": "finding-workbook",
}
"""The end of an address of 0.1 -> name of the address now."""


@login_required
@require_POST
def finding_look(request: HttpRequest) -> HttpResponse:
    """Let the program look for findings: in all there is, or in the values of one indicator."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "suggestions.run")
    about = None
    if sent := request.POST.get("zu", ""):
        about = Item.objects.visible_to(actor).filter(concept=concept, kind="indicator", pk=sent).first()
        if about is None:
            raise Http404
    look_for_findings(concept, about=about, asked_by=actor.user_id)
    messages.success(
        request, _("Die Suche ist angestoßen. Sie können diese Seite verlassen; sie geht weiter.")
    )
    return redirect("suggestion-runs")


@require_safe
def former_address(request: HttpRequest, part: str = "") -> HttpResponse:
    """The list of findings was at ``/feststellungen/``; its filters are those of today."""
    if part not in PARTS:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{reverse(PARTS[part])}{f'?{query}' if query else ''}")
