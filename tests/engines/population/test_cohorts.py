"""The middle path and the draws: nobody is made or lost, and what is not known grows with time."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insek.config.bench_population import invented
from insek.engines.population.ages import NINE
from insek.engines.population.cohorts import project
from insek.engines.population.draws import QUANTILES, simulate
from tests.speed import quickest


def balanced(middle) -> bool:
    people = middle.people.sum(axis=(2, 3))
    causes = (
        middle.births
        - middle.deaths
        + middle.arrivals
        - middle.departures
        + middle.projects
        + middle.adjusted
    )
    return np.allclose(np.diff(people, axis=0), causes, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(
    st.floats(0, 3), st.floats(0, 2), st.floats(0, 5), st.integers(1, 3), st.integers(1, 40), st.booleans()
)
def test_people_come_and_go_by_birth_death_and_moves_alone(births, deaths, moves, areas, years, with_project):
    base, assumed, _scatter = invented(areas, years)
    projects = np.zeros((years, *base.shape))
    projects[years // 2, 0, :, 20:40] = -2.0 if with_project else 3.0
    changed = dataclasses.replace(
        assumed,
        births_path=assumed.births_path * births,
        mortality_path=assumed.mortality_path * deaths,
        departure_path=assumed.departure_path * moves,
        projects=projects,
    )
    middle = project(base, changed)
    assert balanced(middle)
    assert (middle.people >= 0).all()


def test_nobody_moves_in_a_closed_place_and_a_cohort_only_shrinks():
    base, assumed, _scatter = invented(1, 10)
    closed = dataclasses.replace(assumed, arrivals=assumed.arrivals * 0, departure=assumed.departure * 0)
    middle = project(base, closed)
    assert not middle.arrivals.any()
    assert not middle.departures.any()
    at_thirty = [middle.people[year, 0, 1, 30 + year] for year in range(11)]
    assert all(later <= earlier for earlier, later in pairwise(at_thirty))


def test_the_areas_sum_to_the_forecast_of_the_city_and_the_difference_is_stated():
    base, assumed, scatter = invented(3, 5)
    whole = project(base, assumed).people[1:].sum(axis=1) * 1.03
    middle, intervals = simulate(base, assumed, scatter, whole=whole)
    assert np.allclose(middle.people[1:].sum(axis=1), whole)
    assert balanced(middle)
    assert middle.adjusted.any()
    assert intervals.whole[2, -1, -1] == pytest.approx(whole[-1].sum(), rel=0.01), "the draws follow"


def test_intervals_hold_the_middle_and_widen_with_time():
    base, assumed, scatter = invented(2, 20)
    _middle, intervals = simulate(base, assumed, scatter)
    low80, low50, median, high50, high80 = intervals.areas
    assert (low80 <= low50 + 1e-6).all()
    assert (low50 <= median + 1e-6).all()
    assert (median <= high50 + 1e-6).all()
    assert (high50 <= high80 + 1e-6).all()
    assert (intervals.middle[1:] > low80[1:]).all()
    assert (intervals.middle[1:] < high80[1:]).all()
    width = (high80 - low80)[..., -1]
    assert not width[0].any(), "the base is known"
    assert (width[[1, 5, 10, 20]][1:] > width[[1, 5, 10, 20]][:-1]).all()


def test_the_same_seed_gives_the_same_and_another_gives_another():
    base, assumed, scatter = invented(2, 3)
    one, same, other = (simulate(base, assumed, scatter, seed=seed)[1].areas for seed in (7, 7, 8))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_an_area_is_drawn_the_same_whatever_stands_beside_it():
    base, assumed, scatter = invented(3, 3)
    alone = simulate(
        base[:1],
        dataclasses.replace(assumed, fertility_level=assumed.fertility_level[:1], arrivals=assumed.arrivals[:, :1], departure=assumed.departure[:1]),
        dataclasses.replace(scatter, local=scatter.local[:1]),
    )  # fmt: skip
    assert np.allclose(alone[1].areas[:, :, 0], simulate(base, assumed, scatter)[1].areas[:, :, 0], rtol=1e-5)


def test_without_scatter_every_draw_is_the_middle_path():
    base, assumed, scatter = invented(1, 10)
    still = dataclasses.replace(
        scatter, common=scatter.common * 0, local=scatter.local * 0, births=0.0, deaths=0.0
    )
    middle, intervals = simulate(base, assumed, still, draws=100)
    for at in range(len(QUANTILES)):
        assert np.allclose(intervals.areas[at], intervals.middle, rtol=1e-4)
    assert np.allclose(intervals.middle[..., -1], middle.people.sum(axis=(2, 3)))


def test_the_draws_are_as_quick_as_asked():
    base, assumed, scatter = invented(18)
    simulate(base, assumed, scatter, draws=100)
    _middle, intervals = simulate(base, assumed, scatter)
    assert quickest(lambda: simulate(base, assumed, scatter), 1, tries=6) <= 1
    assert intervals.areas.shape == (len(QUANTILES), 26, 18, len(NINE) + 1)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"survival": np.ones((1, 101))},
        {"fertility_level": np.ones(5)},
        {"births_path": np.ones(41), "mortality_path": np.ones(41), "departure_path": np.ones(41)},
    ],
)
def test_what_does_not_fit_is_refused(spoilt):
    base, assumed, _scatter = invented(2, 3)
    with pytest.raises(ValueError):
        project(base, dataclasses.replace(assumed, **spoilt))
    with pytest.raises(ValueError):
        project(-base, assumed)
