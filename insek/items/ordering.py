"""Everything that people put in order: a room registers an order, and gets the page on which its rows are moved (``views.ordering``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from insek.concept.asker import Asker

MOST_ROWS = 400
"""Rows on one page; a place may be any of all."""


@dataclass(frozen=True)
class OrderRow:
    """One row that can be moved, with the version it was seen with; ``above`` is the key of the row it stands below."""

    key: str
    label: str
    version: int
    url: str = ""
    note: str = ""
    above: str = ""
    lang: str = ""
    by_hand: bool = False
    """Whether somebody put it there, so that it can be put back to where its number says."""


@dataclass(frozen=True)
class Move:
    """Where a row is to go: to a place, from 1, among the rows below ``above``; to none, where its number says."""

    key: str
    version: int
    above: str
    place: int | None


@dataclass(frozen=True)
class Ordering:
    """Rows in their order, as who asks may move them."""

    title: str
    back_url: str
    rows: Sequence[OrderRow]
    move: Callable[[Move], Any]
    """Does it: gives a proposal where it waits. Raises PermissionDenied, Conflict, ValidationError."""
    is_nested: bool = False
    """Whether a row can be put below another one."""
    may_reset: bool = False
    """Whether rows stand where their number says unless somebody put them elsewhere."""
    note: str = ""
    filters: Sequence[tuple[str, str, bool]] = ()
    """Shorter lists: what they are called, their address, and whether it is this one."""

    def siblings(self, above: str) -> list[OrderRow]:
        """The rows below one, in their order."""
        return [row for row in self.rows if row.above == above]


OrderingOf = Callable[[Asker, str], Ordering | None]
_orders: dict[str, OrderingOf] = {}


def register_ordering(name: str, ordering: OrderingOf) -> None:
    """Offer an order under ``ordnen/<name>/<of>/``; ``ordering`` gives it for a name, None where there is none.

    It raises PermissionDenied where who asks may not move anything. Registering another one under the same name is a programming error.
    """
    if _orders.get(name, ordering) is not ordering:
        raise ValueError(f"ordering {name} is registered twice")
    _orders[name] = ordering


def ordering_named(name: str) -> OrderingOf | None:
    """The order of that name."""
    return _orders.get(name)


def nested(rows: Sequence[OrderRow]) -> list[tuple[OrderRow, int]]:
    """Rows with how deep they stand: each directly before those below it."""
    below: dict[str, list[OrderRow]] = {}
    known = {row.key for row in rows}
    for row in rows:
        below.setdefault(row.above if row.above in known else "", []).append(row)
    found: list[tuple[OrderRow, int]] = []

    def walk(above: str, depth: int) -> None:
        for row in below.get(above, ()):
            found.append((row, depth))
            walk(row.key, depth + 1)

    walk("", 0)
    return found
