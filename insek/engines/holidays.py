"""Public holidays of the German states, and which days are working days.

Holidays of the whole state alone: those of single municipalities (Friedensfest in Augsburg, Mariä Himmelfahrt in Bavaria, Fronleichnam in
parts of Saxony and Thuringia) are working days here. Sources: the holiday acts of the states, as of 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

STATES = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip
"""The first two digits of a municipality key (AGS) and the state they stand for."""
ONCE = {
    (date(2017, 10, 31), ""),
    (date(2020, 5, 8), "BE"),
    (date(2025, 5, 8), "BE"),
    (date(2028, 6, 17), "BE"),
}
"""Days that were made a holiday for one year, and where; "" is everywhere."""

Falls = Callable[[int], date]


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Gauss, with Lichtenberg's correction)."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    golden = year % 19
    seed = (19 * golden + moon) % 30
    full = 21 + seed - (seed // 29 + (seed // 28 - seed // 29) * (golden // 11))
    sunday = 7 - (year + year // 4 + sun) % 7
    return date(year, 3, 1) + timedelta(days=full + 7 - (full - sunday) % 7 - 1)


def _fixed(month: int, day: int) -> Falls:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Falls:
    return lambda year: easter(year) + timedelta(days=days)


def _repentance(year: int) -> date:
    """Buß- und Bettag: the Wednesday before 23 November."""
    last = date(year, 11, 22)
    return last - timedelta(days=(last.weekday() - 2) % 7)


RULES: list[tuple[Falls, str, int]] = [
    (_fixed(1, 1), "", 0), (_from_easter(-2), "", 0), (_from_easter(1), "", 0), (_fixed(5, 1), "", 0),
    (_from_easter(39), "", 0), (_from_easter(50), "", 0), (_fixed(10, 3), "", 1990),
    (_fixed(12, 25), "", 0), (_fixed(12, 26), "", 0),
    (_fixed(1, 6), "BW BY ST", 0), (_fixed(3, 8), "BE", 2019), (_fixed(3, 8), "MV", 2023),
    (_from_easter(60), "BW BY HE NW RP SL", 0), (_fixed(8, 15), "SL", 0), (_fixed(9, 20), "TH", 2019),
    (_fixed(10, 31), "BB MV SN ST TH", 0), (_fixed(10, 31), "HB HH NI SH", 2018),
    (_fixed(11, 1), "BW BY NW RP SL", 0), (_repentance, "SN", 0),
]  # fmt: skip
"""When a holiday falls, where it is one (empty: everywhere), and since which year."""


def state_of(municipality_key: str) -> str:
    """The state of a municipality by its key (AGS); "" where none is known: then only holidays of all states count."""
    return STATES.get(municipality_key[:2], "")


@lru_cache(maxsize=64)
def holidays_of(year: int, state: str = "") -> frozenset[date]:
    """The public holidays of a state in a year; without one those of all states."""
    found = {
        falls(year)
        for falls, states, since in RULES
        if year >= since and (not states or state in states.split())
    }
    return frozenset(found | {day for day, where in ONCE if day.year == year and where in ("", state)})


def is_working_day(day: date, state: str = "") -> bool:
    """Whether offices are open: no Saturday, Sunday or public holiday."""
    return day.weekday() < 5 and day not in holidays_of(day.year, state)


def working_day_from(day: date, state: str = "") -> date:
    """The day itself, or the next one on which offices are open."""
    while not is_working_day(day, state):
        day += timedelta(days=1)
    return day


def working_days_later(day: date, count: int, state: str = "") -> date:
    """So many working days later; 0 is the day itself or the next working day."""
    day = working_day_from(day, state)
    for _step in range(count):
        day = working_day_from(day + timedelta(days=1), state)
    return day
