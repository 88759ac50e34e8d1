"""Backup and restore of an installation: every table and every file in one zip, the same on both databases.

Tables are written as JSON lines in the order of their keys, one value a column, so that the content hash does not depend
on the database: a backup of SQLite can be restored into PostgreSQL and the other way round. Sessions, counts
against guessing, the queue of background jobs and the full-text table are not kept; the last is made anew from the items.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import shapely
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek import __version__
from insek.notices.sending import doubt_what_waited
from insek.package import plain_decimal
from insek.thread.indexing import reindex

from .older_backups import brought_up, is_older
from .restoring import (
    MARK,
    BackupRefused,
    begin_restore,
    end_restore,
    is_unfinished,
    move_files,
    refused_when_full,
    undo_files,
    unfinished_hash,
)
from .snapshot import snapshot_connection

FORMAT = "insek-backup-1"
LEFT_OUT = {"sessions", "contenttypes", "auth", "django_tasks_database"}
LEFT_OUT_MODELS = {"thread.searchentry", "thread.word", "thread.posting", "thread.event", "people.tally"}
OWN = ("people.user", "concept.concept", "thread.item")
"""Where an installation that is used has rows."""
LARGEST_MEMBER = 4 * 1024**3
PORTION = 500


def backup(path: Path) -> str:
    """Write database and files into a new zip; returns the content hash. Raises BackupRefused when the file exists."""
    if path.exists():
        raise BackupRefused(_("%(path)s gibt es schon. Bitte einen anderen Namen wählen.") % {"path": path})
    _refuse_unless_migrated()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    digests: dict[str, str] = {}
    try:
        with refused_when_full(), unfinished.open("wb") as target:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                with snapshot_connection(path.parent) as alias:
                    for model in kept_models():
                        name = f"tables/{model._meta.label_lower}.jsonl"
                        digests[name] = _write(archive, name, _lines(model, alias))
                    migrations = _migrations(alias)
                for name, file in _files():
                    try:
                        digests[name] = _write(archive, name, _portions(file))
                    except (
                        FileNotFoundError
                    ):  # deleted since; nothing in the tables of a moment ago needs it for long
                        continue
                manifest = {
                    "format": FORMAT,
                    "insek": __version__,
                    "migrations": migrations,
                    "digests": digests,
                    "sha256": content_hash(digests),
                }
                archive.writestr("manifest.json", json.dumps(manifest, indent=2, sort_keys=True))
            target.flush()
            os.fsync(target.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return content_hash(digests)


def restore(path: Path) -> str:
    """Fill an empty, migrated installation from a backup; returns the content hash, checked against the backup's.

    Everything or nothing: raises BackupRefused and leaves the installation as it was.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupRefused(_("%(path)s ist keine lesbare Sicherung.") % {"path": path}) from error
    _refuse_unless_migrated()
    with archive, refused_when_full():
        manifest = _manifest(archive)
        if manifest["migrations"] != _migrations():
            with brought_up(path) as newer:
                return restore(newer)
        if finish_restore(str(manifest["sha256"])):
            return str(manifest["sha256"])
        _refuse_unless_empty()
        target = Path(settings.MEDIA_ROOT)
        staged = target.with_name(target.name + ".restore")
        shutil.rmtree(staged, ignore_errors=True)
        try:
            for name in manifest["digests"]:
                if name.startswith("files/"):
                    _extract(archive, name, staged, manifest)
            with transaction.atomic():
                _clear_defaults()
                for model in in_order_of_references(kept_models()):
                    _load(archive, model, manifest)
                connection.check_constraints()
                reset_sequences(list(kept_models()))
                reindex()
                if current_hash(staged) != manifest["sha256"]:
                    raise BackupRefused(
                        _("Der Inhalt stimmt nach dem Einspielen nicht mit der Sicherung überein.")
                    )
                begin_restore(str(manifest["sha256"]))
                move_files(staged, target)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            undo_files()
            raise
        end_restore()
        doubt_what_waited()
    return str(manifest["sha256"])


def finish_restore(sha256: str) -> bool:
    """Whether a restore of this backup was cut off after its last step and is whole; one cut off before is undone."""
    if not is_unfinished():
        return False
    if unfinished_hash() == sha256 and current_hash() == sha256:
        end_restore()
        doubt_what_waited()
        return True
    if any(apps.get_model(label)._base_manager.exists() for label in OWN):
        raise BackupRefused(
            _(
                "Hier wurde eine andere Sicherung nicht zu Ende eingespielt. Bitte jene noch einmal einspielen."
            )
        )
    undo_files()
    return False


def current_hash(files_root: Path | None = None) -> str:
    """The content hash of this installation as it stands: what a backup made now would say."""
    digests = {f"tables/{model._meta.label_lower}.jsonl": _digest(_lines(model)) for model in kept_models()}
    digests |= {name: _digest(_portions(file)) for name, file in _files(files_root)}
    return content_hash(digests)


def content_hash(digests: dict[str, str]) -> str:
    """SHA-256 over the sorted names and digests."""
    return hashlib.sha256(
        "".join(f"{name} {digests[name]}\n" for name in sorted(digests)).encode()
    ).hexdigest()


def kept_models() -> list[type[models.Model]]:
    """All models with a table of their own that a backup keeps, many-to-many tables too, by name."""
    found = []
    for config in apps.get_app_configs():
        if config.label in LEFT_OUT:
            continue
        for model in config.get_models(include_auto_created=True):
            if model._meta.managed and model._meta.label_lower not in LEFT_OUT_MODELS:
                found.append(model)
    return sorted(found, key=lambda model: model._meta.label_lower)


