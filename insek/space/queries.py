"""What can be asked about the spatial concept."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.models import Item, ItemQuerySet

MOST_FEATURES = 400
"""Elements on the map of the spatial concept; a plan with more cannot be read."""


def features(concept: Concept | None, actor: Actor) -> ItemQuerySet:
    """The elements an actor may see."""
    return Item.objects.visible_to(actor).filter(concept=concept, kind="feature")


def variants(concept: Concept | None, actor: Actor) -> list[str]:
    """The names of the variants. One query."""
    found = features(concept, actor).exclude(feature__variant="").order_by("feature__variant")
    return list(found.values_list("feature__variant", flat=True).distinct()[:50])


def variant_words(name: str) -> str:
    """A variant as one says it, without saying the word twice: "Variante A" stays, "Kompakt" becomes "Variante „Kompakt“"."""
    said = name.casefold().startswith(("variant", "alternativ", "szenari", "scenari"))
    return name if said or not name else _("Variante „%(name)s“") % {"name": name}
