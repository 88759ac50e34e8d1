"""Backup → empty machine → restore → same hash; and what is refused."""

import errno
import json
import sqlite3
import zipfile

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from insek.concept.models import Concept
from insek.config.backup import _portions, backup, current_hash, restore
from insek.config.restoring import BackupRefused, is_unfinished, move_files
from insek.config.supervisor import NotReady, refuse_unless_ready
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.models import Role, User
from insek.places.basemap.archive import base_path, current_base_map
from insek.places.basemap.making import import_base_map
from insek.places.models import OutsideLayer
from insek.places.names.finding import find_places
from insek.release.releases import save_or_propose
from insek.thread.models import Change, Item, Link
from insek.thread.search import search_items
from insek.thread.services import delete_item
from tests.factories import make_concept, make_edition, make_item, make_link, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path / "files"):
        yield tmp_path / "files"


@pytest.fixture
def city(files):
    concept = make_concept(key="stadt")
    make_user("planner", username="planung")
    edition = make_edition(concept)
    place = make_item("district", level="city", centre_lon="7.7689000", title="Ganze Stadt")
    from shapely import box

    place.district.geometry = box(7.6, 49.3, 7.9, 49.5)
    place.district.save()
    indicator, finding = make_item("indicator"), make_item("finding", title="Zu wenig Radverkehr")
    record_observations(
        indicator.indicator,
        [NewObservation(place.district, "2024", "12.500000", source_title="Statistik")],
        label="Test",
        actor=PROGRAM,
    )
    goal = make_item("goal", fields=[concept.fields.first()])
    make_item("goal", parent=goal.goal, title="Unterziel “mit” Zeichen: äöü 🚲")
    make_link(indicator, finding, "evidences")
    make_link(finding, goal, "justifies")
    delete_item(make_item("measure"), expected_version=1, actor=PROGRAM)
    for item in (goal, make_item("finding")):
        save_or_propose(item, expected_version=1, values={"title": "Neu"}, actor=PROGRAM, note="Darum.")
    delete_item(item, expected_version=1, actor=PROGRAM)
    files.mkdir(parents=True, exist_ok=True)
    (files / "editions").mkdir()
    (files / "editions" / "stand.zip").write_bytes(b"\x00\x01frozen")
    edition.archive.name = "editions/stand.zip"
    edition.save()
    return concept


def empty(files):
    call_command("flush", interactive=False, verbosity=0)
    for file in files.rglob("*"):
        if file.is_file():
            file.unlink()


def test_backup_then_restore_into_an_empty_installation_gives_the_same_hash(city, files, tmp_path):
    before = current_hash()
    sha256 = backup(tmp_path / "a.zip")
    assert sha256 == before
    empty(files)
    assert not Concept.objects.exists()
    assert restore(tmp_path / "a.zip") == sha256 == current_hash()
    assert (files / "editions" / "stand.zip").read_bytes() == b"\x00\x01frozen"
    assert User.objects.get(username="planung").check_password("geheim-geheim")
    assert Link.objects.count() == 2
    assert Change.objects.filter(action="deleted").count() == 2
    assert [item.title for item in search_items("Rad", ANONYMOUS)] == ["Zu wenig Radverkehr"]
    assert Item.objects.get(title="Ganze Stadt").district.geometry.area == pytest.approx(0.06)
    assert backup(tmp_path / "b.zip") == sha256


def test_a_base_map_its_names_and_layers_come_back_and_what_is_unfinished_stays(city, files, tmp_path):
    base = {
        "type": "FeatureCollection", "metadata": {"attribution": "© Stadt"}, "layer": "road",
        "features": [{"type": "Feature", "properties": {"class": "primary", "name": "Lange Straße"},
                      "geometry": {"type": "LineString", "coordinates": [[7.70, 49.40], [7.72, 49.41]]}}],
    }  # fmt: skip
    (tmp_path / "stadt.geojson").write_text(json.dumps(base))
    concept = Concept.objects.get()
    import_base_map(tmp_path / "stadt.geojson", concept=concept)
    OutsideLayer.objects.create(
        concept=concept,
        title="Luftbild",
        address="https://geo.example/",
        layer="a",
        attribution="Land",
        purpose="Sehen",
    )
    (base_path().parent / "base.part").write_bytes(b"half")
    tile = current_base_map().tile(14, 8542, 5599)
    sha256 = backup(tmp_path / "a.zip")
    empty(files)
    assert current_base_map() is None
    assert restore(tmp_path / "a.zip") == sha256 == current_hash()
    found = current_base_map()
    assert (found.about.attribution, found.features, found.tile(14, 8542, 5599)) == (("© Stadt",), 1, tile)
    assert [file.name for file in base_path().parent.iterdir()] == ["base.pmtiles"]
    concept = Concept.objects.get()
    assert [place.name for place in find_places(concept, "Lange Str.", ANONYMOUS).places] == ["Lange Straße"]
    assert OutsideLayer.objects.get().host == "geo.example"


def test_keys_go_on_where_they_stood(city, files, tmp_path):
    backup(tmp_path / "a.zip")
    empty(files)
    restore(tmp_path / "a.zip")
    make_link(make_item("finding"), make_item("goal"), "justifies")
    assert Link.objects.count() == 3


def test_a_backup_is_never_overwritten(city, tmp_path):
    backup(tmp_path / "a.zip")
    with pytest.raises(BackupRefused, match="gibt es schon"):
        backup(tmp_path / "a.zip")
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["a.zip"]


def test_restore_refuses_an_installation_that_is_not_empty(city, tmp_path):
    backup(tmp_path / "a.zip")
    before = current_hash()
    with pytest.raises(BackupRefused, match="nicht leer"):
        restore(tmp_path / "a.zip")
    assert current_hash() == before


