"""How one shape lies to another in metres: in it, over it, along its border, near it; with a tolerance for how people draw.

Shapes are in the plane of a metric reference system (``geometry.to_metric``). Two shapes that overlap by no more than
``TOLERANCE`` only border on each other: a corner that was snapped, or a border that was drawn twice, lies that far off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

TOLERANCE = 0.25
"""Metres."""


class How(IntEnum):
    """How a shape lies to the place that is asked about, the closest first."""

    COVERS = 0
    """It covers all of the place."""
    CROSSES = 1
    """It covers or runs through a part of the place."""
    INSIDE = 2
    """All of it lies in the place."""
    TOUCHES = 3
    NEAR = 4


@dataclass(frozen=True)
class LyingTo:
    """How a shape lies to a place: ``share`` of the place that it covers (0 to 1, where both are areas or the place is a line and
    it an area; else None), and the ``metres`` between both."""

    how: How
    share: float | None = None
    metres: float = 0.0


def lying_to(place: BaseGeometry, shapes: Sequence[BaseGeometry], reach: float) -> list[LyingTo | None]:
    """How each of some shapes lies to a place; None for what is farther away than ``reach``.

    Parameters
    ----------
    place, shapes : in metres, valid
    reach : metres up to which something is near; 0 for nothing
    """
    if not len(shapes):
        return []
    distances = shapely.distance(np.array(shapes, dtype=object), place)
    core = _core(place)
    wide = shapely.buffer(place, TOLERANCE) if shapely.get_dimensions(place) == 2 else None
    if wide is not None:
        shapely.prepare(wide)
    return [
        _how_one_lies(place, core, wide, shape, float(far)) if far <= max(reach, TOLERANCE) else None
        for shape, far in zip(shapes, distances, strict=True)
    ]


def _how_one_lies(
    place: BaseGeometry, core: BaseGeometry, wide: BaseGeometry | None, shape: BaseGeometry, far: float
) -> LyingTo:
    if far > TOLERANCE:
        return LyingTo(How.NEAR, metres=far)
    is_area = shapely.get_dimensions(shape) == 2
    if is_area and shapely.covers(shapely.buffer(shape, TOLERANCE), place) and _meet(core, shape):
        return LyingTo(How.COVERS, share=1.0)
    if wide is not None and shapely.covers(wide, shape) and _meet(core, shape):
        return LyingTo(How.INSIDE, share=_share(place, shape) if is_area else None)
    if _meet(core, shape) and (not is_area or shapely.intersects(place, _core(shape))):
        return LyingTo(How.CROSSES, share=_share(place, shape) if is_area else None)
    return LyingTo(How.TOUCHES, metres=far)


def _meet(core: BaseGeometry, shape: BaseGeometry) -> bool:
    return bool(shapely.intersects(core, shape))


def _core(shape: BaseGeometry) -> BaseGeometry:
    """An area without its border; all of what is thinner than that, and of lines and points."""
    if shapely.get_dimensions(shape) < 2:
        return shape
    inner = shapely.buffer(shape, -TOLERANCE)
    return shape if inner.is_empty else inner


def _share(place: BaseGeometry, shape: BaseGeometry) -> float | None:
    """Which part of a place an area covers; of a point none."""
    common = shapely.intersection(place, shape)
    if shapely.get_dimensions(place) == 2:
        return float(min(1.0, common.area / place.area)) if place.area else None
    return float(min(1.0, common.length / place.length)) if place.length else None
