"""What can be asked of editions: what one would freeze, what changed since, and how an item was adopted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from insek.concept.models import Edition, Standing
from insek.package import all_tables
from insek.release.public_history import PLACES, public_history
from insek.thread.models import Item

from .edition_items import EditionItem
from .freezing import Content, EditionPart, differing, part_tables, parts_now


@dataclass(frozen=True)
class TableCount:
    """How many rows of one table are in an edition, and how many stay out of it."""

    table: str
    kind: str
    inside: int
    internal: int
    apart: int
    """Public, and yet not in it: examples beside a real edition, or what is real beside an example."""


@dataclass(frozen=True)
class EditionCounts:
    """What an edition would freeze right now, counted."""

    rows: list[TableCount]

    @property
    def inside(self) -> int:
        """How many items are public and would be frozen."""
        return sum(row.inside for row in self.rows if row.kind)

    @property
    def internal(self) -> int:
        """How many items nobody outside sees, and that would not be frozen."""
        return sum(row.internal for row in self.rows)

    @property
    def apart(self) -> int:
        """How many are public and belong to no edition of this standing."""
        return sum(row.apart for row in self.rows if row.kind)

    @property
    def sign(self) -> str:
        """A short sign of these numbers: who confirms them sends it back."""
        said = ";".join(f"{row.table} {row.inside} {row.internal} {row.apart}" for row in self.rows)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def numbers_of(edition: Edition, parts: Iterable[EditionPart]) -> EditionCounts:
    """What these parts of an edition are, counted, beside what stays out of it. One query."""
    counted: dict[str, int] = {}
    for part in parts:
        counted[part.table] = counted.get(part.table, 0) + 1
    kinds = {table.kind: table.name for table in part_tables() if table.kind}
    rows = Item.objects.filter(concept=edition.concept, kind__in=kinds).order_by()
    internal: dict[str, int] = {}
    apart: dict[str, int] = {}
    for kind, visibility, standing, count in rows.values_list("kind", "visibility", "standing").annotate(
        Count("pk")
    ):
        if visibility != "public":
            internal[kind] = internal.get(kind, 0) + count
        elif (standing == Standing.EXAMPLE) != edition.is_example:
            apart[kind] = apart.get(kind, 0) + count
    return EditionCounts(
        [
            TableCount(
                table.name,
                table.kind,
                counted.get(table.name, 0),
                internal.get(table.kind, 0),
                apart.get(table.kind, 0),
            )
            for table in part_tables()
        ]
    )


@dataclass(frozen=True)
class PartChange:
    """How one item reads today against what was frozen; None where it is not there."""

    table: str
    key: str
    number: str
    title: str
    before: Content | None
    after: Content | None
    names: tuple[str, ...]
    """Columns, and tables of rows beside, that differ; empty where the item came or went as a whole."""

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


def changes_since(edition: Edition, parts: Iterable[EditionPart]) -> list[PartChange]:
    """What changed since an edition was frozen, in the order of the document; ``parts`` are those of today."""
    today = {(part.table, part.key): part for part in parts}
    frozen = {(row.table, row.key): row for row in EditionItem.objects.filter(edition=edition)}
    found = []
    for row in frozen.values():
        part = today.get((row.table, row.key))
        if change := _change(row, part):
            found.append(change)
    for where, part in today.items():
        if where not in frozen:
            found.append(PartChange(part.table, part.key, part.number, part.title, None, part.content, ()))
    order = {table.name: table.order for table in part_tables()}
    return sorted(found, key=lambda change: (order[change.table], change.number, change.title, change.key))


def _change(row: EditionItem, part: EditionPart | None) -> PartChange | None:
    if part is None:
        return (
            PartChange(row.table, row.key, row.number, row.title, row.content, None, ())
            if row.content
            else None
        )
    if row.content is None:
        return PartChange(row.table, row.key, part.number, part.title, None, part.content, ())
    names = differing(row.content, part.content)
    if not names:
        return None
    return PartChange(row.table, row.key, row.number, row.title, row.content, part.content, tuple(names))


def changes_of(edition: Edition, rows: list[EditionItem]) -> dict[str, PartChange]:
    """How some items of an edition read today where they read otherwise, by key. Some ten queries."""
    keys: dict[str, list[str]] = {}
    for row in rows:
        keys.setdefault(row.table, []).append(row.key)
    now = parts_now(edition.concept, keys, example=edition.is_example)
    found = {row.key: _change(row, now.get((row.table, row.key))) for row in rows}
    return {key: change for key, change in found.items() if change is not None}


def change_of(row: EditionItem, item: Item) -> PartChange | None:
    """How an adopted item reads today where it reads otherwise. Some ten queries; None for one that only staff see now."""
    if item.visibility != "public":
        return PartChange(row.table, row.key, row.number, row.title, row.content, None, ())
    if row.item_version == item.version and not _has_rows_of_its_own(row.table):
        return None
    return changes_of(row.edition, [row]).get(row.key)


def _has_rows_of_its_own(table_name: str) -> bool:
    """Whether rows hang on such items that change without a new version of the item, such as targets."""
    beside = [table for table in all_tables() if table.in_edition == "beside"]
    return any(table.column(table.key_of_owner).refers == table_name for table in beside)


def adopted_form(item: Item) -> EditionItem | None:
    """An item as the latest edition has it that adopted it. One query."""
    rows = EditionItem.objects.filter(
        key=item.pk, edition__concept=item.concept_id, edition__status=Edition.Status.ADOPTED
    ).exclude(table="fields")
    return rows.select_related("edition__concept").order_by("-edition__date", "-edition__pk").first()


def frozen_on(edition: Edition) -> date | None:
    """The day whose text an edition holds."""
    return edition.filed_on or edition.entered_on or edition.date


def days_of_change(row: EditionItem, change: PartChange) -> list[date]:
    """The days since the edition on which the public saw what differs change, the latest first. Up to five queries."""
    item = Item.objects.filter(pk=row.key).first()
    if item is None or row.table == "fields":
        return []
    since = frozen_on(row.edition)
    names = {*change.names, *(f"{name}_id" for name in change.names)}
    if "locations" in names:
        names |= PLACES
    days = {
        timezone.localtime(step.at).date()
        for step in public_history(item)
        if step.step in {"changed", "again"} and names & step.differences.keys()
    }
    return sorted((day for day in days if since is None or day >= since), reverse=True)
