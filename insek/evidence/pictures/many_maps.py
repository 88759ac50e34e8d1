"""The maps of one indicator in all its periods, in classes of one common scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from insek.concept.asker import Asker
from insek.engines.classes import Classes
from insek.engines.periods import begins_after
from insek.people.prepared import prepared
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item

from ..models import Indicator, Observation, SeriesBreak
from ..ranking import NothingSuch
from .beside import KnownValue, KnownValues, PlaceGroup, chosen_group, groups_of, valid_in
from .classed import ClassChoice, asked_classes, class_words, made_classes

MOST_MAPS = 24
"""Maps that stand side by side; earlier ones are asked for by the last of them."""


@dataclass(frozen=True)
class OneOfMany:
    """The map of a period: its places with what is known of each, and the breaks of the series since the map before."""

    period: str
    known: dict[str, KnownValue]
    places: list[District]
    breaks: list[SeriesBreak]

    @cached_property
    def values(self) -> dict[str, float]:
        """By place the values that there are."""
        return {pk: float(one.value) for pk, one in self.known.items() if one.value is not None}

    @property
    def is_forecast(self) -> bool:
        """Whether a value of it was projected."""
        return any(one.quality == Observation.Quality.FORECAST for one in self.known.values())


@dataclass(frozen=True)
class ManyMaps:
    """Maps in the order of time; ``earlier`` are the periods before the first of them."""

    indicator: Indicator
    group: PlaceGroup
    groups: list[PlaceGroup]
    periods: list[str]
    earlier: list[str]
    maps: list[OneOfMany]
    choice: ClassChoice
    classes: Classes
    words: list[str]

    @cached_property
    def values(self) -> list[float]:
        """All values that are shown."""
        return [value for one in self.maps for value in one.values.values()]

    @property
    def statuses(self) -> Counter[str]:
        """How many values are of each status."""
        return Counter(known.quality for one in self.maps for known in one.known.values())


def many_maps(asker: Asker, item: Item, asked: Mapping[str, Any]) -> ManyMaps | None:
    """The maps that an address asks for; None where no place has a value. Raises NothingSuch. Three queries."""
    indicator = item.indicator
    indicator.item = item
    places = map_places(item.concept, asker.actor)
    known = KnownValues(indicator, places)
    parts = [place for place in places if place.level != District.Level.CITY]
    if not known.periods(parts):
        return None
    groups = groups_of(places, [place.pk for place in parts if place.pk in known.by_place])
    group = chosen_group(groups, asked.get("ebene"))
    periods = known.periods(group.places)
    until = str(asked.get("bis") or "")
    if not periods or (until and until not in periods):
        raise NothingSuch(until)
    shown = periods[periods.index(until) if until else 0 :]
    shown, earlier = shown[:MOST_MAPS][::-1], shown[MOST_MAPS:]
    breaks = prepared("breaks", lambda pk: SeriesBreak.objects.filter(indicator=pk), indicator.pk)
    maps = [
        _map_of(known, group, period, shown[number - 1] if number else "", breaks)
        for number, period in enumerate(shown)
    ]
    values = [value for one in maps for value in one.values.values()]
    choice = asked_classes(asked)
    classes = made_classes(choice, values, indicator.decimals)
    words = class_words(choice, classes, values, indicator.decimals)
    return ManyMaps(indicator, group, groups, periods, earlier, maps, choice, classes, words)


def _map_of(
    known: KnownValues, group: PlaceGroup, period: str, before: str, breaks: Sequence[SeriesBreak]
) -> OneOfMany:
    there = {
        place.pk: found[period]
        for place in group.places
        if period in (found := known.by_place.get(place.pk, {}))
    }
    return OneOfMany(
        period=period,
        known=there,
        places=[place for place in group.places if place.pk in there or valid_in(place, period)],
        breaks=[
            one
            for one in breaks
            if before and begins_after(one.period, before) and not begins_after(one.period, period)
        ],
    )
