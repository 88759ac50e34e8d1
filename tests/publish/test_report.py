"""The printed concept: tags and descriptions, examples marked, nothing internal, hostile texts, jobs and who may fetch."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import timedelta
from io import BytesIO

import docx
import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insek.engines.report import blocks
from insek.engines.report.pdf import to_pdf
from insek.engines.report.words import printable
from insek.evidence.services import NewObservation, record_observations
from insek.jobs import reaper
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.publish.models import ReportJob
from insek.publish.report import services
from insek.publish.report.collect import concept_report, item_report
from insek.publish.report.making import make_concept, word_template
from insek.steering.models import MeasureTask, StatusReport
from tests.factories import make_actor, make_item, make_link

pytestmark = pytest.mark.django_db
SECRET = "Geheimvorhaben"


@pytest.fixture
def thread(concept, settings, tmp_path):
    """A small thread with a chart, and an internal goal beside it."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.INSEK_DATA_DIR = tmp_path
    fields = list(concept.fields.all())[:1]
    city = make_item("district", concept=concept, level="city", title="Musterstadt")
    made = {
        "indicator": make_item("indicator", concept=concept, number="I 1", title="Einwohner", fields=fields),
        "finding": make_item("finding", concept=concept, number="F 1", title="Es wird enger", fields=fields),
        "goal": make_item(
            "goal", concept=concept, number="Z 1", title="Wohnen für alle", standing="example", fields=fields
        ),
        "measure": make_item(
            "measure",
            concept=concept,
            number="M 1",
            title="Häuser bauen",
            text="Mit **Mut**.\n\n- Erstens\n- Zweitens",
        ),
        "district": city,
    }
    record_observations(
        made["indicator"].indicator,
        [
            NewObservation(city.district, str(year), year - 1000, source_title="Statistik")
            for year in (2018, 2019, 2020, 2021)
        ],
        label="x",
        actor=PROGRAM,
    )
    make_link(made["indicator"], made["finding"], "evidences")
    make_link(made["finding"], made["goal"], "justifies")
    make_link(made["goal"], made["measure"], "implemented_by")
    hidden = make_item(
        "goal", concept=concept, title=SECRET, text=SECRET, visibility="internal", fields=fields
    )
    make_link(hidden, made["measure"], "implemented_by", reason=SECRET)
    return made


