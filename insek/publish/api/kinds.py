"""What the interface shows of each kind: its English plural, its own properties with their JSON schema, its geometry.

Everything is derived from the register of kinds and the tables of the concept package; insek.web.api lets a room refine it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import override
from shapely.geometry.base import BaseGeometry

from insek.package import Column, Table, all_tables
from insek.package.tables import table_of_rows
from insek.people.actors import ANONYMOUS
from insek.places.fields import Located
from insek.thread.kinds import Kind, all_kinds
from insek.thread.models import Item, ItemQuerySet
from insek.thread.rows import Rows, by_item, in_use, rows_of_kind
from insek.web.api import columns_left_out, geometries_of, properties_added_to

SCHEMAS: dict[str, dict[str, Any]] = {
    "integer": {"type": ["integer", "null"]},
    "decimal": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
}
TEXT = {"type": ["string", "null"]}
NAMED = {
    "type": ["object", "null"],
    "properties": {"key": {"type": "string"}, "name": {"type": "string"}},
    "required": ["key", "name"],
}


@dataclass(frozen=True)
class OwnColumn:
    """One own column of a kind, as it is in the package and in the model."""

    column: Column
    field: models.Field[Any, Any]

    @property
    def name(self) -> str:
        return self.column.name

    @cached_property
    def to_item(self) -> bool:
        """Whether it refers to items, which may be hidden."""
        model = self.field.related_model
        return isinstance(model, type) and (
            model is Item or any(field.name == "item" and field.primary_key for field in model._meta.fields)
        )

    @property
    def is_catalogue(self) -> bool:
        """Whether it is the key of something that a city sets up, such as a plan sign, and whose names are asked each time."""
        return self.column.type == "reference" and not self.field.is_relation

    @cached_property
    def choices(self) -> dict[str, str]:
        """Machine value -> German label, where the model knows some once and for all."""
        if self.is_catalogue:
            return {}
        with override("de"):
            return {str(value): str(label) for value, label in self.field.choices or () if value != ""}

    def schemas(self) -> dict[str, dict[str, Any]]:
        """JSON schema of the property, and of its label where it is a choice."""
        note = {"description": self.column.note}
        if self.column.type == "references":
            return {self.name: {"type": "array", "items": {"type": "string"}, **note}}
        if self.is_catalogue:
            return {
                self.name: {**TEXT, **note},
                f"{self.name}_label": {**TEXT, "description": f"German label of `{self.name}`."},
            }
        if self.column.type == "reference":
            return {self.name: {**(TEXT if self.to_item else NAMED), **note}}
        if self.choices:
            words = ", ".join(f"`{value}` ({label})" for value, label in self.choices.items())
            note = {"description": f"{self.column.note} {words}."}
            return {
                self.name: {"type": ["string", "null"], "enum": [*self.choices, None], **note},
                f"{self.name}_label": {**TEXT, "description": f"German label of `{self.name}`."},
            }
        return {self.name: {**SCHEMAS.get(self.column.type, TEXT), **note}}

    def references(self, row: Any) -> list[str]:
        """Ids of the items it refers to."""
        if not self.to_item:
            return []
        if self.column.type == "references":
            return [each.pk for each in getattr(row, self.name).all()]
        found = getattr(row, self.field.attname)
        return [found] if found else []

    def values(self, row: Any, visible: frozenset[str] | set[str]) -> dict[str, Any]:
        """The property of one row; a hidden item is as good as none."""
        if self.to_item:
            ids = [pk for pk in self.references(row) if pk in visible]
            if self.column.type == "references":
                return {self.name: sorted(ids)}
            return {self.name: ids[0] if ids else None}
        value = getattr(row, self.name)
        if self.column.type == "references":
            return {self.name: sorted(each.key for each in value.all())}
        if self.is_catalogue:
            with override("de"):
                labels = {str(key): str(label) for key, label in self.field.choices or ()}
            return {self.name: value or None, f"{self.name}_label": labels.get(str(value))}
        if self.column.type == "reference":
            return {self.name: {"key": value.key, "name": called(value)} if value is not None else None}
        if value == "":
            value = None
        if self.column.type == "decimal" and value is not None:
            value = float(value)
        if self.choices:
            label = self.choices.get(str(value)) if value is not None else None
            return {self.name: value if label else None, f"{self.name}_label": label}
        return {self.name: value}


def called(row: Any) -> str:
    """The German name of a row that others refer to: bodies and units have a name, editions a title."""
    return str(row.name if hasattr(row, "name") else row.title)


@dataclass(frozen=True)
class ApiKind:
    """A kind as the interface shows it."""

    kind: Kind
    table: Table | None

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def plural(self) -> str:
        """Its list's English name: that of its table in the package."""
        return self.table.name if self.table else f"{self.name}s"

    @property
    def schema_name(self) -> str:
        return self.kind.model.__name__

    @cached_property
    def columns(self) -> list[OwnColumn]:
        """The own columns that are shown."""
        if self.table is None:
            return []
        hidden = columns_left_out(self.name)
        shown = [column for column in self.table.own_columns if column.name not in hidden]
        pairs = [(column, self.table.model_field(column)) for column in shown]
        return [OwnColumn(column, field) for column, field in pairs if field is not None]

    @property
    def has_geometry(self) -> bool:
        """Whether its items can lie somewhere."""
        return bool(
            geometries_of(self.name) or issubclass(self.kind.model, Located) or location_model() is not None
        )

    @property
    def rows(self) -> list[Rows]:
        """The rows beside its items that are shown as declared; of others a room says more by a property of that name."""
        said = {added.name for added in properties_added_to(self.name)}
        return [rows for rows in rows_of_kind(self.name) if rows.table not in said]

    def schema(self) -> dict[str, Any]:
        """JSON schema of the object `properties`."""
        found: dict[str, Any] = {}
        for column in self.columns:
            found.update(column.schemas())
        found.update({added.name: dict(added.schema) for added in properties_added_to(self.name)})
        found.update({rows.table: schema_of_rows(rows) for rows in self.rows})
        note = f"What only this kind has. {self.table.note}" if self.table else "What only this kind has."
        return {"type": "object", "description": note, "properties": found, "required": list(found)}

    def select(self, items: ItemQuerySet) -> ItemQuerySet:
        """Read the own rows and what they refer to with the items."""
        foreign = [
            f"{self.name}__{column.name}"
            for column in self.columns
            if column.column.type == "reference" and not column.to_item and not column.is_catalogue
        ]
        many = [
            f"{self.name}__{column.name}" for column in self.columns if column.column.type == "references"
        ]
        return items.select_related(self.name, *foreign).prefetch_related(*many)

    def properties(self, items: Sequence[Item]) -> dict[str, dict[str, Any]]:
        """Own properties by item id, for items that were read with ``select``. Two queries, those of additions, and of rows that there are."""
        rows = {item.pk: self.kind.row(item) for item in items}
        wanted = {pk for row in rows.values() for column in self.columns for pk in column.references(row)}
        visible = visible_ids(wanted)
        found: dict[str, dict[str, Any]] = {pk: {} for pk in rows}
        for pk, row in rows.items():
            for column in self.columns:
                found[pk].update(column.values(row, visible))
        for added in properties_added_to(self.name):
            values = added.values(items)
            for pk in rows:
                found[pk][added.name] = values.get(pk)
        used = in_use(self.rows, rows)
        for beside in self.rows:
            listed = values_of(beside, items) if beside in used else {}
            for pk in rows:
                found[pk][beside.table] = listed.get(pk, [])
        return found

    def geometries(self, items: Sequence[Item]) -> Mapping[str, BaseGeometry]:
        """Where the items lie, by item id; those without a place are left out."""
        provide, located = geometries_of(self.name), location_model()
        if provide is not None:
            return provide(items)
        if issubclass(self.kind.model, Located):
            found = [(item.pk, self.kind.row(item).geometry) for item in items]
        elif located is not None:
            rows = located._default_manager.filter(pk__in=[item.pk for item in items])
            found = list(rows.values_list("pk", "geometry"))
        else:
            found = []
        return {pk: geometry for pk, geometry in found if geometry is not None}


