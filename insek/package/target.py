"""Writing a package to disk: whole, and never over something that is no package."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from .archive import zip_bytes
from .parsing import DESCRIPTOR
from .reading import Files


class ExportRefused(Exception):
    """The target is something else than a package; nothing was written."""


def write_zip(path: Path, files: Files) -> None:
    """Write the files as a zip; an earlier file of that name is replaced once the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as target:
        partial = Path(target.name)
        target.write(zip_bytes(files))
    partial.chmod(0o644)
    partial.replace(path)


def write_folder(path: Path, files: Files) -> None:
    """Write the files into a folder; what an earlier package left there and the new one lacks is deleted."""
    if path.exists() and not path.is_dir():
        raise ExportRefused(_("„%(path)s“ ist kein Ordner.") % {"path": path})
    if path.is_dir() and any(path.iterdir()) and not (path / DESCRIPTOR).is_file():
        raise ExportRefused(
            _(
                "„%(path)s“ ist nicht leer und enthält kein Konzeptpaket. Bitte einen neuen oder leeren Ordner angeben."
            )
            % {"path": path}
        )
    for name in _listed(path) - files.keys():
        old = path / name
        if old.is_file() and path.resolve() in old.resolve().parents:
            old.unlink()
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _listed(folder: Path) -> set[str]:
    """The files that the package in this folder says it has."""
    try:
        described = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
        return {str(resource["path"]) for resource in described["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
