"""What is said of a reading: the sentences behind a light, and where the values lead."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.engines.course import RECENT
from insek.web.display import number_words, period_words

from .light import LightReading
from .models import Target


def light_reason(target: Target, reading: LightReading) -> str:
    """Why the light is what it is; the target must have been read with its indicator."""
    say = _SENTENCES[reading.why]
    return say(target, reading, _figures(target, reading))


def words_of(target: Target) -> str:
    """What shall be reached, such as: mindestens 13,6 % bis 2035; and how that relates to the year of the goal."""
    words = _("%(direction)s %(value)s %(unit)s bis %(year)s") % {
        "direction": target.get_direction_display(),
        "value": (number := number_words(target.value, target.indicator.decimals)),
        "unit": target.indicator.unit_after(number),
        "year": target.year,
    }
    year = target.goal.horizon_year
    if target.is_interim:
        words += " " + _("(Zwischenwert; das Ziel gilt bis %(year)s)") % {"year": year}
    elif target.contradicts_goal:
        words += " " + _("(widerspricht dem Ziel, das bis %(year)s gilt)") % {"year": year}
    return words


def outlook_of(target: Target, reading: LightReading) -> str:
    """The value in the target year if it goes on like this; empty where nothing can be said of it."""
    if not (projected := projected_of(target, reading)):
        return ""
    middle, low, high = (number_words(value, target.indicator.decimals) for value in projected)
    return _("Geht es so weiter, sind es %(year)s etwa %(value)s %(unit)s (zwischen %(low)s und %(high)s).") % {
        "year": target.year, "value": middle, "unit": target.indicator.unit_after(middle), "low": low, "high": high,
    }  # fmt: skip


def projected_of(target: Target, reading: LightReading) -> list[Decimal]:
    """The value in the target year if it goes on like this, and between which values it lies with 99 %; or nothing."""
    ahead = (reading.ahead, reading.ahead_low, reading.ahead_high)
    return [_possible(target, value) for value in ahead if value is not None]


def _possible(target: Target, value: Any) -> Decimal:
    """A value ahead within what can be: not below nothing where base and target are not, no share above the whole."""
    found = Decimal(value)
    if min(target.value, target.base_value) >= 0:
        found = max(found, Decimal(0))
    if target.indicator.unit.strip() == "%" and max(target.value, target.base_value) <= 100:
        found = min(found, Decimal(100))
    return found


def _figures(target: Target, reading: LightReading) -> dict[str, Any]:
    indicator = target.indicator
    said: dict[str, Any] = {
        "unit": indicator.unit_text, "year": target.year, "count": reading.count, "needed": reading.needed,
        "target": number_words(target.value, indicator.decimals),
    }  # fmt: skip
    if reading.latest is not None:
        short = abs(target.value - reading.latest.value)
        said |= {
            "period": period_words(reading.latest.period),
            "value": number_words(reading.latest.value, indicator.decimals),
            "short": _small(short, indicator.decimals),
        }
    if reading.path is not None:
        said["path"] = number_words(reading.path, indicator.decimals)
    if reading.margin is not None:
        said["margin"] = _small(reading.margin, indicator.decimals)
    return said


def _small(amount: Decimal, decimals: int) -> str:
    """An amount that is not nothing, never rounded to nothing."""
    while amount and decimals < 6 and not round(amount, decimals):
        decimals += 1
    return number_words(amount, decimals)


def _percent(share: float | None) -> str:
    return number_words(Decimal(repr(round(100 * (share or 0)))))


def _value_words(said: dict[str, Any]) -> str:
    return _("%(period)s: %(value)s %(unit)s; nach dem Pfad sollten es %(path)s sein.") % said


def _way_words(target: Target, reading: LightReading) -> str:
    """How much of the way should be done, and how much is."""
    words: str
    if reading.expected is None or reading.level is None:
        return ""
    if target.aim.holds:
        middle, low, high = (number_words(value, target.indicator.decimals) for value in reading.level)
        words = _("Die Linie durch die Werte steht bei %(value)s (zwischen %(low)s und %(high)s).") % {
            "value": middle, "low": low, "high": high,
        }  # fmt: skip
    elif (reading.high or 0) < 0:
        words = _(
            "Vom Weg sollten %(expected)s Prozent geschafft sein; die Werte führen vom Zielwert weg."
        ) % {"expected": _percent(reading.expected)}
    else:
        words = _("Vom Weg sollten %(expected)s Prozent geschafft sein, nach den Werten sind es etwa %(done)s (zwischen %(low)s und %(high)s).") % {
            "expected": _percent(reading.expected), "done": _percent(reading.done), "low": _percent(reading.low),
            "high": _percent(reading.high),
        }  # fmt: skip
    if reading.bent:
        words += " " + _("Weil die Reihe abbiegt, zählen nur ihre letzten %(count)s Werte.") % {
            "count": RECENT
        }
    return words


def _judged(target: Target, reading: LightReading, said: dict[str, Any]) -> str:
    return f"{_value_words(said)} {_way_words(target, reading)}"


def _unsure(target: Target, reading: LightReading, said: dict[str, Any]) -> str:
    doubt = _("Das liegt so weit auseinander, dass sich noch nicht sagen lässt, ob der Wert auf Kurs ist.")
    return f"{_value_words(said)} {_way_words(target, reading)} {doubt}"


def _too_few(target: Target, reading: LightReading, said: dict[str, Any]) -> str:
    few = ngettext(
        "Seit dem Ausgangswert liegt erst ein Wert vor, eine Aussage braucht mindestens %(needed)s.",
        "Seit dem Ausgangswert liegen erst %(count)s Werte vor, eine Aussage braucht mindestens %(needed)s.",
        reading.count,
    )
    return f"{_value_words(said)} {few % said}"


_SENTENCES = {
    "contradiction": lambda target, reading, said: _("Ausgangswert, Zielwert und Zieljahr passen nicht zusammen."),
    "no_new": lambda target, reading, said: _("Seit dem Ausgangswert liegt kein neuer Wert vor."),
    "too_old": lambda target, reading, said: _("Der letzte Wert ist von %(period)s und damit zu alt für eine Aussage.") % said,
    "break": lambda target, reading, said: _("Seit dem Ausgangswert hat die Reihe einen Bruch."),
    "no_value_of_year": lambda target, reading, said: _("Das Zieljahr %(year)s ist vorbei, ein Wert dafür liegt noch nicht vor. Der letzte ist von %(period)s: %(value)s %(unit)s.") % said,
    "too_few": _too_few,
    "judged": _judged,
    "unsure": _unsure,
    "reached": lambda target, reading, said: _("Zweimal nacheinander ist der Zielwert erreicht, zuletzt %(period)s: %(value)s %(unit)s.") % said,
    "final_reached": lambda target, reading, said: _("%(period)s: %(value)s %(unit)s. Der Zielwert ist erreicht.") % said,
    "final_missed": lambda target, reading, said: _("%(period)s: %(value)s %(unit)s. Der Zielwert ist verfehlt, um %(short)s.") % said,
    "final_unsure": lambda target, reading, said: _("%(period)s: %(value)s %(unit)s. Vom Zielwert trennen ihn %(short)s; so weit kann ein einzelner Wert auch zufällig abweichen (bis %(margin)s). Ob er erreicht oder verfehlt ist, lässt sich nicht sagen.") % said,
}  # fmt: skip
"""What is said, by the reading's ``why``."""
