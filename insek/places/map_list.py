"""The list beside the city map: by kind, each with its first items and the way to all of them; of one kind page by page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.thread.kinds import kind_names
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached
from insek.web.display import ShownItem, count_words, number_words, shown_items
from insek.web.listed import listed
from insek.web.paging import COUNT_LIMIT, KeysetPage, bounded_count, keyset_page, pager

from .layers import MapFilter, kinds_on_map, on_map
from .section import MOVING, SECTION, MapSection

PAGE_SIZE = 25
CURSOR = "nach"
FIRST = 6
"""So many of each kind stand beside the map."""


def map_list(asker: Asker, chosen: MapFilter, section: MapSection | None) -> dict[str, Any]:
    """What ``places/_city_list.html`` needs, without the request. Raises BadCursor."""
    items = on_map(chosen.apply(asker.concept, asker.actor))
    here = section.only(items) if section else items
    kinds = kinds_on_map(asker.concept, asker.actor) if asker.concept else []
    on = [kind for kind in reversed(kinds) if kind != "district" and chosen.shows(kind)]
    whole = _count(asker, chosen, items)
    common = {
        "result_label": count_words(whole, COUNT_LIMIT, _("Eintrag"), _("Einträge")),
        "in_section": _("%(here)s von %(all)s im Ausschnitt")
        % {"here": _number(bounded_count(here)), "all": _number(whole)}
        if section
        else "",
        "whole_url": f"?{urlencode(chosen.values)}" if chosen.values else reverse("city-map"),
    }
    if len(on) > 1 and CURSOR not in asker.asked:
        return {**common, "groups": _groups(asker, chosen, section, here, on)}
    page = _page(asker, chosen, here, is_kept=section is None)

    def address(cursor: str) -> str:
        return f"?{urlencode({**chosen.values, **_kept(asker, section), CURSOR: cursor})}"

    return {**common, "list": listed(_rows(asker, page.rows), first=PAGE_SIZE), **pager(page, address)}


def _groups(
    asker: Asker, chosen: MapFilter, section: MapSection | None, here: ItemQuerySet, kinds: list[str]
) -> list[dict[str, Any]]:
    """By kind its first items; the concept's own before what came in. One query a kind, and two for the rows."""

    def looked_for() -> dict[str, list[str]]:
        return {
            kind: list(
                here.filter(kind=kind).order_by("sort_key", "pk").values_list("pk", flat=True)[: FIRST + 1]
            )
            for kind in kinds
        }

    concept = asker.concept
    assert concept is not None  # otherwise there are no kinds
    found = looked_for() if section else cached(concept, asker.actor, ("map groups", chosen), looked_for)
    names = kind_names(asker)
    known = (
        Item.objects.visible_to(asker.actor).order_by().in_bulk(pk for ids in found.values() for pk in ids)
    )
    shown = {
        row.pk: row
        for row in shown_items([known[pk] for ids in found.values() for pk in ids if pk in known], names)
    }
    groups = []
    for kind, ids in found.items():
        rows = [{"item": shown[pk]} for pk in ids[:FIRST] if pk in shown]
        if rows:
            is_cut = len(ids) > FIRST
            values = {**chosen.values, chosen.NAMES[0]: kind, **_kept(asker, section)}
            values.pop(chosen.OFF, None)
            groups.append(
                {
                    "key": kind,
                    "label": names(kind, plural=True),
                    "list": listed(
                        rows,
                        first=FIRST,
                        all_url=f"?{urlencode(values)}" if is_cut else "",
                        all_label=_("Alle %(kind)s zeigen") % {"kind": names(kind, plural=True)},
                    ),
                }
            )
    return groups


def _kept(asker: Asker, section: MapSection | None) -> dict[str, str]:
    """What the address says of the section, for the next page."""
    kept = {SECTION: section.words} if section else {}
    return {**kept, MOVING: "1"} if MOVING in asker.asked else kept


def _rows(asker: Asker, items: list[Item]) -> list[dict[str, ShownItem | str]]:
    return [{"item": item, "fact": item.kind_label} for item in shown_items(items, kind_names(asker))]


def _page(asker: Asker, chosen: MapFilter, items: ItemQuerySet, *, is_kept: bool) -> KeysetPage[Item]:
    """One page of the list; of all of it, for visitors, looked for once after each change. Raises BadCursor."""
    concept, cursor, order = asker.concept, asker.asked.get(CURSOR, ""), ("sort_key", "pk")
    if not is_kept:
        return keyset_page(items, order=order, cursor=cursor, size=PAGE_SIZE)
    if concept is None:
        return KeysetPage([], "", "")

    def looked_for() -> tuple[list[str], str, str]:
        page = keyset_page(items.only("pk", "sort_key"), order=order, cursor=cursor, size=PAGE_SIZE)
        return [item.pk for item in page.rows], page.next_cursor, page.previous_cursor

    ids, following, before = cached(concept, asker.actor, ("map page", chosen, cursor), looked_for)
    known = Item.objects.visible_to(asker.actor).order_by().in_bulk(ids) if ids else {}
    return KeysetPage([known[pk] for pk in ids if pk in known], following, before)


def _count(asker: Asker, chosen: MapFilter, items: ItemQuerySet) -> int:
    """How many have a place; for visitors counted once after each change."""
    if asker.concept is None:
        return 0
    return cached(asker.concept, asker.actor, ("map count", chosen), lambda: bounded_count(items))


def _number(count: int) -> str:
    return (
        number_words(count)
        if count <= COUNT_LIMIT
        else _("mehr als %(limit)s") % {"limit": number_words(COUNT_LIMIT)}
    )
