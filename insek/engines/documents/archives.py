"""Word and OpenDocument files are archives: whether one can be opened without harm is asked before anything reads it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .content import UnreadableDocument

MOST_UNPACKED = 300 * 1024**2
MOST_MEMBERS = 5_000
MOST_RATIO = 200


def check_archive(path: Path) -> None:
    """Refuse what unpacks to far more than it is, is locked, or has no end. Raises UnreadableDocument."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableDocument("broken", str(error)[:200]) from error
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if (
        len(members) > MOST_MEMBERS
        or unpacked > MOST_UNPACKED
        or (unpacked > 10**7 and unpacked / packed > MOST_RATIO)
    ):
        raise UnreadableDocument("size", f"{len(members)} {unpacked}")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableDocument("encrypted")
