"""The one reader of numbers, and what the format of a cell says about one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.cell_formats import is_percent, number_text, precision
from insek.engines.numbers import (
    EURO,
    LONGEST,
    PERCENT,
    SIGNS,
    NotANumber,
    decimal_sign,
    has_unit,
    read_coordinate,
    read_number,
)

GERMAN = {
    "101.500": "101500", "1.500": "1500", "101.5": "101.5", "1.234,56": "1234.56", "2.500.000": "2500000",
    "1,234.56": "1234.56", "0.125": "0.125", "0,125": "0.125", "12,5": "12.5", "1,500": "1.5", "1234.567": "1234.567",
    "2 765": "2765", "2\u202f765": "2765", "2\u2009765,5": "2765.5", "1\u00a0234\u202f567": "1234567", "1'234": "1234",
    "1’234’567,8": "1234567.8", "-5": "-5", "−1.000": "-1000", "–3,5": "-3.5", "+7": "7", "-0": "0", ",5": "0.5",
    "2,500,000": "2500000", "007": "7", " 12 ": "12",
}  # fmt: skip
ENGLISH = {
    "101.500": "101.5", "1,500": "1500", "1.500": "1.5", "1,234.56": "1234.56", "1.234,56": "1234.56", "12,5": "12.5",
    "2.500.000": "2500000", "0,125": "0.125", "2 765.5": "2765.5",
}  # fmt: skip
NONE = [
    "", " ", "12 34", "1 23", "1 234 56", "1.234 567", "1  234", "1.2.3", "1,2,3", "5,", "5.", "1e5", "1E+3", "NaN",
    "Infinity", "1_000", "٣", "12a", "(120)", "--5", "5-", "1.234.56", "0.000.000", "zwölf", "9" * 41, "1/2", "12 %", "1X234", "X5",
]  # fmt: skip


@pytest.mark.parametrize(("sign", "text", "number"), [
    *[(",", text, number) for text, number in GERMAN.items()], *[(".", text, number) for text, number in ENGLISH.items()],
])  # fmt: skip
def test_what_people_write_is_read(sign, text, number):
    assert read_number(text, sign) == Decimal(number)


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("sign", [",", "."])
def test_what_is_no_number_or_two_is_refused(sign, text):
    with pytest.raises(NotANumber):
        read_number(text, sign)


@pytest.mark.parametrize("text", ["0", "-0", "−0,0", "+0"])
def test_nothing_has_no_sign(text):
    assert not read_number(text).is_signed()
    assert not read_coordinate(text).is_signed()


def test_a_number_has_so_many_characters_and_no_more():
    assert read_number("9" * LONGEST) == Decimal("9" * LONGEST)
    for text in ("9" * (LONGEST + 1), "5" + " " * 4 * LONGEST):
        with pytest.raises(NotANumber) as refused:
            read_number(text)
        assert refused.value.text == text
    assert read_number("5" + " " * (4 * LONGEST - 1)) == 5


@pytest.mark.parametrize("unit", [*PERCENT, *EURO])
def test_every_known_unit_may_stand_behind_however_it_is_written(unit):
    for written in (unit, unit.upper(), unit.lower()):
        assert read_number(f"12 {written}", units=(*PERCENT, *EURO)) == 12
        assert has_unit(f"12 {written}", (*PERCENT, *EURO))


def test_the_longest_unit_is_taken_and_only_one():
    assert read_number("5 km", units=("m", "km")) == 5
    with pytest.raises(NotANumber):
        read_number("5 m km", units=("m", "km"))


@pytest.mark.parametrize("text", ["", "°", "1 234", "49.4.1", "acht"])
def test_what_is_no_coordinate_is_refused(text):
    with pytest.raises(NotANumber):
        read_coordinate(text)


@pytest.mark.parametrize(("text", "sign"), [("12.5", ","), ("1,234.5", ","), ("12,5", "."), ("1.234,5", ".")])
def test_a_column_whose_notation_is_known_takes_no_other(text, sign):
    with pytest.raises(NotANumber):
        read_number(text, sign, strict=True)


@pytest.mark.parametrize(("text", "units", "number"), [
    ("12,5 %", PERCENT, "12.5"), ("12,5\u202f%", PERCENT, "12.5"), ("3 Prozent", PERCENT, "3"), ("1.500 €", EURO, "1500"),
    ("1.500,- Euro", EURO, "1500"), ("1.500,–", EURO, "1500"), ("2.500 EUR", EURO, "2500"), ("8,50 €/m²", ("€/m²",), "8.5"),
])  # fmt: skip
def test_the_unit_may_stand_behind(text, units, number):
    assert read_number(text, ",", units=units) == Decimal(number)


def test_a_language_writes_its_own_sign():
    assert (read_number("1,5", SIGNS["de"], strict=True), read_number("1.5", SIGNS["en"], strict=True)) == (
        Decimal("1.5"),
    ) * 2


def test_a_unit_is_told_from_none():
    assert has_unit("12,5 %", PERCENT)
    assert not has_unit("12,5", PERCENT)


@pytest.mark.parametrize(("texts", "sign"), [
    (["2.765", "3.112", "987"], "?"), (["12.5", "3.112", "9.87"], "."), (["1.111", "2,5"], ","), (["0.125", "0.250"], "."),
    (["1.5", "2,5"], "?"), (["2 765", "12"], ","), (["12,5 %", "0,125", "14"], ","), ([], ","), (["1.234.567"], ","),
    (["2.765", "1,2,3"], "?"), (["1,2,3", "5"], ","),
])  # fmt: skip
def test_a_column_is_looked_at_as_a_whole(texts, sign):
    assert decimal_sign(texts) == sign


@pytest.mark.parametrize(
    ("text", "number"), [("7.769", "7.769"), ("49,4447", "49.4447"), ("-7", "-7"), ("8.5°", "8.5")]
)
def test_coordinates_are_never_grouped(text, number):
    assert read_coordinate(text) == Decimal(number)


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=6))
def test_what_is_written_in_a_notation_is_read_in_it(number):
    english = f"{number:,f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_number(english, ".") == number
    assert read_number(german, ",") == number


@given(st.text(max_size=60), st.sampled_from([",", "."]))
def test_any_text_is_a_number_or_refused(text, sign):
    try:
        assert read_number(text, sign).is_finite()
    except NotANumber as refused:
        assert refused.text == text


@pytest.mark.parametrize(("code", "percent"), [
    ("0.0%", True), ("0%;[Red]-0%", True), ('0.0" %"', False), ("General", False), (r"0\%", False), ("#,##0.00 €", False),
])  # fmt: skip
def test_percent_formats(code, percent):
    assert is_percent(code) is percent


@pytest.mark.parametrize(("code", "shown"), [
    ("mmm-yy", "month"), ("MMMM YYYY", "month"), ("[$-407]mmmm yyyy", "month"), ("yyyy", "year"), ("DD.MM.YYYY", "day"),
    ("mm-dd-yy", "day"), ("TT.MM.JJJJ", "day"), ("h:mm", "day"), ("General", "day"),
])  # fmt: skip
def test_what_a_date_is_shown_as(code, shown):
    assert precision(code) == shown


@pytest.mark.parametrize(("number", "code", "text"), [
    ("9.1", "0.00", "9.10"), ("9.1", "General", "9.1"), ("2000", "0", "2000"), ("9.125", "0.00", "9.125"),
    ("0.125", "0.0%", "12.5 %"), ("1234", "#,##0.00", "1234.00"), ("2E+3", "General", "2000"),
])  # fmt: skip
def test_a_number_as_the_sheet_shows_it(number, code, text):
    assert number_text(Decimal(number), code) == text
