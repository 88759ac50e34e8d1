"""What of the base map people walk on and live in: ways, houses with their footprint, and built-up land, in metres.

Read from the tiles of the last zoom, so that any base map will do, whichever file it was made of. Lines come simplified to some
40 centimetres and cut at the borders of tiles; they are joined again on a grid of two metres, on which everything that crosses meets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import to_metric

from .archive import OWN, BaseMap, plain
from .openstreetmap import Box
from .shapes import EXTENT, in_degrees, kind_key, tiles_in

Floats = NDArray[np.float64]

SNAP = 2.0
"""Metres within which ways meet: what tiles leave of a crossing is off by less."""
LEAST_HOUSE = 40.0
"""Square metres below which a building is a garage or a shed."""
LEAST_ZOOM = 13
"""Tiles of a lower zoom have no ways to the houses."""
MOST_TILES = 4_000
"""Tiles that are read for a city: some 100 square kilometres have 40 to 60."""

CLOSED = {"motorway", "trunk", "highway", "rail", "ferry", "aeroway"}
"""Nobody walks or cycles there, or it is no way."""
MAIN = {"primary", "secondary", "tertiary", "major_road", "medium_road"}
LAYERS = {
    "road": "way", "roads": "way", "building": "house", "buildings": "house", "landuse": "land",
}  # fmt: skip
LIVED_IN = {"residential"}
NOBODY_LIVES = {
    "commercial", "retail", "industrial", "public", "railway", "military", "park", "garden", "cemetery", "sport", "farmland",
    "square", "school", "university", "hospital", "college", "kindergarten", "pitch", "allotments", "aerodrome",
}  # fmt: skip
NO_HOUSE = {"public", "building_part"}


@dataclass(frozen=True)
class LivedGround:
    """``ways``: lines (points, 2) in metres, where a mapping of ways is there at all; ``local``: the share of their length that is
    no main road; ``houses`` (n, 2) with ``footprint`` in square metres; ``built``: land that is lived on, one shape or none."""

    ways: list[Floats]
    local: float
    houses: Floats
    footprint: Floats
    built: BaseGeometry | None


NOTHING = LivedGround([], 0.0, np.empty((0, 2)), np.empty(0), None)


@lru_cache(maxsize=2)
def lived_ground(base: BaseMap, box: Box, crs: int) -> LivedGround:
    """What lies in a box (degrees). Reads all its tiles: some 5 s for a city of 100,000, for jobs alone."""
    zoom = base.zooms[1]
    tiles = tiles_in(box, zoom)
    if zoom < LEAST_ZOOM or len(tiles) > MOST_TILES:
        return NOTHING
    found: dict[str, list[tuple[str, BaseGeometry]]] = defaultdict(list)
    for x, y in tiles:
        for part, kind, shape in _of_tile(base, zoom, x, y):
            found[part].append((kind, shape))
    lines = [(kind, to_metric(shape, crs)) for kind, shape in found["way"] if kind not in CLOSED]
    whole = sum(shape.length for _kind, shape in lines)
    local = sum(shape.length for kind, shape in lines if kind not in MAIN)
    houses, footprint = _houses(found["house"], found["land"], crs)
    built = [to_metric(shape, crs) for kind, shape in found["land"] if kind in LIVED_IN]
    return LivedGround(
        _noded([shape for _kind, shape in lines]), local / whole if whole else 0.0, houses, footprint,
        shapely.union_all(shapely.make_valid(np.array(built, dtype=object))) if built else None,
    )  # fmt: skip


def _noded(lines: list[BaseGeometry]) -> list[Floats]:
    if not lines:
        return []
    joined = shapely.union_all(np.array(lines, dtype=object), grid_size=SNAP)
    return [shapely.get_coordinates(part) for part in shapely.get_parts(joined) if part.length > 0]


def _houses(
    buildings: list[tuple[str, BaseGeometry]], land: list[tuple[str, BaseGeometry]], crs: int
) -> tuple[Floats, Floats]:
    """Middles and footprints of the buildings in which people may live."""
    shapes = np.array(
        [to_metric(shape, crs) for kind, shape in buildings if kind not in NO_HOUSE], dtype=object
    )
    if not len(shapes):
        return np.empty((0, 2)), np.empty(0)
    middles = shapely.centroid(shapes)
    kept = shapely.area(shapes) >= LEAST_HOUSE
    others = [to_metric(shape, crs) for kind, shape in land if kind in NOBODY_LIVES]
    if others:
        tree = shapely.STRtree(np.array(others, dtype=object))
        kept[np.unique(tree.query(middles, predicate="intersects")[0])] = False
    return shapely.get_coordinates(middles[kept]), shapely.area(shapes[kept])


def _of_tile(base: BaseMap, zoom: int, x: int, y: int) -> Iterator[tuple[str, str, BaseGeometry]]:
    """Part, class and shape in degrees. Areas are cut at the border of the tile, ways reach over it and so meet those beyond."""
    content = plain(base.tile(zoom, x, y))
    if not content:
        return
    key = "class" if base.schema == OWN else kind_key(base)
    for name, layer in mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}).items():
        part = LAYERS.get(name)
        if part is None:
            continue
        scale = EXTENT / layer["extent"]
        for feature in layer["features"]:
            shape = shapely.geometry.shape(feature["geometry"])
            if shapely.get_dimensions(shape) != (1 if part == "way" else 2):
                continue
            shape = shapely.transform(shape, lambda xy, by=scale: xy * by)
            if part != "way":
                shape = _cut(shape)
            if not shape.is_empty:
                yield part, str(_word(feature, key)), shapely.transform(shape, lambda xy: in_degrees(xy, zoom, x, y))  # fmt: skip


def _word(feature: dict[str, Any], key: str) -> Any:
    return feature["properties"].get(key, "")


def _cut(shape: BaseGeometry) -> BaseGeometry:
    return shapely.clip_by_rect(shapely.make_valid(shape), 0, 0, EXTENT, EXTENT)
