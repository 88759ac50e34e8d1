"""What changed in a short series of values: a trend, a break, a last value unlike all before; or nothing that chance would not give.

Three figures, each robust against single odd values: how many pairs of values rise (Mann, Kendall), where two levels differ most (Pettitt,
standardised), how far the last value lies from where the others lead (Theil, Sen). What chance alone gives is simulated for series
of the same length whose values hang together from one to the next by nothing up to much; how much is learnt from the series itself and not
taken for certain. The method, its sources and limits: ``docs/methods/findings.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from .chance import Chance, Floats, discoveries

TREND, BREAK, LAST = "trend", "break", "last"
FEWEST, MOST = 8, 20
"""Values that are needed; and of longer series only so many, the newest, are looked at."""
PART = 4
"""Values that either side of a break has at least."""
TOGETHER = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)
"""How much of a value's chance goes on to the next one: what is thought possible (AR(1))."""
BEFORE = (0.2, 0.2, 0.2, 0.18, 0.13, 0.09)
"""How likely each of these is before the series is looked at."""
STEPS = tuple(digit * 10.0**power for power in range(6, -7, -1) for digit in (5, 1))
ROUNDED = 0.25
"""How much values scatter at least, in parts of the step they are rounded to: what rounding alone does."""
RUNS = 6_000
SEED = 20_260_101
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Tested:
    """One figure of a series: of which sort, how likely by chance, and what it would say."""

    sort: str
    chance: float
    size: float
    """By how much the series changed, in its unit: over all its values, between two levels, from what was to be expected."""
    before: float
    after: float
    """What the size lies between: the ends of the line, the two levels, the expected and the last value."""
    at: int = 0
    """The place of the first value after a break; of the last value."""
    holds: bool = True
    """Whether it is still so today: a trend whose second half goes the other way is not."""
    is_first: bool = True
    """Of a trend and a break, which are two pictures of one series: whether it leaves less over than the other."""


@dataclass(frozen=True)
class _Figures:
    """Of ``runs`` series: the three figures, the line, the levels and how the rest hangs together."""

    rising: Floats
    parted: Floats
    at: NDArray[np.int_]
    far: Floats
    slope: Floats
    base: Floats
    expected: Floats
    together: Floats
    is_step: Bools


def changes_of(values: Sequence[float], times: Sequence[float]) -> list[Tested]:
    """The three tests of a series; ``times`` in years, rising. Raises ValueError for fewer than FEWEST values.

    Of a series of more than MOST values the newest are looked at.
    """
    if len(values) != len(times) or len(values) < FEWEST:
        raise ValueError("a series has as many times as values, and enough of them")
    kept, when = np.asarray(values[-MOST:], float), np.asarray(times[-MOST:], float)
    if kept.min() == kept.max():
        return []
    figures = _figures(kept[None, :], when, ROUNDED * _step(kept))
    weights, nulls = _weights(kept.size, float(figures.together[0])), _nulls(kept.size)
    chance = [
        float(sum(weight * null[place].at_least(figure) for weight, null in zip(weights, nulls, strict=True)))
        for place, figure in enumerate((figures.rising[0], figures.parted[0], figures.far[0]))
    ]
    slope, base, at = float(figures.slope[0]), float(figures.base[0]), int(figures.at[0])
    first, last = base + slope * float(when[0]), base + slope * float(when[-1])
    low, high = float(np.median(kept[:at])), float(np.median(kept[at:]))
    step, expected = bool(figures.is_step[0]), float(figures.expected[0])
    return [
        Tested(TREND, chance[0], last - first, first, last, 0, _goes_on(kept, when, slope), not step),
        Tested(BREAK, chance[1], high - low, low, high, at, True, step),
        Tested(LAST, chance[2], float(kept[-1]) - expected, expected, float(kept[-1]), kept.size - 1),
    ]


def found_in(
    series: Sequence[Sequence[Tested]], share: float, others: Sequence[float] = ()
) -> list[list[Tested]]:
    """What counts of the tests of many series, all judged together with ``others``, so that at most ``share`` of it is chance on average.

    Of a trend and a break in one series, which are two pictures of the same, the one that fits better is kept; beside a break no odd last value.
    """
    flat = [test.chance for tests in series for test in tests]
    counts = iter(discoveries([*flat, *others], share)[: len(flat)])
    found = []
    for tests in series:
        kept = [test for test in tests if next(counts) and test.holds]
        sorts = {test.sort for test in kept}
        found.append([test for test in kept if not _told_better(test, sorts)])
    return found


def _told_better(test: Tested, sorts: set[str]) -> bool:
    if test.sort == LAST:
        return BREAK in sorts
    return not test.is_first and {TREND, BREAK} <= sorts


def _goes_on(values: Floats, times: Floats, slope: float) -> bool:
    """Whether the second half does not go the other way, faster than half the trend."""
    half = values.size // 2
    recent = float(_slopes(values[None, half:], times[half:])[0])
    return recent * slope > 0 or abs(recent) < abs(slope) / 2


