"""The register of tables: each room says which of its rows are in a package, and how, when the app starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from insek.concept.models import Concept, Confidence, Standing
from insek.people.actors import Actor
from insek.thread.models import Item, Visibility
from insek.thread.rows import RowField, Rows, all_rows, rows_of_table

from .columns import Column
from .problems import Problems

if TYPE_CHECKING:
    from .parsing import Package, Row

ITEMS = "items"
GONE_OR_NOT = "items or tombstones"
"""What a column refers to when any item will do, or any that ever was."""

ITEM_COLUMNS = (
    Column("id", "id", "Permanent opaque id of the item, never reused.", required=True),
    Column("number", "text", "What people say and print, such as Z 3.2; unique in the concept; may change."),
    Column("title", "text", "Title in one line.", required=True),
    Column("text", "text", "What the item says, in Markdown."),
    Column("standing", "choice", "How far it can be relied on. A fact needs a source, an official text document and page; an example is made up.",
           required=True, choices=Standing.values),
    Column("visibility", "choice", "Who may see it.", required=True, choices=Visibility.values),
    Column("fields", "references", "Keys of the fields of action, separated by semicolons.", refers="fields"),
    Column("themes", "references", "Keys of the cross-cutting themes, separated by semicolons.", refers="themes"),
    Column("source_title", "text", "Name of the source."),
    Column("source_url", "url", "Address of the source."),
    Column("source_date", "moment", "Day, month or year of the source."),
    Column("document", "text", "Document that holds the official text."),
    Column("page", "text", "Page of that document."),
    Column("confidence", "choice", "How sure the source is.", choices=Confidence.values),
    Column("title_en", "text", "Title in English; no part of what the council adopts.", if_absent=""),
    Column("text_en", "text", "What the item says in English, in Markdown; no part of what the council adopts.", if_absent=""),
    Column("hand_key", "text", "Where people put it in lists, a key that sorts among those of numbers; empty: by its number.", if_absent=""),
)  # fmt: skip
ITEM_MANY = ("fields", "themes")


@dataclass(frozen=True)
class TextFile:
    """A long text of a row that is in a file of its own; ``path`` may hold the row's {key}."""

    attribute: str
    path: str
    note: str


class SideFile(Protocol):
    """A file beside a table that holds what does not fit a cell, such as geometry."""

    path: str
    note: str
    attribute: str
    """Attribute of the model that is kept in this file."""

    def read(self, content: bytes | None, package: Package, problems: Problems) -> None:
        """Put what the file says into the values of the rows."""

    def write(self, rows: Iterable[dict[str, Any]]) -> bytes:
        """The file for these rows."""


def _everything(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    return rows


def _nothing_to_say(package: Package, problems: Problems) -> None:
    return None


def _nothing_to_tell(row: Any, package: Package) -> None:
    return None


def _nothing_to_prepare(row: Any) -> None:
    return None


def _nothing_to_complete(made: Sequence[Any], rows: Sequence[Row]) -> None:
    return None


def _take_away(rows: models.QuerySet[Any]) -> None:
    rows._raw_delete(rows.db)


def _no_values(concept: Concept, actor: Actor) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Table:
    """One CSV file of the package.

    ``kind`` is set for tables of items, which get the common columns before their own. ``scope`` is the lookup from a row
    to its concept, "" for rows that all concepts share. ``select`` leaves out rows that are never written,
    ``public`` rows that the public does not get (rows that name an item nobody may see are left out anyway).
    ``check`` looks at the whole package after single cells and references were found good. ``order`` is the place in
    which tables are loaded.
    """

    name: str
    model_path: str
    note: str
    own_columns: tuple[Column, ...]
    order: int
    key_columns: tuple[str, ...] = ("key",)
    kind: str = ""
    scope: str = "concept"
    single: bool = False
    """Whether the table has exactly one row."""
    in_edition: Literal["", "part", "beside", "context", "own"] = ""
    """What its rows are in a frozen edition of the concept: what the council adopts (``part``), what hangs on one of
    these, named by its first reference (``beside``), what is needed to read them (``context``), what stands in own fields (``own``), or nothing ("")."""
    texts: tuple[TextFile, ...] = ()
    side_file: SideFile | None = None
    select: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] = _everything
    public: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] = _everything
    check: Callable[[Package, Problems], None] = _nothing_to_say
    prepare: Callable[[Any], None] = _nothing_to_prepare
    """Completes a model instance before it is written in bulk."""
    lookups: Mapping[str, str] = field(default_factory=dict)
    """Columns that are read by a lookup instead of from the row itself; ``complete`` puts back what they say."""
    complete: Callable[[Sequence[Any], Sequence[Row]], None] = _nothing_to_complete
    """Completes all model instances before they are written, with the rows they come from."""
    finish: Callable[[Sequence[Any], Sequence[Row]], None] = _nothing_to_complete
    """Does what follows once all model instances are written, with the rows they come from."""
    clear: Callable[[models.QuerySet[Any]], None] = _take_away
    """Takes the rows of a concept away before a package takes their place, with what hangs on them and is no table."""
    stays_if_absent: bool = False
    """Whether rows stay where an older package has no such table."""
    tell: Callable[[Any, Package], None] = _nothing_to_tell
    """Tells a row of items, before search reads it, what else the package says of it."""
    beside_those_there: Callable[[Concept, Sequence[Any]], Sequence[Any]] | None = None
    """For rows that stay when a package takes the place of a concept's content: which of those of the package are written beside them."""
    label: str | Promise = ""
    """What rows beside an item are called on its page."""
    shared_values: Callable[[Concept, Actor], dict[str, Any]] = _no_values
    """Values that all rows of one import share, made once."""

    @property
    def path(self) -> str:
        """Name of the file."""
        return f"{self.name}.csv"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns in the order of the file."""
        return (ITEM_COLUMNS if self.kind else ()) + self.own_columns

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that make a row unique and that rows are sorted by."""
        return ("id",) if self.kind else self.key_columns

    @cached_property
    def model(self) -> type[models.Model]:
        """The model of the own row."""
        return apps.get_model(self.model_path)

    @cached_property
    def key_of_owner(self) -> str:
        """Of rows beside items: the column that names the item."""
        return next(column.name for column in self.own_columns if column.is_reference)

    @cached_property
    def name_column(self) -> str:
        """The column that says what a row is called."""
        return next(column.name for column in self.columns if column.name in {"name", "title"})

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def is_common(self, column: Column) -> bool:
        """Whether the column is kept with the item, not in the own row."""
        return bool(self.kind) and column in ITEM_COLUMNS

    def model_field(self, column: Column) -> models.Field[Any, Any] | None:
        """The model field in which a column is kept; None where there is none of its own."""
        return self._model_fields[column.name]

    @cached_property
    def _model_fields(self) -> dict[str, models.Field[Any, Any] | None]:
        found: dict[str, models.Field[Any, Any] | None] = {}
        for column in self.columns:
            model = Item if self.is_common(column) else self.model
            known = {each.name: each for each in model._meta.get_fields() if isinstance(each, models.Field)}
            found[column.name] = known.get(
                "item_id" if column.name == "item" and "item" not in known else column.name
            )
        return found

    def keeps_key(self, column: Column) -> bool:
        """Whether a reference to a row of the concept is kept as the key itself, not as a foreign key."""
        named = _tables.get(column.refers) if column.type == "reference" else None
        field = self.model_field(column) if named is not None and not named.kind else None
        return field is not None and not field.is_relation

    def references(self) -> Iterator[Column]:
        """Columns that name rows of a table."""
        return (column for column in self.columns if column.is_reference)


