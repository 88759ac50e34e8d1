"""Hidden counts cannot be computed from what is shown: an attacker who knows every public cell and every sum tries."""

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linprog, milp

from insek.engines.secrecy import Cell, TooLarge, bounds_of, hide, table_of
from insek.engines.tables.breakdowns import AgeGroup, Cut

BELOW = {"city": ["west", "east"], "west": ["w1", "w2", "w3"], "east": ["e1", "e2"]}
LEAVES = {"city": ["w1", "w2", "w3", "e1", "e2"], "west": ["w1", "w2", "w3"], "east": ["e1", "e2"]}
SEXES, AGES = ("male", "female"), (AgeGroup(0, 6), AgeGroup(6, 65), AgeGroup(65, None))


def people(seed, largest):
    chance = random.Random(seed)
    return {
        key: max(0, round(chance.expovariate(2 / largest)))
        for key in product(LEAVES["city"], SEXES, range(3))
    }


def full_table(fine, noise=None):
    """Every place by every sex and age with all sums; with ``noise`` sums are off by up to 2, as a cell-key method leaves them."""
    cells = []
    for place, sex, age in product([*BELOW, *LEAVES["city"]], ("", *SEXES), (None, 0, 1, 2)):
        value = sum(
            number
            for (leaf, one, group), number in fine.items()
            if leaf in LEAVES.get(place, [place]) and sex in {"", one} and age in {None, group}
        )
        if noise is not None and (place in BELOW or not sex or age is None):
            value = max(0, value + noise.randint(-2, 2))
        cut = Cut(sex, None if age is None else AGES[age])
        cells.append(Cell((place, sex, age), place, cut, 0, 365, float(value)))
    return cells


def attack(cells, hidden, key, *, whole=False):
    """The largest value that a hidden cell can have: one unknown for each hidden cell, one equation for each sum somebody can form.

    Written without the engine: cells instead of atoms, sums by hand.
    """
    value = {cell.key: cell.value for cell in cells}
    unknown = {one: number for number, one in enumerate(sorted(hidden, key=str))}
    equations, right = [], []
    for place, sex, age in value:
        sums = [[(part, sex, age) for part in BELOW.get(place, ())]]
        sums.append([(place, one, age) for one in SEXES] if not sex else [])
        sums.append([(place, sex, group) for group in range(3)] if age is None else [])
        for parts in filter(None, sums):
            row, known = np.zeros(len(unknown)), 0.0
            for one, sign in [((place, sex, age), 1), *((part, -1) for part in parts)]:
                if one in unknown:
                    row[unknown[one]] += sign
                else:
                    known += sign * value[one]
            equations.append(row)
            right.append(-known)
    cost = np.zeros(len(unknown))
    cost[unknown[key]] = -1
    if whole:
        answer = milp(cost, constraints=LinearConstraint(np.array(equations), right, right), integrality=1)
    else:
        answer = linprog(cost, A_eq=np.array(equations), b_eq=right, method="highs")
    if answer.status in (3, 4):
        return float("inf")
    assert answer.x is not None
    return -float(cost @ answer.x)


@given(seed=st.integers(0, 10**6), largest=st.sampled_from([3, 8, 30, 200]), below=st.sampled_from([3, 5]))
@settings(max_examples=12, deadline=None)
def test_no_small_count_can_be_told_by_subtraction(seed, largest, below):
    cells = full_table(people(seed, largest))
    small = {cell.key: cell.value for cell in cells if 0 < cell.value < below}
    hidden = hide(table_of(cells, BELOW), small, below)
    assert set(small) <= hidden
    for key, value in small.items():
        assert attack(cells, hidden, key) >= value + below - 1e-6


@given(seed=st.integers(0, 10**6))
@settings(max_examples=5, deadline=None)
def test_whole_numbers_tell_no_small_count_either(seed):
    cells = full_table(people(seed, 12))
    small = {cell.key: cell.value for cell in cells if 0 < cell.value < 3}
    hidden = hide(table_of(cells, BELOW), small, 3)
    for key, value in small.items():
        assert attack(cells, hidden, key, whole=True) > value  # never the value itself, nor less


