"""What calamine does not say about a workbook: number formats, hidden rows and columns, formulas without a value.

XLSX is searched as text with patterns, not parsed: 50,000 rows take 0.1 s, and what is not looked for costs nothing.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from insek.engines.cell_formats import is_percent

from .book import Book, Sheet
from .colours import MOST_FILLS, light_of
from .notes import Note
from .notes import german as _

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BUILT_IN = {9: "0%", 10: "0.00%"}
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"[^>]*>')
_COLUMNS = re.compile(rb"<col\b[^>]*>")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_FORMULA_CELL = re.compile(rb"<c\b([^>]*?)>(?:(?!</c>).)*?<f\b(?:[^>]*/>|.*?</f>)(.*?)</c>", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_CALCULATED = re.compile(rb"<v>(.+?)</v>|<is>", re.DOTALL)
_ERROR_CELL = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)>(.*?)</c>', re.DOTALL)
_ODS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}%s"
_MOST_REPEATED = 20_000
_INDEXED = {
    "10": "FF0000",
    "2": "FF0000",
    "11": "00FF00",
    "3": "00FF00",
    "13": "FFFF00",
    "5": "FFFF00",
    "17": "008000",
    "50": "339966",
    "51": "FFCC00",
    "52": "FF9900",
}
"""Colours of old workbooks that are those of a traffic light, by their number."""


def mark_xlsx(data: bytes, book: Book) -> None:
    """Add formats, hidden rows and columns, and broken formulas to the sheets of an XLSX file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            parts = _sheet_parts(archive)
            percent = _percent_styles(archive)
            lights = _light_styles(archive)
        except (KeyError, ElementTree.ParseError, ValueError):
            book.notes.append(_unseen())
            return
        for sheet in book.sheets:
            if sheet.name in parts:
                part = archive.read(parts[sheet.name])
                _mark_sheet(part, sheet, percent)
                _mark_fills(part, sheet, lights)


def _unseen() -> Note:
    return Note("no_marks", _("Ausgeblendete Zeilen, Formeln ohne Wert und Zahlenformate waren in dieser Datei nicht zu erkennen."))  # fmt: skip


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet -> its part in the archive."""
    where = "xl/workbook.xml"
    roots = ElementTree.fromstring(archive.read("_rels/.rels"))  # noqa: S314 -- entities are refused before
    for relation in roots:
        if relation.get("Type", "").endswith("/officeDocument"):
            where = relation.get("Target", where).lstrip("/")
    folder, name = posixpath.split(where)
    relations = ElementTree.fromstring(archive.read(f"{folder}/_rels/{name}.rels"))  # noqa: S314 -- entities are refused before
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(archive.read(where))  # noqa: S314 -- entities are refused before
    found = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        if target and part in archive.namelist():
            found[sheet.get("name", "")] = part
    return found


def _percent_styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Number of each cell style that shows percent -> its format."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 -- entities are refused before
    codes = dict(_BUILT_IN)
    for one in styles.iter(f"{_MAIN}numFmt"):
        codes[int(one.get("numFmtId", "0"))] = one.get("formatCode", "")
    cells = styles.find(f"{_MAIN}cellXfs")
    return {
        str(place): codes[int(style.get("numFmtId", "0"))]
        for place, style in enumerate(cells if cells is not None else ())
        if is_percent(codes.get(int(style.get("numFmtId", "0")), ""))
    }


def _light_styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Number of each cell style that is filled in a colour of a traffic light -> which."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 -- entities are refused before
    fills, cells = styles.find(f"{_MAIN}fills"), styles.find(f"{_MAIN}cellXfs")
    lights: dict[str, str] = {}
    for place, fill in enumerate(fills if fills is not None else ()):
        pattern = fill.find(f"{_MAIN}patternFill")
        colour = pattern.find(f"{_MAIN}fgColor") if pattern is not None else None
        if pattern is not None and colour is not None and pattern.get("patternType") == "solid":
            rgb = colour.get("rgb") or _INDEXED.get(colour.get("indexed", ""), "")
            lights[str(place)] = light_of(rgb)
    return {
        str(place): light
        for place, style in enumerate(cells if cells is not None else ())
        if (light := lights.get(style.get("fillId", "")))
    }


def _mark_fills(part: bytes, sheet: Sheet, lights: dict[str, str]) -> None:
    if not lights:
        return
    wanted = "|".join(lights).encode()
    for cell in re.finditer(rb'<c\b[^>]*?\bs="(%s)"[^>]*>' % wanted, part):
        if place := _place(cell[0]):
            sheet.fills[place] = lights[cell[1].decode()]
    if len(sheet.fills) > MOST_FILLS:
        sheet.fills.clear()


def _mark_sheet(part: bytes, sheet: Sheet, percent: dict[str, str]) -> None:
    if b"hidden=" in part:
        sheet.hidden_rows = [int(row[1]) - 1 for row in _ROW.finditer(part) if _HIDDEN.search(row[0])]
        for column in _COLUMNS.finditer(part[: part.find(b"<sheetData") + 1]):
            if _HIDDEN.search(column[0]):
                ends = [re.search(rb'\b%s="(\d+)"' % end, column[0]) for end in (b"min", b"max")]
                first, last = (int(hit[1]) if hit else 0 for hit in ends)
                sheet.hidden_columns += range(max(first - 1, 0), min(last, sheet.width))
    if percent:
        wanted = "|".join(percent).encode()
        for cell in re.finditer(rb'<c\b[^>]*?\bs="(%s)"[^>]*>' % wanted, part):
            if place := _place(cell[0]):
                sheet.formats[place] = percent[cell[1].decode()]
    if b"<f" in part:
        for cell in _cells_with_formula(part):
            place = _place(cell[1])
            if place and not _CALCULATED.search(cell[2]) and b't="str"' not in cell[1]:
                sheet.broken[place] = ""
    if b't="e"' in part:
        for cell in _ERROR_CELL.finditer(part):
            place = _place(cell[1])
            shown = _CALCULATED.search(cell[2])
            if place:
                sheet.broken[place] = shown[1].decode("utf-8", "replace") if shown and shown[1] else "#"


def _cells_with_formula(part: bytes) -> Iterator[re.Match[bytes]]:
    """Cells with ``<f>``; cells are looked through one by one, so that no pattern runs over its cell."""
    for cell in re.finditer(rb"<c\b[^>]*?(?:/>|>.*?</c>)", part, re.DOTALL):
        if b"<f" in cell[0]:
            hit = _FORMULA_CELL.fullmatch(cell[0])
            if hit:
                yield hit


def _place(attributes: bytes) -> tuple[int, int] | None:
    hit = _REFERENCE.search(attributes)
    if hit is None:
        return None
    column = 0
    for letter in hit[1]:
        column = column * 26 + letter - 64
    return int(hit[2]) - 1, column - 1


def mark_ods(data: bytes, book: Book) -> None:
    """Add percent cells, hidden rows and columns, merged cells and errors to the sheets of an ODS file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
    signs = (b'"percentage"', b'"collapse"', b'"filter"', b"-spanned=", b"table:formula=")
    if not any(sign in content for sign in signs):
        return
    named = {sheet.name: sheet for sheet in book.sheets}
    try:
        for _event, table in ElementTree.iterparse(io.BytesIO(content)):  # noqa: S314 -- entities are refused before
            if table.tag == _ODS % ("table", "table"):
                sheet = named.get(table.get(_ODS % ("table", "name"), ""))
                if sheet is not None:
                    _mark_ods_table(table, sheet)
                table.clear()
    except ElementTree.ParseError:
        book.notes.append(_unseen())


