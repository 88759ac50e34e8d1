"""The place of an item as history keeps it, and the way back to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from insek.engines.text import shortened
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


def put_at_once(item: Item, values: Mapping[str, Any], version: int, actor: Actor) -> Item:
    """The same at the hands of those who may release it. Raises what ``set_location`` raises."""
    wanted = {**read(item), **values}
    text = wanted.get("location")
    geometry = shapely.from_wkt(text) if text else None
    note = wanted.get("location_note") or ""
    return locations.set_location(item, geometry, note=note, expected_version=version, actor=actor)


def together(places: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Several places as one: areas that touch become one, others parts of one; None for areas with lines or points."""
    shapes = [shapely.from_wkt(place["location"]) for place in places if place.get("location")]
    if len(shapes) < 2 or len({shapely.get_dimensions(shape) for shape in shapes}) > 1:
        return None
    united = shapely.unary_union(shapes)
    if shapely.get_dimensions(united) == 1:
        united = shapely.line_merge(united)
    notes = "; ".join(
        dict.fromkeys(str(place.get("location_note") or "") for place in places if place.get("location_note"))
    )
    return {"location": shapely.to_wkt(united, rounding_precision=7), "location_note": shortened(notes, 200)}


PLACE = ItemExtension(names=NAMES, read=read, put_back=put_back, put_at_once=put_at_once, together=together)
