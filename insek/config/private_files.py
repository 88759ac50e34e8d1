"""Nobody else on the machine may read what an installation keeps: the database, files, the secret key, backups."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def database() -> dict[str, Any]:
    """The database as the settings describe it."""
    return dict(settings.DATABASES["default"])


def kept_paths() -> Iterator[Path]:
    """The database of SQLite with what belongs to it, the secret key, and all files and folders of contents."""
    data = Path(settings.INSEK_DATA_DIR)
    found = [data / "secret-key"]
    name = str(database()["NAME"])
    if database()["ENGINE"].endswith("sqlite3") and "memory" not in name:
        found += [Path(f"{name}{ending}") for ending in ("", "-wal", "-shm", "-journal")]
    yield from (path for path in found if path.exists())
    root = Path(settings.MEDIA_ROOT)
    if root.exists():
        yield root
        yield from (path for path in root.rglob("*") if not path.is_symlink())


def open_to_others() -> list[Path]:
    """What others may read or write."""
    return [path for path in kept_paths() if path.stat().st_mode & OTHERS]


def close_to_others() -> None:
    """Take from others what an earlier version or a copy left open; what belongs to somebody else is left alone."""
    for path in open_to_others():
        try:
            path.chmod(path.stat().st_mode & ~OTHERS & 0o7777)
        except PermissionError:
            continue
