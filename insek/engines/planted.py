"""Series and places with changes that are planted, and with none: how many the methods find, and how often they find what is not there.

Used by the tests and by `insek bench findings`. Sizes are in parts of the scatter of a single value around what it would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import changes, standing_out
from .chance import Floats, discoveries

SIZES = {changes.TREND: 9.0, changes.BREAK: 8.0, changes.LAST: 9.0}
"""The change over all values; between two levels; of the last value."""
LEVEL, SCATTER = 100.0, 4.0
SERIES, PLANTED = 90, 45
"""Series of one city, and in how many of them something is planted."""
PLACE_SIZE = 8.0


@dataclass(frozen=True)
class PlantedResult:
    """What came of some cities: share found by sort, share of series with nothing in which something was found."""

    found: dict[str, float]
    mistaken: float
    untouched: int
    """Series with nothing planted that were looked at."""


def hanging_together(
    drawn: np.random.Generator, runs: int, number: int, share: float, *, heavy: bool = False
) -> Floats:
    """Noise of scatter 1 of which ``share`` goes on to the next value; heavy: with now and then a far one (t with 4 degrees of freedom)."""
    noise = drawn.standard_t(4, (runs, number)) / 2**0.5 if heavy else drawn.standard_normal((runs, number))
    for place in range(1, number):
        noise[:, place] = share * noise[:, place - 1] + (1 - share**2) ** 0.5 * noise[:, place]
    return noise


def planted_series(
    number: int,
    share: float,
    seeds: Sequence[int],
    *,
    level: float = 0.03,
    planted: int = PLANTED,
    heavy: bool = False,
) -> PlantedResult:
    """Cities of SERIES series each, in the first ``planted`` of which a trend, a break or an odd last value was put."""
    sorts = tuple(SIZES)
    hits, there, false, nothing = dict.fromkeys(sorts, 0), dict.fromkeys(sorts, 0), 0, 0
    for seed in seeds:
        drawn = np.random.default_rng([seed, number, round(share * 100)])
        values = hanging_together(drawn, SERIES, number, share, heavy=heavy)
        truth = [
            (sorts[at % len(sorts)], int(drawn.choice([-1, 1]))) if at < planted else ("", 0)
            for at in range(SERIES)
        ]
        for row, (sort, sign) in zip(values, truth, strict=True):
            if sort == changes.TREND:
                row += sign * SIZES[sort] * np.arange(number) / (number - 1)
            elif sort == changes.BREAK:
                row[drawn.integers(changes.PART, number - changes.PART + 1) :] += sign * SIZES[sort]
            elif sort == changes.LAST:
                row[-1] += sign * SIZES[sort]
        tests = [changes.changes_of(list(LEVEL + SCATTER * row), list(range(number))) for row in values]
        for (sort, sign), found in zip(truth, changes.found_in(tests, level), strict=True):
            if sort:
                there[sort] += 1
                hits[sort] += any(test.sort == sort and test.size * sign > 0 for test in found)
            else:
                nothing += 1
                false += bool(found)
    return PlantedResult(
        {sort: hits[sort] / there[sort] for sort in sorts if there[sort]}, false / nothing, nothing
    )


def planted_places(
    number: int, spread: float, seeds: Sequence[int], *, level: float = 0.05, indicators: int = 40
) -> PlantedResult:
    """Numbers of events in places of different size; in half of the indicators one place has far more of them or far fewer.

    ``spread`` is how much places differ anyway (of the logarithm of their rate); the size is in parts of that and of chance together.
    """
    hits = there = false = nothing = 0
    for seed in seeds:
        drawn = np.random.default_rng([seed, number, round(spread * 100)])
        chances: list[float] = []
        truth: list[tuple[int, bool, bool]] = []
        for at in range(indicators):
            people = np.exp(drawn.normal(8.3, 0.7, number))
            roots = 0.5 * np.exp(drawn.normal(0, spread / 2, number))
            chosen = int(drawn.integers(number)) if at % 2 else -1
            if chosen >= 0:
                roots[chosen] += PLACE_SIZE * ((0.25 * spread) ** 2 + 0.25 / people[chosen]) ** 0.5
            counts = drawn.poisson(roots**2 * people)
            for each in standing_out.counts_apart(list(counts), list(people)):
                chances.append(each.chance)
                truth.append((at, each.at == chosen, chosen >= 0))
        taken = discoveries(chances, level)
        hits += sum(one for one, (_at, is_it, _has) in zip(taken, truth, strict=True) if is_it)
        there += indicators // 2
        false += len({at for one, (at, _is, has) in zip(taken, truth, strict=True) if one and not has})
        nothing += indicators - indicators // 2
    return PlantedResult({"place": hits / there}, false / nothing, nothing)
