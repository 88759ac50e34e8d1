"""What a spreadsheet finds in a CSV file is text, and lists stay lists."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from insek.engines.csv_cells import as_typed, harmless_cell

FORMULAS = [
    "=1+1+cmd|' /C calc'!A0", "=1", "+1+cmd|' /C calc'!A0", "-1+1|cmd", "-2+3+cmd|' /C calc'!A0", "@SUM(1+9)", "\t=1", "\r=1", " =1",
    "\n=1", "\u00a0=1", "＝1+1", "=HYPERLINK(\"x\")", "--1", "-Radweg", "+49 631 1 x", "-5+3",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe_and_loses_it_again(text):
    assert harmless_cell(text) == f"'{text}"
    assert as_typed(f"'{text}") == text


@pytest.mark.parametrize(("text", "cell"), [
    ("- a\n- b", "• a\n• b"), ("- cmd|' /C calc'!A0", "• cmd|' /C calc'!A0"), ("- a\n  - b", "• a\n  - b"),
])  # fmt: skip
def test_a_list_stays_a_list_and_comes_back(text, cell):
    assert harmless_cell(text) == cell
    assert as_typed(cell) == text


@pytest.mark.parametrize(
    "text",
    ["-5", "+3,5", "-1.234,5", "-12,5 %", "9.10", "Ein Satz - mit Strich", "", "'zitiert'", "* a", "a\n- b"],
)
def test_numbers_and_other_texts_stay_as_they_are(text):
    assert harmless_cell(text) == text
    assert as_typed(text) == text


def test_nothing_is_an_empty_cell():
    assert harmless_cell(None) == ""


@given(st.text(st.sampled_from("=+-@\t\r\n •'1a|!")))
@example("'=1")
def test_no_text_begins_as_a_formula(text):
    cell = harmless_cell(text)
    first = cell.lstrip(" \n")[:1]
    assert first not in set("=@\t\r")
    assert first not in set("+-") or cell[1:2] == "1"
