"""The items of an edition as rows of the database, as they follow from its archives."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition
from insek.jobs.clock import register_recurring
from insek.package import Files, package_hash, register_derived
from insek.thread.models import EditionNumber
from insek.thread.pieces import in_pieces, pause
from insek.thread.replacing import announced

from .edition_items import EditionItem
from .freezing import EditionPart, differing, parts_of
from .prospect import in_scope

BATCH = 500
STEP = 1_000
"""Between the places of two items that were filed: room for what an amendment adds."""


def archive_files(edition: Edition, field: str, digest: str) -> Files:
    """The files of an archive of an edition. Raises ValidationError for one that is gone or not what was frozen."""
    try:
        with getattr(edition, field).open("rb") as file, zipfile.ZipFile(file) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except (OSError, ValueError, zipfile.BadZipFile):
        files = {}
    if package_hash(files) != digest:
        raise ValidationError(_("Die eingefrorene Fassung liegt nicht mehr vor oder wurde verändert. Bitte aus einer Sicherung wiederherstellen."))  # fmt: skip
    return files


def edition_rows(
    edition: Edition,
    *,
    filed: list[EditionPart] | None,
    adopted: list[EditionPart] | None,
    versions: Mapping[str, int],
) -> list[EditionItem]:
    """What is in an edition, not yet saved; what was adopted is compared with what was filed."""
    before = {(part.table, part.key): part for part in filed or ()}
    after = {(part.table, part.key): part for part in (filed or [] if adopted is None else adopted)}
    rows: list[EditionItem] = []
    for where in sorted(before.keys() | after.keys(), key=lambda key: (after.get(key) or before[key]).place):
        was, now = before.get(where), after.get(where)
        shown = now or before[where]
        amended = EditionItem.Amended.NOT
        if filed is not None:
            amended = _amended(was, now)
        rows.append(
            EditionItem(
                edition=edition,
                position=STEP * (len(rows) + 1),
                table=shown.table,
                key=shown.key,
                number=shown.number,
                title=shown.title,
                content=now.content if now else None,
                amended=amended,
                filed=was.content if was and amended else None,
                item_version=versions.get(shown.key),
            )
        )
    return rows


class RowsAhead:
    """Items and numbers of a draft, written in pieces before it is one no longer: nobody looks for them until then."""

    def __init__(self, edition: Edition, rows: list[EditionItem], numbers: list[EditionNumber]) -> None:
        self.edition = edition
        self.made: tuple[tuple[type[Model], list[Any]], ...] = ((EditionItem, rows), (EditionNumber, numbers))

    def write(self) -> None:
        """Write all, in place of what a killed process left. Raises ValidationError where somebody else ends the draft."""
        for model, rows in self.made:
            left = self._there(model).values_list("pk", flat=True)
            in_pieces(list(left), partial(self._while_draft, partial(self._delete, model)))
            pause()
            in_pieces(rows, partial(self._while_draft, model._base_manager.bulk_create))
            pause()

    def check(self) -> None:
        """Raise ValidationError where others were faster; to be asked in the transaction that ends the draft."""
        for model, rows in self.made:
            if set(self._there(model).values_list("pk", flat=True)) != {row.pk for row in rows}:
                raise ValidationError(_("Diese Ausgabe ist keine Arbeitsfassung mehr."))

    def drop(self) -> None:
        """Take away what was written, where the draft stayed one."""
        for model, rows in self.made:
            keys = [row.pk for row in rows if row.pk is not None]
            if keys and self._is_draft():
                in_pieces(keys, partial(self._delete, model))

    def _there(self, model: type[Model]) -> QuerySet[Any]:
        return model._base_manager.filter(edition=self.edition)

    def _delete(self, model: type[Model], keys: Sequence[int]) -> None:
        rows = self._there(model).filter(pk__in=keys)
        rows._raw_delete(rows.db)

    def _is_draft(self) -> bool:
        return Edition.objects.filter(pk=self.edition.pk, status=Edition.Status.DRAFT).exists()

    def _while_draft(self, write: Callable[[Any], object], piece: Sequence[Any]) -> None:
        try:
            with transaction.atomic():
                write(piece)
        except IntegrityError:  # somebody files the same draft in this moment
            raise ValidationError(_("Diese Ausgabe ist keine Arbeitsfassung mehr.")) from None
        if not self._is_draft():
            raise ValidationError(_("Diese Ausgabe ist keine Arbeitsfassung mehr."))


def write_amended(edition: Edition, rows: list[EditionItem]) -> None:
    """Put what amendments touched in its place; all else stays as it was filed."""
    there = EditionItem.objects.filter(edition=edition)
    known, versions = {}, {}
    for table, key, place, version in there.values_list("table", "key", "position", "item_version"):
        known[table, key], versions[key] = place, version
    changed = _placed(rows, known)
    if changed is None:
        for row in rows:
            row.item_version = None if row.amended else versions.get(row.key)
        there.delete()
        EditionItem.objects.bulk_create(rows, batch_size=BATCH)
        return
    for row in changed:
        there.filter(table=row.table, key=row.key).delete()
    EditionItem.objects.bulk_create(changed, batch_size=BATCH)


def _placed(rows: list[EditionItem], known: Mapping[tuple[str, str], int]) -> list[EditionItem] | None:
    """The rows that amendments touched, each with a place between the others, which keep theirs; None without room."""
    placed: list[EditionItem] = []
    waiting: list[EditionItem] = []
    before = 0
    for row in [*rows, None]:
        if row is not None and (row.amended or (row.table, row.key) not in known):
            waiting.append(row)
            continue
        after = before + STEP * (len(waiting) + 1) if row is None else known[row.table, row.key]
        if after - before <= len(waiting):
            return None
        for number, each in enumerate(waiting, 1):
            each.position = before + (after - before) * number // (len(waiting) + 1)
        placed += waiting
        before, waiting = after, []
    return placed


def _amended(was: EditionPart | None, now: EditionPart | None) -> EditionItem.Amended:
    if was is None:
        return EditionItem.Amended.ADDED
    if now is None:
        return EditionItem.Amended.STRUCK
    return EditionItem.Amended.CHANGED if differing(was.content, now.content) else EditionItem.Amended.NOT


def build_items(concept: Concept) -> None:
    """Read the archives of editions whose items are not in the database: they came in a package, or from version 0.1."""
    rows = Edition.objects.filter(concept=concept, items=None).exclude(archive="", filed_archive="")
    for edition in rows.select_related("concept"):
        try:
            filed = _parts(edition, "filed_archive", edition.filed_sha256)
            adopted = _parts(edition, "archive", edition.sha256)
        except ValidationError:
            continue  # the weekly reading of the archives says what is wrong
        items = edition_rows(edition, filed=filed, adopted=adopted, versions={})
        # All of them or none, since an edition with some of its items would be taken for whole: of many, others are told.
        with announced() if len(items) > BATCH else nullcontext(), transaction.atomic():
            if not EditionItem.objects.filter(edition=edition).exists():
                EditionItem.objects.bulk_create(items, batch_size=BATCH)


def _parts(edition: Edition, field: str, digest: str) -> list[EditionPart] | None:
    if not getattr(edition, field):
        return None
    return in_scope(edition, parts_of(archive_files(edition, field, digest), example=edition.is_example))


def build_all() -> None:
    """The same for all concepts."""
    unread = Q(editions__items=None) & ~Q(editions__archive="", editions__filed_archive="")
    for concept in Concept.objects.filter(unread).distinct():
        build_items(concept)


register_derived("council.EditionItem", "edition__concept", build_items)
register_recurring("edition-items", timedelta(days=1), build_all)
