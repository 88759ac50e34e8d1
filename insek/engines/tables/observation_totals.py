"""Figures and their totals: added up from men and women and from age groups, only where nothing is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .breakdowns import AgeGroup, Cut, gaps_between, partition
from .number_columns import NumberKind
from .time_spans import TimeSpan


@dataclass(frozen=True)
class FigureKind:
    """What the reading has to know of an indicator."""

    key: str
    label: str
    also: Sequence[str] = ()
    kind: NumberKind = field(default_factory=NumberKind)
    periods: frozenset[str] = frozenset()
    """Kinds of times that it has; empty for all. Yearly: ``year`` and ``day``."""
    dimensions: frozenset[str] = frozenset()
    """Breakdowns that it has: ``sex``, ``age``, names of others."""
    additive: bool = False
    """Whether figures of parts add up to that of the whole (counts do, shares do not)."""


@dataclass(frozen=True)
class ReadObservation:
    """One figure."""

    row: int
    column: str
    indicator: str
    place: str
    """Key of the place; empty for the city as a whole, where the table has no places."""
    span: TimeSpan
    cut: Cut
    value: Decimal | None
    status: str = ""
    sheet: str = ""
    made: bool = False
    """Added up from its parts."""

    @property
    def identity(self) -> tuple[object, ...]:
        """What no two figures have in common."""
        return self.indicator, self.place, self.span.start, self.span.end, self.cut


def with_totals(
    values: Sequence[ReadObservation], indicators: Mapping[str, FigureKind]
) -> tuple[list[ReadObservation], list[AgeGroup]]:
    """The figures with totals that can be added up, without parts that their indicator does not have; and the ages that are missing."""
    together: dict[tuple[object, ...], list[ReadObservation]] = defaultdict(list)
    for one in values:
        known = indicators.get(one.indicator)
        if known is not None and known.additive and not one.cut.other:
            together[one.indicator, one.place, one.span.start, one.span.end].append(one)
    made: list[ReadObservation] = []
    gaps: set[AgeGroup] = set()
    for parts in together.values():
        if any(one.cut.is_total for one in parts):
            continue
        total = _total(parts)
        if total is not None:
            made.append(total)
        elif any(one.cut.age for one in parts):
            gaps.update(gaps_between(one.cut.age for one in parts if one.cut.age))
    kept = [
        one
        for one in (*values, *made)
        if (known := indicators.get(one.indicator)) is None or one.cut.dimensions() <= known.dimensions
    ]
    return kept, sorted(gaps, key=lambda one: one.start)


def _total(parts: Sequence[ReadObservation]) -> ReadObservation | None:
    """The figure of all, added up: over ages for each sex or for both, then over men and women; None where something is missing."""
    values = {(one.cut.sex, one.cut.age): one for one in parts}
    ages = {one.cut.age for one in parts if one.cut.age}
    sexes = {one.cut.sex for one in parts}
    groups: Sequence[AgeGroup | None] = partition(ages) if ages else [None]
    if not groups:
        return None
    needed: list[ReadObservation] = []
    if all(("", group) in values for group in groups):
        needed = [values["", group] for group in groups]
    elif {"male", "female"} <= sexes:
        told = sorted(sexes - {""})
        if not all((sex, group) in values for sex in told for group in groups):
            return None
        needed = [values[sex, group] for sex in told for group in groups]
    if not needed or any(
        one.value is None or one.status not in {"", "nil", "provisional", "revised", "estimated"}
        for one in needed
    ):
        return None
    status = next((one.status for one in needed if one.status in {"provisional", "estimated"}), "")
    first = needed[0]
    return replace(
        first,
        cut=Cut(),
        value=sum((one.value for one in needed if one.value is not None), Decimal(0)),
        status=status,
        made=True,
    )
