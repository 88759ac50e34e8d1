"""What can be asked about places."""

from __future__ import annotations

from typing import Any

import shapely
from django.db.models import QuerySet

from insek.concept.models import Concept
from insek.engines.geometry import to_geojson
from insek.people.actors import Actor
from insek.thread.models import Item

from .models import District

SCREEN_TOLERANCE = 0.0002
"""Degrees by which outlines may be simplified on the screen, some 15 metres."""


def districts(concept: Concept, actor: Actor) -> QuerySet[District]:
    """The districts the actor may see, by level and key. One query when evaluated."""
    visible = Item.objects.visible_to(actor).filter(concept=concept, kind="district").values("pk")
    return District.objects.filter(item__in=visible).select_related("item").order_by("level", "code", "item")


def city(concept: Concept, actor: Actor) -> District | None:
    """The city as a whole. One query."""
    return districts(concept, actor).filter(level=District.Level.CITY).first()


def map_features(rows: list[District], values: dict[str, Any] | None = None) -> dict[str, Any]:
    """A GeoJSON FeatureCollection for the map: id, number, title, address and, where given, a value for each district."""
    features = []
    for district in rows:
        if district.geometry is None:
            continue
        outline = (
            shapely.simplify(district.geometry, SCREEN_TOLERANCE)
            if not district.schematic
            else district.geometry
        )
        features.append(
            {
                "type": "Feature",
                "id": district.pk,
                "geometry": to_geojson(outline),
                "properties": {
                    "id": district.pk,
                    "name": district.item.title,
                    "level": district.level,
                    "url": district.item.url,
                    "value": (values or {}).get(district.pk),
                    "lon": float(district.centre_lon) if district.centre_lon is not None else None,
                    "lat": float(district.centre_lat) if district.centre_lat is not None else None,
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}
