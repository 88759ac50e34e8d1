"""Reference systems of German maps: what a file says, what its numbers say, and the way to degrees (WGS 84).

Gauß-Krüger (EPSG 31466 to 31469) is turned without the national grid, which is right within about 3 m; that is said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from insek.engines.tables.notes import german as _

DEGREES = 4326
NAMES: dict[int, str] = {
    4326: _("WGS 84 (Längen- und Breitengrad)"), 4258: _("ETRS89 (Längen- und Breitengrad)"), 25832: _("ETRS89 / UTM Zone 32"), 25833: _("ETRS89 / UTM Zone 33"), 4647: _("ETRS89 / UTM Zone 32 mit vorangestellter 32"),
    5650: _("ETRS89 / UTM Zone 33 mit vorangestellter 33"), 31466: _("Gauß-Krüger Zone 2"), 31467: _("Gauß-Krüger Zone 3"), 31468: _("Gauß-Krüger Zone 4"), 31469: _("Gauß-Krüger Zone 5"),
    3857: _("Web-Mercator"), 32632: _("WGS 84 / UTM Zone 32"), 32633: _("WGS 84 / UTM Zone 33"),
}  # fmt: skip
"""Reference systems that are offered, by EPSG code."""
GAUSS_KRUEGER = frozenset({31466, 31467, 31468, 31469, 5676, 5677, 5678, 5679})
GERMANY = (5.5, 47.0, 15.5, 55.3)
"""West, south, east, north in degrees."""
NEAR_KM = 150.0

Bounds = tuple[float, float, float, float]


def epsg_of(text: str | None) -> int | None:
    """The EPSG code of what a file says ("EPSG:25832", WKT); None where it says nothing that has one."""
    if not text:
        return None
    try:
        return CRS.from_user_input(text).to_epsg(min_confidence=25)
    except CRSError:
        return None


@lru_cache(maxsize=32)
def transformer(epsg: int) -> Transformer:
    """From a reference system to degrees, longitude first. Raises CRSError."""
    return Transformer.from_crs(epsg, DEGREES, always_xy=True)


def are_degrees(bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return -180.0 <= west <= east <= 180.0 and -90.0 <= south <= north <= 90.0


def is_possible(epsg: int, bounds: Bounds) -> bool:
    """Whether numbers can be coordinates of a reference system at all: degrees are small, metres are not."""
    try:
        geographic = CRS.from_epsg(epsg).is_geographic
    except CRSError:
        return False
    return are_degrees(bounds) if geographic else not (are_degrees(bounds) and max(map(abs, bounds)) <= 180.0)


def centre_in(epsg: int, bounds: Bounds) -> tuple[float, float] | None:
    """The middle of the bounds in degrees if they are of this reference system; None where that is nowhere."""
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    try:
        lon, lat = transformer(epsg).transform(x, y, errcheck=True)
    except (ProjError, CRSError):
        return None
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) and abs(lat) <= 90 else None


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two places in degrees."""
    lon, lat = np.radians(np.subtract(other, one))
    inner = (
        math.sin(lat / 2) ** 2
        + math.cos(math.radians(one[1])) * math.cos(math.radians(other[1])) * math.sin(lon / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(inner)))


def likely_systems(bounds: Bounds, near: tuple[float, float] | None = None) -> list[int]:
    """EPSG codes that the numbers of a file fit, the likeliest first: those in which it lies at the city, or in Germany.

    Parameters
    ----------
    near : longitude and latitude of the city
    """
    candidates: Sequence[int]
    if are_degrees(bounds) and max(map(abs, bounds)) <= 180:
        candidates = (4326, 4258)
    else:
        candidates = (25832, 25833, 4647, 5650, 31466, 31467, 31468, 31469, 3857)
    rated: list[tuple[float, int, int]] = []
    for order, epsg in enumerate(candidates):
        centre = centre_in(epsg, bounds)
        if centre is None:
            continue
        west, south, east, north = GERMANY
        inside = west <= centre[0] <= east and south <= centre[1] <= north
        if near is not None and (away := kilometres(centre, near)) <= NEAR_KM:
            rated.append((away // 20, order, epsg))
        elif inside and _is_own_zone(epsg, bounds):
            rated.append((1000.0, order, epsg))
    return [epsg for _away, _order, epsg in sorted(rated)]


def _is_own_zone(epsg: int, bounds: Bounds) -> bool:
    """Whether the first digits of easting are those of the zone, so that one set of numbers does not fit all zones."""
    x = (bounds[0] + bounds[2]) / 2
    if epsg in {31466, 31467, 31468, 31469}:
        return int(x // 1_000_000) == epsg - 31464
    return epsg not in {25832, 25833} or 200_000 <= x <= 900_000


def are_swapped(bounds: Bounds, near: tuple[float, float] | None = None) -> bool:
    """Whether degrees stand with latitude first: turned round they lie at the city (or in Germany), as they are they do not."""
    if not are_degrees(bounds):
        return False
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    if near is not None:
        return kilometres((y, x), near) <= NEAR_KM < kilometres((x, y), near) if abs(x) <= 90 else False
    west, south, east, north = GERMANY
    return not (west <= x <= east and south <= y <= north) and west <= y <= east and south <= x <= north
