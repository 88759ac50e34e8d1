"""What is in force, on any day: of which edition each item is, where one edition renewed only a part of another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from insek.concept.models import Concept, Edition, Standing

from .edition_items import EditionItem
from .prospect import fields_of

ADOPTED = (Edition.Status.ADOPTED, Edition.Status.SUPERSEDED)
Where = tuple[str, str]
"""Table and key of an item, or of a field of action."""


@dataclass(frozen=True)
class EditionPartInForce:
    """An edition of which something is in force on a day."""

    edition: Edition
    rows: dict[Where, EditionItem]
    """What of it is in force; none where its text is not here."""
    all_count: int
    """How many items it holds."""

    @property
    def is_replaced_in_part(self) -> bool:
        """Whether a later edition renewed some of it."""
        return 0 < len(self.rows) < self.all_count

    @property
    def has_text(self) -> bool:
        """Whether its words are here."""
        return self.all_count > 0


def in_force_on(concept: Concept, day: date, *, example: bool = False) -> list[EditionPartInForce]:
    """The editions of which something was in force at the end of a day, the latest first; real ones, or examples. Two queries."""
    editions = Edition.objects.filter(concept=concept, status__in=ADOPTED, date__lte=day)
    real = (
        editions.filter(standing=Standing.EXAMPLE) if example else editions.exclude(standing=Standing.EXAMPLE)
    )
    newest_first = list(real.order_by("-date", "-pk"))
    held: dict[int, list[EditionItem]] = {}
    rows = EditionItem.objects.filter(edition__in=newest_first).exclude(content=None)
    for row in rows:
        held.setdefault(row.edition_id, []).append(row)
    found: list[EditionPartInForce] = []
    newer: list[Edition] = []
    for edition in newest_first:
        if any(other.contains(edition) for other in newer):
            continue
        own = held.get(edition.pk, [])
        stays = {(row.table, row.key): row for row in own if not _is_renewed(row, newer)}
        if stays or not own:
            found.append(EditionPartInForce(edition, stays, len(own)))
        newer.append(edition)
    return found


def _is_renewed(row: EditionItem, newer: list[Edition]) -> bool:
    """Whether a later edition renewed the part to which an item belongs."""
    return any(
        edition.covers(row.table, row.key, fields_of(row.content or {"cells": {}})) for edition in newer
    )


def rows_in_force(concept: Concept, day: date, *, example: bool = False) -> dict[Where, EditionItem]:
    """The words in force on a day, item by item, each of its edition. Two queries."""
    found: dict[Where, EditionItem] = {}
    for entry in in_force_on(concept, day, example=example):
        for where, row in entry.rows.items():
            row.edition = entry.edition
            found.setdefault(where, row)
    return found


def first_day(concept: Concept, *, example: bool = False) -> date | None:
    """The day of the first adopted edition; None where there is none. One query."""
    editions = Edition.objects.filter(concept=concept, status__in=ADOPTED)
    real = (
        editions.filter(standing=Standing.EXAMPLE) if example else editions.exclude(standing=Standing.EXAMPLE)
    )
    return real.order_by("date").values_list("date", flat=True).first()


def edition_before(edition: Edition) -> Edition | None:
    """What an edition updates: the one it names, else the adopted one before it of which the text is here. One query."""
    if edition.follows_id is not None or edition.status == Edition.Status.STAGE:
        return edition.follows
    adopted = Edition.objects.filter(
        concept=edition.concept, status__in=ADOPTED, items__isnull=False
    ).exclude(pk=edition.pk)
    adopted = (
        adopted.filter(standing=Standing.EXAMPLE)
        if edition.is_example
        else adopted.exclude(standing=Standing.EXAMPLE)
    )
    if edition.date is not None:
        adopted = adopted.filter(date__lt=edition.date)
    return adopted.order_by("-date", "-pk").first()


def rows_before(edition: Edition, before: Edition | None = None) -> dict[Where, EditionItem]:
    """What an edition is compared with, item by item: what was in force before it, as far as it renews that.

    Of a stage, or of an edition that is named, what that one holds. Up to three queries.
    """
    named = before or edition_before(edition)
    if named is None:
        return {}
    rows: dict[Where, EditionItem] = {}
    if named.date is not None and edition.follows_id is None:
        rows = rows_in_force(edition.concept, named.date, example=edition.is_example)
    if not rows:
        rows = held_by(named)
    return {
        where: row
        for where, row in rows.items()
        if edition.covers(row.table, row.key, fields_of(row.content or {"cells": {}}))
    }


def held_by(edition: Edition) -> dict[Where, EditionItem]:
    """What an edition holds, item by item. One query."""
    rows = EditionItem.objects.filter(edition=edition).exclude(content=None)
    found = {(row.table, row.key): row for row in rows}
    for row in found.values():
        row.edition = edition
    return found
