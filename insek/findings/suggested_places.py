"""Which places stand out in the values of an indicator: the smallest that have one, in one period, all counted or all estimated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from insek.engines import standing_out
from insek.engines.periods import in_time, period_of
from insek.engines.text import fold
from insek.evidence.models import Indicator
from insek.evidence.queries import can_stand_beside
from insek.evidence.scenarios.inputs import counts_people
from insek.places.models import District
from insek.thread.models import Item

from .suggested_numbers import COUNTED, GUESSED, OLD, PLACE, RATE, YEAR, Candidate, Numbers, Value, error_of

PER = 1000
SHARE_APART = 1.0
"""Percentage points by which a share lies apart at least."""
BARS = 30
PEOPLE = ("einwohner", "bevoelkerung")
PEOPLE_UNITS = frozenset({"personen", "einwohner", "einwohnerinnen", "menschen"})
MEASURED_IN = frozenset(
    [
        "ha",
        "m",
        "km",
        "qm",
        "qkm",
        "m2",
        "km2",
        "t",
        "kg",
        "kw",
        "kwh",
        "mwh",
        "gwh",
        "eur",
        "euro",
        "mio",
        "tsd",
        "k",
        "h",
        "min",
    ]
)
"""Units of what is measured and not counted."""


def of_places(item: Item, numbers: Numbers) -> list[Candidate]:
    """How far each of the smallest places with values lies from the others, in the newest period of which enough have one."""
    by_period: dict[str, dict[str, Value]] = defaultdict(dict)
    for place, rows in numbers.values.get(item.pk, {}).items():
        if place in numbers.places and place != numbers.city:
            for row in rows:
                by_period[row.period][place] = row
    for period in sorted(by_period, key=in_time, reverse=True):
        alike, is_estimated = _of_one_sort(_of_one_basis(_smallest(by_period[period], numbers.places)))
        if len(alike) >= standing_out.FEWEST:
            if (numbers.today - period_of(period).end).days / YEAR > OLD:
                return []
            return _apart(item, period, alike, is_estimated, numbers)
    return []


def _smallest(rows: Mapping[str, Value], places: Mapping[str, District]) -> dict[str, Value]:
    """Those that no other place with a value lies in, and that existed."""
    above = {places[pk].parent_id for pk in rows}
    return {pk: row for pk, row in sorted(rows.items()) if pk not in above and _existed(places[pk], row.end)}


def _existed(place: District, day: date) -> bool:
    return (place.valid_from is None or place.valid_from <= day) and (
        place.valid_to is None or place.valid_to >= day
    )


def _of_one_basis(rows: Mapping[str, Value]) -> dict[str, Value]:
    """Those that rest on the count of the population that most rest on, and those of which nobody said."""
    often = Counter(row.basis for row in rows.values() if row.basis)
    usual = max(often, key=lambda basis: (often[basis], basis), default="")
    return {pk: row for pk, row in rows.items() if row.basis in {"", usual}}


def _of_one_sort(rows: Mapping[str, Value]) -> tuple[dict[str, Value], bool]:
    """Counted values, or where all are estimated these; never some of either."""
    counted = {pk: row for pk, row in rows.items() if row.quality in COUNTED}
    if counted:
        return counted, False
    return {pk: row for pk, row in rows.items() if row.quality in GUESSED}, True


def _apart(
    item: Item, period: str, rows: dict[str, Value], is_estimated: bool, numbers: Numbers
) -> list[Candidate]:
    indicator = item.indicator
    base, people = _people(period, rows, numbers)
    values = [row.value for row in rows.values()]
    against: Item | None = None
    others: list[tuple[standing_out.Apart, float]] = []
    if indicator.in_percent and all(0 <= value <= 100 for value in values):
        sizes = [row.sample or people.get(pk) for pk, row in rows.items()]
        apart, shown = standing_out.shares_apart(values, sizes), values
    elif indicator.has_parts:
        if base is None or item.pk == base.pk or not _is_counted(indicator, values) or _is_people(item):
            return []
        rows = {pk: row for pk, row in rows.items() if people.get(pk)}
        if len(rows) < standing_out.FEWEST:
            return []
        sizes_ = [people[pk] for pk in rows]
        values = [row.value for row in rows.values()]
        apart, against = standing_out.counts_apart(values, sizes_), base
        shown = [PER * value / size for value, size in zip(values, sizes_, strict=True)]
        if _are_single(indicator):
            others = [
                (each, PER * (sum(values) - values[each.at]) / (sum(sizes_) - sizes_[each.at])) for each in standing_out.counts_differ(values, sizes_)
            ]  # fmt: skip
    else:
        apart = standing_out.values_apart(values, [error_of(indicator, row) or 0.0 for row in rows.values()])
        shown = values
    middle = median(shown)
    names = [numbers.places[pk].item.title for pk in rows]
    bars, keys = _bars(names, shown), list(rows)

    def told(sort: str, each: standing_out.Apart, beside: float, matters: bool) -> Candidate:
        return Candidate(
            item, sort, each.chance, shown[each.at] > beside, (period,), (shown[each.at], beside), len(keys), keys[each.at], against,
            is_estimated, indicator.in_percent, bars, matters,
        )  # fmt: skip

    return [
        *(told(PLACE, each, middle, _is_far(shown[each.at], middle, indicator.in_percent)) for each in apart),
        *(told(RATE, each, rate, _is_double(shown[each.at], rate)) for each, rate in others),
    ]


def _is_double(value: float, rate: float) -> bool:
    low, high = sorted((value, rate))
    return high > 0 and high >= standing_out.DOUBLE * low


def _are_single(indicator: Indicator) -> bool:
    """Whether each that is counted stands for itself: a school has many places at once, and people come in households."""
    unit = fold(indicator.unit)
    return (
        not any(
            word in unit for word in ("plaetze", "betten", "kinder", "personen", "einwohner", "wohnungen")
        )
        or "spielplaetze" in unit
    )


def _is_far(value: float, middle: float, in_percent: bool) -> bool:
    if in_percent and abs(value - middle) < SHARE_APART:
        return False
    if min(value, middle) < 0:
        return True
    low, high = sorted((value, middle))
    return high >= standing_out.FURTHER * low and high > 0


def _bars(names: Sequence[str], shown: Sequence[float]) -> tuple[tuple[str, float], ...]:
    """Name and figure of each, the largest first; of very many the ends."""
    rows = sorted(zip(names, shown, strict=True), key=lambda row: (-row[1], row[0]))
    return tuple(rows if len(rows) <= BARS else [*rows[: BARS // 2], *rows[-BARS // 2 :]])


def _is_counted(indicator: Indicator, values: Sequence[float]) -> bool:
    """Whether values are numbers of things that happen or stand somewhere, and no areas, weights or amounts of money."""
    unit = fold(indicator.unit).split(" ")[0].split("/")[0]
    return (
        indicator.decimals == 0
        and unit not in MEASURED_IN
        and all(value >= 0 and value == int(value) for value in values)
    )


def _is_people(item: Item) -> bool:
    unit = fold(item.indicator.unit).split(" ")[0]
    title = fold(item.title)
    return (
        item.indicator.has_parts
        and counts_people(item.indicator)
        and unit in PEOPLE_UNITS
        and any(title.startswith(word) for word in PEOPLE)
    )


def _people(period: str, rows: Mapping[str, Value], numbers: Numbers) -> tuple[Item | None, dict[str, int]]:
    """The number of people in each place, of the indicator that has them for most of them, nearest in time and at most two years away; of several the one that has the most people, since others are parts of it."""
    end, best = period_of(period).end, None
    for item in numbers.items:
        if not _is_people(item):
            continue
        of_places = numbers.values.get(item.pk, {})
        for when in {row.period for pk in rows for row in of_places.get(pk, ())}:
            away = abs((period_of(when).end - end).days) / YEAR
            there = {
                pk: row
                for pk, own in rows.items()
                for row in of_places.get(pk, ())
                if row.period == when and row.value > 0 and can_stand_beside(own.basis, row.basis)
            }
            known = {pk: int(row.value) for pk, row in _of_one_basis(there).items()}
            key = (-len(known), away, when, -sum(known.values()), item.pk)
            if away <= 2 and len(known) >= standing_out.FEWEST and (best is None or key < best[0]):
                best = (key, item, known)
    return (best[1], best[2]) if best else (None, {})
