"""Two columns of coordinates as degrees: which reference system they are in is told by all rows together.

Tables of surveying offices hold UTM metres with or without the zone before the easting, Gauß-Krüger, or degrees; some have the
northing first. One wrong row changes nothing: the middle of the columns decides, rows that lie elsewhere are left to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .reference_systems import likely_systems, transformer

_MARKS = re.compile(r"[\s'°]")
_LETTERS = re.compile(r"(?<=\d)[NEOm]$|^[NEOXYRH][:=]?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")
OUTER = 10
"""Percent of the rows at either end that do not tell the reference system."""


@dataclass(frozen=True)
class CoordinateColumns:
    """What two columns of coordinates are."""

    degrees: np.ndarray
    """Longitude and latitude of each row, shape (n, 2); not a number where the row has none."""
    epsg: int = 0
    """Their reference system, 0 where the numbers fit none."""
    are_swapped: bool = False
    """Whether the northing or latitude stood first."""


def coordinate(value: Any) -> tuple[float, bool]:
    """A cell as a number, and whether points in it may divide thousands; not a number where it is none."""
    if isinstance(value, bool) or value is None:
        return float("nan"), False
    if isinstance(value, int | float):
        return float(value), False
    text = _LETTERS.sub("", _MARKS.sub("", str(value)))
    may_be_thousands = bool(_THOUSANDS.fullmatch(text))
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    elif text.count(".") > 1:
        text = text.replace(".", "")
    try:
        number = float(text)
    except ValueError:
        return float("nan"), False
    return (number if np.isfinite(number) else float("nan")), may_be_thousands


def read_coordinates(
    first: Sequence[Any],
    second: Sequence[Any],
    *,
    near: tuple[float, float] | None = None,
    own: int = 0,
    said: int = 0,
) -> CoordinateColumns:
    """The positions of all rows in degrees.

    Parameters
    ----------
    first, second : cells of the columns said to be the easting (longitude) and the northing (latitude)
    near : longitude and latitude of the city
    own : EPSG code of the city's own reference system, which counts where several fit
    said : EPSG code that somebody has said it is
    """
    read = [[coordinate(value) for value in cells] for cells in (first, second)]
    points = np.array([[number for number, _loose in cells] for cells in read], dtype=float).T.reshape(-1, 2)
    whole = np.isfinite(points).all(axis=1)
    if not whole.any():
        return CoordinateColumns(np.full_like(points, np.nan))
    _widen(points, read, whole)
    low, high = np.percentile(points[whole], [OUTER, 100 - OUTER], axis=0)
    for swapped in (False, True):
        x, y = (1, 0) if swapped else (0, 1)
        bounds = (float(low[x]), float(low[y]), float(high[x]), float(high[y]))
        fitting = likely_systems(bounds, near)
        epsg = said if said in fitting else own if own in fitting else fitting[0] if fitting else 0
        if said and said != epsg:
            continue
        if epsg:
            return CoordinateColumns(_in_degrees(points[:, [x, y]], whole, epsg), epsg, swapped)
    if said:
        return CoordinateColumns(_in_degrees(points, whole, said), said)
    return CoordinateColumns(np.full_like(points, np.nan))


def _widen(points: np.ndarray, read: list[list[tuple[float, bool]]], whole: np.ndarray) -> None:
    """Read ``410.123`` as 410123 where the other column holds metres: beside ``5.476.123`` it is no degree."""
    middle = np.median(np.abs(points[whole]), axis=0)
    for column, cells in enumerate(read):
        if middle[column] < 1000 < middle[1 - column]:
            loose = np.array([is_loose for _number, is_loose in cells]) & (np.abs(points[:, column]) < 1000)
            points[loose, column] *= 1000


def _in_degrees(points: np.ndarray, whole: np.ndarray, epsg: int) -> np.ndarray:
    found = np.full_like(points, np.nan)
    lon, lat = transformer(epsg).transform(points[whole, 0], points[whole, 1])
    inside = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    rows = np.flatnonzero(whole)[inside]
    found[rows, 0], found[rows, 1] = lon[inside], lat[inside]
    return found
