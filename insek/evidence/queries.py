"""What can be asked of observations: series for charts, values by district, latest values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.places.models import District
from insek.thread.models import Item

from .models import Indicator, Observation, SeriesBreak


@dataclass(frozen=True)
class Series:
    """The values of one indicator in one place, in the order of time."""

    district: District
    points: list[Observation]


def series_of(indicator: Indicator, actor: Actor) -> list[Series]:
    """All current values of an indicator by visible district, the city first. Two queries."""
    visible = {
        district.pk: district
        for district in District.objects.select_related("item").filter(
            item__in=Item.objects.visible_to(actor)
            .filter(kind="district", concept=indicator.item.concept_id)
            .values("pk")
        )
    }
    found: dict[str, list[Observation]] = {}
    for observation in Observation.objects.current().filter(indicator=indicator).order_by("period", "pk"):
        if observation.district_id in visible:
            observation.district = visible[observation.district_id]
            observation.indicator = indicator
            found.setdefault(observation.district_id, []).append(observation)
    levels = list(District.Level.values)
    ordered = sorted(found, key=lambda pk: (levels.index(visible[pk].level), visible[pk].item.sort_key))
    return [Series(visible[pk], found[pk]) for pk in ordered]


def latest_values(indicators: Iterable[str]) -> dict[str, Observation]:
    """The latest value for the whole city of each indicator. One query."""
    latest: dict[str, Observation] = {}
    rows = (
        Observation.objects.current()
        .filter(indicator__in=list(indicators), district__level=District.Level.CITY)
        .select_related("indicator", "district__item")
        .order_by("period", "pk")
    )
    for observation in rows:
        latest[observation.indicator_id] = observation
    return latest


LOOKED_AT = 12
"""Indicators of which the start page looks for values."""


def city_figures(concept: Concept, actor: Actor, *, size: int) -> list[tuple[Series, list[SeriesBreak]]]:
    """The values for the whole city of the first visible indicators that have any, with their breaks. Three queries."""
    indicators = [
        _with_item(item)
        for item in Item.objects.visible_to(actor)
        .filter(concept=concept, kind="indicator")
        .select_related("indicator")[:LOOKED_AT]
    ]
    points: dict[str, list[Observation]] = {}
    rows = (
        Observation.objects.current()
        .filter(indicator__in=indicators, district__level=District.Level.CITY)
        .select_related("district__item")
        .order_by("period", "pk")
    )
    for observation in rows:
        points.setdefault(observation.indicator_id, []).append(observation)
    found = [indicator for indicator in indicators if indicator.pk in points][:size]
    breaks: dict[str, list[SeriesBreak]] = {}
    for entry in SeriesBreak.objects.filter(indicator__in=found):
        breaks.setdefault(entry.indicator_id, []).append(entry)
    shown = []
    for indicator in found:
        for observation in points[indicator.pk]:
            observation.indicator = indicator
        shown.append(
            (Series(points[indicator.pk][0].district, points[indicator.pk]), breaks.get(indicator.pk, []))
        )
    return shown


def _with_item(item: Item) -> Indicator:
    indicator: Indicator = item.indicator
    indicator.item = item
    return indicator


def values_of_district(district: District, actor: Actor) -> list[Observation]:
    """The latest value of every visible indicator for one district, by title. One query."""
    rows = (
        Observation.objects.current()
        .filter(
            district=district,
            indicator__in=Item.objects.visible_to(actor)
            .filter(kind="indicator", concept=district.item.concept_id)
            .values("pk"),
        )
        .select_related("indicator__item")
        .order_by("indicator__item__sort_key", "-period", "-pk")
    )
    latest: dict[str, Observation] = {}
    for observation in rows:
        latest.setdefault(observation.indicator_id, observation)
    return list(latest.values())


def rounded(value: Decimal, decimals: int) -> Decimal:
    """A value with as many decimals as its indicator shows."""
    return round(value, decimals)
