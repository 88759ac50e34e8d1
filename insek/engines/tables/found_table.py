"""A table that was found on a sheet: its columns and rows, what was left out and why, and what a person has corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .book import CellValue, column_letter
from .column_cells import ColumnCell
from .notes import Note, OpenQuestion, RowProblem


@dataclass(frozen=True)
class Corrections:
    """What a person says about a sheet that the program saw otherwise. Rows as a person counts them, columns from 0."""

    head_rows: tuple[int, ...] | None = None
    """The rows with heads; empty where there are none; None where the program shall look."""
    first_row: int | None = None
    last_row: int | None = None
    left_out: frozenset[int] = frozenset()
    """Rows that are no data."""
    kept: frozenset[int] = frozenset()
    """Rows that are data although they look otherwise."""
    columns_left_out: frozenset[int] = frozenset()
    layout: str = ""
    """``table`` or ``forms``; empty where the program shall look."""

    def as_json(self) -> dict[str, Any]:
        return {
            "head_rows": None if self.head_rows is None else list(self.head_rows),
            "first_row": self.first_row, "last_row": self.last_row, "layout": self.layout,
            "left_out": sorted(self.left_out), "kept": sorted(self.kept), "columns_left_out": sorted(self.columns_left_out),
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Corrections:
        heads = kept.get("head_rows")
        return cls(
            None if heads is None else tuple(heads), kept.get("first_row"), kept.get("last_row"),
            frozenset(kept.get("left_out", ())), frozenset(kept.get("kept", ())), frozenset(kept.get("columns_left_out", ())),
            kept.get("layout", ""),
        )  # fmt: skip


NOTHING_CORRECTED = Corrections()


@dataclass(frozen=True)
class FoundColumn:
    """A column of a found table; ``index`` is its place in the values of each row."""

    index: int
    head: str
    """All head rows in one: ``2023 · männlich``; empty where there is none."""
    parts: tuple[str, ...] = ()
    """The text of each head row, as it stands."""
    source: int | None = None
    """Its column on the sheet, from 0; None where it was made of rows or sheets."""
    origin: str = "sheet"
    """``sheet``; ``section`` (made of rows such as "Handlungsfeld 1: Wohnen"); ``sheet_name``; ``form``."""

    @property
    def letter(self) -> str:
        return "" if self.source is None else column_letter(self.source)

    @property
    def shown(self) -> str:
        """Its head, or its letter where it has none."""
        return self.head or self.letter


@dataclass(frozen=True)
class FoundRow:
    """A row of data; ``number`` as a person counts it (of a form: its first row)."""

    number: int
    values: tuple[CellValue, ...]
    sheet: str = ""


@dataclass(frozen=True)
class LeftOutRow:
    """A row that is no data, and why."""

    row: int
    note: Note
    text: str = ""
    """What stands in it, shortened."""
    sheet: str = ""


@dataclass
class FoundTable:
    """What is data on a sheet, or on several equal ones."""

    sheet: str
    layout: str = "table"
    head_rows: tuple[int, ...] = ()
    first_row: int = 0
    last_row: int = 0
    columns: list[FoundColumn] = field(default_factory=list)
    rows: list[FoundRow] = field(default_factory=list)
    left_out: list[LeftOutRow] = field(default_factory=list)
    """Rows that are no data, in their order; empty rows are not named."""
    sums: list[FoundRow] = field(default_factory=list)
    """Rows of sums, left out as data and used for checking."""
    titles: list[str] = field(default_factory=list)
    legend: list[str] = field(default_factory=list)
    questions: list[OpenQuestion] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    percent: set[tuple[str, int, int]] = field(default_factory=set)
    """Sheet, row and column index of cells shown in percent."""
    broken: dict[tuple[str, int, int], str] = field(default_factory=dict)
    """Sheet, row and column index of formulas without a value -> their error."""
    sheets: tuple[str, ...] = ()
    """All sheets it was joined from."""

    def ref(self, sheet: str, number: int) -> str:
        """What tells a row from all others: its number, and its sheet where the table was joined from several."""
        return f"{sheet}!{number}" if len(self.sheets) > 1 else f"{number}"

    def cells(self, index: int, rows: Iterable[FoundRow] | None = None) -> list[ColumnCell]:
        """The cells of a column, with what the workbook says about them."""
        return [
            ColumnCell(
                row.number, row.values[index], (row.sheet, row.number, index) in self.percent,
                self.broken.get((row.sheet, row.number, index)), row.sheet,
            )
            for row in (self.rows if rows is None else rows)
        ]  # fmt: skip

    def column(self, head: str) -> FoundColumn:
        """The column of that head. Raises KeyError."""
        for one in self.columns:
            if one.head == head:
                return one
        raise KeyError(head)
