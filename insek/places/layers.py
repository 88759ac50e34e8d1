"""The city map: which kinds have a place, which of their rows the filters of an address leave, and what is cached.

A kind whose items keep their place in `places.Location` is on the map without saying so. A room with a located table
of its own (one row an item, derived from `Located`) makes it known by ``register_layer``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import Actor
from insek.thread.kinds import all_kinds, kind_named, kind_names
from insek.thread.models import Item, ItemQuerySet, Link
from insek.thread.shared_cache import cached, content_version
from insek.web.display import number_words

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


def all_layers() -> list[Layer]:
    """The layers with a table of their own, the ground among them."""
    return list(_layers.values())


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
    off: tuple[str, ...] = ()
    """Kinds whose layer is switched off."""

    NAMES = ("art", "feld", "thema", "ort")
    OFF = "ohne"

    @property
    def values(self) -> dict[str, str]:
        """The filters that are set, by their names in the address."""
        pairs = zip(self.NAMES, (self.kind, self.field, self.theme, self.place), strict=True)
        said = {name: value for name, value in pairs if value}
        return {**said, self.OFF: ",".join(self.off)} if self.off else said

    def shows(self, kind: str) -> bool:
        """Whether the layer of a kind is on."""
        return kind not in self.off and self.kind in ("", kind)

    def apply(self, concept: Concept | None, actor: Actor) -> ItemQuerySet:
        """The visible items that the filters leave, with or without a place."""
        items = Item.objects.visible_to(actor).filter(concept=concept)
        if self.kind:
            items = items.filter(kind=self.kind)
        if self.off:
            items = items.exclude(kind__in=self.off)
        if self.field:
            items = items.filter(fields__key=self.field)
        if self.theme:
            items = items.filter(themes__key=self.theme)
        if self.place:
            items = items.filter(lies_in(concept, self.place))
        return items


def lies_in(concept: Concept | None, place: str, kind: str = "") -> Q:
    """What lies in a district: by its link to the district or to a part of it, where its own table names one of these, by
    where it is drawn, and the district itself. The one meaning of "Ort" for lists, queues, the map and the interface.

    With ``kind`` only what is of that kind, so that the database is told of no others. One query, and the first time after a
    change one for the links and up to two for each located table.
    """
    districts = list(District.objects.of(concept).values_list("pk", "parent", "level", "geometry"))
    parts = {place}
    for _depth in District.Level.values:
        parts |= {pk for pk, parent, _level, _area in districts if parent in parts}
    level, area = next(((level, area) for pk, _parent, level, area in districts if pk == place), ("", None))
    outline = shapely.to_wkb(area) if area is not None and level != District.Level.CITY else b""
    found = Q(pk__among=known_to_lie_in(content_version(concept), frozenset(parts), outline, kind))
    if area is not None and not outline:  # nothing lies outside the city, so nobody has to look
        found |= Q(location__isnull=False) | Q(kind__in=[layer.kind for layer in own_layers()])
    return found


@lru_cache(maxsize=128)
def known_to_lie_in(version: str, parts: frozenset[str], outline: bytes, kind: str) -> frozenset[str]:
    """What is said to lie in one of some districts or is drawn in an area, whoever may see it; kept until anything in the
    concept changes (``version``).

    What only touches the border lies beside it. One query for the links, and up to two for each located table.
    """
    linked = Link.objects.filter(kind="located_in", target__in=parts)
    layers = [Layer(""), *own_layers()]
    if kind:
        linked = linked.filter(source__kind=kind)
        layers = [layer for layer in [layer_of(kind)] if not layer.is_ground]
    found = {*parts, *linked.values_list("source", flat=True)}
    for layer in layers:
        if layer.district:
            named = layer.model.objects.filter(**{f"{layer.district}__in": parts})
            found.update(named.values_list("item", flat=True))
        if outline:
            found.update(_drawn_in(layer.model, shapely.from_wkb(outline)))
    return frozenset(found)


def _drawn_in(model: Any, area: Any) -> list[str]:
    """The items of a located table that are drawn in an area. One query."""
    shapely.prepare(area)
    west, south, east, north = area.bounds
    rows = model.objects.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
    known = list(rows.values_list("item_id", "geometry"))
    shapes = np.array([geometry for _pk, geometry in known], dtype=object)
    inside = shapely.intersects(area, shapes) & ~shapely.touches(area, shapes)
    return [pk for (pk, _geometry), is_inside in zip(known, inside, strict=True) if is_inside]


def filter_of(asker: Asker) -> MapFilter:
    """The filters of an address. Unknown values give 404; what is not set costs no query."""
    concept = asker.concept
    kind, field, theme, place = (asker.asked.get(name, "") for name in MapFilter.NAMES)
    off = tuple(sorted(set(filter(None, asker.asked.get(MapFilter.OFF, "").split(",")))))
    if concept is None and any((kind, field, theme, place, off)):
        raise Http404
    if set(off) - {known.name for known in all_kinds()}:
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
    return MapFilter(kind, field, theme, place, off)


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


def layer_switches(asker: Asker, chosen: MapFilter) -> list[dict[str, Any]]:
    """The layers of the map with how many items each has, on or off, and the address that turns it round. One query, kept."""
    concept, actor = asker.concept, asker.actor
    if concept is None:
        return []
    others = replace(chosen, kind="", off=())

    def counted() -> dict[str, int]:
        rows = on_map(others.apply(concept, actor)).order_by().values_list("kind")
        return dict(rows.annotate(Count("pk", distinct=True)))

    counts, names = cached(concept, actor, ("map layers", others), counted), kind_names(asker)
    kinds = [kind for kind in kinds_on_map(concept, actor) if kind != "district"]
    found = []
    for kind in kinds:
        on = {each for each in kinds if chosen.shows(each)} ^ {kind}
        address = replace(others, off=tuple(sorted(set(kinds) - on))).values
        count = counts.get(kind, 0)
        found.append(
            {
                "label": names(kind, plural=True), "letter": kind_named(kind).prefix, "colour": colour_of(kind),
                "count": number_words(count), "on": chosen.shows(kind), "url": f"?{urlencode(address)}" if address else "?",
            }
        )  # fmt: skip
    return found


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
