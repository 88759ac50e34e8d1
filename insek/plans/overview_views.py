"""The pages of the Gesamtschau: each answers one question about all plans together, and leads to the others."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from insek.concept.models import Confidence
from insek.items.filtered import filtered
from insek.items.views.items import item_breadcrumb
from insek.people.actors import actor_of
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_fields, concept_or_404, kind_names_of
from insek.web.csv_tables import csv_answer
from insek.web.display import count_words, shown_item
from insek.web.paging import COUNT_LIMIT, bounded_count

from . import statement_counts
from .answers import by_district, by_field, by_theme, told_of
from .areas import perimeter_map, perimeters_of
from .overview import ROWS, SORTS, FieldSum, PlanRow, examples_of, rows_of, sums_of, with_told_fields
from .overview_words import examples_words, limits_words, timeline_words
from .pages import PAGES, bar
from .rubric import BINDINGS, scale_step
from .rubric_values import Rubric, rubric_of
from .statement_counts import plans_of
from .summary import summary_of
from .timeline import PlanInTime, drawn_in_time, in_force_of, plans_in_time

SHOWN_FILTERS = ("feld", "art", "stand", "bindung")
PARTS = (
    ("plan-overview", gettext_lazy("In Kürze")),
    ("plan-overview-plans", gettext_lazy("Was sie wert sind")),
    ("plan-overview-time", gettext_lazy("Zeit")),
    ("plan-overview-areas", gettext_lazy("Gebiete")),
    ("plan-overview-gaps", gettext_lazy("Lücken")),
    ("plan-overview-statements", gettext_lazy("Kernaussagen")),
    ("plan-overview-subjects", gettext_lazy("Vergleich")),
    ("plan-overview-rubric", gettext_lazy("Maßstab")),
)
"""The pages in their order, by the names of their addresses."""


def overview_page(request: HttpRequest, part: str, title: str, lead: str, **context: Any) -> HttpResponse:
    """One page of the Gesamtschau, with the way to the others."""
    steps = [(_("Gesamtschau"), "" if part == "plan-overview" else reverse("plan-overview"))]
    if part != "plan-overview":
        steps.append((str(dict(PARTS)[part]), ""))
    shown = {
        "page_title": title,
        "page_lead": lead,
        "active_nav": "plan-overview",
        "breadcrumb": item_breadcrumb(request, PAGES, *steps),
        "parts": [{"label": label, "url": reverse(name), "is_here": name == part} for name, label in PARTS],
        **context,
    }
    return render(request, f"plans/{part.removeprefix('plan-').replace('-', '_')}.html", shown)


def _plans(request: HttpRequest) -> list[PlanInTime]:
    """All plans that this person may see, by year. Two queries."""
    actor = actor_of(request)
    return plans_in_time(plans_of(concept_or_404(request), actor), actor)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What the plans say together, in sentences, and what each field of action can rest on."""
    actor, concept = actor_of(request), concept_or_404(request)
    seen = Item.objects.visible_to(actor).filter(concept=concept, kind="plan")
    fields = concept_fields(request)
    rows = with_told_fields(rows_of(seen, limit=None), concept, fields, actor)
    plans = plans_in_time([row.item for row in rows], actor)
    sums = sums_of(rows, fields, in_force_of(plans))
    themes = by_theme(concept, asker_of(request).themes, plans, actor)
    return overview_page(
        request, "plan-overview", _("Gesamtschau der Planwerke"),
        _("Was schon gilt, wie aktuell und aussagekräftig es ist, wen es bindet und welche Felder es anspricht."),
        sums=sums if rows else [], summary=summary_of(plans, themes, told_of(plans, actor), sums), has_plans=bool(rows),
        examples=examples_words(rows),
    )  # fmt: skip


class OverviewMatrix(NamedTuple):
    """The lines of the matrix and what is said below and above it: words, no rows of the database."""

    lines: list[dict[str, Any]]
    sums: list[FieldSum]
    found: int
    """Of all plans the filters leave, also beyond the lines."""
    examples: str
    marks_examples: bool


def _matrix(request: HttpRequest, items: ItemQuerySet, sort: str, *, is_filtered: bool) -> OverviewMatrix:
    actor, concept, fields = actor_of(request), concept_or_404(request), concept_fields(request)
    rows = with_told_fields(rows_of(items, sort=sort), concept, fields, actor)
    count = bounded_count(items)
    every = rows if count <= ROWS else with_told_fields(rows_of(items, limit=None), concept, fields, actor)
    # what took the place of a plan may be left out by the filters
    plans = _plans(request) if is_filtered else plans_in_time([row.item for row in every], actor)
    sums, names, rubric = (
        sums_of(every, fields, in_force_of(plans)),
        kind_names_of(request),
        rubric_of(concept.pk),
    )
    invented, appraised = examples_of(rows)
    lines = [_row(row, names, [entry.field.key for entry in sums], rubric) for row in rows]
    return OverviewMatrix(lines, sums, count, examples_words(rows), invented < appraised)


