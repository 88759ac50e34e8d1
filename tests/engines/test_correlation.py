"""Coefficients against numbers worked out elsewhere, and what holds of each."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insek.engines.correlation import pearson, ranks, spearman

XS = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
YS = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
"""Intelligence and hours of television: the example of the German and English Wikipedia on Spearman's coefficient."""


def test_a_published_example_and_scipy():
    from scipy import stats

    found = spearman(XS, YS)
    assert found.value == pytest.approx(-29 / 165)
    assert found.value == pytest.approx(stats.spearmanr(XS, YS).statistic)
    theirs = stats.pearsonr(XS, YS)
    mine = pearson(XS, YS)
    assert mine.value == pytest.approx(theirs.statistic)
    interval = theirs.confidence_interval(0.95)
    assert (mine.low, mine.high) == pytest.approx((interval.low, interval.high))


def test_the_interval_of_spearman_is_that_of_bonett_and_wright():
    found = spearman(XS, YS)
    assert (found.low, found.high) == pytest.approx((-0.72783, 0.51455), abs=1e-5)
    assert found.contains_zero


def test_equal_values_share_the_mean_of_their_ranks():
    assert ranks([10, 20, 20, 5]) == [2, 3.5, 3.5, 1]


def test_a_line_is_one_and_a_curve_in_order_only_for_the_ranks():
    xs = [1, 2, 3, 4, 5, 6]
    assert pearson(xs, [3 * x - 2 for x in xs]).value == pytest.approx(1)
    assert spearman(xs, [2**x for x in xs]).value == pytest.approx(1)
    assert pearson(xs, [2**x for x in xs]).value < 0.95


def test_too_few_or_always_the_same_say_nothing():
    assert pearson([1, 2, 3, 4], [1, 2, 3, 5]) is None
    assert spearman([1, 2, 3, 4, 5], [7, 7, 7, 7, 7]) is None


pairs = st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=5, max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(pairs)
def test_both_lie_within_their_interval_and_do_not_care_which_comes_first(rows):
    xs, ys = zip(*rows, strict=True)
    for way in (pearson, spearman):
        found, turned = way(xs, ys), way(ys, xs)
        assert (found is None) == (turned is None)
        if found:
            assert -1 <= found.low <= found.value <= found.high <= 1
            assert found.value == pytest.approx(turned.value)
            assert way([-x for x in xs], ys).value == pytest.approx(-found.value)
