"""Small files of the shapes that offices send, made for the tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from insek.engines.tables.book import Sheet

CASES = Path(os.environ.get("INSEK_CASES", Path(__file__).resolve().parents[4] / "shared" / "cases"))
"""Files of offices that are not part of the project; what needs them is left out where they are not."""


def case(name: str) -> bytes:
    """A file of the cases; the test is skipped where they are not there."""
    for root in (CASES, *(parent / "shared" / "cases" for parent in Path(__file__).resolve().parents)):
        if (root / name).exists():
            return (root / name).read_bytes()
    pytest.skip("the files of shared/cases are not here")


def workbook(
    rows: Sequence[Sequence[Any]], change: Callable[[Any], None] | None = None, name: str = "Tabelle1"
) -> bytes:
    """An XLSX file with one sheet; ``change`` gets the sheet before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    if change:
        change(sheet)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def sheet(
    rows: Sequence[Sequence[Any]], name: str = "T", merged: Sequence[tuple[int, int, int, int]] = ()
) -> Sheet:
    """A sheet as if it had been read."""
    wide = max(map(len, rows))
    return Sheet(name, [[*row, *[None] * (wide - len(row))] for row in rows], merged=list(merged))
