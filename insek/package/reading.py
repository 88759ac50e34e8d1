"""Reading a package from a folder or a zip file into memory, without following any trick in its names or sizes."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from .problems import PackageProblem, PackageRefused

Files = dict[str, bytes]

MOST_FILES = 2_000
MOST_BYTES = 256 * 1024 * 1024
"""All files together, unpacked; Kaiserslautern has 0.5 MB, a concept of 100,000 items some 60 MB."""
MOST_TIMES_SMALLER = 250
"""A zip entry over 1 MB that shrank more than this was made to fill the memory."""
_STEP = 1024 * 1024
_DRIVE = re.compile(r"^[A-Za-z]:")
_IGNORED = ("__MACOSX",)


def read_files(path: Path | str) -> Files:
    """The files of a package by their path inside it. Raises PackageRefused."""
    path = Path(path)
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise _refused(
            "no_package",
            path.name,
            _("Diese Datei oder diesen Ordner gibt es nicht."),
            _("Den Pfad zu einem Konzeptpaket angeben."),
        )
    with path.open("rb") as file:
        return read_zip(file, path.name)


def read_zip(file: IO[bytes], name: str) -> Files:
    """The files of a zip; ``name`` is what problems call it. Raises PackageRefused."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _without_top_folder(_read_entries(archive, name))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        UnicodeDecodeError,
        OSError,
    ) as error:
        raise _refused(
            "not_a_zip",
            name,
            _("Die Datei ist keine lesbare Zip-Datei (%(error)s).") % {"error": error},
            _(
                "Ein Konzeptpaket ist ein Ordner oder eine Zip-Datei davon. Die Datei neu erzeugen oder neu herunterladen."
            ),
        ) from None


def _read_folder(folder: Path) -> Files:
    files: Files = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        name = inside.as_posix()
        if any(part.startswith(".") for part in inside.parts):
            continue
        if path.is_symlink():
            raise _path_trick(name)
        if path.is_dir():
            continue
        total += path.stat().st_size
        _refuse_too_large(name, files=len(files) + 1, total=total)
        files[name] = path.read_bytes()
    return files


def _read_entries(archive: zipfile.ZipFile, archive_name: str) -> Files:
    files: Files = {}
    total = 0
    for entry in archive.infolist():
        name = entry.filename
        _refuse_path_trick(entry)
        parts = PurePosixPath(name).parts
        if entry.is_dir() or parts[0] in _IGNORED or any(part.startswith(".") for part in parts):
            continue
        if entry.flag_bits & 1:
            raise _refused(
                "not_a_zip", name, _("Die Datei ist verschlüsselt."), _("Das Paket ohne Kennwort packen.")
            )
        if name in files:
            raise _refused(
                "duplicate_file", name, _("Die Datei steht zweimal im Paket."), _("Das Paket neu packen.")
            )
        content = bytearray()
        with archive.open(entry) as packed:
            while step := packed.read(_STEP):
                content += step
                _refuse_too_large(name, files=len(files) + 1, total=total + len(content))
                if len(content) > max(_STEP, entry.compress_size * MOST_TIMES_SMALLER):
                    raise _too_large(name)
        total += len(content)
        files[name] = bytes(content)
    return files


def _refuse_path_trick(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    parts = PurePosixPath(name).parts
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if (
        not parts
        or is_link
        or name.startswith("/")
        or ".." in parts
        or "\\" in name
        or "\0" in name
        or _DRIVE.match(name)
    ):
        raise _path_trick(name.split("\0", maxsplit=1)[0])


def _without_top_folder(files: Files) -> Files:
    """Whoever zips a folder gets it inside the zip: then the package is what lies in it."""
    tops = {name.split("/", 1)[0] for name in files}
    if len(tops) == 1 and (top := tops.pop()) + "/datapackage.json" in files:
        return {name.removeprefix(top + "/"): content for name, content in files.items()}
    return files


def _refuse_too_large(name: str, *, files: int, total: int) -> None:
    if files > MOST_FILES or total > MOST_BYTES:
        raise _too_large(name)


def _too_large(name: str) -> PackageRefused:
    return _refused(
        "too_large",
        name,
        _("Das Paket ist zu groß: höchstens %(files)s Dateien und %(size)s MB, entpackt.")
        % {"files": MOST_FILES, "size": MOST_BYTES // (1024 * 1024)},
        _("Prüfen, ob die richtige Datei gewählt ist."),
    )


def _path_trick(name: str) -> PackageRefused:
    return _refused(
        "path_trick",
        name,
        _("Der Name führt aus dem Paket heraus oder ist eine Verknüpfung."),
        _("Dateien nur mit einfachen Namen in das Paket legen."),
    )


def _refused(code: str, file: str, message: str, advice: str) -> PackageRefused:
    return PackageRefused([PackageProblem(code, file, None, "", message, advice)])
