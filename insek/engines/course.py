"""Whether a series of values is on its way to a target: where it stands, how sure that is, where it leads.

Everything is given in parts of the way: a share of 0 is the base, 1 the target; a time of 0 is the base's, 1 the target's. On the
straight path the share equals the time. So one function serves every unit, and thousands of series at once.

The method, its sources and limits: ``docs/methods/traffic-light.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

ON_COURSE, FAR_BEHIND = 0.9, 2 / 3
"""Parts of what should be done by now: from the first on it counts as on course, below the second as off course."""
ASSUMED_SCATTER, ASSUMED_WEIGHT = 0.075, 3
"""How much a value scatters, in parts of the way, as long as nothing else is known, and as how many values that counts."""
FEWEST, FEWEST_KNOWN = 3, 2
"""Values after the base that a verdict needs: without and with a known uncertainty."""
RECENT = 5
"""Values that count where the series bends."""

_T995 = (
    63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947,
    2.921, 2.898, 2.878, 2.861, 2.845, 2.831, 2.819, 2.807, 2.797, 2.787, 2.779, 2.771, 2.763, 2.756, 2.750,
)  # fmt: skip
Z995 = 2.576
"""The 99.5 % points of Student's t for 1 to 30 degrees of freedom, and of the normal distribution."""

Floats = NDArray[np.float64]


class Verdict(IntEnum):
    """What can be said of a series."""

    UNSURE = 0
    ON = 1
    NEAR = 2
    OFF = 3
    REACHED = 4
    MISSED = 5


@dataclass(frozen=True)
class Course:
    """The course of ``runs`` series at the time of their last value; arrays of shape (runs,), in parts of the way.

    ``done`` is where the fitted line stands now, between ``low`` and ``high`` with 99 %; ``ahead`` where it stands at the
    end, between ``ahead_low`` and ``ahead_high``; ``reach_of_one`` is how far a single value may lie off the line by chance;
    ``bent`` whether only the last values count.
    """

    verdict: NDArray[np.int_]
    done: Floats
    low: Floats
    high: Floats
    ahead: Floats
    ahead_low: Floats
    ahead_high: Floats
    reach_of_one: Floats
    bent: NDArray[np.bool_]


def t995(freedom: int) -> float:
    """The 99.5 % point of Student's t (two-sided 99 %); beyond the table by Cornish and Fisher's first two terms."""
    if freedom <= len(_T995):
        return _T995[freedom - 1]
    first = (Z995**3 + Z995) / 4
    second = (5 * Z995**5 + 16 * Z995**3 + 3 * Z995) / 96
    return Z995 + first / freedom + second / freedom**2


@dataclass(frozen=True)
class _Line:
    """A fitted line: level now and at the end, both as weights of the values, how far it follows each value, and what is left over."""

    level: Floats
    ahead: Floats
    weights: Floats
    weights_ahead: Floats
    leverage: Floats
    left: Floats
    freedom: int


def judge(
    times: Floats, shares: Floats, *, uncertainty: float | Floats | None = None, holds: bool = False
) -> Course:
    """The course of series with the same times.

    Parameters
    ----------
    times : shape (n,), rising, above 0, in parts of the time from base to target
    shares : shape (runs, n), values in parts of the way
    uncertainty : standard error of a single value in parts of the way, one for all or shape (n,), NaN where it is not known
    holds : whether the target is to keep the base; the shares are then parts of what counts as far away

    Raises
    ------
    ValueError without values, or with a time that is not after the base.
    """
    times, shares = np.asarray(times, float), np.atleast_2d(np.asarray(shares, float))
    if not times.size or times[0] <= 0 or shares.shape[1] != times.size:
        raise ValueError("a course needs values after the base, as many as times")
    errors = np.broadcast_to(np.nan if uncertainty is None else uncertainty, times.shape).astype(float)
    whole = _through_base(times, shares)
    bent = _bends(times, shares, errors)
    parts = [(whole, errors)]
    if bent.any():
        parts.append((_recent(times[-RECENT:], shares[:, -RECENT:]), errors[-RECENT:]))

    def chosen(value: Callable[[_Line, Floats], Floats]) -> Floats:
        """A figure of the whole line, or of the recent one where the series bends."""
        first = np.broadcast_to(value(*parts[0]), bent.shape)
        return np.where(bent, value(*parts[1]), first) if len(parts) > 1 else np.array(first, float)

    def of_one(line: _Line, known: Floats) -> Floats:
        last = np.zeros(known.size)
        last[-1] = 1.0
        return _spread(line, last, known)

    done, ahead = chosen(lambda line, known: line.level), chosen(lambda line, known: line.ahead)
    reach = chosen(lambda line, known: _spread(line, line.weights, known))
    reach_ahead = chosen(lambda line, known: _spread(line, line.weights_ahead, known))
    single_reach = chosen(of_one)
    is_known = not np.isnan(errors).any()
    verdict = _verdict(times, shares, done, reach, single_reach, is_known, holds)
    return Course(
        verdict, done, done - reach, done + reach, ahead, ahead - reach_ahead, ahead + reach_ahead, single_reach, bent
    )  # fmt: skip


