"""A value of an indicator in words: with its unit, its age, its change, and what a reader must know about it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.engines.periods import DAY, FREE, YEAR, YEARS, period_of
from insek.web.display import number_words, period_words

from .figures import age_in_months
from .models import Observation
from .services import uncertainty_words


def shown_value(observation: Observation) -> str:
    """The value as read on a page, with unit."""
    number = shown_number(observation)
    return f"{number} {observation.indicator.unit_after(number)}"


def shown_number(observation: Observation) -> str:
    """The value as read on a page, without unit; where there is none, why."""
    if observation.value is None:
        return str(observation.get_quality_display())
    return number_words(observation.value, observation.indicator.decimals)


def age_words(period: str) -> str:
    """How old a value is, counted in whole months and years from the end of its period; "" while it lies ahead."""
    months = age_in_months(period)
    if months < 0:
        return ""
    if months < 24:
        return (
            ngettext("%(count)s Monat alt", "%(count)s Monate alt", months) % {"count": months}
            if months
            else _("aus diesem Monat")
        )
    return _("%(count)s Jahre alt") % {"count": months // 12}


def trend(latest: Observation, before: Observation) -> dict[str, Any]:
    """The change between two values in words, and whether it goes the way that is good."""
    indicator = latest.indicator
    change = round(latest.known, indicator.decimals) - round(
        before.known, indicator.decimals
    )  # as they are shown
    direction = "up" if change > 0 else "down" if change < 0 else "flat"
    amount = number_words(abs(change), indicator.decimals)
    unit = _("Prozentpunkte") if indicator.in_percent else indicator.unit_text
    since = {"amount": amount, "unit": unit, "period": period_words(before.period)}
    words = {  # of a year, a month, a day
        "up": (_("%(amount)s %(unit)s mehr als %(period)s"), _("%(amount)s %(unit)s mehr als im %(period)s"), _("%(amount)s %(unit)s mehr als am %(period)s")),
        "down": (_("%(amount)s %(unit)s weniger als %(period)s"), _("%(amount)s %(unit)s weniger als im %(period)s"), _("%(amount)s %(unit)s weniger als am %(period)s")),
        "flat": (_("unverändert seit %(period)s"), _("unverändert seit %(period)s"), _("unverändert seit dem %(period)s")),
    }  # fmt: skip
    kind = period_of(before.period).kind
    label = words[direction][{YEAR: 0, YEARS: 0, FREE: 0, DAY: 2}.get(kind, 1)] % since
    good = None
    if change and indicator.direction != indicator.Direction.NONE:
        good = direction == indicator.direction
    return {"direction": direction, "label": label, "good": good}


def quality_words(point: Observation) -> str:
    """How a value came about, unless it was counted; of a missing one nothing, it stands where the value would."""
    return (
        ""
        if point.value is None or point.quality == Observation.Quality.MEASURED
        else str(point.get_quality_display())
    )


def remarks(point: Observation) -> list[str]:
    """What a reader must know about a value beside its note: its quality unless it was counted, and doubts."""
    remarks = [words for words in (quality_words(point), uncertainty_words(point)) if words]
    if point.confidence == "low":
        remarks.append(_("nicht überprüft"))
    return remarks
