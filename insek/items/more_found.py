"""What a search finds beside items: a later room adds a part of its own below the results, such as pages of documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from insek.concept.asker import Asker


@dataclass(frozen=True)
class FurtherFound:
    """A part below the results of a search: its template and what that shows."""

    template: str
    context: dict[str, Any]


_providers: list[Callable[[Asker, str], FurtherFound | None]] = []


def add_further_found(provide: Callable[[Asker, str], FurtherFound | None]) -> None:
    """Let a later room find something of its own for the words of a search; None where it finds nothing."""
    if provide not in _providers:
        _providers.append(provide)


def further_found(asker: Asker, query: str) -> list[FurtherFound]:
    """What other rooms find for the words of a search."""
    return [found for provide in _providers if (found := provide(asker, query)) is not None]
