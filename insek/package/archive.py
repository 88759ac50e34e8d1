"""Files of a package as one zip and as one hash, the same wherever and whenever they are made."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

_DAY_ZERO = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_LEVEL = 6


def package_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the sorted lines "path digest": the name of this content, however it is packed."""
    lines = (f"{path} {hashlib.sha256(files[path]).hexdigest()}\n" for path in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files, sorted, with one fixed date and level: the same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, date_time=_DAY_ZERO)
            entry.create_system = 3
            entry.external_attr = _PLAIN_FILE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path], compresslevel=_LEVEL)
    return target.getvalue()
