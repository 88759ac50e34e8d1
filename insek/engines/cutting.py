"""Areas cut by a line and joined to one, on a plane in metres."""

from __future__ import annotations

import math

import shapely
from shapely.geometry.base import BaseGeometry

REACH = 1.0
"""Metres by which the ends of a line are lengthened, so that one drawn from border to border surely crosses."""
SLIVER = 1.0
"""Square metres below which a piece is how somebody drew, and stays with the largest."""
GAP = 0.5
"""Metres between two areas that are closed when they are joined."""


def cut_by_line(area: BaseGeometry, line: BaseGeometry) -> list[BaseGeometry]:
    """The pieces into which a line cuts an area, the largest first; one where it does not go through.

    What the line does not meet stays with the largest piece. The pieces together are the area.
    """
    blade = shapely.union_all(
        [_lengthened(part) for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    )
    pieces: list[BaseGeometry] = []
    kept: list[BaseGeometry] = []
    for part in shapely.get_parts(area):
        edges = shapely.union_all(
            [shapely.boundary(part), blade]
        )  # whole: cut to the area, an end at a corner may miss it
        faces = [
            face
            for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.node(edges))))
            if part.contains(shapely.point_on_surface(face))
        ]
        large = [face for face in faces if face.area >= SLIVER]
        if len(large) < 2:
            kept.append(part)
            continue
        pieces += large
        kept += [face for face in faces if face.area < SLIVER]
    if not pieces:
        return [area]
    pieces.sort(key=lambda one: (-one.area, one.bounds))
    return [shapely.union_all([pieces[0], *kept]), *pieces[1:]]


def joined(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """Two areas as one; a gap that is only how somebody drew is closed, a wider one leaves two parts."""
    together = shapely.union_all([one, other])
    if len(shapely.get_parts(together)) == 1 or shapely.distance(one, other) > 2 * GAP:
        return together
    closed = shapely.buffer(shapely.buffer(together, GAP, join_style="mitre"), -GAP, join_style="mitre")
    return shapely.union_all([together, closed])


def _lengthened(line: BaseGeometry) -> BaseGeometry:
    points = list(line.coords)
    return shapely.LineString([_beyond(points[1], points[0]), *points[1:-1], _beyond(points[-2], points[-1])])


def _beyond(before: tuple[float, ...], end: tuple[float, ...]) -> tuple[float, float]:
    far = math.hypot(end[0] - before[0], end[1] - before[1]) or 1.0
    return end[0] + (end[0] - before[0]) / far * REACH, end[1] + (end[1] - before[1]) / far * REACH
