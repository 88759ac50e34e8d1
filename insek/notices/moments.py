"""When a mail goes: at once, or with the others of the day on the next morning on which offices are open."""

from __future__ import annotations

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


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=timezone.get_current_timezone())