@require_safe
def overview_plans(request: HttpRequest) -> HttpResponse:
    """All plans against all fields of action, with what each is worth. Without filters it is kept."""
    items, filters = filtered(asker_of(request), PAGES)
    sort = _sort_of(request)
    actor, concept = actor_of(request), concept_or_404(request)
    is_filtered = bool(request.GET.get("q")) or any(part["value"] for part in filters)
    if is_filtered:
        matrix = _matrix(request, items, sort, is_filtered=True)
    else:
        make = partial(_matrix, request, items, sort, is_filtered=False)
        matrix = cached(concept, actor, ("plan matrix", sort), make)
    rubric, names = rubric_of(concept.pk), kind_names_of(request)
    kept = request.GET.urlencode()
    table = reverse("plan-overview-table")
    return overview_page(
        request, "plan-overview-plans", _("Was die Planwerke wert sind"),
        _("Jedes Planwerk mit Bindung, Aktualität und Aussagekraft, und welche Handlungsfelder es anspricht."),
        rows=matrix.lines,
        sums=matrix.sums,
        examples=matrix.examples,
        marks_examples=matrix.marks_examples,
        is_cut=matrix.found > ROWS,
        filters=[_select(part) for part in filters if part["name"] in SHOWN_FILTERS],
        hidden=[{"name": "sortierung", "value": sort}] if sort != "nummer" else [],
        reset_url=request.path if is_filtered else "",
        result_label=count_words(matrix.found, COUNT_LIMIT, names("plan"), names("plan", plural=True)),
        sorts=_sort_links(request, sort),
        table_url=f"{table}?{kept}" if kept else table,
        rubric={"currency": rubric.currency, "substance": rubric.substance, "bindings": list(BINDINGS.values())},
        sound=(rubric["bound_currency-2"], rubric["bound_substance-2"]),
    )  # fmt: skip


@require_safe
def overview_time(request: HttpRequest) -> HttpResponse:
    """From when the plans are, how far they look ahead, and what took their place."""
    plans = _plans(request)
    timeline = {
        "plans": plans,
        "drawn": drawn_in_time(plans),
        "has_steps": any(one.successors for one in plans),
        "undated": [one for one in plans if one.year is None],
    }
    return overview_page(
        request, "plan-overview-time", _("Von wann die Planwerke sind und wie weit sie blicken"),
        timeline_words(plans) if plans else "", timeline=timeline if plans else None,
    )  # fmt: skip


@require_safe
def overview_areas(request: HttpRequest) -> HttpResponse:
    """Where each plan applies: the same as a map and as a table."""
    plans, asker = _plans(request), asker_of(request)
    found = perimeters_of(plans, asker)
    return overview_page(
        request, "plan-overview-areas", _("Wo die Planwerke gelten"), found.sentence if plans else "",
        map=perimeter_map(asker, found), perimeters=sorted(found.rows, key=lambda row: (row.plan.item.sort_key, row.plan.item.pk)),
    )  # fmt: skip


@require_safe
def overview_gaps(request: HttpRequest) -> HttpResponse:
    """Which themes, fields and districts no plan in force answers, and what one cannot know about that."""
    plans, asker, actor = _plans(request), asker_of(request), actor_of(request)
    concept = concept_or_404(request)
    told = told_of(plans, actor)
    found = perimeters_of(plans, asker)
    parts = [(place.pk, place.item.title) for place in found.places if place.level != place.Level.CITY]
    sorts = [
        ("themen", _("Querschnittsthemen"), by_theme(concept, asker.themes, plans, actor)),
        ("felder", _("Handlungsfelder"), by_field(concept, asker.fields, plans, actor)),
        ("orte", _("Stadtteile"), by_district(concept, parts, plans, actor, found.lying)),
    ]
    chosen = request.GET.get("zu", "themen")
    if chosen not in [key for key, _title, _sort in sorts]:
        raise Http404
    shown = [
        {
            "id": key,
            "title": title,
            "sort": sort,
            "limits": limits_words(key, sort, told, found.nowhere),
            "is_open": key == chosen,
            "url": f"?zu={key}#{key}",
        }
        for key, title, sort in sorts
        if sort.subjects
    ]
    return overview_page(
        request, "plan-overview-gaps", _("Was kein geltendes Planwerk beantwortet"),
        _("Worauf Planwerke antworten, ist so weit bekannt, wie es eingetragen ist. Eine Lücke hier kann auch heißen: Niemand hat es eingetragen."),
        sorts=shown if plans else [], told=told,
    )  # fmt: skip


