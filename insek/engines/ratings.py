"""What a group of people thinks of something on a scale from 1 to 5: mean, spread, and how far they agree.

Agreement is A of C. van der Eijk, "Measuring Agreement in Ordered Rating Scales", Quality & Quantity 35 (2001), 325-341: 1 where all
say the same, 0 where answers spread evenly over the scale, -1 where half of them stand at either end. Unlike the standard
deviation it does not take steps of the scale for distances.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

SCALE = (1, 2, 3, 4, 5)
FEW = 10
"""Below so many answers a mean says little; pages say so."""
AGREED, SPLIT = 0.6, 0.2
"""Agreement from which people are called of one mind, and below which they are called divided."""


@dataclass(frozen=True)
class Summary:
    """The answers of some people to one question."""

    counts: tuple[int, ...]
    """How many chose each step of the scale."""

    @property
    def number(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean; only where somebody answered."""
        return sum(step * count for step, count in zip(SCALE, self.counts, strict=True)) / self.number

    @property
    def deviation(self) -> float:
        """Standard deviation of the answers; 0 for one."""
        if self.number < 2:
            return 0.0
        mean = self.mean
        squares = sum(count * (step - mean) ** 2 for step, count in zip(SCALE, self.counts, strict=True))
        return sqrt(squares / (self.number - 1))

    @property
    def agreement(self) -> float:
        """Van der Eijk's A, between -1 and 1."""
        return agreement(self.counts)

    @property
    def is_few(self) -> bool:
        """Whether so few answered that the mean says little."""
        return self.number < FEW


def summed(values: Iterable[int]) -> Summary:
    """The summary of single answers."""
    counts = [0] * len(SCALE)
    for value in values:
        counts[value - 1] += 1
    return Summary(tuple(counts))


def added(summaries: Iterable[Summary]) -> Summary:
    """All answers together."""
    rows = [summary.counts for summary in summaries]
    return Summary(tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * len(SCALE))


def agreement(counts: Sequence[int]) -> float:
    """Agreement of answers on an ordered scale, taken apart into layers of which each step has all or nothing."""
    left, number, found = list(counts), sum(counts), 0.0
    if not number:
        return 0.0
    while any(left):
        layer = [count > 0 for count in left]
        height = min(count for count in left if count)
        weight = height * sum(layer) / number
        found += weight * _of_layer(layer)
        left = [count - height if count else 0 for count in left]
    return round(found, 12)


def _of_layer(layer: Sequence[bool]) -> float:
    steps, filled = len(layer), sum(layer)
    if filled == 1:
        return 1.0
    if filled == steps:
        return 0.0
    triples = list(combinations(layer, 3))
    together = sum(triple in {(True, True, False), (False, True, True)} for triple in triples)
    apart = sum(triple == (True, False, True) for triple in triples)
    unimodality = ((steps - 2) * together - (steps - 1) * apart) / ((steps - 2) * (together + apart))
    return unimodality * (1 - (filled - 1) / (steps - 1))


def differs(before: Summary, after: Summary) -> bool:
    """Whether two means differ by more than chance makes likely: two standard errors, of at least ten answers each."""
    if before.is_few or after.is_few:
        return False
    error = sqrt(before.deviation**2 / before.number + after.deviation**2 / after.number)
    return abs(after.mean - before.mean) > 2 * error


def shown_parts(parts: dict[str, Summary], threshold: int) -> tuple[dict[str, Summary], Summary]:
    """The groups that are large enough to be shown, and all together without giving away the others.

    Answers of groups that are too small count among all only where together they reach the threshold themselves; else the
    difference between all and the groups shown would be what is hidden.
    """
    shown = {name: part for name, part in parts.items() if part.number >= threshold}
    rest = added(part for name, part in parts.items() if name not in shown)
    whole = added([*shown.values(), *([rest] if rest.number >= threshold else [])])
    return shown, whole
