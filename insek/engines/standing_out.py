"""Which of several places stands out from the others, beyond what small numbers and the usual spread between places give.

Values are brought on a scale where chance scatters evenly: numbers of events per inhabitant by their square root (Poisson), shares by the
arcsine of it (binomial), all else above zero by the logarithm. What is left of the spread after chance is that between places (Spiegelhalter 2005);
it is taken from the middle half of them, so that those that stand out do not hide themselves. The method, its sources and limits: ``docs/methods/findings.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .chance import Chance, Floats, two_sided

FEWEST, MOST = 8, 200
"""Places that are needed; with more of them the distribution of that many is used."""
MIDDLE = 0.4549
"""The median of the square of a standard normal figure."""
FURTHER = 1.25
"""How many times the middle of all, or its part, a place has at least."""
DOUBLE = 2.0
"""How many times the number of the others together, or its part, one has at least to be told from them."""
RUNS = 4_000
SEED = 20_260_102


@dataclass(frozen=True)
class Apart:
    """One place: how far it lies from the middle of all, in parts of what is usual, and how likely by chance."""

    at: int
    distance: float
    chance: float


def counts_apart(counts: Sequence[float], sizes: Sequence[float]) -> list[Apart]:
    """Numbers of events or things against what they could happen to; ``sizes`` above zero. Raises ValueError otherwise, and for too few places."""
    number, size = np.asarray(counts, float), np.asarray(sizes, float)
    if size.min() <= 0 or number.min() < 0:
        raise ValueError("sizes are above zero and counts not below it")
    return _apart(np.sqrt((number + 0.375) / size), 0.5 / np.sqrt(size))


def shares_apart(percent: Sequence[float], sizes: Sequence[float | None]) -> list[Apart]:
    """Shares in percent of so many; None where it is not known, which counts as without chance. Raises ValueError for too few places."""
    share = np.asarray(percent, float) / 100
    if share.min() < 0 or share.max() > 1:
        raise ValueError("shares lie between 0 and 100 percent")
    errors = [0.5 / size**0.5 if size else 0.0 for size in sizes]
    return _apart(np.arcsin(np.sqrt(share)), np.asarray(errors))


def values_apart(values: Sequence[float], errors: Sequence[float]) -> list[Apart]:
    """Averages and the like with their standard errors, 0 where not known: by their logarithm where all are above zero."""
    value, error = np.asarray(values, float), np.asarray(errors, float)
    return _apart(np.log(value), error / value) if value.min() > 0 else _apart(value, error)


def counts_differ(counts: Sequence[float], sizes: Sequence[float]) -> list[Apart]:
    """Numbers of single things against those of all other places together, where chance is that of small numbers alone.

    Says whether there are fewer or more than elsewhere, not whether that is unusual among places. Raises ValueError for sizes of zero.
    """
    number, size = np.asarray(counts, float), np.asarray(sizes, float)
    if size.min() <= 0 or number.min() < 0 or size.size < 2:
        raise ValueError("sizes are above zero and counts not below it")
    others, room = number.sum() - number, size.sum() - size
    apart = np.sqrt((number + 0.375) / size) - np.sqrt((others + 0.375) / room)
    distances = apart / np.sqrt(0.25 / size + 0.25 / room)
    return [Apart(at, float(distance), two_sided(float(distance))) for at, distance in enumerate(distances)]


def _apart(values: Floats, errors: Floats) -> list[Apart]:
    if not values.size >= FEWEST:
        raise ValueError("too few places to say what is usual among them")
    distances = _distances(values[None, :], errors)[0]
    null = _null(min(values.size, MOST))
    return [
        Apart(at, float(distance), null.at_least(float(np.log1p(abs(distance)))))
        for at, distance in enumerate(distances)
    ]


def _distances(values: Floats, errors: Floats) -> Floats:
    """How far each value of each row lies from the middle, in parts of chance and usual spread together."""
    middle = np.median(values, axis=1, keepdims=True)
    squares = (values - middle) ** 2
    spread = np.median(squares, axis=1) / MIDDLE
    if errors.any():
        spread = np.array(
            [
                _spread(row, errors**2, float(all_of_it))
                for row, all_of_it in zip(squares, spread, strict=True)
            ]
        )
    found: Floats = (values - middle) / np.sqrt(spread[:, None] + errors**2 + 1e-300)
    return found


def _spread(squares: Floats, chance: Floats, most: float) -> float:
    """The variance between places that makes the median of the squared distances what it is by chance; 0 where chance explains all."""
    low, high = 0.0, most
    if np.median(squares / (chance + 1e-300)) <= MIDDLE:
        return 0.0
    for _step in range(50):
        middle = (low + high) / 2
        if np.median(squares / (chance + middle)) > MIDDLE:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=MOST)
def _null(number: int) -> Chance:
    """What chance gives among so many places whose spread has to be learnt from themselves."""
    runs = max(RUNS, 40_000 // number)
    drawn = np.random.default_rng(SEED + number).standard_normal((runs, number))
    return Chance.of(np.log1p(np.abs(_distances(drawn, np.zeros(number))).ravel()))
