"""Tables with items of one kind: measures, goals, findings, whatever a kind is. What has no field is kept in the text as said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.engines.tables.columns import head_key
from insek.items.pages import all_pages, pages_of
from insek.people.actors import Actor
from insek.people.models import Right
from insek.thread.kinds import kind_named

from .items_plan import ItemsPlan
from .items_wanted import ITEM_ID, tells_which, wanted_of
from .items_writing import take_items_back, write_items
from .models import Batch, BatchEntry
from .shapes import heads_of_field, identities_of, shape_keeper
from .targets import KEPT, Reading, ReadingTarget, TableRow, Text, WantedField, WordSource, register_targets

OWN_ID = re.compile(r"[a-z0-9]{8}")
NAMES = ("name", "bezeichnung", "titel", "bez", "title")
"""Heads under which map files keep what a thing is called."""


class ItemsTarget(ReadingTarget):
    """Items of one kind with what hangs on them, and of a map file where they lie."""

    icon = "list"
    takes_maps = True

    def __init__(self, kind: str) -> None:
        spec = kind_named(kind)
        self.kind, self.name = kind, f"items.{kind}"
        self.label: Text = spec.plural
        self.explanation: Text = spec.explanation
        self.order = spec.order

    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whoever may enter items of the kind and edit all of them."""
        return actor.has(Right.EDIT) and bool(rules.test_rule("thread.create_item", actor, self.kind))

    def wanted(self, reading: Reading) -> list[WantedField]:
        """The fields of the form, the rows and the links."""
        return wanted_of(self.kind, reading)

    def complaints(self, reading: Reading) -> list[str]:
        """What is missing; a row that says which item it is needs nothing else."""
        return [] if tells_which(self.kind, reading.columns.values()) else super().complaints(reading)

    def proposals(self, reading: Reading, found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
        """Keys are known by their heads, whatever they are alike; in a map file the name is that of what is drawn, not of the place."""
        if reading.table is not None:
            found = _without_foreign_ids(reading, found)
        if not reading.is_of_map or reading.table is None:
            return found
        labels = {head_key(str(each.label)): name for name, each in reading.wanted.items() if name != KEPT}
        for column in reading.table.columns:  # files that come from here call their columns as the form does
            if (name := labels.get(head_key(column.head))) and found.get(column.index, ("", ""))[0] != name:
                found = {place: said for place, said in found.items() if said[0] != name}
                found[column.index] = (name, _("heißt genauso"))
        wanted = {
            name: (heads_of_field(self.kind, name) or "").split("|") for name in identities_of(self.kind)
        }
        for name, heads in {
            **wanted,
            "title": [*NAMES, *(heads_of_field(self.kind, "title") or "").split("|")],
        }.items():
            keys = {head_key(head) for head in heads if head}
            fitting = [column for column in reading.table.columns if head_key(column.head) in keys]
            if fitting and not any(found.get(column.index, ("", ""))[0] == name for column in fitting):
                found = {place: said for place, said in found.items() if said[0] != name}
                found[fitting[0].index] = (name, _("wie in Kartendateien üblich"))
        return found

    def preview(self, reading: Reading) -> dict[str, Any]:
        """A picture of the shapes of a map file."""
        keeper = shape_keeper()
        return keeper.preview(reading) if keeper and reading.is_of_map and reading.table is not None else {}

    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """One entry for each row."""
        return ItemsPlan(self.kind, reading, rows).entries()

    def write(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Write the items and what hangs on them."""
        write_items(reading, self._sources(reading), tell)

    def take_back(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Take them away again."""
        take_items_back(reading, self._sources(reading), tell)

    def leads_to(self, batch: Batch) -> str:
        """The list of the kind."""
        return reverse(pages_of(self.kind).spec.list_name)

    def _sources(self, reading: Reading) -> list[WordSource]:
        return [each.words for each in reading.wanted.values() if each.words is not None]


def _without_foreign_ids(reading: Reading, found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """A column is that of our own ids where its cells look like them; else what a file calls so is its number."""
    assert reading.table is not None
    place = next((place for place, (name, _why) in found.items() if name == ITEM_ID), None)
    if place is None:
        return found
    cells = [str(row.values[place] or "").strip() for row in reading.table.rows if place < len(row.values)]
    told = [cell for cell in cells if cell]
    if sum(bool(OWN_ID.fullmatch(cell)) for cell in told) >= 0.5 * len(told):
        return found
    is_free = "number" in reading.wanted and all(name != "number" for name, _why in found.values())
    return {**found, place: ("number", found[place][1]) if is_free else ("", "")}


def _of_all_kinds() -> list[ReadingTarget]:
    return [ItemsTarget(pages.kind) for pages in all_pages()]


register_targets(_of_all_kinds)
