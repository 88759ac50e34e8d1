"""Take age groups apart into single years of age so that the sums stay what they were.

A monotone cubic through the cumulative numbers (Hyman 1983, used on populations by Smith, Hyndman and Wood 2004); the open group at
the top follows a life table that fits on to the group below it. Raking brings single years of small areas to their own sums.
"""

from __future__ import annotations

import numpy as np

from .ages import AGES, Floats, Groups
from .schedules import survival_of

STEEPEST, FLATTEST = 0.08, -0.06
"""Bounds of how fast the numbers of the open group may fall, a year of age, beside what mortality does."""


def split(counts: Floats, groups: Groups, pattern: Floats | None = None) -> Floats:
    """Single years of age from age groups: shape (…, groups) to (…, 101); the sums of the groups stay, nothing is below zero.

    ``pattern`` (101,) is how many there are of each age elsewhere, such as ``schedules.cohorts``: numbers follow its ups and downs,
    and their ratio to it changes smoothly. Without it, numbers themselves change smoothly, and the open group follows a life table.
    Raises ValueError where a count is below zero or not a number, a pattern is not above zero, or numbers of groups do not fit.
    """
    counts = np.asarray(counts, dtype=np.float64)
    if counts.shape[-1] != len(groups):
        raise ValueError(f"{counts.shape[-1]} numbers for {len(groups)} age groups")
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError("numbers of people of at least 0")
    if pattern is not None and not (pattern > 0).all():
        raise ValueError("a pattern of numbers above 0")
    single = np.empty((*counts.shape[:-1], AGES))
    start = groups.starts[-1]
    edge = np.zeros(counts.shape[:-1])
    if start:
        even = np.ones(start) if pattern is None else pattern[:start] / pattern[:start].mean()
        at = np.concatenate([[0.0], np.cumsum(even)])
        sums = np.concatenate(
            [np.zeros((*counts.shape[:-1], 1)), np.cumsum(counts[..., :-1], axis=-1)], axis=-1
        )
        single[..., :start], edge = _monotone(at[list(groups.starts)], sums, at)
    shares = (
        _top(counts[..., -1], edge, start) if pattern is None else pattern[start:] / pattern[start:].sum()
    )
    single[..., start:] = counts[..., -1:] * shares
    return single


def _monotone(knots: Floats, sums: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Differences of a monotone cubic through cumulative numbers at given places, and its slope at the last knot."""
    widths = np.diff(knots)
    secants = np.diff(sums, axis=-1) / widths
    slopes = np.empty_like(sums)
    if len(widths) == 1:
        slopes[...] = secants
    else:
        left, right = widths[:-1], widths[1:]
        slopes[..., 1:-1] = (secants[..., :-1] * right + secants[..., 1:] * left) / (left + right)
        slopes[..., 0] = 1.5 * secants[..., 0] - 0.5 * slopes[..., 1]
        slopes[..., -1] = 1.5 * secants[..., -1] - 0.5 * slopes[..., -2]
    beside = np.concatenate([secants[..., :1], secants, secants[..., -1:]], axis=-1)
    slopes = np.clip(slopes, 0.0, 3 * np.minimum(beside[..., :-1], beside[..., 1:]))
    cell = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(widths) - 1)
    step = (at - knots[cell]) / widths[cell]
    value = (
        sums[..., cell] * (1 + 2 * step) * (1 - step) ** 2
        + slopes[..., cell] * widths[cell] * step * (1 - step) ** 2
        + sums[..., cell + 1] * step**2 * (3 - 2 * step)
        + slopes[..., cell + 1] * widths[cell] * step**2 * (step - 1)
    )
    return np.maximum(np.diff(value, axis=-1), 0.0), slopes[..., -1]


def _top(count: Floats, edge: Floats, start: int) -> Floats:
    """Shares of the open group by single year of age, beginning near the numbers of the group below; they sum to 1."""
    each = survival_of(1)[0]
    standing = np.concatenate([[1.0], np.cumprod(each[start:-1])])
    # 100 and more are all who are left, not those of one year of age
    standing[-1] /= max(1 - each[-1], 0.05)
    years = np.arange(AGES - start, dtype=np.float64)
    low, high = np.full(count.shape, FLATTEST), np.full(count.shape, STEEPEST)
    wanted = np.divide(edge, count, out=np.full(count.shape, np.nan), where=count > 1e-9)
    for _step in range(40):
        middle = (low + high) / 2
        shares = standing * np.exp(-middle[..., None] * years)
        first = shares[..., 0] / shares.sum(axis=-1)
        steeper = first < wanted
        low, high = np.where(steeper, middle, low), np.where(steeper, high, middle)
    fall = np.where(np.isfinite(wanted) & (edge > 0), (low + high) / 2, 0.0)
    shares = standing * np.exp(-fall[..., None] * years)
    return shares / shares.sum(axis=-1, keepdims=True)


def split_like(counts: Floats, groups: Groups, pattern: Floats) -> Floats:
    """Single years of small areas: within each group distributed as in ``pattern``, shape (101,), so that the sums stay.

    A group that is empty in the pattern but not in the area is spread evenly. Shapes as in ``split``.
    """
    counts = np.asarray(counts, dtype=np.float64)
    sums = groups.sums(pattern)
    even = 1 / (np.array(groups.ends) - np.array(groups.starts))
    of_age = groups.of_age
    shares = np.divide(pattern, sums[of_age], out=even[of_age], where=sums[of_age] > 0)
    return counts[..., of_age] * shares


def rake(cells: Floats, rows: Floats, columns: Floats, rounds: int = 200, within: float = 1e-9) -> Floats:
    """Bring ``cells``, shape (rows, columns), to both margins by iterative proportional fitting (Deming and Stephan 1940).

    Empty cells stay empty. Raises ValueError where the margins do not sum to the same, or a margin cannot be reached
    because all of its cells are empty.
    """
    if not np.isclose(rows.sum(), columns.sum(), rtol=1e-6):
        raise ValueError("both margins sum to the same")
    fitted = np.array(cells, dtype=np.float64)
    for _round in range(rounds):
        fitted *= _factor(rows, fitted.sum(axis=1))[:, None]
        fitted *= _factor(columns, fitted.sum(axis=0))
        if np.abs(fitted.sum(axis=1) - rows).max() <= within * max(rows.sum(), 1):
            return fitted
    return fitted


def _factor(wanted: Floats, sums: Floats) -> Floats:
    if ((sums <= 0) & (wanted > 0)).any():
        raise ValueError("a margin with people but without a cell")
    return np.divide(wanted, sums, out=np.zeros_like(wanted), where=sums > 0)
