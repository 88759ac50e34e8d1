"""How indicators are shown: figure first, then the picture, then the table."""

from __future__ import annotations

from typing import Any

import rules
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek.places.models import District
from insek.places.queries import districts, map_features
from insek.thread.models import Item
from insek.web.charts import Bar, Break, Point, bar_chart, line_chart
from insek.web.pages import Column, ItemPages, register_pages

from . import queries
from .forms import IndicatorForm
from .models import Observation, SeriesBreak


def shown_value(observation: Observation) -> str:
    """The value as read on a page, with unit."""
    indicator = observation.indicator
    return f"{number_format(observation.value, decimal_pos=indicator.decimals)} {indicator.unit_text}"


def shown_number(observation: Observation) -> str:
    """The value as read on a page, without unit."""
    return str(number_format(observation.value, decimal_pos=observation.indicator.decimals))


def period_date(period: str) -> str:
    """The day at which a period stands on a time axis: its end, so that 2024 and 2024-12-31 fall together."""
    return {4: f"{period}-12-31", 7: f"{period}-28"}.get(len(period), period)


def _line(item: Item, series: queries.Series, breaks: list[SeriesBreak]) -> dict[str, Any]:
    indicator = item.indicator
    return line_chart(
        [
            Point(
                date=period_date(point.period), value=float(point.value), label=point.period, note=point.note
            )
            for point in series.points
        ],
        unit=indicator.unit_text,
        description=_("%(title)s, %(place)s, %(first)s bis %(last)s")
        % {
            "title": item.title,
            "place": series.district.item.title,
            "first": series.points[0].period,
            "last": series.points[-1].period,
        },
        decimals=indicator.decimals,
        breaks=[
            Break(date=period_date(entry.period), label=entry.period, reason=entry.reason) for entry in breaks
        ],
        number=lambda value: number_format(value, decimal_pos=indicator.decimals),
    )


def prepare(items: list[Item]) -> None:
    """Attach the latest value for the whole city to the indicators of one page. One query."""
    latest = queries.latest_values(item.pk for item in items)
    for item in items:
        item.latest = latest.get(item.pk)  # type: ignore[attr-defined]


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Latest value and its date, where the list asked for it; else unit and turn."""
    latest = getattr(item, "latest", None)
    if latest is not None:
        return [(_("Letzter Wert"), shown_value(latest)), (_("Stichtag"), latest.period)]
    return [(_("Einheit"), item.indicator.unit_text), (_("Turnus"), item.indicator.get_periodicity_display())]


def detail(request: HttpRequest, item: Item) -> dict[str, Any]:
    """Latest figure, line over time with breaks, bars and map by district, and the table of all values."""
    actor = request.actor  # type: ignore[attr-defined]
    indicator = item.indicator
    indicator.item = item
    series = queries.series_of(indicator, actor)
    breaks = list(indicator.breaks.all())
    city = next((entry for entry in series if entry.district.level == District.Level.CITY), None)
    parts = [entry for entry in series if entry.district.level != District.Level.CITY]
    context: dict[str, Any] = {
        "series": series,
        "breaks": breaks,
        "city_series": city,
        "latest": city.points[-1] if city else None,
        "previous": city.points[-2] if city and len(city.points) > 1 else None,
        "table_url": reverse("observation-table", args=[item.pk]),
        "sources": _sources(series),
    }
    if city and len(city.points) > 1:
        context["line_spec"] = _line(item, city, breaks)
    if parts:
        rows = sorted(parts, key=lambda entry: entry.points[-1].value, reverse=True)
        context["bars_spec"] = bar_chart(
            [
                Bar(
                    name=entry.district.item.title,
                    value=float(entry.points[-1].value),
                    text=shown_number(entry.points[-1]),
                )
                for entry in rows
            ],
            unit=indicator.unit_text,
            description=_("%(title)s nach Räumen") % {"title": item.title},
            decimals=indicator.decimals,
        )
        context["district_rows"] = [(entry.district, entry.points[-1]) for entry in rows]
        values = {entry.district.pk: float(entry.points[-1].value) for entry in parts}
        context["map_features"] = map_features(list(districts(item.concept, actor)), values)
    return context


def _sources(series: list[queries.Series]) -> list[tuple[str, str]]:
    """The different sources of all values, in order of first use."""
    seen: dict[tuple[str, str], None] = {}
    for entry in series:
        for point in entry.points:
            seen.setdefault((point.source_title or point.source_url, point.source_url))
    return list(seen)


def actions(request: HttpRequest, item: Item) -> list[tuple[str, Any]]:
    """Record a value."""
    actor = request.actor  # type: ignore[attr-defined]
    if rules.test_rule("thread.create_item", actor):
        return [(reverse("observation-create", args=[item.pk]), _("Wert eintragen"))]
    return []


register_pages(
    ItemPages(
        kind="indicator",
        form=IndicatorForm,
        detail_template="evidence/indicator.html",
        detail=detail,
        facts=facts,
        prepare=prepare,
        related=("concept",),
        actions=actions,
        columns=(
            Column("unit", lambda item: item.indicator.unit),
            Column("direction", lambda item: item.indicator.get_direction_display()),
            Column("method", lambda item: item.indicator.method),
        ),
    )
)
