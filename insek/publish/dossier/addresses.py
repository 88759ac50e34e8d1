"""A drawn shape as it stands in an address, so that it can be passed on and nothing has to be kept."""

from __future__ import annotations

import re

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import GeometryError, from_geojson
from insek.web.display import number_words

MOST_POSITIONS = 150
"""Positions of a shape; more make an address that mail and browsers cut."""
LONGEST = 5_000
_LETTERS = {"P": "MultiPoint", "L": "MultiLineString", "F": "MultiPolygon"}
_POSITION = re.compile(r"(-?\d{1,3}(?:\.\d{1,7})?)~(-?\d{1,2}(?:\.\d{1,7})?)", re.ASCII)


def shape_in_address(shape: BaseGeometry) -> str:
    """A shape in degrees as a text for an address: letter, then parts (*), rings (!), positions (_), longitude~latitude.

    Raises ValidationError where it has too many positions.
    """
    count = len(shapely.get_coordinates(shape))
    if count > MOST_POSITIONS:
        raise ValidationError(
            _("Die Form hat %(count)s Punkte; in die Adresse einer Seite passen %(most)s. Bitte die Form vereinfachen.")
            % {"count": number_words(count), "most": MOST_POSITIONS}
        )  # fmt: skip
    letter = "PLF"[shapely.get_dimensions(shape)]
    parts = []
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors] if letter == "F" else [part]
        parts.append("!".join("_".join(_position(x, y) for x, y in ring.coords) for ring in rings))
    return letter + "*".join(parts)


def shape_of_address(text: str) -> BaseGeometry:
    """The shape that an address says. Raises ValidationError for what says none."""
    kind = _LETTERS.get(text[:1])
    if kind is None or len(text) > LONGEST or text.count("~") > MOST_POSITIONS:
        raise _unreadable()
    parts = [[_positions(ring) for ring in part.split("!")] for part in text[1:].split("*")]
    coordinates: list[object] = list(parts)
    if kind == "MultiLineString":
        coordinates = [line for part in parts for line in part]
    elif kind == "MultiPoint":
        coordinates = [point for part in parts for line in part for point in line]
    try:
        made = from_geojson({"type": kind, "coordinates": coordinates}, most_vertices=MOST_POSITIONS)
    except GeometryError as error:
        raise _unreadable() from error
    pieces = shapely.get_parts(made)
    single: BaseGeometry = pieces[0] if len(pieces) == 1 else made
    return single


def _positions(text: str) -> list[list[float]]:
    found = []
    for each in text.split("_"):
        match = _POSITION.fullmatch(each)
        if match is None:
            raise _unreadable()
        found.append([float(match[1]), float(match[2])])
    return found


def _position(longitude: float, latitude: float) -> str:
    return "~".join(f"{value:.7f}".rstrip("0").rstrip(".") for value in (longitude, latitude))


def _unreadable() -> ValidationError:
    return ValidationError(
        _("Die Form in der Adresse lässt sich nicht lesen; vielleicht wurde die Adresse beim Kopieren gekürzt.")
    )  # fmt: skip
