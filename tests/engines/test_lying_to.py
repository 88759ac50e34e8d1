"""How a shape lies to a place: exact where it matters, with a tolerance for what was drawn twice."""

from __future__ import annotations

import pytest
import shapely

from insek.engines.lying_to import TOLERANCE, How, lying_to

PLOT = shapely.box(0, 0, 40, 20)


def one(shape, place=PLOT, reach=100):
    return lying_to(place, [shape], reach)[0]


@pytest.mark.parametrize(
    ("shape", "how", "share"),
    [
        (shapely.box(-10, -10, 60, 60), How.COVERS, 1.0),
        (shapely.box(0, 0, 40, 20), How.COVERS, 1.0),
        (shapely.box(0.01, -5, 60, 60), How.COVERS, 1.0),  # one centimetre short: drawn twice
        (shapely.box(30, -10, 90, 60), How.CROSSES, 0.25),
        (shapely.box(10, 5, 20, 10), How.INSIDE, 50 / 800),
        (shapely.box(40, 0, 90, 20), How.TOUCHES, None),
        (shapely.box(39.9, 0, 90, 20), How.TOUCHES, None),  # ten centimetres over the border
        (shapely.box(40.2, 0, 90, 20), How.TOUCHES, None),
        (shapely.box(41, 0, 90, 20), How.NEAR, None),
        (shapely.LineString([(-10, 10), (50, 10)]), How.CROSSES, None),
        (shapely.LineString([(0, 0), (40, 0)]), How.TOUCHES, None),
        (shapely.Point(20, 10), How.INSIDE, None),
        (shapely.Point(60, 10), How.NEAR, None),
    ],
)
def test_a_shape_lies_to_a_plot_as_one_would_say(shape, how, share):
    lie = one(shape)
    assert lie.how is how and lie.share == (pytest.approx(share) if share is not None else None)


def test_what_is_farther_away_than_asked_is_nothing_and_distance_is_that_of_the_edges():
    far = shapely.box(100, 0, 120, 20)
    assert one(far, reach=59) is None
    assert one(far, reach=60).metres == pytest.approx(60)
    assert one(shapely.box(40.1, 0, 90, 20), reach=0).how is How.TOUCHES
    assert lying_to(PLOT, [], 100) == []


def test_points_and_streets_are_places_too():
    point = shapely.Point(5, 5)
    assert one(PLOT, point).how is How.COVERS
    assert one(shapely.box(5.2, 0, 9, 9), point).how is How.TOUCHES
    assert one(shapely.Point(8, 9), point).metres == pytest.approx(5)
    street = shapely.LineString([(-20, 10), (20, 10)])
    lie = one(PLOT, street)
    assert lie.how is How.CROSSES and lie.share == pytest.approx(0.5)


def test_a_place_thinner_than_the_tolerance_still_lies_somewhere():
    strip = shapely.box(0, 0, 40, TOLERANCE / 2)
    assert one(shapely.box(-5, -5, 60, 60), strip).how is How.COVERS
