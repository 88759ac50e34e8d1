"""What stands on a map sheet: the city map with its filters, or an item with what it is linked to; later rooms add plans of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import shapely
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker
from insek.thread.kinds import kind_named, kind_names
from insek.thread.models import Item, ItemQuerySet, Link

from ..layers import MapFilter, colour_of, filter_of, kinds_on_map, located_rows
from ..models import District, Location
from ..pages import sign_of, signed_kinds
from ..queries import map_places

MOST = 300
"""Items on a sheet; more could not be told apart."""
MOST_LINKS = 200
LAYER = "ebene"


class SheetItem(Protocol):
    """What a sheet says of something on it: an item, or what an edition holds of one."""

    @property
    def pk(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def visibility(self) -> str: ...
    @property
    def shown_title(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def is_example(self) -> bool: ...


@dataclass(frozen=True)
class OnSheet:
    """Something on a sheet, with its place, its sign and the line of the legend it belongs to."""

    item: SheetItem
    geometry: BaseGeometry
    sign: dict[str, Any]
    group: str


@dataclass(frozen=True)
class SheetOutline:
    """The outline of the city or of one of its parts."""

    pk: str
    title: str
    geometry: BaseGeometry
    is_city: bool
    is_schematic: bool


@dataclass(frozen=True)
class SheetContent:
    """What a sheet shows. ``extent`` is what must be seen, None for the whole city; ``back`` is the page it belongs to."""

    title: str
    subtitle: str
    shown: Sequence[OnSheet]
    back: str
    extent: BaseGeometry | None = None
    chosen: frozenset[str] = frozenset()
    notes: Sequence[str] = ()
    layers: Sequence[tuple[str, str, bool]] = ()
    """What can be left out: name in the address, label, whether it is on."""
    state: str = ""
    """Of when it is, where it is not of today."""
    outlines: Sequence[SheetOutline] | None = None
    """The city and its parts, where they are not those of today."""


def _never(asker: Asker) -> str:
    return ""


@dataclass(frozen=True)
class SheetSource:
    """Where the content of sheets comes from: its word in the address, and what an address of it shows.

    ``keeps`` are the names of the address that say what is shown.
    """

    name: str
    label: str | Promise
    content: Callable[[Asker], SheetContent]
    keeps: Sequence[str] = ()
    frozen: Callable[[Asker], str] = _never
    """What a content that never changes again is known by, such as that of an adopted edition; empty where it follows the concept."""


_sources: dict[str, SheetSource] = {}


def register_sheet(source: SheetSource) -> None:
    """Let a room print its map as a sheet."""
    _sources[source.name] = source


def sheet_source(name: str) -> SheetSource:
    """The source of that name. Raises Http404."""
    try:
        return _sources[name]
    except KeyError:
        raise Http404 from None


def sheet_address(source: str, **asked: str) -> str:
    """The page on which a sheet is chosen."""
    from urllib.parse import urlencode

    return f"{reverse('map-sheet')}?{urlencode({'von': source, **{key: value for key, value in asked.items() if value}})}"


def on_sheet(item: Item, geometry: BaseGeometry, group: str) -> OnSheet:
    """An item with the sign its room draws it by, else with the letter of its kind."""
    drawn = sign_of(item)
    if sign := drawn.get("sign"):
        return OnSheet(item, geometry, sign, str(drawn.get("legend") or group))
    letter, colour = kind_named(item.kind).prefix[:2], colour_of(item.kind)
    plain = {"key": f"art-{item.kind}", "shape": "point", "colour": colour, "letter": letter, "hatch": "level", "dash": [], "width": 4, "arrow": False}  # fmt: skip
    return OnSheet(item, geometry, plain, group)


def located(asker: Asker, items: ItemQuerySet, kind: str = "") -> tuple[list[OnSheet], bool]:
    """Items with their places, and whether there were more than a sheet holds. One query for each located table, one for the items
    and one for each kind that has signs of its own."""
    found: list[tuple[str, BaseGeometry]] = []
    for rows in located_rows(items, kind):
        found += rows.order_by("item__sort_key", "item_id").values_list("item_id", "geometry")[: MOST + 1]
    is_cut = len(found) > MOST
    found = found[:MOST]
    known = _read(asker, [pk for pk, _geometry in found])
    names = kind_names(asker)
    shown = [
        on_sheet(known[pk], geometry, names(known[pk].kind, plural=True))
        for pk, geometry in found
        if pk in known
    ]
    order = {pk: (kind_named(item.kind).order, item.sort_key) for pk, item in known.items()}
    return sorted(shown, key=lambda each: order[each.item.pk]), is_cut


def _read(asker: Asker, ids: Iterable[str]) -> dict[str, Item]:
    """Items by id, with the own row where their sign depends on it."""
    visible = Item.objects.visible_to(asker.actor)
    known = visible.order_by().in_bulk(list(ids))
    for kind in signed_kinds():
        own = [pk for pk, item in known.items() if item.kind == kind]
        if own:
            known |= visible.select_related(kind).order_by().in_bulk(own)
    return known


def _cut_note(is_cut: bool) -> list[str]:
    return (
        [_("Nur die ersten %(count)s Einträge; mehr wären nicht zu unterscheiden.") % {"count": MOST}]
        if is_cut
        else []
    )


def city_sheet(asker: Asker) -> SheetContent:
    """The city map with the filters and layers of the address; of one field or one place under its name."""
    concept = asker.concept
    if concept is None:
        raise Http404
    names = kind_names(asker)
    chosen = filter_of(asker)
    kinds = [kind for kind in kinds_on_map(concept, asker.actor) if kind != "district"]
    wanted = [kind for kind in kinds if kind in asked_layers(asker)]
    if wanted:
        chosen = MapFilter(
            chosen.kind, chosen.field, chosen.theme, chosen.place, tuple(sorted(set(kinds) - set(wanted)))
        )
    shown, is_cut = located(asker, chosen.apply(concept, asker.actor), chosen.kind)
    title, subtitle, extent, picked = (
        _("Stadtkarte"),
        _("Was im Konzept einen Ort hat"),
        None,
        frozenset[str](),
    )
    if chosen.field:
        label = next((str(one) for one in asker.fields if one.key == chosen.field), chosen.field)
        title, subtitle = label, _("Handlungsfeld: was einen Ort hat")
    if chosen.place:
        row = District.objects.select_related("item").get(pk=chosen.place)
        subtitle = label if chosen.field else _("Was hier liegt")
        title, extent, picked = row.item.title, row.geometry, frozenset([row.pk])
        if row.level == District.Level.CITY:
            extent, picked = None, frozenset()
    query = {name: value for name, value in chosen.values.items() if name != MapFilter.OFF}
    from urllib.parse import urlencode

    back = f"{reverse('city-map')}?{urlencode(query)}" if query else reverse("city-map")
    layers = [(kind, names(kind, plural=True), chosen.shows(kind)) for kind in kinds]
    return SheetContent(title, subtitle, shown, back, extent, picked, _cut_note(is_cut), layers)


def asked_layers(asker: Asker) -> list[str]:
    """The layers an address names; none for all."""
    asked: Any = asker.asked
    return list(asked.getlist(LAYER)) if hasattr(asked, "getlist") else []


def item_sheet(asker: Asker) -> SheetContent:
    """An item where it lies, with what it is linked to; a district with what lies in it. Some six queries."""
    pk = str(asker.asked.get("inhalt", ""))[:20]
    concept = asker.concept
    item = (
        Item.objects.visible_to(asker.actor).filter(pk=pk, concept=concept).first()
        if "\x00" not in pk
        else None
    )
    if item is None:
        raise Http404
    names = kind_names(asker)
    if item.kind == "district":
        return city_sheet(asker.about({"ort": item.pk}))
    links = list(
        Link.objects.visible_to(asker.actor)
        .filter(Q(source=item) | Q(target=item))
        .exclude(kind="located_in")
        .values_list("source_id", "target_id")[:MOST_LINKS]
    )
    others = {pk for pair in links for pk in pair} - {item.pk}
    visible = Item.objects.visible_to(asker.actor).filter(concept=concept)
    around, is_cut = located(asker, visible.filter(pk__in=others))
    own = Location.objects.filter(item=item).first()
    itself = [on_sheet(_read(asker, [item.pk])[item.pk], own.geometry, names(item.kind))] if own else []
    sources = [item.pk] if own else [item.pk, *sorted(others)]
    places = frozenset(
        Link.objects.visible_to(asker.actor)
        .filter(kind="located_in", source__in=sources)
        .values_list("target_id", flat=True)
    )
    extent = own.geometry if own else None
    if extent is None and around:
        extent = shapely.union_all([shapely.envelope(each.geometry) for each in around])
    if extent is None:
        areas = (
            [
                row.geometry
                for row in map_places(concept, asker.actor)
                if row.pk in places and row.geometry is not None
            ]
            if concept
            else []
        )
        extent = shapely.union_all(areas) if areas else None
    notes = _cut_note(is_cut)
    if not itself and not around:
        notes.append(
            _(
                "Zu diesem Inhalt ist noch kein Ort gezeichnet; hervorgehoben sind die Räume, mit denen er verknüpft ist."
            )
            if places
            else _("Zu diesem Inhalt ist noch kein Ort eingetragen.")
        )
    return SheetContent(str(item), names(item.kind), [*itself, *around], item.url, extent, places, notes)


register_sheet(
    SheetSource("karte", gettext_lazy("Stadtkarte"), city_sheet, (*MapFilter.NAMES, MapFilter.OFF, LAYER))
)
register_sheet(SheetSource("inhalt", gettext_lazy("Inhalt"), item_sheet, ("inhalt",)))
