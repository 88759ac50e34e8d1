"""Beginning a concept from the shell: the same acts as on the pages."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from insek.concept.structures import STRUCTURES
from insek.people.actors import PROGRAM

from . import services
from .forms import CityForm


def begin_from_shell(
    *, city: str, ags: str = "", title: str = "", until: str = "", structure: str = ""
) -> tuple[bool, str]:
    """Begin a concept, with a ready structure where one is named.

    Returns whether it has begun, and what was done and comes next, or why nothing was made.
    """
    if structure and structure not in STRUCTURES:
        return False, f"Diese Gliederung gibt es nicht. Zur Wahl stehen: {', '.join(STRUCTURES)}."
    empty = CityForm()
    form = CityForm(
        {"city": city, "ags": ags, "title": title or empty.fields["title"].initial, "horizon_to": until}
    )
    if not form.is_valid():
        return False, "\n".join(str(message) for messages in form.errors.values() for message in messages)
    try:
        with transaction.atomic():
            concept = services.begin_concept(form.values(), user=None, actor=PROGRAM)
            fields = (
                services.add_fields(concept, STRUCTURES[structure].fields, actor=PROGRAM) if structure else []
            )
    except ValidationError as error:
        return False, "\n".join(error.messages)
    return True, "\n".join(
        [
            f"Begonnen: {concept} ({concept.city}), {len(fields)} Handlungsfelder.",
            "Weiter im Browser: anmelden (erster Zugang: insek admin NAME) und „Ihre Stadt einrichten“ öffnen.",
        ]
    )
