"""What makes a restore all or nothing, also when the power fails: a mark beside the files until database and files agree.

Files come before the database's last word: as long as it has not been said, the database is empty and the mark says that
the files belong to nobody. Once it has been said, everything is there, and only the mark is left to be taken away.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

MARK = ".restore-unfinished"
FULL = ("database or disk is full", "disk full", "No space left")


class BackupRefused(Exception):
    """The backup cannot be made or restored; the message says why and what to do."""


@contextmanager
def refused_when_full() -> Iterator[None]:
    """Say in a sentence that the disk is full; what was begun has been taken away by then."""
    try:
        yield
    except (OSError, DatabaseError, sqlite3.Error) as error:  # the online backup of SQLite goes past Django
        full = getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}
        if not full and not any(text in str(error) for text in FULL):
            raise
        raise BackupRefused(
            _(
                "Der Datenträger ist voll. Es ist nichts geändert; bitte Platz schaffen und noch einmal beginnen."
            )
        ) from error


def _mark() -> Path:
    return Path(settings.MEDIA_ROOT) / MARK


def is_unfinished() -> bool:
    """Whether a restore was cut off here."""
    return _mark().exists()


def unfinished_hash() -> str:
    """Of which backup."""
    return _mark().read_text(encoding="ascii").strip()


def begin_restore(sha256: str) -> None:
    """Set the mark, and be sure that it is on the disk."""
    _mark().parent.mkdir(parents=True, exist_ok=True)
    with _mark().open("w", encoding="ascii") as file:
        file.write(sha256)
        file.flush()
        os.fsync(file.fileno())
    _flush_to_disk(_mark().parent)


def move_files(staged: Path, target: Path) -> None:
    """Move what was unpacked to its place."""
    if not staged.exists():
        return
    for child in sorted(staged.iterdir()):
        if (target / child.name).is_dir():  # without a file in it: a restore is refused where there are any
            shutil.rmtree(target / child.name)
        shutil.move(child, target / child.name)
    staged.rmdir()
    _flush_to_disk(target)


def undo_files() -> None:
    """Take away the files of a restore whose database was never filled, and the mark last."""
    if not is_unfinished():
        return
    for child in Path(settings.MEDIA_ROOT).iterdir():
        if child.name != MARK:
            shutil.rmtree(child) if child.is_dir() and not child.is_symlink() else child.unlink()
    end_restore()


def end_restore() -> None:
    """Take the mark away."""
    _mark().unlink(missing_ok=True)


def _flush_to_disk(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
