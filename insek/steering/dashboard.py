"""The dashboard of implementation: the states of the measures, what is late, which targets are on course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from insek import clock
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import Unit
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_fields, concept_of, kind_names_of
from insek.web.display import count_words, date_words, example_share, fields_of, number_words, shown_item
from insek.web.listed import all_words, listed
from insek.web.paging import COUNT_LIMIT, bounded_count
from insek.web.state_bar import state_parts

from . import light
from .by_field import field_note, field_table
from .light import Light, LightReading
from .models import Target
from .nearer import list_of_goals, nearer, visible_courses
from .pages import shown_task
from .queries import (
    AssessedMeasure,
    assessed_measures,
    behind_of,
    with_overdue_step,
    without_report,
)
from .states import BAD, MeasureState
from .status import ICONS, RULES
from .status_words import ago_words, full_reason

SHOWN = 8
REPORTS_SHOWN = 4
ROWS_SHOWN = 60
OPEN_NARROW = 8
"""Of these on a phone, where a filter is set; without one all fold away, for what counts is said above."""
OPEN = 30
"""Measures that stand open in the list of all; the others fold away."""
AS_SET = gettext_lazy("wie gesetzt")
"""What follows where somebody set the state."""
WORST_FIRST = list(MeasureState)
ASKED = {"feld", "zustaendig", "stand"}
"""What an address can say here; with anything else in it the page is not cached."""


@require_safe
def steering(request: HttpRequest) -> HttpResponse:
    """The dashboard. For visitors it is made once after each change, whatever the number of measures."""
    concept, actor = concept_of(request), actor_of(request)
    if light := request.GET.get("ampel"):  # as the address was once; the list of goals has them
        if light not in Light.values:
            raise Http404
        return redirect(list_of_goals(light, request.GET.get("feld", "")))

    def made() -> str:
        return SafeString(render_to_string("steering/_dashboard.html", _shown(request), request))

    if concept is None or not set(request.GET) <= ASKED:
        dashboard = made()
    else:
        dashboard = cached(concept, actor, ("dashboard", *_seen_beside(request)), made)
    context = {
        "page_title": _("Umsetzung"),
        "page_lead": _("Was aus den Maßnahmen wird, was sich verzögert, und ob die Ziele näher kommen."),
        "page_description": _("Stand der Maßnahmen und Ziele, mit Begründung."),
        "active_nav": "steering",
        "breadcrumb": breadcrumb((_("Umsetzung"), "")),
        "dashboard": dashboard,
    }
    return render(request, "steering/dashboard.html", context)


def _seen_beside(request: HttpRequest) -> tuple[object, ...]:
    """What is on the dashboard and changes without a line of history: its address, names of fields, units and kinds.

    Three queries.
    """
    names = kind_names_of(request)
    return (
        request.get_full_path(),
        *((field.key, str(field), field.colour, field.icon) for field in concept_fields(request)),
        *((unit.key, str(unit)) for unit in Unit.objects.all()),
        *(names(kind, plural=True) for kind in ("goal", "measure")),
    )


def _shown(request: HttpRequest) -> dict[str, Any]:
    """What the dashboard says."""
    asker, today = asker_of(request), clock.today()
    courses = visible_courses(asker, today)
    rows, filters = filtered_measures(request, [(course.target, course.reading) for course in courses])
    state = request.GET.get("stand", "")
    if state and state not in MeasureState.values:
        raise Http404
    rows.sort(key=lambda row: (WORST_FIRST.index(row.status.state), row.item.sort_key))
    shown = [row for row in rows if not state or row.status.state == state]
    goals = _goals(request)
    inside = [course for course in courses if course.target.goal_id in goals]
    late = [row for row in rows if row.status.state in BAD]
    of_item = fields_of(row.item.pk for row in rows)
    return {
        "count": len(rows),
        "is_filtered": any(part["value"] for part in filters),
        "filter_words": " · ".join(
            str(option["label"]) for part in filters for option in part["options"] if option["selected"]
        ),
        "sentence": state_sentence(rows),
        "day": date_words(today),
        "state_bar": state_bar(rows, state, lambda value: _address(request, "alle", stand=value)),
        "filters": filters,
        "hidden": [{"name": "stand", "value": state}] if state else [],
        "reset_url": request.path if request.GET else "",
        "result_label": count_words(len(shown), COUNT_LIMIT, *_measure_names(request)),
        "late": listed([_row(request, row, of_item) for row in late[:SHOWN]], first=SHOWN) if late else None,
        "late_more": _rest(len(late), SHOWN),
        "reports": (reports := _last_reports(request, rows)),
        "reports_label": all_words(len(reports)),
        "next_steps": next_steps(rows, today),
        **nearer(asker, goals, inside, today=today, field=request.GET.get("feld", "")),
        "shows_goals": bool(goals),
        "field_table": field_table(
            asker, rows, of_item, goals, inside,
            chosen=request.GET.get("feld", ""), url=lambda field, state: _address(request, "alle", feld=field, stand=state),
        ),
        "field_note": "" if request.GET.get("feld") else field_note(rows, of_item),
        "state_chosen": str(MeasureState(state).label) if state else "",
        "measures": listed([_row(request, row, of_item) for row in shown[:ROWS_SHOWN]], first=OPEN, narrow=OPEN_NARROW if request.GET else 0) if shown else None,
        "measures_more": _("Hier stehen die ersten %(shown)s von %(all)s; die CSV-Datei enthält alle.")
        % {"shown": ROWS_SHOWN, "all": len(shown)} if len(shown) > ROWS_SHOWN else "",
        "table_url": f"{reverse('steering-measures')}{f'?{request.GET.urlencode()}' if request.GET else ''}",
        "health_url": _health_url(request),
        **_waiting(request),
    }  # fmt: skip


def _health_url(request: HttpRequest) -> str:
    """The page of the city's state for the same field and unit."""
    asked = {name: request.GET[name] for name in ("feld", "zustaendig") if request.GET.get(name)}
    return f"{reverse('city-health')}{f'?{urlencode(asked)}' if asked else ''}"


