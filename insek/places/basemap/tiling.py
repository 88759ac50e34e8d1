"""From the features of a base map to vector tiles: zoom 8 to 14, nearer ones are drawn from those of zoom 14.

What is far is told roughly: only large areas and main roads, areas of one class grown together, lines simplified to less than a
pixel, nothing that would be smaller than a pixel. One file in the format PMTiles, version 3, tiles packed with gzip.
"""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .features import LAYERS, BaseAbout, BaseFeature
from .openstreetmap import Box

LEAST_ZOOM, MOST_ZOOM = 8, 14
EXTENT = 4096
PIXEL = 8
"""Units of a tile that are one pixel when a tile is drawn 512 pixels wide."""
BUFFER = 64
"""Units that geometry reaches over the border of a tile, so that lines meet."""
ROUGH, FINE = 0.75 * PIXEL, 1.0
"""Units by which a line may be off, below the last zoom and in it."""
GROWN_TOGETHER = 12
"""Up to this zoom areas of one class are one."""
SCHEMA = 1

FIRST_ZOOM = {
    "landuse": {"": 8, "square": 13, "meadow": 10, "farmland": 10, "public": 11, "sport": 11, "garden": 11},
    "wood": {"": 8, "scrub": 11},
    "water": {"": 8},
    "waterway": {"": 12, "river": 8, "canal": 10, "stream": 12},
    "rail": {"": 9, "light_rail": 12, "siding": 13, "disused": 13},
    "road": {
        "": 12, "motorway": 8, "trunk": 8, "primary": 8, "secondary": 10, "tertiary": 11, "service": 13, "track": 13,
        "cycleway": 14, "path": 14,
    },
    "building": {"": 14},
    "place": {
        "": 14, "city": 8, "town": 8, "village": 9, "suburb": 10, "quarter": 11, "hamlet": 11, "locality": 13, "station": 11,
        "square": 13, "landmark": 13, "junction": 12, "stop": 14,
    },
    "boundary": {"": 8, "district": 11},
}  # fmt: skip
"""The zoom from which a class is in the tiles; "" for every other class of the layer."""
LEAST_AREA = {"landuse": 6.0, "wood": 6.0, "water": 3.0, "building": 0.25, "boundary": 6.0}
"""Square pixels below which an area is left out."""
LEAST_LENGTH = 3
"""Pixels below which a line is left out, unless the zoom is the last."""
NAMED_AREAS = {"park": "green", "cemetery": "green", "garden": "green", "sport": "green"}
"""Land use whose name stands on the map."""
LEAST_NAMED = {"green": 8_000, "wood": 60_000, "water": 3_000}
"""Square metres from which an area is named."""


@dataclass(frozen=True)
class _Row:
    """What of a feature the tiles say beside its shape."""

    kind: str
    name: str = ""
    ref: str = ""
    number: str = ""

    def properties(self) -> dict[str, str]:
        said = {"class": self.kind, "name": self.name, "ref": self.ref, "number": self.number}
        return {key: value for key, value in said.items() if value}


@dataclass
class _Table:
    """The features of a layer in the plane of Web Mercator, the world being one unit wide."""

    rows: list[_Row]
    shapes: np.ndarray[Any, Any]


def write_tiles(
    features: Iterable[BaseFeature],
    about: BaseAbout,
    target: Path,
    *,
    box: Box | None = None,
    title: str = "",
    said: Callable[[int, int], object] = lambda _done, _of: None,
) -> int:
    """Write the tiles of what meets a box; returns how many features there were. ``said`` hears the zooms done.

    Without features nothing is written and 0 returned.
    """
    from pmtiles.tile import zxy_to_tileid
    from pmtiles.writer import Writer

    tables, count = _tables(features, box)
    if not count:
        return 0
    extent = box or _extent(tables)
    tiles: dict[tuple[int, int, int], dict[str, list[dict[str, Any]]]] = {}
    with target.open("wb") as file:
        writer = Writer(file)
        zooms = range(LEAST_ZOOM, MOST_ZOOM + 1)
        for done, z in enumerate(zooms):
            said(done, len(zooms))
            tiles = defaultdict(dict)
            for layer in LAYERS:
                if layer in tables:
                    for (x, y), found in _of_zoom(layer, tables[layer], z):
                        tiles[z, x, y][layer] = found
            for place in sorted(tiles, key=lambda place: zxy_to_tileid(*place)):
                writer.write_tile(zxy_to_tileid(*place), _encoded(tiles[place]))
        said(len(zooms), len(zooms))
        writer.finalize(_header(extent), _metadata(about, title, extent, count))
    return count