def _mark_ods_table(table: ElementTree.Element, sheet: Sheet) -> None:
    column = 0
    for one in table.iter(_ODS % ("table", "table-column")):
        times = _repeated(one, "columns")
        if one.get(_ODS % ("table", "visibility")) in {"collapse", "filter"}:
            sheet.hidden_columns += range(column, min(column + times, sheet.width))
        column += times
    row = 0
    for line in table.iter(_ODS % ("table", "table-row")):
        times = _repeated(line, "rows")
        if line.get(_ODS % ("table", "visibility")) in {"collapse", "filter"}:
            sheet.hidden_rows += range(row, min(row + times, len(sheet.rows)))
        _mark_ods_cells(line, row, sheet)
        row += times


def _mark_ods_cells(line: ElementTree.Element, row: int, sheet: Sheet) -> None:
    column = 0
    for cell in line:
        kind = cell.get(_ODS % ("office", "value-type"))
        if kind == "percentage":
            for place in range(column, min(column + _repeated(cell, "columns"), sheet.width)):
                sheet.formats[row, place] = "0%"
        wide = int(cell.get(_ODS % ("table", "number-columns-spanned"), "1"))
        high = int(cell.get(_ODS % ("table", "number-rows-spanned"), "1"))
        if wide > 1 or high > 1:
            sheet.merged.append((row, column, row + high - 1, column + wide - 1))
        if cell.get(_ODS % ("table", "formula")):
            shown = "".join(cell.itertext()).strip()
            if shown.startswith(("#", "Err:")) or (kind is None and not shown):
                sheet.broken[row, column] = shown
        column += _repeated(cell, "columns")


def _repeated(element: ElementTree.Element, what: str) -> int:
    return min(int(element.get(_ODS % ("table", f"number-{what}-repeated"), "1")), 2_000_000)


def mark_xls(data: bytes, book: Book) -> None:
    """Add percent cells, hidden rows and columns, merged cells and errors to the sheets of an old Excel file."""
    import xlrd

    try:
        old = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        for sheet in book.sheets:
            _mark_xls_sheet(old, old.sheet_by_name(sheet.name), sheet)
    except Exception:
        book.notes.append(_unseen())


def _mark_xls_sheet(old: object, source: object, sheet: Sheet) -> None:
    formats = old.format_map  # type: ignore[attr-defined]  # xlrd has no types
    percent = {
        place: formats[style.format_key].format_str
        for place, style in enumerate(old.xf_list)  # type: ignore[attr-defined]  # xlrd has no types
        if style.format_key in formats and is_percent(formats[style.format_key].format_str)
    }
    sheet.hidden_rows = [row for row, info in sorted(source.rowinfo_map.items()) if info.hidden]  # type: ignore[attr-defined]  # xlrd has no types
    sheet.hidden_columns = [
        column
        for column, info in sorted(source.colinfo_map.items())  # type: ignore[attr-defined]  # xlrd has no types
        if info.hidden and column < sheet.width
    ]
    if not sheet.merged:
        sheet.merged = [(top, left, low - 1, right - 1) for top, low, left, right in source.merged_cells]  # type: ignore[attr-defined]  # xlrd has no types
    for row in range(source.nrows):  # type: ignore[attr-defined]  # xlrd has no types
        for column in range(source.row_len(row)):  # type: ignore[attr-defined]  # xlrd has no types
            cell = source.cell(row, column)  # type: ignore[attr-defined]  # xlrd has no types
            if cell.ctype == 5:
                sheet.broken[row, column] = "#"
            elif cell.ctype == 2 and cell.xf_index in percent:
                sheet.formats[row, column] = percent[cell.xf_index]
