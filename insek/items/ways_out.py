"""Where a search that found nothing may lead: later rooms offer their ways."""

from __future__ import annotations

from collections.abc import Callable

from insek.concept.asker import Asker

WayOut = Callable[[Asker, str], dict[str, str] | None]
_ways: list[WayOut] = []


def add_way_out(provide: WayOut) -> None:
    """Let a later room offer a way (``label``, ``url``) to somebody whose words were nowhere; None for no way now."""
    if provide not in _ways:
        _ways.append(provide)


def ways_out(asker: Asker, query: str) -> list[dict[str, str]]:
    """The ways from a search that found nothing."""
    return [way for provide in _ways if (way := provide(asker, query)) is not None]