_tables: dict[str, Table] = {}


def register_table(table: Table) -> None:
    """Make a table known. Registering the same name twice is a programming error."""
    if table.name in _tables:
        raise ValueError(f"table {table.name} is registered twice")
    _tables[table.name] = table


def all_tables() -> list[Table]:
    """All tables in the order in which they are loaded, those of rows beside items among them."""
    of_rows = [table_of_rows(rows) for rows in all_rows()]
    return sorted([*_tables.values(), *of_rows], key=lambda table: (table.order, table.name))


def item_tables() -> list[Table]:
    """The tables of items."""
    return [table for table in all_tables() if table.kind]


def table_named(name: str) -> Table:
    """The table of that name. Raises KeyError."""
    if (rows := rows_of_table(name)) is not None:
        return table_of_rows(rows)
    return _tables[name]


Build = Callable[[Concept], None]
_derived: dict[str, tuple[str, str, Build]] = {}


def register_derived(model_path: str, scope: str, build: Build) -> None:
    """Name rows that are in no package since they follow from it: taken away before an import, built after it.

    ``scope`` is the lookup from a row to its concept.
    """
    _derived[model_path] = (model_path, scope, build)


def derived() -> list[tuple[str, str, Build]]:
    """The models whose rows follow from a package, with the lookup to the concept and what builds them."""
    return list(_derived.values())


@cache
def table_of_rows(rows: Rows) -> Table:
    """The table of rows beside items, from their declaration."""
    of_owner = next(table.name for table in _tables.values() if table.kind == rows.kind)
    refers = {rows.owner: of_owner, **{each.name: each.refers for each in rows.fields if each.refers}}
    key = Column("key", "key", "Short name in the package: a-z, 0-9 and hyphens.", required=True)
    owner = Column(
        rows.owner,
        "reference",
        f"Id of the {of_owner.removesuffix('s')}.",
        required=True,
        refers=refers[rows.owner],
    )
    columns = tuple(_column_of(rows, each) for each in rows.fields)
    return Table(
        name=rows.table,
        model_path=rows.model_path,
        note=rows.note,
        order=rows.order,
        key_columns=rows.key_columns,
        scope=f"{rows.owner}__item__concept",
        own_columns=(*((key,) if "key" in rows.key_columns else ()), owner, *columns),
        public=rows.of_the_public,
        in_edition=rows.in_edition,
        label=rows.plural,
        check=rows.check_package or _nothing_to_say,
    )


def _column_of(rows: Rows, each: RowField) -> Column:
    """A declared column as one of the package: type, duty and choices follow from the model unless they are said."""
    column = rows.column(each.name)
    type_ = each.type or _type_of(column)
    choices = [str(value) for value, _label in column.flatchoices] if type_ == "choice" else ()
    empty_allowed = column.null or (column.blank and column.empty_strings_allowed)
    return Column(
        each.name,
        type_,
        each.note,
        required=not empty_allowed if each.required is None else each.required,
        choices=choices,
        refers=each.refers,
        if_absent=each.if_absent,
    )


TYPES: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.ForeignKey, "reference"), (models.BooleanField, "boolean"), (models.DateField, "date"),
    (models.DecimalField, "decimal"), (models.IntegerField, "integer"), (models.URLField, "url"),
    (models.TextField, "text"), (models.CharField, "text"),
)  # fmt: skip
"""The first that fits says how a column of a model is in the package."""


def _type_of(column: models.Field[Any, Any]) -> str:
    if column.choices:
        return "choice"
    return next(name for model, name in TYPES if isinstance(column, model))
