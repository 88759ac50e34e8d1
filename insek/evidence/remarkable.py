"""What a reader must be told of a series: a year that is missing, a newer value that is due, a value that is unusual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from insek.engines.periods import YEAR, begins_after, period_of, year_in

from .models import Observation
from .told import LAG, LENGTHS

FEWEST_CHANGES = 5
"""Changes before the last one that say what is usual."""
FAR = 5.0
"""How many times the usual distance from the middle change the last one lies from it, to be called unusual."""


def missing_years(points: Sequence[Observation]) -> list[int]:
    """Years between the first and the last value of a series of years for which there is none."""
    if not points or any(period_of(point.period).kind != YEAR for point in points):
        return []
    there = {year_in(point.period) for point in points}
    return [year for year in range(min(there), max(there)) if year not in there]


def is_stale(periodicity: str, last: date, today: date) -> bool:
    """Whether a newer value should be there: the next period ended more than nine months ago."""
    length = LENGTHS.get(periodicity)
    return length is not None and (today - last).days > length + LAG.days


def unusual_change(points: Sequence[Observation], breaks: Iterable[str]) -> tuple[float, float, float] | None:
    """The last change, and the smallest and largest before it, where it lies far outside; None where it is usual or too little is known.

    Measured by the median absolute deviation of the earlier changes; values before the last break are left out.
    """
    begun = [one for one in breaks if points and not begins_after(one, points[-1].period)]
    kept = [p for p in points if not any(begins_after(one, p.period) for one in begun)]
    values = [float(point.known) for point in kept]
    changes = [after - before for before, after in pairwise(values)]
    if len(changes) <= FEWEST_CHANGES:
        return None
    *earlier, last = changes
    middle = median(earlier)
    spread = 1.4826 * median(abs(one - middle) for one in earlier)
    if spread <= 0 or abs(last - middle) <= FAR * spread or min(earlier) <= last <= max(earlier):
        return None
    return last, min(earlier), max(earlier)
