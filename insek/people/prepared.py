"""Queries that are asked with every page: the ORM writes each out once, later only the values are put in.

Django writes a query anew each time it is asked, in 0.3 to 0.7 ms; the database answers it in a tenth of that. What is
kept is the SQL and how its rows become objects, for each connection to the database; never a row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from threading import local
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Lookup, QuerySet
from django.db.models.fields.related import ForeignObject
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

Row = TypeVar("Row")
Value = str | int | frozenset[str] | frozenset[int]
SHAPES: tuple[Any, ...] = (ValuesListIterable, FlatValuesListIterable)
MOST_KEPT = 512
"""Queries kept for a connection; beyond that it begins anew."""

MOST_IDS = 1024
"""Of more ids at once the query is written anew: writing it is then the least of the work, and SQLite takes 32,000 values."""

MOST_PLANNED = 300
"""Of these, so many are kept planned by PostgreSQL for each connection: the ones asked last."""

_kept = local()


class _SlotText(str):
    """A slot where Django wants a text."""

    __slots__ = ("position",)
    position: int

    def __new__(cls, position: int) -> _SlotText:
        made = super().__new__(cls, f"slot {position}")
        made.position = position
        return made


class Slot(Expression):
    """The place in a query of a value that is known when it is asked: a text or a number, as the database has it."""

    def __init__(self, position: int) -> None:
        super().__init__()
        self.position = position

    def __str__(self) -> str:
        """A text that stands for the value: what Django makes of each of ``relation__in`` where keys are texts."""
        return _SlotText(self.position)

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The place, and this slot as what is to be replaced."""
        return "%s", [self]


@Field.register_lookup
@ForeignObject.register_lookup
class Among(Lookup[Any]):
    """One of many ids, ``pk__among=frozenset(ids)``: told to the database as one value, however many they are.

    Django and the driver look at each value of ``pk__in``, several times, and SQLite takes 32,000.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """A list in JSON."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, _told(self.rhs, connection)]  # noqa: S608  (a column)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """An array."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, _told(self.rhs, connection)]


def _told(value: Any, connection: Any) -> Any:
    """A value as the driver takes it."""
    if not isinstance(value, frozenset):
        return value
    return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))


class _Written:
    """One query, written out for a connection."""

    def __init__(self, rows: QuerySet[Any, Any], connection: Any, values: int) -> None:
        self.compiler = compiler = rows.query.get_compiler(connection=connection)
        self.sql, params = compiler.as_sql()
        self.params = tuple(params)
        self.slots = [place for place, value in enumerate(params) if isinstance(value, Slot | _SlotText)]
        if {self.params[place].position for place in self.slots} != set(range(values)):
            raise TypeError("Django looked into a value that is only known when the query is asked.")
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        self.converters = compiler.get_converters(columns)
        self.shape: Any = rows._iterable_class
        if self.shape is ModelIterable:
            info = compiler.klass_info
            fields = info["select_fields"]
            self.model = info["model"]
            self.own = slice(fields[0], fields[-1] + 1)
            self.names = [column.target.attname for column in columns[self.own]]
            populators: Any = get_related_populators
            self.related = populators(info, compiler.select, connection.alias)
        elif self.shape not in SHAPES:
            raise TypeError("Only rows, values_list and flat values_list can be prepared.")
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]  # the stubs leave it out
            raise TypeError("What is prepared is one query: prefetch_related would ask others.")

    def ask(self, values: tuple[Value, ...]) -> list[Any]:
        """The rows for these values."""
        params: list[Any] = list(self.params)
        connection = self.compiler.connection
        for place in self.slots:
            params[place] = _told(values[params[place].position], connection)
        with _cursor(connection) as cursor:
            cursor.execute(self.sql, params)
            found: Iterable[Any] = cursor.fetchall()
        if self.converters:
            found = self.compiler.apply_converters(found, self.converters)
        if self.shape is ModelIterable:
            return [self._row(row, connection.alias) for row in found]
        if self.shape is FlatValuesListIterable:
            return [row[0] for row in found]
        return [tuple(row) for row in found]

    def _row(self, row: Any, alias: str) -> Any:
        made = self.model.from_db(alias, self.names, row[self.own])
        for related in self.related:
            related.populate(row, made)
        for name, place in self.compiler.annotation_col_map.items():
            setattr(made, name, row[place])
        return made


def _cursor(connection: Any) -> Any:
    """A cursor. PostgreSQL is sent the values beside the query, so that it plans a query once for each connection."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    own = connection.connection
    own.prepared_max = MOST_PLANNED
    usual, own.cursor_factory = own.cursor_factory, _planned_cursor()
    try:
        return connection.cursor()
    finally:
        own.cursor_factory = usual


@cache
def _planned_cursor() -> Any:
    """A cursor that sends values beside the query and keeps the query for Django's list of what was asked."""
    from django.db.backends.postgresql.base import ServerBindingCursor

    class PlannedCursor(ServerBindingCursor):
        def _convert_query(self, query: Any, params: Any = None) -> Any:
            self._query = super()._convert_query(query, params)  # type: ignore[misc]  # the stubs leave it out
            return self._query

    return PlannedCursor


def prepared(name: Hashable, make: Callable[..., QuerySet[Any, Row]], *values: Value) -> list[Row]:
    """The rows of the query that ``make`` gives for these values. One query.

    ``make`` is called with a slot for each value, and only the first time: ``name`` names the query and everything else that
    shapes it, and the day, the language or rights must not be in it otherwise. Where ``name`` is None nothing is kept, and
    ``make`` is called with the values. Many ids are one value: a frozenset for ``pk__among``.
    """
    if name is None:
        return list(make(*values))
    connection = connections[DEFAULT_DB_ALIAS]
    known: dict[Hashable, _Written] = _kept.__dict__.setdefault("queries", {})
    written = known.get(name)
    if written is None or written.compiler.connection is not connection:
        if len(known) >= MOST_KEPT:
            known.clear()
        written = known[name] = _Written(make(*map(Slot, range(len(values)))), connection, len(values))
    return written.ask(values)


def prepared_for(
    name: Hashable,
    make: Callable[..., QuerySet[Any, Row]],
    ids: Iterable[str | int],
    *values: str | int,
) -> list[Row]:
    """The same for a list of ids, as in ``filter(pk__in=ids)``, and further values; no query for no ids.

    ``make`` is called with the list and the values. The last id is repeated up to a power of two, so that lists of many
    lengths are few queries.
    """
    wanted = list(ids)
    if not wanted:
        return []
    if name is None or len(wanted) > MOST_IDS:
        return list(make(wanted, *values))
    filled = filled_up(wanted)
    size = len(filled)
    return prepared((name, size), lambda *slots: make(list(slots[:size]), *slots[size:]), *filled, *values)


def filled_up(ids: list[Any]) -> list[Any]:
    """Some ids, at least one, with the last repeated until their number is a power of two."""
    return ids + ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids))
