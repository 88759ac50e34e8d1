"""The place of an item as history keeps it, and the way back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely

from insek.people.actors import Actor
from insek.thread.extensions import ItemExtension
from insek.thread.models import Item

from . import locations
from .releasing import place_or_propose

NAMES = frozenset({"location", "location_note"})


def read(item: Item) -> dict[str, Any]:
    """Place and note as history keeps them; nothing where the item has no place. One query."""
    return locations.plain_place(locations.location_of(item))


def put_back(item: Item, values: Mapping[str, Any], version: int, actor: Actor) -> Any:
    """Put place and note back; what is not named stays. Raises what ``place_or_propose`` raises."""
    wanted = {**read(item), **values}
    text = wanted.get("location")
    geometry = shapely.from_wkt(text) if text else None
    return place_or_propose(
        item, geometry, note=wanted.get("location_note") or "", expected_version=version, actor=actor
    )


PLACE = ItemExtension(names=NAMES, read=read, put_back=put_back)
