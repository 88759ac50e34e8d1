"""Values of parts on the page of an indicator: ages by sex of one place and period, and other parts below."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.tables.breakdowns import AgeGroup
from insek.items.pages import add_to_detail
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.display import period_words

from .breakdowns import age_words, sex_words
from .models import IN_TIME, TOTAL, Breakdown, Indicator, Observation
from .services import uncertainty_words
from .words import quality_words, shown_number

PLACE, PERIOD = "raum", "zeitraum"
MOST_PERIODS = 60
"""Periods that can be chosen; the CSV file has all."""


def parts_of(asker: Asker, item: Item) -> dict[str, Any]:
    """The table of parts for the place and period that the address names, else the city's latest. Three queries.

    None where the indicator has no parts.
    """
    indicator: Indicator = item.indicator
    if not indicator.dimensions:
        return {}
    places = {row.pk: row for row in map_places(item.concept, asker.actor)}
    parts = Observation.objects.current().filter(indicator=indicator.pk, breakdown__gt=TOTAL).order_by()
    one = parts.filter(district=OuterRef("pk")).values("pk")[:1]  # asked place by place, by the index
    asked = District.objects.filter(pk__in=list(places)).order_by().annotate(one=Subquery(one))
    there = {pk for pk, found in asked.values_list("pk", "one") if found is not None}
    offered = [row for row in places.values() if row.pk in there]
    if not offered:
        return {}
    offered.sort(key=lambda row: (row.level != District.Level.CITY, row.item.sort_key))
    place = next((row for row in offered if row.pk == asker.asked.get(PLACE)), offered[0])
    known = parts.filter(district=place.pk).values_list("period", "period_end", "period_start").distinct()
    periods = [text for text, _end, _start in known.order_by("-period_end", "-period_start")[:MOST_PERIODS]]
    period = asker.asked.get(PERIOD) if asker.asked.get(PERIOD) in periods else periods[0]
    rows = list(
        Observation.objects.current()
        .filter(indicator=indicator.pk, district=place.pk, period=period)
        .select_related("breakdown")
        .order_by(*IN_TIME)
    )
    for row in rows:
        row.indicator = indicator
    return {
        "added_sections": ["evidence/_parts.html"],
        "parts": {
            "places": [
                {"key": row.pk, "label": row.item.title, "chosen": row.pk == place.pk} for row in offered
            ],
            "periods": [
                {"key": text, "label": period_words(text), "chosen": text == period} for text in periods
            ],
            "table": _table(item, place, str(period), rows),
        },
    }


def _table(item: Item, place: District, period: str, rows: list[Observation]) -> dict[str, Any]:
    """Parts by row, sexes by column; what is said of a value stands beside it."""
    cells: dict[tuple[tuple[tuple[str, str], ...], AgeGroup | None], dict[str, Observation]] = {}
    for row in rows:
        part = row.breakdown
        cells.setdefault((tuple(part.others), part.age), {})[part.sex] = row
    sexes = [sex for sex in ("", *Breakdown.Sex.values) if any(sex in found for found in cells.values())]
    ordered = sorted(
        cells, key=lambda key: (key[0], key[1] is not None, key[1] or AgeGroup(0, 0), _width(key[1]))
    )
    return {
        "id": "gliederung-tabelle",
        "caption": _("%(title)s: %(place)s, %(period)s")
        % {"title": item.indicator.title_text, "place": place.item.title, "period": period_words(period)},
        "columns": [
            {"label": _("Gruppe")},
            *({"label": sex_words(sex) or _("insgesamt"), "numeric": True} for sex in sexes),
        ],
        "rows": [
            [_group_words(others, age), *(_cell(cells[others, age].get(sex)) for sex in sexes)]
            for others, age in ordered
        ],
    }


def _width(age: AgeGroup | None) -> int:
    return -1 if age is None else 999 if age.end is None else age.end


def _group_words(others: tuple[tuple[str, str], ...], age: AgeGroup | None) -> str:
    named = [f"{name}: {word}" for name, word in others]
    return ", ".join([*named, *([age_words(age)] if age else [])]) or _("alle")


def _cell(row: Observation | None) -> Any:
    if row is None:
        return {"text": "–", "numeric": True}
    note = "; ".join(filter(None, [quality_words(row), uncertainty_words(row)]))
    return {"text": shown_number(row), "numeric": True, "note": f"({note})" if note else ""}


add_to_detail("indicator", parts_of)
