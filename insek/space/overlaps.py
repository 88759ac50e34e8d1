"""Where elements lie on each other whose signs the city's rules exclude: how much, by which share, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from django.db.models import QuerySet
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.geometry import to_degrees, to_metric
from insek.people.actors import Actor
from insek.thread.models import Item, Link
from insek.thread.shared_cache import content_version

from .areas import SQUARE_METRES
from .conflict_models import SignConflict

ACCEPTED = "lies_over"
"""The link that says an overlap is wanted, and why."""
LEAST_AREA, LEAST_LENGTH = 100.0, 10.0
"""Square metres and metres below which an overlap is how somebody drew, not what is meant."""
MOST_PAIRS = 500


@dataclass(frozen=True)
class Overlap:
    """Two elements on each other against a rule; shares are of each one's own size, 0 to 1."""

    rule: int
    first: str
    second: str
    area_ha: float
    length_m: float
    """Where nothing has an area, the length or 0 for a point."""
    first_share: float
    second_share: float
    shape: BaseGeometry
    """What they have in common, in degrees."""


def found_overlaps(rules: Sequence[SignConflict], items: Iterable[Item], crs: int) -> list[Overlap]:
    """All overlaps against the rules, the largest first. Items come with ``feature`` and ``location``; costs no query.

    Elements of two variants never meet: only one of them will be.
    """
    placed = [item for item in items if getattr(item, "location", None) is not None]
    planes = {item.pk: shapely.make_valid(to_metric(item.location.geometry, crs)) for item in placed}
    found = [each for rule in rules for each in _of_rule(rule, placed, planes, crs)]
    return sorted(found, key=lambda one: (-one.area_ha, -one.length_m, one.first, one.second))[:MOST_PAIRS]


def _of_rule(
    rule: SignConflict, placed: Sequence[Item], planes: dict[str, BaseGeometry], crs: int
) -> Iterator[Overlap]:
    ones = [item for item in placed if item.feature.sign == rule.one]
    others = [item for item in placed if item.feature.sign == rule.other]
    if not ones or not others:
        return
    wide = {item.pk: _widened(planes[item.pk], rule.reach_m) for item in (*ones, *others)}
    tree = shapely.STRtree([wide[item.pk] for item in others])
    for item in ones:
        for place in np.sort(tree.query(wide[item.pk], predicate="intersects")):
            other = others[int(place)]
            if other.pk == item.pk or (rule.one == rule.other and item.pk > other.pk):
                continue
            variants = {item.feature.variant, other.feature.variant} - {""}
            if len(variants) > 1:
                continue
            common = shapely.intersection(wide[item.pk], wide[other.pk])
            dimension = shapely.get_dimensions(common)
            area = float(common.area) if dimension == 2 else 0.0
            length = float(common.length) if dimension == 1 else 0.0
            both_are_areas = (
                min(shapely.get_dimensions(wide[item.pk]), shapely.get_dimensions(wide[other.pk])) == 2
            )
            if area < LEAST_AREA and (both_are_areas or (dimension == 1 and length < LEAST_LENGTH)):
                continue
            yield Overlap(
                rule.pk, item.pk, other.pk, area / SQUARE_METRES, length,
                _share(common, wide[item.pk]), _share(common, wide[other.pk]), to_degrees(common, crs),
            )  # fmt: skip


def _widened(shape: BaseGeometry, reach: int) -> BaseGeometry:
    """Lines and points with their reach; areas are as they are drawn."""
    return shapely.buffer(shape, reach) if reach and shapely.get_dimensions(shape) < 2 else shape


def _share(common: BaseGeometry, whole: BaseGeometry) -> float:
    """Which part of an element lies in common: of its area, else of its length, else all of a point."""
    dimension = shapely.get_dimensions(whole)
    if dimension == 2:
        return float(common.area / whole.area) if whole.area else 0.0
    if dimension == 1:
        return float(min(1.0, common.length / whole.length)) if whole.length else 0.0
    return 1.0


def located_features(concept: Concept, items: QuerySet[Item] | None = None) -> QuerySet[Item]:
    """The elements with their places, of all or of those one may see."""
    rows = items if items is not None else Item.objects.filter(concept=concept, kind="feature")
    return (
        rows.filter(location__isnull=False).select_related("feature", "location").order_by("sort_key", "pk")
    )


def answers(concept: Concept, actor: Actor) -> dict[frozenset[str], Link]:
    """By pair of elements the link that says their overlap is wanted. One query."""
    links = Link.objects.visible_to(actor).filter(kind=ACCEPTED, source__concept=concept)
    return {frozenset((link.source_id, link.target_id)): link for link in links}


def unanswered(concept: Concept) -> QuerySet[Item]:
    """The first element of each overlap to which nobody has said why it is wanted. Kept until something changes."""
    pks = _unanswered(concept.pk, content_version(concept))
    return Item.objects.filter(pk__in=pks)


@lru_cache(maxsize=16)
def _unanswered(concept_pk: int, version: str) -> frozenset[str]:
    concept = Concept.objects.get(pk=concept_pk)
    rules = list(SignConflict.objects.filter(concept=concept))
    if not rules:
        return frozenset()
    links = Link.objects.filter(kind=ACCEPTED, source__concept=concept).values_list("source_id", "target_id")
    wanted = {frozenset(pair) for pair in links}
    found = found_overlaps(rules, located_features(concept), concept.metric_crs)
    return frozenset(one.first for one in found if frozenset((one.first, one.second)) not in wanted)
