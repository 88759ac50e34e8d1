"""The database as it is at one moment, to be read at leisure while others write."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

from .restoring import BackupRefused

ALIAS = "snapshot"
COPY = ".insek-snapshot.sqlite3"
"""Always the same name: what a killed backup left behind is replaced by the next one."""


@contextmanager
def snapshot_connection(folder: Path) -> Iterator[str]:
    """Give the alias of a connection that sees one moment.

    SQLite is copied by its online backup into ``folder``, which holds up no writer; PostgreSQL reads in one transaction.
    Raises BackupRefused when another backup into the same folder is under way.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield "default"
        return
    copy = folder / COPY
    with copy.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BackupRefused(_("In diesen Ordner wird gerade schon gesichert.")) from error
        made = None
        try:
            copy.unlink(missing_ok=True)
            copy.touch(mode=0o600)
            connection.ensure_connection()
            with closing(sqlite3.connect(copy)) as target:
                connection.connection.backup(target)
            described = {**connection.settings_dict, "NAME": str(copy)}
            # the same database at another moment, and so under its own alias
            made = connections[ALIAS] = type(connections["default"])(described, "default")
            yield ALIAS
        finally:
            if made is not None:
                made.close()
                del connections[ALIAS]
            for ending in ("", "-wal", "-shm", "-journal"):
                Path(f"{copy}{ending}").unlink(missing_ok=True)
            copy.with_suffix(".lock").unlink(missing_ok=True)