def _encoded(layers: dict[str, list[dict[str, Any]]]) -> bytes:
    tile = mapbox_vector_tile.encode(
        [{"name": name, "features": found} for name, found in layers.items()],
        default_options={"y_coord_down": True, "extents": EXTENT, "check_winding_order": False},
    )
    return gzip.compress(tile, 6, mtime=0)


def _header(extent: Box) -> dict[str, Any]:
    from pmtiles.tile import Compression, TileType

    west, south, east, north = (round(value * 1e7) for value in extent)
    return {
        "tile_type": TileType.MVT, "tile_compression": Compression.GZIP,
        "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
        "center_zoom": 12, "center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2,
    }  # fmt: skip


def _metadata(about: BaseAbout, title: str, extent: Box, count: int) -> dict[str, Any]:
    fields = {"class": "String", "name": "String", "ref": "String", "number": "String"}
    return {
        "name": title,
        "attribution": " · ".join(about.attribution),
        "type": "baselayer",
        "vector_layers": [
            {"id": layer, "fields": fields, "minzoom": LEAST_ZOOM, "maxzoom": MOST_ZOOM} for layer in LAYERS
        ],
        "insek": {
            "schema": SCHEMA,
            "attribution": list(about.attribution),
            "licence": list(about.licence),
            "source": list(about.source),
            "as_of": about.as_of,
            "note": list(about.note),
            "extent": list(extent),
            "features": count,
        },
    }


# --- features to tables --------------------------------------------------------------------------------------------------


def _tables(features: Iterable[BaseFeature], box: Box | None) -> tuple[dict[str, _Table], int]:
    """The features by layer, cut to the box, lines of one street joined, names of areas as points."""
    rows: dict[str, list[_Row]] = defaultdict(list)
    shapes: dict[str, list[BaseGeometry]] = defaultdict(list)
    count = 0

    def add(layer: str, row: _Row, shape: BaseGeometry) -> None:
        rows[layer].append(row)
        shapes[layer].append(shape)

    for one in features:
        count += 1
        add(one.layer, _Row(one.kind, one.name, one.ref, one.number), one.geometry)
        kind = NAMED_AREAS.get(one.kind, "") if one.layer == "landuse" else one.layer
        if one.name and kind in LEAST_NAMED and _square_metres(one.geometry) >= LEAST_NAMED[kind]:
            add("place", _Row(kind, one.name), shapely.point_on_surface(one.geometry))
    tables = {}
    for layer, found in shapes.items():
        drawn = np.array(found, dtype=object)
        if box:
            drawn = _cut(drawn, box)
        kept = ~(shapely.is_missing(drawn) | shapely.is_empty(drawn))
        table = _Table(
            [row for row, keep in zip(rows[layer], kept, strict=True) if keep],
            shapely.transform(drawn[kept], _mercator),
        )
        tables[layer] = _joined(table) if layer in {"road", "rail", "waterway"} else table
    return tables, count if any(len(table.rows) for table in tables.values()) else 0


def _cut(shapes: np.ndarray[Any, Any], box: Box) -> np.ndarray[Any, Any]:
    bounds = shapely.bounds(shapes)
    west, south, east, north = box
    outside = (bounds[:, 0] < west) | (bounds[:, 1] < south) | (bounds[:, 2] > east) | (bounds[:, 3] > north)
    cut = shapes.copy()
    cut[outside] = shapely.clip_by_rect(shapely.make_valid(shapes[outside]), *box)
    return cut


def _square_metres(shape: BaseGeometry) -> float:
    """The area of a shape in degrees, near enough to say whether it is large."""
    latitude = math.radians(shape.bounds[1])
    return float(shape.area * 111_320**2 * math.cos(latitude))


def _joined(table: _Table) -> _Table:
    """Pieces of line with the same words grown together where they meet."""
    groups: dict[_Row, list[int]] = defaultdict(list)
    for number, row in enumerate(table.rows):
        groups[row].append(number)
    rows: list[_Row] = []
    shapes: list[BaseGeometry] = []
    for row, numbers in groups.items():
        parts = shapely.get_parts(table.shapes[numbers])
        lines = parts[shapely.get_type_id(parts) == 1]
        merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))) if len(lines) else []
        rows += [row] * len(merged)
        shapes += list(merged)
    return _Table(rows, np.array(shapes, dtype=object))


def _mercator(xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    latitude = np.radians(np.clip(xy[:, 1], -85, 85))
    return np.column_stack(((xy[:, 0] + 180) / 360, (1 - np.arcsinh(np.tan(latitude)) / math.pi) / 2))


def _extent(tables: dict[str, _Table]) -> Box:
    west, north, east, south = shapely.total_bounds(
        [shape for table in tables.values() for shape in table.shapes]
    )

    def latitude(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row))))

    return west * 360 - 180, latitude(south), east * 360 - 180, latitude(north)


# --- tables to tiles of a zoom -------------------------------------------------------------------------------------------


