"""Periods as values keep them: one text for each stretch of time, with its first and last day.

``2024`` a year, ``2024-H1`` half of it, ``2024-Q1`` a quarter, ``2024-06`` a month, ``2024-06-30`` a day, ``2022/23`` a school year
(August to July), ``2020-2022`` several years, ``2022-10-01/2023-03-31`` any other stretch. What can be said by an earlier one of
these is never said by a later one, so that two texts are equal where their days are.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

YEAR, HALF, QUARTER, MONTH, DAY, SCHOOL, YEARS, FREE = (
    "year", "half", "quarter", "month", "day", "school", "years", "free",
)  # fmt: skip
KINDS = (YEAR, HALF, QUARTER, MONTH, DAY, SCHOOL, YEARS, FREE)
PATTERN = r"\d{4}(-\d{2}(-\d{2})?|-H[12]|-Q[1-4]|/\d{2}|-\d{4})?|\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2}"
LONGEST = 21
_TEXT = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?|-H(?P<half>[12])|-Q(?P<quarter>[1-4])|/(?P<school>\d{2})|-(?P<to>\d{4}))?",
    re.ASCII,
)  # fmt: skip
_FREE = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})", re.ASCII)


@dataclass(frozen=True)
class Period:
    """A stretch of time with both ends counted."""

    start: date
    end: date
    kind: str

    @property
    def number(self) -> int:
        """Which quarter or half of the year it is."""
        return (self.start.month - 1) // (3 if self.kind == QUARTER else 6) + 1


@lru_cache(maxsize=20_000)
def period_of(text: str) -> Period:
    """What a text of a period stands for. Raises ValueError where it is none, or not the one that is kept."""
    found = _read(text)
    if text_of(found.start, found.end) != text:
        raise ValueError(text)
    return found


def _read(text: str) -> Period:
    if hit := _FREE.fullmatch(text):
        first, last = (date.fromisoformat(part) for part in hit.groups())
        if last < first:
            raise ValueError(text)
        return Period(first, last, FREE)
    hit = _TEXT.fullmatch(text)
    if hit is None:
        raise ValueError(text)
    year = int(hit["year"])
    if hit["day"]:
        day = date(year, int(hit["month"]), int(hit["day"]))
        return Period(day, day, DAY)
    if hit["month"]:
        return _months(year, int(hit["month"]), 1, MONTH)
    if hit["half"]:
        return _months(year, int(hit["half"]) * 6 - 5, 6, HALF)
    if hit["quarter"]:
        return _months(year, int(hit["quarter"]) * 3 - 2, 3, QUARTER)
    if hit["school"]:
        if int(hit["school"]) != (year + 1) % 100:
            raise ValueError(text)
        return Period(date(year, 8, 1), date(year + 1, 7, 31), SCHOOL)
    if hit["to"]:
        if int(hit["to"]) <= year:
            raise ValueError(text)
        return Period(date(year, 1, 1), date(int(hit["to"]), 12, 31), YEARS)
    return Period(date(year, 1, 1), date(year, 12, 31), YEAR)


def _months(year: int, first: int, count: int, kind: str) -> Period:
    last = first + count - 1
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), kind)


def text_of(start: date, end: date) -> str:
    """The one text for a stretch of time. Raises ValueError where it ends before it begins."""
    if end < start:
        raise ValueError(f"{start}/{end}")
    if start == end:
        return start.isoformat()
    year, next_day = f"{start.year:04}", end + timedelta(days=1) if end < date.max else None
    if (start.day == 1 and next_day is not None and next_day.day == 1) or end == date.max:
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        if start.month == 1 and months == 12:
            return year
        if start.month == 1 and months % 12 == 0:
            return f"{year}-{end.year:04}"
        if months == 6 and start.month in (1, 7):
            return f"{year}-H{start.month // 6 + 1}"
        if months == 3 and start.month % 3 == 1:
            return f"{year}-Q{start.month // 3 + 1}"
        if months == 1:
            return f"{year}-{start.month:02}"
        if start.month == 8 and months == 12:
            return f"{year}/{end.year % 100:02}"
    return f"{start.isoformat()}/{end.isoformat()}"


def is_period(text: str) -> bool:
    """Whether a text is a period as values keep it."""
    try:
        return bool(period_of(text))
    except ValueError:
        return False


def in_time(text: str) -> tuple[date, date]:
    """What periods are ordered by: their end, then their beginning, so that a year comes before its last day."""
    period = period_of(text)
    return period.end, period.start


def begins_after(text: str, other: str) -> bool:
    """Whether a period begins later than another."""
    return period_of(text).start > period_of(other).start


def year_in(text: str) -> int:
    """The year in which a period ends: 2023 for the school year 2022/23."""
    return period_of(text).end.year


def are_years(texts: Iterable[str]) -> bool:
    """Whether all are years, or the last days of years."""
    return all(_is_year(period_of(text)) for text in texts)


def _is_year(period: Period) -> bool:
    return period.kind == YEAR or (period.kind == DAY and (period.end.month, period.end.day) == (12, 31))


def season(text: str) -> tuple[str, str]:
    """What a period can be compared with: a year with years (its last day is the year), a month with the same month, a day with
    the same day, a quarter with the same quarter of other years, a school year with school years, so many years with as many."""
    period = period_of(text)
    if _is_year(period):
        return YEAR, ""
    if period.kind in {HALF, QUARTER}:
        return period.kind, str(period.number)
    if period.kind == SCHOOL:
        return SCHOOL, ""
    if period.kind == YEARS:
        return YEARS, str(period.end.year - period.start.year)
    if period.kind == FREE:
        return FREE, f"{period.start:%m-%d}/{period.end:%m-%d}+{period.end.year - period.start.year}"
    return period.kind, text[5:]


def next_like(text: str) -> str:
    """The period of the same kind that follows, a month or a day a year later; empty where there is none."""
    period = period_of(text)
    if period.kind in {HALF, QUARTER}:
        months = 6 if period.kind == HALF else 3
        first = period.end + timedelta(days=1)
        following = _months(first.year, first.month, months, period.kind)
        return text_of(following.start, following.end)
    try:
        return text_of(*(day.replace(year=day.year + 1) for day in (period.start, period.end)))
    except ValueError:
        return ""
