"""A GeoPackage of the city read as a base map: a mapping says which of its tables are which layer.

The mapping is a JSON file:

    {"attribution": "© Stadt …, Vermessung", "licence": "…", "as_of": "2026-01",
     "tables": [
       {"table": "ax_gebaeude", "layer": "building", "street": "strasse", "number": "hausnummer"},
       {"table": "strassenachsen", "layer": "road", "name": "name", "ref": "nummer",
        "class": {"column": "widmung", "values": {"1301": "motorway", "1303": "primary"}, "else": "residential"}},
       {"table": "nutzung", "layer": "wood", "where": "art = 'Wald'", "class": "wood"}]}

``name``, ``ref``, ``street`` and ``number`` name columns; ``class`` is a class, or a column with its values; ``where`` is a
condition in SQL on the columns of the table. A table may stand several times.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer

from .features import LAYERS, BaseAbout, BaseFeature, UnreadableBase
from .openstreetmap import Box

COLUMNS = ("name", "ref", "street", "number")


def read_mapping(path: Path) -> dict[str, Any]:
    """The mapping, checked. Raises UnreadableBase."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableBase(f"{path.name}: no JSON file ({error})") from None
    tables = found.get("tables") if isinstance(found, dict) else None
    if not isinstance(tables, list) or not tables:
        raise UnreadableBase(f"{path.name}: says no tables")
    for one in tables:
        if not isinstance(one, dict) or not one.get("table"):
            raise UnreadableBase(f"{path.name}: an entry without a table")
        if one.get("layer") not in LAYERS:
            raise UnreadableBase(
                f"{path.name}: layer “{one.get('layer')}” of {one['table']} is none of {', '.join(LAYERS)}"
            )
    return dict(found)


def about_mapping(mapping: Mapping[str, Any]) -> BaseAbout:
    """What the mapping says of the data."""

    def said(key: str) -> tuple[str, ...]:
        return (str(mapping[key]),) if mapping.get(key) else ()

    return BaseAbout(
        said("attribution"), said("licence"), said("source"), str(mapping.get("as_of") or ""), said("note")
    )


def read_geopackage(
    path: Path,
    mapping: Mapping[str, Any],
    box: Box | None,
    *,
    said: Callable[[str], object] = lambda _table: None,
) -> Iterator[BaseFeature]:
    """The features of the mapped tables that meet a box, in WGS 84. Raises UnreadableBase."""
    import pyogrio
    import pyogrio.raw

    known = {str(name) for name, _kind in pyogrio.list_layers(path)}
    for one in mapping["tables"]:
        table = str(one["table"])
        if table not in known:
            raise UnreadableBase(f"{path.name} has no table “{table}”; it has {', '.join(sorted(known))}")
        said(table)
        info = pyogrio.read_info(path, layer=table)
        if not info["crs"]:
            raise UnreadableBase(f"{table}: no reference system")
        columns = {key: str(one[key]) for key in COLUMNS if one.get(key)}
        sort = one.get("class") or ""
        if isinstance(sort, dict):
            columns["class"] = str(sort.get("column"))
        if missing := sorted(set(columns.values()) - {str(name) for name in info["fields"]}):
            raise UnreadableBase(f"{table} has no column {', '.join(missing)}")
        meta, _ids, shapes, values = pyogrio.raw.read(
            path,
            layer=table,
            bbox=_box_in(info["crs"], box),
            where=one.get("where"),
            columns=sorted(set(columns.values())),
            force_2d=True,
        )
        read = {str(name): column for name, column in zip(meta["fields"], values, strict=True)}
        geometries = _in_degrees(shapely.from_wkb(shapes, on_invalid="ignore"), info["crs"])
        for number, geometry in enumerate(geometries):
            if geometry is None or geometry.is_empty:
                continue
            told = {key: _text(read[column][number]) for key, column in columns.items()}
            kind = sort
            if isinstance(sort, dict):
                kind = sort.get("values", {}).get(told.pop("class"), sort.get("else") or "")
            yield BaseFeature(one["layer"], str(kind), geometry, **told)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return " ".join(str(int(value) if isinstance(value, float) and value.is_integer() else value).split())


def _in_degrees(geometries: Any, crs: str) -> Any:
    if CRS(crs) == CRS(4326):
        return geometries
    change = Transformer.from_crs(crs, 4326, always_xy=True)
    return shapely.transform(geometries, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))


def _box_in(crs: str, box: Box | None) -> Box | None:
    if box is None or CRS(crs) == CRS(4326):
        return box
    west, south, east, north = Transformer.from_crs(4326, crs, always_xy=True).transform_bounds(*box)
    return float(west), float(south), float(east), float(north)
