"""The page of a district: where it lies, and what in the concept concerns it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.items.pages import (
    add_to_detail,
)
from insek.items.why import read_with_states, states_of
from insek.thread.kinds import kind_named, kind_names
from insek.thread.models import Item
from insek.web.display import shown_item, with_example_word
from insek.web.listed import listed

from . import queries
from .models import District, Location
from .nearby.around import planned_kind
from .outside.showing import detail_layers
from .pages import city_map, sheet, sign_of
from .still import (
    Still,
    locator_picture,
    still_picture,
)

CONCERNING = 12
"""Items of one kind on a district's page; the rest is in the list, filtered by place."""
FIRST_ROWS = 5
"""Of these stand open."""
SIGNS = 40
"""Places of items on the map of a district."""


ToldHere = Callable[[Asker, Item, list[str]], dict[str, str]]
_told_here: dict[str, ToldHere] = {}


def tell_here(kind: str, provide: ToldHere) -> None:
    """Let a later room say, by the ids of items of a kind, what of them matters in a district."""
    _told_here[kind] = provide


def detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The district on the map with what has a place there, its parts, and what in the concept concerns it."""
    actor = asker.actor
    rows = queries.map_places(item.concept, actor)
    names = kind_names(asker)
    links = queries.concerning(item, actor, size=CONCERNING)
    whole = {
        row.pk: row
        for row in read_with_states(Item.objects.filter(pk__in=[link.source_id for link in links]))
    }
    states = states_of(asker, whole.values())
    groups: dict[str, dict[str, Any]] = {}
    for link in links:
        kind = link.source.kind
        group = groups.setdefault(
            kind, {"kind": kind, "label": names(kind, plural=True), "rows": [], "more_url": ""}
        )
        if len(group["rows"]) == CONCERNING:
            group["more_url"] = f"{reverse(kind_named(kind).list_name)}?ort={item.pk}"
            continue
        state = states.get(link.source_id)
        group["rows"].append(
            {
                "item": shown_item(link.source, names),
                "note": link.reason,
                "text": link.reason,
                "state": state.mark if state else None,
                "fact": state.fact if state else "",
            }
        )
    for kind, provide in _told_here.items():
        if kind in groups:
            told = provide(asker, item, [row["item"].pk for row in groups[kind]["rows"]])
            for row in groups[kind]["rows"]:
                row["text"], row["text_is_own"] = (
                    told.get(row["item"].pk) or row["note"],
                    row["item"].pk in told,
                )
    for group in groups.values():
        group["list"] = listed(
            group["rows"],
            first=FIRST_ROWS,
            all_url=group["more_url"],
            all_label=_("Alle %(kinds)s hier") % {"kinds": group["label"]},
        )
    is_city = item.district.level == District.Level.CITY
    shown_map = city_map(
        asker,
        rows,
        id="raum-karte",
        title=_("Die Stadt") if is_city else _("Lage in der Stadt"),
        chosen={item.pk},
    )
    if not is_city and item.district.geometry is not None:
        shown_map |= _close_map(asker, item, [link.source_id for link in links])
    layers = detail_layers(asker)
    if layers:
        shown_map |= {"added": "places/_outside_layers.html"}
    return {
        **layers,
        "map": shown_map,
        "is_city": is_city,
        "parts": [
            {"label": row.item.title, "url": row.item.url, "level": row.level_words}
            for row in rows
            if row.parent_id == item.pk
        ],
        "concerning": sorted(groups.values(), key=lambda group: kind_named(group["kind"]).order),
        "planned": groups.get(planned_kind()),
        "others": sorted(
            (group for kind, group in groups.items() if kind != planned_kind()),
            key=lambda group: -kind_named(group["kind"]).order,
        ),
        "sheet": sheet(item),
    }


def _close_map(asker: Asker, item: Item, ids: list[str]) -> dict[str, Any]:
    """The map cropped to a district with what has a place there, a small one to find it in the city, and the list of it. One query."""
    located = list(
        Location.objects.filter(item__in=ids).select_related("item").order_by("item__sort_key")[:SIGNS]
    )
    still = Still(
        chosen={item.pk},
        signs=[
            (
                row.geometry,
                {
                    **sign_of(row.item),
                    "name": with_example_word(row.item.title, row.item.standing),
                    "url": row.item.url,
                },
            )
            for row in located
        ],
        is_cropped=True,
        is_shaded=True,
        around=item.district.geometry,
    )
    return {
        "picture": still_picture(asker, still),
        "locator": locator_picture(asker, item.pk),
        "places_title": _("Mit Ort auf der Karte"),
        "places": [
            {
                "id": row.item_id,
                "name": f"{row.item.number} {row.item.title}".strip(),
                "url": row.item.url,
                "item": row.item,
            }
            for row in located
        ],
        "sided": False,
    }


add_to_detail("district", detail)
