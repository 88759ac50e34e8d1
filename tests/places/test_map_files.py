"""Files for the maps from a page: streamed to the disk, read in by a job, said what there is, replaced and removed."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insek.places.basemap.archive import base_path, current_base_map
from insek.places.map_file_models import MapFileJob
from insek.places.map_files import receiving, services
from insek.places.map_files.receiving import incoming
from insek.places.models import NamedPlace, NameSource
from insek.places.names.rows import NameRow
from insek.places.names.writing import write_names
from insek.web import middleware
from tests.factories import make_user

BASE = {
    "type": "FeatureCollection", "metadata": {"attribution": "© Stadt", "as_of": "2026-01"}, "layer": "road",
    "features": [
        {"type": "Feature", "properties": {"class": "residential", "name": "Lange Straße"},
         "geometry": {"type": "LineString", "coordinates": [[7.70, 49.40], [7.72, 49.41]]}},
    ],
}  # fmt: skip


@pytest.fixture
def folder(settings, tmp_path):
    settings.INSEK_DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return tmp_path


@pytest.fixture
def lead(as_role):
    return as_role("project-lead")


def file(name, content):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def send(client, name, content, **values):
    data = {"margin": "5", "file": file(name, content), **values}
    return client.post(reverse("map-upload"), data)


def test_a_base_map_is_sent_read_in_described_and_removed(concept, lead, client, folder):
    assert "Nichts eingelesen" in lead.get(reverse("map-setup")).content.decode()
    assert send(lead, "stadt.geojson", json.dumps(BASE)).status_code == 302
    page = lead.get(reverse("map-setup")).content.decode()
    assert "„stadt.geojson“ ist eingelesen" in page and "1 Objekte" in page
    assert "© Stadt" in page and "2026-01" in page and "7,70 bis 7,72 Ost" in page
    assert current_base_map().features == 1 and NamedPlace.objects.get().name == "Lange Straße"
    assert list(incoming().iterdir()) == []
    lead.post(reverse("map-remove", args=["basemap"]))
    assert current_base_map() is None and not NamedPlace.objects.exists()
    assert lead.post(reverse("map-remove", args=["nichts"])).status_code == 404


def test_houses_are_no_file_for_this_page_which_leads_to_where_they_are_read(concept, lead, folder):
    page = lead.get(reverse("map-upload")).content.decode()
    assert reverse("intake-begin", args=["houses"]) in page and 'name="sort"' not in page
    assert "endet auf keine" in send(lead, "hk.csv", "str;hnr;x;y\n").content.decode()
    write_names([NameRow("street", "Weg", 7.7, 49.4, (7.7, 49.4, 7.7, 49.4))], city=concept.key, sort="houses", attribution="© Vermessung")  # fmt: skip
    assert "© Vermessung" in lead.get(reverse("map-setup")).content.decode()
    lead.post(reverse("map-remove", args=["houses"]))
    assert not NameSource.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "values", "why"),
    [
        ("stadt.zip", "x", {}, "endet auf keine"),
        ("a.gpkg", "x", {}, "Zuordnung seiner Tabellen"), ("a.geojson", "", {}, "leer"),
        ("a.gpkg", "x", {"mapping": "kein json"}, "kein JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_before_it_waits(concept, lead, folder, name, content, values, why):
    if "mapping" in values:
        values = {"mapping": file("m.json", values["mapping"])}
    response = send(lead, name, content, **values)
    assert response.status_code == 400 and why in response.content.decode()
    assert not MapFileJob.objects.exists() and list(incoming().iterdir()) == []


def test_a_file_that_is_no_map_says_why_and_leaves_what_was_there(concept, lead, folder):
    send(lead, "stadt.geojson", json.dumps(BASE))
    before = current_base_map().generation
    send(lead, "kaputt.pmtiles", b"PMTiles?")
    page = lead.get(reverse("map-setup")).content.decode()
    assert "„kaputt.pmtiles“ ist nicht eingelesen" in page and "die bisherige bleibt" in page
    assert current_base_map().generation == before and list(incoming().iterdir()) == []
    base_path().write_bytes(b"kaputt")
    assert "beschädigt" in lead.get(reverse("map-setup")).content.decode()


def test_while_one_is_read_no_other_is_taken_and_nothing_is_removed(concept, lead, folder):
    job = MapFileJob.objects.create(
        concept=concept, name="erste.pmtiles", state="running", step="Kacheln: 2 von 7 Stufen"
    )
    page = lead.get(reverse("map-setup")).content.decode()
    assert "Kacheln: 2 von 7 Stufen" in page and "hx-get" in page
    assert "hx-get" in lead.get(reverse("map-reading")).content.decode()
    response = send(lead, "stadt.geojson", json.dumps(BASE))
    assert response.status_code == 400 and "schon eine Datei" in response.content.decode()
    assert list(incoming().iterdir()) == []
    lead.post(reverse("map-remove", args=["basemap"]))
    # its process is gone, and so is the file
    MapFileJob.objects.filter(pk=job.pk).update(touched_at=timezone.now() - timedelta(hours=1))
    assert services.find_lost_readings(timezone.now() - timedelta(minutes=35)) == 1
    job.refresh_from_db()
    assert (job.state, "unterbrochen" in job.told) == ("failed", True)


def test_what_nobody_will_read_is_deleted(concept, folder, monkeypatch):
    kept, left = incoming() / "upload-a.csv", incoming() / "upload-b.csv"
    for path in (kept, left):
        path.write_text("x")
    MapFileJob.objects.create(concept=concept, name="a.csv", path=str(kept))
    services.clear_incoming()
    assert left.exists()
    monkeypatch.setattr(services, "FORGOTTEN", timedelta(seconds=-5))
    services.clear_incoming()
    assert kept.exists() and not left.exists()


class Told(io.BytesIO):
    """A body that notes whether anybody read it."""

    was_read = False

    def read(self, *values):
        self.was_read = True
        return super().read(*values)


def test_nothing_is_read_of_what_a_stranger_sends_and_too_much_is_turned_away(
    concept, as_role, folder, monkeypatch
):
    address = reverse("map-upload")
    for sender in (Client(), as_role("planner")):
        body = Told(b"--x\r\n")
        response = sender.generic(
            "POST", address, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="50000000", **{"wsgi.input": body}
        )  # fmt: skip
        assert response.status_code in (302, 403) and not body.was_read
    most = middleware.LARGER["map-upload"]
    for where, size, status in ((address, most + 1, 413), (reverse("map-setup"), 7_000_000, 413)):
        response = Client().generic("POST", where, b"", CONTENT_LENGTH=str(size))
        assert response.status_code == status
    lead = as_role("project-lead", username="leitung")
    monkeypatch.setattr("insek.places.map_files.views.LARGEST_MAP_FILE", 1000)
    response = send(lead, "a.geojson", "x" * 5000)
    assert response.status_code == 400 and "zu groß" in response.content.decode()
    assert list(incoming().iterdir()) == []


def test_the_form_needs_its_token(concept, folder):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("project-lead"), backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, "a.geojson", json.dumps(BASE)).status_code == 403
    assert not MapFileJob.objects.exists()


def test_a_full_disk_takes_nothing(folder, monkeypatch):
    monkeypatch.setattr(receiving, "KEPT_FREE", 10**18)
    assert receiving.free_bytes() == 0
