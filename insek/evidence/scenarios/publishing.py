"""Values of a result, for an indicator: the median of each year on the day that people are counted on, with a standard error that says how wide its interval is."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek import clock
from insek.engines.text import shortened
from insek.places.models import District

from ..models import Observation
from ..services import NewObservation
from .inputs import LAST_DAY
from .models import Scenario, ScenarioRun
from .runs import is_current

Z80 = Decimal("2.5631")
"""The width of the interval of 80 percent of a normal distribution, in standard deviations."""


def observations_of(scenario: Scenario, run: ScenarioRun) -> list[NewObservation]:
    """Each year ahead for the city and the districts. Raises ValidationError where the result no longer fits the values of today."""
    if not is_current(run):
        raise ValidationError(_("Seit der Rechnung gibt es neuere Werte. Bitte rechnen Sie zuerst neu."))
    result = run.result
    city = District.objects.of(scenario.item.concept).filter(level=District.Level.CITY).get()
    areas = District.objects.of(scenario.item.concept).in_bulk(result["areas"])
    found = []
    day = tuple(result.get("day", LAST_DAY))
    for at in range(1, len(result["whole"][0])):
        year = result["last"] + at
        found.append(
            _new(scenario, city, _day_in(year, *day), [quantile[at][-1] for quantile in result["whole"]])
        )
        for place, key in enumerate(result["areas"]):
            if key in areas:
                found.append(
                    _new(
                        scenario,
                        areas[key],
                        _day_in(year, *day),
                        [quantile[at][place] for quantile in result["by_area"]],
                    )
                )
    return found


def _day_in(year: int, month: int, day: int) -> date:
    """The day of a year that people are counted on; of February the last one."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _new(scenario: Scenario, district: District, day: date, quantiles: list[int]) -> NewObservation:
    low, _q25, median, _q75, high = quantiles
    return NewObservation(
        district, day.isoformat(), Decimal(median), quality=Observation.Quality.FORECAST,
        standard_error=((Decimal(high) - Decimal(low)) / Z80).quantize(Decimal("0.1")),
        source_title=shortened(_("Eigene Vorausberechnung: %(title)s") % {"title": scenario.item.title}, 300),
        source_url="", source_date=clock.today().isoformat(),
        note=_("Median; 80 von 100 Ziehungen: %(low)s bis %(high)s") % {"low": low, "high": high},
    )  # fmt: skip
