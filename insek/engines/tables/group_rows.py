"""Rows that sum up those below them: "1 Vorbereitung" with the sum of 1.1 and 1.2. They become a heading, and their sums are not read twice."""

from __future__ import annotations

from dataclasses import replace

from .book import cell_shown
from .found_table import FoundColumn, FoundRow, FoundTable, LeftOutRow
from .head_texts import head_key
from .notes import Note
from .notes import german as _
from .row_marks import shape_of

FEWEST = 2
"""Groups from which a table is one of groups."""


def lift_group_rows(table: FoundTable) -> None:
    """Take rows of groups out of the data and name their group in a column of its own."""
    column = next((one.index for one in table.columns[:2] if _all_codes(table, one.index)), None)
    if column is None or column + 1 >= len(table.columns):
        return
    groups: dict[int, str] = {}
    inside: dict[int, str] = {}
    for place, row in enumerate(table.rows):
        code = _code(row, column)
        below = []
        for other in table.rows[place + 1 :]:
            if not _code(other, column).startswith(f"{code}."):
                break
            below.append(other)
        if below and _sums_up(row, below):
            name = " ".join(cell_shown(row.values[column + 1]).split())
            groups[place] = name
            inside |= {place + 1 + number: name for number in range(len(below))}
    if len(groups) < FEWEST or len(inside) + len(groups) < len(table.rows):
        return
    head = _("Abschnitt") if "abschnitt" not in {head_key(one.head) for one in table.columns} else _("Gruppe")
    table.columns.append(FoundColumn(len(table.columns), head, (head,), None, "section"))
    for place in groups:
        row = table.rows[place]
        text = " | ".join(cell_shown(value) for value in row.values if value is not None)[:120]
        note = Note("group", _("Summe der Zeilen darunter; sie wird zu einer Zwischenüberschrift."))
        table.left_out.append(LeftOutRow(row.number, note, text, row.sheet))
    table.rows = [replace(row, values=(*row.values, inside[place])) for place, row in enumerate(table.rows) if place in inside]  # fmt: skip
    table.sums = [replace(row, values=(*row.values, None)) for row in table.sums]


def _code(row: FoundRow, column: int) -> str:
    return cell_shown(row.values[column]).strip()


def _all_codes(table: FoundTable, column: int) -> bool:
    codes = [_code(row, column) for row in table.rows]
    return len(codes) > 3 and all(map(shape_of, codes)) and len(set(codes)) == len(codes)


def _sums_up(row: FoundRow, below: list[FoundRow]) -> bool:
    """Whether at least one figure is the sum of those below, and none is anything else."""
    found = 0
    for place, value in enumerate(row.values):
        if not isinstance(value, int | float) or isinstance(value, bool) or not value:
            continue
        parts = [other.values[place] for other in below]
        figures = [
            float(part) for part in parts if isinstance(part, int | float) and not isinstance(part, bool)
        ]
        if not figures:
            continue
        if abs(sum(figures) - value) > max(1.0, 0.001 * abs(value)):
            return False
        found += 1
    return found > 0
