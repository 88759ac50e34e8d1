"""Classes of values: each way against what it promises; natural breaks against all cuts there are."""

import math
import time
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insek.engines.classes import Classes, equal_count, equal_interval, natural_breaks, own_bounds

numbers = st.lists(st.integers(-50, 400), min_size=1, max_size=9)
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


def squares(values):
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values)


def cost(values, classes):
    parts = [[] for _limit in classes.limits]
    for value in values:
        parts[classes.place(value)].append(value)
    return sum(squares(part) for part in parts if part)


@slow
@given(numbers, st.integers(2, 5))
def test_natural_breaks_are_the_best_of_all_cuts(values, count):
    distinct = sorted(set(values))
    wanted = min(count, len(distinct))
    best = min(
        cost(values, Classes((*(distinct[at - 1] for at in cut), distinct[-1])))
        for cut in combinations(range(1, len(distinct)), wanted - 1)
    )
    found = natural_breaks(values, count)
    assert len(found) == wanted
    assert cost(values, found) == pytest.approx(best, abs=1e-6)


def test_natural_breaks_of_a_known_example():
    values = [4, 5, 9, 10]
    assert natural_breaks(values, 2).limits == (5, 10)
    assert natural_breaks([1, 1, 1, 2, 50, 52, 900], 3).limits == (2, 52, 900)


@slow
@given(numbers, st.integers(2, 7))
def test_every_value_has_one_class_and_none_lies_above_its_limit(values, count):
    for classes in (
        equal_count(values, count),
        equal_interval(values, count, 2),
        natural_breaks(values, count),
    ):
        assert sum(classes.counts(values)) == len(values)
        assert list(classes.limits) == sorted(set(classes.limits))
        for value in values:
            place = classes.place(value)
            assert value <= classes.limits[place]
            assert place == 0 or value > classes.limits[place - 1]


def test_equal_count_keeps_equal_values_together():
    assert equal_count([1, 2, 3, 4, 5, 6], 3).counts([1, 2, 3, 4, 5, 6]) == [2, 2, 2]
    assert equal_count([7, 7, 7, 7], 5).limits == (7,)


def test_equal_intervals_have_bounds_that_can_be_read():
    assert equal_interval([0, 10], 5).limits == (2, 4, 6, 8, 10)
    found = equal_interval([0, 1], 3)
    assert (found.limits, found.decimals) == ((0.33, 0.67, 1), 2)
    assert equal_interval([0, 100, 1], 2).counts([0, 100, 1]) == [2, 1]
    assert equal_interval([3, 3], 4).limits == (3,)


def test_own_bounds_belong_to_the_class_below_and_catch_what_lies_beyond():
    classes = own_bounds([20, 10, 20])
    assert classes.limits == (10, 20, math.inf)
    assert [classes.place(value) for value in (-5, 10, 10.1, 20, 21, 1e9)] == [0, 0, 1, 1, 2, 2]


def test_natural_breaks_of_many_values_are_quick():
    values = [math.sin(number) * number for number in range(9_000)]
    begun = time.process_time()
    found = natural_breaks(values, 7)
    assert time.process_time() - begun < 0.4
    assert len(found) == 7 and sum(found.counts(values)) == 9_000
