"""What can be asked of observations: series for charts, values by district, latest values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, cast

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from insek.concept.models import Concept, Field
from insek.engines.periods import in_time, season, year_in
from insek.people.actors import Actor
from insek.people.prepared import prepared, prepared_for
from insek.places.models import District
from insek.places.queries import districts
from insek.thread.known_ids import is_seen
from insek.thread.models import Item, Visibility
from insek.thread.shared_cache import cached

from .models import IN_TIME, Indicator, Observation, SeriesBreak


@dataclass(frozen=True)
class Series:
    """The values of one indicator in one place, in the order of time; ``missing`` say why there is no value."""

    district: District
    points: list[Observation]
    missing: list[Observation] = field(default_factory=list)

    @property
    def counted(self) -> list[Observation]:
        """Values that were not projected; all of them where there is no other."""
        return [
            point for point in self.points if point.quality != Observation.Quality.FORECAST
        ] or self.points

    @property
    def newest(self) -> Observation:
        """What there is for the latest period: a value, or why there is none; what is projected only where nothing else is."""
        return max([*self.counted[-1:], *self.missing[-1:]], key=lambda row: in_time(row.period))

    @property
    def all(self) -> list[Observation]:
        """Values and those that say why there is none, in the order of time."""
        return sorted([*self.points, *self.missing], key=lambda row: in_time(row.period))


def series_of(indicator: Indicator, actor: Actor, places: Iterable[District] | None = None) -> list[Series]:
    """All current values of an indicator by visible district, of the whole and not of parts; the city first.

    Two queries, one when the visible places are at hand.
    """
    if places is None:
        places = districts(indicator.item.concept, actor)
    visible = {district.pk: district for district in places}
    found: dict[str, Series] = {}
    for observation in prepared(
        "observations",
        lambda pk: Observation.objects.totals().filter(indicator=pk).order_by(*IN_TIME),
        indicator.pk,
    ):
        if observation.district_id in visible:
            observation.district = visible[observation.district_id]
            observation.indicator = indicator
            series = found.setdefault(observation.district_id, Series(observation.district, []))
            (series.points if observation.value is not None else series.missing).append(observation)
    levels = list(District.Level.values)
    ordered = sorted(found, key=lambda pk: (levels.index(visible[pk].level), visible[pk].item.sort_key))
    return [found[pk] for pk in ordered]


def values_of(indicator: Indicator, actor: Actor) -> QuerySet[Observation]:
    """All current values of an indicator that the actor sees, of the whole and of parts: the city first, by place and time."""
    places = districts(indicator.item.concept, actor).order_by().values("pk")
    rows = Observation.objects.current().filter(indicator=indicator.pk, district__in=places)
    is_city = Case(When(district__level=District.Level.CITY, then=0), default=1)
    return rows.order_by(
        is_city, "district__level", "district__item__sort_key", "district", *IN_TIME[:2], "breakdown", "pk"
    )


def latest_values(indicators: Iterable[str]) -> dict[str, Observation]:
    """The latest value for the whole city of each indicator. One query."""
    found = prepared_for("latest values of the city", _latest_rows, indicators)
    return {observation.indicator_id: observation for observation in found}


def _latest_rows(indicators: list[Any]) -> QuerySet[Observation]:
    return (
        Observation.objects.figures()
        .filter(indicator__in=indicators, district__in=_CITIES)
        .filter(~Exists(_LATER))
        .select_related("indicator")
    )


class CityValue(NamedTuple):
    """A value for the whole city, with its standard error in the unit of the indicator where it has one."""

    period: str
    value: Decimal
    error: Decimal | None = None


def city_values(indicators: Iterable[str]) -> dict[str, list[CityValue]]:
    """All current values for the whole city of each indicator, in the order of time. One query."""
    found: dict[str, list[CityValue]] = {}
    for indicator_id, *value in prepared_for("values of the city", _city_rows, indicators):
        found.setdefault(indicator_id, []).append(CityValue(*value))
    return found


def _city_rows(indicators: list[Any]) -> QuerySet[Observation, Any]:
    rows = Observation.objects.figures().filter(indicator__in=indicators, district__level=District.Level.CITY)
    return rows.order_by(*IN_TIME).values_list("indicator", "period", "value", "standard_error")


def breaks_of(indicators: Iterable[str]) -> list[tuple[str, str]]:
    """Indicator and period of the breaks of some series. One query."""
    return prepared_for(
        "breaks of series",
        lambda pks: SeriesBreak.objects.filter(indicator__in=pks).values_list("indicator", "period"),
        indicators,
    )


_CITIES = District.objects.filter(level=District.Level.CITY).values("pk")

_LATER = Observation.objects.figures().filter(
    Q(period_end__gt=OuterRef("period_end"))
    | Q(period_end=OuterRef("period_end"), period_start__gt=OuterRef("period_start")),
    indicator=OuterRef("indicator"), district=OuterRef("district"),
)  # fmt: skip
"""The later values for the same place; a value without any is the latest."""

LOOKED_AT = 8
"""Indicators of each field of which the start page looks for values."""


def earlier_like(points: Sequence[Observation]) -> Observation | None:
    """The newest earlier value of the same time of year as the last one; None where like can not be compared with like."""
    latest = points[-1]
    alike = (
        point
        for point in reversed(points[:-1])
        if year_in(point.period) < year_in(latest.period) and season(point.period) == season(latest.period)
    )
    return next(alike, None)


def city_figures(concept: Concept, actor: Actor) -> list[tuple[list[Observation], list[SeriesBreak]]]:
    """A figure of the whole city for each field: the concept's first indicator, and for every further field one that
    says which way is good, where possible with an earlier value.

    Each with its last value, the one it is compared with, and its breaks; chosen once after each change for visitors.
    Three queries, and some for each field when it is chosen anew.
    """
    compared = cached(concept, actor, "city figures", lambda: _compared(concept, actor))
    points = (
        Observation.objects.filter(value__isnull=False)
        .select_related("indicator__item")
        .in_bulk([pk for pks in compared.values() for pk in pks])
    )
    breaks: dict[str, list[SeriesBreak]] = {}
    for entry in SeriesBreak.objects.filter(indicator__in=compared):
        breaks.setdefault(entry.indicator_id, []).append(entry)
    return [
        ([points[number] for number in pks if number in points], breaks.get(pk, []))
        for pk, pks in compared.items()
        if pks[-1] in points  # what was hidden since it was chosen leads no page
    ]


def _compared(concept: Concept, actor: Actor) -> dict[str, list[int]]:
    """For each indicator chosen the keys of the value it is compared with, where there is one, and of the last."""
    visible = Item.objects.visible_to(actor).filter(concept=concept, kind="indicator")
    by_field = [found for field in concept.fields.visible_to(actor) if (found := _candidates(visible, field))]
    first = list(visible.values_list("pk", flat=True)[:1])
    values: dict[str, list[Observation]] = {}
    wanted = {*first, *(pk for ids in by_field for pk in ids)}
    rows = Observation.objects.figures().filter(indicator__in=wanted, district__in=_CITIES)
    for point in rows.order_by(*IN_TIME).only("pk", "indicator_id", "period"):
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
        Observation.objects.figures()
        .filter(is_seen(visible, "indicator"), district=district)
        .filter(~Exists(_LATER))
        .select_related("indicator__item")
        .order_by("indicator__item__sort_key", "pk")
    )
    return list(rows[:size])


def can_stand_beside(one: str, other: str) -> bool:
    """Whether values may be compared by the counts of the population they rest on: the same, or one of them unknown."""
    return not one or not other or one == other


def of_one_basis(own: str, others: Iterable[tuple[str, Decimal]]) -> list[Decimal]:
    """Of basis and value of others the values that may stand beside one of the basis ``own``; none where that leaves two bases."""
    kept = [(basis, value) for basis, value in others if can_stand_beside(own, basis)]
    return [value for _basis, value in kept] if len({basis for basis, _value in kept if basis}) <= 1 else []


def city_beside(rows: Sequence[Observation]) -> dict[str, Observation]:
    """By indicator the latest value of the whole city that may stand beside that of a place. One query."""
    latest = latest_values([row.indicator_id for row in rows])
    return {
        row.indicator_id: city
        for row in rows
        if (city := latest.get(row.indicator_id)) and can_stand_beside(row.basis, city.basis)
    }


def ranks_among_like(district: District, rows: Sequence[Observation]) -> dict[str, tuple[int, int]]:
    """By indicator the place of each value among those of public districts of the same level and period, and how many these are.

    The largest value is the first; equal ones share their place. Left out is what fewer than five have, or all the same, and
    what rests on another count of the population. One query.
    """
    public = Item.objects.filter(
        kind="district", concept=district.item.concept_id, visibility=Visibility.PUBLIC
    )
    same = (
        Observation.objects.figures()
        .filter(
            indicator__in=[row.indicator_id for row in rows],
            period__in={row.period for row in rows},
            district__level=district.level,
            district__in=public.values("pk"),
        )
        .values_list("indicator", "period", "basis", "value")
    )
    values: dict[tuple[str, str], list[tuple[str, Decimal]]] = {}
    for indicator, period, basis, value in cast("Iterable[tuple[str, str, str, Decimal]]", same):
        values.setdefault((indicator, period), []).append((basis, value))
    found = {}
    for row in rows:
        alike = of_one_basis(row.basis, values.get((row.indicator_id, row.period), []))
        if (own := row.value) is not None and len(alike) >= FEWEST_ALIKE and min(alike) < max(alike):
            found[row.indicator_id] = (1 + sum(value > own for value in alike), len(alike))
    return found


class Whole(NamedTuple):
    """What the whole city has in the period of a place's value, and whether that is the sum of its places."""

    value: Decimal
    is_sum: bool


