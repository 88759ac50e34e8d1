"""Days as precisely as they are known."""

from __future__ import annotations

from datetime import date

from insek.concept.models import Milestone
from insek.web.display import period_words

_LENGTHS = {Milestone.Precision.YEAR: 4, Milestone.Precision.MONTH: 7, Milestone.Precision.DAY: 10}


def day_words(day: date, precision: str) -> str:
    """A day, month or year in words."""
    return period_words(day.isoformat()[: _LENGTHS[Milestone.Precision(precision)]])