@given(seed=st.integers(0, 10**6))
@settings(max_examples=5, deadline=None)
def test_sums_that_were_rounded_are_taken_as_known(seed):
    chance = random.Random(seed)
    cells = full_table(people(seed, 20), noise=chance)
    small = {cell.key for cell in cells if 0 < cell.value < 3}
    table = table_of(cells, BELOW)
    hidden = hide(table, small, 3)
    number = {cell.key: row for row, cell in enumerate(cells)}
    for key, (_low, high) in bounds_of(table, hidden, small).items():
        assert high >= table.values[number[key]] + 3 - 1e-5


def test_without_the_further_cells_a_small_count_is_told():
    cells = full_table(dict.fromkeys(product(LEAVES["city"], SEXES, range(3)), 20) | {("w1", "male", 0): 1})
    alone = {("w1", "male", 0)}
    assert attack(cells, alone, ("w1", "male", 0)) == 1
    table = table_of(cells, BELOW)
    assert bounds_of(table, alone, alone) == {("w1", "male", 0): (1, 1)}
    hidden = hide(table, alone, 3)
    assert attack(cells, hidden, ("w1", "male", 0)) >= 4
    assert len(hidden) == 8  # a box of two places, sexes and ages
    assert all(place not in BELOW and sex and age is not None for place, sex, age in hidden)


def test_a_place_alone_hides_another_of_the_same_parent():
    cells = [
        Cell(place, place, Cut(), 0, 365, value)
        for place, value in {"city": 160.0, "west": 62.0, "east": 98.0, "w1": 2.0, "w2": 20.0, "w3": 40.0, "e1": 49.0, "e2": 49.0}.items()
    ]  # fmt: skip
    assert hide(table_of(cells, BELOW), {"w1"}, 3) == {"w1", "w2"}


def test_quarters_of_a_year_are_parts_of_it():
    cells = [
        Cell(n, "city", Cut(), 90 * n, 90 * (n + 1), value) for n, value in enumerate([1.0, 30.0, 40.0, 50.0])
    ]
    cells.append(Cell("year", "city", Cut(), 0, 360, 121.0))
    hidden = hide(table_of(cells, {}), {0}, 3)
    assert len(hidden) == 2 and "year" not in hidden


def test_overlapping_age_groups_are_differences_of_each_other():
    groups = {"0-3": (0, 3, 30.0), "0-6": (0, 6, 31.0), "6-": (6, None, 50.0)}
    cells = [
        Cell(name, "city", Cut(age=AgeGroup(start, end)), 0, 1, value)
        for name, (start, end, value) in groups.items()
    ]
    cells += [Cell("3-6", "city", Cut(age=AgeGroup(3, 6)), 0, 1, 1.0), Cell("all", "city", Cut(), 0, 1, 81.0)]
    hidden = hide(table_of(cells, {}), {"3-6"}, 3)
    assert {"3-6", "0-3"} <= hidden or {"3-6", "0-6"} <= hidden


def test_what_was_hidden_stays_so_and_what_was_public_is_the_last_to_go():
    places = {"city": 153.0, "west": 55.0, "east": 98.0, "w1": 2.0, "w2": 13.0, "w3": 40.0, "e1": 49.0, "e2": 49.0}  # fmt: skip
    cells = [
        Cell(place, place, Cut(), 0, 365, value, hidden=place == "e1", was_public=place in {"w2"})
        for place, value in places.items()
    ]
    assert hide(table_of(cells, BELOW), {"w1"}, 3) == {"w1", "w3", "e1"}


def test_a_cell_that_nobody_knows_is_unknown_to_an_attacker_too():
    places = {"city": 103.0, "west": 42.0, "east": 61.0, "w1": 2.0, "w2": None, "w3": 20.0, "e1": 30.0, "e2": 31.0}  # fmt: skip
    cells = [Cell(place, place, Cut(), 0, 365, value) for place, value in places.items()]
    assert hide(table_of(cells, BELOW), {"w1"}, 3) == {"w1", "w2"}


def test_what_is_too_large_is_refused():
    cells = [
        Cell((p, a), f"p{p}", Cut(age=AgeGroup(a, a + 1)), 0, 1, 1.0) for p in range(2_000) for a in (0, 150)
    ]
    with pytest.raises(TooLarge):
        table_of(cells * 1 + [Cell((p, "x"), f"x{p}", Cut(age=AgeGroup(p, p + 1)), 0, 1, 1.0) for p in range(500)], {})  # fmt: skip
