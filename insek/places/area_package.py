"""How layers of areas are kept in a concept package: the layers, what was delivered last of each, and its areas in a GeoJSON file."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import shapely
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from insek.engines.geometry import GeometryError, from_geojson
from insek.engines.text import shortened
from insek.package import Column, Package, Problems, Table, register_table
from insek.package.parsing import Row

from .area_models import Area, AreaDelivery, AreaLayer
from .areas.classes import MOST_CLASSES
from .areas.keeping import coarse_shapes, pack
from .areas.rows import LARGEST_VALUE, SaidArea
from .outlines import canonical, plain_geometry
from .package import features_of

LAYERS, DELIVERIES = "area_layers", "area_deliveries"


class AreasFile:
    """areas.geojson: one Feature for each area, ``properties`` name its layer, its class, and value and name where it has them."""

    path = "areas.geojson"
    note = "Areas of the layers, longitude before latitude, seven places; classes from low to high stand under classes."
    attribute = "coarse"
    """What follows from the areas, and is made of them when they are read."""

    def read(self, content: bytes | None, package: Package, problems: Problems) -> None:
        """Give each delivery its classes and areas."""
        rows = {str(row.key[0]): row for row in package.table(DELIVERIES)}
        for row in rows.values():
            row.values |= {"coarse": b"", "classes": [], "areas": []}
        if content is None:
            return
        features = features_of(self.path, content, problems)
        try:
            said = json.loads(content).get("classes", {})
            classes = {str(key): [str(label) for label in labels] for key, labels in said.items()}
        except (ValueError, AttributeError, TypeError):
            classes = {}
        for key, row in rows.items():
            labels = classes.get(key, [])
            if not labels or len(labels) > MOST_CLASSES or len(set(labels)) < len(labels):
                problems.add(
                    "bad_classes", file=self.path, column="classes",
                    message=_("Der Ebene „%(key)s“ fehlen Klassen, oder es sind zu viele.") % {"key": key},
                    advice=_("Unter „classes“ zu jeder Ebene die Namen ihrer Klassen von niedrig bis hoch nennen, höchstens %(most)s.") % {"most": MOST_CLASSES},
                )  # fmt: skip
            row.values["classes"] = labels
        for number, feature in enumerate(features, 1):
            _read_area(number, feature, rows, problems)

    def write(self, rows: Iterable[dict[str, Any]]) -> bytes:
        """One line a feature, by layer, class and shape: the same areas give the same bytes. One query a layer."""
        classes: dict[str, list[str]] = {}
        lines = []
        for row in sorted(rows, key=lambda row: str(row["layer"])):
            key, delivery = row["layer"], AreaDelivery.objects.get(layer__key=row["layer"], layer__current=F("pk"))  # fmt: skip
            classes[key] = labels = [str(each["label"]) for each in delivery.classes]
            of_layer = []
            for step, value, name, shape in delivery.areas.values_list("step", "value", "name", "geometry"):
                properties: dict[str, Any] = {"layer": key, "class": labels[step]}
                if value is not None:
                    properties["value"] = format(value.normalize(), "f")
                if name:
                    properties["name"] = name
                feature = {"type": "Feature", "properties": properties, "geometry": plain_geometry(canonical(shape))}  # fmt: skip
                text = json.dumps(feature, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
                of_layer.append((step, text))
            lines += [text for _step, text in sorted(of_layer)]
        head = json.dumps(classes, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        joined = ",\n".join(lines)
        return f'{{"classes":{head},"features":[\n{joined}\n],"type":"FeatureCollection"}}\n'.encode()


def _read_area(number: int, feature: Any, rows: dict[str, Row], problems: Problems) -> None:
    said = feature.get("properties") if isinstance(feature, dict) else None
    said = said if isinstance(said, dict) else {}
    row = rows.get(str(said.get("layer")))
    if row is None:
        problems.add(
            "unknown_reference", file=AreasFile.path, row=number, column="layer",
            message=_("Diese Fläche gehört zu keiner Ebene von area_deliveries.csv."),
            advice=_("In „properties“ unter „layer“ die Kennung einer Ebene nennen."),
        )  # fmt: skip
        return
    labels = row.values["classes"]
    try:
        shape = canonical(from_geojson(json.dumps(feature.get("geometry"))))
        if shapely.get_dimensions(shape) != 2:
            raise GeometryError("dimension", _("keine Fläche"))
    except GeometryError as error:
        problems.add(
            "bad_geometry", file=AreasFile.path, row=number, column="geometry",
            message=_("Die Geometrie ist nicht brauchbar: %(fault)s.") % {"fault": shortened(str(error), 120)},
            advice=_("Eine Fläche in WGS 84 angeben, Länge vor Breite."),
        )  # fmt: skip
        return
    value = _value(said.get("value"))
    if str(said.get("class")) not in labels or value is False:
        problems.add(
            "wrong_type", file=AreasFile.path, row=number, column="value" if value is False else "class",
            message=_("Die Klasse steht nicht unter „classes“, oder der Wert ist keine Zahl."),
            advice=_("Eine Klasse der Ebene nennen; Werte als Zahl mit Punkt, höchstens vier Stellen danach."),
        )  # fmt: skip
        return
    name = shortened(str(said.get("name") or ""), 200)
    row.values["areas"].append((shape, labels.index(str(said.get("class"))), value, name))


def _value(said: Any) -> Any:
    """A value as it is kept, None where there is none, False where it is no number."""
    if said in (None, ""):
        return None
    try:
        value = Decimal(str(said))
    except InvalidOperation:
        return False
    if not value.is_finite() or abs(value) >= LARGEST_VALUE or value != round(value, 4):
        return False
    return value


def _finish(made: Sequence[Any], rows: Sequence[Row]) -> None:
    """Write the areas of each delivery and let it count."""
    for delivery, row in zip(made, rows, strict=True):
        said = [
            SaidArea(None, shape, "", value, name, step)  # type: ignore[arg-type]  # no row of a table that was read in
            for shape, step, value, name in row.values["areas"]
        ]
        areas = [Area(delivery=delivery, step=one.step, value=one.value, name=one.name, geometry=one.shape) for one in said]  # fmt: skip
        counts = [sum(one.step == step for one in said) for step in range(len(row.values["classes"]))]
        for area in areas:
            area.keep_box()
        Area.objects.bulk_create(areas, batch_size=500)
        delivery.classes = [{"label": label, "count": count} for label, count in zip(row.values["classes"], counts, strict=True)]  # fmt: skip
        delivery.coarse = pack(coarse_shapes(said, len(counts)))
        delivery.save(update_fields=["classes", "coarse"])
        AreaLayer.objects.filter(pk=delivery.layer_id).update(current=delivery)


def _clear(rows: models.QuerySet[Any]) -> None:
    """Take away deliveries with their areas."""
    Area.objects.filter(delivery__in=rows)._raw_delete(rows.db)
    rows._raw_delete(rows.db)


def _offered(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    return rows.filter(is_public=True, is_on=True).exclude(current=None)


register_table(
    Table(
        name=LAYERS,
        model_path="places.AreaLayer",
        note="Layers of areas such as heat, flood and noise; an older package without this file leaves those there are.",
        order=9,
        stays_if_absent=True,
        public=_offered,
        own_columns=(
            Column("key", "key", "Short name in the package: a-z, 0-9 and hyphens.", required=True),
            Column("position", "integer", "Place among the layers.", required=True),
            Column("title", "text", "Name of the layer.", required=True),
            Column("title_en", "text", "Name in English."),
            Column("meaning", "text", "What it shows."),
            Column("meaning_en", "text", "The same in English."),
            Column(
                "hue",
                "choice",
                "Its colours, from light to dark.",
                required=True,
                choices=AreaLayer.Hue.values,
            ),
            Column("is_public", "boolean", "Whether everybody may see it.", required=True),
            Column("is_on", "boolean", "Whether maps offer it.", required=True),
        ),
    )
)
register_table(
    Table(
        name=DELIVERIES,
        model_path="places.AreaDelivery",
        note="What each layer draws, as it was delivered last; the areas stand in areas.geojson.",
        order=99,
        key_columns=("layer",),
        scope="layer__concept",
        stays_if_absent=True,
        select=lambda rows: rows.filter(layer__current=F("pk")),
        public=lambda rows: rows.filter(layer__is_public=True, layer__is_on=True),
        own_columns=(
            Column("layer", "reference", "Key of the layer.", required=True, refers=LAYERS),
            Column("file_name", "text", "Name of the file that it came from."),
            Column("source", "text", "Whose data it is.", required=True),
            Column("licence", "text", "Licence of the data.", required=True),
            Column("as_of", "date", "Day to which the data refer."),
            Column("unit", "text", "Unit of the values."),
        ),
        side_file=AreasFile(),
        shared_values=lambda concept, actor: {"reading": uuid.uuid4()},
        clear=_clear,
        finish=_finish,
    )
)
