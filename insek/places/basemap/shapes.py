"""The base map as shapes in degrees, for pictures that are drawn without a browser: the still ones of the pages, and on paper.

They are read from the tiles, so that every base map can be drawn so, whichever file it came from. What lay in several tiles
is one again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import mapbox_vector_tile
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .archive import OLD_KEY, OWN, PROTOMAPS_3, BaseMap, plain
from .openstreetmap import Box

EXTENT = 4096
MOST_TILES = 40
"""More tiles than these are never read for a picture; it is then drawn from those of a lower zoom."""
METRES_ROUND = 40_075_017
PIXELS = 512

AREAS = ("built", "works", "green", "wood", "water")
LINES = ("stream", "minor", "main", "motorway", "rail")
"""The parts of a picture, from what is drawn first to what is drawn last."""

_OWN = {
    "landuse": {
        "residential": "built", "commercial": "built", "retail": "built", "public": "built", "industrial": "works",
        "railway": "works", "military": "works", "park": "green", "garden": "green", "cemetery": "green", "sport": "green",
        "meadow": "green",
    },
    "wood": {"": "wood"},
    "water": {"": "water"},
    "waterway": {"": "stream"},
    "rail": {"rail": "rail", "light_rail": "rail"},
    "road": {
        "motorway": "motorway", "trunk": "main", "primary": "main", "secondary": "main", "tertiary": "minor", "residential": "minor",
        "pedestrian": "minor",
    },
}  # fmt: skip
_PROTOMAPS = {
    "landuse": {
        "residential": "built", "commercial": "built", "industrial": "works", "railway": "works", "military": "works",
        "park": "green", "allotments": "green", "cemetery": "green", "pitch": "green", "meadow": "green", "grass": "green",
        "village_green": "green", "golf_course": "green", "nature_reserve": "wood", "forest": "wood", "wood": "wood", "school": "built", "university": "built", "hospital": "built",
    },
    "water": {"": "water", "river": "stream", "stream": "stream", "canal": "stream"},
    "natural": {"wood": "wood", "forest": "wood"},
    "physical_line": {"river": "stream", "stream": "stream", "canal": "stream"},
    "transit": {"rail": "rail", "light_rail": "rail"},
    "roads": {"highway": "motorway", "major_road": "main", "medium_road": "minor", "minor_road": "minor", "rail": "rail"},
}  # fmt: skip


@dataclass(frozen=True)
class BaseShapes:
    """What of a base map is drawn in a box, in WGS 84; by the names of ``AREAS`` and ``LINES``, what is empty left out."""

    areas: dict[str, BaseGeometry]
    lines: dict[str, BaseGeometry]


def zoom_for(metres_a_pixel: float, latitude: float) -> int:
    """The zoom whose pixels are about as large as those of a picture."""
    whole = METRES_ROUND * math.cos(math.radians(latitude)) / PIXELS
    return math.ceil(math.log2(whole / max(metres_a_pixel, 0.01)) - 0.25)


@lru_cache(maxsize=16)
def base_shapes(base: BaseMap, box: Box, zoom: int) -> BaseShapes:
    """The shapes in a box at a zoom, or at one nearer to what the tiles have. Reads and joins some tiles: 0.05 to 0.3 s."""
    zoom = min(max(zoom, base.zooms[0]), base.zooms[1])
    while zoom > base.zooms[0] and len(tiles_in(box, zoom)) > MOST_TILES:
        zoom -= 1
    found: dict[str, list[BaseGeometry]] = defaultdict(list)
    for x, y in tiles_in(box, zoom):
        for part, shape in _of_tile(base, zoom, x, y):
            found[part].append(shape)
    areas = {
        part: shapely.union_all(
            shapely.make_valid([one for one in found[part] if shapely.get_dimensions(one) == 2])
        )
        for part in AREAS
        if part in found
    }
    lines = {part: shapely.line_merge(shapely.union_all(found[part])) for part in LINES if part in found}
    return BaseShapes(
        {part: shape for part, shape in areas.items() if not shape.is_empty},
        {part: shape for part, shape in lines.items() if not shape.is_empty},
    )


def kind_key(base: BaseMap) -> str:
    """The property in which tiles of others keep the class."""
    return OLD_KEY if base.schema == PROTOMAPS_3 else "kind"


def tiles_in(box: Box, zoom: int) -> list[tuple[int, int]]:
    """The tiles that a box meets."""
    count = 2**zoom

    def row(latitude: float) -> float:
        return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * count

    west, south, east, north = box
    columns = range(math.floor((west + 180) / 360 * count), math.floor((east + 180) / 360 * count) + 1)
    return [(x, y) for x in columns for y in range(math.floor(row(north)), math.floor(row(south)) + 1)]


def _of_tile(base: BaseMap, zoom: int, x: int, y: int) -> Iterator[tuple[str, BaseGeometry]]:
    """Part of the picture and shape in degrees of what lies in a tile, cut at its border."""
    content = plain(base.tile(zoom, x, y))
    if not content:
        return
    names, key = (_OWN, "class") if base.schema == OWN else (_PROTOMAPS, kind_key(base))
    for name, layer in mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}).items():
        parts = names.get(name)
        if not parts:
            continue
        scale = EXTENT / layer["extent"]
        for feature in layer["features"]:
            part = parts.get(feature["properties"].get(key, ""), parts.get(""))
            if part is None:
                continue
            shape = shapely.transform(
                shapely.geometry.shape(feature["geometry"]), lambda xy, by=scale: xy * by
            )
            if part in {"water", "stream"}:  # others call a river's line and its area by one name
                part = "stream" if shapely.get_dimensions(shape) == 1 else "water"
            if shapely.get_dimensions(shape) != (2 if part in AREAS else 1):
                continue
            cut = shapely.clip_by_rect(shape, 0, 0, EXTENT, EXTENT)
            if not cut.is_empty:
                yield part, shapely.transform(cut, lambda xy: in_degrees(xy, zoom, x, y))


def in_degrees(xy: np.ndarray, zoom: int, x: int, y: int) -> np.ndarray:
    """Units of a tile to longitude and latitude."""
    count = 2**zoom
    longitude = (xy[:, 0] / EXTENT + x) / count * 360 - 180
    latitude = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (xy[:, 1] / EXTENT + y) / count))))
    return np.column_stack((longitude, latitude))
