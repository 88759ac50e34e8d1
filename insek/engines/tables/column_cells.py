"""What goes into the readers of columns and what comes out: cells, their readings, and the words to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .book import CellValue, cell_shown
from .notes import Note, OpenQuestion, RowProblem

SHOWN = 80
"""Characters of a cell that are quoted in a problem."""


@dataclass(frozen=True)
class ColumnCell:
    """One cell of a column, with what the workbook says about it."""

    row: int
    """Row as a person counts it."""
    value: CellValue
    percent: bool = False
    """Whether the sheet shows 0.125 as 12.5 %."""
    broken: str | None = None
    """Error of its formula; empty where it was never calculated."""
    sheet: str = ""

    @property
    def text(self) -> str:
        return cell_shown(self.value).strip()


@dataclass(frozen=True)
class Option:
    """One of the words a cell may mean: a district, a unit, a field, a priority."""

    key: str
    label: str
    also: Sequence[str] = ()
    """Other names: number, abbreviation, English name, names decided earlier."""


@dataclass(frozen=True)
class ReadCell:
    """What a cell was read as; ``value`` is None where nothing is there or nothing can be said."""

    row: int
    text: str
    """What stands there, for showing."""
    value: Any = None
    status: str = ""
    """A sign of official statistics (``official_signs.STATUSES``), or ``open`` where it waits for an answer, ``wrong`` for a problem."""
    note: Note | None = None
    sheet: str = ""


@dataclass
class ColumnReading:
    """A column as it was read."""

    cells: list[ReadCell] = field(default_factory=list)
    questions: list[OpenQuestion] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def add(self, cell: ColumnCell, value: Any = None, status: str = "", note: Note | None = None) -> None:
        self.cells.append(ReadCell(cell.row, cell.text, value, status, note, cell.sheet))

    def refuse(self, cell: ColumnCell, head: str, note: Note) -> None:
        """A cell that cannot be read: a problem of its row."""
        self.add(cell, None, "wrong", note)
        self.problems.append(problem_of(cell, head, note))


def problem_of(cell: ColumnCell, head: str, note: Note, *, severe: bool = True) -> RowProblem:
    return RowProblem(cell.row, note, cell.sheet, head, shown_short(cell.text), severe)


def shown_short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