def _slopes(values: Floats, times: Floats) -> Floats:
    """The median of the slopes between all pairs (Theil 1950, Sen 1968) of each row."""
    first, second = np.triu_indices(times.size, 1)
    found: Floats = np.median((values[:, second] - values[:, first]) / (times[second] - times[first]), axis=1)
    return found


def _step(values: Floats) -> float:
    """The largest step of which all values are multiples: what they were rounded to; 0 where they were not."""
    found = (step for step in STEPS if np.abs(values / step - np.round(values / step)).max() < 1e-6)
    return next(found, 0.0)


def _figures(values: Floats, times: Floats, least: float = 0.0) -> _Figures:
    """The figures of the rows of ``values``, all at the same times."""
    number, rows = times.size, np.arange(values.shape[0])
    slope = _slopes(values, times)
    base = np.median(values - slope[:, None] * times, axis=1)
    line = values - slope[:, None] * times - base[:, None]
    rising = np.log(np.abs(slope) * (times[-1] - times[0]) + 1e-300) - np.log(_scatter(line, least))
    splits = range(PART, number - PART + 1)
    levels = [(np.median(values[:, :at], axis=1), np.median(values[:, at:], axis=1)) for at in splits]
    rests = [
        np.column_stack([values[:, :at] - low[:, None], values[:, at:] - high[:, None]])
        for at, (low, high) in zip(splits, levels, strict=True)
    ]
    best = np.argmin([_size(rest) for rest in rests], axis=0)
    step = np.stack(rests)[best, rows]
    apart = np.stack([np.abs(high - low) for low, high in levels])[best, rows]
    at = best + PART
    parted = (
        np.log(apart + 1e-300) - np.log(_scatter(step, least)) + 0.5 * np.log(at * (number - at) / number)
    )
    is_step = _size(step) * number ** (1 / (2 * number)) < _size(line)
    rest = np.where(is_step[:, None], step, line)
    expected, far = _last(values, times, least)
    return _Figures(rising, parted, at, far, slope, base, expected, _together(rest), is_step)


def _size(rest: Floats) -> Floats:
    """How much a picture of a series leaves over: the mean of its absolute values, which single odd ones do not rule."""
    found: Floats = np.abs(rest).mean(axis=1) + 1e-300
    return found


def _last(values: Floats, times: Floats, least: float) -> tuple[Floats, Floats]:
    """Where the values before lead, and how far off the last one is: the logarithm of that in parts of their scatter."""
    known, when = values[:, :-1], times[:-1]
    slope = _slopes(known, when)
    rest = known - slope[:, None] * when
    base = np.median(rest, axis=1)
    rest = rest - base[:, None]
    expected = base + slope * times[-1]
    return expected, np.log(np.abs(values[:, -1] - expected) + 1e-300) - np.log(_scatter(rest, least))


def _scatter(rest: Floats, least: float) -> Floats:
    """How much the rows scatter: the mean of their absolute values without the largest one, which may be an odd one; what rounding gives at least."""
    size = np.abs(rest)
    found = (size.sum(axis=1) - size.max(axis=1)) / (size.shape[1] - 1)
    return np.maximum(found, least) + 1e-300


def _together(rest: Floats) -> Floats:
    """How much a value has in common with the one before (autocorrelation at lag one)."""
    around = rest - rest.mean(axis=1, keepdims=True)
    return (around[:, 1:] * around[:, :-1]).sum(axis=1) / ((around**2).sum(axis=1) + 1e-300)


@lru_cache(maxsize=MOST)
def _simulated(
    number: int,
) -> tuple[tuple[tuple[Chance, Chance, Chance], ...], tuple[tuple[float, float], ...]]:
    """What chance gives for series of this length: the three figures, and mean and scatter of how they seem to hang together."""
    drawn = np.random.default_rng(SEED + number)
    nulls, seen = [], []
    for share in TOGETHER:
        noise = drawn.standard_normal((RUNS, number))
        values = np.empty_like(noise)
        values[:, 0] = noise[:, 0]
        for place in range(1, number):
            values[:, place] = share * values[:, place - 1] + (1 - share**2) ** 0.5 * noise[:, place]
        figures = _figures(values, np.arange(number, dtype=float))
        nulls.append((Chance.of(figures.rising), Chance.of(figures.parted), Chance.of(figures.far)))
        seen.append((float(figures.together.mean()), float(figures.together.std())))
    return tuple(nulls), tuple(seen)


def _nulls(number: int) -> tuple[tuple[Chance, Chance, Chance], ...]:
    return _simulated(number)[0]


def _weights(number: int, together: float) -> Floats:
    """How likely each of what is thought possible is, after what the series shows (Bayes, all equally likely before)."""
    told = np.log(BEFORE) + np.array(
        [-0.5 * ((together - mean) / scatter) ** 2 - log(scatter) for mean, scatter in _simulated(number)[1]]
    )
    weights = np.exp(told - told.max())
    found: Floats = weights / weights.sum()
    return found
