"""How two series of values go together: Pearson's and Spearman's coefficient, each with an interval.

Pearson's interval by Fisher's z transformation (R. A. Fisher, Metron 1, 1921); Spearman's by the same with the standard error
sqrt((1 + r²/2) / (n − 3)) of D. G. Bonett and T. A. Wright (Psychometrika 65, 2000, pp. 23-28).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

FEWEST = 5
"""Pairs below which no coefficient is told."""
SURE = 0.95
"""How often an interval made like this contains the true value, where the pairs are a sample."""


@dataclass(frozen=True)
class Coefficient:
    """A coefficient between -1 and 1 with the ends of its interval."""

    value: float
    low: float
    high: float

    @property
    def contains_zero(self) -> bool:
        """Whether there may be no connection at all."""
        return self.low <= 0 <= self.high


def pearson(xs: Sequence[float], ys: Sequence[float]) -> Coefficient | None:
    """How nearly the pairs lie on a line; None for fewer than five or where one side is always the same."""
    found = _linear(xs, ys)
    return None if found is None else _with_interval(found, 1 / math.sqrt(len(xs) - 3))


def spearman(xs: Sequence[float], ys: Sequence[float]) -> Coefficient | None:
    """How nearly the pairs are in the same order; equal values share the mean of their ranks."""
    found = _linear(ranks(xs), ranks(ys))
    return None if found is None else _with_interval(found, math.sqrt((1 + found**2 / 2) / (len(xs) - 3)))


def ranks(values: Sequence[float]) -> list[float]:
    """The place of each value from small to large, from 1 on; equal ones have the mean of theirs."""
    order = sorted(range(len(values)), key=lambda number: values[number])
    found = [0.0] * len(values)
    begin = 0
    while begin < len(order):
        end = begin
        while end + 1 < len(order) and values[order[end + 1]] == values[order[begin]]:
            end += 1
        for number in order[begin : end + 1]:
            found[number] = (begin + end) / 2 + 1
        begin = end + 1
    return found


def _linear(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    count = len(xs)
    if count < FEWEST or len(set(xs)) < 2 or len(set(ys)) < 2:
        return None
    x_mean, y_mean = math.fsum(xs) / count, math.fsum(ys) / count
    x_away, y_away = [x - x_mean for x in xs], [y - y_mean for y in ys]
    both = math.sqrt(math.fsum(x * x for x in x_away) * math.fsum(y * y for y in y_away))
    if not both:
        return None
    found = math.fsum(x * y for x, y in zip(x_away, y_away, strict=True)) / both
    return max(-1.0, min(1.0, found))


def _with_interval(value: float, error: float) -> Coefficient:
    """The interval on the scale of z, turned back; a perfect coefficient has none but itself."""
    if abs(value) > 1 - 1e-12:
        return Coefficient(value, value, value)
    far = NormalDist().inv_cdf((1 + SURE) / 2) * error
    middle = math.atanh(value)
    return Coefficient(value, math.tanh(middle - far), math.tanh(middle + far))
