"""Areas as they are kept: checked, in one canonical order of points, seven places."""

from __future__ import annotations

from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import MOST_VERTICES, PLACES, rounded

OUTSIDE = 0.02
"""Share of a district that may lie outside the official boundary of the city."""
OUTSIDE_SCHEMATIC = 0.5
"""The same where the city or the district is only drawn: enough to notice a wrong city or swapped axes."""


def lies_outside(area: BaseGeometry, city: BaseGeometry, *, drawn: bool) -> float:
    """The share of an area outside the city where it is more than it may be, else 0."""
    if city.covers(area):
        return 0.0
    share = float(area.difference(city).area / area.area)
    return share if share > (OUTSIDE_SCHEMATIC if drawn else OUTSIDE) else 0.0


def fault_of(area: BaseGeometry) -> str:
    """What is wrong with an area in WGS 84, in one phrase; empty when it is good."""
    if area.geom_type not in {"Polygon", "MultiPolygon"}:
        return _("sie ist kein Polygon, sondern %(kind)s") % {"kind": area.geom_type}
    if area.is_empty:
        return _("sie ist leer")
    if shapely.get_num_coordinates(area) > MOST_VERTICES:
        return _("sie hat mehr als %(limit)s Punkte") % {"limit": MOST_VERTICES}
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return _("ihre Koordinaten sind keine Längen- und Breitengrade")
    if not area.is_valid:
        return _("ihre Linie ist nicht gültig (%(reason)s)") % {"reason": shapely.is_valid_reason(area)}
    return ""


def canonical(area: BaseGeometry) -> BaseGeometry:
    """The area in two dimensions with seven places, points in one order however it was drawn."""
    return shapely.orient_polygons(shapely.normalize(rounded(area, PLACES)))


def plain_geometry(area: BaseGeometry) -> dict[str, Any]:
    """The area as a GeoJSON geometry with coordinates as they are written."""
    return {"type": area.geom_type, "coordinates": _rounded(canonical(area).__geo_interface__["coordinates"])}


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_rounded(each) for each in value]
    return round(value, PLACES) + 0.0
