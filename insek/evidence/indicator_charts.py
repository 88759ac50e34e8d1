"""The values of an indicator as charts with their tables: over time, and by district."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.periods import are_years, begins_after, in_time, period_of, year_in
from insek.places.models import District
from insek.places.pages import city_map
from insek.thread.models import Item
from insek.web.charts import Bar, Break, Point, bar_chart, line_chart
from insek.web.display import number_words, period_words

from . import queries
from .models import Observation, SeriesBreak
from .words import remarks, shown_number, shown_value

MISSING_NAMED = 5


def on_axis(periods: Iterable[str]) -> Callable[[str], str]:
    """Where periods stand on a time axis, as days.

    A series of years (2024, or its last day 2024-12-31) stands at the beginning of each year, beside the year's name;
    a series with other periods stands at their ends.
    """
    if are_years(periods):
        return lambda period: f"{year_in(period)}-01-01"
    return lambda period: period_of(period).end.isoformat()


def row_of(name: str, point: Observation, url: str = "") -> list[Any]:
    """A line of a table: place or period, value, remarks."""
    head: Any = {"text": name, "url": url} if url else name
    lead = "; ".join(remarks(point))
    remark = {"lead": lead, "text": point.note, "is_content": True} if lead or point.note else ""
    return [head, {"text": shown_number(point), "numeric": True}, remark]


def columns(first: str, item: Item) -> list[dict[str, Any]]:
    return [
        {"label": first},
        {"label": item.indicator.unit_text, "numeric": True},
        {"label": _("Anmerkung")},
    ]


def time_table(item: Item, series: queries.Series) -> dict[str, Any]:
    return {
        "id": "zeitreihe-tabelle",
        "caption": _("%(title)s: %(place)s")
        % {"title": item.indicator.title_text, "place": series.district.item.title},
        "columns": columns(_("Stichtag oder Zeitraum"), item),
        "rows": [row_of(period_words(point.period), point) for point in reversed(series.all)],
    }


def time_chart(
    item: Item, series: queries.Series, breaks: list[SeriesBreak], path: list[Point]
) -> dict[str, Any]:
    """The chart over time with its table, and the path to a target where there is one."""
    indicator = item.indicator
    measured = series.counted
    ahead = [] if len(measured) == len(series.points) else [
        point for point in series.points
        if point.quality == Observation.Quality.FORECAST and begins_after(point.period, measured[-1].period)
    ]  # fmt: skip
    first, last = measured[0], measured[-1]
    day = on_axis([
        *(point.period for point in series.all), *(entry.period for entry in breaks), *(p.date for p in path),
    ])  # fmt: skip
    description = _("Von %(first)s (%(from)s) bis %(last)s (%(to)s).") % {
        "first": shown_value(first), "from": period_words(first.period),
        "last": shown_value(last), "to": period_words(last.period),
    }  # fmt: skip
    if ahead:
        description += " " + _("Gepunktet: vorausberechnet bis %(to)s (%(last)s).") % {
            "to": period_words(ahead[-1].period), "last": shown_value(ahead[-1])
        }  # fmt: skip
    if breaks:
        description += " " + _("Wo die Linie unterbrochen ist, sind die Werte nicht vergleichbar.")
    if series.missing:
        told = "; ".join(
            f"{period_words(point.period)}: {shown_number(point)}"
            for point in series.missing[-MISSING_NAMED:]
        )
        description += " " + _("Ohne Wert: %(periods)s.") % {"periods": told}
    if path:
        description += " " + _("Gestrichelt: der Pfad zum Zielwert.")

    def drawn(point: Observation) -> Point:
        note = "; ".join(filter(None, [*remarks(point), point.note]))
        return Point(
            date=day(point.period), value=float(point.known), label=period_words(point.period), note=note
        )

    spec = line_chart(
        [drawn(point) for point in measured],
        unit=indicator.unit_text,
        description=f"{indicator.title_text}. {description}",
        decimals=indicator.decimals,
        breaks=[
            Break(date=day(entry.period), label=period_words(entry.period), reason=entry.reason)
            for entry in breaks
        ],
        gaps=[day(point.period) for point in series.missing],
        path=[replace(point, date=day(point.date)) for point in path],
        projected=[drawn(point) for point in ahead],
        number=lambda value: number_words(value, indicator.decimals),
    )
    return {
        "id": "zeitreihe",
        "title": _("Entwicklung"),
        "description": description,
        "spec": spec,
        "table": time_table(item, series),
    }


def _shared_period(parts: list[queries.Series]) -> str:
    """The latest period for which at least half of the places say something; where there is none, the latest of all."""
    newest = Counter(
        point.period for entry in parts for point in {row.period: row for row in entry.all}.values()
    )
    shared = [period for period, count in newest.items() if count * 2 >= len(parts)]
    counted = {point.period for entry in parts for point in [*entry.counted, *entry.missing]}
    return max([period for period in shared if period in counted] or list(counted), key=in_time)


def _in_period(series: queries.Series, period: str) -> Observation | None:
    """What there is of a period, a value before a reason why there is none."""
    return next((row for row in (*reversed(series.points), *series.missing) if row.period == period), None)


def _has_value(point: Observation | None) -> bool:
    return point is not None and point.value is not None


def _last_words(series: queries.Series) -> str:
    """Which value is the last one of a place that has none in the period shown."""
    point = series.newest
    return _("%(period)s: %(value)s") % {"period": period_words(point.period), "value": shown_number(point)}


def _row_without(series: queries.Series) -> list[Any]:
    """A line of a place that has nothing in the period shown."""
    place = series.district.item
    return [
        {"text": place.title, "url": place.url},
        {"text": "–", "numeric": True},
        _("zuletzt %(value)s") % {"value": _last_words(series)},
    ]


def by_district(
    asker: Asker, item: Item, parts: list[queries.Series], places: list[District]
) -> dict[str, Any]:
    """The districts in the latest period that at least half of them have, as map, bars and table, highest first.

    Where there is no value in it, the table says why, and which is the last one: values of different times are not set side by side.
    """
    indicator = item.indicator
    period = _shared_period(parts)
    found = [(entry, _in_period(entry, period)) for entry in parts]
    rows = sorted(
        found, key=lambda row: (_has_value(row[1]), row[1].known if row[1] and _has_value(row[1]) else 0), reverse=True
    )  # fmt: skip
    known = [
        (entry.district, point) for entry, point in rows if point is not None and point.value is not None
    ]
    when = period_words(period)
    bars = bar_chart(
        [
            Bar(name=district.item.title, value=float(point.known), text=shown_number(point))
            for district, point in known
        ],
        unit=indicator.unit_text,
        description=_("%(title)s nach Räumen") % {"title": indicator.title_text},
        decimals=indicator.decimals,
    )
    table = {
        "id": "raeume-tabelle",
        "caption": _("%(title)s nach Räumen, %(when)s") % {"title": indicator.title_text, "when": when},
        "columns": columns(_("Raum"), item),
        "rows": [
            row_of(entry.district.item.title, point, entry.district.item.url)
            if point is not None
            else _row_without(entry)
            for entry, point in rows
        ],
    }
    if not known:
        return {"part_table": table}
    comparison = {
        "id": "raeume-balken",
        "title": _("Im Vergleich"),
        "description": when,
        "spec": bars,
        "table": table,
    }
    shown_map = city_map(
        asker,
        places,
        id="raeume-karte",
        title=_("Auf der Karte"),
        values={district.pk: float(point.known) for district, point in known},
        labels={
            entry.district.pk: shown_number(point) if point else _last_words(entry) for entry, point in rows
        },
        order=[entry.district.pk for entry, _point in rows],
        decimals=indicator.decimals,
    )
    shown_map["legend_title"] = f"{indicator.unit_text}, {when}"
    return {
        "bars": comparison if len(known) > 1 else None,
        "part_table": None if len(known) > 1 else table,
        "map": shown_map,
        "map_values": {district.pk: float(point.known) for district, point in known},
        "when": when,
    }
