"""A package that takes the place of a concept is written in one transaction: others are told, instead of being kept waiting.

SQLite has one writer, and what is replaced as a whole cannot be replaced in pieces. So whoever reads a package in holds a
lock beside the database, and web processes look at it before they take anything. The lock goes with its process, however
that ends. On PostgreSQL others write meanwhile, and nothing needs to be said.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

NAME = ".replacing.lock"


def _lock_file() -> Path | None:
    """Where the lock is; None where nobody has to wait."""
    if connection.vendor != "sqlite" or settings.DATABASES["default"]["NAME"] == ":memory:":
        return None
    return Path(settings.INSEK_DATA_DIR) / NAME


@contextmanager
def announced() -> Iterator[None]:
    """Tell all processes of this installation that nothing can be written until this is over."""
    path = _lock_file()
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_being_replaced() -> bool:
    """Whether somebody is at it right now. Costs an open file, no query."""
    path = _lock_file()
    if path is None:
        return False
    try:
        with path.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
