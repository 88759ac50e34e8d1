"""How districts are kept in a concept package: a table, and their areas in a GeoJSON file beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.engines.text import shortened
from insek.package import Column, Package, Problems, Row, Table, register_table
from insek.package.parsing import decoded

from .models import District
from .outlines import canonical, fault_of, lies_outside, plain_geometry

MARGIN = 0.1
"""Degrees around the city within which its centres must lie; enough to notice swapped axes."""


class DistrictsFile:
    """districts.geojson: one Feature for each district, ``properties.id`` says which; geometry may be null."""

    path = "districts.geojson"
    note = "Areas of the districts, longitude before latitude, seven places."
    attribute = "geometry"

    def read(self, content: bytes | None, package: Package, problems: Problems) -> None:
        """Give each district its area."""
        districts = package.index("districts")
        for row in districts.values():
            row.values["geometry"] = None
        if content is None:
            if districts:
                _add_problem(
                    problems,
                    "missing_file",
                    None,
                    "",
                    _("Die Datei fehlt."),
                    _("Sie enthält die Flächen der Räume."),
                )
            return
        seen: set[str] = set()
        for number, feature in enumerate(features_of(self.path, content, problems), 1):
            found = _district_of(number, feature, districts, seen, problems)
            if found is not None:
                found.values["geometry"] = _area(number, feature, problems)
        for row in districts.values():
            if row.key[0] and row.key[0] not in seen and len(problems) == 0:
                problems.add(
                    "no_area",
                    file="districts.csv",
                    row=row.line,
                    column="id",
                    message=_("In districts.geojson fehlt dieser Raum."),
                    advice=_(
                        'Dort ein Feature mit seiner Kennung ergänzen; ohne Fläche mit "geometry": null.'
                    ),
                )

    def write(self, rows: Iterable[dict[str, Any]]) -> bytes:
        """One line a feature, so that versions can be compared; the same area gives the same bytes wherever its ring began."""
        return feature_collection((str(row["id"]), row["geometry"]) for row in rows)


def feature_collection(shapes: Iterable[tuple[str, BaseGeometry | None]]) -> bytes:
    """A GeoJSON file of ids with their geometry, by id, one line a feature."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": name},
            "geometry": None if shape is None else plain_geometry(shape),
        }
        for name, shape in sorted(shapes, key=lambda pair: pair[0])
    ]
    lines = ",\n".join(
        json.dumps(feature, sort_keys=True, ensure_ascii=False, separators=(",", ":")) for feature in features
    )
    return f'{{"features":[\n{lines}\n],"type":"FeatureCollection"}}\n'.encode()


def features_of(path: str, content: bytes, problems: Problems) -> list[Any]:
    """The features of a GeoJSON file; what is wrong with the file as a whole is noted."""
    text = decoded(path, content, problems)
    if text is None:
        return []
    line = None
    try:
        features = json.loads(text)["features"]
        if isinstance(features, list):
            return features
        reason = "features"
    except json.JSONDecodeError as error:
        reason, line = error.msg, error.lineno
    except (KeyError, TypeError, RecursionError) as error:
        reason = str(error)
    problems.add(
        "broken_geojson", file=path, row=line, column="",
        message=_("Die Datei ist kein GeoJSON (%(reason)s).") % {"reason": reason},
        advice=_("Es muss eine FeatureCollection mit einer Liste „features“ sein."),
    )  # fmt: skip
    return []


def _district_of(
    number: int, feature: Any, districts: dict[tuple[Any, ...], Row], seen: set[str], problems: Problems
) -> Row | None:
    try:
        name = str(feature["properties"]["id"])
    except (KeyError, TypeError):
        _add_problem(
            problems, "missing_id", number, "id", _("Dem Feature fehlt die Kennung."),
            _("In „properties“ die „id“ des Raums angeben."),
        )  # fmt: skip
        return None
    row = districts.get((name,))
    if row is None:
        _add_problem(
            problems, "unknown_reference", number, "id",
            _("„%(name)s“ gibt es in districts.csv nicht.") % {"name": shortened(name, 60)},
            _("Die Kennung berichtigen oder den Raum in districts.csv ergänzen."),
        )  # fmt: skip
    elif name in seen:
        _add_problem(
            problems, "duplicate", number, "id",
            _("Der Raum „%(name)s“ hat schon eine Fläche.") % {"name": name},
            _("Mehrere Teile als ein MultiPolygon schreiben."),
        )  # fmt: skip
    seen.add(name)
    return row


