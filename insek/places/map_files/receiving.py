"""A large file on its way to the disk: never whole in memory, and in no folder that others read or that is backed up."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

KEPT_FREE = 512 * 1024**2
"""Bytes that are left on the disk."""


def incoming() -> Path:
    """The folder for files that are not read yet."""
    folder = Path(settings.INSEK_DATA_DIR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def free_bytes() -> int:
    """What may still be written to the disk of that folder."""
    state = os.statvfs(incoming())
    return max(0, state.f_bavail * state.f_frsize - KEPT_FREE)


class ToDisk(FileUploadHandler):
    """Writes a file of a form to the folder, piece by piece; one that is larger than allowed breaks the sending off."""

    chunk_size = 1024**2

    def __init__(self, largest: int) -> None:
        super().__init__()
        self.left = largest
        self.is_too_large = False
        self.kept: Any = None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        if self.kept is None:
            self.kept = NamedTemporaryFile(dir=incoming(), prefix="upload-", delete=False)  # noqa: SIM115  (closed below)
        self.left -= len(raw_data)
        if self.left < 0:
            self._drop()
            self.is_too_large = True
            raise StopUpload(connection_reset=True)
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """The file as a form takes it; its path is ``temporary_file_path``."""
        if self.kept is None:
            self.kept = NamedTemporaryFile(dir=incoming(), prefix="upload-", delete=False)  # noqa: SIM115  (closed by who takes it)
        self.kept.seek(0)
        received = TemporaryUploadedFile(self.file_name or "", self.content_type, 0, self.charset)
        if received.file is not None:
            received.file.close()
        received.file, received.size = self.kept, file_size
        self.kept = None
        return received

    def upload_interrupted(self) -> None:
        """Whoever sent it went away."""
        self._drop()

    def _drop(self) -> None:
        if self.kept is not None:
            self.kept.close()
            Path(self.kept.name).unlink(missing_ok=True)
            self.kept = None
