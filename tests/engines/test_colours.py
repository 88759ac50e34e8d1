"""Contrast as WCAG counts it, and colours that have enough of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.colours import TEXT, contrast, darkened, ink_on, readable_on

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_the_ratio_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(COLOURS, st.sampled_from(["#ffffff", "#fbfaf6", "#16211e", "#0f1715"]))
def test_what_is_made_readable_is(colour, ground):
    found = readable_on(colour, ground)
    assert contrast(found, ground) >= TEXT
    assert found == colour or contrast(colour, ground) < TEXT


@given(COLOURS)
def test_ink_reads_on_any_ground(colour):
    assert contrast(ink_on(colour), colour) >= TEXT
    assert contrast("#ffffff", darkened(colour, 0.13)) >= TEXT
