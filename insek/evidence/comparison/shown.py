"""The city beside other areas on the page of an indicator: bars and table, of the newest period that both know."""

from __future__ import annotations

from typing import Any

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

from ..models import Indicator
from ..queries import series_of
from .keeping import latest_beside
from .models import ComparisonArea, ComparisonValue

MOST_SHOWN = 40
"""Areas in the chart; the table has all."""


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
    own = next(
        (point for point in reversed(city.counted if city else []) if latest_beside(values, point.period)),
        None,
    )
    period = own.period if own is not None else max(values, key=lambda row: row.period_end).period
    beside = latest_beside(values, period)
    lines = [
        (row.area.name, row.area.get_sort_display(), float(row.value), shown_source(row))
        for row in beside.values()
    ]
    if own is not None and city is not None:
        lines.append((city.district.item.title, _("diese Stadt"), float(own.known), shown_source(own)))
    lines.sort(key=lambda line: -line[2])
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
                {"text": name, "is_content": True},
                sort,
                {"text": number_words(value, indicator.decimals), "numeric": True},
                {"text": source["source_title"] or source["source_url"], "url": source["source_url"], "is_content": True}
                if source["source_url"]
                else {"text": source["source_title"], "is_content": True},
            ]
            for name, sort, value, source in lines
        ],
    }  # fmt: skip
    spec = bar_chart(
        [Bar(name=name, value=value, text=number_words(value, indicator.decimals)) for name, _sort, value, _source in lines[:MOST_SHOWN]],
        unit=indicator.unit_text,
        description=_("%(title)s im Vergleich mit anderen Gebieten") % {"title": indicator.title_text},
        decimals=indicator.decimals,
    )  # fmt: skip
    chart = {
        "id": "vergleich",
        "title": _("Gebiete"),
        "description": period_words(period),
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


def areas_table(areas: list[ComparisonArea]) -> list[dict[str, Any]]:
    """The areas for the page that keeps them."""
    return [{"area": area, "sort": area.get_sort_display()} for area in areas]


add_to_detail("indicator", comparison_of)
