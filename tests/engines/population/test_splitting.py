"""Age groups taken apart into single years, and raking: sums stay what they were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.population.ages import AGES, NINE, Groups
from insek.engines.population.schedules import cohorts
from insek.engines.population.splitting import rake, split, split_like

COUNTS = st.lists(st.floats(0, 1e6), min_size=len(NINE), max_size=len(NINE)).map(np.array)


@given(COUNTS, st.booleans())
def test_the_sums_of_the_groups_stay_and_nobody_is_below_zero(counts, along_cohorts):
    single = split(counts, NINE, cohorts(2024)[0] if along_cohorts else None)
    assert np.allclose(NINE.sums(single), counts, rtol=1e-9, atol=1e-6)
    assert (single >= 0).all()


def test_single_years_of_one_country_come_back_from_their_groups():
    known = cohorts(2024)[0] * 3.7
    assert np.allclose(split(NINE.sums(known), NINE, cohorts(2024)[0]), known, rtol=1e-6)


def test_without_a_pattern_a_smooth_population_comes_back_to_a_few_percent():
    smooth = 1_000 * np.exp(-(((np.arange(AGES) - 38) / 32.0) ** 2))
    single = split(Groups(tuple(range(0, 90, 5))).sums(smooth), Groups(tuple(range(0, 90, 5))))
    apart = np.abs(single / smooth - 1)
    assert apart[5:80].max() < 0.03
    assert apart[:85].max() < 0.06, "the ends are less sure"


def test_the_cohorts_of_the_war_and_of_the_sixties_are_in_the_pattern():
    people = cohorts(2024)[0]
    assert people[60] > 1.4 * people[48], "born 1964 against born 1976"
    assert people[79] < people[75], "born 1945 against born 1949, although older"


def test_small_areas_follow_the_city_within_their_own_groups():
    pattern = cohorts(2024)[0]
    area = np.array([[10.0, 20, 0, 5, 7, 100, 50, 30, 2]])
    single = split_like(area, NINE, pattern)
    assert np.allclose(NINE.sums(single), area)
    assert np.allclose(single[0, 25:45] / single[0, 25], pattern[25:45] / pattern[25])


@pytest.mark.parametrize("counts", [[-1.0] + [1.0] * 8, [np.nan] + [1.0] * 8, [1.0] * 8])
def test_what_is_no_number_of_people_is_refused(counts):
    with pytest.raises(ValueError):
        split(np.array(counts), NINE)


@given(st.lists(st.floats(1, 1e4), min_size=12, max_size=12))
def test_raking_keeps_both_margins(values):
    cells = np.array(values).reshape(3, 4)
    rows, columns = np.array([100.0, 50, 10]), np.array([40.0, 40, 40, 40])
    fitted = rake(cells, rows, columns)
    assert np.allclose(fitted.sum(axis=1), rows, rtol=1e-5)
    assert np.allclose(fitted.sum(axis=0), columns, rtol=1e-5)


def test_raking_refuses_margins_that_cannot_be_reached():
    with pytest.raises(ValueError):
        rake(np.ones((2, 2)), np.array([1.0, 2]), np.array([1.0, 1]))
    with pytest.raises(ValueError):
        rake(np.array([[0.0, 0], [1, 1]]), np.array([1.0, 1]), np.array([1.0, 1]))


@pytest.mark.parametrize("starts", [(), (1, 5), (0, 5, 5), (0, 101)])
def test_groups_with_a_gap_are_refused(starts):
    with pytest.raises(ValueError):
        Groups(starts)
