"""People and reach: inhabitants of an area spread over its houses, and the share of them that reaches something."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .network import Floats


@dataclass(frozen=True)
class Reach:
    """Of each area: ``people`` who live in it, ``reaching`` those within the distance, ``share`` (not a number where nobody lives),
    and ``median`` metres of its people (infinite where most reach nothing)."""

    people: Floats
    reaching: Floats
    share: Floats
    median: Floats


def spread(people: Floats, area_of_house: NDArray[np.integer], footprint: Floats) -> tuple[Floats, Floats]:
    """Inhabitants of each area (areas,) over its houses by footprint (houses,); and those who have no house, by area.

    ``area_of_house`` is the number of the area, or -1. Houses that nobody lives in are left out before. Raises ValueError where a
    footprint or a number of people is below zero.
    """
    if (footprint < 0).any() or (people < 0).any():
        raise ValueError("footprints and people of at least 0")
    inside = area_of_house >= 0
    sums = np.bincount(area_of_house[inside], weights=footprint[inside], minlength=len(people))
    per_metre = np.divide(people, sums, out=np.zeros(len(people)), where=sums > 0)
    each = np.where(inside, footprint * per_metre[np.maximum(area_of_house, 0)], 0.0)
    return each, np.where(sums > 0, 0.0, people)


def reach(
    metres: Floats, people: Floats, area_of_house: NDArray[np.integer], areas: int, within: float
) -> Reach:
    """Who is within ``within`` metres: ``metres`` and ``people`` by house, summed by area (``spread`` gives the people)."""
    inside = area_of_house >= 0
    where, who, far = area_of_house[inside], people[inside], metres[inside]
    living: Floats = np.bincount(where, weights=who, minlength=areas).astype(np.float64)
    reaching: Floats = np.bincount(where, weights=who * (far <= within), minlength=areas).astype(np.float64)
    share = np.divide(reaching, living, out=np.full(areas, np.nan), where=living > 0)
    median = np.array([_weighted_median(far[where == area], who[where == area]) for area in range(areas)])
    return Reach(living, reaching, share, median)


def _weighted_median(values: Floats, weights: Floats) -> float:
    if weights.sum() <= 0:
        return float("nan")
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, cumulated[-1] / 2)])
