"""Areas as they are kept: checked, in one canonical order of points, seven places."""

from __future__ import annotations

from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

PRECISION = 1e-7
PLACES = 7
MOST_POINTS = 200_000


def fault_of(area: BaseGeometry) -> str:
    """What is wrong with an area in WGS 84, in one phrase; empty when it is good."""
    if area.geom_type not in {"Polygon", "MultiPolygon"}:
        return _("sie ist kein Polygon, sondern %(kind)s") % {"kind": area.geom_type}
    if area.is_empty:
        return _("sie ist leer")
    if shapely.get_num_coordinates(area) > MOST_POINTS:
        return _("sie hat mehr als %(limit)s Punkte") % {"limit": MOST_POINTS}
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return _("ihre Koordinaten sind keine Längen- und Breitengrade")
    if not area.is_valid:
        return _("ihre Linie ist nicht gültig (%(reason)s)") % {"reason": shapely.is_valid_reason(area)}
    return ""


def canonical(area: BaseGeometry) -> BaseGeometry:
    """The area in two dimensions with seven places, points in one order however it was drawn."""
    flat = shapely.set_precision(shapely.force_2d(area), PRECISION)
    return shapely.orient_polygons(shapely.normalize(flat))


def plain_geometry(area: BaseGeometry) -> dict[str, Any]:
    """The area as a GeoJSON geometry with coordinates as they are written."""
    return {"type": area.geom_type, "coordinates": _rounded(canonical(area).__geo_interface__["coordinates"])}


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_rounded(each) for each in value]
    return round(value, PLACES) + 0.0
