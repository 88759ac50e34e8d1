"""Who lives where: the inhabitants of the districts of one period, and the points over which they are spread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.geometry import to_metric
from insek.engines.reach.network import Floats
from insek.engines.reach.people import spread
from insek.places.basemap.ways import LivedGround
from insek.places.models import District, HouseNumber
from insek.places.names.index import index_of

from ..models import Observation
from .models import ReachAnalysis

BUILDINGS, ADDRESSES, BUILT = ReachAnalysis.Spread.values
NAMED, WHOLE = "named", "whole"
RULES = (BUILDINGS, ADDRESSES, BUILT, NAMED, WHOLE)
"""From the best to the poorest: where a district has too little of one, the next is taken."""
LEAST_FOOTPRINT = 10.0
"""Square metres of houses for each inhabitant, below which the map is taken to have only some of the houses."""
MOST_AT_ADDRESS = 20.0
"""Inhabitants for each address, above which some addresses are taken to be missing."""
LEAST_BUILT = 20.0
"""Square metres of lived-on land for each inhabitant, likewise."""
GRID, COARSE = 100.0, 250.0
"""Metres between the points on lived-on land, and on a whole district."""
LIVED_NAMES = ("street", "square", "part")
A_HECTARE = 30.0
"""Inhabitants on a hectare around the names of streets and villages, where nothing else says how far houses reach: loosely built."""
MOST_GRID = 40_000
COVERED = (0.9, 1.1)
"""What the districts together may have of the city's own number."""


class NothingToSpread(ValueError):
    """Too little is known; the message is a key of ``shown.MISSING``."""


@dataclass(frozen=True)
class LivedAreas:
    """Districts that together are the city, with the people of one period, and their outlines in metres."""

    period: str
    districts: list[District]
    people: Floats
    outlines: list[BaseGeometry]
    sources: list[str]


def areas_of(concept: Concept, indicator: str) -> LivedAreas:
    """The newest period in which districts with an outline make up the city; else the city alone. Two queries. Raises NothingToSpread."""
    rows = (
        Observation.objects.figures()
        .filter(indicator=indicator, value__gte=0, district__geometry__isnull=False, district__item__concept=concept)
        .select_related("district__item")
        .order_by("-period_end", "-pk")
    )  # fmt: skip
    by_period: dict[str, dict[str, Observation]] = defaultdict(dict)
    for row in rows:
        by_period[row.period].setdefault(row.district_id, row)
    alone: Observation | None = None
    for found in by_period.values():
        city = next((row for row in found.values() if row.district.level == District.Level.CITY), None)
        alone = alone or city
        above = _above(row.district_id for row in found.values())
        parts = [row for key, row in found.items() if row is not city and key not in above]
        whole = sum(float(row.known) for row in parts)
        low, high = COVERED
        if len(parts) > 1 and (city is None or low * float(city.known) <= whole <= high * float(city.known)):
            return _areas(concept, sorted(parts, key=lambda row: row.district.item.sort_key))
    if alone is None:
        raise NothingToSpread("people")
    return _areas(concept, [alone])


def _above(keys: Any) -> set[str]:
    """What has one of these as its part, on any level: those count by their parts."""
    parents = dict(District.objects.filter(parent__isnull=False).values_list("pk", "parent"))
    found: set[str] = set()
    for key in keys:
        for _depth in District.Level.values:
            key = parents.get(key) or ""
            found.add(key)
    return found


def _areas(concept: Concept, rows: Sequence[Observation]) -> LivedAreas:
    outlines = [to_metric(row.district.geometry, concept.metric_crs) for row in rows]
    for outline in outlines:
        shapely.prepare(outline)
    return LivedAreas(
        rows[0].period, [row.district for row in rows], np.array([float(row.known) for row in rows]), outlines,
        sorted({row.source_title or row.source_url for row in rows}),
    )  # fmt: skip


@dataclass(frozen=True)
class Spots:
    """Points in metres with the number of their area and the people who live there; ``rules`` says by area how they were spread."""

    points: Floats
    area: Any
    people: Floats
    rules: list[str]


