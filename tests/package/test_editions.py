"""Archives of adopted editions are compared with what the council adopted."""

import logging
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile

from insek.package import editions, package_hash, zip_bytes
from tests.factories import make_concept, make_edition

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def adopted(key, files, sha256):
    edition = make_edition(make_concept(), key, status="adopted", date=NOON.date(), sha256=sha256)
    edition.archive.save(f"{key}.zip", ContentFile(zip_bytes(files)), save=True)
    return edition


@pytest.fixture
def _files_in_memory(settings):
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}


@pytest.mark.usefixtures("_files_in_memory")
def test_a_changed_archive_is_noticed(caplog):
    files = {"concept.csv": b"key\nmuster\n"}
    adopted("heil", files, package_hash(files))
    assert editions.verify_editions() == 1
    adopted("faul", {"concept.csv": b"key\nanders\n"}, package_hash(files))
    lost = adopted("weg", files, package_hash(files))
    lost.archive.storage.delete(lost.archive.name)
    with pytest.raises(editions.EditionChanged, match="faul: the archive was changed after adoption"):
        editions.verify_editions()
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2
    assert "edition weg" in errors[1]
    assert "is missing" in errors[1]


@pytest.mark.usefixtures("_files_in_memory")
def test_an_archive_that_is_no_zip_is_noticed():
    edition = adopted("heil", {"a.csv": b"a"}, "0" * 64)
    edition.archive.storage.delete(edition.archive.name)
    edition.archive.storage.save(edition.archive.name, ContentFile(b"no zip"))
    assert "cannot be read" in editions.problem_of(edition)
