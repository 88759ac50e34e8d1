"""The ways to put values of an indicator into classes, as an address names them, and the words of a legend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek.engines.classes import (
    FEWEST,
    MOST,
    Classes,
    equal_count,
    equal_interval,
    natural_breaks,
    own_bounds,
)
from insek.web.display import number_words
from insek.web.number_fields import typed_number

EQUAL_COUNT, EQUAL_INTERVAL, NATURAL, OWN = "gleich-viele", "gleich-breit", "natuerlich", "eigene"
WAYS = {
    EQUAL_COUNT: gettext_lazy("gleich viele Räume je Klasse"),
    EQUAL_INTERVAL: gettext_lazy("gleich breite Klassen"),
    NATURAL: gettext_lazy("natürliche Grenzen"),
    OWN: gettext_lazy("eigene Grenzen"),
}
USUAL = 5
"""Classes where nobody asked for another number."""
LONGEST = 200
"""Characters of own bounds."""


@dataclass(frozen=True)
class ClassChoice:
    """How classes are made: the way, how many, own bounds as they were typed, and what is wrong with the wish."""

    way: str = EQUAL_COUNT
    count: int = USUAL
    typed: str = ""
    bounds: tuple[Decimal, ...] = ()
    error: str = ""

    @property
    def query(self) -> dict[str, str]:
        """What an address says of it."""
        said = {"klassen": self.way}
        return said | ({"grenzen": self.typed} if self.way == OWN else {"anzahl": str(self.count)})


def asked_classes(asked: Mapping[str, Any]) -> ClassChoice:
    """The choice that an address names; what can not be read is said in ``error``, and classes are made in the usual way."""
    way = asked.get("klassen") or EQUAL_COUNT
    text = str(asked.get("anzahl") or USUAL)
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    typed = str(asked.get("grenzen") or "").strip()
    if way not in WAYS:
        return ClassChoice(error=_("Diese Art von Klassen gibt es nicht."))
    if not FEWEST <= count <= MOST:
        told = _("Möglich sind %(from)s bis %(to)s Klassen.") % {"from": FEWEST, "to": MOST}
        return ClassChoice(way if way != OWN else EQUAL_COUNT, typed=typed, error=told)
    if way != OWN:
        return ClassChoice(way, count, typed)
    try:
        return ClassChoice(OWN, count, typed, _read_bounds(typed))
    except ValidationError as error:
        return ClassChoice(EQUAL_COUNT, count, typed, error=" ".join(error.messages))


def _read_bounds(typed: str) -> tuple[Decimal, ...]:
    """Bounds between semicolons. Raises ValidationError."""
    texts = [text for part in typed[: LONGEST + 1].split(";") if (text := part.strip())]
    if not texts or len(typed) > LONGEST:
        raise ValidationError(_("Bitte Grenzen angeben, durch Semikolon getrennt: 10; 20; 30"))
    bounds = sorted({typed_number(text) for text in texts})
    if len(bounds) > MOST - 1:
        raise ValidationError(
            _("Höchstens %(count)s Grenzen lassen sich unterscheiden.") % {"count": MOST - 1}
        )
    return tuple(bounds)


def made_classes(choice: ClassChoice, values: Sequence[float], decimals: int) -> Classes:
    """The classes of some values; none without a value, unless the bounds are given."""
    if choice.way == OWN:
        places = max(
            decimals, *(max(0, -int(bound.normalize().as_tuple().exponent)) for bound in choice.bounds)
        )
        return own_bounds([float(bound) for bound in choice.bounds], places)
    if choice.way == EQUAL_INTERVAL:
        return equal_interval(values, choice.count, decimals)
    return (natural_breaks if choice.way == NATURAL else equal_count)(values, choice.count)


def class_words(choice: ClassChoice, classes: Classes, values: Sequence[float], decimals: int) -> list[str]:
    """What each class holds: its bounds where they are set, else its smallest and its largest value."""
    if choice.way in {OWN, EQUAL_INTERVAL} and len(classes) > 1:
        return _bound_words(classes, values)
    among: list[list[float]] = [[] for _place in range(len(classes))]
    for value in values:
        among[classes.place(value)].append(value)
    words = []
    for inside in among:
        low, high = (number_words(value, decimals) for value in (min(inside), max(inside)))
        words.append(low if low == high else _("%(low)s bis %(high)s") % {"low": low, "high": high})
    return words


def _bound_words(classes: Classes, values: Sequence[float]) -> list[str]:
    ends = [number_words(limit, classes.decimals) for limit in classes.limits if limit != math.inf]
    words = []
    for place, limit in enumerate(classes.limits):
        if place == 0:
            words.append(_("bis %(high)s") % {"high": ends[0]})
        elif place == len(classes) - 1:
            words.append(_("über %(low)s") % {"low": ends[place - 1]})
        else:
            said = {"low": ends[place - 1], "high": number_words(limit, classes.decimals)}
            words.append(_("über %(low)s bis %(high)s") % said)
    return words


def with_counts(words: Sequence[str], counts: Sequence[int]) -> list[str]:
    """The words of a legend with how many places each class has."""
    return [
        _("%(class)s: %(places)s") % {"class": said, "places": places_words(count)}
        for said, count in zip(words, counts, strict=True)
    ]


def places_words(count: int) -> str:
    """A number of places in words."""
    return ngettext("%(count)s Raum", "%(count)s Räume", count) % {"count": count}
