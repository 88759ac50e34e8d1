"""What the levels of a city and the bodies of its districts are called there: words of the city, never of one state."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.concept.levels import level_name
from insek.concept.models import Concept

from .models import District


def levels_of(concept: Concept | None) -> list[tuple[str, str]]:
    """The levels with their words in the city."""
    return [
        (str(value), level_name(concept.pk, value, default=label) if concept else str(label))
        for value, label in District.Level.choices
    ]


def body_words(concept_id: int) -> str:
    """What the body of a district is called."""
    return level_name(concept_id, "ortsbeirat", default=_("Örtliches Gremium"))
