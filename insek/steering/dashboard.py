"""The dashboard of implementation: the states of the measures, what is late, which targets are on course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from insek import clock
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.people.models import Unit
from insek.thread.kinds import kind_named
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.context import concept_fields, concept_of, kind_names_of
from insek.web.display import date_words, example_share, fields_of, shown_field, with_example_word
from insek.web.paging import bounded_count

from . import light
from .light import LightReading
from .models import Target
from .pages import shown_status, shown_task, target_rows
from .queries import (
    AssessedMeasure,
    assessed_measures,
    behind_of,
    targets_of,
    with_overdue_step,
    without_report,
)
from .states import BAD, MeasureState
from .status import ICONS, RULES
from .status_words import full_reason, ground_words, percent_words

SHOWN = 8
REPORTS_SHOWN = 5
ROWS_SHOWN = 60
TARGETS_SHOWN = 24
AS_SET = gettext_lazy("wie gesetzt")
"""What follows where somebody set the state."""
WORST_FIRST = list(MeasureState)
ASKED = {"feld", "zustaendig", "stand"}
"""What an address can say here; with anything else in it the page is not cached."""


@require_safe
def steering(request: HttpRequest) -> HttpResponse:
    """The dashboard. For visitors it is made once after each change, whatever the number of measures."""
    concept, actor = concept_of(request), actor_of(request)

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
    readings = targets_of(Target.objects.filter(goal__item__concept=concept_of(request)), actor_of(request))
    rows, filters = filtered_measures(request, readings)
    chosen = request.GET.get("stand", "")
    if chosen and chosen not in MeasureState.values:
        raise Http404
    shown = [row for row in rows if not chosen or row.status.state == chosen]
    shown.sort(key=lambda row: (WORST_FIRST.index(row.status.state), row.item.sort_key))
    today = clock.today()
    address = request.GET.copy()
    address.pop("stand", None)
    goals = _goals(request)
    targets = [(target, reading) for target, reading in readings if target.goal_id in goals]
    late = [row for row in shown if row.status.state in BAD]
    lighthouses = [row for row in shown if row.measure.is_lighthouse]
    names = kind_names_of(request)
    return {
        "count": len(rows),
        "states_chosen": bool(chosen),
        "states": _tiles(rows, chosen, address),
        "filters": filters,
        "results_id": "stand",
        "hidden": [{"name": "stand", "value": chosen}] if chosen else [],
        "reset_url": request.path if request.GET else "",
        "result_label": f"{len(shown)} {names('measure', plural=True)}",
        **_field_bars(request, rows),
        "late": [_row(row, today) for row in late[:SHOWN]],
        "late_more": _rest(len(late), SHOWN),
        "lighthouses": [_row(row, today) for row in lighthouses[:SHOWN]],
        "lighthouses_more": _rest(len(lighthouses), SHOWN),
        "reports": _last_reports(request, shown),
        "next_steps": _next_steps(shown, today),
        "targets": target_rows(targets[:TARGETS_SHOWN]),
        "targets_more": _rest(len(targets), TARGETS_SHOWN),
        **_without_target(request, goals, targets),
        "shows_goal": True,
        "table": _table(shown, chosen, today),
        "table_url": f"{reverse('steering-measures')}{f'?{request.GET.urlencode()}' if request.GET else ''}",
        **_waiting(request),
    }


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
    rows = list(items.select_related("measure__responsible").defer("text").order_by("sort_key", "pk"))
    behind = behind_of([item.pk for item in rows], actor, readings=readings)
    return assessed_measures(rows, actor, behind=behind), filters


def _goals(request: HttpRequest) -> set[str]:
    """The goals of the chosen field, else all, as far as the reader may see them. One query."""
    goals = Item.objects.visible_to(actor_of(request)).filter(concept=concept_of(request), kind="goal")
    if field := request.GET.get("feld"):
        goals = goals.filter(fields__key=field)
    return set(goals.values_list("pk", flat=True))


def _without_target(
    request: HttpRequest, goals: set[str], targets: Sequence[tuple[Target, LightReading]]
) -> dict[str, Any]:
    """How many goals have no target, in a sentence, and where they are listed."""
    without = len(goals - {target.goal_id for target, _reading in targets})
    if not without:
        return {"shows_goals": bool(goals)}
    field = request.GET.get("feld", "")
    query = "?zielwert=ohne" + (f"&feld={field}" if field else "")
    said = {"all": len(goals), "without": without}
    return {
        "shows_goals": True,
        "without_target": ngettext(
            "Das Ziel hat noch keinen Zielwert.", "Von %(all)s Zielen haben %(without)s noch keinen Zielwert.", len(goals)
        ) % said
        if without != 1 or len(goals) == 1
        else _("Von %(all)s Zielen hat eines noch keinen Zielwert.") % said,
        "without_target_url": reverse(kind_named("goal").list_name) + query,
    }  # fmt: skip


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


def _tiles(rows: Sequence[AssessedMeasure], chosen: str, kept: Any) -> list[dict[str, Any]]:
    """How many measures are in which state, each leading to these alone."""
    tiles = []
    for state in MeasureState:
        address = kept.copy()
        if state != chosen:
            address["stand"] = state.value
        tiles.append(
            {
                **_counted(state, rows),
                "url": f"?{address.urlencode()}",
                "chosen": state == chosen,
            }
        )
    return tiles


def _sign(state: MeasureState) -> dict[str, Any]:
    """A state as sign and word."""
    return {"state": state.value, "label": str(state.label), "icon": ICONS[state]}


def _field_bars(request: HttpRequest, rows: Sequence[AssessedMeasure]) -> dict[str, Any]:
    """For each field a bar of its measures by state, widths in parts of 1,000, and what is counted how. One query."""
    of_item = fields_of(row.item.pk for row in rows)
    chosen = request.GET.get("feld", "")
    bars = []
    for entry in concept_fields(request):
        inside = [row for row in rows if any(own.key == entry.key for own in of_item.get(row.item.pk, ()))]
        if not inside or (chosen and entry.key != chosen):
            continue
        counts = Counter(row.status.state for row in inside)
        parts, left = [], 0.0
        for state in MeasureState:
            if counts[state]:
                width = 1000 * counts[state] / len(inside)
                parts.append({**_counted(state, inside), "x": round(left, 1), "width": round(width, 1)})
                left += width
        share = example_share(sum(row.item.is_example for row in inside), len(inside))
        bars.append({"field": shown_field(entry), "parts": parts, "count": len(inside), "share": share})
    return {"field_bars": bars, "field_note": "" if chosen else _field_note(rows, of_item)}


def _field_note(rows: Sequence[AssessedMeasure], of_item: Mapping[str, Sequence[Any]]) -> str:
    """Why the bars together count more or less than there are measures; empty where they do not."""
    several = sum(len(of_item.get(row.item.pk, ())) > 1 for row in rows)
    nowhere = sum(not of_item.get(row.item.pk) for row in rows)
    notes = []
    if several:
        said = {"several": several, "all": len(rows)}
        notes.append(
            ngettext(
                "Eine Maßnahme gehört zu mehreren Handlungsfeldern und zählt in jedem.",
                "%(several)s Maßnahmen gehören zu mehreren Handlungsfeldern und zählen in jedem; insgesamt sind es %(all)s.",
                several,
            )
            % said
        )
    if nowhere:
        notes.append(
            ngettext(
                "Eine Maßnahme gehört zu keinem Handlungsfeld und steht hier nicht.",
                "%(nowhere)s Maßnahmen gehören zu keinem Handlungsfeld und stehen hier nicht.",
                nowhere,
            )
            % {"nowhere": nowhere}
        )
    return " ".join(notes)


def _row(row: AssessedMeasure, today: date) -> dict[str, Any]:
    unit = row.measure.responsible
    return {"item": row.item, "status": shown_status(row.status, today), "unit": str(unit or _("noch offen"))}


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


def _next_steps(rows: Iterable[AssessedMeasure], today: Any) -> list[dict[str, Any]]:
    """The steps that come next, from today on."""
    ahead = [
        (task, row) for row in rows for task in row.tasks if task.due and not task.done and task.due >= today
    ]
    ahead.sort(key=lambda pair: (pair[0].due, pair[0].key))
    return [{**shown_task(task, today), "item": row.item} for task, row in ahead[:REPORTS_SHOWN]]


def _table(rows: Sequence[AssessedMeasure], chosen: str, today: date) -> dict[str, Any]:
    """All measures with state, reason and what it rests on, the worst first."""
    lines = [
        [
            {
                "text": with_example_word(str(row.item), row.item.standing),
                "url": row.item.url,
                "is_content": True,
            },
            row.status.label,
            full_reason(row.status),
            ground_words(row.status, today),
            percent_words(row.status),
            str(row.measure.responsible or _("noch offen")),
        ]
        for row in rows[:ROWS_SHOWN]
    ]
    return {
        "id": "massnahmen",
        "caption": _("Alle Maßnahmen mit ihrem Stand") if not chosen else _("Maßnahmen: %(state)s") % {"state": MeasureState(chosen).label},
        "columns": [
            {"label": _("Maßnahme")}, {"label": _("Stand")}, {"label": _("Warum")}, {"label": _("Grundlage")},
            {"label": _("Schritte")}, {"label": _("Zuständig")},
        ],
        "rows": lines,
        "note": _("Hier stehen die ersten %(shown)s von %(all)s; die CSV-Datei enthält alle.")
        % {"shown": ROWS_SHOWN, "all": len(rows)} if len(rows) > ROWS_SHOWN else "",
    }  # fmt: skip


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
