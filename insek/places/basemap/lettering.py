"""Names of the base map on still pictures: main streets along their course, squares, stations, quarters, without clutter.

What says most comes first: places that people orient themselves by, then streets by their class. A name stands only where it
is free of others and of the names of districts, a street's only where the street is long and straight enough for it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import mapbox_vector_tile
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from ..picture import Projection
from .archive import OWN, BaseMap, plain
from .openstreetmap import Box
from .shapes import EXTENT, MOST_TILES, in_degrees, kind_key, tiles_in, zoom_for

MOST = 18
"""Names of the base map in a picture."""
SIZE = 11.5
LETTER = 6.1
"""Pixels of a letter, about, at that size."""
TALL = 15
BENT = 0.32
"""How far a street may run beside the straight line of its name, as a share of the height of its letters."""
TRIES = 14
FREE = 5
"""Pixels around a name."""
DISTRICT_LETTER, DISTRICT_TALL, DISTRICT_SHIFT = 7.4, 18, 5
"""Room of the name of a district, which a page may shift a little up or down (picture.py)."""

_PLACES = {
    "station": (0, 60), "city": (1, 60), "town": (1, 60), "village": (1, 60), "suburb": (2, 60), "quarter": (2, 60), "square": (3, 9),
    "water": (4, 14), "green": (4, 14), "hamlet": (5, 22), "landmark": (7, 4), "locality": (1, 60), "neighbourhood": (2, 60),
}  # fmt: skip
"""By class: the order, and the metres of a pixel from which on they are too fine."""
_ROADS = {
    "motorway": (1, 60), "trunk": (1, 60), "primary": (3, 30), "secondary": (4, 20), "tertiary": (5, 9), "pedestrian": (6, 4),
    "residential": (8, 3), "highway": (1, 60), "major_road": (3, 30), "medium_road": (5, 9), "minor_road": (8, 3),
}  # fmt: skip
_BY_NUMBER = {"motorway", "trunk", "highway"}
"""Roads that are known by their number."""


@dataclass(frozen=True)
class DistrictLabel:
    """The name of a district as it stands in the picture of the whole city."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Lettered:
    """A name and where it stands, in the pixels of the picture of the whole city."""

    text: str
    x: float
    y: float
    angle: float
    box: BaseGeometry


@dataclass(frozen=True)
class Named:
    order: int
    text: str
    shape: BaseGeometry
    """In degrees."""


def names_svg(
    base: BaseMap,
    paper: Projection,
    frame: tuple[float, float, float, float],
    scale: float,
    metres: float,
    districts: Sequence[DistrictLabel],
) -> str:
    """The group of names (``namen``) for a part of the picture whose letters are ``scale`` as large as those of the whole."""
    texts = []
    for one in lettered(base, paper, frame, scale, metres, districts):
        turn = f' transform="rotate({one.angle:.0f} {one.x:.5g} {one.y:.5g})"' if abs(one.angle) >= 1 else ""
        texts.append(f'<text x="{one.x:.5g}" y="{one.y:.5g}" dy=".35em"{turn}>{escape(one.text)}</text>')
    return (
        f'<g id="namen" font-size="{SIZE * scale:.3g}" text-anchor="middle" fill="var(--map-name)" stroke="var(--map-halo)"'
        f' stroke-width="{3 * scale:.3g}" stroke-linejoin="round" paint-order="stroke">{"".join(texts)}</g>'
    )


def lettered(
    base: BaseMap,
    paper: Projection,
    frame: tuple[float, float, float, float],
    scale: float,
    metres: float,
    districts: Sequence[DistrictLabel],
) -> list[Lettered]:
    """The names that fit, best first; ``metres`` are those of a pixel as it is seen."""
    left, top, width, height = frame
    west, north = paper.position(left, top)
    east, south = paper.position(left + width, top + height)
    inside = shapely.box(left, top, left + width, top + height).buffer(-4 * scale)
    shapely.prepare(inside)
    taken = [_district_box(one, scale) for one in districts]
    known = {part.casefold() for one in districts for part in (one.text, *one.text.split("/"))}
    found: list[Lettered] = []
    for named in named_in(base, (west, south, east, north), metres):
        if len(found) >= MOST:
            break
        if named.text.casefold() in known:
            continue
        shape = shapely.transform(named.shape, lambda xy: [paper.place(x, y) for x, y in xy])
        for placed in _places(named.text, shape, scale):
            if inside.contains(placed.box) and not any(placed.box.intersects(other) for other in taken):
                found.append(placed)
                taken.append(placed.box.buffer(FREE * scale))
                known.add(named.text.casefold())
                break
    return found


