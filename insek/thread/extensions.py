"""What other rooms keep of an item outside its own row, under names of its own in the history: a register.

A place on the map is such a thing: it is in the history of its item, is deleted with it and can come back with it.
Rows that hang on an item of a kind and do not come back with it are named here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from insek.people.actors import Actor

from .rows import rows_of_kind

if TYPE_CHECKING:
    from .models import Item


@dataclass(frozen=True)
class ItemExtension:
    """What one room keeps of items outside their own row.

    ``read`` gives its plain values by name, nothing where nothing is kept; ``put_back`` writes such values (a name that
    is missing stays as it is) for an item of an expected version, and returns the item or a proposal. It raises what the
    services raise.
    """

    names: frozenset[str]
    read: Callable[[Item], dict[str, Any]]
    put_back: Callable[[Item, Mapping[str, Any], int, Actor], Any]
    put_at_once: Callable[[Item, Mapping[str, Any], int, Actor], Any] | None = None
    """The same without waiting for a release, inside an act that is released as a whole; None where the two are one."""
    together: Callable[[Sequence[Mapping[str, Any]]], dict[str, Any] | None] | None = None
    """What several items keep of it, as one: the union of their places; None where that makes no sense."""
    carried: bool = False
    """Whether it keeps rows that go on by themselves when items are merged (``carrying``)."""

    def put(self, item: Item, values: Mapping[str, Any], version: int, actor: Actor) -> Any:
        """Write values without waiting for a release; returns the item."""
        return (self.put_at_once or self.put_back)(item, values, version, actor)


_registered: list[ItemExtension] = []


def register_extension(extension: ItemExtension) -> None:
    """Make an extension known."""
    if extension not in _registered:
        _registered.append(extension)


def all_extensions() -> list[ItemExtension]:
    """All extensions, in the order in which they were registered."""
    return list(_registered)


def extension_holding(name: str) -> ItemExtension | None:
    """The extension that keeps something under this name of the history; None where no extension does."""
    return next((extension for extension in _registered if name in extension.names), None)


def values_outside_row(item: Item) -> dict[str, Any]:
    """What an item has outside its own row: the values of extensions, and its declared rows. One query for each."""
    values: dict[str, Any] = {}
    for extension in _registered:
        values |= extension.read(item)
    for rows in rows_of_kind(item.kind):
        if kept := rows.read(item):
            values[rows.table] = kept
    return values


_lost: dict[str, list[str | Promise]] = {}


def register_lost(kind: str, rows: str | Promise) -> None:
    """Name, in the plural, rows of a room that are deleted with an item of a kind and do not come back with it."""
    known = _lost.setdefault(kind, [])
    if rows not in known:
        known.append(rows)


def lost_with(kind: str) -> list[str]:
    """What does not come back with an item of a kind, in words; empty where all of it does."""
    return [str(rows) for rows in _lost.get(kind, ())]
