"""Documents: upload, reading, release, deletion, search in them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from unittest.mock import patch

import docx as word
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from insek.config.backup import kept_models
from insek.documents import jobs, pictures
from insek.documents.models import Document, DocumentPage, PagePosting, PageWord, Passage
from insek.documents.search import find_pages
from insek.documents.services import delete_document
from insek.people.actors import ANONYMOUS
from insek.web import middleware
from tests.documents.made_concept import make_concept as made_pdf
from tests.documents.making_documents import block, make_document
from tests.factories import make_actor, make_item, make_user
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _upload(client, *files: tuple[str, bytes]):
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse("document-upload"), {"uploads": sent, "kind": "concept"})


def test_a_pdf_is_uploaded_read_and_looked_at_page_by_page(concept, as_role):
    client = as_role("planner")
    made = made_pdf(fields=1, goals=1, measures=1, chapters=1)
    answer = _upload(client, ("INSEK_Musterstadt.pdf", made.data))
    document = Document.objects.get()
    assert answer["Location"] == reverse("document", args=[document.pk])
    assert (document.title, document.state, document.total, document.is_scan) == (
        "INSEK Musterstadt",
        "done",
        made.pages,
        False,
    )
    assert f"{document.sha256}.pdf" in document.file.name
    page = client.get(reverse("document", args=[document.pk])).content.decode()
    assert "Handlungsfeld 1: Wohnen und Nachbarschaft" in page and "intern" in page
    number = DocumentPage.objects.filter(text__contains="Ziel 1.1").last().number
    reader = client.get(reverse("document-page", args=[document.pk, number]))
    assert f"{number} von {made.pages}" in reader.content.decode()
    picture = client.get(reverse("document-picture", args=[document.pk, number]))
    assert picture["Content-Type"] == "image/jpeg" and picture.content.startswith(b"\xff\xd8")
    again = client.get(
        reverse("document-picture", args=[document.pk, number]), headers={"If-None-Match": picture["ETag"]}
    )
    assert again.status_code == 304
    with patch("insek.documents.pictures.picture", side_effect=AssertionError("made twice")):
        kept = client.get(reverse("document-picture", args=[document.pk, number]))
        assert kept.content == picture.content
    with patch("insek.documents.pictures.LONGEST_WAIT", 0.1), pictures._one_at_a_time():
        busy = client.get(reverse("document-picture", args=[document.pk, 1 if number > 1 else 2]))
        assert (busy.status_code, busy["Retry-After"]) == (503, "2")
    pictures.forget_pictures(document.sha256)
    assert not [*pictures._folder().glob(f"{document.sha256[:32]}-*")]
    file = client.get(reverse("document-file", args=[document.pk]))
    assert b"".join(file.streaming_content) == made.data
    # the same file a second time is no second document
    assert "Diese Datei gibt es hier schon." in _upload(client, ("anders.pdf", made.data)).content.decode()
    assert Document.objects.count() == 1


def test_many_files_and_archives_come_in_at_once_and_each_refusal_has_its_reason(concept, as_role):
    docx = io.BytesIO()
    made = word.Document()
    made.add_heading("Ziel 1: Bestand erhalten", 1)
    made.save(docx)
    packed, locked = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ordner/a.docx", docx.getvalue())
        archive.writestr("__MACOSX/._a.docx", b"x")
        archive.writestr("bild.png", b"x")
    torn = io.BytesIO()
    with zipfile.ZipFile(torn, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b.docx", docx.getvalue())
    torn = torn.getvalue()[:40] + b"\xff" * 40 + torn.getvalue()[80:]  # does not unpack
    with pikepdf.new() as one:
        one.add_blank_page()
        one.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    answer = _upload(
        as_role("planner"), ("alles.zip", packed.getvalue()), ("zu.pdf", locked.getvalue()), ("kaputt.zip", b"PK"), ("zerrissen.zip", torn), ("leer.pdf", b""), ("alt.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    )  # fmt: skip
    text = answer.content.decode()
    assert "2 Dateien sind angekommen" in text
    for told in (
        "bild.png: Gelesen werden PDF",
        "kaputt.zip: Die Datei ist beschädigt",
        "b.docx: Die Datei ist beschädigt",
        "leer.pdf: Die Datei ist leer",
        "alt.doc: Gelesen werden PDF",
    ):
        assert told in text
    assert dict(Document.objects.values_list("file_name", "state")) == {"a.docx": "done", "zu.pdf": "failed"}
    failed = Document.objects.get(state="failed")
    page = as_role("planner").get(reverse("document", args=[failed.pk])).content.decode()
    assert "mit einem Kennwort geschützt" in page and "aufgehoben" in page


def test_a_scan_is_said_to_be_one_and_text_is_recognised_where_that_is_installed(
    concept, as_role, monkeypatch
):
    document = make_document(concept, [], is_scan=True)
    client = as_role("planner")
    monkeypatch.setattr(jobs, "recogniser", lambda: None)
    assert (
        "nicht eingerichtet (ocrmypdf)"
        in client.get(reverse("document", args=[document.pk])).content.decode()
    )
    monkeypatch.setattr(jobs, "recogniser", lambda: "/usr/bin/ocrmypdf")
    assert "Text erkennen" in client.get(reverse("document", args=[document.pk])).content.decode()
    asked = []

    def recognise(command, **options):
        asked.append(command)
        Path(command[-1]).write_bytes(made_pdf(fields=1, goals=1, measures=1, chapters=1).data)

    monkeypatch.setattr(jobs.subprocess, "run", recognise)
    client.post(reverse("document-again", args=[document.pk]), {"texterkennung": "1"})
    document.refresh_from_db()
    assert document.state == "done" and not document.is_scan and document.total > 5
    assert asked[0][0] == "/usr/bin/ocrmypdf" and "deu" in asked[0]


def test_documents_are_internal_until_they_are_released(concept, client, as_role):
    document = make_document(concept, [block("Der Marktplatz wird grün.")])
    addresses = [
        reverse("document", args=[document.pk]), reverse("document-page", args=[document.pk, 1]),
        reverse("document-picture", args=[document.pk, 1]), reverse("document-file", args=[document.pk]),
    ]  # fmt: skip
    assert {client.get(address).status_code for address in addresses} == {404}
    for address in (
        reverse("document-list"),
        reverse("document-search") + "?q=Marktplatz",
        reverse("search") + "?q=Marktplatz",
    ):
        assert "INSEK 2030" not in client.get(address).content.decode()
    planner, lead = as_role("planner"), as_role("project-lead")
    asked = {"oeffentlich": "1", "version": document.version}
    assert planner.post(reverse("document-release", args=[document.pk]), asked).status_code == 403
    lead.post(reverse("document-release", args=[document.pk]), asked)
    for address in (
        reverse("document-list"),
        reverse("document-search") + "?q=Marktplatz",
        reverse("search") + "?q=Marktplatz",
    ):
        assert "INSEK 2030" in client.get(address).content.decode()
    page = client.get(addresses[1]).content.decode()
    assert "Der Marktplatz wird grün." in page and "Markiertes wird zu" not in page
    lead.post(
        reverse("document-release", args=[document.pk]), {"oeffentlich": "0", "version": document.version + 1}
    )
    assert client.get(addresses[0]).status_code == 404


def test_search_finds_pages_with_all_words_the_best_first(concept, as_role, django_assert_max_num_queries):
    make_document(
        concept,
        [block("Radwege", "heading"), block("Radwege am Ufer.")],
        [block("Am Ufer liegt ein Weg, den auch das Rad nutzt.")],
        [block("Wohnungsbau")],
    )
    actor = make_actor("planner")
    assert [found.page.number for found in find_pages("Radweg Ufer", concept, actor)] == [1]
    with django_assert_max_num_queries(3):
        found = find_pages("Rad Ufer", concept, actor)
    assert [one.page.number for one in found][:2] == [1, 2] or [one.page.number for one in found] == [2, 1]
    assert any(is_found for _piece, is_found in found[0].excerpt)
    assert find_pages("Wohnungen Ufer", concept, actor) == []
    assert find_pages("Wohnungsbau", concept, ANONYMOUS) == [] == find_pages("", concept, actor)
    # a word that no page has is read as the one it was meant to be, and said to be
    [wrong] = find_pages("Wohnugsbau", concept, actor)
    assert (wrong.page.number, wrong.is_corrected, found[0].is_corrected) == (3, True, False)
    assert [piece for piece, is_found in wrong.excerpt if is_found] == ["Wohnungsbau"]
    page = words(as_role("planner").get("/dokumente/suche?q=Wohnugsbau"))
    assert "Gezeigt sind Seiten mit ähnlich geschriebenen Wörtern." in page
    document = Document.objects.get()
    delete_document(document, expected_version=document.version, actor=actor)
    assert not PageWord.objects.exists()


def test_deleting_says_what_cites_the_document_and_leaves_it(concept, as_role):
    document = make_document(concept, [block("Ziel 1: Bestand erhalten")])
    goal = make_item(
        "goal",
        visibility="internal",
        title="Bestand erhalten",
        document="INSEK 2030",
        page="11",
        standing="official",
    )
    Passage.objects.create(
        document=document, page=1, first=0, last=0, quotation="Bestand erhalten", item=goal
    )
    client = as_role("planner")
    address = reverse("document-delete", args=[document.pk])
    page = client.get(address).content.decode()
    assert "eine Fundstelle" in page and "Bestand erhalten" in page
    path = document.file.path
    client.post(address, {"version": document.version - 1})
    assert Document.objects.exists()
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(address, {"version": document.version})
    goal.refresh_from_db()
    assert (goal.document, goal.page) == ("INSEK 2030", "11")
    assert not Document.objects.exists() and not PagePosting.objects.exists()
    assert not Path(path).exists()


def test_two_people_who_change_the_same_document_are_told(concept, as_role):
    document = make_document(concept, [block("Text")])
    client, address = as_role("planner"), reverse("document-edit", args=[document.pk])
    plan = make_item("plan", visibility="internal")
    sent = {
        "title": "Neuer Titel",
        "kind": "plan",
        "date": "2019-06-24",
        "edition": "",
        "about": plan.pk,
        "version": document.version,
    }
    assert client.post(address, sent).status_code == 302
    late = client.post(address, {**sent, "title": "Anderer"})
    assert late.status_code == 409 and 'value="Anderer"' in late.content.decode()
    document.refresh_from_db()
    assert (document.title, document.about_id, document.date.year) == ("Neuer Titel", plan.pk, 2019)


def test_what_a_process_left_is_read_again_or_given_up(concept):
    waiting, running = make_document(concept, state="waiting"), make_document(concept, state="running")
    assert jobs.ask_for_lost(timezone.now()) == 2
    waiting.refresh_from_db()
    running.refresh_from_db()
    assert (waiting.state, waiting.problem) == ("failed", "broken")  # its file is no PDF
    assert (running.state, running.problem) == ("failed", "time")


def test_pages_cost_the_same_however_much_there_is(concept, as_role, django_assert_max_num_queries):
    blocks = [block(f"Absatz {number}") for number in range(60)]
    documents = [make_document(concept, blocks) for _each in range(3)]
    for number in range(20):
        goal = make_item("goal", visibility="internal", title=f"Ziel {number}")
        Passage.objects.create(
            document=documents[0], page=1, first=number, last=number, quotation="x", item=goal
        )
    client = as_role("planner")
    client.get(reverse("document-list"))
    for address, budget in (
        (reverse("document-list"), 10), (reverse("document", args=[documents[0].pk]), 12), (reverse("document-page", args=[documents[0].pk, 1]), 12),
    ):  # fmt: skip
        with django_assert_max_num_queries(budget):
            assert client.get(address).status_code == 200


def test_a_backup_keeps_documents():
    assert {Document, DocumentPage, Passage} <= set(kept_models())


def test_only_who_may_upload_sends_much_and_only_with_the_token_of_the_form(concept, as_role):
    address, most = reverse("document-upload"), middleware.LARGER["document-upload"]
    assert most > 200 * 1024**2
    assert as_role("planner").post(address, CONTENT_LENGTH=str(most + 1)).status_code == 413
    # turned away before the token is looked for, and so before the files are read
    assert Client(enforce_csrf_checks=True).post(address)["Location"].startswith("/anmelden/")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("planner"), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(address, {"uploads": SimpleUploadedFile("a.pdf", b"%PDF-")}).status_code == 403
    assert not Document.objects.exists()
