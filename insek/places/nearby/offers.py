"""What somebody can do from a place: later rooms say it, such as the one that takes contributions."""

from __future__ import annotations

from collections.abc import Callable

from insek.concept.asker import Asker

from ..names.finding import FoundPlace
from ..queries import is_outside

Offer = Callable[[Asker, FoundPlace], dict[str, str] | None]
"""Takes a place in the city; gives label and address of what can be done there, None where it cannot be done now."""
_offers: list[Offer] = []


def register_offer(offer: Offer) -> None:
    """Let a room offer something at a place."""
    if offer not in _offers:
        _offers.append(offer)


def offers_at(asker: Asker, place: FoundPlace) -> list[dict[str, str]]:
    """What can be done at a place now; nothing outside of the city."""
    if asker.concept is None or is_outside(asker.concept, asker.actor, place.lon, place.lat):
        return []
    return [made for offer in _offers if (made := offer(asker, place)) is not None]
