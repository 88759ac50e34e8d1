"""The city beside other areas on the page of an indicator: bars and table, of the newest period that both know."""

from __future__ import annotations

from typing import Any, NamedTuple

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.items.pages import add_to_detail
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.charts import Bar, bar_chart
from insek.web.display import number_words, period_words, shown_source

from ..models import Indicator, Observation
from ..queries import series_of
from .keeping import latest_beside
from .models import ComparisonArea, ComparisonValue

MOST_SHOWN = 40
"""Areas in the chart, the own city always among them; the table has all."""


class BesideLine(NamedTuple):
    """A value of an area, or of the city itself, as it is shown."""

    name: str
    sort: str
    value: float
    quality: str
    """How it came about, unless it was counted."""
    source: dict[str, str]
    is_own: bool = False


def values_beside(indicator: Indicator) -> list[ComparisonValue]:
    """All values of other areas. One query."""
    return list(ComparisonValue.objects.filter(indicator=indicator.pk).select_related("area"))


def comparison_of(asker: Asker, item: Item) -> dict[str, Any]:
    """The newest period that the city and another area both have, as bars and as a table with sources."""
    indicator: Indicator = item.indicator
    indicator.item = item
    values = values_beside(indicator)
    if not values:
        return {}
    series = series_of(indicator, asker.actor, map_places(item.concept, asker.actor))
    city = next((one for one in series if one.district.level == District.Level.CITY), None)
    counted = [p for p in city.points if p.quality != Observation.Quality.FORECAST] if city else []
    own = next((point for point in reversed(counted) if latest_beside(values, point.period)), None)
    period = own.period if own is not None else max(values, key=lambda row: row.period_end).period
    beside = latest_beside(values, period)
    lines = [
        BesideLine(
            row.area.name,
            row.area.get_sort_display(),
            float(row.value),
            _quality_words(row.quality),
            shown_source(row),
        )
        for row in beside.values()
    ]
    if own is not None and city is not None:
        lines.append(
            BesideLine(
                city.district.item.title,
                _("diese Stadt"),
                float(own.known),
                _quality_words(own.quality),
                shown_source(own),
                is_own=True,
            )
        )
    lines.sort(key=lambda line: -line.value)
    drawn = _drawn(lines)
    table = {
        "id": "vergleich-tabelle",
        "caption": _("%(title)s im Vergleich, %(when)s") % {"title": indicator.title_text, "when": period_words(period)},
        "columns": [
            {"label": _("Gebiet")},
            {"label": _("Art")},
            {"label": indicator.unit_text, "numeric": True},
            {"label": _("Quelle")},
        ],
        "rows": [
            [
                {"text": line.name, "is_content": True},
                line.sort,
                {"text": number_words(line.value, indicator.decimals), "numeric": True, "note": f"({line.quality})" if line.quality else ""},
                {"text": line.source["source_title"] or line.source["source_url"], "url": line.source["source_url"], "is_content": True}
                if line.source["source_url"]
                else {"text": line.source["source_title"], "is_content": True},
            ]
            for line in lines
        ],
    }  # fmt: skip
    spec = bar_chart(
        [
            Bar(
                name=f"{line.name} ({line.quality})" if line.quality else line.name,
                value=line.value,
                text=number_words(line.value, indicator.decimals),
                chosen=line.is_own,
            )
            for line in drawn
        ],
        unit=indicator.unit_text,
        description=_("%(title)s im Vergleich mit anderen Gebieten") % {"title": indicator.title_text},
        decimals=indicator.decimals,
    )
    chart = {
        "id": "vergleich",
        "title": _("Gebiete"),
        "description": period_words(period) + _drawn_words(len(drawn), len(lines)),
        "spec": spec,
        "table": table,
    }
    may = rules.test_rule("thread.release_item", asker.actor)
    return {
        "added_sections": ["evidence/_comparison.html"],
        "comparison": {
            "chart": chart if len(lines) > 1 else None,
            "table": table,
            "without_own": own is None,
            "url": reverse("comparison-areas") if may else "",
        },
    }


def _quality_words(quality: str) -> str:
    """How a value came about, unless it was counted."""
    return "" if quality == Observation.Quality.MEASURED else str(Observation.Quality(quality).label)


def _drawn(lines: list[BesideLine]) -> list[BesideLine]:
    """The largest, and the own city however small it is."""
    if len(lines) <= MOST_SHOWN:
        return lines
    own = [line for line in lines[MOST_SHOWN:] if line.is_own]
    return [*lines[: MOST_SHOWN - len(own)], *own]


def _drawn_words(drawn: int, there: int) -> str:
    """That the chart does not have all, where that is so."""
    if drawn == there:
        return ""
    said = _("%(drawn)s von %(all)s Gebieten, die mit den größten Werten; alle in der Tabelle")
    return f"; {said % {'drawn': drawn, 'all': there}}"


def areas_table(areas: list[ComparisonArea]) -> list[dict[str, Any]]:
    """The areas for the page that keeps them."""
    return [{"area": area, "sort": area.get_sort_display()} for area in areas]


add_to_detail("indicator", comparison_of)
