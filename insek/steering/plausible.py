"""Whether a new value of an indicator is to be asked about: what does not go with the values before it.

The rules are plain and few, so that whoever supplies a value understands the question (docs/methods/values.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from statistics import median

from django.utils.translation import gettext as _

from insek.engines.periods import in_time
from insek.evidence.models import Indicator
from insek.evidence.queries import CityValue
from insek.web.display import number_words, period_words

ENOUGH = 4
"""Values from which on the usual change is known."""
USUAL_TIMES = 4
"""So many times the usual change is unusual."""
LEAST_PERCENT = 10
"""Changes of less than this part of the last value are never asked about."""
MOST_PERCENT = 50
"""Where the usual change is not known, changes of more than this part of the last value are."""


def question_about(
    indicator: Indicator, before: Sequence[CityValue], period: str, value: Decimal | None
) -> str:
    """The question to whoever says this value, in words; empty where it goes with those before.

    ``before`` are the values for the whole city in the order of time; the value for the same period is left out.
    """
    if value is None:
        return ""
    if indicator.in_percent and not 0 <= value <= 100 and all(0 <= row.value <= 100 for row in before):
        return _("Ein Anteil liegt zwischen 0 und 100 Prozent. Stimmt %(value)s?") % {
            "value": _words(indicator, value)
        }
    earlier = [row for row in before if in_time(row.period) < in_time(period)]
    if not earlier:
        return ""
    last = earlier[-1]
    said = {
        "value": _words(indicator, value), "before": _words(indicator, last.value), "period": period_words(last.period),
    }  # fmt: skip
    if value < 0 <= min(row.value for row in earlier):
        return _("Bisher war kein Wert negativ. Stimmt %(value)s?") % said
    if last.value and _is_slip(value / last.value):
        return _("%(value)s ist fast genau ein Vielfaches von zehn des letzten Wertes (%(before)s, %(period)s). Ist das Komma verrutscht?") % said  # fmt: skip
    if _is_unusual([row.value for row in earlier], value):
        return _("%(value)s weicht ungewöhnlich weit vom letzten Wert ab (%(before)s, %(period)s). Stimmt das?") % said  # fmt: skip
    return ""


def _is_slip(factor: Decimal) -> bool:
    """Whether a value is the last one with its decimal sign moved, within a tenth."""
    return any(abs(factor / ten - 1) < Decimal("0.1") for ten in map(Decimal, ("10", "100", "1000", "0.1", "0.01", "0.001")))  # fmt: skip


def _is_unusual(earlier: Sequence[Decimal], value: Decimal) -> bool:
    last = earlier[-1]
    change = abs(value - last)
    if change * 100 <= abs(last) * LEAST_PERCENT:
        return False
    if len(earlier) < ENOUGH:
        return bool(last) and change * 100 > abs(last) * MOST_PERCENT
    usual = median(abs(after - before) for before, after in pairwise(earlier))
    return change > USUAL_TIMES * usual


def _words(indicator: Indicator, value: Decimal) -> str:
    places = max(indicator.decimals, max(0, -int(value.normalize().as_tuple().exponent)))
    number = number_words(value, min(places, 6))
    return f"{number} {indicator.unit_after(number)}"
