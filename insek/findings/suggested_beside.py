"""Whether the city lies outside all cities it compares itself with; a description, no test: they are few and chosen. See ``docs/methods/findings.md``."""

from __future__ import annotations

from statistics import median

from insek.engines.periods import in_time, period_of
from insek.engines.standing_out import FURTHER
from insek.evidence.comparison.keeping import latest_beside
from insek.thread.models import Item

from .suggested_numbers import BESIDE, COUNTED, OLD, YEAR, Candidate, Numbers, error_of
from .suggested_places import SHARE_APART

FEWEST = 5
"""Other cities that are needed."""
CLEAR = 2.0
"""Standard errors by which the city lies beyond the next one, where its own is known."""


def beside_others(item: Item, numbers: Numbers) -> Candidate | None:
    """The city against all others, in the newest period that it and enough of them have; None where it lies among them.

    Numbers that add up say how large a city is and are not compared.
    """
    indicator, others = item.indicator, numbers.beside.get(item.pk, [])
    if indicator.has_parts or len(others) < FEWEST:
        return None
    rows = [
        row for row in numbers.values.get(item.pk, {}).get(numbers.city or "", ()) if row.quality in COUNTED
    ]
    for own in sorted(rows, key=lambda row: in_time(row.period), reverse=True):
        beside = [row for row in latest_beside(others, own.period).values() if row.quality in COUNTED]
        if len(beside) >= FEWEST:
            break
    else:
        return None
    if (numbers.today - period_of(own.period).end).days / YEAR > OLD:
        return None
    values = [float(row.value) for row in beside]
    low, high, middle = min(values), max(values), median(values)
    gap = low - own.value if own.value < low else own.value - high
    if gap <= CLEAR * (error_of(indicator, own) or 0.0):
        return None
    is_more, sizes = own.value > high, (own.value, middle)
    if indicator.in_percent and abs(own.value - middle) < SHARE_APART:
        return None
    if min(sizes) > 0 and max(sizes) < FURTHER * min(sizes):
        return None
    bars = [*((row.area.name, float(row.value)) for row in beside), (numbers.city_name, own.value)]
    bars.sort(key=lambda bar: (-bar[1], bar[0]))
    told = (own.value, middle, low, high)
    return Candidate(item, BESIDE, 0.0, is_more, (own.period,), told, len(beside), bars=tuple(bars))
