"""Sheets that say the same of different things ("one sheet a field of action"): joined into one table with the sheet as a column."""

from __future__ import annotations

from collections.abc import Sequence

from .book import CellValue
from .found_table import FoundColumn, FoundRow, FoundTable
from .head_texts import head_key
from .notes import german as _

ALIKE = 0.7
"""Share of heads that two sheets have in common when they are one table."""


def joined_tables(tables: Sequence[FoundTable]) -> list[FoundTable]:
    """Tables with the heads of an earlier one are put below it; all others stay as they are."""
    groups: list[list[FoundTable]] = []
    for table in tables:
        for group in groups:
            if _alike(group[0], table):
                group.append(table)
                break
        else:
            groups.append([table])
    return [_joined(group) if len(group) > 1 else group[0] for group in groups]


def _keys(table: FoundTable) -> list[str]:
    """A key for each column; equal heads are told apart by their order."""
    found: list[str] = []
    for column in table.columns:
        key = head_key(column.head) or f"column {column.letter}"
        if column.origin == "section":
            key = f"section {key}"
        found.append(f"{key} {sum(one == key or one.startswith(f'{key} #') for one in found)}" if key in found else key)  # fmt: skip
    return found


def _alike(one: FoundTable, other: FoundTable) -> bool:
    if one.layout != other.layout or not one.head_rows or not other.head_rows:
        return False
    first = {head_key(column.head) for column in one.columns if column.origin == "sheet" and column.head}
    second = {head_key(column.head) for column in other.columns if column.origin == "sheet" and column.head}
    if len(first | second) < 2:
        return False
    return len(first & second) >= ALIKE * len(first | second)


def _joined(group: Sequence[FoundTable]) -> FoundTable:
    first = group[0]
    keys: list[str] = []
    models: dict[str, FoundColumn] = {}
    for table in group:
        for key, column in zip(_keys(table), table.columns, strict=True):
            if key not in models:
                keys.append(key)
                models[key] = column
    place = {key: index for index, key in enumerate(keys)}
    joined = FoundTable(
        first.sheet, first.layout, first.head_rows, first.first_row, first.last_row, left_out=[one for table in group for one in table.left_out], titles=first.titles,
        notes=[note for table in group for note in table.notes], sheets=tuple(table.sheet for table in group),
    )  # fmt: skip
    for key in keys:
        old = models[key]
        joined.columns.append(FoundColumn(place[key], old.head, old.parts, old.source, old.origin))
    joined.columns.append(FoundColumn(len(keys), _("Blatt"), (_("Blatt"),), None, "sheet_name"))
    for table in group:
        moved = [place[key] for key in _keys(table)]

        def turned(row: FoundRow, moved: Sequence[int] = moved) -> FoundRow:
            values: list[CellValue] = [None] * (len(keys) + 1)
            for value, index in zip(row.values, moved, strict=True):
                values[index] = value
            values[-1] = row.sheet
            return FoundRow(row.number, tuple(values), row.sheet)

        joined.rows += map(turned, table.rows)
        joined.sums += map(turned, table.sums)
        joined.questions += table.questions
        joined.problems += table.problems
        joined.legend += table.legend
        joined.percent |= {(sheet, row, moved[column]) for sheet, row, column in table.percent}
        joined.broken |= {(sheet, row, moved[column]): error for (sheet, row, column), error in table.broken.items()}  # fmt: skip
    return joined
