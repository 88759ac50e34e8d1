"""The base map for the maps of a report and for map sheets (``insek.engines.report.base_map``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import to_degrees, to_metric
from insek.engines.report.base_map import PaperBase
from insek.engines.report.sheet_map import SheetName

from ..models import District
from .archive import BaseMap, current_base_map
from .lettering import named_in
from .openstreetmap import Box
from .shapes import base_shapes, zoom_for

FINE = 0.5
"""Points of the map by which a line may be off."""
SMALLEST = 2.0
"""Square points below which an area is left out."""
METRES = 111_320
MOST_NAMES = 400
"""Names that are tried on a sheet."""


def paper_base(rows: Sequence[District], size: float) -> PaperBase | None:
    """What lies below a map of the city that is ``size`` points large; None without a base map or an outline."""
    return paper_base_of([row.geometry for row in rows if row.geometry is not None], size)


def paper_base_of(shapes: Sequence[BaseGeometry], size: float) -> PaperBase | None:
    """The same below outlines that come from elsewhere, such as those that an edition holds."""
    base = current_base_map()
    if base is None or not shapes:
        return None
    west, south, east, north = (float(value) for value in shapely.total_bounds(shapes))
    return _paper_base(base, (west, south, east, north), size)


@dataclass(frozen=True)
class SheetBase:
    """What lies below the map of a sheet, in metres of the city's plane: by part its areas and lines, and names, best first."""

    areas: dict[str, BaseGeometry]
    lines: dict[str, BaseGeometry]
    names: list[SheetName]
    credit: str


def sheet_base(seen: Box, crs: int, metres: float) -> SheetBase | None:
    """The base map in a box in metres whose point has so many metres; None without a base map. 0.1 to 0.5 s."""
    base = current_base_map()
    if base is None:
        return None
    west, south, east, north = to_degrees(shapely.box(*seen), crs).bounds
    box = (float(west), float(south), float(east), float(north))
    shapes = base_shapes(base, box, zoom_for(metres, (south + north) / 2))
    names = named_in(base, box, metres)
    return SheetBase(
        {part: to_metric(shape, crs) for part, shape in shapes.areas.items()},
        {part: to_metric(shape, crs) for part, shape in shapes.lines.items()},
        [SheetName(one.text, to_metric(one.shape, crs)) for one in names[:MOST_NAMES]],
        " · ".join(base.about.attribution),
    )


@lru_cache(maxsize=8)
def _paper_base(base: BaseMap, box: Box, size: float) -> PaperBase:
    west, south, east, north = box
    latitude = (south + north) / 2
    span = max((east - west) * math.cos(math.radians(latitude)), north - south)
    point = span / size  # degrees of latitude
    found = base_shapes(base, box, zoom_for(point * METRES, latitude))
    areas, lines = {}, {}
    for part, shape in found.areas.items():
        kept = [one for one in _simple(shape, box, point) if one.area >= SMALLEST * point**2]
        areas[part] = [[list(ring.coords) for ring in (one.exterior, *one.interiors)] for one in kept]
    for part, shape in found.lines.items():
        lines[part] = [list(one.coords) for one in _simple(shape, box, point) if one.length >= 2 * point]
    return PaperBase(areas, lines, " · ".join(base.about.attribution))


def _simple(shape: BaseGeometry, box: Box, point: float) -> list[BaseGeometry]:
    parts = shapely.get_parts(shapely.simplify(shapely.clip_by_rect(shape, *box), FINE * point))
    return [one for one in parts if one.geom_type in {"Polygon", "LineString"}]
