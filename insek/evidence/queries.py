"""What can be asked of observations: series for charts, values by district, latest values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from insek.people.actors import Actor
from insek.places.models import District
from insek.thread.models import Item

from .models import Indicator, Observation


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
