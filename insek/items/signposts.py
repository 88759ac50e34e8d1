"""Signs above what a search found, that lead elsewhere: later rooms put them up, such as the one that knows the streets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from insek.concept.asker import Asker


@dataclass(frozen=True)
class Signpost:
    """A way that words of a search name: what it leads to, what that is, and what one reads there."""

    label: str
    about: str
    question: str
    url: str
    icon: str = "pin"


_providers: list[Callable[[Asker, str], list[Signpost]]] = []


def add_signposts(provide: Callable[[Asker, str], list[Signpost]]) -> None:
    """Let a later room put up signs for the words of a search; none for most words."""
    if provide not in _providers:
        _providers.append(provide)


def signposts(asker: Asker, query: str) -> list[Signpost]:
    """The signs for the words of a search."""
    return [sign for provide in _providers for sign in provide(asker, query)]