def damaged(source, target, change):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def broken_manifest(**values):
    def change(name, content):
        return json.dumps({**json.loads(content), **values}) if name == "manifest.json" else content

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda name, content: None if name == "tables/thread.item.jsonl" else content, "unvollständig"),
        (
            lambda name, content: (
                content.replace(b"Radverkehr", b"Autoverkehr") if "thread.item" in name else content
            ),
            "beschädigt",
        ),
        (lambda name, content: b"anders" if name.startswith("files/") else content, "beschädigt"),
        (lambda name, content: None if name == "manifest.json" else content, "keine Sicherung"),
        (broken_manifest(format="insek-backup-9"), "Format"),
        (broken_manifest(migrations=["thread.0099_future"]), "anderen Stand"),
        (broken_manifest(sha256="0" * 64), "stimmt nach dem Einspielen nicht"),
        (broken_manifest(digests={"files/../../x": "0"}), "unvollständig"),
    ],
)
def test_a_damaged_backup_changes_nothing(city, files, tmp_path, change, message):
    backup(tmp_path / "a.zip")
    bad = damaged(tmp_path / "a.zip", tmp_path / "bad.zip", change)
    empty(files)
    with pytest.raises(BackupRefused, match=message):
        restore(bad)
    assert not Item.objects.exists()
    assert Role.objects.exists()
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and file.parent.name == "editions"]
    assert restore(tmp_path / "a.zip")


def full(*arguments, **values):
    raise OSError(errno.ENOSPC, "No space left on device")


def full_for_sqlite(*arguments, **values):
    raise sqlite3.OperationalError("database or disk is full")  # the online backup goes past Django


@pytest.mark.parametrize(
    ("where", "fails"), [("backup._portions", full), ("snapshot.closing", full_for_sqlite)]
)
def test_a_full_disk_ends_a_backup_with_a_sentence_and_nothing_is_left(
    city, tmp_path, monkeypatch, where, fails
):
    if "snapshot" in where and connection.vendor != "sqlite":
        return
    monkeypatch.setattr(f"insek.config.{where}", fails)
    with pytest.raises(BackupRefused, match="Der Datenträger ist voll"):
        backup(tmp_path / "a.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files"]


@pytest.mark.parametrize("where", ["_extract", "move_files", "reindex"])
def test_a_full_disk_ends_a_restore_with_a_sentence_and_nothing_is_changed(
    city, files, tmp_path, monkeypatch, where
):
    sha256 = backup(tmp_path / "a.zip")
    empty(files)
    with monkeypatch.context() as patched:
        patched.setattr(f"insek.config.backup.{where}", full)
        with pytest.raises(BackupRefused, match="Der Datenträger ist voll"):
            restore(tmp_path / "a.zip")
    assert not Item.objects.exists()
    assert restore(tmp_path / "a.zip") == sha256


class Killed(BaseException):
    """The process is gone: nothing that would tidy up runs any more."""


def test_a_restore_killed_before_the_databases_last_word_can_be_repeated(city, files, tmp_path, monkeypatch):
    sha256 = backup(tmp_path / "a.zip")
    empty(files)

    def killed(staged, target):
        move_files(staged, target)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("insek.config.backup.move_files", killed)
        patched.setattr("insek.config.backup.undo_files", lambda: None)
        with pytest.raises(Killed):
            restore(tmp_path / "a.zip")
    assert not Item.objects.exists()
    assert (files / "editions" / "stand.zip").exists()
    with pytest.raises(NotReady, match="nicht zu Ende eingespielt"):
        refuse_unless_ready()
    assert restore(tmp_path / "a.zip") == sha256 == current_hash()
    assert not is_unfinished()


def test_a_restore_killed_after_the_databases_last_word_is_whole(city, files, tmp_path, monkeypatch):
    sha256 = backup(tmp_path / "a.zip")
    empty(files)

    def killed():
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("insek.config.backup.end_restore", killed)
        with pytest.raises(Killed):
            restore(tmp_path / "a.zip")
    assert is_unfinished()
    assert restore(tmp_path / "a.zip") == sha256 == current_hash()
    assert not is_unfinished()


def test_the_database_is_read_before_the_files_and_holds_up_no_writer(city, files, tmp_path, monkeypatch):
    """While the files are copied others write, and the backup does not know of it."""
    before = current_hash()
    real = _portions

    def meanwhile(file):
        assert not connection.in_atomic_block
        Item.objects.filter(kind="goal").update(title="Später")
        return real(file)

    monkeypatch.setattr("insek.config.backup._portions", meanwhile)
    assert backup(tmp_path / "a.zip") == before
    assert not list(tmp_path.glob(".insek-snapshot*"))


def test_a_database_of_another_version_is_neither_saved_nor_filled(city, files, tmp_path):
    path = tmp_path / "backup.zip"
    backup(path)
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("thread", "0001_initial")
    try:
        with pytest.raises(BackupRefused, match="Bitte zuerst: insek migrate"):
            backup(tmp_path / "second.zip")
        with pytest.raises(BackupRefused, match="Bitte zuerst: insek migrate"):
            restore(path)
    finally:
        recorder.record_applied("thread", "0001_initial")  # no flush of the tables takes this back


def test_a_text_file_is_no_backup(db, tmp_path):
    (tmp_path / "x.zip").write_text("hallo")
    with pytest.raises(BackupRefused, match="keine lesbare Sicherung"):
        restore(tmp_path / "x.zip")


def test_storage_and_media_root_are_one_folder(db):
    name = default_storage.save("probe.txt", ContentFile(b"x"))
    try:
        assert default_storage.path(name).startswith(str(settings.MEDIA_ROOT))
    finally:
        default_storage.delete(name)
