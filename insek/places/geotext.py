"""Geometry as people write it: one position a line, longitude before latitude or in metres, or GeoJSON pasted from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import GeometryError, from_geojson, to_geojson
from insek.engines.layers.reference_systems import NAMES
from insek.engines.text import shortened
from insek.engines.typed_metres import UTM, in_metres, read_metres

from .hints import NEUTRAL, CoordinateHint

MOST_CHARACTERS = 400_000
MOST_POSITIONS = 20_000
SHAPES = {
    "Point": gettext_lazy("Punkt"),
    "LineString": gettext_lazy("Linie"),
    "Polygon": gettext_lazy("Fläche"),
}
WORDS = {
    "punkt": "Point", "point": "Point", "linie": "LineString", "line": "LineString",
    "fläche": "Polygon", "flaeche": "Polygon", "area": "Polygon",
}  # fmt: skip
FEWEST = {"Point": 1, "LineString": 2, "Polygon": 3}
FAULTS = {
    "json": gettext_lazy("Der eingefügte Text ist kein GeoJSON."),
    "type": gettext_lazy("Diese Art von Geometrie passt hier nicht."),
    "coordinates": gettext_lazy("Die Koordinaten ergeben keinen Punkt, keine Linie und keine Fläche."),
    "range": gettext_lazy("Die Koordinaten sind keine Längen- und Breitengrade (WGS 84)."),
    "vertices": gettext_lazy("Das sind zu viele Punkte. Bitte die Form vereinfachen."),
    "empty": gettext_lazy("Der Text enthält keine Koordinaten."),
    "invalid": gettext_lazy("Die Linie kreuzt sich so, dass keine Fläche übrig bleibt."),
}
NUMBER = r"[+-]?\d{1,3}(?:[.,]\d+)?"
POSITION = re.compile(rf"({NUMBER})(?:\s*[;\s]\s*|\s*,\s+)({NUMBER})")
WITH_POINT = re.compile(r"([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)")


def read_geometry(
    text: str, metric: int = 25832, hint: Callable[[], CoordinateHint] = lambda: NEUTRAL
) -> BaseGeometry | None:
    """The geometry that a text says; None for an empty one. ``metric`` is the city's own reference system (EPSG),
    ``hint`` gives the position that stands as an example where it can not be read.

    Raises ValidationError in words that help.
    """
    text = text.strip()
    if not text:
        return None
    if len(text) > MOST_CHARACTERS:
        raise ValidationError(str(FAULTS["vertices"]))
    value = _pasted(text) if text[0] in "{[" else _typed(text, metric, hint)
    try:
        return from_geojson(value, most_vertices=MOST_POSITIONS)
    except GeometryError as error:
        raise ValidationError(str(FAULTS.get(error.code, FAULTS["coordinates"]))) from error


def write_geometry(geometry: BaseGeometry | None) -> str:
    """The text that is in the form: one position a line; GeoJSON for forms of several parts or with holes."""
    if geometry is None:
        return ""
    kind = geometry.geom_type
    if kind not in SHAPES or (kind == "Polygon" and len(geometry.interiors)):
        return json.dumps(to_geojson(geometry))
    positions = list(geometry.exterior.coords)[:-1] if kind == "Polygon" else list(geometry.coords)
    lines = [f"{_plain(longitude)} {_plain(latitude)}" for longitude, latitude in positions]
    return "\n".join([str(SHAPES[kind]), *lines])


def _plain(number: float) -> str:
    return f"{number:.7f}".rstrip("0").rstrip(".")


def _pasted(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError(str(FAULTS["json"])) from error
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        features = value.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise ValidationError(
                _("Bitte genau eine Form einfügen; die Sammlung enthält keine oder mehrere.")
            )
        value = features[0]
    if not isinstance(value, dict):
        raise ValidationError(str(FAULTS["json"]))
    return value


def _typed(text: str, metric: int, hint: Callable[[], CoordinateHint]) -> dict[str, Any]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shape = WORDS.get(lines[0].rstrip(":").casefold(), "")
    if shape:
        lines = lines[1:]
    positions = [
        _position(number, line, metric, hint) for number, line in enumerate(lines, 2 if shape else 1)
    ]
    closed = len(positions) > 3 and positions[0] == positions[-1]
    shape = shape or ("Point" if len(positions) == 1 else "Polygon" if closed else "LineString")
    if len(positions) < FEWEST[shape] or (shape == "Point" and len(positions) > 1):
        raise ValidationError(
            {
                "Point": _("Ein Punkt braucht genau eine Zeile mit Länge und Breite."),
                "LineString": _("Eine Linie braucht mindestens zwei Punkte."),
                "Polygon": _("Eine Fläche braucht mindestens drei Punkte."),
            }[shape]
        )
    coordinates: Any = positions
    if shape == "Point":
        coordinates = positions[0]
    elif shape == "Polygon":
        coordinates = [[*positions, positions[0]]]
    return {"type": shape, "coordinates": coordinates}


def _position(number: int, line: str, metric: int, hint: Callable[[], CoordinateHint]) -> list[float]:
    match = WITH_POINT.fullmatch(line) or POSITION.fullmatch(line)
    if match is None and (metres := read_metres(line, metric)) is not None:
        return [metres.longitude, metres.latitude]
    if match is None:
        raise ValidationError(
            _(
                "Zeile %(number)s („%(line)s“) ist keine Koordinate. Bitte je Zeile Länge und Breite angeben, etwa %(degrees)s, oder Meter, etwa %(utm)s."
            )
            % {"number": number, "line": shortened(line, 40), **hint().words}
        )
    longitude, latitude = (float(part.replace(",", ".")) for part in match.groups())
    return [longitude, latitude]


def shape_label(geometry: BaseGeometry) -> str:
    """Punkt, Linie or Fläche."""
    return str(SHAPES[("Point", "LineString", "Polygon")[shapely.get_dimensions(geometry)]])


def systems_typed(text: str, metric: int = 25832) -> tuple[str, bool]:
    """In which reference systems positions in metres were typed, in words, and whether they are right within some 3 m only."""
    found = [known for line in text.splitlines() if (known := read_metres(line, metric)) is not None]
    names = dict.fromkeys(str(_(NAMES[each.epsg])) for each in found)
    return ", ".join(names), any(each.is_rough for each in found)


MOST_SHOWN = 60


def metres_shown(geometry: BaseGeometry | None, metric: int) -> tuple[str, list[str]]:
    """The reference system of a city and the positions of a shape in it, one a line; of very many the first."""
    epsg = metric if metric in UTM else 25832
    if geometry is None:
        return UTM[epsg], []
    lines = []
    for longitude, latitude in shapely.get_coordinates(geometry)[:MOST_SHOWN]:
        east, north = in_metres(float(longitude), float(latitude), epsg)
        lines.append(f"{east:.2f} {north:.2f}")
    return UTM[epsg], lines
