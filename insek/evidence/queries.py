"""What can be asked of observations: series for charts, values by district, latest values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from insek.concept.models import Concept, Field
from insek.people.actors import Actor
from insek.places.models import District
from insek.places.queries import districts
from insek.thread.known_ids import is_seen
from insek.thread.models import Item
from insek.thread.shared_cache import cached

from .models import Indicator, Observation, SeriesBreak


@dataclass(frozen=True)
class Series:
    """The values of one indicator in one place, in the order of time."""

    district: District
    points: list[Observation]


def series_of(indicator: Indicator, actor: Actor, places: Iterable[District] | None = None) -> list[Series]:
    """All current values of an indicator by visible district, the city first.

    Two queries, one when the visible places are at hand.
    """
    if places is None:
        places = districts(indicator.item.concept, actor)
    visible = {district.pk: district for district in places}
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
    rows = (
        Observation.objects.current()
        .filter(indicator__in=list(indicators), district__in=_CITIES)
        .filter(~Exists(_LATER))
        .select_related("indicator")
    )
    return {observation.indicator_id: observation for observation in rows}


def city_values(indicators: Iterable[str]) -> dict[str, list[tuple[str, Decimal]]]:
    """Period and value of all current values for the whole city of each indicator, by period. One query."""
    rows = Observation.objects.current().filter(
        indicator__in=list(indicators), district__level=District.Level.CITY
    )
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for indicator_id, period, value in rows.order_by("period", "pk").values_list(
        "indicator", "period", "value"
    ):
        found.setdefault(indicator_id, []).append((period, value))
    return found


_CITIES = District.objects.filter(level=District.Level.CITY).values("pk")

_LATER = Observation.objects.current().filter(
    indicator=OuterRef("indicator"), district=OuterRef("district"), period__gt=OuterRef("period")
)
"""The later values for the same place; a value without any is the latest."""

LOOKED_AT = 8
"""Indicators of each field of which the start page looks for values."""


def season(period: str) -> tuple[int, str]:
    """What a value of this period can be compared with: a year with years (its last day is the year), a month with the
    same month, a day with the same day of other years."""
    part = "" if period.endswith("-12-31") else period[5:]
    return part.count("-") + bool(part), part


def earlier_like(points: Sequence[Observation]) -> Observation | None:
    """The newest earlier value of the same time of year as the last one; None where like can not be compared with like."""
    latest = points[-1]
    alike = (
        point
        for point in reversed(points[:-1])
        if point.period[:4] < latest.period[:4] and season(point.period) == season(latest.period)
    )
    return next(alike, None)


def city_figures(concept: Concept, actor: Actor) -> list[tuple[list[Observation], list[SeriesBreak]]]:
    """A figure of the whole city for each field: the concept's first indicator, and for every further field one that
    says which way is good, where possible with an earlier value.

    Each with its last value, the one it is compared with, and its breaks; chosen once after each change for visitors.
    Three queries, and some for each field when it is chosen anew.
    """
    compared = cached(concept, actor, "city figures", lambda: _compared(concept, actor))
    points = Observation.objects.select_related("indicator__item").in_bulk(
        pk for pks in compared.values() for pk in pks
    )
    breaks: dict[str, list[SeriesBreak]] = {}
    for entry in SeriesBreak.objects.filter(indicator__in=compared):
        breaks.setdefault(entry.indicator_id, []).append(entry)
    return [([points[number] for number in pks], breaks.get(pk, [])) for pk, pks in compared.items()]


def _compared(concept: Concept, actor: Actor) -> dict[str, list[int]]:
    """For each indicator chosen the keys of the value it is compared with, where there is one, and of the last."""
    visible = Item.objects.visible_to(actor).filter(concept=concept, kind="indicator")
    by_field = [found for field in concept.fields.all() if (found := _candidates(visible, field))]
    first = list(visible.values_list("pk", flat=True)[:1])
    values: dict[str, list[Observation]] = {}
    wanted = {*first, *(pk for ids in by_field for pk in ids)}
    rows = Observation.objects.current().filter(indicator__in=wanted, district__in=_CITIES)
    for point in rows.order_by("period", "pk").only("pk", "indicator_id", "period"):
        values.setdefault(point.indicator_id, []).append(point)
    chosen = [pk for pk in first if pk in values]
    for ids in by_field[1:] if chosen else by_field:
        known = [pk for pk in ids if pk in values and pk not in chosen]
        chosen += sorted(known, key=lambda pk: earlier_like(values[pk]) is None)[:1]
    return {pk: [p.pk for p in (earlier_like(values[pk]), values[pk][-1]) if p] for pk in chosen}


def _candidates(visible: QuerySet[Item], field: Field) -> list[str]:
    """The first indicators of a field, those with a direction before the others. Two queries."""
    of_field = visible.filter(
        Exists(Item.fields.through.objects.filter(item=OuterRef("pk"), field=field))
    ).values_list("pk", flat=True)
    aimed = list(of_field.exclude(indicator__direction=Indicator.Direction.NONE)[:LOOKED_AT])
    return [*aimed, *of_field.filter(indicator__direction=Indicator.Direction.NONE)[: LOOKED_AT - len(aimed)]]


def values_of_district(district: District, actor: Actor, *, size: int = 100) -> list[Observation]:
    """The latest value of the first visible indicators for one district, by number. One query."""
    visible = Item.objects.visible_to(actor).filter(kind="indicator", concept=district.item.concept_id)
    rows = (
        Observation.objects.current()
        .filter(is_seen(visible, "indicator"), district=district)
        .filter(~Exists(_LATER))
        .select_related("indicator__item")
        .order_by("indicator__item__sort_key", "pk")
    )
    return list(rows[:size])


def rounded_value(value: Decimal, decimals: int) -> Decimal:
    """A value with as many decimals as its indicator shows."""
    return round(value, decimals)
