"""What a later room knows of an item that the public does not see any more: its last words, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from insek.concept.asker import Asker


@dataclass(frozen=True)
class Aftermath:
    """What the address of an item says that is not public any more."""

    title: str
    number: str
    words_url: str
    """Where its last public words are read."""
    words_in: str
    """What these words stand in, such as an edition."""
    fates: Sequence[dict[str, Any]] = field(default_factory=tuple)
    """What became of it: fate, label, reason, edition, edition_url, is_adopted, day, followers (key, title and url), is_example."""


Tell = Callable[[Asker, str], Aftermath | None]
_told: list[Tell] = []


def register_aftermath(tell: Tell) -> None:
    """Let a room say what became of items that are not public any more; nothing that the asker may not know."""
    if tell not in _told:
        _told.append(tell)


def aftermath_of(asker: Asker, item_id: str) -> Aftermath | None:
    """What is known of an item that the asker does not see; None where nothing of it was ever public."""
    return next((found for tell in _told if (found := tell(asker, item_id)) is not None), None)
