"""What day it is: the one clock that everything people read asks.

An installation runs on real time. The demo is set to one stated day (``INSEK_DAY``), because a sample whose steps are due and
whose reports are fresh tells the same story only on the day it was written for; see docs/decisions. What is technical, such as
sessions, limits, jobs and the deletion of files, runs on real time everywhere (`django.utils.timezone`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.conf import settings
from django.utils import timezone


def stated_day() -> date | None:
    """The day this installation is set to; None where it follows the real clock."""
    day: date | None = settings.INSEK_DAY
    return day


def today() -> date:
    """Today, as readers see it, in the city's time zone."""
    return stated_day() or timezone.localdate()


def now() -> datetime:
    """Now, as readers see it: on a stated day that day, at the real time of day."""
    moment = timezone.now()
    if day := stated_day():
        local = timezone.localtime(moment)
        moment = datetime.combine(day, local.time(), tzinfo=local.tzinfo).astimezone(UTC)
    return moment