def columns_of_rows(rows: Rows) -> list[OwnColumn]:
    """The declared columns of rows beside items, as the interface shows them."""
    table = table_of_rows(rows)
    return [OwnColumn(table.column(each.name), rows.column(each.name)) for each in rows.fields]


def schema_of_rows(rows: Rows) -> dict[str, Any]:
    """JSON schema of the list of an item's rows."""
    properties: dict[str, Any] = {"key": {"type": "string", "description": "Name of the row."}}
    for column in columns_of_rows(rows):
        properties.update(column.schemas())
    entry = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "array", "description": rows.note, "items": entry}


def values_of(rows: Rows, items: Sequence[Item]) -> dict[str, list[dict[str, Any]]]:
    """The rows of items that everybody may read, by item id. Two queries."""
    columns = columns_of_rows(rows)
    found = by_item(rows, [item.pk for item in items], ANONYMOUS)
    named = {
        pk for each in found.values() for row in each for column in columns for pk in column.references(row)
    }
    visible = visible_ids(named)
    return {pk: [_row_values(row, columns, visible) for row in each] for pk, each in found.items()}


def _row_values(row: Any, columns: Sequence[OwnColumn], visible: set[str]) -> dict[str, Any]:
    """One row beside an item; days as text, since files of the interface are plain JSON."""
    values = {name: value for column in columns for name, value in column.values(row, visible).items()}
    return {
        "key": row.key,
        **{name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()},
    }


def location_model() -> type[models.Model] | None:
    """The table of places that tells for items of any kind where they lie; a house without it shows districts alone."""
    return apps.get_app_config("places").models.get("location")


def visible_ids(ids: Iterable[str]) -> set[str]:
    """Those of the items that everybody may see. One query, none for no ids."""
    wanted = list(ids)
    if not wanted:
        return set()
    return set(Item.objects.visible_to(ANONYMOUS).filter(pk__in=wanted).values_list("pk", flat=True))


@cache
def api_kinds() -> dict[str, ApiKind]:
    """All kinds by name, in the order of the thread; called first when all rooms have registered theirs."""
    tables = {table.kind: table for table in all_tables() if table.kind}
    return {kind.name: ApiKind(kind, tables.get(kind.name)) for kind in all_kinds()}
