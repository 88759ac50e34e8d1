"""From the bytes of an upload to a table of cells: CSV in its many forms, and XLSX. Nothing is written anywhere."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO, StringIO
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek.engines.cell_formats import is_percent, number_text, precision

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 120
MAX_CELL = 2_000
MAX_UNPACKED = 40 * 1024 * 1024
"""Bytes of all parts of a workbook together; a sheet of 50,000 rows has about 15 MB."""
MAX_PARTS = 500
INSTRUCTIONS = tuple(
    sign.encode(encoding)
    for sign in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
"""What a part of a workbook never needs and may unpack to without end, wherever in the part and however it is called."""

Cell = str | Decimal | date


class CellNumber(Decimal):
    """A number of a workbook, and the format in which the sheet shows it."""

    format: str = ""

    @property
    def in_percent(self) -> bool:
        """Whether the sheet shows 0.125 as 12.5 %."""
        return is_percent(self.format)


class CellDay(date):
    """A day of a workbook that the sheet shows as its month or its year."""

    precision: str = "day"


@dataclass(frozen=True)
class Limits:
    """How much a file may hold, and whether cells may be calculated."""

    rows: int = MAX_ROWS
    cell: int = MAX_CELL
    formulas: bool = True
    """Whether a formula stands for the value that was last calculated; otherwise it becomes FORMULA."""


USUAL = Limits()
_TAGS = re.compile(r"<[^>]*>")
FORMULA = "\x1aFORMULA"
"""Stands for a cell with a formula where formulas are not read."""


class BadFile(Exception):
    """The file cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class FileTable:
    """What is in a file: the head and the rows with their line number, as a person counts them."""

    head: list[str]
    rows: list[tuple[int, list[Cell]]]
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""


def read_table(data: bytes, *, sheet: str = "", limits: Limits = USUAL) -> FileTable:
    """Read CSV or XLSX, told apart by what is in the file, not by its name. Raises BadFile."""
    if not data.strip():
        raise BadFile(_("Die Datei ist leer."))
    if len(data) > MAX_BYTES:
        raise BadFile(_("Die Datei ist größer als 5 MB. Bitte teilen Sie sie auf."))
    if data.startswith(b"PK"):
        return _workbook(data, sheet, limits)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile(
            _("Das ist eine alte oder mit Kennwort geschützte Excel-Datei. Bitte speichern Sie sie als XLSX ohne Kennwort.")
        )  # fmt: skip
    if data.lstrip()[:1] == b"<" or data.startswith(
        (b"%PDF", b"\x1f\x8b", b"\x89PNG", b"{", b"\xff\xd8\xff")
    ):
        raise BadFile(_("Das ist keine Tabelle. Bitte laden Sie eine CSV- oder XLSX-Datei hoch."))
    return _from_text(decoded(data), limits)


def holds_text(data: bytes, text: str) -> bool:
    """Whether a text is anywhere in a file, also beside the cells; True for a file that cannot be read."""
    try:
        if not data.startswith(b"PK"):
            return text in decoded(data)
        _check_parts(data)
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = [archive.read(part).decode("utf-8", "replace") for part in archive.infolist()]
    except BadFile:
        return True
    return any(text in unescape(part) or text in unescape(_TAGS.sub("", part)) for part in parts)


