"""What lies near a place, nearest first: by where it is drawn, and by the words of its text."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.geometry import to_metric
from insek.engines.place_names import name_words
from insek.people.actors import Actor
from insek.thread.kinds import kind_named
from insek.thread.models import Item
from insek.thread.search import find, in_order

from ..layers import lies_in, located_rows
from ..names.finding import DISTRICT, FoundPlace

NEAR = 800.0
"""Metres around a place that count as near: ten minutes on foot."""
METRES = 111_320.0
MOST = 40
MOST_READ = 2_000
MOST_NAMING = 30
LEAST_LETTERS = 5


_planned: list[str] = []


def register_planned(kind: str) -> None:
    """Let a later room say that items of its kind are what is planned and done; they come first near a place."""
    if kind not in _planned:
        _planned.append(kind)


def is_planned(kind: str) -> bool:
    """Whether items of a kind are what is planned and done."""
    return kind in _planned


def planned_kind() -> str:
    """The first of these kinds, empty where no room has one."""
    return _planned[0] if _planned else ""


@dataclass(frozen=True)
class NearItem:
    """An item near a place; ``metres`` from the place to what is drawn of it, None where only its words say so."""

    pk: str
    kind: str
    metres: int | None


def near_place(concept: Concept, actor: Actor, place: FoundPlace) -> list[NearItem]:
    """What is drawn near a place, what is planned first, nearest first. One query for each located table."""
    west, south, east, north = place.box if place.shape else (place.lon, place.lat, place.lon, place.lat)
    up = NEAR / METRES
    across = up / math.cos(math.radians(place.lat))
    visible = Item.objects.visible_to(actor).filter(concept=concept)
    known: list[tuple[str, str, BaseGeometry]] = []
    for rows in located_rows(visible):
        box = rows.filter(
            west__lte=east + across, east__gte=west - across, south__lte=north + up, north__gte=south - up
        )
        known += box.order_by("pk").values_list("item_id", "kind", "geometry")[:MOST_READ]
    if not known:
        return []
    whole = shapely.from_wkb(place.shape) if place.shape else shapely.Point(place.lon, place.lat)
    here = to_metric(whole, concept.metric_crs)
    shapes = [to_metric(geometry, concept.metric_crs) for _pk, _kind, geometry in known]
    metres = shapely.distance(np.array(shapes, dtype=object), here)
    found = [
        NearItem(pk, kind, 10 * round(float(far) / 10))
        for (pk, kind, _geometry), far in zip(known, metres, strict=True)
        if far <= NEAR
    ]
    return sorted(found, key=_by_kind)[:MOST]


def _by_kind(one: NearItem) -> tuple[int, int, str]:
    """What is planned first, then the other kinds as in the thread; within a kind the nearest first."""
    return (-1 if is_planned(one.kind) else kind_named(one.kind).order, one.metres or 0, one.pk)


def lying_in_district(concept: Concept, actor: Actor, pk: str) -> list[NearItem]:
    """What is planned in a district, as lists understand it. Four queries."""
    items = Item.objects.visible_to(actor).filter(lies_in(concept, pk), concept=concept, kind__in=_planned)
    return [
        NearItem(item, kind, None)
        for item, kind in items.order_by("sort_key", "pk").values_list("pk", "kind")[:MOST]
    ]


def naming(concept: Concept, actor: Actor, place: FoundPlace, beside: set[str]) -> list[NearItem]:
    """What names the street or place in its title or text, but for what is known already. Some six queries."""
    if place.kind == DISTRICT or len(place.name) < LEAST_LETTERS:
        return []
    words = f" {' '.join(name_words(place.name))} "
    found = find(place.name, actor, concept=concept, literally=True)
    rows = in_order(found, actor, concept=concept).only("pk", "kind", "title", "text", "sort_key")[
        :MOST_NAMING
    ]
    return [
        NearItem(row.pk, row.kind, None)
        for row in rows
        if row.kind != "district"
        and row.pk not in beside
        and words in f" {' '.join(name_words(f'{row.title} {row.text}'))} "
    ]