def _of_zoom(layer: str, table: _Table, z: int) -> Iterator[tuple[tuple[int, int], list[dict[str, Any]]]]:
    """The features of a layer in each tile of a zoom."""
    first = FIRST_ZOOM[layer]
    chosen = [number for number, row in enumerate(table.rows) if first.get(row.kind, first[""]) <= z]
    if not chosen:
        return
    scale = 2.0**z * EXTENT
    shapes = shapely.transform(table.shapes[chosen], lambda xy: xy * scale)
    rows: Sequence[_Row] = [table.rows[number] for number in chosen]
    if layer in {"landuse", "wood", "water"} and z <= GROWN_TOGETHER:
        rows, shapes = _grown_together(rows, shapes)
    rows, shapes = _simplified(layer, rows, shapes, z)
    yield from _in_tiles(rows, shapes)


def _grown_together(
    rows: Sequence[_Row], shapes: np.ndarray[Any, Any]
) -> tuple[list[_Row], np.ndarray[Any, Any]]:
    """Areas of one class as one, with gaps below a pixel closed (a street through a wood)."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        groups[row.kind].append(number)
    made: list[_Row] = []
    areas: list[BaseGeometry] = []
    for kind, numbers in groups.items():
        large = shapes[numbers]
        large = large[shapely.area(large) > PIXEL**2]
        grown = shapely.union_all(shapely.buffer(large, PIXEL, quad_segs=1, join_style="mitre"))
        parts = shapely.get_parts(shapely.buffer(grown, -PIXEL, quad_segs=1, join_style="mitre"))
        made += [_Row(kind)] * len(parts)
        areas += list(parts)
    return made, np.array(areas, dtype=object)


def _simplified(
    layer: str, rows: Sequence[_Row], shapes: np.ndarray[Any, Any], z: int
) -> tuple[list[_Row], np.ndarray[Any, Any]]:
    """Simplified to less than a pixel, without what is too small to be seen; the largest areas first."""
    if layer == "place":
        return list(rows), shapes
    drawn = shapely.simplify(shapes, FINE if z == MOST_ZOOM else ROUGH, preserve_topology=layer != "building")
    dimensions = shapely.get_dimensions(drawn)
    area, length = shapely.area(drawn), shapely.length(drawn)
    kept = ~shapely.is_empty(drawn)
    kept &= (dimensions != 2) | (area >= LEAST_AREA.get(layer, 0) * PIXEL**2)
    kept &= (dimensions != 1) | (z == MOST_ZOOM) | (length >= LEAST_LENGTH * PIXEL)
    order = np.flatnonzero(kept)
    if layer in {"landuse", "water"}:
        order = order[np.argsort(-area[order], kind="stable")]
    return [rows[int(number)] for number in order], drawn[order]


def _in_tiles(
    rows: Sequence[_Row], shapes: np.ndarray[Any, Any]
) -> Iterator[tuple[tuple[int, int], list[dict[str, Any]]]]:
    if not len(rows):
        return
    bounds = shapely.bounds(shapes)
    west, north = np.floor((bounds[:, :2] - BUFFER) / EXTENT).astype(int).T
    east, south = np.floor((bounds[:, 2:] + BUFFER) / EXTENT).astype(int).T
    tiles: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number in range(len(rows)):
        for x in range(west[number], east[number] + 1):
            for y in range(north[number], south[number] + 1):
                tiles[x, y].append(number)
    for (x, y), numbers in tiles.items():
        found = _cut_out(shapes[numbers], bounds[numbers], x * EXTENT, y * EXTENT)
        features = [
            {"geometry": shape, "properties": rows[number].properties()}
            for number, shape in zip(numbers, found, strict=True)
            if shape is not None and not shape.is_empty
        ]
        if features:
            yield (x, y), features


def _cut_out(
    shapes: np.ndarray[Any, Any], bounds: np.ndarray[Any, Any], left: int, top: int
) -> np.ndarray[Any, Any]:
    """The parts of shapes in a tile, in its whole units, outer rings as the format wants them."""
    low = np.array([left - BUFFER, top - BUFFER])
    high = np.array([left + EXTENT + BUFFER, top + EXTENT + BUFFER])
    over = (bounds[:, :2] < low).any(axis=1) | (bounds[:, 2:] > high).any(axis=1)
    cut = shapes.copy()
    cut[over] = shapely.clip_by_rect(cut[over], *low, *high)
    cut = shapely.transform(cut, lambda xy: np.round(xy - (left, top)))
    for number in np.flatnonzero(
        shapely.get_type_id(cut) == 7
    ):  # an area that also touches the border in a line
        parts = shapely.get_parts(cut[number])
        cut[number] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return np.asarray(shapely.orient_polygons(cut))
