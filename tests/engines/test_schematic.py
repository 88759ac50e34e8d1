"""Cells of wanted areas around given centres."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from insek.engines.schematic import CannotDraw, power_cells, schematic_districts

SQUARE = shapely.box(0, 0, 10_000, 10_000)
SHIFTS = st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=9, max_size=9)
SIZES = st.lists(st.integers(5, 8), min_size=9, max_size=9)


@given(SHIFTS, SIZES)
@settings(max_examples=25, deadline=None)
def test_each_cell_has_its_area_and_all_fill_the_outline(
    shifts: list[tuple[int, int]], sizes: list[int]
) -> None:
    grid = np.array([(x, y) for x in (1_700, 5_000, 8_300) for y in (1_700, 5_000, 8_300)], dtype=float)
    centres = grid + np.array(shifts)
    wanted = np.array(sizes, dtype=float)
    cells = schematic_districts(SQUARE, centres, wanted)
    assert shapely.area(cells) == pytest.approx(wanted / wanted.sum() * SQUARE.area, rel=0.02)
    assert shapely.coverage_is_valid(np.array(cells))
    assert shapely.union_all(cells).equals(SQUARE)
    assert all(cell.contains(shapely.Point(centre)) for cell, centre in zip(cells, centres, strict=True))


def test_equal_areas_around_a_grid_are_squares() -> None:
    centres = np.array([[2_500, 2_500], [7_500, 2_500], [2_500, 7_500], [7_500, 7_500]])
    cells = schematic_districts(SQUARE, centres, np.ones(4))
    assert cells[0].bounds == (0, 0, 5_000, 5_000)


def test_a_centre_beside_its_cell_pulls_the_seat() -> None:
    """Four equal cells with seats on the centres leave a centre outside its cell; moved seats do not."""
    centres = np.array([[4.0, 6.0], [4.0, 1.0], [2.0, 8.0], [2.0, 4.0]]) * 1_000
    with pytest.raises(CannotDraw, match="stay outside"):
        schematic_districts(SQUARE, centres, np.ones(4), clearance=50, rounds=1)
    cells = schematic_districts(SQUARE, centres, np.ones(4), clearance=50)
    assert all(cell.contains(shapely.Point(centre)) for cell, centre in zip(cells, centres, strict=True))
    assert shapely.area(cells) == pytest.approx([2.5e7] * 4, rel=0.02)


def test_centres_that_no_convex_cell_can_hold_are_refused() -> None:
    """A tenth of the square cut off by a straight line never reaches the square's middle."""
    with pytest.raises(CannotDraw):
        schematic_districts(SQUARE, np.array([[4_000.0, 5_000.0], [5_000.0, 5_000.0]]), np.array([9.0, 1.0]))


def test_the_same_input_gives_the_same_cells() -> None:
    centres = np.array([[1_000.0, 2_000.0], [6_000.0, 5_000.0], [3_000.0, 8_000.0]])
    one, two = (schematic_districts(SQUARE, centres, np.array([1, 2, 3])) for _ in range(2))
    assert [cell.wkb for cell in one] == [cell.wkb for cell in two]


def test_power_cells_without_weights_are_the_nearest_points() -> None:
    cells = power_cells(SQUARE, np.array([[2_000.0, 5_000.0], [8_000.0, 5_000.0]]), np.zeros(2))
    assert [cell.bounds for cell in cells] == [(0, 0, 5_000, 10_000), (5_000, 0, 10_000, 10_000)]


@pytest.mark.parametrize(
    ("centres", "areas"),
    [
        ([[20_000, 5_000], [5_000, 5_000]], [1, 1]),
        ([[5_000, 5_000], [5_000, 5_000]], [1, 1]),
        ([[4_000, 5_000], [5_000, 5_000]], [1, 0]),
    ],
)
def test_what_cannot_be_drawn_is_refused(centres: list[list[float]], areas: list[float]) -> None:
    with pytest.raises(CannotDraw):
        schematic_districts(SQUARE, np.array(centres, dtype=float), np.array(areas, dtype=float))
