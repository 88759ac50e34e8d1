"""Much that becomes valid at one moment: done on a copy first, then written as it came out, in one short transaction.

SQLite has one writer. What cannot be done in pieces (``thread.pieces``), because an item has one row and half of it would be
seen, is done on a copy in memory, where it keeps nobody waiting and is nobody's business. Which rows are others by that
is written into the database in one go: some microseconds a row, instead of the milliseconds that an act takes. Until then
everybody reads what was, from then on what is; a process that is killed before has changed nothing. PostgreSQL has many writers and
needs none of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, transaction
from django.utils.translation import gettext as _

from insek.thread.models import Change, Item, Posting, SearchEntry, Word

from .rehearsing import copy_in_memory

Made = TypeVar("Made")
Row = tuple[Any, ...]

TRIES = 3
"""So often what was prepared is prepared anew, because somebody changed meanwhile what it rests on."""
AHEAD = 1_000_000
"""Numbers that others may take for new rows while a switch is prepared."""
AT_ONCE = 400
"""Rows that are looked up together."""
TOUCHED = "touched_by_switch"


class SwitchOvertaken(Exception):
    """What a switch rests on was changed while it was prepared."""


@dataclass
class _Table:
    """The rows of a table that a switch changes, by their key: as they were, and as they are to be."""

    name: str
    columns: list[str]
    keys: list[str]
    before: dict[Row, Row] = field(default_factory=dict)
    after: dict[Row, Row] = field(default_factory=dict)

    def read(self, real: Any, keys: Iterable[Row]) -> dict[Row, Row]:
        """Rows by their key, as they are stored: a sign before a column keeps its value from being converted."""
        wanted = list(keys)
        found: dict[Row, Row] = {}
        places = [self.columns.index(name) for name in self.keys]
        one = f"({', '.join('?' * len(self.keys))})"
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            rows = real.execute(
                f"SELECT {', '.join(f'+{_quoted(name)}' for name in self.columns)} FROM {_quoted(self.name)}"  # noqa: S608  (names of our tables)
                f" WHERE {self._is_key()} IN (VALUES {', '.join([one] * len(some))})",
                [value for key in some for value in key],
            )
            found |= {tuple(row[place] for place in places): tuple(row) for row in rows}
        return found

    def write(self, real: Any, *, anew: bool) -> None:
        """Make the rows what they are to be; ``anew`` takes changed ones away first, for values that change places."""
        changed = {key: row for key, row in self.after.items() if key in self.before}
        gone = [key for key in self.before if anew or key not in self.after]
        one = f"({', '.join('?' * len(self.keys))})"
        real.executemany(f"DELETE FROM {_quoted(self.name)} WHERE {self._is_key()} = {one}", gone)  # noqa: S608  (as above)
        if not anew:
            for columns, rows in self._changes(changed).items():
                said = ", ".join(f"{_quoted(self.columns[place])} = ?" for place in columns)
                real.executemany(
                    f"UPDATE {_quoted(self.name)} SET {said} WHERE {self._is_key()} = {one}",  # noqa: S608  (as above)
                    [(*(row[place] for place in columns), *key) for key, row in rows],
                )
        new = [row for key, row in self.after.items() if anew or key not in self.before]
        real.executemany(
            f"INSERT INTO {_quoted(self.name)} ({', '.join(map(_quoted, self.columns))})"  # noqa: S608  (as above)
            f" VALUES ({', '.join('?' * len(self.columns))})",
            new,
        )

    def _changes(self, changed: dict[Row, Row]) -> dict[Row, list[tuple[Row, Row]]]:
        """Changed rows with their keys, together by the columns that change."""
        found: dict[Row, list[tuple[Row, Row]]] = {}
        for key, row in changed.items():
            was = self.before[key]
            places = tuple(place for place, value in enumerate(row) if value != was[place])
            found.setdefault(places, []).append((key, row))
        return found

    def _is_key(self) -> str:
        return f"({', '.join(map(_quoted, self.keys))})"


@dataclass
class _Prepared:
    """What a switch changes, what it rests on, and what is to be done after it."""

    tables: list[_Table]
    last_change: int
    hooks: list[tuple[Callable[[], object], bool]]
    waiting: list[Any]
    """Ids of items whose terms of search are others by now."""

    def items(self) -> set[Any]:
        """Ids of all items that it changes or names."""
        found: set[Any] = set()
        models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
        for table in self.tables:
            model = models.get(table.name)
            if model is None:
                continue
            names = {
                each.column
                for each in model._meta.concrete_fields
                if (model is Item and each.primary_key)
                or (each.remote_field and each.remote_field.model is Item)
            }
            places = [place for place, name in enumerate(table.columns) if name in names]
            rows = [*table.before.values(), *table.after.values()]
            found |= {row[place] for row in rows for place in places}
        return found - {None}

    def hold(self) -> None:
        """Raise SwitchOvertaken where anything that it rests on is no longer as it was; in the transaction of the switch."""
        real = connection.connection
        for table in self.tables:
            if table.read(real, table.before) != table.before:
                raise SwitchOvertaken(table.name)
        involved = sorted(self.items())
        for start in range(0, len(involved), AT_ONCE):
            some = involved[start : start + AT_ONCE]
            if Change.objects.filter(pk__gt=self.last_change, item_id__in=some).exists():
                raise SwitchOvertaken("history")

    def write(self) -> None:
        """Write all of it."""
        try:
            with transaction.atomic():
                self._write(anew=False)
        except (
            IntegrityError
        ):  # two rows take each other's number: all are taken away before they are there again
            self._write(anew=True)
        for start in range(0, len(self.waiting), AT_ONCE):
            SearchEntry.objects.filter(item__in=self.waiting[start : start + AT_ONCE]).update(waiting=True)
        for hook, robust in self.hooks:
            transaction.on_commit(hook, robust=robust)

    def _write(self, *, anew: bool) -> None:
        with connection.wrap_database_errors:
            for table in self.tables:
                table.write(connection.connection, anew=anew)


def at_one_moment(act: Callable[[], Made], *, still: Callable[[Made], bool] = lambda made: True) -> Made:
    """Do much so that it is valid at one moment, all of it or nothing, and nobody waits for longer than that moment.

    ``act`` is done on a copy and may be done more than once: it reads everything anew that it rests on. ``still`` says at the
    moment itself whether it would do the same again, as far as that is not seen in the rows that it changes and in the history of the
    items it names. Raises what the act raises, and ValidationError where others change the same again and again.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return act()
    for _try in range(TRIES):
        made, prepared = _prepare(act)
        try:
            with transaction.atomic():
                prepared.hold()
                if not still(made):
                    raise SwitchOvertaken("what it does")
                prepared.write()
        except (SwitchOvertaken, IntegrityError):
            continue
        return made
    raise ValidationError(
        _("Andere ändern gerade dasselbe. Nichts ist geändert. Bitte versuchen Sie es in einem Augenblick noch einmal.")
    )  # fmt: skip


