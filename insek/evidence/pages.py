"""How indicators are shown: figure first, then the picture, then the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.engines.periods import begins_after
from insek.items.list_tools import ListTool, register_list_tool
from insek.items.mending import Mend, page_of_subject, register_mend
from insek.items.pages import Choice, ItemPages, KindColumn, register_pages
from insek.people.actors import Actor
from insek.people.prepared import prepared
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.charts import Point
from insek.web.display import number_words, period_words, shown_source

from . import queries
from .derived.shown import derived_shown
from .forms import IndicatorForm
from .indicator_charts import by_district, time_chart, time_table
from .models import Indicator, Observation, SeriesBreak
from .picture_ways import picture_ways
from .words import age_words, remarks, shown_number, shown_value, trend

PathProvider = Callable[[Asker, Item], list[Point]]
_paths: list[PathProvider] = []
"""Periods without a value that a chart names."""


def add_path(provide: PathProvider) -> None:
    """Let a later room draw the path that a series of the whole city should take: points whose ``date`` is a period."""
    if provide not in _paths:
        _paths.append(provide)


def prepare(items: list[Item]) -> None:
    """Attach the latest value for the whole city to the indicators of one page. One query."""
    latest = queries.latest_values(item.pk for item in items)
    for item in items:
        item.latest = latest.get(item.pk)  # type: ignore[attr-defined]  # put beside the columns for the page


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Latest value and its date where the list asked for it; else unit, turn and direction."""
    if hasattr(item, "latest"):
        if item.latest is None:
            return [
                (_("Letzter Wert"), _("für die ganze Stadt keiner gezählt")),
                (_("Einheit"), item.indicator.unit_text),
            ]
        return [
            (_("Letzter Wert"), shown_value(item.latest)),
            (_("Stichtag"), period_words(item.latest.period)),
        ]
    return [
        (_("Einheit"), item.indicator.unit_text),
        (_("Turnus"), item.indicator.get_periodicity_display()),
        (_("Richtung"), item.indicator.get_direction_display()),
        (_("Wer die Werte liefert"), str(item.indicator.supplied_by or "")),
        (
            _("Räume"),
            _("Die Werte der Räume ergeben zusammen den der Stadt.") if item.indicator.has_parts else "",
        ),
        (_("Unsicherheit eines Wertes (±)"), _uncertainty(item.indicator)),
    ]


def _uncertainty(indicator: Indicator) -> str:
    """The standard error of a value with its unit; empty where it is not known. It has as many decimals as it needs."""
    if indicator.uncertainty is None:
        return ""
    places = -int(indicator.uncertainty.normalize().as_tuple().exponent)
    return f"{number_words(indicator.uncertainty, max(places, 0))} {indicator.unit_text}"


def detail(asker: Asker, item: Item) -> dict[str, Any]:
    """Latest figure, line over time with breaks, bars and map by district, and the tables that say the same."""
    indicator = item.indicator
    indicator.item = item
    places = map_places(item.concept, asker.actor)
    series = queries.series_of(indicator, asker.actor, places)
    breaks = prepared("breaks", lambda pk: SeriesBreak.objects.filter(indicator=pk), indicator.pk)
    city = next((entry for entry in series if entry.district.level == District.Level.CITY), None)
    parts = [entry for entry in series if entry.district.level != District.Level.CITY]
    context: dict[str, Any] = {
        "figure": _lead(city, breaks) if city else None,
        "breaks": [{"period": period_words(entry.period), "reason": entry.reason} for entry in breaks],
        "table_url": reverse("observation-table", args=[item.pk]) if series else "",
        "sources": _sources(series),
        "place_count": len(parts),
        "ways": picture_ways(item, len(parts)),
        "derived": derived_shown(asker, item) if indicator.formula else None,
    }
    if city and len(city.points) > 1:
        path = [point for provide in _paths for point in provide(asker, item)]
        context["line"] = time_chart(item, city, breaks, path)
    elif city:
        context["city_table"] = time_table(item, city)
    if parts:
        context.update(by_district(asker, item, parts, places))
    return context


