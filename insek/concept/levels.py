"""What a city calls its levels (Ziel or Entwicklungsziel, Referat or Amt), read once for each request."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from insek.people.models import in_language
from insek.people.prepared import prepared

from .models import LevelName

_known: ContextVar[dict[int, dict[str, LevelName]] | None] = ContextVar("level_names", default=None)


def forget(**_signal: Any) -> None:
    """Read anew from here on: at the start of every request."""
    _known.set(None)


def level_names(concept_id: int) -> dict[str, LevelName]:
    """The names of all levels of a concept. Costs one query a request."""
    known = _known.get()
    if known is None:
        known = {}
        _known.set(known)
    if concept_id not in known:
        names = prepared("level names", lambda pk: LevelName.objects.filter(concept_id=pk), concept_id)
        known[concept_id] = {name.level: name for name in names}
    return known[concept_id]


def level_name(concept_id: int, level: str, *, plural: bool = False, default: Any = "") -> str:
    """What this level is called, in the language of the page; ``default`` where the city did not name it."""
    name = level_names(concept_id).get(level)
    if name is None:
        return str(default)
    return (
        in_language(name.plural, name.plural_en) if plural else in_language(name.singular, name.singular_en)
    )
