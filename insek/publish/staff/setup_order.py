"""Fields of action and themes in their order."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.concept.models import Field, Theme
from insek.items.ordering import Ordering, register_ordering
from insek.items.part_order import parts_ordering
from insek.people.actors import require
from insek.thread.setting_up import move_part

ORDERED = {
    "handlungsfeld": (Field, gettext_lazy("Handlungsfelder ordnen")),
    "thema": (Theme, gettext_lazy("Querschnittsthemen ordnen")),
}


def setup_ordering(asker: Asker, of: str) -> Ordering | None:
    """A part of the concept whose rows have a position."""
    require(asker.actor, "concept.set_up")
    if of not in ORDERED or asker.concept is None:
        return None
    model, title = ORDERED[of]
    every: Any = model._default_manager
    rows = every.filter(concept=asker.concept)
    return parts_ordering(
        list(rows),
        title=str(title),
        back_url=reverse("setup"),
        url=lambda row: reverse("setup-part", args=[of, row.pk]),
        move=lambda row, place, version: move_part(
            rows, row, place=place, expected_version=version, actor=asker.actor
        ),
        note=_("So stehen sie im Menü, auf der Startseite, in Filtern und im Bericht. Adressen bleiben."),
    )


register_ordering("einrichten", setup_ordering)
