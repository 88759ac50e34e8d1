"""The dashboard of implementation: which measures stand how, what is late, which targets are on course."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from insek import clock
from insek.engines.csv_cells import harmless_cell
from insek.package import plain_decimal
from insek.people.actors import actor_of
from insek.people.models import Unit
from insek.thread.models import Item
from insek.web.context import concept_fields, concept_of, kind_names_of
from insek.web.display import date_words, fields_of, shown_field
from insek.web.paging import bounded_count

from . import light
from .light_words import projected_of, reason_of
from .models import State, Target
from .pages import shown_status, shown_task, target_rows
from .queries import Standing, standings, targets_of, with_overdue_step, without_report
from .status import ICONS, RULES

SHOWN = 8
REPORTS_SHOWN = 5
ROWS_SHOWN = 60
WORST_FIRST = list(State)


@require_GET
def steering(request: HttpRequest) -> HttpResponse:
    """The dashboard."""
    rows, filters = _filtered(request)
    chosen = request.GET.get("stand", "")
    if chosen and chosen not in State.values:
        raise Http404
    counts = Counter(row.status.state for row in rows)
    shown = [row for row in rows if not chosen or row.status.state == chosen]
    shown.sort(key=lambda row: (WORST_FIRST.index(row.status.state), row.item.sort_key))
    today = clock.today()
    kept = request.GET.copy()
    kept.pop("stand", None)
    targets = targets_of(_chosen_targets(request), actor_of(request))
    names = kind_names_of(request)
    context = {
        "page_title": _("Umsetzung"),
        "page_lead": _("Was aus den Maßnahmen wird, was sich verzögert, und ob die Ziele näher kommen."),
        "page_description": _("Stand der Maßnahmen und Ziele, mit Begründung."),
        "active_nav": "steering",
        "breadcrumb": [{"label": _("Start"), "url": reverse("start")}, {"label": _("Umsetzung"), "url": ""}],
        "count": len(rows),
        "states_chosen": bool(chosen),
        "states": _tiles(counts, chosen, kept),
        "filters": filters,
        "results_id": "stand",
        "hidden": [{"name": "stand", "value": chosen}] if chosen else [],
        "reset_url": request.path if request.GET else "",
        "result_label": f"{len(shown)} {names('measure', plural=True)}",
        "field_bars": _field_bars(request, rows),
        "late": [_row(row) for row in shown if row.status.state in (State.AT_RISK, State.DELAYED)][:SHOWN],
        "lighthouses": [_row(row) for row in shown if row.measure.is_lighthouse][:SHOWN],
        "reports": _last_reports(request, shown),
        "next_steps": _next_steps(shown, today),
        "targets": target_rows(targets[: SHOWN * 3]),
        "shows_goal": True,
        "table": _table(shown, chosen),
        "table_url": f"{reverse('steering-measures')}{f'?{request.GET.urlencode()}' if request.GET else ''}",
        **_waiting(request),
    }
    return render(request, "steering/dashboard.html", context)


def _filtered(request: HttpRequest) -> tuple[list[Standing], list[dict[str, Any]]]:
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
    rows = items.select_related("measure__responsible").defer("text").order_by("sort_key", "pk")
    return standings(rows, actor), filters


def _chosen_targets(request: HttpRequest) -> Any:
    """The targets of the concept, where a field is chosen those of its goals."""
    targets = Target.objects.filter(goal__item__concept=concept_of(request))
    if field := request.GET.get("feld"):
        targets = targets.filter(goal__item__fields__key=field)
    return targets


def _tiles(counts: Counter[State], chosen: str, kept: Any) -> list[dict[str, Any]]:
    """How many measures are in which state, each leading to these alone."""
    tiles = []
    for state in State:
        address = kept.copy()
        if state != chosen:
            address["stand"] = state.value
        tiles.append(
            {
                **_sign(state),
                "count": counts[state],
                "url": f"?{address.urlencode()}",
                "chosen": state == chosen,
            }
        )
    return tiles


def _sign(state: State) -> dict[str, Any]:
    """A state as sign and word."""
    return {"state": state.value, "label": str(state.label), "icon": ICONS[state]}


def _field_bars(request: HttpRequest, rows: Sequence[Standing]) -> list[dict[str, Any]]:
    """For each field a bar of its measures by state; widths in parts of 1,000. One query."""
    of_item = fields_of(row.item.pk for row in rows)
    chosen = request.GET.get("feld", "")
    bars = []
    for entry in concept_fields(request):
        inside = [row for row in rows if any(own.key == entry.key for own in of_item.get(row.item.pk, ()))]
        if not inside or (chosen and entry.key != chosen):
            continue
        counts = Counter(row.status.state for row in inside)
        parts, left = [], 0.0
        for state in State:
            if counts[state]:
                width = 1000 * counts[state] / len(inside)
                parts.append(
                    {**_sign(state), "count": counts[state], "x": round(left, 1), "width": round(width, 1)}
                )
                left += width
        bars.append({"field": shown_field(entry), "parts": parts, "count": len(inside)})
    return bars


def _row(row: Standing) -> dict[str, Any]:
    unit = row.measure.responsible
    return {"item": row.item, "status": shown_status(row.status), "unit": str(unit or _("noch offen"))}


def _last_reports(request: HttpRequest, rows: Sequence[Standing]) -> list[dict[str, Any]]:
    """The latest report of the measures reported on last; they are read already."""
    found = [(row.facts.report, row) for row in rows if row.facts.report]
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


def _next_steps(rows: Iterable[Standing], today: Any) -> list[dict[str, Any]]:
    """The steps that come next, from today on."""
    ahead = [
        (task, row)
        for row in rows
        for task in row.facts.tasks
        if task.due and not task.done and task.due >= today
    ]
    ahead.sort(key=lambda pair: (pair[0].due, pair[0].key))
    return [{**shown_task(task, today), "item": row.item} for task, row in ahead[:REPORTS_SHOWN]]


def _table(rows: Sequence[Standing], chosen: str) -> dict[str, Any]:
    """All measures with state and reason, the worst first."""
    lines = [
        [
            {"text": str(row.item), "url": row.item.url, "is_content": True},
            row.status.label,
            row.status.reason,
            str(row.measure.responsible or _("noch offen")),
            date_words(row.facts.report.reported_on) if row.facts.report else _("noch kein Bericht"),
        ]
        for row in rows[:ROWS_SHOWN]
    ]
    return {
        "id": "massnahmen",
        "caption": _("Alle Maßnahmen mit ihrem Stand") if not chosen else _("Maßnahmen: %(state)s") % {"state": State(chosen).label},
        "columns": [
            {"label": _("Maßnahme")}, {"label": _("Stand")}, {"label": _("Warum")}, {"label": _("Zuständig")},
            {"label": _("Letzter Bericht")},
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


@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    """How states and lights come about: the tables of rules, as the program applies them."""
    context = {
        "page_title": _("So entsteht der Stand"),
        "page_lead": _("Von oben nach unten: Die erste Regel, die zutrifft, entscheidet."),
        "active_nav": "steering",
        "breadcrumb": [
            {"label": _("Start"), "url": reverse("start")},
            {"label": _("Umsetzung"), "url": reverse("steering")},
            {"label": _("So entsteht der Stand"), "url": ""},
        ],
        "table": {
            "id": "regeln",
            "caption": _("Stand einer Maßnahme"),
            "columns": [{"label": _("Nr.")}, {"label": _("Wenn")}, {"label": _("dann")}],
            "rows": [
                [str(place), str(rule.condition), str(rule.state.label)]
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


def csv_answer(name: str, head: list[str], lines: Iterable[list[Any]]) -> HttpResponse:
    """A table as our others: UTF-8 with BOM, semicolons, decimals with a point."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    for line in lines:
        writer.writerow([harmless_cell(cell) for cell in line])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_GET
