"""The divisions of an axis."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insek.engines.ticks import ticks_of


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (3, 47, [0, 10, 20, 30, 40, 50]),
        (60, 591, [0, 200, 400, 600]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (5, 5, [2, 3, 4, 5, 6, 7, 8]),
        (0.12, 0.31, [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]),
    ],
)
def test_ticks_are_round(low, high, ticks):
    assert ticks_of(low, high)[0] == ticks


def test_decimals_are_those_that_are_needed():
    assert ticks_of(0, 10)[1] == 0
    assert ticks_of(0, 0.3)[1] == 1
    assert ticks_of(0, 1.2)[1] == 2  # in steps of 0.25


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000))
def test_what_is_shown_lies_between_the_ends(one, other):
    low, high = sorted((one / 8, other / 8))
    ticks, _decimals = ticks_of(low, high)
    assert ticks[0] <= low <= high <= ticks[-1]
    assert 2 <= len(ticks) <= 9
