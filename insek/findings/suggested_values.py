"""What the values of indicators suggest: trends, breaks and odd last values, changes between surveys, places and a city that stand out.

Only like is compared with like: values that were counted, of one time of year, since the last break of the series, up to today. All
tests of a run are judged together. The method: ``docs/methods/findings.md``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from insek.engines import changes
from insek.engines.chance import discoveries, two_sided
from insek.engines.periods import YEARS, begins_after, in_time, period_of, season
from insek.thread.models import Item

from .suggested_beside import beside_others
from .suggested_numbers import COUNTED, OLD, PLACE, RATE, SURVEY, YEAR, Candidate, Numbers, Value, error_of
from .suggested_places import of_places

MISTAKEN, MISTAKEN_PLACES = 0.03, 0.05
"""Which share of what counts may be chance: among changes in time, and among places."""
MATERIAL = 0.05
"""A change is told from this part of the usual size of the values on."""
SINCE = re.compile(r"\bseit \d{4}\b", re.IGNORECASE)
"""Titles of sums since a year, which can only rise."""


def found_in(numbers: Numbers) -> list[Candidate]:
    """What is more than chance, by indicator. All tests in time are judged together, and all of places."""
    of_city = [found for item in numbers.items if (found := _of_city(item, numbers))]
    surveys = [each for found in of_city for each in found if each.tested is None]
    series = [[each for each in found if each.tested is not None] for found in of_city]
    kept = []
    judged = changes.found_in(
        [[each.tested for each in found if each.tested] for found in series],
        MISTAKEN,
        [each.chance for each in surveys],
    )
    for found, counting in zip(series, judged, strict=True):
        kept += [each for each in found if each.tested in counting]
    every = [each.chance for found in series for each in found] + [each.chance for each in surveys]
    kept += [
        each
        for each, counts in zip(
            surveys, discoveries(every, MISTAKEN)[len(every) - len(surveys) :], strict=True
        )
        if counts
    ]
    apart = [each for item in numbers.items for each in of_places(item, numbers)]
    for sort in (PLACE, RATE):
        family = [each for each in apart if each.sort == sort]
        kept += [
            each
            for each, counts in zip(
                family, discoveries([each.chance for each in family], MISTAKEN_PLACES), strict=True
            )
            if counts
        ]
    unusual = {(each.item.pk, each.place) for each in kept if each.sort == PLACE}
    kept = [
        each
        for each in kept
        if each.matters and not (each.sort == RATE and (each.item.pk, each.place) in unusual)
    ]
    kept += [beside for item in numbers.items if (beside := beside_others(item, numbers))]
    return sorted(kept, key=lambda each: (each.item.pk, each.sort, each.place))


# --- the whole city --------------------------------------------------------------------------------------------------


def _of_city(item: Item, numbers: Numbers) -> list[Candidate]:
    if SINCE.search(item.title):
        return []
    rows = numbers.values.get(item.pk, {}).get(numbers.city or "", [])
    series = comparable(rows, numbers.breaks.get(item.pk, ()))
    if len(series) < 2 or _is_old(series, numbers.today):
        return []
    if len(series) < changes.FEWEST:
        return _of_surveys(item, series)
    series = series[-changes.MOST :]
    times = [each.end.toordinal() / YEAR for each in series]
    usual = median(abs(each.value) for each in series)
    found = []
    for test in changes.changes_of([each.value for each in series], times):
        ends = series[0].period, series[-1].period
        if test.sort == changes.TREND:
            told: tuple[float, ...] = (series[0].value, series[-1].value, test.size, times[-1] - times[0])
            periods: tuple[str, ...] = ends
        elif test.sort == changes.BREAK:
            told, periods = (
                (test.before, test.after),
                (ends[0], series[test.at - 1].period, series[test.at].period, ends[1]),
            )
        else:
            told, periods = (test.after, test.before), ends[1:]
        found.append(
            Candidate(
                item, test.sort, test.chance, test.size > 0, periods, told, len(series),
                matters=abs(test.size) >= MATERIAL * usual, tested=test,
            )
        )  # fmt: skip
    return found


def comparable(rows: Sequence[Value], breaks: Iterable[str] = ()) -> list[Value]:
    """The values of a series that can be compared: counted, since its last break, of the time of year with most of them."""
    counted = [row for row in rows if row.quality in COUNTED]
    if last := max(breaks, key=in_time, default=""):
        counted = [row for row in counted if not begins_after(last, row.period)]
    groups: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for row in counted:
        groups[season(row.period)].append(row)
    if not groups:
        return []
    kept = max(groups.values(), key=lambda group: (len(group), in_time(group[-1].period)))
    if period_of(kept[0].period).kind == YEARS:  # those that overlap would say the same twice
        apart: list[Value] = []
        for row in reversed(kept):
            if not apart or row.end < period_of(apart[-1].period).start:
                apart.append(row)
        return apart[::-1]
    by_year = {row.end.year: row for row in kept}  # a year and its last day are one
    return [by_year[year] for year in sorted(by_year)]


def _is_old(series: Sequence[Value], today: date) -> bool:
    gaps = [(later.end - earlier.end).days / YEAR for earlier, later in pairwise(series)]
    return (today - series[-1].end).days / YEAR > max(OLD, (median(gaps) if gaps else 0) + 1)


def _of_surveys(item: Item, series: Sequence[Value]) -> list[Candidate]:
    """The first and the last of a few values whose uncertainty is known."""
    first, last = series[0], series[-1]
    errors = [error_of(item.indicator, each) for each in (first, last)]
    if not all(errors):
        return []
    size = last.value - first.value
    chance = two_sided(size / sum(error**2 for error in errors if error) ** 0.5)
    matters = abs(size) >= MATERIAL * max(abs(first.value), abs(last.value))
    return [
        Candidate(
            item,
            SURVEY,
            chance,
            size > 0,
            (first.period, last.period),
            (first.value, last.value),
            len(series),
            matters=matters,
        )
    ]
