"""What can be asked of editions: what one would freeze, what changed since, and how an item was adopted."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from insek.concept.models import Edition, Standing
from insek.package import all_tables
from insek.people.prepared import prepared
from insek.release.public_history import PLACES, public_history
from insek.thread.models import Item
from insek.thread.rows import all_rows

from .comparing import PartChange, by_where, change_between, compare
from .edition_items import EditionItem
from .freezing import EditionPart, part_tables, parts_now


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


def numbers_of(
    edition: Edition, parts: Iterable[EditionPart], *, leaving: Collection[str] = ()
) -> EditionCounts:
    """What these parts of an edition are, counted, beside what stays out of it; ``leaving`` are ids of items that it lets go. One query."""
    counted: dict[str, int] = {}
    for part in parts:
        counted[part.table] = counted.get(part.table, 0) + 1
    kinds = {table.kind: table.name for table in part_tables() if table.kind}
    rows = Item.objects.filter(concept=edition.concept, kind__in=kinds).exclude(pk__in=leaving).order_by()
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


def changes_since(edition: Edition, parts: Iterable[EditionPart]) -> list[PartChange]:
    """What changed since an edition was frozen, in the order of the document; ``parts`` are those of today."""
    frozen = {(row.table, row.key): row for row in EditionItem.objects.filter(edition=edition)}
    return compare(frozen, by_where(parts))


def changes_of(edition: Edition, rows: list[EditionItem]) -> dict[str, PartChange]:
    """How some items of an edition read today where they read otherwise, by key. Some ten queries."""
    keys: dict[str, list[str]] = {}
    for row in rows:
        keys.setdefault(row.table, []).append(row.key)
    now = parts_now(edition.concept, keys, example=edition.is_example)
    found = {row.key: change_between(row, now.get((row.table, row.key))) for row in rows}
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
    of_items = {rows.table for rows in all_rows() if rows.of_item_itself}
    beside = [table for table in all_tables() if table.in_edition == "beside" and table.name not in of_items]
    return any(table.column(table.key_of_owner).refers == table_name for table in beside)


def adopted_form(item: Item) -> EditionItem | None:
    """An item as the latest edition has it that adopted it. One query."""
    return next(iter(prepared("adopted form", _adopted_forms, item.pk, item.concept_id)), None)


def _adopted_forms(key: Any, concept_id: Any) -> QuerySet[EditionItem]:
    """The latest one alone."""
    rows = EditionItem.objects.filter(
        key=key, edition__concept=concept_id, edition__status=Edition.Status.ADOPTED
    ).exclude(table="fields")
    return rows.select_related("edition__concept").order_by("-edition__date", "-edition__pk")[:1]


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
