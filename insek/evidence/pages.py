"""How indicators are shown: figure first, then the picture, then the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek import clock
from insek.concept.asker import Asker
from insek.items.mending import Mend, page_of_subject, register_mend
from insek.items.pages import Choice, ItemPages, KindColumn, add_to_detail, register_pages
from insek.people.models import in_language
from insek.places.models import District
from insek.places.pages import city_map
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.charts import Bar, Break, Point, bar_chart, line_chart
from insek.web.display import number_words, period_words, shown_source

from . import queries
from .forms import IndicatorForm
from .models import Indicator, Observation, SeriesBreak

DISTRICT_FIGURES = 15
"""Figures on the page of a district; the list of indicators has them all."""


PathProvider = Callable[[Asker, Item], list[Point]]
_paths: list[PathProvider] = []


def add_path(provide: PathProvider) -> None:
    """Let a later room draw the path that a series of the whole city should take: points whose ``date`` is a period."""
    if provide not in _paths:
        _paths.append(provide)


def shown_value(observation: Observation) -> str:
    """The value as read on a page, with unit."""
    indicator = observation.indicator
    return f"{number_words(observation.value, indicator.decimals)} {indicator.unit_text}"


def shown_number(observation: Observation) -> str:
    """The value as read on a page, without unit."""
    return number_words(observation.value, observation.indicator.decimals)


def on_axis(periods: Iterable[str]) -> Callable[[str], str]:
    """Where periods stand on a time axis, as days.

    A series of years (2024, or its last day 2024-12-31) stands at the beginning of each year, beside the year's name;
    a series with other days stands at its days, a year or month then at its end.
    """
    if all(len(period) == 4 or period.endswith("-12-31") for period in periods):
        return lambda period: f"{period[:4]}-01-01"
    return lambda period: {4: f"{period}-12-31", 7: f"{period}-28"}.get(len(period), period)


def prepare(items: list[Item]) -> None:
    """Attach the latest value for the whole city to the indicators of one page. One query."""
    latest = queries.latest_values(item.pk for item in items)
    for item in items:
        item.latest = latest.get(item.pk)  # type: ignore[attr-defined]  # put beside the columns for the page


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Latest value and its date where the list asked for it; else unit, turn and direction."""
    if hasattr(item, "latest"):
        if item.latest is None:
            return [(_("Letzter Wert"), _("nach Räumen")), (_("Einheit"), item.indicator.unit_text)]
        return [
            (_("Letzter Wert"), shown_value(item.latest)),
            (_("Stichtag"), period_words(item.latest.period)),
        ]
    return [
        (_("Einheit"), item.indicator.unit_text),
        (_("Turnus"), item.indicator.get_periodicity_display()),
        (_("Richtung"), item.indicator.get_direction_display()),
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
    breaks = list(indicator.breaks.all())
    city = next((entry for entry in series if entry.district.level == District.Level.CITY), None)
    parts = [entry for entry in series if entry.district.level != District.Level.CITY]
    context: dict[str, Any] = {
        "figure": figure(city.points, breaks, label=city.district.item.title) if city else None,
        "breaks": [{"period": period_words(entry.period), "reason": entry.reason} for entry in breaks],
        "table_url": reverse("observation-table", args=[item.pk]) if series else "",
        "sources": _sources(series),
        "place_count": len(parts),
    }
    if city and len(city.points) > 1:
        path = [point for provide in _paths for point in provide(asker, item)]
        context["line"] = _line(item, city, breaks, path)
    elif city:
        context["city_table"] = _time_table(item, city)
    if parts:
        context.update(_by_district(asker, item, parts, places))
    return context


def figure(points: list[Observation], breaks: list[SeriesBreak], *, label: str) -> dict[str, Any]:
    """The latest value with date, age, source and the change since the last value of the same time of year.

    November is compared with November, or there is no change to tell; nor is there one across a break of the series.
    """
    latest = points[-1]
    indicator = latest.indicator
    shown: dict[str, Any] = {
        "value": shown_number(latest),
        "unit": indicator.unit_text,
        "label": label,
        "date_label": period_words(latest.period),
        "age": age_words(latest.period),
        "source_title": latest.source_title or latest.source_url,
        "source_url": latest.source_url,
        "note": " · ".join(_remarks(latest)),
        "remark": latest.note,
    }
    before = queries.earlier_like(points)
    if before and not any(before.period < entry.period <= latest.period for entry in breaks):
        shown["trend"] = trend(latest, before)
    return shown


def age_words(period: str) -> str:
    """How old a value is, counted in whole months and years from the end of its period; "" while it lies ahead."""
    year, month = int(period[:4]), int(period[5:7] or 12)
    day = clock.today()
    months = (day.year - year) * 12 + day.month - month - (len(period) == 10 and day.day < int(period[8:]))
    if months < 0:
        return ""
    if months < 24:
        return (
            ngettext("%(count)s Monat alt", "%(count)s Monate alt", months) % {"count": months}
            if months
            else _("aus diesem Monat")
        )
    return _("%(count)s Jahre alt") % {"count": months // 12}


def trend(latest: Observation, before: Observation) -> dict[str, Any]:
    """The change between two values in words, and whether it goes the way that is good."""
    indicator = latest.indicator
    change = latest.value - before.value
    direction = "up" if change > 0 else "down" if change < 0 else "flat"
    amount = number_words(abs(change), indicator.decimals)
    unit = _("Prozentpunkte") if indicator.unit.startswith("%") else indicator.unit_text
    since = {"amount": amount, "unit": unit, "period": period_words(before.period)}
    words = {  # of a year, a month, a day
        "up": (_("%(amount)s %(unit)s mehr als %(period)s"), _("%(amount)s %(unit)s mehr als im %(period)s"), _("%(amount)s %(unit)s mehr als am %(period)s")),
        "down": (_("%(amount)s %(unit)s weniger als %(period)s"), _("%(amount)s %(unit)s weniger als im %(period)s"), _("%(amount)s %(unit)s weniger als am %(period)s")),
        "flat": (_("unverändert seit %(period)s"), _("unverändert seit %(period)s"), _("unverändert seit dem %(period)s")),
    }  # fmt: skip
    label = words[direction][min(before.period.count("-"), 2)] % since
    good = None
    if change and indicator.direction != indicator.Direction.NONE:
        good = direction == indicator.direction
    return {"direction": direction, "label": label, "good": good}


def _quality(point: Observation) -> str:
    """How a value came about, unless it was counted."""
    return "" if point.quality == Observation.Quality.MEASURED else str(point.get_quality_display())


def _remarks(point: Observation) -> list[str]:
    """What a reader must know about a value beside its note: its quality unless it was counted, and doubts."""
    remarks = [quality] if (quality := _quality(point)) else []
    if point.confidence == "low":
        remarks.append(_("nicht überprüft"))
    return remarks


def _row(name: str, point: Observation, url: str = "") -> list[Any]:
    """A line of a table: place or period, value, remarks."""
    head: Any = {"text": name, "url": url} if url else name
    lead = "; ".join(_remarks(point))
    remark = {"lead": lead, "text": point.note, "is_content": True} if lead or point.note else ""
    return [head, {"text": shown_number(point), "numeric": True}, remark]


def _columns(first: str, item: Item) -> list[dict[str, Any]]:
    return [
        {"label": first},
        {"label": item.indicator.unit_text, "numeric": True},
        {"label": _("Anmerkung")},
    ]


def _time_table(item: Item, series: queries.Series) -> dict[str, Any]:
    return {
        "id": "zeitreihe-tabelle",
        "caption": _("%(title)s: %(place)s")
        % {"title": item.indicator.title_text, "place": series.district.item.title},
        "columns": _columns(_("Stichtag oder Zeitraum"), item),
        "rows": [_row(period_words(point.period), point) for point in reversed(series.points)],
    }


def _line(item: Item, series: queries.Series, breaks: list[SeriesBreak], path: list[Point]) -> dict[str, Any]:
    """The chart over time with its table, and the path to a target where there is one."""
    indicator = item.indicator
    first, last = series.points[0], series.points[-1]
    day = on_axis([
        *(point.period for point in series.points), *(entry.period for entry in breaks), *(p.date for p in path),
    ])  # fmt: skip
    description = _("Von %(first)s (%(from)s) bis %(last)s (%(to)s).") % {
        "first": shown_value(first), "from": period_words(first.period),
        "last": shown_value(last), "to": period_words(last.period),
    }  # fmt: skip
    if breaks:
        description += " " + _("Wo die Linie unterbrochen ist, sind die Werte nicht vergleichbar.")
    if path:
        description += " " + _("Gestrichelt: der Pfad zum Zielwert.")
    spec = line_chart(
        [
            Point(
                date=day(point.period),
                value=float(point.value),
                label=period_words(point.period),
                note="; ".join(filter(None, [*_remarks(point), point.note])),
            )
            for point in series.points
        ],
        unit=indicator.unit_text,
        description=f"{indicator.title_text}. {description}",
        decimals=indicator.decimals,
        breaks=[
            Break(date=day(entry.period), label=period_words(entry.period), reason=entry.reason)
            for entry in breaks
        ],
        path=[replace(point, date=day(point.date)) for point in path],
        number=lambda value: number_words(value, indicator.decimals),
    )
    return {
        "id": "zeitreihe",
        "title": _("Entwicklung"),
        "description": description,
        "spec": spec,
        "table": _time_table(item, series),
    }


def _by_district(
    asker: Asker, item: Item, parts: list[queries.Series], places: list[District]
) -> dict[str, Any]:
    """The latest value of each district as map, bars and table, highest first."""
    indicator = item.indicator
    rows = sorted(parts, key=lambda entry: entry.points[-1].value, reverse=True)
    periods = sorted({entry.points[-1].period for entry in rows})
    when = (
        period_words(periods[0])
        if len(periods) == 1
        else f"{period_words(periods[0])} – {period_words(periods[-1])}"
    )
    bars = bar_chart(
        [
            Bar(
                name=entry.district.item.title,
                value=float(entry.points[-1].value),
                text=shown_number(entry.points[-1]),
            )
            for entry in rows
        ],
        unit=indicator.unit_text,
        description=_("%(title)s nach Räumen") % {"title": indicator.title_text},
        decimals=indicator.decimals,
    )
    table = {
        "id": "raeume-tabelle",
        "caption": _("%(title)s nach Räumen, %(when)s") % {"title": indicator.title_text, "when": when},
        "columns": _columns(_("Raum"), item),
        "rows": [
            _row(entry.district.item.title, entry.points[-1], entry.district.item.url) for entry in rows
        ],
    }
    points = {entry.district.pk: entry.points[-1] for entry in rows}
    shown_map = city_map(
        asker,
        places,
        id="raeume-karte",
        title=_("Auf der Karte"),
        values={pk: float(point.value) for pk, point in points.items()},
        labels={pk: shown_number(point) for pk, point in points.items()},
        order=[entry.district.pk for entry in rows],
        decimals=indicator.decimals,
    )
    shown_map["legend_title"] = f"{indicator.unit_text}, {when}"
    return {
        "bars": {
            "id": "raeume-balken",
            "title": _("Im Vergleich"),
            "description": when,
            "spec": bars,
            "table": table,
        },
        "map": shown_map,
        "when": when,
    }


def _sources(series: list[queries.Series]) -> list[dict[str, str]]:
    """The different sources of all values, in order of first use."""
    seen: dict[tuple[str, str], dict[str, str]] = {}
    for entry in series:
        for point in entry.points:
            seen.setdefault((point.source_title, point.source_url), shown_source(point))
    return list(seen.values())


def district_figures(asker: Asker, item: Item) -> dict[str, Any]:
    """The latest figures of a district, for its page. One query."""
    district = item.district
    district.item = item
    rows = queries.values_of_district(district, asker.actor, size=DISTRICT_FIGURES + 1)
    if not rows:
        return {}
    return {
        "figures_url": reverse("indicator-list") if len(rows) > DISTRICT_FIGURES else "",
        "figures_table": {
            "id": "zahlen",
            "caption": _("Zahlen zu %(place)s") % {"place": item.title},
            "hide_caption": True,
            "columns": [
                {"label": _("Indikator")},
                {"label": _("Wert"), "numeric": True},
                {"label": _("Stichtag")},
                {"label": _("Quelle")},
            ],
            "rows": [
                [
                    {"text": row.indicator.title_text, "url": row.indicator.item.url},
                    {"text": shown_value(row), "numeric": True, "note": _quality(row)},
                    period_words(row.period),
                    {"text": row.source_title or row.source_url, "url": row.source_url, "is_content": True},
                ]
                for row in rows[:DISTRICT_FIGURES]
            ],
        },
    }


add_to_detail("district", district_figures)


def actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Record a value."""
    actor = asker.actor
    if rules.test_rule("thread.create_item", actor):
        return [(reverse("observation-create", args=[item.pk]), _("Wert eintragen"))]
    return []


register_pages(
    ItemPages(
        kind="indicator",
        form=IndicatorForm,
        detail_template="evidence/indicator.html",
        list_template="evidence/indicator_list.html",
        detail=detail,
        facts=facts,
        prepare=prepare,
        actions=actions,
        layout="lines",
        own_title=lambda item: in_language("", item.indicator.title_en),
        reasons_empty=gettext_lazy("Noch wird kein Ziel an dieser Zahl gemessen."),
        consequences_empty=gettext_lazy("Noch stützt sich kein Inhalt auf diese Zahl."),
        columns=(
            KindColumn("unit", lambda item: item.indicator.unit),
            KindColumn("direction", Choice("direction", "indicator")),
            KindColumn("method", lambda item: item.indicator.method),
        ),
        bulk_fields=("direction", "periodicity", "decimals"),
    )
)

register_mend(
    "observations",
    Mend(gettext_lazy("Wert eintragen"), "thread.create_item", page_of_subject("observation-create")),
)