@require_safe
def overview_statements(request: HttpRequest) -> HttpResponse:
    """How many statements each plan makes about each field and district."""
    plans, actor, concept = _plans(request), actor_of(request), concept_or_404(request)
    items = sorted((one.item for one in plans), key=lambda item: (item.sort_key, item.pk))
    matrices = (
        ("felder", _("Kernaussagen je Handlungsfeld"), statement_counts.by_field(concept, concept_fields(request), actor, items)),
        ("orte", _("Kernaussagen je Stadtteil"), statement_counts.by_district(concept, actor, items)),
    )  # fmt: skip
    return overview_page(
        request, "plan-overview-statements", _("Was die Planwerke im Einzelnen sagen"),
        _("Kernaussagen sind wörtliche Sätze mit Dokument und Seite. Jede Zahl öffnet sie."),
        told=told_of(plans, actor), has_statements=Item.objects.visible_to(actor).filter(concept=concept, kind="plan_statement").exists(),
        matrices=[{"id": key, "title": title, "matrix": matrix} for key, title, matrix in matrices if matrix.rows],
    )  # fmt: skip


def _sort_of(request: HttpRequest) -> str:
    sort = request.GET.get("sortierung", "nummer")
    if sort not in SORTS:
        raise Http404
    return sort


def _select(part: dict[str, Any]) -> dict[str, Any]:
    options = [
        {"value": key, "label": label, "selected": key == part["value"]} for key, label in part["choices"]
    ]
    return {**part, "type": "select", "options": options}


def _sort_links(request: HttpRequest, chosen: str) -> dict[str, dict[str, Any]]:
    """The headings of the columns as links that keep the filters."""
    links = {}
    for key, (label, _order) in SORTS.items():
        kept = request.GET.copy()
        kept["sortierung"] = key
        links[key] = {
            "label": label,
            "url": f"?{kept.urlencode()}",
            "direction": (
                "" if key != chosen else "ascending" if key in ("nummer", "bindung") else "descending"
            ),
        }
    return links


def _row(row: PlanRow, names: Any, columns: list[str], rubric: Rubric) -> dict[str, Any]:
    """A line of the matrix."""
    appraisal = row.appraisal
    plan = row.item.plan
    named = {field.key: field for field in row.fields}
    note = [plan.get_type_display(), plan.year, plan.get_status_display()]
    if row.item.confidence == Confidence.LOW:
        note.append(_("nicht überprüft"))
    shown: dict[str, Any] = {
        "item": shown_item(row.item, names),
        "note": " · ".join(str(part) for part in note if part),
        "dots": [named.get(key) for key in columns],
        "binding": BINDINGS[appraisal.bindingness] if appraisal else None,
        "example": bool(appraisal and appraisal.is_example),
    }
    if appraisal:
        shown["currency"] = bar(
            _("Aktualität"), appraisal.currency, scale_step(rubric.currency, appraisal.currency).word
        )
        shown["substance"] = bar(
            _("Aussagekraft"), appraisal.substance, scale_step(rubric.substance, appraisal.substance).word
        )
    return shown


@require_safe
def overview_table(request: HttpRequest) -> HttpResponse:
    """The same as CSV, all plans that the filters leave: one line a plan, one column a field."""
    items, _filters = filtered(asker_of(request), PAGES)
    fields = concept_fields(request)
    head = [
        ("id", _("Kennung")),
        ("number", _("Nummer")),
        ("title", _("Titel")),
        ("type", _("Art")),
        ("year", _("Jahr")),
        ("status", _("Stand")),
        ("bindingness", _("Bindungswirkung")),
        ("currency", _("Aktualität")),
        ("currency_reason", _("Begründung der Aktualität")),
        ("substance", _("Aussagekraft")),
        ("substance_reason", _("Begründung der Aussagekraft")),
        ("implementation", _("Umsetzung")),
        ("appraised_on", _("Bewertet am")),
        ("appraisal_standing", _("Verlässlichkeit der Bewertung")),
        *[(field.key, str(field)) for field in fields],
    ]
    lines = []
    rows = rows_of(items, sort=_sort_of(request), limit=None)
    for row in with_told_fields(rows, concept_or_404(request), fields, actor_of(request)):
        plan, appraisal = row.item.plan, row.appraisal
        judged = (
            [appraisal.get_bindingness_display(), appraisal.currency, appraisal.currency_reason, appraisal.substance,
             appraisal.substance_reason, appraisal.get_implementation_display(), appraisal.appraised_on,
             appraisal.get_standing_display()]
            if appraisal else [""] * 8
        )  # fmt: skip
        lines.append(
            [row.item.pk, row.item.number, row.item.title, plan.get_type_display(), plan.year,
             plan.get_status_display(), *judged, *["x" if field.key in row.field_keys else "" for field in fields]]
        )  # fmt: skip
    return csv_answer("gesamtschau", head, lines)