def in_order_of_references(kept: list[type[models.Model]]) -> list[type[models.Model]]:
    """Referenced tables first. References within one table, or in a circle, are checked at the end of the transaction."""
    ordered: list[type[models.Model]] = []
    seen: set[type[models.Model]] = set()

    def visit(model: type[models.Model]) -> None:
        if model in seen:
            return
        seen.add(model)
        for column in model._meta.concrete_fields:
            referenced = column.related_model if isinstance(column, models.ForeignKey) else None
            if referenced in kept and referenced is not model:
                visit(referenced)
        ordered.append(model)

    for model in kept:
        visit(model)
    return ordered


def _lines(model: type[models.Model], alias: str = "default") -> Iterator[bytes]:
    columns = [column.attname for column in model._meta.concrete_fields]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*columns)
    for row in rows.iterator(chunk_size=PORTION):
        values = {name: _plain(value) for name, value in zip(columns, row, strict=True)}
        yield json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, BaseGeometry):
        return shapely.to_wkb(value, hex=True)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def _load(archive: zipfile.ZipFile, model: type[models.Model], manifest: dict[str, Any]) -> None:
    name = f"tables/{model._meta.label_lower}.jsonl"
    columns = {column.attname: column for column in model._meta.concrete_fields}
    digest = hashlib.sha256()
    with archive.open(name) as lines:
        while portion := list(islice(lines, PORTION)):
            rows = []
            for line in portion:
                digest.update(line)
                values = json.loads(line)
                row = model()
                for attname, value in values.items():
                    column = columns[attname]
                    column = column.target_field if isinstance(column, models.ForeignKey) else column
                    json_kept = isinstance(column, models.JSONField) or value is None
                    setattr(row, attname, value if json_kept else column.to_python(value))
                rows.append(row)
            model._base_manager.bulk_create(rows)
    if digest.hexdigest() != manifest["digests"].get(name):
        raise BackupRefused(_("%(name)s ist in der Sicherung beschädigt.") % {"name": name})


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read("manifest.json"))
        known = manifest["format"] == FORMAT and isinstance(manifest["digests"], dict)
    except (KeyError, ValueError) as error:
        raise BackupRefused(_("Das ist keine Sicherung von INSEK.")) from error
    if not known:
        raise BackupRefused(_("Diese Sicherung hat ein Format, das diese Version nicht kennt."))
    members = {info.filename: info for info in archive.infolist()}
    for name in manifest["digests"]:
        path = PurePosixPath(name)
        if name not in members or path.is_absolute() or ".." in path.parts or "\\" in name:
            raise BackupRefused(_("Die Sicherung ist unvollständig: %(name)s.") % {"name": name})
        if members[name].file_size > LARGEST_MEMBER:
            raise BackupRefused(_("%(name)s ist zu groß.") % {"name": name})
    if manifest["migrations"] != _migrations() and not is_older(manifest["migrations"]):
        raise BackupRefused(
            _(
                "Die Sicherung stammt von INSEK %(theirs)s, hier läuft %(ours)s mit einem anderen Stand der Datenbank. "
                "Bitte jene Version installieren, einspielen und danach aktualisieren."
            )
            % {"theirs": manifest.get("insek", "?"), "ours": __version__}
        )
    return dict(manifest)


def _refuse_unless_migrated() -> None:
    """A database without tables, or with those of another version, is neither saved nor filled."""
    loader = MigrationLoader(connections["default"])
    if loader.disk_migrations.keys() - loader.applied_migrations.keys():
        raise BackupRefused(
            _("Die Datenbank ist nicht auf dem Stand dieses Programms. Bitte zuerst: insek migrate")
        )


def _refuse_unless_empty() -> None:
    for label in OWN:
        if apps.get_model(label)._base_manager.exists():
            raise BackupRefused(
                _("Diese Installation ist nicht leer. Eine Sicherung wird nur in eine leere eingespielt.")
            )
    if any(True for _name in _files()):
        raise BackupRefused(_("Der Ordner mit den Dateien ist nicht leer."))


def _clear_defaults() -> None:
    """The roles that every migration creates give way to those of the backup."""
    for model in reversed(in_order_of_references(kept_models())):
        model._base_manager.all().delete()


def reset_sequences(of: list[type[models.Model]]) -> None:
    """Let new rows be numbered behind those that are there; a table whose only row is number 0 begins at 1."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), of):
            cursor.execute(re.sub(r"coalesce\((max\([^()]*\)), 1\)", r"greatest(\1, 1)", statement))


def _migrations(alias: str = "default") -> list[str]:
    ours = {config.label for config in apps.get_app_configs()}
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in ours)


def _files(root: Path | None = None) -> Iterator[tuple[str, Path]]:
    root = root or Path(settings.MEDIA_ROOT)
    if root.exists():
        for file in sorted(root.rglob("*")):
            unfinished = file.parent.name == "basemap" and file.suffix in {".part", ".names"}
            if file.is_file() and not file.is_symlink() and file.name != MARK and not unfinished:
                yield f"files/{file.relative_to(root).as_posix()}", file


def _portions(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while portion := source.read(1 << 20):
            yield portion


def _digest(portions: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for portion in portions:
        digest.update(portion)
    return digest.hexdigest()


def _write(archive: zipfile.ZipFile, name: str, portions: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as member:
        for portion in portions:
            member.write(portion)
            digest.update(portion)
    return digest.hexdigest()


def _extract(archive: zipfile.ZipFile, name: str, root: Path, manifest: dict[str, Any]) -> None:
    target = root / PurePosixPath(name).relative_to("files")
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(name) as source, target.open("wb") as file:
        while portion := source.read(1 << 20):
            digest.update(portion)
            file.write(portion)
    if digest.hexdigest() != manifest["digests"][name]:
        raise BackupRefused(_("%(name)s ist in der Sicherung beschädigt.") % {"name": name})
