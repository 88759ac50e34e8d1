"""How locations are kept in a concept package: who lies somewhere in a table, where in a GeoJSON file beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.geometry import GeometryError, from_geojson
from insek.engines.text import shortened
from insek.package import Column, Package, Problems, Table, register_table
from insek.package.tables import ITEMS

from .locations import allowed_ground
from .models import District, Location
from .outlines import canonical
from .package import feature_collection, features_of


class LocationsFile:
    """locations.geojson: one Feature for each row of locations.csv, ``properties.id`` is the id of the item."""

    path = "locations.geojson"
    note = "Where items lie: points, lines and areas, longitude before latitude, seven places."
    attribute = "geometry"

    def read(self, content: bytes | None, package: Package, problems: Problems) -> None:
        """Give each location its geometry."""
        rows = {str(row.key[0]): row for row in package.table("locations")}
        for row in rows.values():
            row.values["geometry"] = None
        features = features_of(self.path, content, problems) if content is not None else []
        for number, feature in enumerate(features, 1):
            properties = feature.get("properties") if isinstance(feature, dict) else None
            found = rows.get(str(properties.get("id"))) if isinstance(properties, dict) else None
            if found is None:
                problems.add(
                    "unknown_reference", file=self.path, row=number, column="id",
                    message=_("Dieses Feature gehört zu keiner Zeile von locations.csv."),
                    advice=_("In „properties“ die „id“ eines Eintrags angeben, der in locations.csv steht."),
                )  # fmt: skip
                continue
            try:
                found.values["geometry"] = canonical(from_geojson(json.dumps(feature.get("geometry"))))
            except GeometryError as error:
                problems.add(
                    "bad_geometry", file=self.path, row=number, column="geometry",
                    message=_("Die Geometrie ist nicht brauchbar: %(fault)s.") % {"fault": shortened(str(error), 120)},
                    advice=_("Punkt, Linie oder Fläche in WGS 84 angeben, Länge vor Breite."),
                )  # fmt: skip
        for row in rows.values():
            if row.values["geometry"] is None and len(problems) == 0:
                problems.add(
                    "no_geometry", file="locations.csv", row=row.line, column="item",
                    message=_("In locations.geojson fehlt dieser Ort."),
                    advice=_("Dort ein Feature mit dieser Kennung ergänzen oder die Zeile löschen."),
                )  # fmt: skip

    def write(self, rows: Iterable[dict[str, Any]]) -> bytes:
        """One line a feature."""
        return feature_collection((str(row["item"]), row["geometry"]) for row in rows)


def _check(package: Package, problems: Problems) -> None:
    """Locations lie in the city."""
    districts = [row for row in package.table("districts") if not row.broken]
    city = next((row for row in districts if row.values["level"] == District.Level.CITY), None)
    if city is None:
        return
    ground = allowed_ground(
        District(geometry=city.values["geometry"], schematic=bool(city.values["schematic"]))
    )
    if ground is None:
        return
    shapely.prepare(ground)
    for row in package.table("locations"):
        geometry = row.values["geometry"]
        if geometry is not None and not ground.covers(geometry):
            problems.add(
                "outside_city", file="locations.csv", row=row.line, column="item",
                message=_("Der Ort von „%(item)s“ liegt nicht in der Stadt.") % {"item": row.key[0]},
                advice=_("Die Koordinaten in locations.geojson prüfen: Steht die Länge vor der Breite?"),
            )  # fmt: skip


register_table(
    Table(
        name="locations",
        model_path="places.Location",
        note="Which items lie somewhere; where stands in locations.geojson.",
        order=60,
        in_edition="beside",
        label=gettext_lazy("Ort auf der Karte"),
        key_columns=("item",),
        scope="item__concept",
        own_columns=(
            Column("item", "reference", "Id of the item.", required=True, refers=ITEMS),
            Column("note", "text", "How exact the place is, in words."),
        ),
        side_file=LocationsFile(),
        check=_check,
        prepare=Location.keep_box,
    )
)
