"""The content of an edition in words: facts of an item as it was adopted, and the difference to what it says today."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek.engines.diff import word_diff
from insek.package import Table, table_named
from insek.release.changes import FieldChange, geometry_words
from insek.thread.labels import FIELD_LABELS, field_order
from insek.web.display import date_words, period_words

from .freezing import Content, differing

TEXTS = frozenset({"text", "perspective"})
"""What is shown as a text of its own, not as a fact."""
HEAD = frozenset(
    {"title", "name", "number", "standing", "perspective_standing", "name_en", "aim_en", "colour", "icon"}
)
"""What is elsewhere on the page, or says nothing to a reader."""
BIG = 10_000
"""From here on whole numbers are grouped; years are smaller."""


def item_facts(table_name: str, content: Content) -> list[dict[str, str]]:
    """What an item said besides its texts, as label and value."""
    table = table_named(table_name)
    names = [name for name in content["cells"] if name not in TEXTS | HEAD]
    return [
        {"label": _label(table, name), "value": _said(table, content, name)}
        for name in sorted([*names, *content["beside"]], key=_place)
    ]


def rows_between(
    table_name: str, before: Content | None, after: Content | None, names: Iterable[str] | None = None
) -> list[FieldChange]:
    """The difference between two contents word by word, in the order of forms; None is an item that is not there."""
    table = table_named(table_name)
    found = differing(before, after) if names is None else list(names)
    return [
        FieldChange(
            name, _label(table, name), word_diff(_said(table, before, name), _said(table, after, name))
        )
        for name in sorted(found, key=_place)
    ]


def labels_of(table_name: str, names: Iterable[str]) -> list[str]:
    """What columns are called, in the order of forms."""
    return [_label(table_named(table_name), name) for name in sorted(names, key=_place)]


def _place(name: str) -> tuple[int, str]:
    return (field_order(name), name)


def _label(table: Table, name: str) -> str:
    if name in FIELD_LABELS:
        return str(FIELD_LABELS[name])
    try:
        return str(table_named(name).label or name)
    except KeyError:
        return name


def _said(table: Table, content: Content | None, name: str) -> str:
    """The words of one column, or of all rows beside under one name; empty where there is nothing."""
    if content is None:
        return ""
    if name in content["beside"]:
        return "\n".join(_line(table_named(name), row) for row in content["beside"][name])
    return _words(table, name, content["cells"].get(name, ""), content["names"])


def _line(table: Table, row: Mapping[str, Any]) -> str:
    """A row beside an item in one line."""
    said = []
    if "geometry" in row:
        said.append(geometry_words(shapely.from_geojson(json.dumps(row["geometry"])).wkt))
    for name in sorted(row["cells"], key=_place):
        if name != "key":
            said.append(f"{_label(table, name)}: {_words(table, name, row['cells'][name], row['names'])}")
    return "; ".join(said)


def _words(table: Table, name: str, cell: str, names: Mapping[str, list[str]]) -> str:
    """A cell of the package in the words of the page."""
    if not cell:
        return ""
    if name in names:
        return ", ".join(names[name])
    try:
        column = table.column(name)
    except KeyError:
        return cell  # of a version before or after this one
    field = table.model_field(column)
    choices = dict(getattr(field, "flatchoices", ()) or ())
    if cell in choices or (cell.isdigit() and int(cell) in choices):
        return str(choices[cell if cell in choices else int(cell)])
    if column.type == "boolean":
        return _("ja") if cell == "true" else _("nein")
    if (column.type == "integer" and abs(int(cell)) >= BIG) or column.type == "decimal":
        return str(number_format(Decimal(cell), force_grouping=True))
    if column.type == "date":
        return date_words(date.fromisoformat(cell))
    return period_words(cell) if column.type == "moment" else cell
