"""Workbooks: XLSX, XLSB, XLS and ODS. Values come from calamine; what it leaves out is read beside it (``workbook_marks``)."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine as calamine

from .book import Book, CellValue, ReadLimits, Sheet
from .notes import FileRefused, Note
from .notes import german as _
from .workbook_marks import mark_ods, mark_xls, mark_xlsx

MOST_PARTS = 5_000
INSTRUCTIONS = tuple(
    sign.encode(encoding)
    for sign in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
"""What a part of a workbook never needs and may unpack to without end."""


def read_workbook(data: bytes, kind: str, limits: ReadLimits) -> Book:
    """The sheets of a workbook. Raises FileRefused."""
    if kind != "xls":
        check_archive(data, limits)
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError as error:
        raise FileRefused(Note("password", _("Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort."))) from error  # fmt: skip
    except Exception as error:
        raise _broken() from error
    book = Book(kind, [])
    for about in workbook.sheets_metadata:
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = workbook.get_sheet_by_name(about.name)
            _check_size(sheet.total_height, sheet.total_width, about.name, limits)
            rows = sheet.to_python(skip_empty_area=False)
        except calamine.CalamineError as error:
            raise _broken() from error
        read = Sheet(about.name, [[_value(cell) for cell in row] for row in rows])
        read.hidden = about.visible != calamine.SheetVisibleEnum.Visible
        read.merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
        book.sheets.append(read)
    if kind == "xlsx":
        mark_xlsx(data, book)
    elif kind == "ods":
        mark_ods(data, book)
    elif kind == "xls":
        mark_xls(data, book)
    else:
        book.notes.append(Note("no_formats", _("Bei XLSB-Dateien sind Zahlenformate und ausgeblendete Zeilen nicht zu erkennen. Bitte prüfen Sie Prozentwerte oder speichern Sie die Datei als XLSX.")))  # fmt: skip
    return book


def check_archive(data: bytes, limits: ReadLimits) -> None:
    """Refuse a packed file that unpacks to too much, or whose parts define entities. Raises FileRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
                raise FileRefused(Note("bomb", _("Die Datei wird beim Auspacken zu groß. Sie wird nicht gelesen.")))  # fmt: skip
            for part in parts:
                if part.flag_bits & 1:
                    raise FileRefused(Note("password", _("Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort.")))  # fmt: skip
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    content = archive.read(part)
                    if any(sign in content for sign in INSTRUCTIONS):
                        raise FileRefused(Note("entities", _("Die Datei enthält Anweisungen, die in eine Tabelle nicht gehören. Sie wird nicht gelesen.")))  # fmt: skip
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise _broken() from error


def _broken() -> FileRefused:
    return FileRefused(Note("broken", _("Die Datei ist beschädigt oder keine Tabelle. Bitte speichern Sie sie neu als XLSX.")))  # fmt: skip


def _check_size(height: int, width: int, name: str, limits: ReadLimits) -> None:
    if height > limits.rows or width > limits.columns or height * width > limits.cells:
        raise FileRefused(
            Note(
                "too_large",
                _("Das Blatt „%(sheet)s“ hat %(rows)s Zeilen und %(columns)s Spalten; gelesen werden höchstens %(most)s Zeilen und %(wide)s Spalten. Bitte löschen Sie leere Zeilen oder teilen Sie es auf."),
                {
                    "sheet": name, "rows": str(height), "columns": str(width),
                    "most": str(limits.rows), "wide": str(limits.columns),
                },
            )
        )  # fmt: skip


def _value(cell: Any) -> CellValue:
    """A cell of calamine as a plain value; moments at midnight are days, lengths of time are texts."""
    if type(cell) is float:
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if type(cell) is str:
        return cell if cell.strip() else None
    if type(cell) is datetime:
        return cell.date() if cell.time() == time.min else cell
    if cell is None or isinstance(cell, bool | int | date):
        return cell
    if isinstance(cell, timedelta | time):
        return str(cell)
    return str(cell)
