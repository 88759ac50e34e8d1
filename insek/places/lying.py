"""How many items lie in each place, by the same meaning of "Ort" as lists have it (``layers.lies_in``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.thread.models import Link

from .models import District, Location


def drawn_items(ids: Iterable[str]) -> list[tuple[str, BaseGeometry]]:
    """Items with what is drawn of them. One query."""
    return list(Location.objects.filter(item__in=list(ids)).values_list("item", "geometry"))


def places_of_items(concept: Concept, ids: Sequence[str]) -> dict[str, set[str]]:
    """The places below the city that items lie in, by link or by where they are drawn. Three queries."""
    wanted = set(ids)
    rows = list(District.objects.filter(item__concept=concept).exclude(level=District.Level.CITY))
    linked: dict[str, set[str]] = {}
    links = Link.objects.filter(kind="located_in", source__concept=concept)
    for source, target in links.values_list("source", "target"):
        if source in wanted:
            linked.setdefault(target, set()).add(source)
    drawn = [
        (pk, geometry)
        for pk, geometry in Location.objects.filter(item__concept=concept).values_list("item", "geometry")
        if pk in wanted
    ]
    found: dict[str, set[str]] = {}
    for place, items in lying_in_each(rows, linked, drawn).items():
        for item in items:
            found.setdefault(item, set()).add(place)
    return found


def lying_in_each(
    rows: Sequence[District], linked: Mapping[str, set[str]], drawn: Sequence[tuple[str, BaseGeometry]]
) -> dict[str, set[str]]:
    """By place the items that lie in it or in a part of it: by link (``linked``, by place), or by where they are drawn.

    The city as a whole has those that are linked to it, for in it lies everything.
    """
    shapes = np.array([geometry for _pk, geometry in drawn], dtype=object)
    below: dict[str, list[str]] = {}
    for row in rows:
        if row.parent_id:
            below.setdefault(row.parent_id, []).append(row.pk)
    found = {}
    for row in rows:
        own = set(linked.get(row.pk, ()))
        if row.level != District.Level.CITY:
            for part in _parts(row.pk, below):
                own |= linked.get(part, set())
            if drawn and row.geometry is not None:
                shapely.prepare(row.geometry)
                inside = shapely.intersects(row.geometry, shapes) & ~shapely.touches(row.geometry, shapes)
                own |= {pk for (pk, _geometry), is_inside in zip(drawn, inside, strict=True) if is_inside}
        if own:
            found[row.pk] = own
    return found


def _parts(place: str, below: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """The places within a place; a city has three levels, so nothing goes in circles for long."""
    parts = list(below.get(place, ()))
    for _depth in District.Level.values:
        parts += [pk for part in parts for pk in below.get(part, ()) if pk not in parts]
    return parts
