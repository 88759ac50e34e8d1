"""Rows beside an item: what hangs on items of a kind (steps, reports, targets …), declared once.

A room registers a :class:`Rows` when the app starts. From this one declaration follow the acts with permission, locking and
history (``row_acts``), what waits for its release and what is taken back (room ``release``), the table of the package, a sheet
of the workbook of the kind, and a property of the interface.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from insek.people.actors import Actor

from .known_ids import is_seen
from .models import Item, ItemQuerySet

Text = str | Promise
Life = Literal["edited", "appended", "chain"]


@dataclass(frozen=True)
class RowField:
    """One column of the rows: its name in the model, its German word, and its English note for the package and the interface.

    ``type`` and ``required`` are those of a package column; without them they follow from the model. ``refers`` names the table
    that a foreign key leads to. ``if_absent`` is what older packages mean that have no such column. ``shown`` is False for what
    the program keeps itself and the history need not say.
    """

    name: str
    label: Text
    note: str
    type: str = ""
    required: bool | None = None
    refers: str = ""
    if_absent: str | None = None
    shown: bool = True


@dataclass(frozen=True)
class Numbering:
    """How the rows of one item are numbered from 1, without holes: who is added or moved makes the others move, who is
    taken away lets them close up. ``place`` says where, counted from 0, a row stands that names no place of its own."""

    column: str
    place: Callable[[Any, Sequence[Any]], int]


def _nothing(row: Any, actor: Actor) -> None:
    return None


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows that hang on the items of one kind.

    ``name`` is in the history for one row, ``table`` for all of them and in the package. ``owner`` is the foreign key to
    the own row of the item, ``also`` are further foreign keys to own rows whose gates must open too, where they name one.

    ``life``: *edited* rows have a ``version`` and are added, changed and removed; *appended* ones are never changed, taking one
    back keeps it and says so (``retracted_on``); of a *chain* one row is in force at a time, a new one takes its place, and
    who acts names the ``key`` of the one that was seen.

    ``public`` names columns and the values that rows have which everybody may read where the item is public; None means all. Rows that are
    ``internal`` nobody outside ever reads. ``defaults`` completes a new row
    (who, from whom), ``check`` looks at a whole row before it is kept, ``numbered`` keeps the rows of an item in order. Rows without ``released`` are no content of the public and never wait.
    ``of_item_itself``: an act on them counts as a change of the item, so that whoever saw the item before meets a conflict.
    """

    name: str
    table: str
    model_path: str
    kind: str
    owner: str
    label: Text
    plural: Text
    note: str
    order: int
    rule: str
    fields: tuple[RowField, ...]
    acts: Mapping[str, Text]
    """Words for add, change and remove, as a proposal is called."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """Names of the addresses of the forms: for add (of an item) and change (of an item and a key)."""
    address: str = ""
    """The word for these rows in the addresses of the forms that rows share; empty where a room has forms of its own."""
    called: Callable[[Any], str] = str
    """A row in one short text."""
    called_by: str = "title"
    """The column that history shows of a row also where it stays the same."""
    life: Life = "edited"
    public: Mapping[str, Any] | None = None
    internal: bool = False
    also: tuple[str, ...] = ()
    released: bool = True
    defaults: Callable[[Any, Actor], None] = _nothing
    check: Callable[[Any, Actor], None] = _nothing
    numbered: Numbering | None = None
    of_item_itself: bool = False
    key_columns: tuple[str, ...] = ("key",)
    in_edition: Literal["", "part", "beside", "context"] = ""
    """What they are in a frozen edition (see ``package.tables.Table``)."""
    check_package: Callable[[Any, Any], None] | None = None
    """Looks at all rows of a package: takes the package and its problems."""
    unchecked: frozenset[str] = field(default_factory=frozenset)
    """Columns that ``clean_row`` leaves out."""

    @cached_property
    def model(self) -> type[models.Model]:
        """The model of the rows."""
        return apps.get_model(self.model_path)

    @property
    def objects(self) -> models.QuerySet[Any]:
        """All rows."""
        return self.model._default_manager.all()

    def field(self, name: str) -> RowField | None:
        """The declared column of that name."""
        return next((each for each in self.fields if each.name == name), None)

    def column(self, name: str) -> models.Field[Any, Any]:
        """The model field of a declared column."""
        column = self.model._meta.get_field(name)
        assert isinstance(column, models.Field)
        return column

    def item_of(self, row: Any) -> Item:
        """The item that a row hangs on."""
        item: Item = getattr(row, self.owner).item
        return item

    def of_item(self, item: Item) -> models.QuerySet[Any]:
        """The rows of one item."""
        return self.objects.filter(**{self.owner: item.pk})

    def is_public(self, row: Any) -> bool:
        """Whether everybody may read a row of a public item; asked of a row in memory."""
        return self.may_be_public({name: getattr(row, name) for name in self.public or {}})

    def may_be_public(self, values: Mapping[str, Any]) -> bool:
        """Whether everybody may read a row with these values, of a public item."""
        return not self.internal and all(values[name] == value for name, value in (self.public or {}).items())

    def of_the_public(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Those rows that everybody may read whose items are public."""
        return rows.none() if self.internal else rows.filter(**(self.public or {}))

    def visible_to(self, rows: models.QuerySet[Any], actor: Actor) -> models.QuerySet[Any]:
        """Those rows that an actor may read who sees the item; at further parents the gate is asked too."""
        if not actor.sees_internal:
            return self.public_among(rows, Item.objects.visible_to(actor))
        return self._between(rows, Item.objects.visible_to(actor))

    def public_among(self, rows: models.QuerySet[Any], items: ItemQuerySet) -> models.QuerySet[Any]:
        """Those rows that everybody may read who sees their item and ``items``."""
        return self._between(self.of_the_public(rows), items)

    def _between(self, rows: models.QuerySet[Any], items: ItemQuerySet) -> models.QuerySet[Any]:
        for name in self.also:
            seen: Any = is_seen(items, name)
            rows = rows.filter(models.Q(**{name: None}) | models.Q(seen) if self.column(name).null else seen)
        return rows

    def plain(self, row: Any) -> dict[str, Any]:
        """A row as history keeps it: its key and every declared column as a plain value."""
        values: dict[str, Any] = {"key": row.key}
        for each in self.fields:
            value = getattr(row, self.column(each.name).attname)
            values[each.name] = plain_value(value)
        return values

    def settled(self, one: dict[str, Any]) -> dict[str, Any]:
        """A row of the history with its decimals in their shortest form, so that it can be compared."""
        decimals = {
            each.name for each in self.fields if isinstance(self.column(each.name), models.DecimalField)
        }
        return {
            name: plain_value(Decimal(value)) if name in decimals and value else value
            for name, value in one.items()
        }

    def unmoved(self, one: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
        """A row of the history at the place where it stands now: that others came and went is no change of this row."""
        return {**one, self.numbered.column: now[self.numbered.column]} if self.numbered else one

    def read(self, item: Item) -> list[dict[str, Any]]:
        """All rows of an item as history keeps them. One query."""
        return [self.plain(row) for row in self.of_item(item)]


def plain_value(value: Any) -> Any:
    """A value as JSON keeps it: decimals, in their shortest form, and days as text."""
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


_registered: dict[str, Rows] = {}


def register_rows(rows: Rows) -> None:
    """Make rows known. Registering other ones under the same name is a programming error."""
    if rows.name in _registered and _registered[rows.name] is not rows:
        raise ValueError(f"rows {rows.name} are registered twice")
    _registered[rows.name] = rows


def forget_rows(name: str) -> None:
    """Take rows out of the register, as a test does that added some."""
    _registered.pop(name, None)


def all_rows() -> list[Rows]:
    """All rows in the order of the package."""
    return sorted(_registered.values(), key=lambda rows: (rows.order, rows.name))


def rows_named(name: str) -> Rows | None:
    """The rows whose single row history calls by this name."""
    return _registered.get(name)


def rows_of_kind(kind: str) -> list[Rows]:
    """What hangs on the items of a kind."""
    return [rows for rows in all_rows() if rows.kind == kind]


def rows_of_table(table: str) -> Rows | None:
    """The rows that history calls by this name when it means all of an item."""
    return next((rows for rows in _registered.values() if rows.table == table), None)


def in_use(several: Sequence[Rows], items: Iterable[str]) -> list[Rows]:
    """Those of some sorts of rows of which any of the items has one. One query, however many sorts there are."""
    wanted = frozenset(items)
    asked = [
        rows.objects.filter(**{f"{rows.owner}__among": wanted})
        .order_by()
        .values_list(models.Value(rows.name, output_field=models.CharField()))
        .distinct()
        for rows in several
    ]
    if len(asked) < 2:
        return list(several)
    found = {name for (name,) in asked[0].union(*asked[1:])}
    return [rows for rows in several if rows.name in found]


def by_item(rows: Rows, items: Iterable[str], actor: Actor) -> dict[str, list[Any]]:
    """The rows of some items that the actor may read, by item, in the order of the model. One query."""
    found: dict[str, list[Any]] = {pk: [] for pk in items}
    selected = rows.visible_to(rows.objects.filter(**{f"{rows.owner}__among": frozenset(found)}), actor)
    related = [name for each in rows.fields if each.refers for name in _with_item(rows, each.name)]
    owner = rows.column(rows.owner).attname
    for row in selected.select_related(*related) if related else selected:
        found[getattr(row, owner)].append(row)
    return found


def _with_item(rows: Rows, name: str) -> tuple[str, ...]:
    """What is read along with a foreign key: the row, and the item whose own row it is."""
    target = rows.column(name).related_model
    if isinstance(target, type) and any(column.name == "item" for column in target._meta.fields):
        return (name, f"{name}__item")
    return (name,)
