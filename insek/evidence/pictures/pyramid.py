"""The people of a place by age and sex, or those of two places or years beside each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from insek.concept.asker import Asker
from insek.engines.periods import in_time
from insek.engines.tables.breakdowns import AgeGroup
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item

from ..models import TOTAL, Breakdown, Indicator, Observation
from ..ranking import NothingSuch

MALE, FEMALE, DIVERSE = Breakdown.Sex.MALE.value, Breakdown.Sex.FEMALE.value, Breakdown.Sex.DIVERSE.value
COUNT, SHARE = "anzahl", "anteil"
OLDEST = 100
"""Where a group without end is taken to end, if values are divided by the width of their groups."""


@dataclass(frozen=True)
class PyramidSide:
    """A place in a period: by age and sex what is known, and its total where that is known."""

    place: District
    period: str
    cells: Mapping[tuple[AgeGroup, str], Observation]
    total: Observation | None
    diverse: Observation | None

    def value(self, age: AgeGroup, sex: str, measure: str) -> Decimal | None:
        """The value of a group, or its share of all in percent; None where it is not known."""
        row = self.cells.get((age, sex))
        if row is None or row.value is None:
            return None
        if measure == COUNT:
            return row.value
        whole = self.total.value if self.total else None
        return 100 * row.value / whole if whole else None

    @property
    def rows(self) -> list[Observation]:
        """All values of the groups."""
        return list(self.cells.values())


@dataclass(frozen=True)
class AgePyramid:
    """One or two sides with the ages that all of them have; ``per_year`` where groups of different width are made alike."""

    indicator: Indicator
    places: list[District]
    periods: list[str]
    other_periods: list[str]
    sides: list[PyramidSide]
    ages: list[AgeGroup]
    measure: str
    per_year: bool

    def length(self, side: PyramidSide, age: AgeGroup, sex: str) -> float:
        """How long the bar of a group is, 0 where nothing is known."""
        value = side.value(age, sex, self.measure)
        if value is None:
            return 0.0
        return float(value) / (width_of(age) if self.per_year else 1)

    @property
    def longest(self) -> float:
        """The length of the longest bar."""
        return max(
            (
                self.length(side, age, sex)
                for side in self.sides
                for age in self.ages
                for sex in (MALE, FEMALE)
            ),
            default=0.0,
        )

    @property
    def has_shares(self) -> bool:
        """Whether the total of every side is known."""
        return all(side.total is not None and side.total.value for side in self.sides)


def width_of(age: AgeGroup) -> int:
    """Years of age in a group."""
    return max(1, (OLDEST if age.end is None else age.end) - age.start)


def finest_ages(ages: Iterable[AgeGroup]) -> list[AgeGroup]:
    """Of age groups that overlap those that cover the most years without overlapping, and of these the finest."""
    ordered = sorted(set(ages), key=lambda age: (_end(age), age.start))
    best: list[tuple[tuple[int, int], list[AgeGroup]]] = [((0, 0), [])]
    for number, age in enumerate(ordered):
        before = next(at for at in range(number, -1, -1) if at == 0 or _end(ordered[at - 1]) <= age.start)
        (covered, groups), chosen = best[before]
        taken = ((covered + _end(age) - age.start, groups + 1), [*chosen, age])
        best.append(max(best[-1], taken, key=lambda found: found[0]))
    return best[-1][1]


def _end(age: AgeGroup) -> int:
    return 200 if age.end is None else age.end


def _parts(indicator: Indicator) -> QuerySet[Observation]:
    return Observation.objects.current().filter(indicator=indicator.pk, breakdown__gt=TOTAL).order_by()


def age_pyramid(asker: Asker, item: Item, asked: Mapping[str, Any]) -> AgePyramid | None:
    """The pyramid that an address asks for, the city's latest where it asks for nothing; None where nobody has ages by sex.

    Raises NothingSuch. Six queries at most.
    """
    indicator = item.indicator
    indicator.item = item
    if not {"age", "sex"} <= indicator.dimensions:
        return None
    places = {place.pk: place for place in map_places(item.concept, asker.actor)}
    one = _parts(indicator).filter(district=OuterRef("pk"), breakdown__sex=MALE).values("pk")[:1]
    rows = District.objects.filter(pk__in=list(places)).order_by().annotate(one=Subquery(one))
    there = {pk for pk, found in rows.values_list("pk", "one") if found is not None}
    offered = [place for place in places.values() if place.pk in there]
    if not offered:
        return None
    offered.sort(key=lambda place: (place.level != District.Level.CITY, place.item.sort_key))
    place = _place(offered, asked.get("raum")) or offered[0]
    periods = _periods(indicator, place)
    period = _period(periods, asked.get("zeitraum")) or periods[0]
    sides = [(place, period)]
    other, other_periods = _place(offered, asked.get("raum2")), periods
    if other is not None and other.pk != place.pk:
        other_periods = _periods(indicator, other)
    if other is not None or asked.get("zeitraum2"):
        wanted = _period(other_periods, asked.get("zeitraum2"))
        wanted = wanted or (period if period in other_periods else other_periods[0])
        if (second := (other or place, wanted)) != sides[0]:
            sides.append(second)
    drawn = [_side(indicator, *side) for side in sides]
    common = set.intersection(*(_ages(side) for side in drawn))
    ages = finest_ages(common)
    closed = {width_of(age) for age in ages if age.end is not None}
    measure = SHARE if asked.get("mass") == SHARE else COUNT
    return AgePyramid(indicator, offered, periods, other_periods, drawn, ages, measure, len(closed) > 1)


def _place(offered: Sequence[District], wanted: Any) -> District | None:
    if not wanted:
        return None
    found = next((place for place in offered if place.pk == wanted), None)
    if found is None:
        raise NothingSuch(wanted)
    return found


def _period(offered: Collection[str], wanted: Any) -> str:
    if wanted and wanted not in offered:
        raise NothingSuch(wanted)
    return str(wanted or "")


def _periods(indicator: Indicator, place: District) -> list[str]:
    """The periods of which a place has values by sex, the newest first; projected ones last where there are others. One query."""
    rows = _parts(indicator).filter(district=place.pk, breakdown__sex=MALE)
    found = set(rows.values_list("period", "quality").distinct())
    ahead = {period for period, quality in found if quality == Observation.Quality.FORECAST}
    counted = sorted({period for period, _quality in found} - ahead, key=in_time, reverse=True)
    return [*counted, *sorted(ahead, key=in_time)]


def _side(indicator: Indicator, place: District, period: str) -> PyramidSide:
    """What is known of a place in a period. One query."""
    rows = Observation.objects.current().filter(indicator=indicator.pk, district=place.pk, period=period)
    cells: dict[tuple[AgeGroup, str], Observation] = {}
    total = diverse = None
    for row in rows.filter(breakdown__other="").select_related("breakdown"):
        row.indicator = indicator
        part = row.breakdown
        if part.pk == TOTAL:
            total = row
        elif part.age is None and part.sex == DIVERSE:
            diverse = row
        elif part.age is not None and part.sex in {MALE, FEMALE}:
            cells[part.age, part.sex] = row
    return PyramidSide(place, period, cells, total, diverse)


def _ages(side: PyramidSide) -> set[AgeGroup]:
    """The ages of which both sexes are told, also where the value is hidden."""
    return {age for age, sex in side.cells if sex == MALE and (age, FEMALE) in side.cells}
