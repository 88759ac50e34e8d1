"""The city map: which kinds have a place, which of their rows the filters of an address leave, and what is cached.

A kind whose items keep their place in `places.Location` is on the map without saying so. A room with a located table
of its own (one row an item, derived from `Located`) makes it known by ``register_layer``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.kinds import all_kinds, kind_named, kind_names
from insek.thread.models import Item, ItemQuerySet, Link
from insek.thread.shared_cache import cached, content_version

from .models import District, Location
from .queries import place_choices

LOCATION = "places.Location"
COLOURS = ("#1f6f50", "#a4572b", "#2d5f91", "#7a4b8c", "#8a6d1d", "#2f7f86", "#a63d57", "#5b6470")
"""Colours of the kinds, in turn; points also carry the letters of their kind."""


@dataclass(frozen=True)
class Layer:
    """Where the geometry of a kind is kept, and whether its areas are drawn with the ground of every map already."""

    kind: str
    model_path: str = LOCATION
    is_ground: bool = False
    district: str = ""
    """Column of that table that names the district a row lies in, where it has one."""

    @property
    def model(self) -> Any:
        """The located model."""
        return apps.get_model(self.model_path)


_layers: dict[str, Layer] = {}


def register_layer(kind: str, model_path: str, *, is_ground: bool = False, district: str = "") -> None:
    """Say that a kind keeps its geometry in a located model of its own, which has the item as ``item``."""
    _layers[kind] = Layer(kind, model_path, is_ground, district)


def layer_of(kind: str) -> Layer:
    """The layer of a kind."""
    return _layers.get(kind, Layer(kind))


def own_layers() -> list[Layer]:
    """The layers with a table of their own that are not the ground."""
    return [layer for layer in _layers.values() if not layer.is_ground]


def on_map(items: ItemQuerySet) -> ItemQuerySet:
    """Only items that have a place."""
    placed = Q(Exists(Location.objects.filter(pk=OuterRef("pk"))))
    for layer in _layers.values():
        placed |= Q(Exists(layer.model.objects.filter(pk=OuterRef("pk")).exclude(west=None)), kind=layer.kind)
    return items.filter(placed)


@dataclass(frozen=True)
class MapFilter:
    """What the address of the city map says."""

    kind: str = ""
    field: str = ""
    theme: str = ""
    place: str = ""

    NAMES = ("art", "feld", "thema", "ort")

    @property
    def values(self) -> dict[str, str]:
        """The filters that are set, by their names in the address."""
        pairs = zip(self.NAMES, (self.kind, self.field, self.theme, self.place), strict=True)
        return {name: value for name, value in pairs if value}

    def apply(self, concept: Concept | None, actor: Actor) -> ItemQuerySet:
        """The visible items that the filters leave, with or without a place."""
        items = Item.objects.visible_to(actor).filter(concept=concept)
        if self.kind:
            items = items.filter(kind=self.kind)
        if self.field:
            items = items.filter(fields__key=self.field)
        if self.theme:
            items = items.filter(themes__key=self.theme)
        if self.place:
            items = items.filter(lies_in(concept, self.place))
        return items


def lies_in(concept: Concept | None, place: str) -> Q:
    """What lies in a district: by its link to the district or to a part of it, where its own table names one of these, by
    where it is drawn, and the district itself. The one meaning of "Ort" for lists, queues, the map and the interface.

    Three queries, and one for each located table the first time after a change.
    """
    districts = list(District.objects.of(concept).values_list("pk", "parent", "level", "geometry"))
    parts = {place}
    for _depth in District.Level.values:
        parts |= {pk for pk, parent, _level, _area in districts if parent in parts}
    near = Link.objects.filter(kind="located_in", target__in=parts).values("source")
    level, area = next(((level, area) for pk, _parent, level, area in districts if pk == place), ("", None))
    found = Q(pk__in=near) | Q(pk__in=parts)
    for layer in own_layers():
        if layer.district:
            named = layer.model.objects.filter(**{f"{layer.district}__in": parts})
            found |= Q(pk__in=named.values("item"))
    if area is None:
        return found
    if level == District.Level.CITY:  # nothing lies outside, so nobody has to look
        return found | Q(location__isnull=False) | Q(kind__in=[layer.kind for layer in own_layers()])
    return found | Q(pk__in=drawn_in(content_version(concept), place, shapely.to_wkb(area)))


@lru_cache(maxsize=128)
def drawn_in(version: str, place: str, outline: bytes) -> tuple[str, ...]:
    """What is drawn in an area, whoever may see it; kept until anything in the concept changes (``version``).

    What only touches the border lies beside it. One query for each located table.
    """
    area = shapely.from_wkb(outline)
    shapely.prepare(area)
    west, south, east, north = area.bounds
    found: list[str] = []
    for model in [Location, *(layer.model for layer in own_layers())]:
        rows = model.objects.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
        known = list(rows.values_list("item_id", "geometry"))
        if known:
            shapes = np.array([geometry for _pk, geometry in known], dtype=object)
            inside = shapely.intersects(area, shapes) & ~shapely.touches(area, shapes)
            found += [pk for (pk, _geometry), is_inside in zip(known, inside, strict=True) if is_inside]
    return tuple(found)


def filter_of(asker: Asker) -> MapFilter:
    """The filters of an address. Unknown values give 404; what is not set costs no query."""
    concept = asker.concept
    kind, field, theme, place = (asker.asked.get(name, "") for name in MapFilter.NAMES)
    if concept is None and any((kind, field, theme, place)):
        raise Http404
    if kind and kind not in {known.name for known in all_kinds()}:
        raise Http404
    if field and field not in {known.key for known in asker.fields}:
        raise Http404
    if theme and ("\x00" in theme or not concept.themes.filter(key=theme).exists()):  # type: ignore[union-attr]  # asked only where there is a concept
        raise Http404
    if place and (
        "\x00" in place
        or not Item.objects.visible_to(asker.actor)
        .filter(concept=concept, kind="district", pk=place)
        .exists()
    ):
        raise Http404
    return MapFilter(kind, field, theme, place)


def filter_parts(asker: Asker, chosen: MapFilter) -> list[dict[str, Any]]:
    """The filters for the page; a kind that has nothing on the map is not offered. Three queries."""
    concept, actor = asker.concept, asker.actor
    if concept is None:
        return []
    names = kind_names(asker)
    kinds = [(kind, names(kind, plural=True)) for kind in kinds_on_map(concept, actor)]
    if chosen.kind and chosen.kind not in dict(kinds):
        kinds.append((chosen.kind, names(chosen.kind, plural=True)))
    choices = (
        ("art", _("Art"), chosen.kind, kinds),
        ("feld", _("Handlungsfeld"), chosen.field, [(one.key, str(one)) for one in asker.fields]),
        (
            "thema",
            _("Querschnittsthema"),
            chosen.theme,
            [(one.key, str(one)) for one in concept.themes.all()],
        ),
        ("ort", _("Ort"), chosen.place, place_choices(concept, actor)),
    )
    return [
        {"name": name, "label": label, "type": "select", "value": value,
         "options": [{"value": key, "label": text, "selected": key == value} for key, text in options]}
        for name, label, value, options in choices
    ]  # fmt: skip


def kinds_on_map(concept: Concept, actor: Actor) -> list[str]:
    """The kinds that have something on the map, in the order of the thread. One query, kept for visitors."""
    visible = Item.objects.visible_to(actor).filter(concept=concept)

    def found() -> list[str]:
        kinds = on_map(visible).order_by().values_list("kind", flat=True).distinct()
        return sorted(kinds, key=lambda kind: kind_named(kind).order)

    return cached(concept, actor, "kinds on map", found)


def colour_of(kind: str) -> str:
    """The colour of a kind on the map."""
    place = [known.name for known in all_kinds()].index(kind)
    return COLOURS[place % len(COLOURS)]


def located_rows(items: ItemQuerySet, kind: str = "") -> list[QuerySet[Any]]:
    """The located rows of some items, one queryset for each table; districts are the ground and not among them."""
    here = Exists(items.order_by().filter(pk=OuterRef("item_id")))  # found by the box first, then looked up
    layers = [layer for layer in own_layers() if not kind or layer.kind == kind]
    rows = [layer.model.objects.filter(here, west__isnull=False, item__kind=layer.kind) for layer in layers]
    if not any(layer.kind == kind for layer in _layers.values()):
        rows.append(Location.objects.filter(here))
    return [one.annotate(kind=F("item__kind")) for one in rows]
