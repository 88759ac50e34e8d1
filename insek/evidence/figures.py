"""Which numbers may lead a page, and how old they are."""

from __future__ import annotations

from insek import clock
from insek.engines.periods import DAY, FREE, period_of

LEADS_FOR = 36
"""Months for which a value may lead a page; an older one says nothing about today."""


def age_in_months(period: str) -> int:
    """Whole months since the end of a period (``engines.periods``); below 0 while it lies ahead."""
    found, day = period_of(period), clock.today()
    end = found.end
    not_yet = found.kind in {DAY, FREE} and day.day < end.day
    return (day.year - end.year) * 12 + day.month - end.month - not_yet


def may_lead(period: str) -> bool:
    """Whether a value of this period is young enough to stand first on a page."""
    return age_in_months(period) <= LEADS_FOR