def decoded(data: bytes) -> str:
    """The text of a CSV file: UTF-8, UTF-16 with or without mark, else Windows' Latin. Raises BadFile."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:40:2].count(0) > 10:
        encodings = ["utf-16-le"]
    elif data[0:40:2].count(0) > 10:
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise BadFile(_("Die Datei enthält Nullzeichen. Sie ist beschädigt oder keine CSV-Datei."))
        return text
    raise BadFile(
        _("Die Zeichen der Datei lassen sich nicht lesen. Bitte speichern Sie sie als „CSV UTF-8“.")
    )


def _delimiter(text: str) -> str:
    """The sign between the columns: the one with which most lines have the same number of cells."""
    sample = "\n".join(text.splitlines()[:40])
    best, best_score = "", (0.0, 0)
    for sign in ";\t,":
        widths = [len(row) for row in csv.reader(StringIO(sample), delimiter=sign) if any(row)]
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        width, count = Counter(wide).most_common(1)[0]
        score = (count / len(widths), width if sign != "," else 0)
        if score > best_score:
            best, best_score = sign, score
    if not best:
        raise BadFile(
            _("Es ist nur eine Spalte zu erkennen. Bitte trennen Sie die Spalten mit Semikolon, Komma oder Tabulator.")
        )  # fmt: skip
    return best


def _from_text(text: str, limits: Limits) -> FileTable:
    first, _end, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):
        text = "\n" + rest
    rows: list[tuple[int, list[Cell]]] = []
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
                _not_too_big(rows, limits)
    except csv.Error as error:
        raise BadFile(_("Die CSV-Datei ist beschädigt, etwa durch ein Anführungszeichen zu viel.")) from error
    return _table(rows, limits)


def _too_many(limits: Limits) -> BadFile:
    return BadFile(
        _("Die Datei hat mehr als %(limit)s Zeilen. Bitte teilen Sie sie auf.")
        % {"limit": number_format(limits.rows, force_grouping=True)}
    )


def _not_too_big(rows: list[tuple[int, list[Cell]]], limits: Limits) -> None:
    if len(rows) > limits.rows + 20:
        raise _too_many(limits)
    number, cells = rows[-1]
    if len(cells) > MAX_COLUMNS:
        raise BadFile(_("Zeile %(row)s hat mehr als 120 Spalten.") % {"row": number})
    if any(isinstance(cell, str) and len(cell) > limits.cell for cell in cells):
        raise BadFile(
            _(
                "In Zeile %(row)s ist eine Zelle länger als %(limit)s Zeichen; vielleicht fehlt ein Anführungszeichen."
            )
            % {"row": number, "limit": number_format(limits.cell, force_grouping=True)}
        )


def _table(rows: list[tuple[int, list[Cell]]], limits: Limits, **more: Any) -> FileTable:
    """The head is the first row with two cells or more; what stands above it is a title."""
    start = next((i for i, (_n, cells) in enumerate(rows) if sum(cell != "" for cell in cells) > 1), None)
    if start is None or len(rows) == start + 1:
        raise BadFile(_("Unter der Kopfzeile stehen keine Zeilen mit Werten."))
    head = [shown(cell) for cell in rows[start][1]]
    body = rows[start + 1 :]
    if len(body) > limits.rows:
        raise _too_many(limits)
    width = max(len(head), *(len(cells) for _n, cells in body))
    head += [""] * (width - len(head))
    return FileTable(
        head, [(number, [*cells, *[""] * (width - len(cells))]) for number, cells in body], **more
    )


def shown(cell: Cell) -> str:
    """A cell as text: numbers as the sheet shows them, days as 2024-12-31, the first of a month shown as a month as 2024-12."""
    if isinstance(cell, CellNumber):
        return number_text(cell, cell.format)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, CellDay) and not hides_a_day(cell):
        return cell.isoformat()[: 7 if cell.precision == "month" else 4]
    return cell.isoformat() if isinstance(cell, date) else cell


def hides_a_day(cell: Cell) -> bool:
    """Whether a cell shows a month or a year but holds a day within it: then it is not known which is meant."""
    return isinstance(cell, CellDay) and (cell.day != 1 or (cell.precision == "year" and cell.month != 1))


def _workbook(data: bytes, wanted: str, limits: Limits) -> FileTable:
    _check_parts(data)
    from openpyxl import load_workbook  # slow to import, and only needed here

    damaged = _("Die Excel-Datei ist beschädigt. Bitte speichern Sie sie neu oder als CSV.")
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=limits.formulas, keep_links=False)
    except Exception as error:  # openpyxl raises all sorts of exceptions on broken files
        raise BadFile(damaged) from error
    try:
        sheets = [sheet.title for sheet in book.worksheets]
        if not sheets:
            raise BadFile(_("Die Excel-Datei hat kein Blatt mit Zellen."))
        name = wanted if wanted in sheets else sheets[0]
        sheet = book.worksheets[sheets.index(name)]
        sheet.reset_dimensions()
        rows: list[tuple[int, list[Cell]]] = []
        for number, found in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1):
            cells = [
                FORMULA if cell.data_type == "f" else _cell(cell.value, cell.number_format) for cell in found
            ]
            while cells and cells[-1] == "":
                cells.pop()
            if cells:
                rows.append((number, cells))
                _not_too_big(rows, limits)
            if number > 4 * limits.rows:
                break
    except BadFile:
        raise
    except Exception as error:  # as above
        raise BadFile(damaged) from error
    finally:
        book.close()
    return _table(rows, limits, sheets=sheets, sheet=name)


def _cell(value: Any, code: str | None) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        number = CellNumber(Decimal(repr(value)).normalize())
        number.format = code or ""
        return number if number.is_finite() else str(value)
    if isinstance(value, date):
        day = CellDay(value.year, value.month, value.day)
        day.precision = precision(code or "")
        return day if day.precision != "day" else date(value.year, value.month, value.day)
    return str(value).strip()


def _check_parts(data: bytes) -> None:
    """Refuse what only looks like a workbook, macros, and small files that unpack to big ones. Raises BadFile."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise BadFile(
                    _("Die Excel-Datei ist ausgepackt zu groß. Bitte speichern Sie das Blatt als CSV.")
                )
            if any("vbaproject" in name.lower() for name in names):
                raise BadFile(
                    _("Die Excel-Datei enthält Makros. Bitte speichern Sie sie als XLSX ohne Makros.")
                )
            if "xl/workbook.xml" not in names or any(name.startswith("/") or ".." in name for name in names):
                raise BadFile(_("Das ist keine Excel-Datei (XLSX)."))
            if any(part.flag_bits & 1 for part in parts):
                raise BadFile(_("Die Excel-Datei ist mit einem Kennwort geschützt."))
            for part in parts:
                content = archive.read(part)  # no longer than it says, which was checked above
                nulls = part.filename.endswith((".xml", ".rels")) and b"\x00" in content
                if nulls or any(sign in content for sign in INSTRUCTIONS):
                    raise BadFile(_("Die Excel-Datei enthält unzulässige Anweisungen."))
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error) as error:
        raise BadFile(
            _("Die Excel-Datei ist beschädigt. Bitte speichern Sie sie neu oder als CSV.")
        ) from error
