"""What an installation keeps is read by its own user alone."""

import ipaddress
import os
import shutil
import stat
import sys

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from insek.config.checks import production_is_private
from insek.config.private_files import close_to_others, open_to_others
from tests.config.test_serve import insek
from tests.ready_database import UMASK, migrated_file, migrated_folder


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def kept(settings, tmp_path, monkeypatch):
    """A data folder as an earlier version left it."""
    settings.INSEK_DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "insek.sqlite3")}
    monkeypatch.setattr("insek.config.private_files.database", lambda: database)
    (tmp_path / "files" / "editions").mkdir(parents=True)
    for name in ("insek.sqlite3", "insek.sqlite3-wal", "secret-key", "files/editions/a.zip", "vorlage.docx"):
        (tmp_path / name).write_bytes(b"x")
        (tmp_path / name).chmod(0o644)
    for folder in (tmp_path / "files", tmp_path / "files" / "editions"):
        folder.chmod(0o755)
    return tmp_path


def test_what_was_open_to_others_is_closed(kept):
    assert len(open_to_others()) == 6
    close_to_others()
    assert open_to_others() == []
    assert (mode(kept / "insek.sqlite3"), mode(kept / "files" / "editions")) == (0o600, 0o700)
    assert mode(kept / "vorlage.docx") == 0o644


def test_production_refuses_what_others_may_read(kept, settings):
    settings.INSEK_ENV = "production"
    assert [error.id for error in production_is_private()] == ["insek.E006"]
    close_to_others()
    assert production_is_private() == []


@pytest.mark.parametrize(
    ("host", "proxies", "errors"),
    [
        ("127.0.0.1", ["127.0.0.0/8"], []), ("localhost", ["127.0.0.0/8"], []), ("::1", ["::1"], []),
        ("0.0.0.0", ["127.0.0.0/8"], ["insek.E007"]), ("10.1.2.3", ["127.0.0.0/8", "::1"], ["insek.E007"]),
        ("0.0.0.0", ["172.18.0.0/16"], []),
    ],
)  # fmt: skip
def test_production_that_listens_in_a_net_must_know_its_proxy(settings, tmp_path, host, proxies, errors):
    settings.INSEK_ENV, settings.INSEK_HOST = "production", host
    settings.INSEK_DATA_DIR = settings.MEDIA_ROOT = tmp_path / "nothing"
    settings.INSEK_TRUSTED_PROXIES = [ipaddress.ip_network(text) for text in proxies]
    assert [error.id for error in production_is_private()] == errors


def test_files_of_contents_are_written_for_us_alone(tmp_path):
    storage = FileSystemStorage(tmp_path / "files")
    name = storage.save("editions/a.zip", ContentFile(b"x"))
    assert mode(tmp_path / "files" / name) == 0o600
    assert mode(tmp_path / "files" / "editions") == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="no permissions of this kind")
def test_database_and_backup_are_written_for_us_alone(tmp_path):
    """As `insek migrate` made the folder from nothing, where the system would let others read; a copy of it is backed up."""
    shutil.copytree(migrated_folder(), tmp_path / "data")
    before = os.umask(UMASK)
    try:
        assert insek("backup", str(tmp_path / "a.zip"), folder=tmp_path / "data").returncode == 0
    finally:
        os.umask(before)
    made = [migrated_folder(), migrated_file(), tmp_path / "a.zip"]
    assert [mode(path) for path in made] == [0o700, 0o600, 0o600]
