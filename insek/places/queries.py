"""What can be asked about places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import shapely
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.geometry import to_geojson
from insek.people.actors import Actor
from insek.people.prepared import prepared
from insek.thread.audience import gated
from insek.thread.models import Item, Link
from insek.thread.shared_cache import cached

from .models import District

FEW = 80
"""Links of a district that are read at once; where there are more, the database picks the first of each kind."""
SCREEN_TOLERANCE = 0.0002
"""Degrees by which outlines may be simplified on the screen, some 15 metres."""


def districts(concept: Concept | Any, actor: Actor) -> QuerySet[District]:
    """The districts the actor may see, by level and key. One query when evaluated."""
    visible = Item.objects.visible_to(actor).filter(concept=concept, kind="district")
    return District.objects.filter(item__in=visible).select_related("item").order_by("level", "code", "item")


def names_of_districts() -> list[str]:
    """The names of all districts. One query."""
    return list(Item.objects.filter(kind="district").values_list("title", flat=True)[:MOST_PLACES])


NEAR_BORDER = 0.004
"""Degrees by which a border that is drawn by hand may be off."""


def is_outside(concept: Concept, actor: Actor, lon: float, lat: float) -> bool:
    """Whether a point lies outside of the city; no where its outline is not known. One query, kept."""

    def outline() -> tuple[bytes, bool]:
        row = city(concept, actor)
        return (
            (shapely.to_wkb(row.geometry), row.schematic) if row and row.geometry is not None else (b"", True)
        )

    wkb, schematic = cached(concept, actor, "city outline", outline)
    if not wkb:
        return False
    far = shapely.distance(shapely.from_wkb(wkb), shapely.Point(lon, lat))
    return bool(far > (NEAR_BORDER if schematic else 0))


def are_schematic(concept: Concept, actor: Actor) -> bool:
    """Whether outlines of places on a map are drawn by hand, so that it says so. One query, kept."""
    drawn = districts(concept, actor).filter(schematic=True, west__isnull=False)
    return bool(cached(concept, actor, "schematic places", drawn.exists))


MOST_PLACES = 400
"""Places on one map; a city has some dozens."""


def map_places(concept: Concept, actor: Actor) -> list[District]:
    """The places of the city map. One query."""

    def places(concept_id: Any) -> QuerySet[District]:
        return districts(concept_id, actor)[:MOST_PLACES]

    return prepared(gated(actor, "places of the map"), places, concept.pk)


def city(concept: Concept, actor: Actor) -> District | None:
    """The city as a whole. One query."""
    return districts(concept, actor).filter(level=District.Level.CITY).first()


def map_features(rows: Iterable[District]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection for the map: id, name, level and address of each district that has an outline."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": to_geojson(on_screen(district)),
                "properties": {
                    "id": district.pk,
                    "name": district.item.title,
                    "level": district.level,
                    "size": round(shapely.area(district.geometry), 6),
                    "label": [
                        round(value, 5) for value in shapely.point_on_surface(district.geometry).coords[0]
                    ],
                    "url": district.item.url,
                },
            }
            for district in rows
            if district.geometry is not None
        ],
    }


def on_screen(district: District) -> BaseGeometry:
    """The outline of a district as precise as a screen needs it."""
    if district.schematic:
        return district.geometry
    return shapely.simplify(district.geometry, SCREEN_TOLERANCE)


def concerning(item: Item, actor: Actor, *, size: int) -> list[Link]:
    """The first visible items of each kind that a district is the place of, by number. One query, two for many."""
    links = Link.objects.visible_to(actor).filter(target=item, kind="located_in").select_related("source")
    found = list(links.order_by("source__sort_key", "source_id")[: FEW + 1])
    if len(found) <= FEW:
        return found
    order = [F("source__sort_key"), F("source_id")]
    ranked = links.annotate(rank=Window(RowNumber(), partition_by=F("source__kind"), order_by=order))
    return list(ranked.filter(rank__lte=size + 1).order_by("source__sort_key", "source_id"))


def place_choices(concept: Concept, actor: Actor) -> list[tuple[str, str]]:
    """Places by level and key, for filters, no more than fit on a map; kept. One query."""
    rows = (
        Item.objects.visible_to(actor)
        .filter(concept=concept, kind="district")
        .order_by("district__level", "district__code", "pk")
    )
    return cached(
        concept, actor, "place choices", lambda: list(rows.values_list("pk", "title")[:MOST_PLACES])
    )
