"""The map of one indicator over places in one period, with classes of one's choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.classes import Classes
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item

from ..models import Indicator, Observation
from .beside import KnownValues, PlaceGroup, chosen_group, groups_of, rows_in, valid_in
from .classed import ClassChoice, asked_classes, class_words, made_classes


@dataclass(frozen=True)
class ClassMap:
    """Places with their values in one period and their classes; ``rows`` is None for a place of which nothing is known."""

    indicator: Indicator
    group: PlaceGroup
    groups: list[PlaceGroup]
    period: str
    periods: list[str]
    rows: list[tuple[District, Observation | None]]
    choice: ClassChoice
    classes: Classes
    words: list[str]

    @property
    def values(self) -> dict[str, float]:
        """By place the values that there are."""
        return {place.pk: float(row.known) for place, row in self.rows if row and row.value is not None}

    @property
    def counts(self) -> list[int]:
        """How many places each class has."""
        return self.classes.counts(self.values.values())

    @property
    def without(self) -> Counter[str]:
        """Why places have no value, and how many of each."""
        return Counter(why_none(row) for _place, row in self.rows if row is None or row.value is None)

    def class_of(self, row: Observation | None) -> int | None:
        """The class of a value, 1 for the lowest; None without a value."""
        return None if row is None or row.value is None else 1 + self.classes.place(float(row.known))


def why_none(row: Observation | None) -> str:
    """Why a place has no value: what its status says, or that there is nothing."""
    return str(row.get_quality_display()) if row is not None else _("keine Angabe")


def class_map(asker: Asker, item: Item, asked: Mapping[str, Any]) -> ClassMap | None:
    """The map that an address asks for; None where no place has a value. Raises NothingSuch. Three queries."""
    indicator = item.indicator
    indicator.item = item
    places = map_places(item.concept, asker.actor)
    known = KnownValues(indicator, places)
    city = {place.pk for place in places if place.level == District.Level.CITY}
    if not known.periods(place for place in places if place.pk not in city):
        return None
    groups = groups_of(places, [pk for pk in known.by_place if pk not in city])
    group = chosen_group(groups, asked.get("ebene"))
    period = known.chosen_period(group.places, str(asked.get("zeitraum") or ""))
    there = rows_in(indicator, [period], group.places)
    rows = [
        (place, row)
        for place in group.places
        if (row := there.get((place.pk, period))) is not None or valid_in(place, period)
    ]
    rows.sort(key=lambda pair: -pair[1].known if pair[1] and pair[1].value is not None else 0)
    rows.sort(key=lambda pair: pair[1] is None or pair[1].value is None)
    values = [float(row.known) for _place, row in rows if row and row.value is not None]
    choice = asked_classes(asked)
    classes = made_classes(choice, values, indicator.decimals)
    return ClassMap(
        indicator=indicator,
        group=group,
        groups=groups,
        period=period,
        periods=known.periods(group.places),
        rows=rows,
        choice=choice,
        classes=classes,
        words=class_words(choice, classes, values, indicator.decimals),
    )
