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
from insek.thread.own_fields import is_own
from insek.thread.rows import rows_of_table
from insek.web.display import date_words, period_words

from .freezing import Content, differing
from .own_frozen import english_differing, own_label, own_names, own_words

TEXTS = frozenset({"text", "perspective"})
"""What is shown as a text of its own, not as a fact."""
HEAD = frozenset(
    {
        "title",
        "name",
        "number",
        "standing",
        "perspective_standing",
        "name_en",
        "aim_en",
        "perspective_en",
        "colour",
        "icon",
    }
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
    ] + [
        {"label": own_label(name, content), "value": own_words(name, content)} for name in own_names(content)
    ]


def rows_between(
    table_name: str, before: Content | None, after: Content | None, names: Iterable[str] | None = None
) -> list[FieldChange]:
    """The difference between two contents word by word, in the order of forms; None is an item that is not there."""
    table = table_named(table_name)
    found = differing(before, after) if names is None else list(names)
    return [
        FieldChange(
            name,
            own_label(name, before, after) if is_own(name) else _label(table, name),
            word_diff(_said(table, before, name), _said(table, after, name)),
        )
        for name in sorted(found, key=_place)
    ]


def labels_of(table_name: str, names: Iterable[str], *contents: Content | None) -> list[str]:
    """What columns are called, in the order of forms; own fields as the contents call them."""
    table = table_named(table_name)
    return [
        own_label(name, *contents) if is_own(name) else _label(table, name)
        for name in sorted(names, key=_place)
    ]


def english_rows(before: Content | None, after: Content | None) -> list[FieldChange]:
    """What differs in the English version, word by word."""
    old, new = (before or {}).get("english", {}), (after or {}).get("english", {})
    return [
        FieldChange(
            name,
            str(FIELD_LABELS.get(name, name)),
            word_diff(old.get(name, ""), new.get(name, "")),
        )
        for name in english_differing(before, after)
    ]


def _place(name: str) -> tuple[int, str]:
    return (field_order(name), name)


def _as_filled_in(table: Table, names: Iterable[str]) -> list[str]:
    """The columns of rows in the order of their form; those that no rows declare as everywhere else."""
    rows = rows_of_table(table.name)
    declared = [field.name for field in rows.fields] if rows is not None else []
    return sorted(
        names, key=lambda name: (declared.index(name) if name in declared else len(declared), *_place(name))
    )


KEPT_BY_THE_PROGRAM = {"key", "position", "is_internal"}
"""Columns of rows beside an item that say nothing of what is in them."""


def _label(table: Table, name: str) -> str:
    """What a column is called: as its row declares it, else as the field of that name is called everywhere."""
    rows = rows_of_table(table.name)
    declared = rows.field(name) if rows is not None else None
    if declared is not None:
        return str(declared.label)
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
    if is_own(name):
        return own_words(name, content)
    if name in content["beside"]:
        return "\n".join(_line(table_named(name), row) for row in content["beside"][name])
    return _words(table, name, content["cells"].get(name, ""), content["names"])


def _line(table: Table, row: Mapping[str, Any]) -> str:
    """A row beside an item in one line."""
    said = []
    if "geometry" in row:
        said.append(geometry_words(shapely.from_geojson(json.dumps(row["geometry"])).wkt))
    for name in _as_filled_in(table, row["cells"]):
        if name not in KEPT_BY_THE_PROGRAM:
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