def _area(number: int, feature: Any, problems: Problems) -> BaseGeometry | None:
    written = feature.get("geometry")
    if written is None:
        return None
    try:
        area = shapely.from_geojson(json.dumps(written))
    except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
        fault = shortened(str(error), 120)
    else:
        fault = fault_of(area)
        if not fault:
            return canonical(area)
    _add_problem(
        problems, "bad_geometry", number, "geometry",
        _("Die Fläche ist nicht brauchbar: %(fault)s.") % {"fault": fault},
        _("Die Fläche im Geoinformationssystem berichtigen (gültiges Polygon oder MultiPolygon in WGS 84, Länge vor Breite)."),
    )  # fmt: skip
    return None


def _check(package: Package, problems: Problems) -> None:
    """Districts lie in the city."""
    rows = [row for row in package.table("districts") if not row.broken]
    city = next((row for row in rows if row.values["level"] == District.Level.CITY), None)
    outline = city.values["geometry"] if city else None
    if city is None or outline is None:
        return
    shapely.prepare(outline)
    around = shapely.box(*outline.bounds).buffer(MARGIN)
    for row in rows:
        area = row.values["geometry"]
        drawn = bool(city.values["schematic"] or row.values["schematic"])
        if area is not None and lies_outside(area, outline, drawn=drawn):
            _add_outside(problems, row, "id", _("„%(title)s“ liegt nicht in der Stadt."))
        longitude, latitude = row.values["centre_lon"], row.values["centre_lat"]
        if longitude is None or latitude is None:
            continue
        if not around.covers(shapely.Point(float(longitude), float(latitude))):
            _add_outside(
                problems, row, "centre_lon", _("Der Mittelpunkt von „%(title)s“ liegt nicht in der Stadt.")
            )


def _add_outside(problems: Problems, row: Row, column: str, message: str) -> None:
    problems.add(
        "outside_city",
        file=row.table.path,
        row=row.line,
        column=column,
        message=message % {"title": row.values["title"]},
        advice=_(
            "Die Koordinaten prüfen, auch in districts.geojson: Steht die Länge vor der Breite, stimmt das Bezugssystem?"
        ),
    )


def _add_problem(
    problems: Problems, code: str, row: int | None, column: str, message: str, advice: str
) -> None:
    problems.add(code, file=DistrictsFile.path, row=row, column=column, message=message, advice=advice)


register_table(
    Table(
        name="districts",
        model_path="places.District",
        kind="district",
        note="The city, its Ortsbezirke and quarters; their areas stand in districts.geojson.",
        order=10,
        in_edition="context",
        own_columns=(
            Column(
                "level",
                "choice",
                "The city, an Ortsbezirk or a quarter (Stadtteil).",
                required=True,
                choices=District.Level.values,
            ),
            Column("code", "text", "Official key of the district."),
            Column("parent", "reference", "Id of the district it belongs to.", refers="districts"),
            Column("has_ortsbeirat", "boolean", "Whether it elects an Ortsbeirat.", required=True),
            Column("ortsbeirat", "reference", "Key of that body.", refers="bodies"),
            Column("valid_from", "date", "First day on which it exists."),
            Column("valid_to", "date", "Last day on which it exists."),
            Column("centre_lon", "decimal", "Longitude of a point inside, WGS 84."),
            Column("centre_lat", "decimal", "Latitude of that point."),
            Column(
                "schematic",
                "boolean",
                "Whether the area is drawn by hand and not the official boundary.",
                required=True,
            ),
        ),
        side_file=DistrictsFile(),
        check=_check,
        prepare=District.keep_box,
    )
)
