"""Runs: what can look for suggestions, what did, how long it took and what it found."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.people.actors import actor_of, require
from insek.thread.models import Item
from insek.web.context import concept_or_404

from ..models import SuggestionRun
from ..quality import qualities
from ..register import all_suggesters, suggester_named, suggestion_kind_named
from ..runs import ask_to_run
from .queue import page_context

LAST_RUNS = 20


@login_required
@require_http_methods(["GET", "POST"])
def suggestion_runs(request: HttpRequest) -> HttpResponse:
    """All that can propose, with a button that lets it look, and the last runs."""
    actor, concept = actor_of(request), concept_or_404(request)
    require(actor, "suggestions.see")
    if request.method == "POST":
        require(actor, "suggestions.run")
        suggester = suggester_named(request.POST.get("verfahren", ""))
        if suggester is None:
            raise Http404
        about = None
        if sent := request.POST.get("zu", ""):
            about = (
                Item.objects.visible_to(actor)
                .filter(concept=concept, pk=sent, kind=suggester.of_kind)
                .first()
            )
            if about is None:
                raise Http404
        ask_to_run(suggester, concept, actor=actor, about=about)
        messages.success(
            request, _("Die Suche ist angestoßen. Sie können diese Seite verlassen; sie geht weiter.")
        )
        return redirect("suggestion-runs")
    rows = SuggestionRun.objects.filter(concept=concept).select_related("asked_by", "about")
    runs: list[dict[str, Any]] = [
        {
            "run": run,
            "label": suggester.label if (suggester := suggester_named(run.suggester)) else run.suggester,
        }
        for run in rows[:LAST_RUNS]
        if run.about is None or actor.sees_internal
    ]
    is_working = any(entry["run"].is_working for entry in runs)
    if getattr(request, "htmx", False):
        if not is_working:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "suggestions/_runs.html", {"runs": runs, "is_working": True})
    decided = {(each.kind, each.suggester): each for each in qualities(concept)}
    entries: list[dict[str, Any]] = [
        {
            "suggester": each,
            "qualities": [
                {"label": suggestion_kind_named(name).plural, "words": decided[name, each.name].words}
                for name in each.kinds if (name, each.name) in decided
            ],
            "is_working": any(one["run"].is_working and one["run"].suggester == each.name for one in runs),
        }
        for each in all_suggesters()
    ]  # fmt: skip
    context = page_context(
        _("Nach Vorschlägen suchen"),
        entries=entries, runs=runs, is_working=is_working, may_run=rules.test_rule("suggestions.run", actor),
    )  # fmt: skip
    return render(request, "suggestions/runs.html", context)
