"""A backup of an earlier version, brought to this one before it is restored.

In a process and a small SQLite database of its own the tables are made as they were when the backup was written, filled, and
migrated like any installation that is upgraded; from there a backup of this version is written. The installation itself is not
touched until that is done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def is_older(migrations: Iterable[str]) -> bool:
    """Whether a backup with these migrations comes from an earlier version whose way to this one is known."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    known = {(app, name) for app, name in MigrationLoader(connection).disk_migrations if _is_ours(app)}
    theirs = _of_rooms(migrations)
    return bool(theirs) and theirs <= known and theirs != known


@contextmanager
def brought_up(path: Path) -> Iterator[Path]:
    """A backup of this version with the content of an older one; gone afterwards. Raises BackupRefused."""
    from django.utils.translation import gettext as _

    from .restoring import BackupRefused

    with tempfile.TemporaryDirectory(prefix="insek-older-") as folder:
        newer = Path(folder) / "newer.zip"
        environment = {
            **os.environ,
            "INSEK_DATABASE_URL": "",
            "INSEK_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "insek.config.settings",
        }
        done = subprocess.run(  # noqa: S603  (this program, with two paths)
            [sys.executable, "-m", "insek.config.older_backups", str(path), str(newer)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [""])[-1]
            raise BackupRefused(
                _("Die ältere Sicherung ließ sich nicht auf diese Version bringen: %(reason)s")
                % {"reason": last}
            )
        yield newer


def bring_up(path: Path, newer: Path) -> None:
    """Do it in this process, whose database is empty and used for nothing else."""
    from django.conf import settings
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from . import backup

    with zipfile.ZipFile(path) as archive:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
        executor = MigrationExecutor(connection)
        state = executor.migrate(_as_they_were(executor, manifest["migrations"]))
        names = [name for name in manifest["digests"] if name.startswith("tables/")]
        models = [state.apps.get_model(name.removeprefix("tables/").removesuffix(".jsonl")) for name in names]
        with transaction.atomic():
            for model in models:
                model._base_manager.all().delete()  # what migrations put there, such as roles
            for model in models:
                backup._load(archive, model, manifest)
            connection.check_constraints()
        backup.reset_sequences(models)
        for name in manifest["digests"]:
            if name.startswith("files/"):
                backup._extract(archive, name, Path(settings.MEDIA_ROOT), manifest)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    backup.backup(newer)


def _as_they_were(executor: Any, migrations: Iterable[str]) -> list[tuple[str, str]]:
    """The last migration of each of our apps at that time, and all of the apps of others."""
    then = _of_rooms(migrations)
    graph = executor.loader.graph
    last = [
        node
        for node in then
        if not any((child.key in then and child.key[0] == node[0]) for child in graph.node_map[node].children)
    ]
    ours = {node[0] for node in graph.nodes if _is_ours(node[0])}
    return [*sorted(last), *(node for node in graph.leaf_nodes() if node[0] not in ours)]


def _of_rooms(migrations: Iterable[str]) -> set[tuple[str, str]]:
    """Those of our rooms; what others bring (such as a library that is used no more) need not be known."""
    split = (full.split(".", 1) for full in migrations)
    return {(app, name) for app, name in split if _is_ours(app)}


def _is_ours(label: str) -> bool:
    from django.apps import apps

    return label in apps.app_configs and apps.get_app_config(label).name.startswith("insek.")


if __name__ == "__main__":
    import django

    django.setup()
    bring_up(Path(sys.argv[1]), Path(sys.argv[2]))
