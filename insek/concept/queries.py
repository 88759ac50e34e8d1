"""What every page asks of the concept."""

from __future__ import annotations

from insek.people.prepared import prepared

from .models import Concept


def current_concept() -> Concept | None:
    """The concept this installation serves: the first one. Costs one query."""
    return next(iter(prepared("concept", lambda: Concept.objects.order_by("pk")[:1])), None)


def names_of_cities() -> list[str]:
    """The names of the city, as every page shows them. Costs one query."""
    return [name for names in Concept.objects.values_list("city", "city_en", "title") for name in names]
