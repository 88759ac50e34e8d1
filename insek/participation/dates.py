"""Days and numbers of people as precisely as they are known."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from insek.concept.models import Milestone
from insek.web.display import number_words, period_words

from .models import Format, Minutes

_LENGTHS = {Milestone.Precision.YEAR: 4, Milestone.Precision.MONTH: 7, Milestone.Precision.DAY: 10}


def day_words(day: date, precision: str) -> str:
    """A day, month or year in words."""
    return period_words(day.isoformat()[: _LENGTHS[Milestone.Precision(precision)]])


def people_words(row: Format | Minutes, *, short: bool = False) -> str:
    """How many people came: "100 Personen", "rund 100 Personen"; ``short`` the number alone. Empty where not known."""
    if not row.people:
        return ""
    number = number_words(row.people)
    number = _("rund %(number)s") % {"number": number} if row.people_rounded else number
    return number if short else _("%(number)s Personen") % {"number": number}
