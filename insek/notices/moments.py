"""When a mail goes: at once, or with the others of the day on the next morning on which offices are open."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from insek.engines.holidays import working_day_from

MORNING = time(7, 0)
"""When the mail of a day is written, in the city's time zone."""


def next_morning(now: datetime, state: str, *, weekly: bool = False) -> datetime:
    """The next morning after ``now`` on a working day of the state; ``weekly``: that of a Monday, or the working day after it."""
    day = timezone.localtime(now).date()
    if weekly:
        monday = day - timedelta(days=day.weekday())
        while True:
            found = _morning_of(working_day_from(monday, state))
            if found > now:
                return found
            monday += timedelta(days=7)
    found = _morning_of(working_day_from(day, state))
    while found <= now:
        day += timedelta(days=1)
        found = _morning_of(working_day_from(day, state))
    return found


def month_since(first: date, today: date) -> str:
    """The running month of something that holds since ``first``, by the calendar month in which it began, for ``ToTell.again``.

    Months are counted from that day and not from the first of a month, so that what begins on the 30th is not told again on the 1st.
    """
    count = (today.year - first.year) * 12 + today.month - first.month
    last_day = monthrange(today.year, today.month)[1]
    if today.day < min(first.day, last_day):
        count -= 1
    year, month = divmod(first.year * 12 + first.month - 1 + max(0, count), 12)
    return f"{year:04}-{month + 1:02}"


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=timezone.get_current_timezone())
