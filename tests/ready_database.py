"""Tables migrated from empty once, and the city of the demo loaded once: every worker and every process of a run copies them.

They lie in `.pytest_cache/ready` under what the program's code says of them, so another model or migration makes the tables anew and any other
line of code the city. Tests of migrations make their own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".pytest_cache" / "ready"
KEPT = 2 * 3600
"""Seconds for which tables of another state of the code are kept."""
NOT_READ = {"static", "__pycache__"}
"""Folders of the program from which no table is filled."""
SAYS_WHAT_TABLES_HOLD = re.compile(
    rb"db import models|db\.models|Rule\(|post_migrate|def ensure_|def deconstruct|def derived_id|def sort_key|def period_of"
    rb"|def close_to_others|def _migrate\("
)
"""Of models, rules (from which roles are made), what migrations call, and `insek migrate`; other lines of code leave the tables as they are."""
UMASK = 0o022
"""Others may read what a usual system lets a program write; `insek migrate` must see to it that they may not."""


def migrated_folder() -> Path:
    """A data folder as `insek migrate` makes it from nothing; to be copied, not opened."""
    target = FOLDER / f"tables-{_digest(of_tables=True)}"
    with _one_at_a_time("tables"):
        if not target.exists():
            _forget(FOLDER.glob("tables-*"))
            making = FOLDER / "tables-making"
            _migrate(INSEK_ENV="demo", INSEK_DATABASE_URL="", INSEK_DATA_DIR=str(making))
            with closing(sqlite3.connect(making / "insek.sqlite3")) as database:
                database.execute("PRAGMA journal_mode=DELETE")
            making.rename(target)
    return target


def migrated_file() -> Path:
    """A SQLite file with all tables; to be copied, not opened."""
    return migrated_folder() / "insek.sqlite3"


def loaded_city() -> Path:
    """A data folder of the demo with the city, its logins and what they have been doing; to be copied."""
    target = FOLDER / f"city-{_digest(of_tables=False)}"
    with _one_at_a_time("city"):
        if not target.exists():
            _forget(FOLDER.glob("city-*"))
            making = FOLDER / "city-making"
            making.mkdir()
            shutil.copy(migrated_file(), making / "insek.sqlite3")
            code = "import django; django.setup(); from insek.config.demo import prepare; prepare()"
            _run("-c", code, seconds=120, INSEK_ENV="demo", INSEK_DATA_DIR=str(making))
            making.rename(target)
    return target


def copy_into_memory(name: str) -> sqlite3.Connection:
    """Fill Django's database in memory with the tables; it lasts while the returned connection, or another, is open."""
    database = sqlite3.connect(name, uri=True)
    with closing(sqlite3.connect(migrated_file())) as ready:
        ready.backup(database)
    return database


def migrated_template(url: str) -> str:
    """The name of a database with all tables on the server at `url`, to be copied by CREATE DATABASE … TEMPLATE."""
    import psycopg

    ours = f"insek_ready_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    name, making = f"{ours}_{_digest(of_tables=True)}", f"{ours}_making"
    with _one_at_a_time("template"), psycopg.connect(url, autocommit=True) as server:
        there = {row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()}
        if name not in there:
            for former in there:
                if former.startswith(ours):
                    server.execute(f'DROP DATABASE "{former}"')
            server.execute(f'CREATE DATABASE "{making}"')
            making_url = urlsplit(url)._replace(path=f"/{making}").geturl()
            _migrate(INSEK_ENV="test", INSEK_DATABASE_URL=making_url)
            server.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


def _migrate(**settings: str) -> None:
    _run("-m", "insek", "migrate", seconds=900, **settings)


def _run(*arguments: str, seconds: int, **settings: str) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("INSEK_", "PYTEST_", "DJANGO_"))
    }
    environment = {**kept, "DJANGO_SETTINGS_MODULE": "insek.config.settings", **settings}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=seconds, umask=UMASK,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


@cache
def _digest(*, of_tables: bool) -> str:
    """Of all files of the program, or of those that say what stands in the tables, and of the packages it runs with."""
    digest = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    digest.update((ROOT / "requirements-dev.lock").read_bytes())
    for folder, inner, names in os.walk(ROOT / "insek"):
        inner[:] = sorted(set(inner) - NOT_READ)
        for name in sorted(names):
            path = Path(folder, name)
            if of_tables and path.suffix != ".py":
                continue
            content = path.read_bytes()
            if not of_tables or path.parent.name == "migrations" or SAYS_WHAT_TABLES_HOLD.search(content):
                digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
                digest.update(content)
    return digest.hexdigest()[:16]


@contextmanager
def _one_at_a_time(what: str) -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget(former: Iterator[Path]) -> None:
    """Remove what earlier code needed; not what a run of it, still going on beside this one, may be about to copy."""
    for path in former:
        if "making" not in path.name and time.time() - path.stat().st_mtime < KEPT:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _make(wanted: list[str]) -> None:
    """Have the tables ready before a test asks, and what else is named: the city, a template on a server that answers."""
    migrated_folder()
    for name in wanted:
        if name == "city":
            loaded_city()
        else:
            migrated_template(name)


if __name__ == "__main__":
    _make(sys.argv[1:])