def _prepare(act: Callable[[], Made]) -> tuple[Made, _Prepared]:
    with copy_in_memory() as copy:
        last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        tables = _watched(copy.connection)
        with transaction.atomic():
            made = act()
            waiting_hooks: Any = connections[DEFAULT_DB_ALIAS].run_on_commit
            hooks = [(hook, robust) for _savepoints, hook, robust in waiting_hooks]
            touched = _touched(copy.connection)
            for name, keys in touched.items():
                tables[name].after = tables[name].read(copy.connection, keys)
            transaction.set_rollback(True)
        for name, keys in touched.items():
            table = tables[name]
            table.before = table.read(copy.connection, keys)
            for key in keys:
                if table.before.get(key) == table.after.get(key):
                    table.before.pop(key, None)
                    table.after.pop(key, None)
    changed = {name: table for name, table in tables.items() if table.before or table.after}
    waiting = _terms_left_out(changed)
    return made, _Prepared([*changed.values()], last, hooks, waiting)


def _watched(real: Any) -> dict[str, _Table]:
    """The tables of a copy, which note from now on what is changed in them; new rows take numbers that nobody else does."""
    real.execute(f'CREATE TEMP TABLE "{TOUCHED}" (name TEXT, key TEXT)')
    tables = {}
    rows = real.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'"
    )
    for name, sql in rows.fetchall():
        if sql.startswith("CREATE VIRTUAL"):
            continue
        columns = real.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
        keys = [each[1] for each in sorted(columns, key=lambda each: each[5]) if each[5]]
        if not keys:
            continue
        tables[name] = _Table(name, [each[1] for each in columns], keys)
        for number, (act, sides) in enumerate({"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}.items()):  # fmt: skip
            notes = "".join(
                f"INSERT INTO \"{TOUCHED}\" VALUES ('{name}', json_array({', '.join(f'{side}.{_quoted(key)}' for key in keys)}));"  # noqa: S608  (as above)
                for side in sides
            )
            real.execute(
                f'CREATE TEMP TRIGGER "{TOUCHED}_{name}_{number}" AFTER {act} ON main.{_quoted(name)} BEGIN {notes} END'
            )
        if "AUTOINCREMENT" in sql.upper():
            known = real.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ?", (AHEAD, name))
            if not known.rowcount:
                real.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, AHEAD))
    return tables


def _touched(real: Any) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for name, key in real.execute(f'SELECT DISTINCT name, key FROM "{TOUCHED}"'):  # noqa: S608  (our own name)
        found.setdefault(name, []).append(tuple(json.loads(key)))
    return found


def _terms_left_out(tables: dict[str, _Table]) -> list[Any]:
    """Leave out the terms of search, which are the most rows: items wait for theirs, as for the analysis of new words. Returns which."""
    tables.pop(Word._meta.db_table, None)
    terms, items = tables.get(Posting._meta.db_table), tables.get(Item._meta.db_table)
    if terms is None:
        return []
    gone = {key for (key,) in items.before.keys() - items.after.keys()} if items else set()
    place = terms.columns.index("item_id")
    rows = [*terms.before.values(), *terms.after.values()]
    waiting = {row[place] for row in rows} - gone
    terms.after = {}
    terms.before = {key: row for key, row in terms.before.items() if row[place] in gone}
    return sorted(waiting)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
