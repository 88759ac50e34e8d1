"""Schematic maps: cells of wanted areas around given centres, drawn within an outline.

Official boundaries are often not free, yet every map needs areas to colour. The cells here form a power diagram
(Voronoi diagram with weights): cell i holds the points x with |x - s_i|² - w_i smallest. For any distinct seats s there are
weights w that give each cell exactly its wanted share of the outline; they are the maximum of a concave
function, found by a damped Newton method. Cells are convex but for the outline; 18 cells take about 0.8 s.

References: Aurenhammer, Hoffmann, Aronov (1998), Minkowski-type theorems and least-squares clustering, Algorithmica 20;
Kitagawa, Mérigot, Thibert (2019), Convergence of a Newton algorithm for semi-discrete optimal transport, JEMS 21.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

Floats = NDArray[np.float64]


class CannotDraw(ValueError):
    """The wanted areas and centres cannot be met within the outline; the message says where it failed."""


def schematic_districts(
    outline: Polygon,
    centres: Floats,
    areas: Floats,
    *,
    tolerance: float = 0.01,
    clearance: float = 100.0,
    grid: float = 1.0,
    rounds: int = 200,
) -> list[Polygon]:
    """Divide an outline into one cell around each centre, each with its wanted share of the whole area.

    All coordinates are metric (metres). The seats of the diagram start at the centres; a seat whose cell does not hold its
    centre with some clearance is moved towards it, and the weights are found anew. Same input gives same output.

    Parameters
    ----------
    outline : the area to divide, one polygon without holes
    centres : ndarray, shape (n, 2), metres, inside the outline, all different
    areas : ndarray, shape (n,), positive, in any unit; only the proportions count
    tolerance : largest relative error of a cell's area before rounding
    clearance : metres that a centre keeps from the border of its cell
    grid : metres to which corners are rounded; neighbours share their corners exactly
    rounds : most moves of seats

    Returns
    -------
    list of n polygons in the order of the centres, without overlaps, whose union is the outline

    Raises
    ------
    CannotDraw : a centre outside the outline, a cell in several pieces, or no solution within the rounds
    """
    centres = np.asarray(centres, dtype=float)
    wanted = np.asarray(areas, dtype=float)
    points = shapely.points(centres)
    if not bool(shapely.contains_properly(outline, points).all()):
        raise CannotDraw("A centre lies outside the outline.")
    if len(np.unique(centres, axis=0)) != len(centres) or (wanted <= 0).any():
        raise CannotDraw("Centres must differ and areas be positive.")
    wanted = wanted / wanted.sum() * outline.area
    seats = centres.copy()
    weights = np.zeros(len(seats))
    for _ in range(rounds):
        weights = balanced_weights(outline, seats, wanted, weights, tolerance=tolerance)
        cells = power_cells(outline, seats, weights)
        short = _shortfall(cells, centres, clearance)
        if not short.any():
            return shared_corners(outline, cells, grid)
        seats = _moved(outline, seats, weights, short)
    raise CannotDraw(f"Centres stay outside their cells: {np.flatnonzero(short.any(axis=1)).tolist()}.")


def power_cells(outline: Polygon, seats: Floats, weights: Floats) -> list[Polygon]:
    """Return the cells of the power diagram of seats (n, 2) with weights (n,), square metres, cut to the outline.

    A cell may be empty, and in several pieces where the outline is not convex.
    """
    west, south, east, north = outline.bounds
    reach = 2.0 * (east - west + north - south)
    frame = shapely.box(west - reach, south - reach, east + reach, north + reach)
    cells = []
    for seat, weight in zip(seats, weights, strict=True):
        cell = frame
        order = np.argsort(((seats - seat) ** 2).sum(axis=1), kind="stable")[1:]
        for other in order:
            cell = _half(cell, seat, weight, seats[other], weights[other])
            if cell.is_empty:
                break
        cells.append(shapely.intersection(cell, outline))
    return cells


def balanced_weights(
    outline: Polygon,
    seats: Floats,
    wanted: Floats,
    start: Floats,
    *,
    tolerance: float = 0.01,
    steps: int = 100,
) -> Floats:
    """Return weights (n,), square metres, under which each cell has its wanted area (n,), square metres.

    Damped Newton: the derivative of a cell's area by a neighbour's weight is minus the length of their common border by
    twice the distance of their seats. A step is halved until no cell vanishes and the error shrinks.
    """
    weights = start if _all_held(outline, seats, start) else np.zeros(len(seats))
    if not _all_held(outline, seats, weights):
        raise CannotDraw("A seat has no cell of its own to start with.")
    cells = power_cells(outline, seats, weights)
    areas = shapely.area(cells)
    floor = 0.5 * min(areas.min(), wanted.min())
    for _ in range(steps):
        error = wanted - areas
        if (np.abs(error) <= tolerance * wanted).all():
            return weights
        direction = np.linalg.lstsq(_slopes(cells, seats), error, rcond=None)[0]
        step = 1.0
        while step > 1e-6:
            tried = weights + step * direction
            new_cells = power_cells(outline, seats, tried)
            new_areas = shapely.area(new_cells)
            enough = (1.0 - 0.5 * step) * np.linalg.norm(error)
            if new_areas.min() >= floor and np.linalg.norm(wanted - new_areas) <= enough + 1e-9:
                break
            step /= 2.0
        else:
            raise CannotDraw("The areas cannot be balanced from these seats.")
        weights, cells, areas = tried, new_cells, new_areas
    raise CannotDraw("The areas did not settle.")


def shared_corners(outline: Polygon, cells: Sequence[Polygon], grid: float) -> list[Polygon]:
    """Return the cells with corners on a grid (metres), each corner being one of all cells that meet there."""
    lines = shapely.union_all([*(shapely.boundary(cell) for cell in cells), outline.boundary], grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    owners = np.array([_owner(face, cells) for face in faces])
    drawn = []
    for number in range(len(cells)):
        cell = shapely.coverage_union_all(faces[owners == number])
        if cell.geom_type != "Polygon" or not cell.is_valid or cell.interiors:
            raise CannotDraw(f"Cell {number} is not one plain polygon.")
        drawn.append(cell)
    return drawn


def _owner(face: Polygon, cells: Sequence[Polygon]) -> int:
    return int(np.argmax(shapely.area(shapely.intersection(face, np.asarray(cells)))))


def _half(cell: Polygon, seat: Floats, weight: float, other: Floats, other_weight: float) -> Polygon:
    """Cut a convex cell to the side of the radical line on which its seat is nearer (Sutherland and Hodgman 1974)."""
    normal = other - seat
    offset = 0.5 * (other @ other - seat @ seat + weight - other_weight)
    corners = shapely.get_coordinates(cell)[:-1]
    depth = corners @ normal - offset
    if (depth <= 0).all():
        return cell
    kept: list[Floats] = []
    for here, there, a, b in zip(
        corners, np.roll(corners, -1, axis=0), depth, np.roll(depth, -1), strict=True
    ):
        if a <= 0:
            kept.append(here)
        if (a < 0 < b) or (b < 0 < a):
            kept.append(here + (there - here) * (a / (a - b)))
    return Polygon(kept) if len(kept) > 2 else Polygon()


def _moved(outline: Polygon, seats: Floats, weights: Floats, ways: Floats) -> Floats:
    """Return the seats moved along their ways (n, 2), less far where a cell would vanish."""
    for share in (1.0, 0.5, 0.25, 0.125, 0.0625):
        moved = seats + share * ways
        if _all_held(outline, moved, weights) or _all_held(outline, moved, np.zeros(len(moved))):
            return moved
    raise CannotDraw("A centre cannot come into its cell without another cell vanishing.")


def _all_held(outline: Polygon, seats: Floats, weights: Floats) -> bool:
    return bool((shapely.area(power_cells(outline, seats, weights)) > 0).all())


def _slopes(cells: Sequence[Polygon], seats: Floats) -> Floats:
    """Return the derivative of areas by weights, shape (n, n), metres per metre."""
    slopes = np.zeros((len(cells), len(cells)))
    for i in range(len(cells)):
        for j in range(i):
            gap = shapely.buffer(cells[i], 1e-3, quad_segs=1)
            border = shapely.length(shapely.intersection(gap, shapely.boundary(cells[j])))
            if border > 0:
                slopes[i, j] = slopes[j, i] = -border / (2.0 * np.linalg.norm(seats[i] - seats[j]))
    np.fill_diagonal(slopes, -slopes.sum(axis=1))
    return slopes


def _shortfall(cells: Sequence[Polygon], centres: Floats, clearance: float) -> Floats:
    """Return for each cell the way (n, 2), metres, that it must go until its centre lies inside with the clearance."""
    ways = np.zeros_like(centres)
    for number, (cell, centre) in enumerate(zip(cells, centres, strict=True)):
        inner = shapely.buffer(cell, -clearance)
        point = shapely.points(centre)
        if inner.is_empty or not shapely.covers(inner, point):
            target = shapely.get_coordinates(
                shapely.shortest_line(cell.centroid if inner.is_empty else inner, point)
            )[0]
            ways[number] = centre - target
    return ways
