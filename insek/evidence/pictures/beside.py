"""Which places stand side by side in a picture, and of which periods there are values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from insek.engines.periods import in_time, period_of
from insek.places.models import District

from ..models import IN_TIME, Indicator, Observation
from ..ranking import NothingSuch

FINEST = ""
"""The choice of places that nothing smaller lies in, of whatever level."""


@dataclass(frozen=True)
class PlaceGroup:
    """Places that lie beside each other and never in each other."""

    name: str
    places: list[District]


def groups_of(places: Sequence[District], known: Collection[str]) -> list[PlaceGroup]:
    """The groups of places to choose from, the one with most places that have values first.

    ``known`` are those of which something is known. The finest are all known ones in which no other known one lies, with
    the others of their levels that lie neither in one of them nor around one.
    """
    parts = [place for place in places if place.level != District.Level.CITY]
    above = {place.pk: place.parent_id for place in parts}
    around: set[str] = set()
    for pk in known:
        around |= _around(pk, above)
    finest = {place.pk for place in parts if place.pk in known and place.pk not in around}
    levels = {place.level for place in parts if place.pk in finest}
    covered = set(finest)
    for pk in finest:
        covered |= _around(pk, above)
    beside = [
        place
        for place in parts
        if place.pk in finest
        or (place.level in levels and place.pk not in covered and not (_around(place.pk, above) & finest))
    ]
    found = [PlaceGroup(FINEST, beside)] if len(levels) > 1 else []
    with_values = {place.level for place in parts if place.pk in known}
    by_level = [
        PlaceGroup(level, [place for place in parts if place.level == level])
        for level in District.Level.values
        if level in with_values
    ]
    by_level.sort(key=lambda group: -sum(place.pk in known for place in group.places))
    return [*found, *by_level]


def _around(pk: str, above: Mapping[str, str | None]) -> set[str]:
    """The places that a place lies in."""
    found: set[str] = set()
    while (parent := above.get(pk)) and parent not in found:
        found.add(parent)
        pk = parent
    return found


def chosen_group(groups: Sequence[PlaceGroup], name: str | None) -> PlaceGroup:
    """The group that was asked for, else the first. Raises NothingSuch."""
    if not name:
        return groups[0]
    found = next((group for group in groups if group.name == name), None)
    if found is None:
        raise NothingSuch(name)
    return found


class KnownValue(NamedTuple):
    """A value, or the status that says why there is none."""

    value: Decimal | None
    quality: str


class KnownValues:
    """What is known of an indicator by place and period: its values of the whole, without their sources. One query."""

    def __init__(self, indicator: Indicator, places: Iterable[District]) -> None:
        visible = {place.pk for place in places}
        self.by_place: dict[str, dict[str, KnownValue]] = {}
        rows = Observation.objects.totals().filter(indicator=indicator.pk).order_by(*IN_TIME)
        for place, period, value, quality in rows.values_list("district", "period", "value", "quality"):
            if place in visible:
                self.by_place.setdefault(place, {})[period] = KnownValue(value, quality)

    def periods(self, places: Iterable[District], *, counted: bool = False) -> list[str]:
        """The periods of which one of the places has a value, or a counted one; newest first."""
        found = {
            period
            for place in places
            for period, seen in self.by_place.get(place.pk, {}).items()
            if seen.value is not None and not (counted and seen.quality == Observation.Quality.FORECAST)
        }
        return sorted(found, key=in_time, reverse=True)

    def chosen_period(self, places: Sequence[District], asked: str) -> str:
        """The period that was asked for, else the newest counted one. Raises NothingSuch."""
        every = self.periods(places)
        if not every or (asked and asked not in every):
            raise NothingSuch(asked)
        return asked or (self.periods(places, counted=True) or every)[0]


def rows_in(
    indicator: Indicator, periods: Collection[str], places: Iterable[District]
) -> dict[tuple[str, str], Observation]:
    """By place and period what there is with status and source. One query."""
    visible = {place.pk: place for place in places}
    found = {}
    for row in Observation.objects.totals().filter(indicator=indicator.pk, period__in=list(periods)):
        if row.district_id in visible:
            row.district, row.indicator = visible[row.district_id], indicator
            found[row.district_id, row.period] = row
    return found


def valid_in(place: District, period: str) -> bool:
    """Whether a place existed at the end of a period."""
    day: date = period_of(period).end
    return (place.valid_from is None or place.valid_from <= day) and (
        place.valid_to is None or place.valid_to >= day
    )
