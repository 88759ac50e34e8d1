"""In which areas of the city's layers something lies: "Hitzebelastung: hoch"."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker

from ..area_models import Area, AreaLayer
from .keeping import unpack
from .showing import offered_areas

MOST_LOOKED_AT = 500
"""Areas of one layer that are looked at one by one; where something meets more, whole classes are."""
SLIVER = 0.005
"""Share of something that must lie in an area of a class for it to be said."""


def lies_in_areas(asker: Asker, shape: BaseGeometry) -> list[dict[str, Any]]:
    """For each layer that is offered and in which a shape lies: its title, its classes and what they are called.

    No query where the city has no such layer, else one and one for each layer.
    """
    offered = {one.pk: one for one in offered_areas(asker.concept, asker.actor)}
    if not offered:
        return []
    found = []
    layers = AreaLayer.objects.filter(pk__in=offered).select_related("current").defer("current__coarse")
    for layer in layers:
        if steps := _steps(layer, shape):
            current = layer.current
            assert current is not None
            one = offered[layer.pk]
            words = [(current.classes[step]["label"], ", ".join(names)) for step, names in steps]
            found.append(
                {"title": one.title, "lang": one.title_lang, "classes": words, "meaning": one.meaning}
            )
    return found


def _steps(layer: AreaLayer, shape: BaseGeometry) -> list[tuple[int, list[str]]]:
    """The classes in which a shape lies, that of most of it first, with the names of the areas."""
    assert layer.current_id is not None
    west, south, east, north = shape.bounds
    rows = Area.objects.filter(delivery=layer.current_id, west__lte=east, east__gte=west, south__lte=north, north__gte=south)  # fmt: skip
    known = list(rows.values_list("step", "name", "geometry")[: MOST_LOOKED_AT + 1])
    if len(known) > MOST_LOOKED_AT:
        shapes = unpack(layer.current.coarse)  # type: ignore[union-attr]  # it has one
        known = [(step, "", shapely.from_geojson(json.dumps(one))) for step, one in enumerate(shapes) if one]
    sizes: dict[int, float] = {}
    names: dict[int, list[str]] = {}
    for step, name, area in known:
        size = _share(shape, area)
        if size > SLIVER:
            sizes[step] = sizes.get(step, 0) + size
            if name and name not in names.setdefault(step, []):
                names[step].append(name)
    return [(step, names.get(step, [])[:3]) for step in sorted(sizes, key=lambda step: (-sizes[step], -step))]


def _share(shape: BaseGeometry, area: BaseGeometry) -> float:
    """How much of a shape lies in an area: 1 for a point, 0 for a line or an area that only touches it."""
    if not shapely.intersects(area, shape):
        return 0.0
    dimension = shapely.get_dimensions(shape)
    if dimension == 0:
        return 1.0  # on the border of two it lies in both
    cut = shapely.intersection(area, shape)
    whole = shape.area if dimension == 2 else shape.length
    return float((cut.area if dimension == 2 else cut.length) / whole) if whole else 0.0
