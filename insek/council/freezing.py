"""The content of an edition: between the files of its archive and the items that stand in it.

The content of one item is a plain dictionary, the same whether it comes from an archive of long ago or from the database:

- ``cells``: the filled cells of its row in the package, as text, and its long texts, by name of the column;
- ``beside``: rows that hang on it (its place, its targets), by table, each with ``cells``, ``names`` and ``geometry``;
- ``names``: what the rows were called that it refers to, by column. They are shown, and not compared;
- ``english`` and ``own``: its English version, and what stands in its own fields (``own_frozen``).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from insek.concept.models import Concept
from insek.package import ITEMS, Files, Table, all_tables, table_named
from insek.package.columns import SEPARATOR
from insek.package.descriptor import describe
from insek.package.older import as_of_today
from insek.package.parsing import DESCRIPTOR
from insek.package.single import PublicRows
from insek.package.writing import csv_bytes, json_bytes
from insek.thread.kinds import kind_named
from insek.thread.ordering import Ordered, keys_in_order, number_key
from insek.thread.own_fields import is_own, key_of

from .own_frozen import OWN_VALUES, amended_own, is_english, own_by_item, own_differing, own_today

Content = dict[str, Any]
LINKS = "links.csv"
FIELDS = "fields"
FIELD_TEXTS = {
    "standing": ("aim", "aim_en", "aim_source_url"),
    "perspective_standing": ("perspective", "perspective_en"),
}
"""What each standing of a field of action is about: an aim may be real and the perspective an example."""
LEFT_OUT = frozenset({"id", "key", "visibility", "position", "next_step", "hand_key"})
"""Columns that are in no content: keys and places in lists, and what comes next, which every report renews."""
NOT_ADOPTED = LEFT_OUT | {"title_en", "text_en", "perspective_en", "name_en", "aim_en"}
"""Columns that say nothing of what is adopted: those, and English versions, which help to read the German one."""


@dataclass(frozen=True)
class EditionPart:
    """One item, or field of action, of an edition."""

    table: str
    key: str
    content: Content
    rank: int = 0
    """Place in lists, for what has one."""
    listed: str = ""
    """Its key in the lists of its kind; empty: by number and title."""

    @property
    def number(self) -> str:
        """What people say and print."""
        return str(self.content["cells"].get("number", ""))

    @property
    def title(self) -> str:
        """What it is called."""
        cells = self.content["cells"]
        return str(cells.get("title") or cells.get("name", ""))

    @property
    def is_example(self) -> bool:
        """Whether it is made up."""
        return bool(self.content["cells"].get("standing") == "example")

    @property
    def place(self) -> tuple[int, int, str, str]:
        """Where it is in the document: by table, then in its own order or by number, as in the lists."""
        listed = self.listed or number_key(self.number, self.title)
        return (table_named(self.table).order, self.rank, listed, self.key)


def part_tables() -> list[Table]:
    """The tables of what the council adopts, in the order of the document."""
    return [table for table in all_tables() if table.in_edition == "part"]


def _beside_tables() -> list[Table]:
    return [table for table in all_tables() if table.in_edition == "beside"]


def parts_of(files: Files, *, example: bool) -> list[EditionPart]:
    """What is in an archive, in its order, as packages are written today; examples and the rest are never in the same edition."""
    files, _older = as_of_today(files)
    rows = {table.name: _rows(files, table.path) for table in all_tables() if table.path in files}
    titles = _titles(rows)

    def named(refers: str, key: str) -> str:
        return titles.get(refers, {}).get(key, key)

    beside, own = _beside_by_owner(files, rows, named), own_by_item(rows)
    parts = []
    for table in part_tables():
        listed = _listed(table, rows.get(table.name, ()))
        for row in rows.get(table.name, ()):
            key = row[table.key[0]]
            cells = {name: text for name, text in row.items() if text and name not in LEFT_OUT}
            for text_file in table.texts:
                if text := files.get(text_file.path.format(key=key), b"").decode().strip():
                    cells[text_file.attribute] = text
            cells = _of_standing(table, cells, example=example)
            rank = int(row.get("position") or 0)
            told = content(table, key, cells, beside, named, own)
            parts.append(EditionPart(table.name, key, told, rank, listed.get(key, "")))
    chosen = (
        part for part in parts if (_is_field(part) if part.table == FIELDS else part.is_example == example)
    )
    return sorted(chosen, key=lambda part: part.place)


def _listed(table: Table, rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The keys of items in the lists of their kind, where people put any of them somewhere; else none are needed."""
    rows = list(rows)
    if not table.kind or not any(row.get("hand_key") for row in rows):
        return {}
    above = kind_named(table.kind).parent
    return keys_in_order(
        {
            row["id"]: Ordered(row.get("hand_key", ""), row["number"], row["title"], row.get(above, ""))
            for row in rows
        }
    )


