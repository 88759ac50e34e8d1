"""Pictures of pages: each is made once on a host and kept beside the data; only one is made at a time.

Making one starts a process; so a visitor who asks for many pages at once costs no more than one process, and nothing the
second time. Kept pictures are no part of a backup and go with their document.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from insek.engines.documents.reading import picture

from .jobs import local_file
from .models import Document

LONGEST_WAIT = 3.0
"""Seconds that somebody waits while another picture is made."""


class PicturesBusy(Exception):
    """Another picture is being made, and that takes longer than somebody should wait."""


def kept_picture(document: Document, number: int, width: int) -> bytes:
    """The picture of a page (JPEG), from where it is kept or made now.

    Raises UnreadableDocument, and PicturesBusy where others are waiting already.
    """
    path = _folder() / f"{document.sha256[:32]}-{number}-{width}.jpg"
    if path.exists():
        return path.read_bytes()
    with _one_at_a_time():
        if path.exists():
            return path.read_bytes()
        with local_file(document) as file:
            made = picture(file, number, width)
        half = path.with_suffix(".half")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as kept:
            kept.write(made)
        half.rename(path)
    return made


def forget_pictures(sha256: str) -> None:
    """Delete the pictures of a file."""
    for path in _folder().glob(f"{sha256[:32]}-*"):
        path.unlink(missing_ok=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with os.fdopen(os.open(_folder() / "lock", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as lock:
        until = time.monotonic() + LONGEST_WAIT
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise PicturesBusy from None
                time.sleep(0.05)
        yield


def _folder() -> Path:
    folder = settings.INSEK_DATA_DIR / "page-pictures"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
