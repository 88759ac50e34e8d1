"""Vector tiles of the city map: what is small is counted on a grid, what is large is drawn, so a tile stays light.

At a zoom where an item is smaller than some pixels it is a point. Points are gathered by the database in cells of the
tile; a cell with one item is that item, one with several says how many. From DETAIL_ZOOM on every item stands alone.
Speed of a tile with 20,000 points on one core: see ``insek bench tiles``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from django.db.models import Avg, Count, F, Min, Q, QuerySet
from django.db.models.functions import Floor
from shapely.geometry.base import BaseGeometry

from insek.engines.text import shortened
from insek.thread.models import Item, ItemQuerySet
from insek.thread.two_languages import title_in_language

from .layers import located_rows

EXTENT = 4096
MARGIN = 64
"""Tile units that geometry reaches over the border, so that lines meet."""
CELLS = 12
"""Cells a tile is divided into along each side."""
SMALL = 1 / 64
"""Share of a tile's width below which an item is drawn as a point."""
DETAIL_ZOOM = 16
MOST_ZOOM = 19
WIDEST = 0.5
"""Degrees: nothing in a city is wider, so a box that begins further west cannot reach the tile."""
MOST_POINTS = 1500
MOST_SHAPES = 600

Box = tuple[float, float, float, float]


def tile_box(z: int, x: int, y: int) -> Box:
    """West, south, east, north of a tile in degrees."""
    count = 2**z

    def latitude(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / count))))

    return x / count * 360 - 180, latitude(y + 1), (x + 1) / count * 360 - 180, latitude(y)


def tile(items: ItemQuerySet, z: int, x: int, y: int, *, kind: str = "") -> bytes:
    """The tile as Mapbox vector tile with the layers ``shapes`` and ``points``; empty where nothing lies.

    Costs three queries for each located table.
    """
    west, south, east, north = tile_box(z, x, y)
    margin = (east - west) * MARGIN / EXTENT
    shapes: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for rows in located_rows(items, kind):
        near = rows.filter(
            west__lte=east + margin,
            west__gte=west - margin - WIDEST,
            east__gte=west - margin,
            south__lte=north + margin,
            north__gte=south - margin,
        )
        small = (east - west) * SMALL
        tiny = Q(east__lte=F("west") + small, north__lte=F("south") + small)
        shapes += _shapes(near.exclude(tiny), z, x, y)
        inside = near.filter(tiny, west__gte=west, west__lt=east, south__gte=south, south__lt=north)
        points += (
            _alone(inside, z, x, y)
            if z >= DETAIL_ZOOM
            else _gathered(inside, (west, south, east, north), z, x, y)
        )
    layers = [
        {"name": name, "features": found} for name, found in (("shapes", shapes), ("points", points)) if found
    ]
    if not layers:
        return b""
    encoded: bytes = mapbox_vector_tile.encode(
        layers, default_options={"y_coord_down": True, "extents": EXTENT}
    )
    return encoded


def in_tile(geometry: BaseGeometry, z: int, x: int, y: int) -> BaseGeometry:
    """Degrees to the units of a tile (Web Mercator)."""
    count = 2**z

    def change(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        latitude = np.radians(np.clip(xy[:, 1], -85, 85))
        across = (xy[:, 0] + 180) / 360 * count - x
        down = (1 - np.arcsinh(np.tan(latitude)) / math.pi) / 2 * count - y
        return np.column_stack((across * EXTENT, down * EXTENT))

    return shapely.transform(geometry, change)


def _shapes(rows: QuerySet[Any], z: int, x: int, y: int) -> list[dict[str, Any]]:
    """Lines and areas, as fine as the screen needs and cut at the border. One query."""
    frame = shapely.box(-MARGIN, -MARGIN, EXTENT + MARGIN, EXTENT + MARGIN)
    features = []
    for row in rows.order_by("pk").values(
        "pk", "kind", "geometry", "item__standing", shown=title_in_language("item__")
    )[:MOST_SHAPES]:
        drawn = shapely.simplify(in_tile(row["geometry"], z, x, y), 4, preserve_topology=False)
        cut = shapely.intersection(shapely.make_valid(drawn), frame)
        if not cut.is_empty:
            properties = {
                "id": row["pk"],
                "kind": row["kind"],
                "title": shortened(row["shown"], 80),
                "standing": row["item__standing"],
            }
            features += [{"geometry": part, "properties": properties} for part in _parts(cut)]
    return features


def _parts(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    return shapely.get_parts(geometry) if geometry.geom_type == "GeometryCollection" else [geometry]


def _gathered(rows: QuerySet[Any], box: Box, z: int, x: int, y: int) -> list[dict[str, Any]]:
    """Points in cells: one for each kind in a cell, with their number. Two queries."""
    features = []
    for cell in gathered(rows, box, CELLS, CELLS):
        properties = {"kind": cell["kind"], "count": cell["n"]}
        if cell["n"] == 1:
            properties |= {
                "id": cell["first"],
                "title": shortened(cell["title"], 80),
                "standing": cell["standing"],
            }
        features.append(_point(cell["lon"], cell["lat"], properties, z, x, y))
    return features


def gathered(rows: QuerySet[Any], box: Box, columns: int, lines: int) -> list[dict[str, Any]]:
    """What lies in each cell of a grid over a box: kind, number ``n``, middle, and title and standing where it is one. Two queries."""
    west, south, east, north = box
    across, down = columns / (east - west), lines / (north - south)
    cells = list(
        rows.order_by()
        .annotate(column=Floor((F("west") - west) * across), line=Floor((F("south") - south) * down))
        .values("kind", "column", "line")
        .annotate(
            n=Count("pk"),
            first=Min("pk"),
            lon=Avg((F("west") + F("east")) / 2),
            lat=Avg((F("south") + F("north")) / 2),
        )
    )
    alone = Item.objects.filter(pk__in=[cell["first"] for cell in cells if cell["n"] == 1])
    said = {
        pk: {"title": title, "standing": standing}
        for pk, title, standing in alone.values_list("pk", title_in_language(), "standing")
    }
    unsaid = {"title": "", "standing": ""}
    return [{**cell, **(said.get(cell["first"], unsaid) if cell["n"] == 1 else unsaid)} for cell in cells]


def _alone(rows: QuerySet[Any], z: int, x: int, y: int) -> list[dict[str, Any]]:
    """Every point for itself. One query."""
    found = rows.order_by("pk").values_list(
        "pk", "kind", "west", "south", title_in_language("item__"), "item__standing"
    )[:MOST_POINTS]
    return [
        _point(
            longitude,
            latitude,
            {"id": pk, "kind": kind, "count": 1, "title": shortened(title, 80), "standing": standing},
            z,
            x,
            y,
        )
        for pk, kind, longitude, latitude, title, standing in found
    ]


def _point(
    longitude: float, latitude: float, properties: dict[str, Any], z: int, x: int, y: int
) -> dict[str, Any]:
    return {"geometry": in_tile(shapely.Point(longitude, latitude), z, x, y), "properties": properties}
