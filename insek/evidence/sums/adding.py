"""Adding counts up from places to those above: the arithmetic, without the database. The method: ``docs/methods/sums.md``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from insek.engines.periods import period_of

from ..audiences import EVERYBODY, Audience

FEWEST_PARTS, DEEPEST = 2, 9
DOUBTED = Decimal("0.02")
"""A sum that differs from the entered total by more than this share of it: its places are not all of the whole."""
NAMED = 12
"""Differences and missing places that are kept to be shown; of the latest periods."""


@dataclass(frozen=True)
class PlaceInSum:
    """A place with the one it belongs to and its first and last day."""

    key: str
    parent: str | None
    since: date | None = None
    until: date | None = None
    seen_by: Audience = EVERYBODY

    def is_there(self, day: date) -> bool:
        """Whether it exists on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)


@dataclass(frozen=True)
class PartOfSum:
    """A value on its way into a sum."""

    place: str
    period: str
    breakdown: int
    value: Decimal | None
    quality: str
    error: Decimal | None
    sample: int | None
    source: tuple[str, str, str]
    """Title, address and date."""
    basis: str = ""


@dataclass(frozen=True)
class Sum:
    """A sum with what it consists of."""

    place: str
    period: str
    breakdown: int
    value: Decimal
    parts: tuple[PartOfSum, ...]


@dataclass
class Added:
    """What adding up comes to."""

    sums: list[Sum] = field(default_factory=list)
    differ: list[tuple[str, str, int, Decimal, Decimal]] = field(default_factory=list)
    """PlaceInSum, period, breakdown, entered total, sum."""
    missing: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    """PlaceInSum, period, and the places without a value; of the whole only."""
    doubted: list[str] = field(default_factory=list)
    """Places whose parts make less or more than the whole, so that no sum stands for it."""
    mixed: list[tuple[str, str]] = field(default_factory=list)
    """PlaceInSum and period whose parts rest on different counts of the population."""
    closed: list[tuple[str, str]] = field(default_factory=list)
    """PlaceInSum and period of which a part is seen by fewer: the sum, less the parts that are seen, would tell it."""


def add_up(entered: Iterable[PartOfSum], places: Iterable[PlaceInSum]) -> Added:
    """Every sum of values of places that belong together on the last day of the period. Pure.

    A total that was entered stands, with the difference; a place goes in with its entered value, else with its own sum.
    """
    of_places = list(places)
    seen_by = {place.key: place.seen_by for place in of_places}
    tables: dict[tuple[str, int], dict[str, PartOfSum]] = defaultdict(dict)
    for part in entered:
        tables[part.period, part.breakdown][part.place] = part
    below_on: dict[date, dict[str, list[str]]] = {}
    doubted: frozenset[str] = frozenset()
    while True:  # what rests on a doubted sum falls away with it
        found = Added()
        made: list[tuple[Sum, PartOfSum | None]] = []
        for (period, breakdown), known in sorted(tables.items()):
            day = period_of(period).end
            if day not in below_on:
                below_on[day] = _below(of_places, day)
            _add_table(period, breakdown, known, below_on[day], seen_by, doubted, made, found)
        totals = [(one, given.value) for one, given in made if given is not None and given.value is not None]
        more = {one.place for one, total in totals if _is_far(one.value, total)} - doubted
        if not more:
            break
        doubted |= more
    found.differ = [
        (one.place, one.period, one.breakdown, total, one.value)
        for one, total in totals
        if total != one.value
    ]
    found.doubted = sorted(doubted)
    found.sums = [one for one, given in made if given is None and one.place not in doubted]
    return found


def _is_far(value: Decimal, total: Decimal) -> bool:
    return abs(value - total) > max(abs(total) * DOUBTED, Decimal(10))


def _below(places: list[PlaceInSum], day: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for place in places:
        if place.parent and place.is_there(day):
            found[place.parent].append(place.key)
    return found


def _add_table(
    period: str,
    breakdown: int,
    known: Mapping[str, PartOfSum],
    below: Mapping[str, list[str]],
    seen_by: Mapping[str, Audience],
    doubted: Collection[str],
    made: list[tuple[Sum, PartOfSum | None]],
    found: Added,
) -> None:
    """The sums of one period and part, the lowest first."""
    sums: dict[str, Sum | None] = {}

    def sum_of(place: str, depth: int = 0) -> Sum | None:
        if place in sums:
            return sums[place]
        sums[place] = None
        there: list[PartOfSum] = []
        lacking: list[str] = []
        for one in below.get(place, ()) if depth < DEEPEST else ():
            inner = sum_of(one, depth + 1)
            part = known.get(one) or (_as_part(inner) if inner is not None and one not in doubted else None)
            if part is not None and part.value is not None:
                there.append(part)
            else:
                lacking.append(one)
        if len(there) + len(lacking) < FEWEST_PARTS or not there:
            return None
        if lacking:
            if not breakdown and place not in known:
                found.missing.append((place, period, tuple(lacking)))
            return None
        if any(seen_by[place].sees_more_than(seen_by[part.place]) for part in there):
            if not breakdown and place not in known:
                found.closed.append((place, period))
            return None
        if len({part.basis for part in there if part.basis}) > 1:
            found.mixed.append((place, period))
            return None
        total = sum((part.value for part in there if part.value is not None), Decimal(0))
        sums[place] = Sum(place, period, breakdown, total, tuple(there))
        return sums[place]

    for place in list(below):
        sum_of(place)
    made.extend((one, known.get(place)) for place, one in sums.items() if one is not None)


def _as_part(one: Sum) -> PartOfSum:
    """A sum as a part of the next one."""
    errors = [part.error for part in one.parts]
    samples = [part.sample for part in one.parts]
    sources = {part.source for part in one.parts}
    return PartOfSum(
        one.place, one.period, one.breakdown, one.value, weakest(part.quality for part in one.parts),
        error_of(errors), sum(n for n in samples if n) if all(samples) else None,
        sources.pop() if len(sources) == 1 else source_of(one.parts), basis_of(one.parts),
    )  # fmt: skip


WEAKEST_FIRST = ("forecast", "limited", "estimated", "less_than_half", "provisional", "revised", "measured", "nil")  # fmt: skip


def weakest(qualities: Iterable[str]) -> str:
    """What a sum is, by its weakest part."""
    there = set(qualities)
    return next((each for each in WEAKEST_FIRST if each in there), "measured")


def error_of(errors: Iterable[Decimal | None]) -> Decimal | None:
    """The standard error of a sum of independent values; None where one is not known."""
    known = list(errors)
    if not known or any(error is None for error in known):
        return None
    return sum((error * error for error in known if error is not None), Decimal(0)).sqrt()


def source_of(parts: Iterable[PartOfSum]) -> tuple[str, str, str]:
    """Where the parts come from: what they share, and the oldest date."""
    sources = [part.source for part in parts]
    titles = dict.fromkeys(title or address for title, address, _day in sources)
    addresses = {address for _title, address, _day in sources}
    return (
        "; ".join(titles),
        addresses.pop() if len(addresses) == 1 else "",
        min(filter(None, (day for _title, _address, day in sources)), default=""),
    )


def basis_of(parts: Iterable[PartOfSum]) -> str:
    """On which count of the population the parts rest; "" where nobody said."""
    return next((part.basis for part in parts if part.basis), "")
