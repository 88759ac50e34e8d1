"""What the elements of the spatial concept add up to: dwellings and areas, by sign, time, district, field and year.

Nothing is added that does not belong together: of several variants one counts at a time, areas of elements that lie on each
other are counted once beside their sum, and what names no number is said to be open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker
from insek.engines.geometry import to_metric
from insek.places.lying import lying_in_each
from insek.places.models import District
from insek.places.queries import map_places
from insek.thread.models import Item, Link

from .ahead import STEPS
from .areas import SQUARE_METRES
from .models import Feature
from .signs import signs_of

MOST_SUMMED = 3_000
"""Elements that are added up; a plan has some dozens."""


@dataclass(frozen=True)
class Element:
    """An element with what it adds; ``shape`` is its area on the city's metric plane, None for points, lines and what has no place."""

    item: Item
    shape: BaseGeometry | None

    @property
    def row(self) -> Feature:
        """Its own row."""
        row: Feature = self.item.feature
        return row


@dataclass
class PlanSum:
    """What some elements add up to; ``within`` cuts their areas to that of a district."""

    name: str
    elements: list[Element] = field(default_factory=list)
    within: BaseGeometry | None = None

    @property
    def dwellings(self) -> int | None:
        """All that are named; None where none are."""
        named = [each.row.dwellings for each in self.elements if each.row.dwellings is not None]
        return sum(named) if named else None

    @property
    def with_dwellings(self) -> int:
        """Elements that name dwellings."""
        return sum(each.row.dwellings is not None for each in self.elements)

    @property
    def told_ha(self) -> Decimal | None:
        """The areas that the plan says."""
        named = [each.row.area_ha for each in self.elements if each.row.area_ha is not None]
        return sum(named, Decimal(0)) if named else None

    @property
    def with_area(self) -> int:
        """Elements that are drawn as an area."""
        return sum(each.shape is not None for each in self.elements)

    @property
    def drawn_ha(self) -> float | None:
        """What is drawn, each area for itself."""
        shapes = self._shapes
        return float(shapely.area(shapes).sum()) / SQUARE_METRES if len(shapes) else None

    @property
    def ground_ha(self) -> float | None:
        """The ground that they cover together: where two lie on each other it counts once."""
        shapes = self._shapes
        return float(shapely.union_all(shapes).area) / SQUARE_METRES if len(shapes) else None

    @property
    def _shapes(self) -> Any:
        shapes = [each.shape for each in self.elements if each.shape is not None]
        return shapely.intersection(shapes, self.within) if self.within is not None and shapes else shapes


@dataclass
class PlanSums:
    """The elements that one looks at, and those of them that count together: of several variants only what is in each."""

    asker: Asker
    shown: list[Element]
    variant: str
    variants: Sequence[str]
    is_cut: bool = False
    _places: list[PlanSum] | None = None

    @property
    def counted(self) -> list[Element]:
        """What adds up: without a chosen variant only the elements that stand in every one."""
        kept = {"", self.variant}
        return [each for each in self.shown if each.row.variant in kept]

    @property
    def left_out(self) -> int:
        """Elements that stand in one of several variants and are not counted."""
        return len(self.shown) - len(self.counted)

    @property
    def total(self) -> PlanSum:
        """All that counts together."""
        return PlanSum(_("Zusammen"), self.counted)

    @property
    def has_examples(self) -> bool:
        """Whether something that counts is invented."""
        return any(each.item.is_example for each in self.counted)


def plan_sums(
    asker: Asker, items: Sequence[Item], *, variant: str, variants: Sequence[str], is_cut: bool = False
) -> PlanSums:
    """The elements with their areas measured. Costs no query: items come with ``feature`` and ``location``."""
    return PlanSums(asker, [_measured(item) for item in items], variant, variants, is_cut)


def _measured(item: Item) -> Element:
    place = getattr(item, "location", None)
    if place is None or shapely.get_dimensions(place.geometry) != 2:
        return Element(item, None)
    return Element(item, shapely.make_valid(to_metric(place.geometry, item.concept.metric_crs)))


