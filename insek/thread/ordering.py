"""The order of items in lists: by number, then title, or where people put them by hand.

``Item.sort_key`` is what lists go by and follows from the rest. By hand an item gets a key of its own between those of its neighbours
(``Item.hand_key``), so that putting one somewhere changes no other and no number. What stands below an item goes with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.engines.text import key_between, sort_key

from .models import Item

if TYPE_CHECKING:
    from .kinds import Kind

BEFORE_ALL_NUMBERS = "00"
"""Ends a number in the keys of lists: what it begins, such as Z 1.1, comes after Z 1 whatever the titles are."""
BELOW = " 0 "
"""Stands between the key of an item that was put somewhere by hand and those of what is below it; no number or title has it."""
LONGEST = 120


def number_key(number: str, title: str) -> str:
    """The key of an item that nobody put anywhere: by its number, then its title."""
    plain = sort_key(title)
    return (f"{sort_key(number)} {BEFORE_ALL_NUMBERS} {plain}" if number else plain)[:LONGEST]


def touched_keys(kind: Kind, values: Collection[str]) -> frozenset[str]:
    """The keys of lists that change with some values; none where none does."""
    touching = {"number", "title", "hand_key", *([kind.parent] if kind.parent else ())}
    return frozenset({"sort_key", "title_key"} if touching & set(values) else ())


def among_new_neighbours(kind: Kind, row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a change; what comes below another item, and is put nowhere there, is ordered by its number again."""
    if not kind.parent or kind.parent not in values or "hand_key" in values:
        return values
    above = values[kind.parent]
    if (above.pk if above is not None else None) == getattr(row, f"{kind.parent}_id"):
        return values
    return {**values, "hand_key": ""}


def set_sort_keys(item: Item, row: Any = None) -> None:
    """Keep the keys that lists are ordered by. One query where the item stands below another."""
    from .kinds import kind_named

    above = kind_named(item.kind).parent
    parent = getattr(row, f"{above}_id") if above and row is not None else None
    begins = ""
    if parent is not None:
        begins = orders_below(Item.objects.only("hand_key", "sort_key").get(pk=parent))
    item.sort_key = (begins + (item.hand_key or number_key(item.number, item.title)))[:LONGEST]
    item.title_key = sort_key(item.title)


def orders_below(item: Item) -> str:
    """How the keys of what stands below an item begin; empty where neither it nor anything above was put by hand."""
    if item.hand_key:
        return item.sort_key + BELOW
    begins, sign, _rest = item.sort_key.rpartition(BELOW)
    return begins + sign


@dataclass(frozen=True)
class Ordered:
    """What the place of an item in lists follows from."""

    hand_key: str
    number: str
    title: str
    parent: str


def keys_in_order(items: Mapping[str, Ordered]) -> dict[str, str]:
    """The keys in lists of all items of a kind, by id."""
    begins: dict[str, str] = {"": ""}

    def beginning(pk: str) -> str:
        if pk not in begins:
            begins[pk] = ""  # of a circle, which nothing allows, nobody waits for the other
            one = items.get(pk)
            if one is not None:
                above = beginning(one.parent)
                begins[pk] = f"{above}{one.hand_key}{BELOW}"[:LONGEST] if one.hand_key else above
        return begins[pk]

    return {
        pk: (beginning(one.parent) + (one.hand_key or number_key(one.number, one.title)))[:LONGEST]
        for pk, one in items.items()
    }


def renew_order(concept_id: int, kind: Kind) -> None:
    """Write the keys of all items of a kind that are other than they should be, inside an act. One query, and one for each that changes."""
    names = ("pk", "hand_key", "number", "title", f"{kind.name}__{kind.parent}", "sort_key")
    rows = list(Item.objects.filter(concept=concept_id, kind=kind.name).values_list(*names))
    items = {pk: Ordered(hand, number, title, above or "") for pk, hand, number, title, above, _key in rows}
    keys = keys_in_order(items)
    for pk, *_rest, stored in rows:
        if keys[pk] != stored:
            Item.objects.filter(pk=pk).update(sort_key=keys[pk])


def hand_key_between(above: Item | None, low: str, high: str | None) -> str:
    """A key for an item that is put between two others, given by their whole keys, below ``above`` or nothing.

    First or last below another, it stays with that one's number too, for when that one goes back to where its number says.
    Raises ValidationError where too much was put at one place already.
    """
    begins = orders_below(above) if above is not None else ""
    low = low.removeprefix(begins) if low.startswith(begins) else ""
    high = high.removeprefix(begins) if high is not None and high.startswith(begins) else None
    if above is not None and begins:
        least, most = number_key(above.number, above.title), f"{sort_key(above.number)}~"
        low = max(low, least) if high is None or least < high else low
        high = most if high is None and above.number and low < most else high
    try:
        found = key_between(low, high)
    except ValueError:
        found = "0" * LONGEST
    if len(begins) + len(found) > LONGEST - 20:
        raise ValidationError(
            _(
                "An dieser Stelle ist kein Platz mehr. Bitte ordnen Sie zuerst einen Nachbarn wieder nach seiner Nummer ein."
            )
        )
    return found