def measure_table(request: HttpRequest) -> HttpResponse:
    """The measures with their states as CSV, with the filters of the dashboard."""
    rows, _filters = _filtered(request)
    if chosen := request.GET.get("stand"):
        if chosen not in State.values:
            raise Http404
        rows = [row for row in rows if row.status.state == chosen]
    head = ["id", "number", "title", "standing", "state", "state_label", "rule", "reason", "responsible", "last_report",
            "steps_done", "steps", "steps_overdue"]  # fmt: skip
    lines = (
        [
            row.item.pk, row.item.number, row.item.title, row.item.standing, row.status.state.value, row.status.label,
            row.status.rule or "by_hand", row.status.reason, row.measure.responsible or "",
            row.facts.report.reported_on if row.facts.report else "", len(row.facts.done), len(row.facts.tasks),
            len(row.facts.overdue),
        ]
        for row in rows
    )  # fmt: skip
    return csv_answer("umsetzung", head, lines)


@require_GET
def target_table(request: HttpRequest) -> HttpResponse:
    """The targets with their lights as CSV."""
    if (field := request.GET.get("feld")) and field not in {f.key for f in concept_fields(request)}:
        raise Http404
    head = ["goal", "indicator", "title", "unit", "direction", "value", "year", "base_period", "base_value", "standing",
            "latest_period", "latest_value", "path_value", "light", "light_label", "part_expected", "part_done", "part_done_low",
            "part_done_high", "projected_value", "projected_low", "projected_high", "reason"]  # fmt: skip
    lines = (
        [
            target.goal.item.number or target.goal_id, target.indicator_id, target.indicator.item.title,
            target.indicator.unit, target.direction, plain_decimal(target.value), target.year, target.base_period,
            plain_decimal(target.base_value), target.standing, reading.latest.period if reading.latest else "",
            plain_decimal(reading.latest.value) if reading.latest else "",
            plain_decimal(round(reading.path, 6)) if reading.path is not None else "", reading.light.value, reading.label,
            *(_part(share) for share in (reading.expected, reading.done, reading.low, reading.high)),
            *([_figure(value) for value in projected_of(target, reading)] or [""] * 3), reason_of(target, reading),
        ]
        for target, reading in targets_of(_chosen_targets(request), actor_of(request))
    )  # fmt: skip
    return csv_answer("zielwerte", head, lines)


def _part(share: float | None) -> str:
    """A part of the way in a table, with three decimals."""
    return "" if share is None else plain_decimal(round(Decimal(repr(share)), 3))


def _figure(value: Decimal) -> str:
    return plain_decimal(round(value, 6))
