"""The values that findings may be suggested from, and what can be said of them before it is judged. The method: ``docs/methods/findings.md``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch

from insek import clock
from insek.concept.models import Concept, Field
from insek.engines import changes
from insek.engines.periods import period_of
from insek.evidence.comparison.models import ComparisonArea, ComparisonValue
from insek.evidence.models import IN_TIME, Indicator, Observation, SeriesBreak
from insek.places.models import District
from insek.thread.models import Item

from .models import Finding

SURVEY, PLACE, RATE, BESIDE = "survey", "place", "rate", "beside"
OLD = 3
"""Years after which a value says nothing of today; of series with longer gaps one more than the gap."""
YEAR = 365.25
Quality = Observation.Quality
COUNTED = frozenset({Quality.MEASURED, Quality.REVISED, Quality.NIL, Quality.LESS_THAN_HALF})
GUESSED = frozenset({Quality.ESTIMATED, Quality.LIMITED, Quality.PROVISIONAL})


@dataclass(frozen=True)
class Value:
    """One value that counts."""

    period: str
    value: float
    quality: str
    error: float | None = None
    sample: int | None = None
    basis: str = ""
    """On which count of the population it rests."""

    @property
    def end(self) -> date:
        """Its last day."""
        return period_of(self.period).end


@dataclass(frozen=True)
class Candidate:
    """Something that may be said of an indicator, with how likely it is by chance; not yet judged."""

    item: Item
    sort: str
    chance: float
    is_more: bool
    periods: tuple[str, ...]
    numbers: tuple[float, ...]
    """For a trend first, last, change and years; a break both levels; the last value it and the expected one; a survey both; a place its figure and the middle; beside others its figure, their middle, lowest and highest."""
    count: int
    """Values or places that were looked at."""
    place: str = ""
    against: Item | None = None
    is_estimated: bool = False
    is_percent: bool = False
    bars: tuple[tuple[str, float], ...] = ()
    matters: bool = True
    """Whether it is large enough to be told."""
    tested: changes.Tested | None = None
    """The test of the series; none for surveys and places."""

    @property
    def type(self) -> str:
        """Which of the four it would be; "" where the indicator does not say which way is good."""
        way = self.item.indicator.direction
        if way == Indicator.Direction.NONE:
            return ""
        good = self.is_more == (way == Indicator.Direction.UP)
        if self.sort in {changes.TREND, SURVEY}:
            return str(Finding.Type.OPPORTUNITY if good else Finding.Type.THREAT)
        return str(Finding.Type.STRENGTH if good else Finding.Type.WEAKNESS)


@dataclass
class Numbers:
    """All values of a concept that may be looked at."""

    items: list[Item]
    places: dict[str, District]
    breaks: dict[str, list[str]]
    values: dict[str, dict[str, list[Value]]]
    """By indicator and place, in the order of time."""
    today: date = field(default_factory=clock.today)
    beside: dict[str, list[ComparisonValue]] = field(default_factory=dict)
    """By indicator what other cities have."""
    city_name: str = ""

    @property
    def city(self) -> str | None:
        """The place that is the whole city."""
        return next((pk for pk, place in self.places.items() if place.level == District.Level.CITY), None)


def numbers_of(concept: Concept) -> Numbers:
    """The indicators of a concept with fields and breaks, and the values of the whole up to today, and those of other cities. Six queries."""
    fields = Prefetch("fields", Field.objects.order_by("key"))
    items = list(
        Item.objects.filter(concept=concept, kind="indicator")
        .select_related("indicator")
        .prefetch_related(fields)
        .order_by("pk")
    )
    places = {place.pk: place for place in District.objects.of(concept).select_related("item").order_by("pk")}
    breaks: dict[str, list[str]] = defaultdict(list)
    for pk, period in SeriesBreak.objects.filter(indicator__item__concept=concept).values_list(
        "indicator", "period"
    ):
        breaks[pk].append(period)
    values: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    today = clock.today()
    rows = (
        Observation.objects.figures()
        .filter(indicator__item__concept=concept, period_end__lte=today)
        .order_by(*IN_TIME)
    )
    wanted = ("indicator", "district", "period", "value", "quality", "standard_error", "sample_size", "basis")
    for indicator, place, period, value, quality, error, sample, basis in rows.values_list(
        *wanted
    ).iterator():
        values[indicator][place].append(
            Value(period, float(value or 0), quality, None if error is None else float(error), sample, basis)
        )
    beside: dict[str, list[ComparisonValue]] = defaultdict(list)
    for other in ComparisonValue.objects.filter(
        area__concept=concept, area__sort=ComparisonArea.Sort.CITY, period_end__lte=today
    ).select_related("area"):
        beside[other.indicator_id].append(other)
    return Numbers(items, places, breaks, values, today, beside, concept.city)


def plain(numbers: Numbers) -> list[Any]:
    """All that is looked at as plain values, for the hash of a run."""
    return [
        [item.pk, item.title, item.standing, item.indicator.direction, item.indicator.unit, item.indicator.decimals, str(item.indicator.uncertainty), item.indicator.adds_up,
         sorted(numbers.breaks.get(item.pk, ())), [field.key for field in item.fields.all()],
         sorted((place, [(row.period, row.value, row.quality, row.error, row.sample, row.basis) for row in rows]) for place, rows in numbers.values.get(item.pk, {}).items())]
        for item in numbers.items
    ] + sorted((pk, row.area.code, row.area.name, row.period, float(row.value), row.quality) for pk, rows in numbers.beside.items() for row in rows) + [numbers.today.isoformat(), sorted((pk, place.parent_id, place.level, str(place.valid_from), str(place.valid_to)) for pk, place in numbers.places.items())]  # fmt: skip


def error_of(indicator: Indicator, row: Value) -> float | None:
    """The standard error of a value: its own, from how many were asked, or that of the indicator."""
    if row.error:
        return row.error
    if row.sample and indicator.in_percent and 0 < row.value < 100:
        return float((row.value * (100 - row.value) / row.sample) ** 0.5)
    return float(indicator.uncertainty) if indicator.uncertainty else None
