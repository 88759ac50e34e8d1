"""States and lights as tables: CSV with the filters of the dashboard."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from insek import clock
from insek.engines.csv_cells import harmless_cell
from insek.package import plain_decimal
from insek.people.actors import actor_of
from insek.web.context import concept_fields, concept_of

from .dashboard import filtered_measures
from .light_words import light_reason, projected_of
from .models import Target
from .queries import targets_of
from .states import MeasureState
from .status_words import full_reason


def chosen_targets(request: HttpRequest) -> QuerySet[Target]:
    """The targets of the concept, where a field is chosen those of its goals."""
    targets = Target.objects.filter(goal__item__concept=concept_of(request))
    if field := request.GET.get("feld"):
        targets = targets.filter(goal__item__fields__key=field)
    return targets


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


@require_safe
def measure_table(request: HttpRequest) -> HttpResponse:
    """The measures with their states as CSV, with the filters of the dashboard."""
    rows, _filters = filtered_measures(request)
    if chosen := request.GET.get("stand"):
        if chosen not in MeasureState.values:
            raise Http404
        rows = [row for row in rows if row.status.state == chosen]
    today = clock.today()
    head = ["id", "number", "title", "standing", "state", "state_label", "rule", "reason", "rests_on", "rests_on_date",
            "age_days", "responsible", "last_report", "steps_done", "steps", "percent_done", "steps_overdue"]  # fmt: skip
    lines = (
        [
            row.item.pk, row.item.number, row.item.title, row.item.standing, row.status.state.value, row.status.label,
            row.status.rule, full_reason(row.status), row.status.ground.kind, row.status.ground.on or "",
            (today - row.status.ground.on).days if row.status.ground.on else "", row.measure.responsible or "",
            row.report.reported_on if row.report else "", row.status.steps_done, row.status.steps,
            "" if row.status.percent is None else row.status.percent, len(row.facts.overdue),
        ]
        for row in rows
    )  # fmt: skip
    return csv_answer("umsetzung", head, lines)


@require_safe
def target_table(request: HttpRequest) -> HttpResponse:
    """The targets with their lights as CSV."""
    if (field := request.GET.get("feld")) and field not in {f.key for f in concept_fields(request)}:
        raise Http404
    head = ["goal", "indicator", "title", "unit", "direction", "value", "year", "goal_year", "base_period", "base_value", "standing",
            "latest_period", "latest_value", "path_value", "light", "light_label", "part_expected", "part_done", "part_done_low",
            "part_done_high", "projected_value", "projected_low", "projected_high", "reason"]  # fmt: skip
    lines = (
        [
            target.goal.item.number or target.goal_id, target.indicator_id, target.indicator.item.title,
            target.indicator.unit, target.direction, plain_decimal(target.value), target.year, target.goal.horizon_year or "", target.base_period,
            plain_decimal(target.base_value), target.standing, reading.latest.period if reading.latest else "",
            plain_decimal(reading.latest.value) if reading.latest else "",
            plain_decimal(round(reading.path, 6)) if reading.path is not None else "", reading.light.value, reading.label,
            *(_part(share) for share in (reading.expected, reading.done, reading.low, reading.high)),
            *([_figure(value) for value in projected_of(target, reading)] or [""] * 3), light_reason(target, reading),
        ]
        for target, reading in targets_of(chosen_targets(request), actor_of(request))
    )  # fmt: skip
    return csv_answer("zielwerte", head, lines)


def _part(share: float | None) -> str:
    """A part of the way in a table, with three decimals."""
    return "" if share is None else plain_decimal(round(Decimal(repr(share)), 3))


def _figure(value: Decimal) -> str:
    return plain_decimal(round(value, 6))
