"""Rows of the package for a few items, without reading all the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS
from insek.thread.models import Item

from .tables import ITEMS, Table, table_named
from .writing import PackageWriter, Record


class PublicRows(PackageWriter):
    """What the public may see of a few rows, as an edition would hold it.

    ``names`` has, for each table that a row refers to, what the rows there are called, by their key.
    """

    def __init__(self, concept: Concept, keys: Iterable[str]) -> None:
        self.wanted = list(keys)
        super().__init__(concept, "edition", lambda items: items.filter(pk__in=self.wanted))
        self.names: dict[str, dict[str, str]] = {}

    def records(self, table: Table) -> list[Record]:
        """The rows of a table that are wanted, or that hang on what is. A few queries, however many rows."""
        found = self._records(table)
        if not table.kind:
            self.keys.pop(table.name, None)  # only those that were wanted, and others may refer to all
        return found

    def _rows(self, table: Table) -> models.QuerySet[Any]:
        rows = super()._rows(table)
        if table.in_edition == "beside":
            return rows.filter(**{f"{table.key_of_owner}__in": self.wanted})
        if table.in_edition == "own":
            return rows.filter(item__in=self.wanted)
        return rows if table.kind else rows.filter(**{f"{table.key[0]}__in": self.wanted})

    def _know(self, table: Table, found: list[tuple[Any, Record]]) -> None:
        for column in table.references():
            name = column.refers
            if name == ITEMS or table_named(name).kind:
                pks = {record[column.name] for _pk, record in found if column.type == "reference"} - {None}
                if missing := pks - self.keys.get(name, {}).keys():
                    self._know_items_of(name, missing)
            elif name not in self.keys:
                self._know_named(table_named(name))

    def _know_items_of(self, name: str, pks: set[str]) -> None:
        """The public items among these."""
        keys, names = self.keys.setdefault(name, {}), self.names.setdefault(name, {})
        for item in Item.objects.visible_to(ANONYMOUS).filter(pk__in=pks).only("number", "title"):
            keys[item.pk], names[item.pk] = item.pk, str(item)

    def _know_named(self, table: Table) -> None:
        keys, names = self.keys.setdefault(table.name, {}), self.names.setdefault(table.name, {})
        rows = table.model._default_manager.order_by()
        if table.scope:
            rows = rows.filter(**{table.scope: self.concept})
        for pk, key, name in table.public(rows).values_list("pk", table.key[0], table.name_column):
            keys[pk], names[key] = key, name