def figure(points: list[Observation], breaks: list[SeriesBreak], *, label: str) -> dict[str, Any]:
    """The latest value with date, age, source and the change since the last value of the same time of year.

    November is compared with November, or there is no change to tell; nor is there one across a break of the series.
    """
    latest = points[-1]
    indicator = latest.indicator
    shown: dict[str, Any] = {
        "value": (number := shown_number(latest)),
        "unit": indicator.unit_after(number),
        "label": label,
        "date_label": period_words(latest.period),
        "age": age_words(latest.period),
        "source_title": latest.source_title or latest.source_url,
        "source_url": latest.source_url,
        "note": " · ".join(remarks(latest)),
        "remark": latest.note,
    }
    before = queries.earlier_like(points)
    if before and not any(_lies_between(entry.period, before.period, latest.period) for entry in breaks):
        shown["trend"] = trend(latest, before)
    return shown


def _lead(city: queries.Series, breaks: list[SeriesBreak]) -> dict[str, Any] | None:
    """The latest value of the city, and what is said of a later period for which there is none."""
    if not city.points:
        return None
    shown = figure(city.counted, breaks, label=city.district.item.title)
    if (newest := city.newest).value is None:
        later = _("%(period)s: %(status)s") % {
            "period": period_words(newest.period),
            "status": shown_number(newest),
        }
        shown["note"] = " · ".join(filter(None, [shown["note"], later]))
    return shown


def _lies_between(begin: str, before: str, latest: str) -> bool:
    """Whether a break parts two periods."""
    return begins_after(begin, before) and not begins_after(begin, latest)


def course_chart(item: Item, actor: Actor) -> dict[str, Any] | None:
    """The chart over time of the whole city, with its table, as on the page of the indicator; None without two values. Three queries."""
    item.indicator.item = item
    series = queries.series_of(item.indicator, actor)
    city = next((entry for entry in series if entry.district.level == District.Level.CITY), None)
    if city is None or len(city.points) < 2:
        return None
    breaks = prepared("breaks", lambda pk: SeriesBreak.objects.filter(indicator=pk), item.pk)
    return time_chart(item, city, breaks, [])


def _sources(series: list[queries.Series]) -> list[dict[str, str]]:
    """The different sources of all values, in order of first use."""
    seen: dict[tuple[str, str], dict[str, str]] = {}
    for entry in series:
        for point in entry.all:
            seen.setdefault((point.source_title, point.source_url), shown_source(point))
    return list(seen.values())


def actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Record a value, unless they are derived."""
    actor = asker.actor
    if not item.indicator.formula and rules.test_rule("thread.create_item", actor):
        return [(reverse("observation-create", args=[item.pk]), _("Wert eintragen"))]
    return []


register_pages(
    ItemPages(
        kind="indicator",
        related=("indicator__supplied_by",),
        form=IndicatorForm,
        detail_template="evidence/indicator.html",
        list_template="evidence/indicator_list.html",
        detail=detail,
        facts=facts,
        prepare=prepare,
        actions=actions,
        layout="lines",
        reasons_empty=gettext_lazy("Noch wird kein Ziel an dieser Zahl gemessen."),
        consequences_empty=gettext_lazy("Noch stützt sich kein Inhalt auf diese Zahl."),
        columns=(
            KindColumn("unit", lambda item: item.indicator.unit),
            KindColumn("direction", Choice("direction", "indicator")),
            KindColumn("supplied_by", lambda item: item.indicator.supplied_by),
            KindColumn("method", lambda item: item.indicator.method),
        ),
        bulk_fields=("direction", "periodicity", "decimals", "supplied_by"),
    )
)

register_mend(
    "observations",
    Mend(gettext_lazy("Wert eintragen"), "thread.create_item", page_of_subject("observation-create")),
)


def _all_values(pages: ItemPages, actor: Actor) -> ListTool | None:
    """The way from the list of indicators to all their values."""
    if pages.kind != "indicator":
        return None
    return ListTool(label=_("Alle Zahlen"), url=reverse("all-values"), icon="chart")


register_list_tool(_all_values)
