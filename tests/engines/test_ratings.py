"""Mean, spread and agreement of ratings; small groups stay hidden, also from whoever subtracts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.ratings import agreement, differs, shown_parts, summed


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 9, 0, 0), 1), ((5, 0, 0, 0, 5), -1), ((4, 4, 4, 4, 4), 0),
        ((0, 3, 3, 0, 0), 0.75), ((10, 20, 40, 20, 10), 0.35),
    ],
)  # fmt: skip
def test_agreement_is_that_of_van_der_eijk(counts, expected):
    assert agreement(counts) == pytest.approx(expected)


@given(st.lists(st.integers(0, 40), min_size=5, max_size=5).filter(any))
def test_agreement_lies_between_minus_one_and_one_and_knows_no_direction(counts):
    assert -1 <= agreement(counts) <= 1
    assert agreement(counts) == pytest.approx(agreement(counts[::-1]))


def test_means_differ_only_where_chance_does_not_explain_it():
    low, high = summed([2] * 12 + [3] * 8), summed([4] * 12 + [5] * 8)
    assert differs(low, high)
    assert not differs(low, summed([2] * 11 + [3] * 9))
    assert not differs(summed([1] * 9), summed([5] * 9))  # too few, however far apart


def test_what_a_small_group_said_cannot_be_subtracted_from_all():
    large, small, other = summed([4] * 8), summed([1] * 2), summed([2] * 4)
    shown, whole = shown_parts({"a": large, "b": small}, 5)
    assert (list(shown), whole) == (["a"], large)
    _shown, whole = shown_parts({"a": large, "b": small, "c": other}, 5)
    assert whole.number == 14
