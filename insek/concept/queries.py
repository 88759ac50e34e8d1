"""What every page asks of the concept."""

from __future__ import annotations

from .models import Concept, LevelName


def current_concept() -> Concept | None:
    """The concept this installation serves: the first one. Costs one query."""
    return Concept.objects.order_by("pk").first()


def level_names(concept: Concept) -> dict[str, LevelName]:
    """What the levels are called in this city, by level. Costs one query."""
    return {name.level: name for name in LevelName.objects.filter(concept=concept)}
