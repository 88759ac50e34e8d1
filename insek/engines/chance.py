"""How likely a figure comes about by chance alone: distributions that are simulated once, their tails, and many tests at once.

The method, its sources and limits: ``docs/methods/findings.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TAIL = 0.02
"""The share of the largest simulated figures that the tail is learnt from."""


@dataclass(frozen=True)
class Chance:
    """The figures that chance alone gives: those simulated, and beyond them a tail that falls exponentially (Pickands 1975)."""

    figures: Floats
    """Sorted."""
    start: float
    fall: float

    @classmethod
    def of(cls, simulated: Floats) -> Chance:
        """From simulated figures; the larger one is, the more it speaks against chance."""
        figures = np.sort(np.asarray(simulated, float))
        start = float(np.quantile(figures, 1 - TAIL))
        beyond = figures[figures > start] - start
        return cls(figures, start, float(beyond.mean()) if beyond.size else 1e-9)

    def at_least(self, figure: float) -> float:
        """How often chance gives this figure or a larger one."""
        if figure <= self.start:
            return float(1 - np.searchsorted(self.figures, figure, side="left") / self.figures.size)
        return TAIL * float(np.exp(-min((figure - self.start) / self.fall, 600.0)))


def two_sided(z: float) -> float:
    """How often a standard normal figure lies at least so far from zero, on either side."""
    return erfc(abs(z) / sqrt(2))


def discoveries(chances: Sequence[float], share: float) -> list[bool]:
    """Which of many tests count, so that at most ``share`` of those that count are mistaken on average (Benjamini, Hochberg 1995).

    Of ``n`` tests, ordered by their chance, all up to the last one count whose chance is at most its place times ``share / n``.
    """
    number = len(chances)
    if not number:
        return []
    values = np.asarray(chances, float)
    ordered = np.sort(values)
    below = np.flatnonzero(ordered <= share * np.arange(1, number + 1) / number)
    limit = float(ordered[below[-1]]) if below.size else -1.0
    return [bool(value <= limit) for value in values]
