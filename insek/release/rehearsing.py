"""Trying out what much would change, without keeping others from writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction


@contextmanager
def rehearsal() -> Iterator[None]:
    """Everything written inside is taken back at its end, and nobody waits for it.

    SQLite has one writer, so what is tried there is tried on a copy in memory, which takes a moment for each 100 MB.
    PostgreSQL needs none. Inside another transaction it is a part of that one, and taken back all the same.
    """
    usual = connections[DEFAULT_DB_ALIAS]
    if usual.vendor != "sqlite" or usual.in_atomic_block:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        return
    with copy_in_memory(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def copy_in_memory() -> Iterator[Any]:
    """Inside, everything is read from and written to a copy of the SQLite database in memory, which is given; it is gone at the end."""
    usual = connections[DEFAULT_DB_ALIAS]
    usual.ensure_connection()
    copy = usual.copy()
    copy.settings_dict = {**usual.settings_dict, "NAME": ":memory:"}
    copy.ensure_connection()
    usual.connection.backup(copy.connection)
    connections[DEFAULT_DB_ALIAS] = copy
    try:
        yield copy
    finally:
        connections[DEFAULT_DB_ALIAS] = usual
        copy.connection.close()