def _district_box(one: DistrictLabel, scale: float) -> BaseGeometry:
    half, up = DISTRICT_LETTER * len(one.text) / 2 * scale, (DISTRICT_TALL / 2 + DISTRICT_SHIFT) * scale
    return shapely.box(one.x - half, one.y - 4 - up, one.x + half, one.y - 4 + up)


def _places(text: str, shape: BaseGeometry, scale: float) -> Iterator[Lettered]:
    """Where a name may stand: on its point, or along its line where this is straight enough, from the middle outwards."""
    wide, tall = LETTER * len(text) * scale, TALL * scale
    if shapely.get_dimensions(shape) == 0:
        x = shape.x
        for y in (shape.y, shape.y - tall * 0.8, shape.y + tall * 0.8):
            yield Lettered(text, x, y, 0, shapely.box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2))
        return
    lines = [
        one for one in shapely.get_parts(shape) if one.geom_type == "LineString" and one.length >= wide * 1.05
    ]
    for line in sorted(lines, key=lambda one: -one.length):
        room = line.length - wide
        for number in range(TRIES):
            begin = room * (0.5 + (number + 1) // 2 * (-1) ** number / TRIES)
            piece = substring(line, begin, begin + wide)
            (x1, y1), (x2, y2) = piece.coords[0], piece.coords[-1]
            chord = shapely.LineString([(x1, y1), (x2, y2)])
            if shapely.hausdorff_distance(piece, chord) > BENT * tall:
                continue
            angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
            angle -= 180 * round(angle / 180)
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            flat = shapely.box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
            yield Lettered(text, x, y, angle, affinity.rotate(flat, angle, origin=(x, y)))


@lru_cache(maxsize=16)
def named_in(base: BaseMap, box: Box, metres: float) -> tuple[Named, ...]:
    """What has a name in a box (degrees) and is not too fine for it, what says most first."""
    zoom = min(max(zoom_for(metres, (box[1] + box[3]) / 2) + 1, base.zooms[0]), base.zooms[1])
    while zoom > base.zooms[0] and len(tiles_in(box, zoom)) > MOST_TILES:
        zoom -= 1
    points: dict[tuple[int, str], BaseGeometry] = {}
    lines: dict[tuple[int, str], list[BaseGeometry]] = defaultdict(list)
    for x, y in tiles_in(box, zoom):
        for order, text, shape in _of_tile(base, zoom, x, y, metres):
            if shapely.get_dimensions(shape) == 0:
                points.setdefault((order, text), shapely.get_parts(shape)[0])
            else:
                lines[order, text].append(shape)
    found = [Named(order, text, shape) for (order, text), shape in points.items()]
    for (order, text), pieces in lines.items():
        found.append(Named(order, text, shapely.line_merge(shapely.union_all(pieces))))
    return tuple(sorted(found, key=lambda one: (one.order, -shapely.length(one.shape), one.text)))


def _of_tile(
    base: BaseMap, zoom: int, x: int, y: int, metres: float
) -> Iterator[tuple[int, str, BaseGeometry]]:
    """Order, words and shape in degrees of what has a name in a tile."""
    content = plain(base.tile(zoom, x, y))
    if not content:
        return
    own = base.schema == OWN
    key = "class" if own else kind_key(base)
    classes = {"place": _PLACES, "road": _ROADS} if own else {"places": _PLACES, "roads": _ROADS}
    for layer, features in mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}).items():
        known = classes.get(layer)
        if not known:
            continue
        by = EXTENT / features["extent"]
        for feature in features["features"]:
            said = feature["properties"]
            kind = str(said.get(key, ""))
            detail = str(said.get(f"{key}_detail", ""))  # village of a locality, tertiary of a major road
            kind = detail if not own and detail in known else kind
            order, coarsest = known.get(kind, (0, 0))
            text = str((said.get("ref") if kind in _BY_NUMBER else "") or said.get("name") or "")
            if metres > coarsest or not 1 < len(text) <= 40:
                continue
            shape = shapely.transform(shapely.geometry.shape(feature["geometry"]), lambda xy, by=by: xy * by)
            if shapely.get_dimensions(shape) == 2:
                continue
            cut = shapely.clip_by_rect(shape, 0, 0, EXTENT, EXTENT)
            if not cut.is_empty:
                yield order, text, shapely.transform(cut, lambda xy: in_degrees(xy, zoom, x, y))
