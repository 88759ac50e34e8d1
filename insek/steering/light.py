"""The traffic light of a target: whether its indicator is on its way, how sure that is, and where it leads.

The straight path runs from the base value to the target value at the end of the target year. What can be said of the
values against it is computed in ``engines.course``; here the values of one target are put into parts of the way, and
what cannot be judged at all is said. A pure function of plain values and a day. ``docs/methods/traffic-light.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from django.db import models
from django.utils.translation import gettext_lazy

from insek.engines.course import FEWEST, FEWEST_KNOWN, Course, Verdict, judge
from insek.engines.periods import DAY, begins_after, period_of, year_in

SMALLEST_WAY = Decimal("0.01")
"""A way shorter than this part of the target value is none: the value shall be held."""
FAR = Decimal("0.05")
"""What a value that shall be held may not lose, in parts of the target value."""
TOO_OLD = 3
"""Years after which a value says nothing about today."""


class Light(models.TextChoices):
    """What the traffic light says, in words."""

    REACHED = "reached", gettext_lazy("erreicht")
    GREEN = "green", gettext_lazy("auf Kurs")
    YELLOW = "yellow", gettext_lazy("knapp daneben")
    RED = "red", gettext_lazy("nicht auf Kurs")
    MISSED = "missed", gettext_lazy("verfehlt")
    GREY = "grey", gettext_lazy("noch keine Aussage")


ICONS = {
    Light.REACHED: "star", Light.GREEN: "check", Light.YELLOW: "info", Light.RED: "warning", Light.MISSED: "close",
    Light.GREY: "draft",
}  # fmt: skip
BEHIND = (Light.YELLOW, Light.RED, Light.MISSED)
"""The lights of a target whose indicator is behind its path."""
LIGHTS = {
    Verdict.ON: Light.GREEN, Verdict.NEAR: Light.YELLOW, Verdict.OFF: Light.RED, Verdict.REACHED: Light.REACHED,
    Verdict.MISSED: Light.MISSED, Verdict.UNSURE: Light.GREY,
}  # fmt: skip


@dataclass(frozen=True)
class PeriodValue:
    """A value for the whole city in a period such as 2024, 2024-06 or 2024-12-31, and its standard error where it has one."""

    period: str
    value: Decimal
    error: Decimal | None = None


@dataclass(frozen=True)
class Aim:
    """What shall be reached, in plain values: ``value`` at the end of ``year``, from ``base_value`` in ``base_period``."""

    value: Decimal
    year: int
    base_value: Decimal
    base_period: str
    rises: bool

    @property
    def start(self) -> Decimal:
        """When the way begins (see :func:`year_of`)."""
        return year_of(self.base_period)

    @property
    def end(self) -> Decimal:
        """When the target shall be reached."""
        return Decimal(self.year + 1)

    @property
    def sign(self) -> int:
        """Which way is the right one: 1 upwards, -1 downwards."""
        return 1 if self.rises else -1

    @property
    def holds(self) -> bool:
        """Whether the value shall be held rather than moved."""
        return (
            abs(self.value - self.base_value) < abs(self.value) * SMALLEST_WAY
            or self.value == self.base_value
        )

    @property
    def way(self) -> Decimal:
        """The whole way with its sign, in the unit; of a value that shall be held, what it may not lose."""
        if self.holds:
            return (abs(self.value) * FAR or Decimal(1)) * self.sign
        return self.value - self.base_value

    @property
    def held(self) -> Decimal:
        """Where shares are counted from: the base, or the value that shall be held."""
        return self.value if self.holds else self.base_value

    def reached_by(self, value: Decimal) -> bool:
        """Whether a value is as good as the target."""
        return value >= self.value if self.rises else value <= self.value


@dataclass(frozen=True)
class LightReading:
    """The light of one target and the figures behind it, in the unit of the indicator; ``why`` names the sentence.

    ``path`` is where the latest value should stand; ``done``, ``low`` and ``high`` say how much of the way is done, in
    parts; ``ahead``, ``ahead_low`` and ``ahead_high`` the value in the target year if it goes on like this.
    """

    light: Light
    why: str
    latest: PeriodValue | None = None
    count: int = 0
    needed: int = 0
    path: Decimal | None = None
    expected: float | None = None
    done: float | None = None
    low: float | None = None
    high: float | None = None
    level: tuple[Decimal, Decimal, Decimal] | None = None
    ahead: Decimal | None = None
    ahead_low: Decimal | None = None
    ahead_high: Decimal | None = None
    margin: Decimal | None = None
    bent: bool = False

    @property
    def label(self) -> str:
        """The light in words."""
        return str(self.light.label)

    @property
    def icon(self) -> str:
        """The sign beside the word."""
        return ICONS[self.light]


def year_of(period: str) -> Decimal:
    """A period as a year with decimals; a year counts at its end: 2024 is 2025.0, 2024-06 is 2024.5."""
    found = period_of(period)
    end = found.end
    part = Decimal(end.day) / 31 if found.kind == DAY else 1
    return end.year + Decimal(end.month - 1 + part) / 12


def path_at(aim: Aim, moment: Decimal) -> Decimal:
    """Where the path stands at a moment (see :func:`year_of`); before the base the base, after the end the target."""
    part = min(max((moment - aim.start) / (aim.end - aim.start), Decimal(0)), Decimal(1))
    return aim.base_value + (aim.value - aim.base_value) * part


def read_aim(
    aim: Aim,
    values: Iterable[PeriodValue],
    breaks: Iterable[str],
    *,
    uncertainty: Decimal | None = None,
    today: date,
) -> LightReading:
    """The light of a target on a day.

    ``values`` are those for the whole city, ``breaks`` the periods from which the series is not comparable with before,
    ``uncertainty`` the standard error of a single value in the unit of the indicator, where it is known; a value with its own goes by that.
    """
    if aim.start >= aim.end or (aim.value - aim.base_value) * aim.sign < 0:
        return LightReading(Light.GREY, "contradiction")
    since = _since(aim, values, today)
    if not since:
        return LightReading(Light.GREY, "no_new")
    final = _final(aim, since, today)
    counted = since[: final + 1] if final is not None else since
    latest = counted[-1]
    if final is None and today.year > aim.year:
        return LightReading(Light.GREY, "no_value_of_year", latest, len(counted))
    if final is None and year_in(latest.period) < today.year - TOO_OLD:
        return LightReading(Light.GREY, "too_old", latest, len(counted))
    if any(
        begins_after(period, aim.base_period) and not begins_after(period, latest.period) for period in breaks
    ):
        return LightReading(Light.GREY, "break", latest, len(counted))
    course = _course(aim, counted, uncertainty, is_final=final is not None)
    is_known = uncertainty is not None or all(value.error is not None for value in counted)
    return _reading(aim, counted, course, is_known=is_known, is_final=final is not None)


def _since(aim: Aim, values: Iterable[PeriodValue], today: date) -> list[PeriodValue]:
    """The values after the base and not after this year, of each year the last."""
    by_year: dict[int, PeriodValue] = {}
    for value in sorted(values, key=lambda each: (year_of(each.period), each.period)):
        if year_of(value.period) > aim.start and year_in(value.period) <= today.year:
            by_year[year_in(value.period)] = value
    return list(by_year.values())


def _final(aim: Aim, since: Sequence[PeriodValue], today: date) -> int | None:
    """The place of the value that decides: that of the target year when it is over, else the first one after."""
    for place, value in enumerate(since):
        year = year_in(value.period)
        if year > aim.year or (
            year == aim.year and (today.year > aim.year or year_of(value.period) >= aim.end)
        ):
            return place
    return None


def _course(
    aim: Aim, values: Sequence[PeriodValue], uncertainty: Decimal | None, *, is_final: bool
) -> Course:
    """The values in parts of the way and of the time. What decides counts at the end, whenever in the year it was taken."""
    span = aim.end - aim.start
    times = np.array([float((year_of(value.period) - aim.start) / span) for value in values])
    if is_final:
        times[-1] = max(times[-1], 1.0)
    shares = np.array([[float((value.value - aim.held) / aim.way) for value in values]])
    errors = [uncertainty if value.error is None else value.error for value in values]
    known = np.array([np.nan if error is None else abs(float(error / aim.way)) for error in errors])
    return judge(times, shares, uncertainty=known, holds=aim.holds)


def _reading(
    aim: Aim, values: Sequence[PeriodValue], course: Course, *, is_known: bool, is_final: bool
) -> LightReading:
    """The figures of a course in the unit of the indicator."""
    latest, verdict = values[-1], Verdict(int(course.verdict[0]))
    needed = FEWEST_KNOWN if is_known else FEWEST
    path = path_at(aim, year_of(latest.period))
    if is_final:
        missed = Light.MISSED if verdict == Verdict.MISSED else Light.GREY
        light = Light.REACHED if aim.reached_by(latest.value) else missed
        why = {Light.REACHED: "final_reached", Light.MISSED: "final_missed"}.get(light, "final_unsure")
        margin = abs(aim.way) * Decimal(repr(float(course.reach_of_one[0])))
        return LightReading(light, why, latest, len(values), needed, path, margin=margin)
    if len(values) < needed:
        return LightReading(Light.GREY, "too_few", latest, len(values), needed, path)
    twice = not aim.holds and all(aim.reached_by(value.value) for value in values[-2:])
    light = Light.REACHED if twice else LIGHTS[verdict]
    if light == Light.REACHED and not twice:
        light = Light.GREEN
    why = "reached" if light == Light.REACHED else "unsure" if light == Light.GREY else "judged"

    def in_unit(share: float) -> Decimal:
        return aim.held + aim.way * Decimal(repr(float(share)))

    level = sorted(in_unit(part[0]) for part in (course.low, course.high))
    ahead = sorted(in_unit(part[0]) for part in (course.ahead_low, course.ahead_high))
    return LightReading(
        light, why, latest, len(values), needed, path,
        expected=float((year_of(latest.period) - aim.start) / (aim.end - aim.start)),
        done=float(course.done[0]), low=float(course.low[0]), high=float(course.high[0]),
        level=(in_unit(course.done[0]), level[0], level[1]),
        ahead=in_unit(course.ahead[0]), ahead_low=ahead[0], ahead_high=ahead[1], bent=bool(course.bent[0]),
    )  # fmt: skip