def text_of(pdf: bytes, tmp_path, *options: str, program: str = "pdftotext") -> str:
    """What a program of poppler reads in a PDF."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} (poppler-utils) is not installed")
    file = tmp_path / "look.pdf"
    file.write_bytes(pdf)
    arguments = [program, *options, str(file), *(["-"] if program == "pdftotext" else [])]
    return subprocess.run(arguments, capture_output=True, check=True).stdout.decode("utf-8", "replace")


def structure(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """All elements of the tag tree."""
    found, waiting = [], [pdf.Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += list(node)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(node)
            if "/K" in node:
                waiting.append(node.K)
    return found


def test_the_pdf_is_tagged_named_and_described(concept, thread):
    made = make_concept(concept, ANONYMOUS)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert str(pdf.Root.Lang).lower().startswith("de")
        assert bool(pdf.Root.MarkInfo.Marked) is True
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True
        with pdf.open_outline() as outline:
            assert "4  Steckbriefe der Maßnahmen" in [entry.title for entry in outline.root]
        tags = structure(pdf)
        figures = [tag for tag in tags if tag.S == "/Figure"]
        assert figures and all(str(tag.get("/Alt", "")).strip() for tag in figures)
        assert {"/H1", "/H2", "/L", "/Table", "/TH", "/Link"} <= {str(tag.S) for tag in tags}
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] == "2"


def test_the_reading_order_follows_the_thread(concept, thread, tmp_path):
    read = text_of(make_concept(concept, ANONYMOUS), tmp_path, "-struct-text", program="pdfinfo")
    after_contents = read[read.rindex("Wo wir stehen") :]
    places = [
        after_contents.index(word)
        for word in (
            "Es wird enger",
            "Wohnen für alle",
            "Häuser bauen",
            "Der rote Faden",
            "Worauf sich alles",
        )
    ]
    assert places == sorted(places)
    assert "Mut" in read


def test_examples_are_marked_and_nothing_internal_is_there(concept, thread, tmp_path):
    document = concept_report(concept, ANONYMOUS)
    assert SECRET not in str(document)
    read = text_of(make_concept(concept, ANONYMOUS), tmp_path)
    assert SECRET not in read
    goals = next(
        page for page in read.split("\f")[2:] if "Wohnen für alle" in page and "Wo wir stehen" not in page
    )
    assert "Mit Beispielen" in goals
    assert "Beispiel" in goals.replace("Mit Beispielen", "")
    assert "Arbeitsstand, nicht öffentlich" not in read


def test_the_working_state_is_marked_on_every_page(concept, thread, tmp_path):
    lead = make_actor("project-lead")
    pages = text_of(make_concept(concept, lead, working=True), tmp_path).split("\f")[:-1]
    assert all("Arbeitsstand, nicht öffentlich" in page for page in pages)
    assert any(SECRET in page for page in pages)


def test_the_same_content_gives_the_same_file(concept, thread):
    assert make_concept(concept, ANONYMOUS) == make_concept(concept, ANONYMOUS)


HOSTILE = [
    '#panic("x") $x^2$ @ref <label> \\ * _ ` ~ = // /* */ [#eval("1")]',
    "<script>alert(1)</script> {{ 7 * 7 }} {% for x in y %} [[INHALT]]",
    "W" * 3000,
    "👩‍🚒🏽 \x07\x1b\u202e\ue000\ufffe\U000e0001 e\u0301",
    "מזל טוב 東京 العربية",
    "| a | b |\n|---|---|\n| [x](javascript:alert(1)) | c |\n\n" + "> " * 40 + "tief\n\n1. eins\n2. zwei",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_and_do_nothing(concept, thread, text):
    title = re.sub(r"[\x00-\x1f]", "", text)[:290]
    make_item("measure", concept=concept, title=title, text=text, partners=title, next_step=text)
    make_item("finding", concept=concept, title=title, text=text, source_title=title)
    assert make_concept(concept, ANONYMOUS).startswith(b"%PDF")
    word = docx.Document(BytesIO(make_concept(concept, ANONYMOUS, format="docx")))
    everything = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "49" not in everything
    assert "javascript:" not in str(word.part.rels)


def test_characters_that_cannot_be_printed_are_left_out():
    assert printable("a\x00b\u202ec\ue000d") == "abcd"
    assert printable("e\u0301") == "é"
    assert printable("gut 𓀀𓀁") == "gut [Schrift hier nicht druckbar]"
    assert max(map(len, printable("W" * 100).split("\u00ad"))) <= 12
    assert blocks.safe_address("javascript:alert(1)") == ""
    assert blocks.safe_address("https://example.org/a") == "https://example.org/a"


def test_the_word_file_has_headings_tables_and_descriptions(concept, thread):
    word = docx.Document(BytesIO(make_concept(concept, ANONYMOUS, format="docx")))
    styles = {paragraph.style.name for paragraph in word.paragraphs}
    assert {"Heading 1", "Heading 2", "Heading 3", "INSEK Kennzeichen"} <= styles
    assert word.core_properties.language == "de-DE"
    shapes = word.inline_shapes
    assert len(shapes) >= 1
    assert all(shape._inline.docPr.get("descr") for shape in shapes)
    xml = word.element.xml
    assert "w:tblHeader" in xml and "TOC " in xml and f"i_{thread['goal'].pk}" in xml
    assert SECRET not in xml and "{{" not in xml and "[[INHALT]]" not in xml


def test_a_city_brings_its_own_template(concept, thread, tmp_path, settings):
    own = docx.Document()
    own.add_paragraph("Unsere Stadt: {{ stadt }}")
    own.add_paragraph("{{ inhalt }}")
    own.add_paragraph("Ende")
    own.save(tmp_path / "vorlage.docx")
    assert word_template() == tmp_path / "vorlage.docx"
    word = docx.Document(BytesIO(make_concept(concept, ANONYMOUS, format="docx")))
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert texts[0] == "Unsere Stadt: Musterstadt" and texts[-1] == "Ende" and len(texts) > 10
    settings.INSEK_WORD_TEMPLATE = str(tmp_path / "amtlich.docx")
    assert word_template() == tmp_path / "amtlich.docx"


@pytest.mark.parametrize("kind", ["measure", "district", "indicator"])
def test_single_sheets(client, concept, thread, kind):
    address = reverse("item-pdf", args=[thread[kind].pk])
    assert address in client.get(thread[kind].url).content.decode()
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_an_internal_sheet_is_missing_for_visitors_and_marked_for_staff(
    client, as_role, concept, thread, tmp_path
):
    hidden = make_item("measure", concept=concept, title=SECRET, visibility="internal")
    address = reverse("item-pdf", args=[hidden.pk])
    assert client.get(address).status_code == 404
    assert client.get(reverse("item-pdf", args=[thread["finding"].pk])).status_code == 404
    response = as_role("planner").get(address)
    assert "Arbeitsstand, nicht öffentlich" in text_of(response.content, tmp_path)


GERMAN = "Straßenverkehrsinfrastrukturerneuerungsprogramm "
"""A word as the administration writes them."""


@pytest.mark.parametrize("said", ["Ein Satz, der viel erzählt. ", GERMAN])
def test_a_fact_sheet_is_one_page_however_much_there_is_to_say(concept, thread, said, tmp_path):
    measure = thread["measure"]
    measure.text = "\n\n".join([said * 12] * 20)
    measure.title = (said * 12)[:290]
    measure.save()
    row = measure.measure
    row.occasion = row.next_step = said * 100
    row.partners = (said * 12)[:300]
    row.save()
    StatusReport.objects.create(measure=row, state="delayed", happened=said * 60)
    for number in range(9):
        MeasureTask.objects.create(measure=row, title=f"Schritt {number} {said * 4}"[:200], position=number)
        make_link(
            make_item("goal", concept=concept, number=f"Z 2.{number}", title=(said * 12)[:290]),
            measure,
            "implemented_by",
        )
    document = item_report(measure, ANONYMOUS)
    made = to_pdf(document)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1
    sheet = document["chapters"][0]["blocks"][0]
    assert len(sheet["variants"]) == 5 and "Gekürzt" in str(sheet["variants"][-1])
    assert "Gekürzt" not in str(sheet["variants"][0])
    # nothing is cut off at the foot of the page: what is said last can be read, and below stands only the running foot
    assert "Letzter Bericht" in text_of(made, tmp_path)
    words = re.findall(r'yMax="([\d.]+)">([^<]*)<', text_of(made, tmp_path, "-bbox"))
    foot = {word for end, word in words if float(end) > (297 - 22 + 1) * 72 / 25.4}
    assert foot <= {*f"{document['city']} · {document['state']} 1".split()}


def test_a_fact_sheet_without_any_texts_is_one_page_too(concept):
    bare = make_item("measure", concept=concept, number="M 9", title="Kurz")
    with pikepdf.open(BytesIO(to_pdf(item_report(bare, ANONYMOUS)))) as pdf:
        assert len(pdf.pages) == 1


def test_the_sheet_of_a_public_item_is_the_same_for_staff(as_role, concept, thread, tmp_path):
    made = as_role("project-lead").get(reverse("item-pdf", args=[thread["measure"].pk])).content
    assert SECRET not in text_of(made, tmp_path)


def test_a_visitor_has_the_concept_made_and_fetches_it(concept, thread, django_capture_on_commit_callbacks):
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("report"))
    assert "Arbeitsstand mit internen" not in page.content.decode()
    assert not page.cookies
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("report"), {"format": "pdf", "kapitel": ["massnahmen", "befunde"]})
    job = ReportJob.objects.get()
    assert response["Location"] == reverse("report-job", args=[job.pk])
    assert (job.state, job.percent, job.chapters) == ("done", 100, ["befunde", "massnahmen"])
    assert "PDF herunterladen" in client.get(response["Location"]).content.decode()
    fetched = client.get(reverse("report-file", args=[job.pk]))
    assert b"".join(fetched.streaming_content).startswith(b"%PDF")
    assert (
        client.post(reverse("report"), {"format": "pdf", "kapitel": ["massnahmen", "befunde"]})["Location"]
        == (response["Location"])
    )
    assert client.post(reverse("report"), {"format": "pdf"}).status_code == 400


def test_a_running_report_says_how_far_it_is(client, concept, thread):
    job = services.start_report(concept, ANONYMOUS, format="pdf", language="de")
    ReportJob.objects.update(state="running", percent=40, step="Befunde")
    page = client.get(reverse("report-job", args=[job.pk])).content.decode()
    assert "40 %" in page and "every 1s" in page and "<noscript>" in page
    part = client.get(reverse("report-job", args=[job.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "40 %" in part
    assert client.get(reverse("report-file", args=[job.pk])).status_code == 404


def test_the_working_state_is_for_one_person(
    client, as_role, concept, thread, django_capture_on_commit_callbacks
):
    with pytest.raises(PermissionDenied):
        services.start_report(concept, ANONYMOUS, format="pdf", language="de", working=True)
    lead, other = as_role("project-lead"), as_role("planner")
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(reverse("report"), {"format": "docx", "kapitel": ["handlungsfelder"], "stand": "arbeit"})
    job = ReportJob.objects.get()
    address = reverse("report-file", args=[job.pk])
    response = lead.get(address)
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content)
    assert other.get(address).status_code == client.get(address).status_code == 404
    assert (
        client.post(reverse("report"), {"kapitel": ["handlungsfelder"], "stand": "arbeit"}).status_code == 403
    )


def test_a_failure_is_told(client, concept, thread, monkeypatch, caplog):
    def fail(*args, **values):
        raise ValueError("nein")

    monkeypatch.setattr(services, "make_concept", fail)
    job = services.start_report(concept, ANONYMOUS, format="pdf", language="de")
    services.run_report.func(job.pk)
    assert "nicht gelungen" in client.get(reverse("report-job", args=[job.pk])).content.decode()


def test_a_report_whose_worker_died_is_made_by_the_next(concept, thread, monkeypatch):
    monkeypatch.setattr(services, "make_concept", lambda *args, **values: b"%PDF")
    job = services.start_report(concept, ANONYMOUS, format="pdf", language="de")
    ReportJob.objects.update(state=ReportJob.State.RUNNING, percent=40)
    services.run_report.func(job.pk)
    job.refresh_from_db()
    assert (job.state, job.percent) == (ReportJob.State.DONE, 100)


def test_a_report_that_no_task_is_making_is_asked_for_again_or_given_up(concept, thread, monkeypatch):
    monkeypatch.setattr(services, "make_concept", lambda *args, **values: b"%PDF")
    for number in range(2):
        services.start_report(concept, ANONYMOUS, format="pdf", language="de", chapters=[f"k{number}"])
    assert reaper.reap() == 0
    waiting, died = ReportJob.objects.order_by("pk")
    ReportJob.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    ReportJob.objects.filter(pk=died.pk).update(state=ReportJob.State.RUNNING)
    assert reaper.reap() == 2  # tasks run at once in tests
    states = {job.pk: job.state for job in ReportJob.objects.all()}
    assert states == {waiting.pk: ReportJob.State.DONE, died.pk: ReportJob.State.FAILED}


def test_too_many_at_once_are_refused_and_old_ones_cleared(concept, thread):
    for number in range(services.MOST_WAITING):
        services.start_report(concept, ANONYMOUS, format="pdf", language="de", chapters=[f"k{number}"])
    with pytest.raises(services.TooManyReports):
        services.start_report(concept, ANONYMOUS, format="pdf", language="de")
    ReportJob.objects.update(expires=timezone.now())
    services.clear_reports()
    assert ReportJob.objects.count() == 0
