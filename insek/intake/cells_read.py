"""The cells of columns with numbers, years, money, days and spans, read by the engine once for the whole column."""

from __future__ import annotations

from collections.abc import Iterator

from insek.engines.tables.column_cells import ColumnReading, ReadCell
from insek.engines.tables.column_reading import read_column
from insek.engines.tables.found_table import FoundTable
from insek.engines.tables.notes import OpenQuestion
from insek.web.words_of_engines import say

from .targets import Reading, WantedField

READ_HERE = {"text", "choice", "unit", "place", "item", "yesno", "priority", "references"}
"""Kinds of cells whose words are decided by ``said_words``, or that are texts."""


class CellsRead(dict[int, dict[str, ReadCell]]):
    """Place of a column -> row (``TableRow.ref``) -> what the cell was read as; with what is open and what is wrong."""

    def __init__(self, table: FoundTable) -> None:
        super().__init__()
        self.table = table
        self.questions: list[OpenQuestion] = []
        self._problems: dict[tuple[int, str], str] = {}

    def add(self, index: int, found: ColumnReading) -> None:
        self[index] = {self.table.ref(cell.sheet, cell.row): cell for cell in found.cells}
        self.questions += found.questions
        for problem in found.problems:
            self._problems.setdefault((index, self.table.ref(problem.sheet, problem.row)), say(problem.note))

    def problem(self, index: int, row: str) -> str:
        """What is wrong with a cell, in words; empty where nothing is."""
        cell = self.get(index, {}).get(row)
        return self._problems.get((index, row), "") or (say(cell.note) if cell and cell.note else "")


def engine_columns(reading: Reading) -> Iterator[tuple[int, WantedField]]:
    """The columns that the engine reads."""
    for index, name in reading.columns.items():
        wanted = reading.wanted.get(name)
        if wanted is not None and wanted.words is None and wanted.kind not in READ_HERE:
            yield index, wanted


def columns_read(reading: Reading) -> CellsRead:
    """Read all such columns of a table."""
    table = reading.table
    assert table is not None
    found = CellsRead(table)
    heads = {column.index: column.shown for column in table.columns}
    for index, wanted in engine_columns(reading):
        found.add(
            index,
            read_column(
                wanted.kind, table.cells(index), key=f"{index}", head=heads.get(index, ""), decisions=reading.decisions
            ),
        )  # fmt: skip
    return found
