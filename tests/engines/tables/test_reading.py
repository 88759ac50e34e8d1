"""Bytes in, sheets out: every kind of file, what is hidden in them, and what is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.tables.book import ReadLimits, book_bytes, book_from_bytes, column_letter
from insek.engines.tables.notes import FileRefused
from insek.engines.tables.reading import read_book, read_pasted
from insek.engines.tables.reading_apart import read_apart
from insek.engines.tables.text_files import separator_of
from tests.engines.tables.sheets_made import case, workbook
from tests.engines.tables.xlsb_made import xlsb

GRID = [
    ["Ort", "2023", "2024"],
    ["Altdorf", "1.111", "1.131"],
    ["Mühlöß", "1.222", "1.242"],
    ["Ödheim", "1.333", "1.353"],
]


def rows_of(data: bytes, name: str = "x"):
    return read_book(data, name).sheets[0].rows


def refusal(data: bytes, limits: ReadLimits | None = None) -> str:
    with pytest.raises(FileRefused) as refused:
        read_book(data, "x", limits or ReadLimits())
    return refused.value.note.code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "cp850"]
)
@pytest.mark.parametrize("separator", [";", "\t", ",", "|"])
def test_text_in_any_encoding_and_with_any_separator(encoding, separator):
    text = "\r\n".join(separator.join(row) for row in GRID)
    assert rows_of(text.encode(encoding)) == GRID


def test_a_decimal_comma_is_no_separator():
    assert separator_of("Ort;Anteil\nA;12,5\nB;13,5\n") == ";"
    assert separator_of("Ort\tAnteil\nA\t12,5\nB\t13,5\n") == "\t"
    assert separator_of('place,share\nA,12.5\n"B, C",13.5\n') == ","


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8),
            min_size=3,
            max_size=3,
        ),
        min_size=2,
        max_size=6,
    )
)
def test_what_is_written_as_csv_is_read_again(rows):
    import csv

    target = io.StringIO()
    csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    kept = [[cell if cell.strip() else None for cell in row] for row in rows]
    while kept and not any(kept[-1]):
        kept.pop()
    if len([row for row in kept if any(row)]) > 1:
        assert rows_of(target.getvalue().encode()) == kept


def test_json_lines_become_a_table():
    data = b'{"id": 1, "ort": {"lon": 7.7, "lat": 49.4}, "tags": ["a", "b"]}\n{"id": 2, "text": "\\u00e4"}\n'
    assert rows_of(data) == [
        ["id", "ort.lon", "ort.lat", "tags", "text"], [1, 7.7, 49.4, "a; b", None], [2, None, None, None, "ä"],
    ]  # fmt: skip
    assert read_book(data).sheets[0].row_number(1) == 1
    assert refusal(b'{"id": 1}\n{"id": \n') == "json"


def test_what_is_pasted_from_a_spreadsheet_is_a_table():
    assert read_pasted("Nr\tTitel\n1\tPark\n").sheets[0].rows == [["Nr", "Titel"], ["1", "Park"]]
    with pytest.raises(FileRefused):
        read_pasted("  \n")


def test_a_workbook_says_what_is_percent_hidden_merged_and_not_calculated():
    def change(sheet):
        sheet["B2"].number_format = "0.0%"
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.merge_cells("A3:A4")

    book = read_book(
        workbook(
            [["Ort", "Anteil", "x"], ["A", 0.125, date(2023, 12, 31)], ["B", 0.5, "=B2*2"], [None, 1, True]],
            change,
        )
    )
    sheet = book.sheets[0]
    assert sheet.rows == [
        ["Ort", "Anteil", "x"],
        ["A", 0.125, date(2023, 12, 31)],
        ["B", 0.5, None],
        [None, 1, True],
    ]
    assert (sheet.formats, sheet.broken) == ({(1, 1): "0.0%"}, {(2, 2): ""})
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merged) == ([2], [2], [(2, 0, 3, 0)])
    assert sheet.in_percent(1, 1) and not sheet.in_percent(2, 1)


def test_calculated_values_and_errors_are_told_apart():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("W")
    sheet.write_row(0, 0, ["Ort", "Wert"])
    sheet.write(1, 0, "A")
    sheet.write_formula(1, 1, "=1+1", None, 2)
    sheet.write(2, 0, "B")
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    sheet.write(3, 0, "C")
    sheet.write_formula(3, 1, '=""', None, "leer")
    book.close()
    read = read_book(target.getvalue()).sheets[0]
    assert [row[1] for row in read.rows] == ["Wert", 2, None, "leer"]
    assert read.broken == {(2, 1): "#DIV/0!"}


def ods(table: str) -> bytes:
    target = io.BytesIO()
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>",
        )
    return target.getvalue()


def test_an_ods_file_says_so_too():
    def cell(text, kind="string", more=""):
        value = f' office:value="{text}"' if kind != "string" else ""
        return f'<table:table-cell office:value-type="{kind}"{value} {more}><text:p>{text}</text:p></table:table-cell>'

    table = (
        '<table:table table:name="T"><table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
        f"<table:table-row>{cell('Ort')}{cell('Anteil')}{cell('geheim')}</table:table-row>"
        f'<table:table-row table:visibility="collapse">{cell("A")}{cell("0.125", "percentage")}{cell("1", "float")}</table:table-row>'
        f"<table:table-row>{cell('B', more=chr(34).join(['table:number-columns-spanned=', '2', '']))}<table:covered-table-cell/>{cell('2', 'float')}</table:table-row></table:table>"
    )
    sheet = read_book(ods(table)).sheets[0]
    assert sheet.rows == [["Ort", "Anteil", "geheim"], ["A", 0.125, 1], ["B", None, 2]]
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.merged) == ([1], [2], [(2, 0, 2, 1)])
    assert sheet.in_percent(1, 1)


def test_a_book_is_kept_and_found_again():
    book = read_book(workbook([["Ort", "Tag"], ["Ä", date(2024, 1, 31)], ["B", None]]))
    assert book_from_bytes(book_bytes(book)) == book


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b"  \r\n ", "empty"), (b"\xef\xbb\xbf", "empty"), (b";;;\n;;\n", "empty"), (b"Ort;2023\n", "only_head"),
        (b"<html><table><tr><td>Ort<td>2023</table>", "html"), (b"\xef\xbb\xbf<!DOCTYPE html><html>", "html"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "xml"), (b"<?xml version='1.0'?><a/>", "other"),
        (b"%PDF-1.7\n", "other"), (b"\x89PNG\r\n", "other"), (b"SQLite format 3\0abc", "other"), (b'{"type": "FeatureCollection", "features": []}', "other"),
        (b"PK\x03\x04broken", "broken"), (b"Ort;A\x00b;\x01\x02\x00;\x00\xff" * 20, "no_text"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_and_named(data, code):
    assert refusal(data) == code


def archive_of(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A good workbook with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(workbook([["Ort", "2023"], ["A", 1]]))) as good:
        parts = {one: good.read(one) for one in good.namelist()}
    return archive_of(parts | {name: content})


def test_bombs_are_refused():
    assert (
        refusal(
            with_part("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 30_000_000),
            ReadLimits(unpacked_bytes=20_000_000),
        )
        == "bomb"
    )
    assert refusal(with_part("xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY b "bb">]><sst/>')) == "entities"
    assert refusal(archive_of({"word/document.xml": b"<w/>"})) == "other"
    assert refusal(archive_of({"a.txt": b"x"})) == "other"
    far = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(FileRefused) as refused:
        read_apart(with_part("xl/worksheets/sheet1.xml", far), limits=ReadLimits(memory_bytes=700_000_000))
    assert refused.value.note.code in {"too_large", "too_much"}


def test_a_file_with_too_many_rows_is_refused_and_says_how_many():
    with pytest.raises(FileRefused, match="höchstens 3 Zeilen"):
        read_book(workbook([["Ort", "x"], *[[f"O{n}", n] for n in range(5)]]), limits=ReadLimits(rows=3))
    assert refusal(b"Ort;x\n" + b"a;1\n" * 9, ReadLimits(rows=3)) == "too_large"


def test_a_file_is_read_in_a_process_of_its_own_with_limits():
    data = workbook([["Ort", "x"], ["Ä", 1]])
    assert read_apart(data, "x.xlsx") == read_book(data, "x.xlsx")
    with pytest.raises(FileRefused) as refused:
        read_apart(b"<html>", "x.xls")
    assert refused.value.note.code == "html"


def test_letters_of_columns():
    assert [column_letter(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(("name", "width"), [("wide_clean.csv", 4), ("wide_bom.csv", 4), ("wide_latin1_tab.txt", 4), ("wide_utf16_unicodetext.txt", 4), ("alt.xls", 3), ("libre.ods", 2)])  # fmt: skip
def test_cases_are_read(name, width):
    rows = rows_of(case(f"tables/{name}"))
    assert (len(rows), len(rows[0]), rows[6][0]) == (10, width, "Mölschbach")


def test_cases_are_refused():
    assert (refusal(case("tables/html_as.xls")), refusal(case("tables/only_head.csv"))) == (
        "html",
        "only_head",
    )


def test_cases_name_formulas_and_what_is_hidden():
    broken = [read_book(case(f"tables/formula_{one}.xlsx")).sheets[0].broken for one in ("cache", "nocache")]
    assert broken == [{(4, 2): "#DIV/0!", (5, 2): "#N/A"}, {(row, 2): "" for row in range(1, 10)}]
    hidden = read_book(case("tables/hidden.xlsx")).sheets[0]
    assert (hidden.hidden_rows, hidden.hidden_columns) == ([3], [2])


def test_a_binary_workbook_is_read_and_says_what_is_not_seen_in_it():
    book = read_book(xlsb([["Nr.", "Maßnahme", "Kosten"], ["1", "Radweg", 1200.5], ["2", "Park", None]]))
    assert (book.kind, [note.code for note in book.notes]) == ("xlsb", ["no_formats"])
    assert book.sheets[0].rows == [
        ["Nr.", "Maßnahme", "Kosten"],
        ["1", "Radweg", 1200.5],
        ["2", "Park", None],
    ]
