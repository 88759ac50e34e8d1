"""The collections (one for each kind that has something on the map) and their features, always through the gate, as a visitor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import Q
from django.utils.text import capfirst

from insek.concept.levels import level_name
from insek.concept.models import Concept
from insek.engines.geometry import to_geojson
from insek.people.actors import ANONYMOUS
from insek.places.layers import kinds_on_map, layer_of, on_map
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached

from ..api.kinds import ApiKind, api_kinds

Box = tuple[float, float, float, float]
AROUND = 0.02
"""Degrees by which the boxes in the database are looked at more widely: what is shown may lie a little beside what is kept."""


@dataclass(frozen=True)
class FeaturePage:
    """One page of features."""

    features: list[dict[str, Any]]
    matched: int
    following: str
    """Id after which the next page begins; empty where there is none."""


def collection_kinds(concept: Concept | None) -> list[ApiKind]:
    """The kinds of which something public has a place. One query, kept."""
    if concept is None:
        return []
    known = api_kinds()
    return [known[name] for name in kinds_on_map(concept, ANONYMOUS) if known[name].has_geometry]


def collection_of(concept: Concept | None, name: str) -> ApiKind | None:
    """The collection of that name."""
    return next((kind for kind in collection_kinds(concept) if kind.plural == name), None)


def title_of(kind: ApiKind, concept: Concept) -> str:
    """What a collection is called, as the city calls it."""
    return capfirst(str(level_name(concept.pk, kind.kind.level, plural=True, default=kind.kind.plural)))


def features_of(concept: Concept, kind: ApiKind) -> ItemQuerySet:
    """The public items of a kind that have a place."""
    return on_map(Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind=kind.name))


def extent_of(concept: Concept, kind: ApiKind) -> Box | None:
    """The box around all features of a collection. One query, kept."""
    return cached(concept, ANONYMOUS, ("ogc extent", kind.name), lambda: _extent(concept, kind))


def _extent(concept: Concept, kind: ApiKind) -> Box | None:
    boxes = layer_of(kind.name).model.objects.filter(item__in=features_of(concept, kind)).exclude(west=None)
    rows = list(boxes.values_list("west", "south", "east", "north"))
    if not rows:
        return None
    wests, souths, easts, norths = zip(*rows, strict=True)
    # outwards at four places, so that a box tells of no single point where it lies to the metre
    return (_down(min(wests)), _down(min(souths)), -_down(-max(easts)), -_down(-max(norths)))


def _down(value: float) -> float:
    return math.floor(value * 1e4 + 1e-6) / 1e4


def _within(concept: Concept, kind: ApiKind, boxes: Sequence[Box]) -> frozenset[str]:
    """The features whose shape, as it is shown, meets one of the boxes."""
    near = Q()
    for west, south, east, north in boxes:
        near |= Q(west__lte=east + AROUND, east__gte=west - AROUND, south__lte=north + AROUND, north__gte=south - AROUND)  # fmt: skip
    rows = layer_of(kind.name).model.objects.filter(near).values("item_id")
    items = list(kind.select(features_of(concept, kind).filter(pk__in=rows)))
    shapes = kind.geometries(items)
    wanted = shapely.union_all([shapely.box(*box) for box in boxes])
    shapely.prepare(wanted)
    return frozenset(pk for pk, shape in shapes.items() if shapely.intersects(wanted, shape))


def page(
    concept: Concept, kind: ApiKind, *, boxes: Sequence[Box], limit: int, after: str, item_url: Any
) -> FeaturePage:
    """One page of a collection in the order of ids. Some ten queries, whatever its length."""
    items = features_of(concept, kind).order_by("pk")
    if boxes:
        items = items.filter(pk__among=_within(concept, kind, boxes))
    matched = items.count()
    if after:
        items = items.filter(pk__gt=after)
    rows = list(kind.select(items[: limit + 1]))
    following = rows[limit - 1].pk if len(rows) > limit else ""
    return FeaturePage(as_features(kind, rows[:limit], item_url), matched, following)


def single_feature(concept: Concept, kind: ApiKind, item_id: str, item_url: Any) -> dict[str, Any] | None:
    """One feature."""
    rows = list(kind.select(features_of(concept, kind).filter(pk=item_id)))
    return next(iter(as_features(kind, rows, item_url)), None)


def as_features(kind: ApiKind, items: Sequence[Item], item_url: Any) -> list[dict[str, Any]]:
    """Features of GeoJSON with flat properties, which every program of maps can show as a table."""
    places, own = kind.geometries(items), kind.properties(items)
    found = []
    for item in items:
        place = places.get(item.pk)
        found.append(
            {
                "type": "Feature",
                "id": item.pk,
                "geometry": to_geojson(place) if place is not None else None,
                "properties": {
                    "insek_id": item.pk, "number": item.number or None, "title": item.title, "text": item.text or None,
                    "standing": item.standing, "standing_label": item.get_standing_display(), "updated_at": item.updated_at.isoformat(),
                    "url": item_url(item.pk), **{name: _flat(value) for name, value in own[item.pk].items() if not isinstance(value, list | dict) or value},
                },
            }
        )  # fmt: skip
    return found


def _flat(value: Any) -> Any:
    """A value as a cell of a table: lists of words joined, rows and references by their name."""
    if isinstance(value, dict):
        return value.get("name") or value.get("key")
    if isinstance(value, list):
        return "; ".join(str(_flat(each)) for each in value if each not in (None, ""))
    return value.isoformat() if hasattr(value, "isoformat") else value
