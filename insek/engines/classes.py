"""Values in classes for a map: about as many in each, equally wide, natural breaks, or with bounds of one's own.

Natural breaks after W. D. Fisher, On Grouping for Maximum Homogeneity, JASA 53 (1958), pp. 789-798, known to map makers by
G. F. Jenks (1977): of all ways to cut the ordered values the one with the least sum of squared distances from the means of
their classes. Found exactly, by dynamic programming; the best cut never moves back as values are added (the cost fulfils the
quadrangle inequality), so each step is halved instead of searched through.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST, MOST = 2, 7
"""Classes that can be asked for; more can not be told apart by their shade."""
LOOKED_AT = 500
"""Different values among which natural breaks are sought; of more, so many at equal distances in their order."""


@dataclass(frozen=True)
class Classes:
    """Classes of values from small to large: ``limits`` are their upper ends, which still belong to them; the last one takes
    all that is larger. ``decimals`` are those that the limits have where they are no values themselves."""

    limits: tuple[float, ...]
    decimals: int = 0

    def __len__(self) -> int:
        return len(self.limits)

    def place(self, value: float) -> int:
        """The class of a value, 0 for the lowest."""
        return min(bisect_left(self.limits, value), len(self.limits) - 1)

    def counts(self, values: Iterable[float]) -> list[int]:
        """How many values each class has."""
        found = [0] * len(self.limits)
        for value in values:
            found[self.place(value)] += 1
        return found


def equal_count(values: Iterable[float], count: int) -> Classes:
    """About as many values in each class; equal values stay together, so there may be fewer classes."""
    ordered = sorted(values)
    limits: list[float] = []
    for step in range(1, count + 1):
        if ordered and (value := ordered[-(-step * len(ordered) // count) - 1]) not in limits:
            limits.append(value)
    return Classes(tuple(limits))


def equal_interval(values: Iterable[float], count: int, decimals: int = 0) -> Classes:
    """Classes of one width from the smallest to the largest value; bounds between them are rounded so that they can be read.

    A class may be empty. One class where all values are the same.
    """
    ordered = sorted(values)
    if not ordered:
        return Classes(())
    low, high = ordered[0], ordered[-1]
    if low == high:
        return Classes((high,), decimals)
    step = (high - low) / count
    places = max(decimals, 1 - math.floor(math.log10(step)))
    bounds = [round(low + step * number, places) for number in range(1, count)]
    return Classes((*bounds, high), places)


def natural_breaks(values: Iterable[float], count: int) -> Classes:
    """Classes that lie closest to their means; no more than there are different values."""
    ordered = sorted(values)
    distinct = sorted(set(ordered))
    if len(distinct) <= count:
        return Classes(tuple(distinct))
    if len(distinct) > LOOKED_AT:
        last = len(ordered) - 1
        ordered = [ordered[round(number * last / (LOOKED_AT - 1))] for number in range(LOOKED_AT)]
        distinct = sorted(set(ordered))
    weights = dict.fromkeys(distinct, 0)
    for value in ordered:
        weights[value] += 1
    cuts = _best_cuts(distinct, [weights[value] for value in distinct], min(count, len(distinct)))
    return Classes(tuple(distinct[end - 1] for end in cuts))


def own_bounds(bounds: Iterable[float], decimals: int = 0) -> Classes:
    """Classes between bounds that were given, each upper one included; below the first and above the last is one more."""
    return Classes((*sorted(set(bounds)), math.inf), decimals)


def _best_cuts(values: Sequence[float], weights: Sequence[int], count: int) -> list[int]:
    """Where each of so many classes ends (exclusive), with the least sum of squares within them."""
    middle = sum(map(float, values)) / len(values)
    weight, total, square = [0.0], [0.0], [0.0]
    for value, each in zip(values, weights, strict=True):
        moved = value - middle
        weight.append(weight[-1] + each)
        total.append(total[-1] + each * moved)
        square.append(square[-1] + each * moved * moved)

    def within(start: int, end: int) -> float:
        part = total[end] - total[start]
        return square[end] - square[start] - part * part / (weight[end] - weight[start])

    size = len(values)
    cost = [0.0, *(within(0, end) for end in range(1, size + 1))]
    came_from: list[list[int]] = []
    for step in range(2, count + 1):
        best, where = [math.inf] * (size + 1), [0] * (size + 1)
        spans = [(step, size, step - 1, size - 1)]
        while spans:
            first, last, least, most = spans.pop()
            if first > last:
                continue
            end = (first + last) // 2
            for start in range(least, min(most, end - 1) + 1):
                if (found := cost[start] + within(start, end)) < best[end]:
                    best[end], where[end] = found, start
            spans += [(first, end - 1, least, where[end]), (end + 1, last, where[end], most)]
        cost = best
        came_from.append(where)
    ends = [size]
    for where in reversed(came_from):
        ends.append(where[ends[-1]])
    return ends[::-1]
