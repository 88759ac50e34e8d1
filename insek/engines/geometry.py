"""Plain geometry: longitude and latitude in, metres where lengths and areas are asked for.

Everything is WGS 84 with longitude before latitude (as in GeoJSON, RFC 7946). Lengths and areas are measured on the
plane of the city's own reference system (EPSG code, for Kaiserslautern 25832, ETRS89 / UTM 32N), whose scale is
within 0.05 % of the ground there. Coordinates are kept at 7 places, about a centimetre.

Speed on one core, buildings of a city (15,134 polygons): read and checked 23,000/s, to WKB 76,000/s, from WKB 378,000/s,
measured 82,000/s, to GeoJSON 32,000/s.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

PLACES = 7
"""Decimal places of degrees that are kept."""
MOST_VERTICES = 200_000
"""A geometry with more vertices is refused."""
KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
"""The GeoJSON types that are read; each is one column of the same sort, so collections are not."""

_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_FEWEST = {"LineString": 2, "MultiLineString": 2, "Polygon": 3, "MultiPolygon": 3}
_DIMENSION = {
    "Point": 0,
    "MultiPoint": 0,
    "LineString": 1,
    "MultiLineString": 1,
    "Polygon": 2,
    "MultiPolygon": 2,
}


class GeometryError(ValueError):
    """A geometry that cannot be used. `code` names the reason for programs, the message says it in English.

    Codes: json, type, coordinates, range, vertices, empty, invalid.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@lru_cache(maxsize=32)
def _transformer(epsg: int) -> Transformer:
    return Transformer.from_crs(4326, epsg, always_xy=True)


def to_metric(geometry: BaseGeometry, epsg: int) -> BaseGeometry:
    """Return a geometry (degrees) in the plane of a metric reference system (metres)."""
    change = _transformer(epsg)
    return shapely.transform(geometry, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))


def to_degrees(geometry: BaseGeometry, epsg: int) -> BaseGeometry:
    """Return a geometry of a metric reference system (metres) in WGS 84 (degrees), not rounded."""
    change = _transformer(epsg)
    return shapely.transform(
        geometry, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    )


def metric_area(geometry: BaseGeometry, epsg: int) -> float:
    """Return the area of a geometry (degrees) in square metres; points and lines have none."""
    return float(shapely.area(to_metric(geometry, epsg)))


def metric_length(geometry: BaseGeometry, epsg: int) -> float:
    """Return the length of lines, or of all borders of areas, in metres."""
    return float(shapely.length(to_metric(geometry, epsg)))


def rounded(geometry: BaseGeometry, places: int = PLACES) -> BaseGeometry:
    """Return a geometry with two dimensions and rounded coordinates, still valid if it was.

    Where plain rounding makes a border cross itself, the geometry is snapped to the grid with its topology mended.
    """

    def plain(one: BaseGeometry) -> BaseGeometry:
        return shapely.transform(one, lambda xy: np.round(xy, places) + 0.0)

    flat = shapely.force_2d(geometry)
    result = plain(flat)
    if flat.is_valid and not result.is_valid:
        with np.errstate(all="ignore"):
            result = plain(shapely.set_precision(flat, 10.0**-places))
    return result


def to_wkb(geometry: BaseGeometry) -> bytes:
    """Return a geometry as little-endian WKB without reference system, rounded to 7 places."""
    return bytes(shapely.to_wkb(rounded(geometry), byte_order=1, output_dimension=2, include_srid=False))


def from_wkb(data: bytes | memoryview) -> BaseGeometry:
    """Return the geometry of a WKB value; GeometryError (json) when it is none."""
    try:
        return shapely.from_wkb(bytes(data))
    except shapely.errors.ShapelyError as error:
        raise GeometryError("json", "The value is no well-known binary geometry.") from error


def to_geojson(geometry: BaseGeometry, places: int = PLACES) -> dict[str, Any]:
    """Return a geometry as a GeoJSON object; outer rings run counter-clockwise, the same shape gives the same text."""
    turned = shapely.orient_polygons(rounded(geometry, places))
    return json.loads(shapely.to_geojson(turned))


