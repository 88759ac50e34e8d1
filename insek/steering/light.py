"""The traffic light of a target: where the latest value stands against the straight path from base to target.

The path runs straight from the base value to the target value at the end of the target year. How far a value lags behind
the path is measured in parts of the whole way (at least 5 % of the target value, so that holding a value has a measure):
up to 10 % is on course, up to 30 % is just beside it, more is off course. Without a value after the base, with one older
than three years, or with a break in the series between, there is no light.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.evidence.models import Observation
from insek.web.display import number_words, period_words

from .models import Target

ON_COURSE, BESIDE = Decimal("0.1"), Decimal("0.3")
SMALLEST_WAY = Decimal("0.05")
TOO_OLD = 3
"""Years after which a value says nothing about today."""


class Light(models.TextChoices):
    """What the traffic light says, in words."""

    GREEN = "green", gettext_lazy("auf Kurs")
    YELLOW = "yellow", gettext_lazy("knapp daneben")
    RED = "red", gettext_lazy("nicht auf Kurs")
    GREY = "grey", gettext_lazy("keine Aussage")


ICONS = {Light.GREEN: "check", Light.YELLOW: "info", Light.RED: "warning", Light.GREY: "draft"}


@dataclass(frozen=True)
class Reading:
    """The light of one target with the sentence that explains it; ``path`` is where the value should stand."""

    light: Light
    reason: str
    latest: Observation | None = None
    path: Decimal | None = None

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
    year, month, day = [*period.split("-"), "", ""][:3]
    if not month:
        return Decimal(int(year) + 1)
    return int(year) + Decimal(int(month) - 1 + (Decimal(int(day)) / 31 if day else 1)) / 12


def path_at(target: Target, moment: Decimal) -> Decimal:
    """Where the path stands at a moment (see :func:`year_of`); before the base the base, after the end the target."""
    start, end = year_of(target.base_period), Decimal(target.year + 1)
    part = min(max((moment - start) / (end - start), Decimal(0)), Decimal(1))
    return target.base_value + (target.value - target.base_value) * part


def read_target(target: Target, latest: Observation | None, breaks: Iterable[str], *, today: date) -> Reading:
    """The light of a target. ``breaks`` are the periods from which the series is not comparable with before."""
    if latest is None or year_of(latest.period) <= year_of(target.base_period):
        return Reading(Light.GREY, _("Seit dem Ausgangswert liegt kein neuer Wert vor."), latest)
    if int(latest.period[:4]) < today.year - TOO_OLD:
        return Reading(
            Light.GREY,
            _("Der letzte Wert ist von %(period)s und damit zu alt für eine Aussage.") % {"period": period_words(latest.period)},
            latest,
        )  # fmt: skip
    if any(target.base_period < period <= latest.period for period in breaks):
        return Reading(Light.GREY, _("Seit dem Ausgangswert hat die Reihe einen Bruch."), latest)
    path = path_at(target, year_of(latest.period))
    lag = path - latest.value if target.direction == Target.Direction.AT_LEAST else latest.value - path
    way = max(abs(target.value - target.base_value), abs(target.value) * SMALLEST_WAY, Decimal("0.000001"))
    share = lag / way
    light = Light.GREEN if share <= ON_COURSE else Light.YELLOW if share <= BESIDE else Light.RED
    return Reading(light, _sentence(target, latest, path, lag, light), latest, path)


def _sentence(target: Target, latest: Observation, path: Decimal, lag: Decimal, light: Light) -> str:
    indicator = target.indicator
    said = {
        "period": period_words(latest.period),
        "value": number_words(latest.value, indicator.decimals),
        "path": number_words(path, indicator.decimals),
        "unit": indicator.unit_text,
        "part": number_words(abs(lag), indicator.decimals),
    }
    if lag <= 0:
        return _("%(period)s: %(value)s %(unit)s; nach dem Pfad reichten %(path)s.") % said
    return _MISSED[target.direction == Target.Direction.AT_LEAST, light == Light.GREEN] % said


_MISSED = {
    (True, False): gettext_lazy("%(period)s: %(value)s %(unit)s; nach dem Pfad sollten es %(path)s sein. Es fehlen %(part)s."),
    (True, True): gettext_lazy("%(period)s: %(value)s %(unit)s; nach dem Pfad sollten es %(path)s sein. Es fehlen %(part)s; das liegt im Spielraum."),
    (False, False): gettext_lazy("%(period)s: %(value)s %(unit)s; nach dem Pfad sollten es %(path)s sein. Es sind %(part)s zu viel."),
    (False, True): gettext_lazy("%(period)s: %(value)s %(unit)s; nach dem Pfad sollten es %(path)s sein. Es sind %(part)s zu viel; das liegt im Spielraum."),
}  # fmt: skip
"""What is said of a value behind the path, by whether more is better and whether it is still on course."""
