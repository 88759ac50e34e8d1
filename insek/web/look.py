"""The city's own colour and logo in the frame of every page: the room that serves them says at which addresses."""

from __future__ import annotations

from django.urls import reverse

from insek.concept.models import Concept

_addresses: dict[str, str] = {}


def register_look(*, style: str, logo: str) -> None:
    """Name the addresses of the city's style sheet and logo."""
    _addresses.update(style=style, logo=logo)


def look_of(concept: Concept | None) -> dict[str, str]:
    """Addresses of what a city has of its own; new with each change, so that they can be kept. No query."""
    has = {"style": concept.colour, "logo": concept.logo} if concept is not None else {}
    return {
        part: f"{reverse(_addresses[part])}?{concept.version if concept else ''}"
        for part, is_there in has.items()
        if is_there and part in _addresses
    }