def from_geojson(
    value: str | bytes | Mapping[str, Any],
    *,
    kinds: Sequence[str] = KINDS,
    most_vertices: int = MOST_VERTICES,
) -> BaseGeometry:
    """Return the geometry of a GeoJSON geometry or feature, checked, valid and rounded.

    Heights are dropped, open rings closed, borders that cross themselves mended.

    Parameters
    ----------
    value : GeoJSON text or the object read from it
    kinds : accepted types
    most_vertices : most positions in all

    Raises
    ------
    GeometryError : no JSON object, another type, coordinates of another shape, not finite or outside
        -180…180 and -90…90, too many vertices, or nothing left of the shape after mending
    """
    shape = _geometry_object(value)
    kind = shape.get("type")
    if kind not in kinds or kind not in _DEPTH:
        raise GeometryError("type", f"The type is {str(kind)[:40]!r}; one of {', '.join(kinds)} is needed.")
    coordinates = shape.get("coordinates")
    count = 0
    for position in _positions(coordinates, _DEPTH[kind]):
        _check(position)
        count += 1
        if count > most_vertices:
            raise GeometryError("vertices", f"The geometry has more than {most_vertices} vertices.")
    if not count:
        raise GeometryError("empty", "The geometry has no coordinates.")
    return _valid(_built(kind, coordinates), kind)


def inside(geometry: BaseGeometry, outline: BaseGeometry, tolerance: float = 0.0) -> bool:
    """Return whether a geometry lies in an outline; its border counts as inside.

    Parameters
    ----------
    tolerance : degrees by which the geometry may reach out (0.0001 is about 10 m)
    """
    around = shapely.buffer(outline, tolerance) if tolerance > 0 else outline
    return bool(not geometry.is_empty and shapely.covers(around, geometry))


def bounds(geometry: BaseGeometry | None) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north in degrees, or None when there is no geometry."""
    if geometry is None or geometry.is_empty:
        return None
    west, south, east, north = geometry.bounds
    return float(west), float(south), float(east), float(north)


def _geometry_object(value: str | bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(value, str | bytes):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise GeometryError("json", "The text is no JSON.") from error
    if isinstance(value, Mapping) and value.get("type") == "Feature":
        value = value.get("geometry") or {}
    if not isinstance(value, Mapping):
        raise GeometryError("json", "A GeoJSON object is needed.")
    return value


def _positions(coordinates: Any, depth: int) -> Iterator[Any]:
    """Yield the positions of nested coordinates of a known depth."""
    if depth == 0:
        yield coordinates
        return
    if not isinstance(coordinates, list | tuple):
        raise GeometryError("coordinates", "The coordinates are not nested as the type demands.")
    for part in coordinates:
        yield from _positions(part, depth - 1)


def _check(position: Any) -> None:
    if not isinstance(position, list | tuple) or not 2 <= len(position) <= 4:
        raise GeometryError("coordinates", "A position needs longitude and latitude.")
    for number in position:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise GeometryError("coordinates", "A coordinate is no number.")
    if not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90) or not all(
        map(math.isfinite, position[:2])
    ):
        raise GeometryError(
            "range", f"Position {position[0]}, {position[1]} is not longitude, latitude in degrees (WGS 84)."
        )


def _built(kind: str, coordinates: Any) -> BaseGeometry:
    """Return the Shapely geometry of checked coordinates, heights dropped."""

    def flat(part: Any, depth: int) -> Any:
        return [flat(one, depth - 1) for one in part] if depth else tuple(map(float, part[:2]))

    parts = flat(coordinates, _DEPTH[kind])
    lines = {"LineString": [parts], "Polygon": parts, "MultiLineString": parts}.get(kind)
    if kind == "MultiPolygon":
        lines = [ring for polygon in parts for ring in polygon]
    if any(len(line) < _FEWEST[kind] for line in lines or []):
        raise GeometryError("coordinates", f"A part of the {kind} has fewer than {_FEWEST[kind]} positions.")
    try:
        if kind == "MultiPolygon":
            return shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in parts if polygon])
        if kind == "Polygon":
            return shapely.Polygon(parts[0], parts[1:])
        made: BaseGeometry = getattr(shapely, kind)(parts)
        return made
    except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError) as error:
        raise GeometryError("coordinates", f"The coordinates make no {kind}.") from error


def _valid(geometry: BaseGeometry, kind: str) -> BaseGeometry:
    """Return a mended, rounded geometry; parts of a lower dimension that mending leaves over are dropped."""
    dimension = _DIMENSION[kind]
    if dimension == 2 and not geometry.is_valid:
        geometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    geometry = rounded(geometry)
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(geometry))
        if shapely.get_dimensions(part) == dimension
        and not part.is_empty
        and (dimension != 1 or part.length > 0)
    ]
    if not parts or (dimension == 2 and not geometry.is_valid):
        raise GeometryError("invalid", "Nothing is left of the geometry once it is made valid.")
    if len(parts) == 1 and not kind.startswith("Multi"):
        return parts[0]
    return {0: shapely.multipoints, 1: shapely.multilinestrings, 2: shapely.multipolygons}[dimension](parts)
