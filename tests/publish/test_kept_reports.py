"""The concept and each edition have a PDF at an address that stays: made once, kept, made again when it says something else."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from insek.concept.models import Edition
from insek.people.actors import PROGRAM
from insek.publish.models import ReportJob
from insek.publish.report import keeping, services
from insek.publish.report.keeping import Shelf
from insek.thread.services import update_item
from tests.council.editions import file
from tests.factories import make_edition, make_item
from tests.publish.test_report import text_of

pytestmark = pytest.mark.django_db
FULL, SHORT = "/konzept.pdf", "/konzept-kurz.pdf"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = settings.INSEK_DATA_DIR = tmp_path


def bytes_of(response) -> bytes:
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
    return b"".join(response.streaming_content)


def fetched(client, address, run) -> bytes:
    """The PDF behind an address, made first where there is none."""
    with run(execute=True):
        response = client.get(address)
    return bytes_of(client.get(address) if response.status_code == 302 else response)


def test_the_first_call_has_it_made_and_all_others_get_the_same_file(
    client, concept, django_capture_on_commit_callbacks
):
    make_item("goal", concept=concept, number="Z 1", title="Wohnen für alle")
    with django_capture_on_commit_callbacks(execute=True):
        first = client.get(FULL)
    job = ReportJob.objects.get()
    assert first["Location"] == reverse("report-job", args=[job.pk]) and first["Cache-Control"] == "no-store"
    assert FULL in client.get(first["Location"]).content.decode()
    second = client.get(FULL)
    day = timezone.localdate(job.created_at).isoformat()
    assert day in second["Content-Disposition"] and second["Last-Modified"]
    assert bytes_of(second) == bytes_of(client.get(FULL)) and ReportJob.objects.count() == 1
    page = client.get(reverse("report")).content.decode()
    assert (
        page.index(SHORT)
        < page.index(FULL)
        < page.index("Eigene Zusammenstellung")
        < page.index('name="kapitel"')
    )


def test_what_comes_in_addition_is_set_while_the_last_good_one_is_delivered(
    client, concept, django_capture_on_commit_callbacks
):
    make_item("goal", concept=concept, title="Wohnen für alle")
    before = fetched(client, SHORT, django_capture_on_commit_callbacks)
    path = ReportJob.objects.get().file.path
    make_item("goal", concept=concept, title="Wege für alle", number="Z 2")
    with django_capture_on_commit_callbacks() as asked:
        assert bytes_of(client.get(SHORT)) == before
        assert bytes_of(client.get(SHORT)) == before
    assert len(asked) == 1 and ReportJob.objects.count() == 2
    asked[0]()
    assert bytes_of(client.get(SHORT)) != before
    assert ReportJob.objects.count() == 1 and not Path(path).exists()


def test_what_is_not_public_any_more_is_not_delivered_from_there_either(
    client, concept, django_capture_on_commit_callbacks
):
    item = make_item("goal", concept=concept, title="Bald zurückgezogen")
    make_item("goal", concept=concept, title="Bleibt")
    fetched(client, FULL, django_capture_on_commit_callbacks)
    update_item(item, expected_version=item.version, values={"visibility": "internal"}, actor=PROGRAM)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.get(FULL).status_code == 302
    assert b"Bald zur" not in fetched(client, FULL, django_capture_on_commit_callbacks)


def test_an_edition_lies_there_in_its_own_words_and_stays(
    client, concept, tmp_path, django_capture_on_commit_callbacks
):
    goal = make_item(
        "goal", concept=concept, number="Z 1", title="Wohnen für alle", text="Erstens.\n\nZweitens."
    )
    measure = make_item(
        "measure", concept=concept, number="M 1", title="Häuser bauen", text="Nur im Wortlaut."
    )
    edition = make_edition(concept, key="entwurf")
    file(edition)
    address = reverse("edition-full", args=["entwurf"])
    assert address in client.get(reverse("edition", args=["entwurf"])).content.decode()
    made = fetched(client, address, django_capture_on_commit_callbacks)
    read = " ".join(text_of(made, tmp_path).split())
    assert str(edition) in read and "(1) Erstens." in read and "Nur im Wortlaut." in read
    update_item(goal, expected_version=goal.version, values={"text": "Ganz anders."}, actor=PROGRAM)
    update_item(measure, expected_version=measure.version, values={"visibility": "internal"}, actor=PROGRAM)
    assert bytes_of(client.get(address)) == made
    short = fetched(client, reverse("edition-short", args=["entwurf"]), django_capture_on_commit_callbacks)
    read = text_of(short, tmp_path)
    assert "Häuser bauen" in read and "Nur im Wortlaut." not in read
    with pikepdf.open(BytesIO(short)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1" and str(pdf.docinfo["/Title"]) == str(edition)
    Edition.objects.filter(pk=edition.pk).update(status=Edition.Status.WITHDRAWN)
    assert bytes_of(client.get(address)) == made, "what it says of itself is set anew meanwhile"
    assert ReportJob.objects.filter(state="waiting").count() == 1


def test_an_edition_without_its_text_says_so(client, concept, tmp_path, django_capture_on_commit_callbacks):
    make_edition(concept, key="alt", status="adopted", date="2010-05-05", standing="fact")
    made = fetched(client, reverse("edition-full", args=["alt"]), django_capture_on_commit_callbacks)
    assert "liegt hier nicht vor" in text_of(made, tmp_path)
    assert client.get(reverse("edition-full", args=["fehlt"])).status_code == 404


def test_many_at_once_are_told_to_wait_and_words_that_are_removed_take_the_files_with_them(
    client, concept, monkeypatch, django_capture_on_commit_callbacks
):
    make_item("goal", concept=concept, title="Mit einem Namen")
    fetched(client, FULL, django_capture_on_commit_callbacks)
    monkeypatch.setattr(services, "MOST_WAITING", 0)
    busy = client.get(SHORT)
    assert busy.status_code == 503 and busy["Retry-After"]
    path = ReportJob.objects.get().file.path
    assert keeping.forget_kept("Namen") == 1 and not Path(path).exists()
    assert keeping.lying(Shelf(concept, "full", "de")) is None
