"""The page of the Gesamtschau on which statements of different plans about the same stand side by side."""

from __future__ import annotations

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from insek.people.actors import actor_of
from insek.places.queries import place_choices
from insek.suggestions.models import Suggestion
from insek.suggestions.queries import QueueChoice
from insek.web.context import asker_of, concept_or_404
from insek.web.display import date_words
from insek.web.paging import BadCursor, page_of_ids, pager

from .comparing import statements_not_compared
from .contradicting import CONTRADICTION, NAME
from .overview_views import overview_page
from .subjects import (
    AT_ONCE,
    comparison_of,
    confirmed_contradictions,
    confirmed_left_out,
    shared_subjects,
    subject_numbers,
)


@require_safe
def overview_subjects(request: HttpRequest) -> HttpResponse:
    """What different plans say of the same, and which contradictions somebody confirmed."""
    asker, actor, concept = asker_of(request), actor_of(request), concept_or_404(request)
    fields = [(field.key, str(field)) for field in asker.fields]
    places = place_choices(concept, actor)
    field, place = _chosen(request, "feld", fields), _chosen(request, "ort", places)
    comparison = comparison_of(asker)
    numbers = subject_numbers(asker, comparison, field, place) if comparison else []
    try:
        page = page_of_ids(numbers, cursor=request.GET.get("nach", ""), size=AT_ONCE)
    except BadCursor as error:
        raise Http404 from error
    kept = "".join(f"{name}={value}&" for name, value in (("feld", field), ("ort", place)) if value)
    inside = {}
    if actor.sees_internal:
        waiting = (
            Suggestion.objects.filter(concept=concept, kind=CONTRADICTION).visible_to(actor).waiting().count()
        )
        inside = {
            "suggester": NAME,
            "may_run": rules.test_rule("suggestions.run", actor),
            "waiting": waiting,
            "queue_url": f"{reverse('suggestion-queue')}{QueueChoice(kind=CONTRADICTION).query}",
            "not_compared": statements_not_compared(concept, comparison).count(),
        }
    return overview_page(
        request, "plan-overview-subjects", _("Was verschiedene Planwerke zum selben Thema sagen"),
        _("Das Programm stellt Kernaussagen zusammen, die von derselben Sache sprechen. Ein Widerspruch wird nur vermutet, wo Zahlen nicht zusammenpassen; gegensätzliche Worte vergleicht es nicht. Ob es einer ist, entscheiden Menschen."),
        subjects=shared_subjects(asker, comparison, page.rows) if comparison else [],
        confirmed=confirmed_contradictions(asker), confirmed_left_out=confirmed_left_out(asker),
        compared_on=date_words(comparison.made_at) if comparison else "",
        filters=[_select("feld", _("Handlungsfeld"), fields, field), _select("ort", _("Ort"), places, place)],
        reset_url=request.path if kept else "",
        result_label=ngettext("%(n)s gemeinsame Sache", "%(n)s gemeinsame Sachen", len(numbers)) % {"n": len(numbers)},
        inside=inside,
        **pager(page, lambda cursor: f"?{kept}nach={cursor}"),
    )  # fmt: skip


def _chosen(request: HttpRequest, name: str, choices: list[tuple[str, str]]) -> str:
    value = request.GET.get(name, "")
    if value and value not in dict(choices):
        raise Http404
    return value


def _select(name: str, label: str, choices: list[tuple[str, str]], value: str) -> dict[str, object]:
    options = [{"value": key, "label": words, "selected": key == value} for key, words in choices]
    return {"name": name, "label": label, "type": "select", "value": value, "options": options}
