"""How good a forecast would have been: made from what was known then, judged by what came, beside two simple rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .ages import Floats, Groups
from .draws import simulate
from .fitting import Past, fit

ALL = -1
"""The column that is all ages."""


@dataclass(frozen=True)
class JudgedForecast:
    """One forecast of one age group, judged: errors as shares (weighted mean absolute percentage error), coverage as shares of areas.

    ``unchanged`` is the error of taking the last year's numbers, ``linear`` of drawing the line of the first and last years on.
    """

    horizon: int
    group: int
    error: float
    unchanged: float
    linear: float
    within_80: float
    within_50: float
    areas: int

    @property
    def relative(self) -> float:
        """The error as a share of that of no change; 1 is no better."""
        return self.error / self.unchanged if self.unchanged > 0 else np.inf


def weighted_error(forecast: Floats, seen: Floats) -> float:
    """Sum of absolute errors over the sum of what was seen (WMAPE)."""
    return float(np.abs(forecast - seen).sum() / max(seen.sum(), 1e-9))


def judge(
    pasts: Sequence[Past], groups: Groups, later: dict[int, Floats], *, draws: int = 1_000, seed: int = 1
) -> list[JudgedForecast]:
    """Fit to the past, forecast, and judge by ``later``: year -> people (areas, groups); each group, then all ages, by year."""
    fitted = fit(pasts, groups)
    last = pasts[0].last
    years = max(later) - last
    _middle, intervals = simulate(
        fitted.base, fitted.assumed(years), fitted.scatter, groups=groups, draws=draws, seed=seed
    )
    first, base = _with_all(pasts[0].people[0].sum(axis=1)), _with_all(pasts[0].people[-1].sum(axis=1))
    past_years = len(pasts[0].people) - 1
    judged = []
    for year, people in sorted(later.items()):
        horizon = year - last
        seen = _with_all(people)
        linear = np.maximum(base + (base - first) / past_years * horizon, 0)
        low80, low50, _median, high50, high80 = intervals.areas[:, horizon]
        for group in [*range(len(groups)), ALL]:
            one = seen[:, group]
            judged.append(
                JudgedForecast(
                    horizon,
                    group,
                    weighted_error(intervals.middle[horizon, :, group], one),
                    weighted_error(base[:, group], one),
                    weighted_error(linear[:, group], one),
                    float(((one >= low80[:, group]) & (one <= high80[:, group])).mean()),
                    float(((one >= low50[:, group]) & (one <= high50[:, group])).mean()),
                    len(one),
                )
            )
    return judged


def _with_all(people: Floats) -> Floats:
    return np.concatenate([people, people.sum(axis=-1, keepdims=True)], axis=-1)


__all__ = ["ALL", "JudgedForecast", "judge", "weighted_error"]
