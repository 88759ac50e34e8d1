"""A file as it was read: sheets of plain values, and beside them what changes their meaning.

Rows and columns of ``Sheet.rows`` count from 0 here; everything a person sees counts rows from 1 (``row_number``) and names
columns by their letter or head.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from insek.engines.cell_formats import is_percent

from .notes import Note

CellValue = str | int | float | bool | date | None
"""What a cell holds. Empty is None, never an empty text. Numbers of CSV files stay texts; days are ``date``, moments ``datetime``."""
Place = tuple[int, int]
"""Row and column of a cell, both from 0."""


@dataclass
class Sheet:
    """One sheet of a workbook, or the whole of a text file."""

    name: str
    rows: list[list[CellValue]]
    """All rows from the first; each as wide as the sheet."""
    formats: dict[Place, str] = field(default_factory=dict)
    """Number formats where they change what a number means (percent), e.g. ``0.0%``."""
    fills: dict[Place, str] = field(default_factory=dict)
    """Cells in a colour of a traffic light: ``red``, ``amber``, ``green``."""
    broken: dict[Place, str] = field(default_factory=dict)
    """Formula cells with an error (``#DIV/0!``, ``#NV``) or, as ``""``, never calculated."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Merged cells: first row, first column, last row, last column."""
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    hidden: bool = False
    """Whether the sheet itself is hidden."""
    first_line: int = 1
    """What the first row is called by a person (text files that begin elsewhere)."""

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def row_number(self, row: int) -> int:
        """The row as a person counts it."""
        return row + self.first_line

    def in_percent(self, row: int, column: int) -> bool:
        """Whether the sheet shows 0.125 as 12.5 %."""
        code = self.formats.get((row, column))
        return code is not None and is_percent(code)


@dataclass
class Book:
    """A file that was read, in one of ``KINDS``."""

    kind: str
    sheets: list[Sheet]
    notes: list[Note] = field(default_factory=list)
    """What is said about the file as a whole: its encoding, its separator, hidden sheets."""
    encoding: str = ""
    separator: str = ""

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name. Raises KeyError."""
        for one in self.sheets:
            if one.name == name:
                return one
        raise KeyError(name)


KINDS = ("xlsx", "xlsb", "xls", "ods", "csv", "jsonl", "text")


@dataclass(frozen=True)
class ReadLimits:
    """How much a file may hold, and what reading it may take."""

    file_bytes: int = 50 * 1024 * 1024
    unpacked_bytes: int = 400 * 1024 * 1024
    """All parts of a packed workbook together."""
    rows: int = 400_000
    columns: int = 600
    cells: int = 8_000_000
    cell_chars: int = 40_000
    seconds: int = 60
    """Both of the processor and of the clock."""
    memory_bytes: int = 1536 * 1024 * 1024


USUAL_LIMITS = ReadLimits()


def column_letter(column: int) -> str:
    """The letter of a column that counts from 0: A, B … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_shown(value: CellValue) -> str:
    """The text of a cell as a person reads it: whole numbers without point, decimals with a comma, days as 31.12.2023."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M") if value.time() != time.min else value.strftime("%d.%m.%Y")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace(".", ",")
    return str(value)


def book_bytes(book: Book) -> bytes:
    """A book packed for keeping (JSON, zlib): parsed once, read again in every step. 50,000 rows take 0.3 s."""
    return zlib.compress(json.dumps(_plain(book), ensure_ascii=False, separators=(",", ":")).encode(), 1)


def book_from_bytes(kept: bytes) -> Book:
    """The book that ``book_bytes`` packed."""
    plain = json.loads(zlib.decompress(kept))
    return Book(
        plain["kind"],
        [_sheet(one) for one in plain["sheets"]],
        [Note.from_json(one) for one in plain["notes"]],
        plain["encoding"],
        plain["separator"],
    )


def _plain(book: Book) -> dict[str, Any]:
    return {
        "kind": book.kind, "notes": [note.as_json() for note in book.notes],
        "encoding": book.encoding, "separator": book.separator,
        "sheets": [_plain_sheet(one) for one in book.sheets],
    }  # fmt: skip


def _plain_sheet(sheet: Sheet) -> dict[str, Any]:
    days: list[tuple[int, int]] = []
    rows: list[list[Any]] = []
    for number, row in enumerate(sheet.rows):
        moments = [place for place, value in enumerate(row) if isinstance(value, date)]
        if moments:
            days += [(number, place) for place in moments]
            plain: list[Any] = list(row)
            for place in moments:
                plain[place] = plain[place].isoformat()
            rows.append(plain)
        else:
            rows.append(row)
    return {
        "name": sheet.name, "rows": rows, "days": days,
        "formats": [[*place, code] for place, code in sheet.formats.items()],
        "broken": [[*place, code] for place, code in sheet.broken.items()],
        "fills": [[*place, light] for place, light in sheet.fills.items()],
        "merged": sheet.merged, "hidden_rows": sheet.hidden_rows, "hidden_columns": sheet.hidden_columns,
        "hidden": sheet.hidden, "first_line": sheet.first_line,
    }  # fmt: skip


def _sheet(plain: Mapping[str, Any]) -> Sheet:
    rows = plain["rows"]
    for row, column in plain["days"]:
        text = rows[row][column]
        rows[row][column] = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return Sheet(
        name=plain["name"], rows=rows,
        formats={(row, column): code for row, column, code in plain["formats"]},
        broken={(row, column): code for row, column, code in plain["broken"]},
        fills={(row, column): light for row, column, light in plain.get("fills", ())},
        merged=[tuple(one) for one in plain["merged"]],
        hidden_rows=plain["hidden_rows"], hidden_columns=plain["hidden_columns"],
        hidden=plain["hidden"], first_line=plain["first_line"],
    )  # fmt: skip
