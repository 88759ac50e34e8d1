"""What can be read from an upload, and what is refused."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from insek.intake.table_files import MAX_BYTES, BadFile, read_table

TEXT = "Raum;Jahr;Wert\nMölschbach;2023;1,5\nHohenecken;2024;2,5\n"


def workbook(*rows, more=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title, lines in more:
        sheet = book.create_sheet(title)
        for row in lines:
            sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(**parts):
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_part(name, content):
    target = BytesIO(workbook(["Raum", "2024"], ["A", 1]))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_encodings_and_separators(encoding, sign):
    text = TEXT.replace(",", ".").replace(";", sign)
    table = read_table(text.encode(encoding))
    assert table.head == ["Raum", "Jahr", "Wert"]
    assert table.rows[0] == (2, ["Mölschbach", "2023", "1.5"])


def test_titles_above_the_head_and_empty_lines_are_passed_over():
    table = read_table(b"sep=;\nStatistik 2024;;\n\nRaum;Wert\nA;1\n\nB;2\n")
    assert table.head[:2] == ["Raum", "Wert"]
    assert [number for number, _cells in table.rows] == [5, 7]


def test_a_workbook_with_several_sheets():
    data = workbook(
        ["Raum", 2023, date(2024, 12, 31)], ["A", 1, 2.5], more=[("Zwei", [["Ort", "Wert"], ["B", 7]])]
    )
    table = read_table(data)
    assert table.sheets == ["Sheet", "Zwei"]
    assert table.head == ["Raum", "2023", "2024-12-31"]
    assert table.rows == [(2, ["A", Decimal(1), Decimal("2.5")])]
    assert read_table(data, sheet="Zwei").rows == [(2, ["B", Decimal(7)])]


BROKEN = {
    "empty": (b"", "leer"),
    "blank": (b" \n\n ", "leer"),
    "only a head": (b"Raum;Wert\n", "keine Zeilen"),
    "one column": (b"Raum\nA\nB\n", "nur eine Spalte"),
    "NUL": (b"Raum;Wert\nA\x00;1\n", "Nullzeichen"),
    "page": (b"<html><table>", "keine Tabelle"),
    "pdf": (b"%PDF-1.7 ...", "keine Tabelle"),
    "picture": (b"\x89PNG\r\n", "keine Tabelle"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "alte oder mit Kennwort"),
    "broken zip": (b"PK\x03\x04 broken", "beschädigt"),
    "cut workbook": (workbook(["Raum", "Wert"], ["A", 1])[:900], "beschädigt"),
    "another zip": (zipped(**{"word/document.xml": "<w/>"}), "keine Excel-Datei"),
    "not a workbook inside": (zipped(**{"xl/workbook.xml": "<x/>"}), "beschädigt"),
    "macros": (with_part("xl/vbaProject.bin", b"x"), "Makros"),
    "way out": (with_part("../../etc/x.xml", b"x"), "keine Excel-Datei"),
    "entities": (with_part("xl/x.xml", b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'), "unzulässige"),
    "entities further down": (
        with_part("xl/x.xml", b"<!--" + b"-" * 70_000 + b'--><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'),
        "unzulässige",
    ),
    "entities under another name": (
        with_part("xl/x.bin", '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'.encode("utf-16")), "unzulässige",
    ),
    "zip bomb": (with_part("xl/bomb.xml", b"0" * 60_000_000), "ausgepackt zu groß"),
    "many parts": (zipped(**{f"a{n}": "" for n in range(600)}), "ausgepackt zu groß"),
    "endless cell": (b'Raum;Wert\n"A;1\n' + b"B;1\n" * 1000, "länger als 2.000"),
    "wide": (b";".join([b"x"] * 200) + b"\nA;1\n", "mehr als 120 Spalten"),
    "long": (b"Raum;Wert\n" + b"A;1\n" * 50_030, "mehr als 50.000"),
    "big": (b"a" * (MAX_BYTES + 1), "größer als 5 MB"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused_in_words(name):
    data, words = BROKEN[name]
    with pytest.raises(BadFile, match=words):
        read_table(data)