def _is_field(part: EditionPart) -> bool:
    """Whether anything of a field of action belongs to an edition of this standing."""
    return bool(FIELD_TEXTS.keys() & part.content["cells"].keys())


def _of_standing(table: Table, cells: dict[str, str], *, example: bool) -> dict[str, str]:
    """Of a field of action only the texts that are made up, or only those that are not; of items everything."""
    left_out = {
        name
        for standing, names in FIELD_TEXTS.items()
        if table.name == FIELDS and (cells.get(standing) == "example") != example
        for name in (standing, *names)
    }
    return {name: text for name, text in cells.items() if name not in left_out}


def without_examples(files: Files, concept: Concept) -> Files:
    """The files of a real edition without what fields of action say as an example."""
    made, table = dict(files), table_named(FIELDS)
    rows = _rows(files, table.path)
    for row in rows:
        for standing, names in FIELD_TEXTS.items():
            if row[standing] == "example":
                row |= {name: "" for name in names if name in row}
                for text_file in table.texts:
                    if text_file.attribute in names:
                        made.pop(text_file.path.format(key=row["key"]), None)
    _write_rows(made, table, rows)
    if made == files:
        return files
    del made[DESCRIPTOR]
    made[DESCRIPTOR] = json_bytes(describe(concept, made, "edition"))
    return made


def parts_now(
    concept: Concept, keys: Mapping[str, Iterable[str]], *, example: bool
) -> dict[tuple[str, str], EditionPart]:
    """What a few items say today, by table and key, as far as they are public. Some ten queries, however many items."""
    few = PublicRows(concept, [key for some in keys.values() for key in some])
    found: dict[tuple[str, str], EditionPart] = {}

    def named(refers: str, key: str) -> str:
        return few.names.get(refers, {}).get(key, key)

    beside: dict[str, dict[str, list[Content]]] = {}
    if any(table_named(name).kind for name in keys):
        for table in _beside_tables():
            if table.column(table.key_of_owner).refers not in {ITEMS, *keys}:
                continue
            records = few.records(table)
            written = {table.side_file.path: table.side_file.write(records)} if table.side_file else {}
            shapes = _shapes(table, written)
            for record in records:
                row = {column.name: column.format(record[column.name]) for column in table.columns}
                _put_beside(beside, table, row, shapes, named)
    own = own_today(concept, few)
    for name in keys:
        table = table_named(name)
        for record in few.records(table):
            row = {column.name: column.format(record[column.name]) for column in table.columns}
            cells = {column: text for column, text in row.items() if text and column not in LEFT_OUT}
            cells |= {
                each.attribute: text for each in table.texts if (text := record[each.attribute].strip())
            }
            cells = _of_standing(table, cells, example=example)
            key = row[table.key[0]]
            found[name, key] = EditionPart(name, key, content(table, key, cells, beside, named, own))
    return found


def content(
    table: Table,
    key: str,
    cells: dict[str, str],
    beside: Mapping[str, dict[str, list[Content]]],
    named: Callable[[str, str], str],
    own: Mapping[str, dict[str, Any]] | None,
) -> Content:
    """The content of one item from its cells, what hangs on it, and what stands in its own fields."""
    adopted = {name: text for name, text in cells.items() if not is_english(name)}
    made: Content = {"cells": adopted, "beside": beside.get(key, {}), "names": _names(table, cells, named)}
    made["english"] = {name: text for name, text in cells.items() if is_english(name)}
    if own is not None:
        made["own"] = own.get(key, {})
    return made


