"""A restore whose process is really killed (kill -9), at the moments at which database and files could come apart."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from insek.config.backup import backup
from tests.factories import make_concept, make_edition, make_item

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MARK = ".restore-unfinished"


@pytest.fixture
def home(tmp_path):
    """A backup with files, and an empty installation beside it, as migrated as the tests' own database."""
    if connection.vendor != "sqlite":
        pytest.skip("the same code, and a file is quickly copied")
    call_command("flush", interactive=False, verbosity=0)
    home = tmp_path / "home"
    home.mkdir()
    with closing(sqlite3.connect(home / "insek.sqlite3")) as copy:
        connection.connection.backup(copy)
    with override_settings(MEDIA_ROOT=tmp_path / "files"):
        concept = make_concept()
        for number in range(20):
            make_item("goal", title=f"Ziel {number}")
        edition = make_edition(concept)
        edition.archive.name = "editions/stand.zip"
        edition.save()
        (settings.MEDIA_ROOT / "editions").mkdir(parents=True)
        (settings.MEDIA_ROOT / "editions" / "stand.zip").write_bytes(b"\x00frozen")
        backup(tmp_path / "a.zip")
    return home


def restoring(home):
    env = {**os.environ, "INSEK_ENV": "development", "INSEK_DATA_DIR": str(home), "INSEK_DATABASE_URL": ""}
    command = [sys.executable, "-m", "insek", "restore", str(home.parent / "a.zip")]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def items_in(home):
    with closing(sqlite3.connect(home / "insek.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM thread_item").fetchone()[0]


@pytest.mark.parametrize("moment", ["files.restore", f"files/{MARK}", "files/editions/stand.zip"])
def test_a_killed_restore_is_whole_or_nothing_and_can_be_repeated(home, moment):
    process = restoring(home)
    while process.poll() is None and not (home / moment).exists():
        time.sleep(0.0005)
    process.kill()
    process.communicate()
    first = items_in(home)
    assert first in {0, 20}
    again = restoring(home)
    _out, told = again.communicate(timeout=120)
    if first == 0 or (home / "files" / MARK).exists():
        assert (again.returncode, told) == (0, "")
    else:  # the first one had reached its end
        assert "nicht leer" in told
    assert items_in(home) == 20
    assert (home / "files" / "editions" / "stand.zip").read_bytes() == b"\x00frozen"
    assert sorted(path.name for path in (home / "files").iterdir()) == ["editions"]
    assert not (home / "files.restore").exists()
