"""Ways, distances and people within reach: by hand on a small grid, quick on a large one."""

import numpy as np
import pytest

from insek.engines.reach.distances import (
    TOO_FAR,
    nearest,
    nearest_estimated,
    number_within,
    number_within_estimated,
)
from insek.engines.reach.network import WALKING, network_of
from insek.engines.reach.people import reach, spread
from tests.speed import quickest


def grid(side: int, step: float = 100.0):
    line = np.arange(side) * step
    return [np.c_[line, np.full(side, at)] for at in line] + [np.c_[np.full(side, at), line] for at in line]


def test_on_a_grid_the_way_is_that_of_the_blocks():
    found = nearest(
        network_of(grid(6)), np.array([[0.0, 0.0]]), np.array([[300.0, 200.0], [300.0, 205.0], [0.0, 0.0]])
    )
    assert found.metres == pytest.approx([500, 505, 0], abs=1)
    assert found.facility.tolist() == [0, 0, 0]


def test_a_river_without_a_bridge_makes_the_way_long():
    ways = [
        np.array([[0.0, 0], [1_000, 0]]),
        np.array([[0.0, 50], [1_000, 50]]),
        np.array([[0.0, 0], [0, 50]]),
    ]
    found = nearest(network_of(ways), np.array([[1_000.0, 50.0]]), np.array([[1_000.0, 0.0]]))
    assert found.metres == pytest.approx([2_050], abs=1)
    assert nearest_estimated(np.array([[1_000.0, 50.0]]), np.array([[1_000.0, 0.0]])).metres[
        0
    ] == pytest.approx(70)


def test_the_nearest_of_many_is_the_one_named_and_all_within_are_counted():
    facilities = np.array([[0.0, 0], [500, 500], [400, 500]])
    places = np.array([[450.0, 500.0], [100, 0]])
    network = network_of(grid(6))
    found = nearest(network, facilities, places)
    assert found.metres == pytest.approx([50, 100], abs=1)
    assert found.facility[1] == 0
    assert number_within(network, facilities, places, 90.0).tolist() == [2, 0]
    assert number_within(network, facilities, places, 2_000.0).tolist() == [3, 3]


def test_nearest_and_counted_agree_on_random_places():
    rng = np.random.default_rng(5)
    facilities, places = rng.uniform(0, 900, (40, 2)), rng.uniform(0, 900, (200, 2))
    network = network_of(grid(10))
    metres = nearest(network, facilities, places).metres
    for within in (80.0, 150.0, 400.0):
        assert ((number_within(network, facilities, places, within) > 0) == (metres <= within)).all()


def test_a_facility_with_several_entries_counts_once():
    entries = np.array([[0.0, 0], [500, 500], [400, 500]] * 10)
    owner = np.array([7, 3, 3] * 10)
    places = np.array([[450.0, 500.0], [100, 0]])
    network = network_of(grid(6))
    assert number_within(network, entries, places, 90.0, owner).tolist() == [1, 0]
    assert number_within(network, entries, places, 2_000.0, owner).tolist() == [2, 2]
    assert number_within_estimated(entries, places, 140.0, owner).tolist() == [1, 1]
    assert number_within_estimated(entries[:3], places, 140.0).tolist() == [2, 1]
    assert number_within_estimated(np.empty((0, 2)), places, 140.0).tolist() == [0, 0]


def test_what_lies_far_from_every_way_reaches_nothing():
    places = np.array([[0.0, -TOO_FAR - 50]])
    found = nearest(network_of(grid(3)), np.array([[0.0, 0.0]]), places)
    assert np.isinf(found.metres).all()
    assert found.facility.tolist() == [-1]
    assert not number_within(network_of(grid(3)), np.array([[0.0, 0.0]]), places, 5_000.0).any()


def test_no_facility_is_an_answer():
    none = np.empty((0, 2))
    found = nearest(network_of(grid(3)), none, np.array([[0.0, 0.0]]))
    assert np.isinf(found.metres).all()
    assert np.isinf(nearest_estimated(none, np.array([[0.0, 0.0]])).metres).all()


def test_an_island_of_ways_is_left_out_and_said():
    network = network_of([*grid(5), np.array([[5_000.0, 5_000], [5_100, 5_000]])])
    assert network.left_out == pytest.approx(100 / (10 * 400 + 100), abs=0.01)


def test_no_facility_leads_from_one_way_to_another():
    """A school between two streets that do not meet is no bridge."""
    ways = [
        np.array([[0.0, 0], [1_000, 0]]),
        np.array([[0.0, 100], [1_000, 100]]),
        np.array([[0.0, 0], [0, 100]]),
    ]
    found = nearest(network_of(ways), np.array([[990.0, 50.0], [0.0, 0.0]]), np.array([[500.0, 100.0]]))
    assert found.metres[0] == pytest.approx(600, abs=1)
    assert found.facility[0] == 1


def test_a_way_is_never_shorter_than_the_straight_line():
    with pytest.raises(ValueError):
        nearest_estimated(np.zeros((1, 2)), np.zeros((1, 2)), factor=0.9)
    with pytest.raises(ValueError):
        network_of([np.zeros((1, 2))])


def test_people_are_spread_over_houses_and_counted_again():
    areas, footprint = np.array([0, 0, 1, -1]), np.array([100.0, 300, 50, 999])
    people, unplaced = spread(np.array([80.0, 10, 7]), areas, footprint)
    assert people.tolist() == [20, 60, 10, 0]
    assert unplaced.tolist() == [0, 0, 7]
    found = reach(np.array([100.0, 900, np.inf, 5]), people, areas, 3, within=10 * WALKING)
    assert found.people.tolist() == [80, 10, 0]
    assert found.reaching.tolist() == [20, 0, 0]
    assert found.share[:2].tolist() == [0.25, 0]
    assert np.isnan(found.share[2])
    assert found.median[0] == 900


def test_a_hundred_thousand_nodes_and_a_hundred_facilities_are_quick():
    network = network_of(grid(317, 30.0))
    assert network.size > 100_000
    rng = np.random.default_rng(1)
    facilities, places = rng.uniform(0, 9_000, (100, 2)), rng.uniform(0, 9_000, (15_000, 2))
    nearest(network, facilities, places[:10])
    assert quickest(lambda: nearest(network, facilities, places), 0.1) <= 0.1, "0.1 s asked; measured 0.06"
