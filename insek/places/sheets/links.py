"""The way from the page of an item to its map sheet."""

from __future__ import annotations

from insek.concept.asker import Asker
from insek.items.pages import EVERY_KIND, add_to_detail
from insek.thread.models import Item

from .content import sheet_address

_kinds = {"district"}


def offer_sheet(kind: str) -> None:
    """Let a later room say that items of a kind have a sheet without a place of their own: it shows what they are linked to."""
    _kinds.add(kind)


def sheet_link(asker: Asker, item: Item) -> dict[str, str]:
    """The address at which the sheet is chosen; none where there is nothing to show. The place was read with the item; no query."""
    if item.kind not in _kinds and getattr(item, "location", None) is None:
        return {}
    return {"sheet_url": sheet_address("inhalt", inhalt=item.pk)}


add_to_detail(EVERY_KIND, sheet_link)
