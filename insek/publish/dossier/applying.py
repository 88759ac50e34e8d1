"""What applies at a place: found by where it is drawn, by the districts it is linked with, and for the whole city. See docs/methods/dossier.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import shapely
from django.db.models import Count, Exists, OuterRef
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.council.models import CheckPlace
from insek.engines.geometry import to_degrees, to_metric
from insek.engines.lying_to import How, LyingTo, lying_to
from insek.items.why import PLACE
from insek.people.actors import Actor
from insek.places.layers import located_rows, on_map, own_layers
from insek.places.models import District, Location
from insek.places.queries import map_places
from insek.thread.models import Item, ItemQuerySet, Link

from .asked import AskedPlace

MOST_READ = 2_000
"""Drawn items around a place that are measured."""
MOST_WIDE = 2_000
"""Items of districts or of the whole city that are read; of more the page says so."""
GOAL = "goal"
ASKED_FOR_A_PLACE = ("feature", "measure", "contribution", "finding", "paper", "resolution")
"""Kinds of which it is said how many have no place; others are for the whole city, or say their place in another way."""
SHOWS_GOAL = ("implemented_by", "shown_by")
"""Links from a goal to what brings it to a place."""


class Rank(IntEnum):
    """How closely something applies, the closest first."""

    COVERS = 0
    CROSSES = 1
    INSIDE = 2
    TOUCHES = 3
    NEAR = 4
    DISTRICT = 5
    ELSEWHERE = 6
    """Linked with the district, and drawn in another part of it."""


@dataclass(frozen=True)
class Reason:
    """Why an item applies: how it lies to the place, or which districts it is for; of a goal what brings it here."""

    rank: Rank
    lie: LyingTo | None = None
    districts: tuple[str, ...] = ()
    """Ids of the districts."""
    through: tuple[str, ...] = ()
    """Ids of what applies here and is linked with the goal, the closest first."""
    metres: float | None = None
    """How far away it is drawn, where it is linked with a district."""

    @property
    def order(self) -> tuple[int, float, float]:
        """The closest first; of what covers a part the largest."""
        share = self.lie.share if self.lie and self.lie.share is not None else 0.0
        return (self.rank, -share, self.lie.metres if self.lie else self.metres or 0.0)


@dataclass
class Applying:
    """What applies at a place, by item, with what is not known."""

    here: dict[str, Reason] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """The kind of each item that is known here."""
    city: dict[str, list[str]] = field(default_factory=dict)
    """By kind what is linked with the whole city."""
    districts: list[District] = field(default_factory=list)
    """The districts the place lies in, the smallest first."""
    parts: dict[str, float] = field(default_factory=dict)
    """By district which part of the place lies in it, where that can be said."""
    without_place: dict[str, int] = field(default_factory=dict)
    """By kind how many items have no place at all."""
    is_cut: bool = False
    is_schematic: bool = False

    def of(self, *kinds: str) -> list[str]:
        """The items of some kinds that apply here, the closest first."""
        found = [pk for pk in self.here if self.kinds[pk] in kinds]
        return sorted(found, key=lambda pk: (self.here[pk].order, pk))


def applying_at(asker: Asker, place: AskedPlace, reach: float) -> Applying:
    """What applies at a place, for who asks. Some fourteen queries, however much there is."""
    concept, actor = asker.concept, asker.actor
    assert concept is not None
    visible = Item.objects.visible_to(actor).filter(concept=concept)
    found = Applying()
    own = place.item.pk if place.item else ""
    city = _districts(concept, actor, place, found)
    below = _below(place, map_places(concept, actor))
    if place.shape is not None:
        _drawn(concept, visible, place.shape, reach, found, own)
    _linked(concept, actor, found, city, own, below)
    _far_away(concept, place, found)
    _checks(actor, concept, found, city, own, below)
    _goals(actor, found, own)
    placed = Exists(Link.objects.filter(source=OuterRef("pk"), kind=PLACE))
    unplaced = visible.filter(~placed).exclude(pk__in=on_map(visible).order_by().values("pk"))
    for layer in own_layers():
        if layer.district:
            named = layer.model.objects.filter(**{f"{layer.district}__isnull": False})
            unplaced = unplaced.exclude(pk__in=named.values("pk"))
    counted = unplaced.filter(kind__in=ASKED_FOR_A_PLACE).order_by().values_list("kind").annotate(Count("pk"))
    found.without_place = dict(counted)
    return found


def _districts(concept: Concept, actor: Actor, place: AskedPlace, found: Applying) -> set[str]:
    """Which districts the place lies in; gives the ids of the city as a whole. One query, kept."""
    rows = map_places(concept, actor)
    city = {row.pk for row in rows if row.level == District.Level.CITY}
    known = {row.pk: row for row in rows}
    wanted: set[str] = set()
    if place.district is not None or place.shape is None:
        wanted = set(place.districts) - city
    else:
        parts = [row for row in rows if row.pk not in city and row.geometry is not None]
        here = _metric([place.shape], concept)[0]
        box = place.shape.bounds
        near = [
            row for row in parts
            if row.west <= box[2] and row.east >= box[0] and row.south <= box[3] and row.north >= box[1]
        ]  # fmt: skip
        for row, lie in zip(
            near, lying_to(here, _metric([row.geometry for row in near], concept), 0), strict=True
        ):
            if lie is not None and lie.how in (How.COVERS, How.CROSSES, How.INSIDE):
                wanted.add(row.pk)
                if lie.share is not None:
                    found.parts[row.pk] = lie.share
        found.is_schematic = any(row.schematic for row in near)
    for pk in list(wanted):
        above = known[pk].parent_id if pk in known else None
        while above and above in known and above not in city and above not in wanted:
            wanted.add(above)
            above = known[above].parent_id
    depth = list(District.Level.values)
    chosen = [known[pk] for pk in wanted if pk in known]
    found.districts = sorted(
        chosen, key=lambda row: (-depth.index(row.level), -found.parts.get(row.pk, 1.0), row.item.sort_key)
    )
    return city


def _below(place: AskedPlace, rows: Sequence[District]) -> set[str]:
    """The parts of a district that is asked about."""
    if place.district is None or place.is_city:
        return set()
    parts = {place.district.pk}
    for _depth in District.Level.values:
        parts |= {row.pk for row in rows if row.parent_id in parts}
    return parts - {place.district.pk}


def _metric(shapes: Sequence[BaseGeometry], concept: Concept) -> list[BaseGeometry]:
    """Shapes in metres, those that cross themselves mended."""
    if not shapes:
        return []
    planes: Any = to_metric(np.array(shapes, dtype=object), concept.metric_crs)  # many at once
    return list(shapely.make_valid(planes))


def _drawn(
    concept: Concept, visible: ItemQuerySet, shape: BaseGeometry, reach: float, found: Applying, own: str
) -> None:
    """What is drawn at the place or near it. One query for each located table."""
    here = _metric([shape], concept)[0]
    west, south, east, north = to_degrees(
        shapely.box(*shapely.buffer(shapely.envelope(here), reach + 1, join_style="mitre").bounds),
        concept.metric_crs,
    ).bounds
    for rows in located_rows(visible):
        box = rows.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
        known = list(
            box.exclude(pk=own).order_by("pk").values_list("item_id", "kind", "geometry")[: MOST_READ + 1]
        )
        found.is_cut |= len(known) > MOST_READ
        known = known[:MOST_READ]
        lies = lying_to(here, _metric([geometry for _pk, _kind, geometry in known], concept), reach)
        for (pk, kind, _geometry), lie in zip(known, lies, strict=True):
            if lie is not None:
                found.here[pk] = Reason(Rank(int(lie.how)), lie)
                found.kinds[pk] = kind


def _linked(
    concept: Concept, actor: Actor, found: Applying, city: set[str], own: str, below: set[str]
) -> None:
    """What is linked with the districts of the place, or with the city. One query for links, one for each table that names districts."""
    around = {row.pk for row in found.districts} | below
    links = Link.objects.visible_to(actor).filter(
        kind=PLACE, target__in=around | city, source__concept=concept
    )
    known = list(
        links.order_by("source__sort_key", "source", "pk").values_list("source", "source__kind", "target")[: 2 * MOST_WIDE + 1]
    )  # fmt: skip
    found.is_cut |= len(known) > 2 * MOST_WIDE
    targets: dict[str, list[str]] = {}
    for pk, kind, target in known:
        if pk == own or kind == "district":
            continue
        found.kinds.setdefault(pk, kind)
        if target in around:
            targets.setdefault(pk, []).append(target)
        elif pk not in targets:
            found.city.setdefault(kind, []).append(pk)
    for layer in own_layers():
        if layer.district and around:
            rows = layer.model.objects.filter(**{f"{layer.district}__in": around})
            seen = rows.filter(item__in=Item.objects.visible_to(actor).filter(concept=concept))
            for pk, target in seen.order_by("pk").values_list("item_id", layer.district)[:MOST_WIDE]:
                if pk != own:
                    found.kinds.setdefault(pk, layer.kind)
                    targets.setdefault(pk, []).append(target)
    for pk, named in targets.items():
        if pk not in found.here or found.here[pk].rank is Rank.NEAR:
            near = found.here.get(pk)
            found.here[pk] = Reason(
                Rank.DISTRICT, districts=tuple(dict.fromkeys(named)), metres=near.lie.metres if near and near.lie else None
            )  # fmt: skip
    found.city = {
        kind: [pk for pk in dict.fromkeys(pks) if pk not in found.here] for kind, pks in found.city.items()
    }


def _far_away(concept: Concept, place: AskedPlace, found: Applying) -> None:
    """Of what is linked with a district and drawn in another part of it, how far away that is. One query for each located table."""
    if place.shape is None or place.district is not None:
        return
    linked = [pk for pk, why in found.here.items() if why.rank is Rank.DISTRICT and why.metres is None]
    if not linked:
        return
    here = _metric([place.shape], concept)[0]
    for model in (Location, *(layer.model for layer in own_layers())):
        rows = list(
            model.objects.filter(pk__in=linked, geometry__isnull=False).values_list("item_id", "geometry")
        )
        distances = [shapely.distance(here, shape) for shape in _metric([row[1] for row in rows], concept)]
        for (pk, _shape), metres in zip(rows, distances, strict=True):
            found.here[pk] = Reason(Rank.ELSEWHERE, districts=found.here[pk].districts, metres=float(metres))


def _checks(
    actor: Actor, concept: Concept, found: Applying, city: set[str], own: str, below: set[str]
) -> None:
    """Checks name their places in a table of their own. One query."""
    around = {row.pk for row in found.districts} | below
    seen = Item.objects.visible_to(actor).filter(concept=concept, kind="concept_check")
    rows = CheckPlace.objects.filter(check_row__in=seen.values("pk"), district__in=around | city)
    named: dict[str, list[str]] = {}
    for pk, district in rows.order_by("pk").values_list("check_row", "district")[:MOST_WIDE]:
        if pk == own:
            continue
        found.kinds[pk] = "concept_check"
        if district in around:
            named.setdefault(pk, []).append(district)
        else:
            found.city.setdefault("concept_check", []).append(pk)
    for pk, districts in named.items():
        found.here.setdefault(pk, Reason(Rank.DISTRICT, districts=tuple(districts)))
    found.city["concept_check"] = [
        pk for pk in dict.fromkeys(found.city.get("concept_check", ())) if pk not in found.here
    ]


def _goals(actor: Actor, found: Applying, own: str) -> None:
    """Goals apply where what serves or shows them does; the item that is asked about brings its own. One query."""
    bringing = {
        *(pk for pk, why in found.here.items() if why.rank is not Rank.ELSEWHERE),
        *filter(None, [own]),
    }
    links = Link.objects.visible_to(actor).filter(kind__in=SHOWS_GOAL, source__kind=GOAL, target__in=bringing)
    through: dict[str, list[str]] = {}
    for goal, target in links.order_by("pk").values_list("source", "target")[: MOST_WIDE * 2]:
        if goal != own:
            through.setdefault(goal, []).append(target)

    def order(pk: str) -> tuple[Any, ...]:
        return (-1.0, 0.0, 0.0) if pk == own else found.here[pk].order

    for goal, targets in through.items():
        found.kinds[goal] = GOAL
        if goal in found.here:
            continue
        closest = sorted(dict.fromkeys(targets), key=lambda pk: (order(pk), pk))
        first = closest[0]
        rank = Rank.COVERS if first == own else found.here[first].rank
        found.here[goal] = Reason(
            rank, None if first == own else found.here[first].lie, through=tuple(closest)
        )