def spread_people(concept: Concept, areas: LivedAreas, ground: LivedGround, wanted: str) -> Spots:
    """The people of each area over its houses, else its addresses, its lived-on land, its named streets and places, or all of it."""
    open_areas = np.ones(len(areas.outlines), dtype=bool)
    kept: list[tuple[Floats, Any, Floats]] = []
    rules = [WHOLE] * len(areas.outlines)
    for rule in RULES[RULES.index(wanted) :]:
        if not open_areas.any():
            break
        points, weight = _points(rule, concept, areas, ground, open_areas)
        area = in_areas(points, areas.outlines)
        area[(area >= 0) & ~open_areas[np.maximum(area, 0)]] = -1
        sums = np.bincount(area[area >= 0], weights=weight[area >= 0], minlength=len(open_areas)).astype(
            np.float64
        )
        enough = open_areas & (sums > 0) & _is_enough(rule, sums, areas.people)
        mine = (area >= 0) & enough[np.maximum(area, 0)]
        people, _without = spread(np.where(enough, areas.people, 0.0), np.where(mine, area, -1), weight)
        kept.append((points[mine], area[mine], people[mine]))
        for number in np.flatnonzero(enough):
            rules[int(number)] = rule
        open_areas &= ~enough
    return Spots(
        np.concatenate([one[0] for one in kept]), np.concatenate([one[1] for one in kept]),
        np.concatenate([one[2] for one in kept]), rules,
    )  # fmt: skip


def _is_enough(rule: str, sums: Floats, people: Floats) -> Any:
    if rule == BUILDINGS:
        return sums >= LEAST_FOOTPRINT * people
    if rule == ADDRESSES:
        return people <= MOST_AT_ADDRESS * sums
    if rule == BUILT:
        return sums >= LEAST_BUILT * people
    return np.ones(len(people), dtype=bool)


def _points(
    rule: str, concept: Concept, areas: LivedAreas, ground: LivedGround, wanted: Any
) -> tuple[Floats, Floats]:
    """Points with their weights by one rule."""
    outlines = [outline for outline, is_open in zip(areas.outlines, wanted, strict=True) if is_open]
    if rule == BUILDINGS:
        return ground.houses, ground.footprint
    if rule == ADDRESSES:
        found = HouseNumber.objects.filter(street__source__city=concept.key, street__source__is_valid=True)
        return _even(sorted(set(found.values_list("lon", "lat"))), concept)
    if rule == BUILT:
        if ground.built is None:
            return np.empty((0, 2)), np.empty(0)
        return _grid(shapely.intersection(ground.built, shapely.union_all(outlines)), GRID)
    if rule == NAMED:
        parts = list(_around_names(concept, areas, wanted))
    else:
        parts = [_grid(outline, COARSE) for outline in outlines]
    if not parts:
        return np.empty((0, 2)), np.empty(0)
    return np.concatenate([one[0] for one in parts]), np.concatenate([one[1] for one in parts])


def _around_names(concept: Concept, areas: LivedAreas, wanted: Any) -> Iterator[tuple[Floats, Floats]]:
    """Of each district the land around its named streets and villages, as much as its people need at the usual density."""
    names = index_of(concept.key, concept.city).names
    points, _even_weight = _even(
        sorted({(one.lon, one.lat) for one in names if one.kind in LIVED_NAMES}), concept
    )
    area = in_areas(points, areas.outlines)
    for number in np.flatnonzero(wanted):
        mine = points[area == number]
        if len(mine):
            radius = max(GRID, float(np.sqrt(areas.people[number] / A_HECTARE * 10_000 / len(mine) / np.pi)))
            land = shapely.union_all(shapely.buffer(shapely.points(mine), radius))
            yield _grid(shapely.intersection(land, areas.outlines[number]), GRID)


def _even(spots: list[tuple[float, float]], concept: Concept) -> tuple[Floats, Floats]:
    if not spots:
        return np.empty((0, 2)), np.empty(0)
    points = shapely.get_coordinates(to_metric(shapely.multipoints(spots), concept.metric_crs))
    return points, np.ones(len(points))


def _grid(shape: BaseGeometry, step: float) -> tuple[Floats, Floats]:
    """A grid of points in a shape, each standing for its square; at least one, where there is a shape."""
    if shape.is_empty or not shape.area:
        return np.empty((0, 2)), np.empty(0)
    west, south, east, north = shape.bounds
    step = max(step, float(np.sqrt((east - west) * (north - south) / MOST_GRID)))
    x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    points = np.column_stack((x.ravel(), y.ravel()))
    shapely.prepare(shape)
    points = points[shapely.contains_xy(shape, points)] if len(points) else points
    if not len(points):
        points = shapely.get_coordinates(shapely.point_on_surface(shape))
    return points, np.full(len(points), shape.area / len(points))


def in_areas(points: Floats, outlines: Sequence[BaseGeometry]) -> Any:
    """The number of the area in which each point lies, the first of several; -1 for none."""
    area = np.full(len(points), -1, dtype=np.intp)
    for number, outline in enumerate(outlines):
        left = np.flatnonzero(area < 0)
        if len(left):
            area[left[shapely.contains_xy(outline, points[left])]] = number
    return area
