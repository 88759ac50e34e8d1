"""What other rooms keep of an item outside its own row, under names of its own in the history: a register.

A place on the map is such a thing: it stands in the history of its item, goes with it and can come back with it.
Rows that hang on an item of a kind and do not come back with it are named here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from insek.people.actors import Actor

from .rows import rows_of_kind

if TYPE_CHECKING:
    from .models import Item


@dataclass(frozen=True)
class Beside:
    """What one room keeps beside items.

    ``read`` gives its plain values by name, nothing where nothing is kept; ``put_back`` writes such values (a name that
    is missing stays as it is) for an item of an expected version, and returns the item or a proposal. It raises what the
    services raise.
    """

    names: frozenset[str]
    read: Callable[[Item], dict[str, Any]]
    put_back: Callable[[Item, Mapping[str, Any], int, Actor], Any]


_registered: list[Beside] = []


def register_beside(beside: Beside) -> None:
    """Make known what a room keeps beside items."""
    if beside not in _registered:
        _registered.append(beside)


def all_beside() -> list[Beside]:
    """Everything that rooms keep beside items."""
    return list(_registered)


def beside_named(name: str) -> Beside | None:
    """What is kept under this name of the history, if any."""
    return next((beside for beside in _registered if name in beside.names), None)


def read_beside(item: Item) -> dict[str, Any]:
    """The plain values of all that is kept beside an item. One query for each room."""
    values: dict[str, Any] = {}
    for beside in _registered:
        values |= beside.read(item)
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
