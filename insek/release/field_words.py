"""How history shows columns whose text is not what people read: the rooms that keep them say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from insek.people.actors import Actor

_field_words: dict[tuple[str, str], Callable[[Any, Actor], str]] = {}


def register_field_words(kind: str, name: str, words: Callable[[Any, Actor], str]) -> None:
    """Say how history shows a column of a kind to somebody."""
    _field_words[kind, name] = words


def with_field_words(
    kind: str, actor: Actor, name_of: Callable[[str, Any], str]
) -> Callable[[str, Any], str]:
    """What values are called, with the words of the rooms where there are some."""

    def called(name: str, value: Any) -> str:
        words = _field_words.get((kind, name))
        return name_of(name, value) if words is None or not value else words(value, actor)

    return called
