"""What an edition would freeze: what is public now and, of the next edition, what was worked on beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from insek.concept.models import Edition, Standing
from insek.package import Files, edition_files
from insek.package.columns import SEPARATOR
from insek.people.actors import PROGRAM, Actor
from insek.people.models import Right
from insek.release.bundle_clashes import BundleClash, clashes_in
from insek.release.bundles import OPEN, FailedChange, bundle_of, perform_bundle
from insek.release.rehearsing import rehearsal
from insek.thread import recording
from insek.thread.fields_ahead import fields_waiting_for, open_fields
from insek.thread.gaps import Gap, blocking_gaps
from insek.thread.lineage import Lineage
from insek.thread.models import Item, ItemQuerySet, Visibility
from insek.thread.services import update_item

from .edition_items import Succession
from .edition_queries import EditionCounts, numbers_of
from .freezing import Content, EditionPart, part_tables, parts_of, without_examples


@dataclass(frozen=True)
class Prospect:
    """What an edition would freeze right now, and what stands in its way."""

    files: Files
    parts: list[EditionPart]
    counts: EditionCounts
    gaps: list[Gap]
    failed: list[FailedChange]
    """Changes of its bundle that do not fit what is public by now."""
    clashes: list[BundleClash]
    """Changes of its bundle that want the same thing differently."""
    lineage: list[Lineage]
    """What came of what by merging and splitting, with its bundle done."""


def fields_of(content: Content) -> list[str]:
    """The fields of action of an item as an edition holds it."""
    return str(content["cells"].get("fields", "")).split(SEPARATOR)


def in_scope(edition: Edition, parts: Iterable[EditionPart]) -> list[EditionPart]:
    """Those parts that an edition renews: all, where it renews the whole concept."""
    if not edition.is_part:
        return list(parts)
    return [part for part in parts if edition.covers(part.table, part.key, fields_of(part.content))]


def parts_for(edition: Edition, *, without: Collection[str] = ()) -> tuple[Files, list[EditionPart]]:
    """What is public right now and would be in an edition: its archive's files and its items. Reads the whole public concept.

    ``without`` are ids of items and keys of fields of action that it does not hold although they are public.
    """
    kinds = [table.kind for table in part_tables() if table.kind]
    apart = Q(kind__in=kinds, standing=Standing.EXAMPLE)
    if edition.is_example:
        apart = Q(kind__in=kinds) & ~Q(standing=Standing.EXAMPLE)
    if edition.scope_tables:
        renewed = edition.scope_tables.split(SEPARATOR)
        left_out = [table.kind for table in part_tables() if table.kind and table.name not in renewed]
        apart |= Q(kind__in=left_out)
    if edition.scope_fields:
        inside = Item.objects.filter(fields__key__in=edition.scope_fields.split(SEPARATOR))
        apart |= Q(kind__in=kinds) & ~Q(pk__in=inside.filter(concept=edition.concept).values("pk"))
    if without:
        apart |= Q(kind__in=kinds, pk__in=without)

    def chosen(items: ItemQuerySet) -> ItemQuerySet:
        return items.exclude(apart)

    files = edition_files(edition.concept, parts=chosen)
    if not edition.is_example:
        files = without_examples(files, edition.concept)
    parts = in_scope(edition, parts_of(files, example=edition.is_example))
    return files, [part for part in parts if part.key not in without]


def prospect(edition: Edition) -> Prospect:
    """What an edition would freeze with its bundle done and without what leaves; nothing is changed by asking."""
    if edition.status not in OPEN:
        return _seen(edition, [], [], [])
    bundle, gone = bundle_of(edition), leaving(edition)
    keys = [each.key for each in gone]
    if not bundle and not gone and not fields_waiting_for(edition):
        return _seen(edition, [], [], [])
    with rehearsal():
        open_fields(edition, actor=PROGRAM)
        failed = perform_bundle(bundle, actor=PROGRAM)
        leave = [each.key for each in gone if withdraws(each)]
        Item.objects.filter(concept=edition.concept, pk__in=leave).update(visibility=Visibility.INTERNAL)
        return _seen(edition, failed, clashes_in(bundle), keys)


def _seen(
    edition: Edition, failed: list[FailedChange], clashes: list[BundleClash], without: Collection[str]
) -> Prospect:
    files, parts = parts_for(edition, without=without)
    gaps, lineage = blocking_gaps(edition.concept), list(Lineage.objects.filter(concept=edition.concept))
    return Prospect(files, parts, numbers_of(edition, parts, leaving=without), gaps, failed, clashes, lineage)


def leaving(edition: Edition) -> list[Succession]:
    """What an edition does not hold any more, as its Verbleib says. One query."""
    return [each for each in Succession.objects.filter(edition=edition) if each.leaves]


def withdraws(succession: Succession) -> bool:
    """Whether the public does not see the item any more once the edition is adopted.

    What is done stays to be read with its reports; a field of action has no sight of its own.
    """
    return succession.table != "fields" and succession.fate != Succession.Fate.DONE


def withdraw_leaving(edition: Edition, *, actor: Actor) -> None:
    """Take out of the public's sight what leaves with an edition; its page says from then on what became of it.

    To be called in the transaction that adopts the edition.
    """
    keys = [each.key for each in leaving(edition) if withdraws(each)]
    entitled = actor.with_rights(Right.EDIT, Right.RELEASE, Right.SEE_INTERNAL)
    with recording.released_by(actor):
        for item in Item.objects.filter(concept=edition.concept, pk__in=keys, visibility=Visibility.PUBLIC):
            update_item(
                item,
                expected_version=item.version,
                values={"visibility": Visibility.INTERNAL},
                actor=entitled,
            )
