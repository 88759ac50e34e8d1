"""The items of an edition as rows of the database, as they follow from its archives."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition
from insek.jobs.clock import register_recurring
from insek.package import Files, package_hash, register_derived

from .edition_items import EditionItem
from .freezing import Part, differing, parts_of

BATCH = 500


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


def write_items(
    edition: Edition, *, filed: list[Part] | None, adopted: list[Part] | None, versions: Mapping[str, int]
) -> None:
    """Write what is in an edition in place of what was there; what was adopted is compared with what was filed."""
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
                position=len(rows) + 1,
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
    EditionItem.objects.filter(edition=edition).delete()
    EditionItem.objects.bulk_create(rows, batch_size=BATCH)


def _amended(was: Part | None, now: Part | None) -> EditionItem.Amended:
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
        with transaction.atomic():
            if not EditionItem.objects.filter(edition=edition).exists():
                write_items(edition, filed=filed, adopted=adopted, versions={})


def _parts(edition: Edition, field: str, digest: str) -> list[Part] | None:
    if not getattr(edition, field):
        return None
    return parts_of(archive_files(edition, field, digest), example=edition.is_example)


def build_all() -> None:
    """The same for all concepts."""
    unread = Q(editions__items=None) & ~Q(editions__archive="", editions__filed_archive="")
    for concept in Concept.objects.filter(unread).distinct():
        build_items(concept)


register_derived("council.EditionItem", "edition__concept", build_items)
register_recurring("edition-items", timedelta(days=1), build_all)
