"""Two editions beside each other, item by item: what is new, what reads otherwise, and what became of what is gone.

One comparison for all: of an edition with today, with the one before it, with what is being worked on, of any two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from insek.package import table_named

from .freezing import Content, EditionPart, differing, part_tables
from .own_frozen import english_differing

Where = tuple[str, str]
"""Table and key of an item, or of a field of action."""


class Held(Protocol):
    """An item as one side of a comparison holds it."""

    @property
    def table(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def content(self) -> Content | None: ...


@dataclass(frozen=True)
class PartChange:
    """How one item reads on two sides; None where it is not there."""

    table: str
    key: str
    number: str
    title: str
    before: Content | None
    after: Content | None
    names: tuple[str, ...]
    """Columns, and tables of rows beside, that differ; empty where the item came or went as a whole."""
    english: tuple[str, ...] = ()
    """Columns whose English version differs, which changes nothing of what was adopted."""

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def what(self) -> str:
        """``new``, ``changed`` or ``gone``; ``english`` where the wording is the same and only its English version differs."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        return "changed" if self.names else "english"


def compare(
    before: Mapping[Where, Any], after: Mapping[Where, Any], *, english: bool = False
) -> list[PartChange]:
    """What differs between two sides, in the order of the document; both hold items (``Held``) by table and key.

    ``english``: also those of which only the English version differs.
    """
    found = []
    for where in {**before, **after}:
        if change := change_between(before.get(where), after.get(where), english=english):
            found.append(change)
    order = {table.name: table.order for table in part_tables()}
    return sorted(found, key=lambda change: (order[change.table], change.number, change.title, change.key))


def change_between(was: Held | None, now: Held | None, *, english: bool = False) -> PartChange | None:
    """How one item differs; None where it reads the same or is on neither side. It is called as it was before."""
    old, new = was.content if was else None, now.content if now else None
    if old is None and new is None:
        return None
    names = tuple(differing(old, new)) if old is not None and new is not None else ()
    apart = tuple(english_differing(old, new)) if english else ()
    if old is not None and new is not None and not names and not apart:
        return None
    called = was if was is not None and old is not None else now
    assert called is not None
    return PartChange(called.table, called.key, called.number, called.title, old, new, names, apart)


def by_where(parts: Iterable[EditionPart]) -> dict[Where, EditionPart]:
    """Parts of an edition by table and key."""
    return {(part.table, part.key): part for part in parts}


def shapes_in(content: Content | None) -> list[Any]:
    """Where an item lies, as GeoJSON geometries."""
    if content is None:
        return []
    return [row["geometry"] for row in content["beside"].get("locations", ()) if "geometry" in row]


def lies_otherwise(change: PartChange) -> bool:
    """Whether an item lies elsewhere, or anywhere on one side alone."""
    return shapes_in(change.before) != shapes_in(change.after)


def kind_of(table: str) -> str:
    """The kind of item of a table; empty for fields of action."""
    return table_named(table).kind
