"""Fixtures of the package's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from insek.package import Files, package_files
from tests.package.small_package import make_small_concept


class QuietFiles(dict[str, bytes]):
    """Files that do not fill the screen when a test fails."""

    def __repr__(self) -> str:
        return f"<{len(self)} files>"


@pytest.fixture(scope="session")
def small_files(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Files:
    """The files of a small package; the concept it came from is gone again."""
    with django_db_blocker.unblock(), transaction.atomic():
        files = package_files(make_small_concept())
        transaction.set_rollback(True)
    return QuietFiles(files)


@pytest.fixture
def in_folder(tmp_path: Path) -> Callable[[Files], Path]:
    """Write files into a folder."""

    def write(files: Files) -> Path:
        folder = tmp_path / "paket"
        for name, content in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return folder

    return write