def differing(before: Content | None, after: Content | None) -> list[str]:
    """Names of the columns, of the tables beside and of the own fields in which two contents differ; no English version."""
    names = []
    for part in ("cells", "beside"):
        old = _compared((before or {}).get(part, {}))
        new = _compared((after or {}).get(part, {}))
        names += [
            name
            for name in old.keys() | new.keys()
            if old.get(name) != new.get(name) and not is_english(name)
        ]
    return sorted([*names, *own_differing(before, after)])


def with_changes(filed: Content, now: Content, names: Iterable[str]) -> Content:
    """What was filed, with what stands today in some of its columns."""
    made: Content = {part: dict(filed[part]) for part in filed}
    for name in names:
        parts = ("own",) if is_own(name) else ("cells", "beside", "names")
        key = key_of(name)
        for part in parts:
            made.setdefault(part, {}).pop(key, None)
            if key in now[part]:
                made[part][key] = now[part][key]
    return made


def adopted_files(
    filed: Files, now: Files, amended: Mapping[tuple[str, str], Content | None], concept: Concept
) -> Files:
    """The archive of what was adopted: what was filed, but for the amended items (None: struck).

    ``now`` are the files of today, for what an amendment refers to and for the links of added items.
    """
    if not amended:
        return filed
    filed, _older = as_of_today(filed)
    files = {path: text for path, text in filed.items() if path != DESCRIPTOR}
    owners = {key for _table, key in amended}
    for table in part_tables():
        here = {key: made for (name, key), made in amended.items() if name == table.name}
        if here:
            _amend_rows(files, filed, now, table, here)
    for table in _beside_tables():
        _amend_beside(files, table, owners, amended)
    if (own := table_named(OWN_VALUES)).path in files:
        _write_rows(files, own, amended_own(_rows(files, own.path), owners, amended))
    _complete_context(files, now)
    files[LINKS] = _links(files, now, added=owners - _item_ids(filed))
    files[DESCRIPTOR] = json_bytes(describe(concept, files, "edition"))
    return files


def _amend_rows(
    files: Files, filed: Files, now: Files, table: Table, amended: Mapping[str, Content | None]
) -> None:
    """Put the amended rows of one table in their place, with their long texts."""
    name = table.key[0]
    rows = {row[name]: row for row in _rows(filed, table.path)}
    today = {row[name]: row for row in _rows(now, table.path)}
    for key, made in amended.items():
        if made is None:
            rows.pop(key, None)
            for text_file in table.texts:
                files.pop(text_file.path.format(key=key), None)
            continue
        cells, base = made["cells"], rows.get(key) or today[key]
        # of a field of action, what is of the other standing stays as it was filed
        apart = {
            name
            for standing, names in FIELD_TEXTS.items()
            if standing not in cells
            for name in (standing, *names)
        }
        stays = NOT_ADOPTED | (apart if table.name == FIELDS else frozenset())
        rows[key] = {each: base.get(each, "") for each in stays} | cells
        for text_file in table.texts:
            if text_file.attribute not in stays:
                path, text = text_file.path.format(key=key), cells.get(text_file.attribute)
                files.pop(path, None)
                if text:
                    files[path] = f"{text}\n".encode()
    _write_rows(files, table, rows.values())


def _amend_beside(
    files: Files, table: Table, owners: set[str], amended: Mapping[tuple[str, str], Content | None]
) -> None:
    """Put what hangs on the amended items in its place, with where it lies."""
    owner = table.key_of_owner
    rows = _rows(files, table.path)
    kept = [row for row in rows if row[owner] not in owners]
    new = [
        (key, row)
        for (_table, key), made in amended.items()
        if made
        for row in made["beside"].get(table.name, ())
    ]
    if len(kept) == len(rows) and not new:
        return
    _write_rows(files, table, [*kept, *(row["cells"] | {owner: key} for key, row in new)])
    if table.side_file is not None:
        shapes = {key: shape for key, shape in _shapes(table, files).items() if key not in owners}
        shapes |= {key: row["geometry"] for key, row in new if "geometry" in row}
        files[table.side_file.path] = table.side_file.write(
            {table.key[0]: key, table.side_file.attribute: shapely.from_geojson(json.dumps(shape))}
            for key, shape in shapes.items()
        )