def _address(request: HttpRequest, part: str, **changes: str) -> str:
    """This page with something else chosen, at one of its parts."""
    address = request.GET.copy()
    for name, value in changes.items():
        address.pop(name, None)
        if value:
            address[name] = value
    return f"{request.path}{f'?{address.urlencode()}' if address else ''}#{part}"


def _measure_names(request: HttpRequest) -> tuple[str, str]:
    names = kind_names_of(request)
    return names("measure"), names("measure", plural=True)


def state_sentence(rows: Sequence[AssessedMeasure]) -> str:
    """How the measures stand, in one sentence that hides nothing: its numbers add up to all of them."""
    counts = Counter(row.status.state for row in rows)
    late, planned = (
        counts[MeasureState.DELAYED] + counts[MeasureState.AT_RISK],
        counts[MeasureState.NOT_STARTED],
    )
    parts = [
        words % {"count": number_words(count)}
        for words, count in (
            (_("%(count)s läuft nach Plan") if counts[MeasureState.ON_TRACK] == 1 else _("%(count)s laufen nach Plan"), counts[MeasureState.ON_TRACK]),
            (_("%(count)s abgeschlossen"), counts[MeasureState.COMPLETED]),
            (_("%(count)s verzögert oder gefährdet"), late),
            (_("%(count)s zurückgestellt"), counts[MeasureState.DEFERRED]),
            (_("%(count)s eingestellt"), counts[MeasureState.STOPPED]),
            (_("%(count)s noch nicht begonnen"), planned),
            (_("%(count)s ohne aktuellen Stand"), counts[MeasureState.UNKNOWN]),
        )
        if count
    ]  # fmt: skip
    if not rows:
        return ""
    if planned == len(rows) > 1:
        return _("Noch ist keine Maßnahme begonnen, gemeldet oder verzögert.")
    whole = ", ".join(parts)
    if len(rows) == 1:
        return _("Es gibt eine Maßnahme: %(state)s.") % {"state": rows[0].status.label}
    return _("%(all)s Maßnahmen: %(parts)s.") % {"all": number_words(len(rows)), "parts": whole}


