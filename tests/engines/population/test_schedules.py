"""Model schedules: the totals that were asked come out, and the shapes are those of people."""

import numpy as np
import pytest

from insek.engines.population.schedules import (
    E0_FEMALE,
    E0_MALE,
    FEMALE,
    MALE,
    fertility,
    life_expectancy,
    migration,
    survival,
    survival_of,
)


@pytest.mark.parametrize(
    ("shape", "e0"), [(MALE, E0_MALE), (FEMALE, E0_FEMALE), (FEMALE, 90.0), (MALE, 70.0)]
)
def test_newborns_live_as_long_as_asked(shape, e0):
    assert life_expectancy(survival(e0, shape)) == pytest.approx(e0, abs=0.01)


def test_the_chances_to_die_are_near_those_of_the_german_life_table():
    """Period life table 2021/23: men 0.33 % in the first year, 1.5 % at 65, 6 % at 80; women 0.3, 0.8, 4."""
    men, women = 1 - survival_of(2)
    for age, (man, woman) in {0: (0.0034, 0.0029), 65: (0.0152, 0.0082), 80: (0.060, 0.042)}.items():
        assert men[age] == pytest.approx(man, rel=0.15)
        assert women[age] == pytest.approx(woman, rel=0.15)


def test_both_sexes_together_lie_between_them():
    men, women = survival_of(2)
    [both] = survival_of(1)
    assert (both >= men - 1e-12).all()
    assert (both <= women + 1e-12).all()


def test_births_sum_to_the_children_per_woman_at_the_age_asked():
    rates = fertility(1.4, mean_age=31.0)
    assert rates.sum() == pytest.approx(1.4)
    assert (rates * (np.arange(101) + 0.5)).sum() / 1.4 == pytest.approx(31, abs=0.5)
    assert not rates[:15].any()
    assert not rates[50:].any()


def test_young_adults_move_most_and_the_mean_is_one():
    rates = migration()
    assert rates.mean() == pytest.approx(1)
    assert 20 <= rates.argmax() <= 24


@pytest.mark.parametrize(
    "asked", [lambda: survival(30.0), lambda: fertility(-1.0), lambda: fertility(1.4, 60)]
)
def test_the_impossible_is_refused(asked):
    with pytest.raises(ValueError):
        asked()
