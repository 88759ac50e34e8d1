"""The form field for an address, street, stop or place; without scripts it finds the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.people.actors import Actor

from .finding import LONGEST, FoundPlace, meant
from .index import index_of

MOST_NAMED = 6


class AddressField(forms.CharField):
    """An address as text; what it means is asked of ``place_meant``, which needs the concept and who asks."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": LONGEST, **kwargs})


def knows_names(concept: Concept) -> bool:
    """Whether an address can be found at all. One query."""
    return bool(index_of(concept.key, concept.city).names)


def place_meant(concept: Concept, text: str, actor: Actor) -> FoundPlace:
    """The one place that a text means. Raises ValidationError, which names those that may be meant. Two queries."""
    found = meant(concept, text, actor)
    if found.unplaced:
        parts = ", ".join(place.name for place in found.places)
        told = _("„%(street)s“ steht im Straßenverzeichnis der Stadt; wo die Straße liegt, weiß die Karte noch nicht. Bitte auf die Karte tippen, einen Stadtteil wählen oder das Feld leeren.")  # fmt: skip
        if parts:
            told = _("„%(street)s“ steht im Straßenverzeichnis der Stadt (%(parts)s); wo genau die Straße liegt, weiß die Karte noch nicht. Bitte auf die Karte tippen, einen Stadtteil wählen oder das Feld leeren.")  # fmt: skip
        raise ValidationError(told % {"street": found.unplaced, "parts": parts})
    if found.only is not None:
        return found.only
    if not found.places:
        raise ValidationError(
            _(
                "Diesen Ort kennt die Karte nicht. Bitte anders schreiben, einen Stadtteil wählen oder das Feld leeren."
            )
        )
    names = "; ".join(place.whole for place in found.places[:MOST_NAMED])
    more = " …" if len(found.places) > MOST_NAMED else ""
    raise ValidationError(_("Mehrere Orte passen. Welcher ist gemeint: %(names)s?") % {"names": names + more})