def _complete_context(files: Files, now: Files) -> None:
    """Add the rows of today that an amendment refers to and the filed archive does not have, such as a new unit."""
    for table in all_tables():
        if not table.in_edition or table.path not in files:
            continue
        for column in table.references():
            if column.refers == ITEMS or table_named(column.refers).in_edition != "context":
                continue
            named = {
                key for row in _rows(files, table.path) for key in row.get(column.name, "").split(SEPARATOR)
            }
            other = table_named(column.refers)
            there = _rows(files, other.path)
            missing = named - {""} - {row[other.key[0]] for row in there}
            if missing:
                today = [row for row in _rows(now, other.path) if row[other.key[0]] in missing]
                _write_rows(files, other, [*there, *today])


def _links(files: Files, now: Files, *, added: set[str]) -> bytes:
    """The links that were filed, and those of added items, as far as both ends are there."""
    table, ids = table_named("links"), _item_ids(files)
    rows = {tuple(row[name] for name in table.key): row for row in _rows(files, LINKS)}
    for row in _rows(now, LINKS):
        if {row["source"], row["target"]} & added:
            rows[tuple(row[name] for name in table.key)] = row
    kept = [row for row in rows.values() if {row["source"], row["target"]} <= ids]
    made: Files = {}
    _write_rows(made, table, kept)
    return made[LINKS]


def _item_ids(files: Files) -> set[str]:
    return {
        row["id"]
        for table in all_tables()
        if table.kind and table.in_edition
        for row in _rows(files, table.path)
    }


def _rows(files: Files, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files.get(path, b"").decode(), newline="")))


def _write_rows(files: Files, table: Table, rows: Iterable[Mapping[str, str]]) -> None:
    names = [column.name for column in table.columns]
    files[table.path] = csv_bytes(names, sorted([row.get(name) or "" for name in names] for row in rows))


def _titles(rows: Mapping[str, list[dict[str, str]]]) -> dict[str, dict[str, str]]:
    """What the rows of each table are called, by their key; all items together under the name for any item."""
    found: dict[str, dict[str, str]] = {ITEMS: {}}
    for name, lines in rows.items():
        table = table_named(name)
        found[name] = {}
        for row in lines:
            called = row.get("name") or row.get("title") or ""
            found[name][row[table.key[0]]] = f"{row.get('number', '')} {called}".strip()
        if table.kind:
            found[ITEMS] |= found[name]
    return found


def _names(table: Table, cells: Mapping[str, str], named: Callable[[str, str], str]) -> dict[str, Any]:
    return {
        column.name: [named(column.refers, key) for key in cells[column.name].split(SEPARATOR)]
        for column in table.references()
        if column.name in cells
    }


def _beside_by_owner(
    files: Files, rows: Mapping[str, list[dict[str, str]]], named: Callable[[str, str], str]
) -> dict[str, dict[str, list[Content]]]:
    beside: dict[str, dict[str, list[Content]]] = {}
    for table in _beside_tables():
        shapes = _shapes(table, files)
        for row in rows.get(table.name, ()):
            _put_beside(beside, table, row, shapes, named)
    return beside


def _put_beside(
    beside: dict[str, dict[str, list[Content]]],
    table: Table,
    row: Mapping[str, str],
    shapes: Mapping[str, Any],
    named: Callable[[str, str], str],
) -> None:
    owner = row[table.key_of_owner]
    cells = {name: text for name, text in row.items() if text and name != table.key_of_owner}
    line: Content = {"cells": cells, "names": _names(table, cells, named)}
    if row[table.key[0]] in shapes:
        line["geometry"] = shapes[row[table.key[0]]]
    lines = beside.setdefault(owner, {}).setdefault(table.name, [])
    lines.append(line)
    lines.sort(key=lambda each: json.dumps(each, sort_keys=True))


def _shapes(table: Table, files: Files) -> dict[str, Any]:
    """Where the rows of a table lie, as GeoJSON geometries, by their key."""
    if table.side_file is None or table.side_file.path not in files:
        return {}
    features = json.loads(files[table.side_file.path])["features"]
    return {each["properties"]["id"]: each["geometry"] for each in features if each["geometry"]}


def _compared(part: Mapping[str, Any]) -> dict[str, Any]:
    """Cells as they are; rows beside without what their references were called."""
    return {
        name: value
        if isinstance(value, str)
        else [{k: v for k, v in row.items() if k != "names"} for row in value]
        for name, value in part.items()
    }