def _verdict(
    times: Floats, shares: Floats, done: Floats, reach: Floats, single_reach: Floats, known: bool, holds: bool
) -> NDArray[np.int_]:
    now, last = times[-1], shares[:, -1]
    end = 0.0 if holds else 1.0
    if now >= 1:
        undecided = np.where(last + single_reach < end, Verdict.MISSED, Verdict.UNSURE)
        return np.where(last >= end, Verdict.REACHED, undecided)
    if times.size < (FEWEST_KNOWN if known else FEWEST):
        return np.full(last.shape, int(Verdict.UNSURE))
    needed, far = (0.0, 1.0) if holds else (now, now)
    enough, too_little = needed - (1 - ON_COURSE) * far, needed - (1 - FAR_BEHIND) * far
    on = (done - reach > too_little) & (done >= enough)
    behind = done + reach < enough
    verdict = np.where(behind, np.where(done < too_little, Verdict.OFF, Verdict.NEAR), Verdict.UNSURE)
    verdict = np.where(on, Verdict.ON, verdict)
    if not holds:
        verdict = np.where((shares[:, -2:] >= 1).all(axis=1), Verdict.REACHED, verdict)
    return verdict


def _through_base(times: Floats, shares: Floats) -> _Line:
    """The straight line through the base that fits best (least squares)."""
    weights = times / float(times @ times)
    slope = shares @ weights
    left = ((shares - slope[:, None] * times) ** 2).sum(axis=1)
    now, end = times[-1], max(1.0, times[-1])
    return _Line(
        slope * now, slope * end, weights * now, weights * end, weights * times, left, times.size - 1
    )


def _recent(times: Floats, shares: Floats) -> _Line:
    """The straight line through the last values alone, wherever it begins."""
    middle = times.mean()
    around = times - middle
    of_slope, of_mean = around / float(around @ around), np.full(times.size, 1 / times.size)
    mean, slope = shares @ of_mean, shares @ of_slope
    left = ((shares - mean[:, None] - slope[:, None] * around) ** 2).sum(axis=1)
    now, end = around[-1], max(1.0, times[-1]) - middle
    return _Line(
        mean + slope * now, mean + slope * end, of_mean + of_slope * now, of_mean + of_slope * end,
        of_mean + of_slope * around, left, times.size - 2,
    )  # fmt: skip


def _spread(line: _Line, weights: Floats, errors: Floats) -> Floats:
    """How far a weighted sum of the values may lie off by chance (99 %), one for each series.

    Known standard errors of the values count, unless the values scatter more around the line than they say: then what they show, as if
    nothing were known, but never less. Where only some are known, those never make it less.
    """
    freedom = ASSUMED_WEIGHT + line.freedom
    found = np.sqrt((ASSUMED_WEIGHT * ASSUMED_SCATTER**2 + line.left) / freedom)
    shown = found * float(weights @ weights) ** 0.5
    squares = np.nan_to_num(errors) ** 2
    known = float(weights**2 @ squares) ** 0.5
    if np.isnan(errors).any():
        return t995(freedom) * np.maximum(shown, known)
    quiet = line.left <= float(squares @ (1 - line.leverage))
    return np.where(quiet, Z995 * known, t995(freedom) * np.maximum(shown, known))


def _bends(times: Floats, shares: Floats, errors: Floats) -> NDArray[np.bool_]:
    """Whether a curve through the base fits so much better than a line that the line says nothing about today."""
    if times.size < RECENT:
        return np.zeros(shares.shape[0], bool)
    design = np.column_stack([times, times**2])
    of_both = np.linalg.inv(design.T @ design) @ design.T
    found = shares @ of_both.T
    left = ((shares - found @ design.T) ** 2).sum(axis=1)
    curve = _Line(
        found @ design[-1], found @ design[-1], of_both[1], of_both[1], (design * of_both.T).sum(axis=1), left,
        times.size - 2,
    )  # fmt: skip
    return np.abs(found[:, 1]) > _spread(curve, of_both[1], errors)
