"""How indicators are shown: figure first, then the picture, then the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.concept.asker import Asker
from insek.engines.periods import DAY, FREE, YEAR, YEARS, are_years, begins_after, in_time, period_of, year_in
from insek.items.list_tools import ListTool, register_list_tool
from insek.items.mending import Mend, page_of_subject, register_mend
from insek.items.pages import Choice, ItemPages, KindColumn, register_pages
from insek.people.actors import Actor
from insek.people.prepared import prepared
from insek.places.models import District
from insek.places.pages import city_map
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.charts import Bar, Break, Point, bar_chart, line_chart
from insek.web.display import number_words, period_words, shown_source

from . import queries
from .derived.shown import derived_shown
from .figures import age_in_months
from .forms import IndicatorForm
from .models import Indicator, Observation, SeriesBreak
from .picture_ways import picture_ways
from .services import uncertainty_words

PathProvider = Callable[[Asker, Item], list[Point]]
_paths: list[PathProvider] = []
MISSING_NAMED = 5
"""Periods without a value that a chart names."""


def add_path(provide: PathProvider) -> None:
    """Let a later room draw the path that a series of the whole city should take: points whose ``date`` is a period."""
    if provide not in _paths:
        _paths.append(provide)


def shown_value(observation: Observation) -> str:
    """The value as read on a page, with unit."""
    number = shown_number(observation)
    return f"{number} {observation.indicator.unit_after(number)}"


def shown_number(observation: Observation) -> str:
    """The value as read on a page, without unit; where there is none, why."""
    if observation.value is None:
        return str(observation.get_quality_display())
    return number_words(observation.value, observation.indicator.decimals)


def on_axis(periods: Iterable[str]) -> Callable[[str], str]:
    """Where periods stand on a time axis, as days.

    A series of years (2024, or its last day 2024-12-31) stands at the beginning of each year, beside the year's name;
    a series with other periods stands at their ends.
    """
    if are_years(periods):
        return lambda period: f"{year_in(period)}-01-01"
    return lambda period: period_of(period).end.isoformat()


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
        "value": (number := shown_number(latest)),
        "unit": indicator.unit_after(number),
        "label": label,
        "date_label": period_words(latest.period),
        "age": age_words(latest.period),
        "source_title": latest.source_title or latest.source_url,
        "source_url": latest.source_url,
        "note": " · ".join(_remarks(latest)),
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


def age_words(period: str) -> str:
    """How old a value is, counted in whole months and years from the end of its period; "" while it lies ahead."""
    months = age_in_months(period)
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
    change = latest.known - before.known
    direction = "up" if change > 0 else "down" if change < 0 else "flat"
    amount = number_words(abs(change), indicator.decimals)
    unit = _("Prozentpunkte") if indicator.unit.startswith("%") else indicator.unit_text
    since = {"amount": amount, "unit": unit, "period": period_words(before.period)}
    words = {  # of a year, a month, a day
        "up": (_("%(amount)s %(unit)s mehr als %(period)s"), _("%(amount)s %(unit)s mehr als im %(period)s"), _("%(amount)s %(unit)s mehr als am %(period)s")),
        "down": (_("%(amount)s %(unit)s weniger als %(period)s"), _("%(amount)s %(unit)s weniger als im %(period)s"), _("%(amount)s %(unit)s weniger als am %(period)s")),
        "flat": (_("unverändert seit %(period)s"), _("unverändert seit %(period)s"), _("unverändert seit dem %(period)s")),
    }  # fmt: skip
    kind = period_of(before.period).kind
    label = words[direction][{YEAR: 0, YEARS: 0, FREE: 0, DAY: 2}.get(kind, 1)] % since
    good = None
    if change and indicator.direction != indicator.Direction.NONE:
        good = direction == indicator.direction
    return {"direction": direction, "label": label, "good": good}


def quality_words(point: Observation) -> str:
    """How a value came about, unless it was counted; of a missing one nothing, it stands where the value would."""
    return (
        ""
        if point.value is None or point.quality == Observation.Quality.MEASURED
        else str(point.get_quality_display())
    )


def _remarks(point: Observation) -> list[str]:
    """What a reader must know about a value beside its note: its quality unless it was counted, and doubts."""
    remarks = [words for words in (quality_words(point), uncertainty_words(point)) if words]
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
        "rows": [_row(period_words(point.period), point) for point in reversed(series.all)],
    }


def _line(item: Item, series: queries.Series, breaks: list[SeriesBreak], path: list[Point]) -> dict[str, Any]:
    """The chart over time with its table, and the path to a target where there is one."""
    indicator = item.indicator
    first, last = series.points[0], series.points[-1]
    day = on_axis([
        *(point.period for point in series.all), *(entry.period for entry in breaks), *(p.date for p in path),
    ])  # fmt: skip
    description = _("Von %(first)s (%(from)s) bis %(last)s (%(to)s).") % {
        "first": shown_value(first), "from": period_words(first.period),
        "last": shown_value(last), "to": period_words(last.period),
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
    spec = line_chart(
        [
            Point(
                date=day(point.period),
                value=float(point.known),
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
        gaps=[day(point.period) for point in series.missing],
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


def course_chart(item: Item, actor: Actor) -> dict[str, Any] | None:
    """The chart over time of the whole city, with its table, as on the page of the indicator; None without two values. Three queries."""
    item.indicator.item = item
    series = queries.series_of(item.indicator, actor)
    city = next((entry for entry in series if entry.district.level == District.Level.CITY), None)
    if city is None or len(city.points) < 2:
        return None
    breaks = prepared("breaks", lambda pk: SeriesBreak.objects.filter(indicator=pk), item.pk)
    return _line(item, city, breaks, [])


def _by_district(
    asker: Asker, item: Item, parts: list[queries.Series], places: list[District]
) -> dict[str, Any]:
    """The latest value of each district as map, bars and table, highest first; where there is none, the table says why."""
    indicator = item.indicator
    newest = [(entry.district, entry.newest) for entry in parts]
    rows = sorted(newest, key=lambda row: (row[1].value is not None, row[1].value or 0), reverse=True)
    known = [(district, point) for district, point in rows if point.value is not None]
    periods = sorted({point.period for _district, point in rows}, key=in_time)
    when = (
        period_words(periods[0])
        if len(periods) == 1
        else f"{period_words(periods[0])} – {period_words(periods[-1])}"
    )
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
        "columns": _columns(_("Raum"), item),
        "rows": [_row(district.item.title, point, district.item.url) for district, point in rows],
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
        labels={district.pk: shown_number(point) for district, point in rows},
        order=[district.pk for district, _point in rows],
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