def wholes_of(district: District, rows: Sequence[Observation]) -> dict[str, Whole]:
    """By indicator what the whole city has in the same period, where its values add up: the city's own value, else the sum
    of the public places below it, of which none may be missing; of none that rests on another count of the population. Two queries, none where nothing adds up.
    """
    wanted = {row.indicator_id: row.period for row in rows if row.indicator.has_parts}
    own_basis = {row.indicator_id: row.basis for row in rows}
    rows_have_formula = {row.indicator_id: bool(row.indicator.formula) for row in rows}
    if not wanted:
        return {}
    places = District.objects.filter(item__concept=district.item.concept_id)
    below: dict[str | None, list[str]] = {}
    city = None
    for pk, parent, level in places.values_list("pk", "parent", "level"):
        below.setdefault(parent, []).append(pk)
        city = pk if level == District.Level.CITY else city
    if city is None:
        return {}
    values: dict[tuple[str, str], dict[str, Decimal]] = {}
    known = Observation.objects.figures().filter(
        indicator__in=wanted, period__in=set(wanted.values()), district__item__visibility=Visibility.PUBLIC
    )
    sums: set[tuple[str, str]] = set()
    bases: dict[tuple[str, str], set[str]] = {}
    columns = ("indicator", "period", "district", "value", "basis", "batch__is_derived")
    for indicator, period, place, value, basis, is_derived in known.values_list(*columns):
        assert value is not None
        if not can_stand_beside(own_basis[indicator], basis):
            continue
        if place != city and basis:
            bases.setdefault((indicator, period), set()).add(basis)
        if place == city and is_derived:
            sums.add((indicator, period))
        values.setdefault((indicator, period), {})[place] = value

    def of(place: str, given: Mapping[str, Decimal], depth: int = 0) -> Decimal | None:
        """The value of a place, else the sum of those below it; nothing where one is missing."""
        if place in given or depth > len(District.Level.values):
            return given.get(place)
        parts = [of(part, given, depth + 1) for part in below.get(place, ())]
        return (
            sum((part for part in parts if part is not None), Decimal(0))
            if parts and None not in parts
            else None
        )

    found = {}
    for indicator, period in wanted.items():
        given = values.get((indicator, period), {})
        if city not in given and len(bases.get((indicator, period), ())) > 1:
            continue
        whole = of(city, given)
        if whole is not None and whole > 0 and min(given.values()) >= 0:
            is_sum = city not in given or (
                (indicator, period) in sums and not rows_have_formula.get(indicator)
            )
            found[indicator] = Whole(whole, is_sum)
    return found


FEWEST_ALIKE = 5
"""Districts among which a place says something."""


def rounded_value(value: Decimal, decimals: int) -> Decimal:
    """A value with as many decimals as its indicator shows."""
    return round(value, decimals)