def filtered_measures(
    request: HttpRequest, readings: Sequence[tuple[Target, LightReading]] | None = None
) -> tuple[list[AssessedMeasure], list[dict[str, Any]]]:
    """The measures that field and unit of the address leave, each with its state. Unknown values give 404."""
    actor = actor_of(request)
    items = Item.objects.visible_to(actor).filter(concept=concept_of(request), kind="measure")
    parts = [
        ("feld", _("Handlungsfeld"), [(f.key, str(f)) for f in concept_fields(request)], "fields__key"),
        ("zustaendig", _("Zuständig"), [(unit.key, str(unit)) for unit in Unit.objects.all()],
         "measure__responsible__key"),
    ]  # fmt: skip
    filters = []
    for name, label, choices, lookup in parts:
        value = request.GET.get(name, "")
        if value:
            if value not in dict(choices):
                raise Http404
            items = items.filter(**{lookup: value})
        options = [{"value": key, "label": text, "selected": key == value} for key, text in choices]
        filters.append({"name": name, "label": label, "type": "select", "value": value, "options": options})
    rows = list(
        items.select_related("measure__responsible").defer("text", "text_en").order_by("sort_key", "pk")
    )
    behind = behind_of([item.pk for item in rows], actor, readings=readings)
    return assessed_measures(rows, actor, behind=behind), filters


def _goals(request: HttpRequest) -> dict[str, Item]:
    """The goals of the chosen field, else all, as far as the reader may see them, by id. One query."""
    goals = Item.objects.visible_to(actor_of(request)).filter(concept=concept_of(request), kind="goal")
    if field := request.GET.get("feld"):
        goals = goals.filter(fields__key=field)
    return {goal.pk: goal for goal in goals.only("pk", "standing", "sort_key").order_by("sort_key", "pk")}


def _rest(count: int, shown: int) -> str:
    """That a list is cut short; empty where it is not."""
    if count <= shown:
        return ""
    return _("Hier stehen die ersten %(shown)s von %(all)s.") % {"shown": shown, "all": count}


def _counted(state: MeasureState, rows: Sequence[AssessedMeasure]) -> dict[str, Any]:
    """A state as sign and word, how many are in it, and how many of these are examples."""
    inside = [row for row in rows if row.status.state == state]
    share = example_share(sum(row.item.is_example for row in inside), len(inside))
    return {**_sign(state), "count": len(inside), "share": share}


def state_bar(rows: Sequence[AssessedMeasure], chosen: str, url: Callable[[str], str]) -> dict[str, Any]:
    """The measures by state, each word leading to these alone."""
    parts = [
        {
            **_counted(state, rows),
            "label": _("nach Plan") if state == MeasureState.ON_TRACK else str(state.label),
            "url": url("" if state == chosen else state.value),
            "chosen": state == chosen,
        }
        for state in MeasureState
    ]
    return {"label": _("Maßnahmen nach ihrem Stand"), "parts": state_parts(parts)}


def _sign(state: MeasureState) -> dict[str, Any]:
    """A state as sign and word."""
    return {"name": state.value, "label": str(state.label), "icon": ICONS[state]}


