"""Where the items of a kind lie as a GeoPackage for QGIS, with their signs as styles; read in again it changes the same items.

One layer each for areas, lines and points, in the city's own reference system, the empty ones too, so that something new can
be drawn in each. The columns are called as in the form, and ``insek_id`` says which item a row is. The same content gives the
same bytes.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django import forms
from django.db import models
from django.utils.text import slugify
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.geometry import to_metric
from insek.intake.items_wanted import names_in_form
from insek.items.columns import own_field
from insek.items.pages import pages_of
from insek.people.actors import PROGRAM, Actor
from insek.thread.kinds import kind_named
from insek.thread.models import Item

from .layers import colour_of, layer_of
from .models import District
from .pages import sign_of, signs_for
from .qgis_style import qgis_style

MOST = 20_000
"""Items in one file."""
SHAPES = (("flaechen", "MultiPolygon", 2), ("linien", "MultiLineString", 1), ("punkte", "MultiPoint", 0))
IDENTITY = "insek_id"
LEFT_OUT = {"standing", "source_title", "source_url", "source_date", "document", "page", "confidence", "centre_lon", "centre_lat"}  # fmt: skip
"""What stands on the page of an item and is not drawn."""
FIXED_DAY = "2000-01-01T00:00:00.000Z"
_STYLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


class TooMany(Exception):
    """More items than fit one file."""


def placed_items(concept: Concept, kind: str, actor: Actor) -> list[tuple[Item, BaseGeometry]]:
    """The items of a kind that this person may see and that lie somewhere, by their numbers. Raises TooMany."""
    spec, layer = kind_named(kind), layer_of(kind)
    items = Item.objects.visible_to(actor).filter(concept=concept, kind=kind)
    rows = dict(layer.model.objects.filter(item__in=items).exclude(west=None).values_list("item_id", "geometry")[: MOST + 1])  # fmt: skip
    if len(rows) > MOST:
        raise TooMany
    foreign = [
        f"{kind}__{column.name}"
        for column in spec.model._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column.name != "item"
    ]
    known = items.select_related(kind, "concept", *foreign).prefetch_related("fields", "themes")
    return [(item, rows[item.pk]) for item in known.order_by("sort_key", "pk") if item.pk in rows]


def columns_of(kind: str, concept: Concept) -> list[tuple[str, str]]:
    """Name and head of each column: the fields of the form that a map file can bring back, whoever reads it."""
    pages = pages_of(kind)
    form = pages.form(concept=concept, actor=PROGRAM)  # the form of who may not edit has no fields
    names = [name for name in names_in_form(pages, form) if name not in LEFT_OUT]
    return [(name, str(form.fields[name].label or name)) for name in names if not isinstance(form.fields[name], forms.FileField)]  # fmt: skip


def map_package(concept: Concept, kind: str, actor: Actor) -> bytes:
    """The file. Raises TooMany. Some eight queries, whatever its size."""
    import pyogrio
    from pyogrio.raw import write

    found = placed_items(concept, kind, actor)
    columns = columns_of(kind, concept)
    plural = slugify(str(kind_named(kind).list_path)).replace("-", "_")
    with tempfile.TemporaryDirectory(prefix="insek-map-") as folder:
        path = Path(folder) / "karte.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DAY})
        styles: list[tuple[str, str]] = []
        try:
            for name, geometry, dimension in SHAPES:
                if kind == "district" and dimension != 2:
                    continue
                rows = [
                    (item, shape) for item, shape in found if int(shapely.get_dimensions(shape)) == dimension
                ]
                table = f"{plural}_{name}"
                write(
                    path, _wkb([shape for _item, shape in rows], concept.metric_crs), _cells(rows, columns, kind), [IDENTITY, *(head for _name, head in columns)],
                    geometry_type=geometry, driver="GPKG", crs=f"EPSG:{concept.metric_crs}", layer=table, append=path.exists(), promote_to_multi=True,
                )  # fmt: skip
                styles.append(
                    (
                        table,
                        qgis_style(
                            dimension, *_signs(rows, columns, kind, signs_for(kind, concept), dimension)
                        ),
                    )
                )
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        _add_styles(path, styles)
        return path.read_bytes()


def _wkb(shapes: Sequence[BaseGeometry], epsg: int) -> Any:
    return np.array([shapely.to_wkb(to_metric(shape, epsg)) for shape in shapes], dtype=object)


def _cells(rows: Sequence[tuple[Item, BaseGeometry]], columns: Iterable[tuple[str, str]], kind: str) -> list[Any]:  # fmt: skip
    cells = [np.array([item.pk for item, _shape in rows], dtype=object)]
    for name, _head in columns:
        cells.append(np.array([cell_of(item, kind, name) for item, _shape in rows], dtype=object))
    return cells


def cell_of(item: Item, kind: str, name: str) -> str | None:
    """What a field of an item says, as a table reads it in again; None where it is empty."""
    if name in {"fields_of_action", "themes"}:
        named = item.fields.all() if name == "fields_of_action" else item.themes.all()
        return "; ".join(str(each.name) for each in named) or None
    column = own_field(pages_of(kind), name)
    row: Any = kind_named(kind).row(item) if column is not None else item
    if column is not None and column.many_to_many:
        return "; ".join(str(each) for each in getattr(row, name).all()) or None
    value = getattr(row, name, None)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if value in (None, ""):
        return None
    display = getattr(row, f"get_{name}_display", None)
    if display is not None:
        return str(display())
    if isinstance(value, District):
        return value.item.title
    return str(value)


def _signs(
    rows: Sequence[tuple[Item, BaseGeometry]],
    columns: Iterable[tuple[str, str]],
    kind: str,
    catalogue: Sequence[tuple[str, dict[str, Any]]],
    dimension: int,
) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    """The column that tells the signs apart, and each of its values with its sign, those that nothing has yet too; one sign for all where there is no such column."""
    head = next((head for name, head in columns if name == "sign"), "")
    usual = {"colour": colour_of(kind), "letter": kind_named(kind).prefix}
    if not head:
        return "", [("", usual)]
    shape = ("point", "line", "area")[dimension]
    found = {name: sign for name, sign in catalogue if sign["shape"] == shape}
    for item, _shape in rows:
        drawn = sign_of(item)
        found.setdefault(cell_of(item, kind, "sign") or "", drawn.get("sign") or usual)
    return head, sorted(found.items())


def _add_styles(path: Path, styles: Iterable[tuple[str, str]]) -> None:
    """Put the styles where QGIS looks for them, so that it shows the signs when the file is opened."""
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute(_STYLES)
            connection.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
                (FIXED_DAY,),
            )
            for table, style in styles:
                connection.execute(
                    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)"
                    " VALUES ('', '', ?, 'geom', 'INSEK', ?, '', 1, '', '', ?)",
                    (table, style, FIXED_DAY),
                )
    finally:
        connection.close()
