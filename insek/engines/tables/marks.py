"""Columns in which a cross stands under one of several heads: "kurzfristig | mittelfristig | langfristig" become one column of words."""

from __future__ import annotations

from dataclasses import replace

from .book import CellValue
from .found_table import FoundColumn, FoundTable
from .horizons import NotAHorizon, read_horizon
from .notes import german as _

MARKS = frozenset({"x", "X", "✓", "✔", "●", "•", "■", "×", "xx", "(x)", "+"})


def join_marks(table: FoundTable) -> None:
    """Add a column for each group of columns that hold crosses only; the columns themselves stay."""
    marked = [column for column in table.columns if column.origin == "sheet" and _only_marks(table, column)]
    groups: list[list[FoundColumn]] = []
    for column in marked:
        last = groups[-1][-1] if groups else None
        if last is not None and last.index + 1 == column.index and _group_head(last) == _group_head(column):
            groups[-1].append(column)
        else:
            groups.append([column])
    for group in groups:
        if len(group) > 1 and all(column.parts and column.parts[-1] for column in group):
            _add(table, group)


def _only_marks(table: FoundTable, column: FoundColumn) -> bool:
    cells = [row.values[column.index] for row in table.rows if row.values[column.index] is not None]
    return bool(cells) and all(isinstance(cell, str) and cell.strip() in MARKS for cell in cells)


def _group_head(column: FoundColumn) -> str:
    return column.parts[0] if len(column.parts) > 1 else ""


def _add(table: FoundTable, group: list[FoundColumn]) -> None:
    names = {column.index: next(part for part in reversed(column.parts) if part) for column in group}
    head = _group_head(group[0]) or (
        _("Zeithorizont") if all(map(_is_horizon, names.values())) else _("Angekreuzt")
    )
    table.columns.append(FoundColumn(len(table.columns), head, (head,), None, "marks"))

    def word(values: tuple[CellValue, ...]) -> CellValue:
        return " / ".join(name for index, name in names.items() if values[index] is not None) or None

    table.rows = [replace(row, values=(*row.values, word(row.values))) for row in table.rows]
    table.sums = [replace(row, values=(*row.values, None)) for row in table.sums]


def _is_horizon(text: str) -> bool:
    try:
        return bool(read_horizon(text).word)
    except NotAHorizon:
        return False