def _row(request: HttpRequest, row: AssessedMeasure, of_item: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """A measure with its state, the reason and what that rests on."""
    ground, reason = row.status.ground.on, full_reason(row.status)
    return {
        "item": shown_item(row.item, kind_names_of(request)),
        "state": _sign(row.status.state),
        "text": f"{reason} ({ago_words(ground, clock.today())})" if ground else reason,
        "text_is_own": not row.status.by_hand,
        "fact": str(row.measure.responsible or _("Zuständigkeit noch offen")),
        "mark": ("star", _("Leuchtturmprojekt")) if row.measure.is_lighthouse else None,
        "fields": of_item.get(row.item.pk, ()),
    }


def _last_reports(request: HttpRequest, rows: Sequence[AssessedMeasure]) -> list[dict[str, Any]]:
    """The latest report of the measures reported on last; they are read already."""
    found = [(row.report, row) for row in rows if row.report]
    found.sort(key=lambda pair: (pair[0].reported_on, pair[0].pk), reverse=True)
    return [
        {
            "item": row.item,
            "date": date_words(report.reported_on),
            "state": report.get_state_display(),
            "text": report.happened,
            "unit": str(report.unit or ""),
            "is_internal": report.is_internal,
        }
        for report, row in found[:REPORTS_SHOWN]
    ]


def next_steps(rows: Iterable[AssessedMeasure], today: Any) -> list[dict[str, Any]]:
    """The steps that come next, from today on."""
    ahead = [
        (task, row) for row in rows for task in row.tasks if task.due and not task.done and task.due >= today
    ]
    ahead.sort(key=lambda pair: (pair[0].due, pair[0].key))
    return [{**shown_task(task, today), "item": row.item} for task, row in ahead[:REPORTS_SHOWN]]


def _waiting(request: HttpRequest) -> dict[str, Any]:
    """What waits for staff: reports that are due and steps that are late. Four queries."""
    concept = concept_of(request)
    if concept is None or not rules.test_rule("steering.see_waiting", actor_of(request)):
        return {}
    waiting = []
    for name, label, found in (
        ("report_overdue", _("Ein Bericht ist fällig"), without_report(concept)),
        ("task_overdue", _("Ein Schritt ist überfällig"), with_overdue_step(concept)),
    ):
        items = list(found[:SHOWN])
        if items:
            count = bounded_count(found)
            waiting.append(
                {"label": label, "items": items, "count": count, "url": reverse("gap", args=[name])}
            )
    return {"shows_waiting": True, "waiting": waiting}


@require_safe
def rules_page(request: HttpRequest) -> HttpResponse:
    """How states and lights come about: the tables of rules, as the program applies them."""
    context = {
        "page_title": _("So entsteht der Stand"),
        "page_lead": _("Von oben nach unten: Die erste Regel, die zutrifft, entscheidet."),
        "active_nav": "steering",
        "breadcrumb": breadcrumb((_("Umsetzung"), reverse("steering")), (_("So entsteht der Stand"), "")),
        "table": {
            "id": "regeln",
            "caption": _("Stand einer Maßnahme"),
            "columns": [{"label": _("Nr.")}, {"label": _("Wenn")}, {"label": _("dann")}],
            "rows": [
                [str(place), str(rule.condition), str(rule.state.label if rule.state else AS_SET)]
                for place, rule in enumerate(RULES, start=1)
            ],
        },
        "lights": [
            {"light": each.value, "label": str(each.label), "icon": light.ICONS[each], "text": text}
            for each, text in (
                (light.Light.REACHED, _("Der Wert des Zieljahres erreicht den Zielwert; vorher: zwei Werte nacheinander tun es.")),
                (light.Light.GREEN, _("Mindestens neun Zehntel dessen, was jetzt geschafft sein sollte, sind geschafft; weniger als zwei Drittel sind ausgeschlossen.")),
                (light.Light.YELLOW, _("Zwischen zwei Dritteln und neun Zehnteln sind geschafft; neun Zehntel und mehr sind ausgeschlossen.")),
                (light.Light.RED, _("Weniger als zwei Drittel sind geschafft, oder der Wert führt vom Ziel weg; neun Zehntel und mehr sind ausgeschlossen.")),
                (light.Light.MISSED, _("Der Wert des Zieljahres verfehlt den Zielwert um mehr, als ein einzelner Wert zufällig abweicht.")),
                (light.Light.GREY, _("Seit dem Ausgangswert gibt es weniger als drei Werte (zwei, wenn ihre Unsicherheit bekannt ist), sie schwanken zu stark für ein Urteil, der letzte ist älter als drei Jahre, die Reihe hat einen Bruch, oder der Wert des Zieljahres liegt noch nicht vor.")),
            )
        ],
    }  # fmt: skip
    return render(request, "steering/rules.html", context)
