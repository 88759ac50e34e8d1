"""From the database to files: the same content gives the same bytes on every database."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models

from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.cleaning import clean_text
from insek.thread.models import Item, ItemQuerySet, Tombstone
from insek.thread.moment import one_moment

from .columns import Column
from .descriptor import describe
from .parsing import DESCRIPTOR, adopted_path, filed_path
from .reading import Files
from .tables import GONE_OR_NOT, ITEMS, Table, all_tables, item_tables

PROFILES = ("public", "working")
"""Profiles of a package that is exchanged; ``edition`` is that of what the council adopts."""
Record = dict[str, Any]


def package_files(concept: Concept, *, profile: str = "working", with_archives: bool = True) -> Files:
    """All files of a concept's package. ``public`` holds what the gate shows to everybody, ``working`` everything."""
    if profile not in PROFILES:
        raise ValueError(f"profile {profile!r}: one of {', '.join(PROFILES)}")
    return _files(concept, profile, with_archives, _all_of_them)


def edition_files(concept: Concept, *, parts: Callable[[ItemQuerySet], ItemQuerySet]) -> Files:
    """What the council adopts, as a package: the public concept without resolutions, reports, contributions and editions.

    Neither the status of an edition nor what decided it is in these files, so that what was filed and what was
    adopted can be compared by their hash. ``parts`` says which of the public items are in it.
    """
    return _files(concept, "edition", False, parts)


def _all_of_them(items: ItemQuerySet) -> ItemQuerySet:
    return items


def _files(
    concept: Concept, profile: str, with_archives: bool, parts: Callable[[ItemQuerySet], ItemQuerySet]
) -> Files:
    with one_moment():
        files = PackageWriter(concept, profile, parts).files()
        if with_archives:
            for edition in concept.editions.exclude(archive=""):
                with edition.archive.open("rb") as archive:
                    files[adopted_path(edition.key)] = archive.read()
            for edition in concept.editions.exclude(filed_archive=""):
                with edition.filed_archive.open("rb") as archive:
                    files[filed_path(edition.key)] = archive.read()
    files[DESCRIPTOR] = json_bytes(describe(concept, files, profile))
    return files


def json_bytes(value: Any) -> bytes:
    """JSON with sorted keys and two spaces, ending with a line feed."""
    return (json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """CSV with commas, line feeds and as few quotation marks as possible."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue().encode()


class PackageWriter:
    """Reads the rows of a concept and puts keys for primary keys."""

    def __init__(self, concept: Concept, profile: str, parts: Callable[[ItemQuerySet], ItemQuerySet]) -> None:
        self.concept = concept
        self.public = profile != "working"
        self.tables = [table for table in all_tables() if profile != "edition" or table.in_edition]
        actor = ANONYMOUS if self.public else PROGRAM
        self.visible = parts(Item.objects.visible_to(actor).filter(concept=concept))
        self.keys: dict[str, dict[Any, str]] = {}
        """Name of a table -> primary key of a row -> its key in the package."""

    def files(self) -> Files:
        files: Files = {}
        self._know_items()
        for table in self.tables:
            records = self._records(table)
            rows = [[column.format(record[column.name]) for column in table.columns] for record in records]
            rows.sort()  # key columns come first
            files[table.path] = csv_bytes((column.name for column in table.columns), rows)
            for record in records:
                for text_file in table.texts:
                    text = str(clean_text(record[text_file.attribute])).strip()
                    if text:
                        files[text_file.path.format(key=record.get("key"))] = f"{text}\n".encode()
            if table.side_file is not None:
                files[table.side_file.path] = table.side_file.write(records)
        return files

    def _know_items(self) -> None:
        """Items are their own key; what is not visible is not known."""
        for table in item_tables():
            self.keys[table.name] = {}
        by_kind = {table.kind: table.name for table in item_tables()}
        here = {table.kind for table in self.tables if table.kind}
        self.keys[ITEMS] = {}
        for pk, kind in self.visible.filter(kind__in=here).values_list("pk", "kind"):
            self.keys[ITEMS][pk] = pk
            self.keys[by_kind[kind]][pk] = pk
        stones = Tombstone.objects.filter(concept=self.concept)
        if self.public:
            stones = stones.filter(was_public=True)
        self.keys[GONE_OR_NOT] = self.keys[ITEMS] | {pk: pk for pk in stones.values_list("pk", flat=True)}

    def _rows(self, table: Table) -> models.QuerySet[Any]:
        rows = table.model._default_manager.order_by()
        if table.kind:
            rows = rows.filter(item__in=self.visible)
        elif table.single:
            rows = rows.filter(pk=self.concept.pk)
        elif table.scope:
            rows = rows.filter(**{table.scope: self.concept})
        rows = table.select(rows)
        return table.public(rows) if self.public else rows

    def _records(self, table: Table) -> list[Record]:
        """The rows of a table with keys instead of primary keys."""
        names = {
            column.name: self._lookup(table, column)
            for column in table.columns
            if column.type != "references"
        }
        for text_file in table.texts:
            names[text_file.attribute] = text_file.attribute
        if table.side_file is not None:
            names[table.side_file.attribute] = table.side_file.attribute
        rows = self._rows(table)
        found = [
            (pk, dict(zip(names, values, strict=True)))
            for pk, *values in rows.values_list("pk", *names.values())
        ]
        if not table.kind and (table.order < 10 or table.model._meta.pk.name == "key"):
            self.keys[table.name] = {pk: record[table.key[0]] for pk, record in found}
        self._know(table, found)
        for column in table.columns:
            if column.type == "references":
                many = self._many(table, column, rows)
                for pk, record in found:
                    record[column.name] = tuple(sorted(many.get(pk, ())))
        return [record for _pk, record in found if self._with_keys(table, record)]

    def _know(self, table: Table, found: list[tuple[Any, Record]]) -> None:
        """Learn the keys of what these rows refer to; all are known from the tables before."""

    def _lookup(self, table: Table, column: Column) -> str:
        if column.name in table.lookups:
            return table.lookups[column.name]
        if table.is_common(column):
            return f"item__{column.name}"
        field = table.model_field(column)
        assert field is not None
        return field.attname

    def _with_keys(self, table: Table, record: Record) -> bool:
        """Put keys for primary keys; False when the row rests on something that is not in the package."""
        for column in table.references():
            if column.type == "reference" and record[column.name] is not None:
                keys = self.keys.get(column.refers, {})
                if table.keeps_key(column):
                    known = record[column.name] in keys.values()
                    record[column.name] = record[column.name] if known else None
                else:
                    record[column.name] = keys.get(record[column.name])
                if record[column.name] is None and column.required:
                    return False
        return True

    def _many(self, table: Table, column: Column, rows: models.QuerySet[Any]) -> dict[Any, list[str]]:
        model = Item if table.is_common(column) else table.model
        relation: Any = model._meta.get_field(column.name)
        here, there = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        pairs = relation.remote_field.through._default_manager.filter(**{f"{here}__in": rows.values("pk")})
        many: dict[Any, list[str]] = {}
        for pk, other in pairs.values_list(f"{here}_id", f"{there}_id"):
            if other in self.keys[column.refers]:  # else it is hidden, or of another concept
                many.setdefault(pk, []).append(self.keys[column.refers][other])
        return many
