"""Numbers of columns: thousands, percent, signs of official statistics."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.tables.column_cells import ColumnCell
from insek.engines.tables.finding import find_tables, likeliest
from insek.engines.tables.number_columns import NumberKind, read_numbers
from insek.engines.tables.reading import read_book
from tests.engines.tables.sheets_made import case


def cells(*values, percent=()):
    return [ColumnCell(row, value, row in percent) for row, value in enumerate(values, 2)]


def read(*values, kind=None, percent="", answers=None):
    return read_numbers(
        cells(*values), key="k", head="Wert", kind=kind or NumberKind(percent), decisions=answers
    )


def values(reading):
    return [
        cell.value
        if cell.value is None
        else str(cell.value.normalize() if isinstance(cell.value, Decimal) else cell.value)
        for cell in reading.cells
    ]


def statuses(reading):
    return [cell.status for cell in reading.cells]


def keys(reading):
    return [question.key for question in reading.questions]


def test_thousands_or_decimals_are_asked_once_a_column():
    reading = read("2.765", "3.112", "987")
    assert (keys(reading), statuses(reading)) == (["thousands:k"], ["open", "open", ""])
    assert [str(note) for _key, note in reading.questions[0].choices] == [
        "2765 (Tausender)",
        "2,765 (Nachkommastellen)",
    ]
    assert values(read("2.765", "987", answers={"thousands:k": "thousands"})) == ["2765", "987"]
    assert values(read("2.765", "987", answers={"thousands:k": "decimals"})) == ["2.765", "987"]
    assert values(read("2,765", "987", answers={"thousands:k": "decimals"})) == ["2.765", "987"]
    assert values(read("1,234", "2,500", answers={"thousands:k": "thousands"})) == ["1234", "2.5E+3"]


def test_what_tells_thousands_from_decimals():
    assert values(read("1.234,5", "3.112"))[1] == "3112"
    assert values(read("12.5", "3.112"))[1] == "3.112"
    assert values(read("1.111", *map(str, range(1001, 1006))))[0] == "1111"
    assert statuses(read("1.111", *map(str, range(101, 106))))[0] == "open"


def test_spaces_group_only_threes():
    reading = read("2 765", "3\u202f112", "12 34")
    assert (values(reading), [problem.row for problem in reading.problems]) == (["2765", "3112", None], [4])
    assert "12 34" in str(reading.problems[0].note)


def test_percent_text_and_bare_numbers():
    reading = read("12,5 %", "0,125", "14", percent="percent")
    assert (keys(reading), statuses(reading)) == (["bare_percent:k"], ["", "open", ""])
    assert values(read("12,5 %", "0,125", "14", percent="percent", answers={"bare_percent:k": "share"})) == [
        "12.5",
        "12.5",
        "14",
    ]
    assert values(
        read("12,5 %", "0,125", "14", percent="percent", answers={"bare_percent:k": "percent"})
    ) == ["12.5", "0.125", "14"]
    assert keys(read(0.12, 0.13, 0.14, 0.2, percent="percent")) == ["bare_percent:k"]
    assert values(read("12,5 %", "0,2", percent="share")) == ["0.125", "0.2"]


def test_cells_shown_in_percent():
    def percent(kind, answers=None):
        return read_numbers(
            cells(0.12, 0.125, percent={2, 3}), key="k", kind=NumberKind(kind), decisions=answers
        )

    assert values(percent("percent")) == ["12", "12.5"]
    assert values(percent("share")) == ["0.12", "0.125"]
    assert keys(percent("")) == ["percent:k"]
    assert values(percent("", {"percent:k": "share"})) == ["0.12", "0.125"]


def test_signs_of_official_statistics():
    reading = read("12", "*", ".", "-", "x", "/", "...", "(7)", "5p", "6 r", "7s")
    assert statuses(reading) == [
        "",
        "protected",
        "unknown",
        "nil",
        "meaningless",
        "uncertain",
        "later",
        "limited",
        "provisional",
        "revised",
        "estimated",
    ]
    assert values(reading) == ["12", None, None, "0", None, None, None, "7", "5", "6", "7"]
    assert keys(reading) == []


def test_brackets_alone_and_zero_beside_a_dash_are_asked():
    reading = read("5", "(120)", "–", "0")
    assert keys(reading) == ["brackets:k", "zero:k"]
    told = read("5", "(120)", "–", "0", answers={"brackets:k": "negative", "zero:k": "less_than_half"})
    assert (values(told), statuses(told)) == (["5", "-1.2E+2", "0", "0"], ["", "", "nil", "less_than_half"])


def test_no_numbers_are_problems_of_their_row():
    reading = read("5", "viel", True, date(2023, 1, 1), kind=NumberKind(whole=True))
    assert [problem.row for problem in reading.problems] == [3, 4, 5]
    assert [problem.row for problem in read("5,5", "5", kind=NumberKind(whole=True)).problems] == [2]
    assert values(read("12 Plätze", kind=NumberKind(units=("Plätze",)))) == ["12"]


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8))
def test_grouped_numbers_come_back(numbers):
    reading = read(*(f"{number:,}".replace(",", "\u202f") for number in numbers))
    assert [cell.value for cell in reading.cells] == numbers


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pointdec_mixed.csv", ["12.5", "3.112", "9.87"]), ("spacethou.csv", ["2765", "3112", "1012345", None]),
        ("protected.csv", ["12", None, "5", None, "0", None, None, None, "7"]),
    ],
)  # fmt: skip
def test_cases_of_numbers(name, expected):
    table = likeliest(find_tables(read_book(case(f"tables/{name}"))))
    assert values(read_numbers(table.cells(1), key="k")) == expected
