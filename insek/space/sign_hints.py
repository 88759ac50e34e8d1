"""What speaks against how a sign looks: too little contrast, or too like another. Said, not forbidden: colours may come from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from insek.engines.colours import (
    ALIKE,
    GRAPHICS,
    TEXT,
    contrast,
    distance_for_all,
    grey_distance,
    readable_on,
)
from insek.web.display import number_words

from .sign_models import PlanSign

LIGHT, DARK = "#ffffff", "#1b2824"
"""The lightest ground by day, and that by night."""


def contrast_words(sign: PlanSign) -> str:
    """How much the sign stands out, by day and by night."""
    return _("Kontrast %(light)s : 1 auf hellem, %(dark)s : 1 auf dunklem Grund.") % {
        "light": number_words(contrast(sign.colour, LIGHT), 1),
        "dark": number_words(contrast(sign.colour, DARK), 1),
    }


def hints(sign: PlanSign, others: Sequence[PlanSign]) -> list[str]:
    """What to say of a sign among the others in use. Costs no query."""
    said = []
    if contrast(sign.colour, LIGHT) < GRAPHICS:
        said.append(
            _(
                "Auf hellem Grund ist die Farbe schwer zu sehen: Nötig sind 3 : 1. Die nächste, die genügt: %(colour)s"
            )
            % {"colour": readable_on(sign.colour, LIGHT, ratio=GRAPHICS)}
        )
    if sign.shape == PlanSign.Shape.POINT and GRAPHICS <= contrast(sign.colour, LIGHT) < TEXT:
        said.append(
            _(
                "Der weiße Buchstabe liest sich auf dieser Farbe schlecht: Nötig sind 4,5 : 1. Die nächste, die genügt: %(colour)s"
            )
            % {"colour": readable_on(sign.colour, LIGHT)}
        )
    alike = [other for other in others if _same_pattern(sign, other)]
    for other in alike:
        if distance_for_all(sign.colour, other.colour) < ALIKE:
            said.append(
                _(
                    "„%(other)s“ ist genauso gezeichnet und hat für manche Menschen fast dieselbe Farbe: Nur der Buchstabe unterscheidet beide."
                )
                % {"other": other}
            )
        elif grey_distance(sign.colour, other.colour) < ALIKE:
            said.append(
                _("In Graustufen unterscheidet dieses Zeichen von „%(other)s“ nur der Buchstabe.")
                % {"other": other}
            )
    return said


def _same_pattern(one: PlanSign, other: PlanSign) -> bool:
    """Whether only colour and letter can tell two signs apart."""
    if one.key == other.key or other.is_retired or one.shape != other.shape:
        return False
    if one.shape == PlanSign.Shape.LINE:
        return (one.dash, one.arrow) == (other.dash, other.arrow)
    return one.shape == PlanSign.Shape.POINT or one.hatch == other.hatch