def by_sign(sums: PlanSums) -> list[PlanSum]:
    """By plan sign, in the order of the legend."""
    pairs = [(sign.key, str(sign)) for sign in signs_of(sums.asker.concept)]
    return _grouped(sums.counted, pairs, lambda each: [each.row.sign])


def by_horizon(sums: PlanSums) -> list[PlanSum]:
    """By when it shall be there."""
    labels = {"": _("Heute"), **{key: str(label) for key, label in Feature.Horizon.choices}}
    return _grouped(sums.counted, [(step, labels[step]) for step in STEPS], lambda each: [each.row.horizon])


def by_year(sums: PlanSums) -> list[PlanSum]:
    """By the year in which it is done; what only begins in a year stands there."""
    years = sorted({year for each in sums.counted if (year := each.row.end_year or each.row.start_year)})
    pairs = [*((str(year), str(year)) for year in years), ("", _("ohne Jahr"))]
    return _grouped(sums.counted, pairs, lambda each: [str(each.row.end_year or each.row.start_year or "")])


def by_field(sums: PlanSums) -> list[PlanSum]:
    """By field of action; an element of two fields counts in both. Up to two queries."""
    pks = [each.item.pk for each in sums.counted]
    through: Any = Item.fields.through
    found: dict[str, list[str]] = {}
    for item, key in through.objects.filter(item__in=pks).values_list("item_id", "field__key"):
        found.setdefault(item, []).append(key)
    pairs = [*((each.key, str(each)) for each in sums.asker.fields), ("", _("ohne Handlungsfeld"))]
    return _grouped(sums.counted, pairs, lambda each: found.get(each.item.pk, [""]))


def by_district(sums: PlanSums) -> list[PlanSum]:
    """By district; areas are cut at its border, an element on the border counts with its dwellings on both sides. Two queries."""
    concept = sums.asker.concept
    rows = map_places(concept, sums.asker.actor) if concept else []
    whole = {row.pk for row in rows if row.level == District.Level.CITY}
    parts = [row for row in rows if row.pk not in whole and (row.parent_id is None or row.parent_id in whole)]
    pks = [each.item.pk for each in sums.counted]
    links = Link.objects.visible_to(sums.asker.actor).filter(kind="located_in", source__in=pks)
    linked: dict[str, set[str]] = {}
    for place, item in links.values_list("target", "source"):
        linked.setdefault(place, set()).add(item)
    drawn = [
        (each.item.pk, each.item.location.geometry) for each in sums.counted if hasattr(each.item, "location")
    ]
    lying = lying_in_each(rows, linked, drawn)
    made = []
    for row in parts:
        here = [each for each in sums.counted if each.item.pk in lying.get(row.pk, ())]
        within = None
        if concept is not None and row.geometry is not None:
            within = to_metric(row.geometry, concept.metric_crs)
        if here:
            made.append(PlanSum(row.item.title, here, within))
    known = {pk for row in parts for pk in lying.get(row.pk, ())}
    if rest := [each for each in sums.counted if each.item.pk not in known]:
        made.append(PlanSum(_("in keinem Stadtteil"), rest))
    return made


def by_variant(sums: PlanSums) -> list[PlanSum]:
    """What each variant comes to with all that stands in every one; the rows are choices and never add up."""
    return [
        PlanSum(name, [each for each in sums.shown if each.row.variant in {"", name}])
        for name in sums.variants
        if not sums.variant or name == sums.variant
    ]


def counted_twice(groups: Iterable[PlanSum]) -> int:
    """Elements that stand in more than one group."""
    seen: dict[str, int] = {}
    for group in groups:
        for each in group.elements:
            seen[each.item.pk] = seen.get(each.item.pk, 0) + 1
    return sum(times > 1 for times in seen.values())


def _grouped(
    elements: Sequence[Element],
    pairs: Sequence[tuple[str, str]],
    keys_of: Callable[[Element], Iterable[str]],
) -> list[PlanSum]:
    """One sum for each key that has elements, in the order of the keys."""
    groups = {key: PlanSum(name) for key, name in pairs}
    for each in elements:
        for key in keys_of(each):
            if key in groups:
                groups[key].elements.append(each)
    return [group for group in groups.values() if group.elements]
