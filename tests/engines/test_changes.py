"""Changes of a series and places apart: what is planted is found, what is not is seldom told, and what chance gives is right."""

from __future__ import annotations

import numpy as np
import pytest

from insek.engines import changes, standing_out
from insek.engines.chance import Chance, discoveries, two_sided
from insek.engines.planted import planted_places, planted_series

NOISE = [3.0, -2.0, 1.0, 4.0, -3.0, 0.0, 2.0, -4.0, 1.0, -1.0, 3.0, -2.0]


def by_sort(values):
    return {test.sort: test for test in changes.changes_of(values, list(range(len(values))))}


@pytest.mark.parametrize("number", [12, 15, 20])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5])
def test_what_is_planted_is_found_and_nothing_else(number, share):
    """90 % of each sort with at most 5 % false alarms; docs/methods/findings.md has the table."""
    kept = planted_series(number, share, range(5))
    assert min(kept.found.values()) >= 0.9, kept
    assert kept.mistaken <= 0.05 and kept.untouched == 225, kept


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_where_nothing_changes_next_to_nothing_is_told(share):
    assert planted_series(12, share, range(4), planted=0).mistaken <= 0.01


def test_odd_values_in_between_neither_hide_a_change_nor_make_one():
    kept = planted_series(15, 0.3, range(4), heavy=True)
    assert min(kept.found.values()) >= 0.85 and kept.mistaken <= 0.05


@pytest.mark.parametrize("spread", [0.1, 0.3])
def test_a_planted_place_is_found_among_those_that_differ_anyway(spread):
    kept = planted_places(18, spread, range(4))
    assert kept.found["place"] >= 0.9 and kept.mistaken <= 0.07


@pytest.mark.parametrize("sort", [0, 1, 2], ids=["trend", "break", "last"])
def test_the_chances_are_what_they_say(sort):
    """Of independent series without anything, at most 5 % have a chance below 5 %, and 1 % one below 1 %, within what drawing gives."""
    drawn = np.random.default_rng(11)
    chances = np.array(
        [
            changes.changes_of(list(row), list(range(12)))[sort].chance
            for row in drawn.standard_normal((1500, 12))
        ]
    )
    assert (chances < 0.05).mean() <= 0.06 and (chances < 0.01).mean() <= 0.016


def test_a_trend_says_by_how_much_and_a_break_since_when():
    trend = by_sort([100 + 5 * at + each / 2 for at, each in enumerate(NOISE)])
    assert trend["trend"].chance < 1e-4 and trend["trend"].is_first and 50 < trend["trend"].size < 60
    step = by_sort([100 + each + (40 if at >= 7 else 0) for at, each in enumerate(NOISE)])
    assert step["break"].chance < 1e-3 and step["break"].is_first and not step["trend"].is_first
    assert (step["break"].at, round(step["break"].after - step["break"].before)) == (7, 38)
    last = by_sort([100 + each for each in NOISE[:-1]] + [150])
    assert last["last"].chance < 1e-3 and last["last"].size > 40


def test_one_odd_value_makes_no_trend_and_a_trend_that_turned_does_not_hold():
    odd = [100 + each for each in NOISE]
    odd[1] = 400
    assert by_sort(odd)["trend"].chance > 0.1
    turned = [100 + 4 * at + each / 4 for at, each in enumerate(NOISE)]
    turned[8:] = [turned[7] - 5 * at for at in range(4)]
    assert not by_sort(turned)["trend"].holds


def test_rounded_values_that_hardly_differ_say_nothing():
    assert by_sort([100, 102, 104, 105, 108, 110, 112, 113])["last"].chance > 0.05
    assert changes.changes_of([5] * 10, range(10)) == []
    assert by_sort([0.1, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.2])["last"].chance > 0.001


def test_the_same_is_said_whatever_the_unit_and_the_order_of_asking():
    values = [100 + 5 * at + each for at, each in enumerate(NOISE)]
    one, other = by_sort(values), by_sort([1000 * value for value in values])
    assert one["trend"].chance == pytest.approx(other["trend"].chance) and other[
        "trend"
    ].size == pytest.approx(1000 * one["trend"].size)
    assert by_sort(values) == one
    with pytest.raises(ValueError, match="enough"):
        changes.changes_of([1, 2, 3], [1, 2, 3])


def test_the_newest_twenty_values_are_looked_at():
    long = [500.0 - at for at in range(30)] + [100 + each for each in (*NOISE, *NOISE[:8])]
    assert by_sort(long)["trend"].chance > 0.05


def test_places_are_told_apart_from_what_is_usual_and_from_small_numbers():
    usual = [30.0, 31.0, 29.0, 30.5, 28.5, 32.0, 29.5, 30.0, 31.5, 55.0]
    large = standing_out.shares_apart(usual, [2_000] * 10)
    assert min(large, key=lambda each: each.chance).at == 9 and large[9].chance < 0.005
    assert standing_out.shares_apart(usual, [12] * 10)[9].chance > 0.05, (
        "of a dozen people chance alone gives it"
    )
    assert standing_out.values_apart(usual, [0.0] * 10)[9].distance > 4
    assert standing_out.values_apart(usual, [20.0] * 10)[9].chance > 0.1
    few = standing_out.counts_differ([3, *[10] * 9], [8_000, *[4_000] * 9])
    assert few[0].chance < 0.01 and few[0].distance < 0 and min(each.chance for each in few[1:]) > 0.05
    for wrong in ([1, 2], [0] * 9):
        with pytest.raises(ValueError, match=r"places|zero"):
            standing_out.counts_apart([1] * len(wrong), wrong)
    with pytest.raises(ValueError, match="percent"):
        standing_out.shares_apart([120.0] * 9, [None] * 9)


def test_many_tests_are_judged_together():
    assert discoveries([0.001, 0.02, 0.9, 0.04], 0.05) == [True, True, False, False]
    assert discoveries([0.02], 0.05) == [True] and discoveries([0.02, *[0.5] * 9], 0.05) == [False] * 10
    assert discoveries([], 0.05) == []


def test_chance_goes_on_beyond_what_was_simulated():
    chance = Chance.of(np.abs(np.random.default_rng(1).standard_normal(20_000)))
    assert chance.at_least(0) == 1 and chance.at_least(1.96) == pytest.approx(two_sided(1.96), rel=0.1)
    assert two_sided(4.5) < chance.at_least(4.5) < 50 * two_sided(4.5), "never surer than the tail allows"
    assert 0 < chance.at_least(30) < 1e-9
