"""Progress reports: made from what is kept, compared with the last one, frozen when issued."""

import csv
import hashlib
import json
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from insek import clock
from insek.people.actors import ANONYMOUS, PROGRAM, actor_for
from insek.publish.progress import making
from insek.publish.progress.chapters import progress_document
from insek.publish.progress.knowing import Facts
from insek.publish.progress.limits import FULL, SHORT, SHORT_PAGES
from insek.publish.progress.models import ProgressContent, ProgressWord
from insek.publish.report.making import typeset
from insek.publish.report.reading import Reader
from insek.release.models import Proposal
from insek.release.releases import release
from insek.steering.models import MeasureTask, StatusReport
from insek.steering.round_models import ReportRound
from insek.steering.services import report_status
from insek.strategy.models import CostLine
from insek.thread.services import update_item
from tests.factories import make_item, make_link, make_unit, make_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)
SECRET = "Geheimnis im Rathauskeller"


@pytest.fixture(autouse=True)
def _day(settings):
    settings.INSEK_DAY = DAY


@pytest.fixture
def city(concept):
    housing = concept.fields.first()
    goal = make_item("goal", number="Z 1", title="Bezahlbar wohnen", fields=[housing])
    built = make_item(
        "measure",
        number="M 1",
        title="Höfe sanieren",
        fields=[housing],
        responsible=make_unit("bau", name="Bauamt"),
        start_year=2024,
    )
    stuck = make_item("measure", number="M 2", title="Bunker umbauen", fields=[housing], start_year=2024)
    make_link(goal, built, "implemented_by")
    StatusReport.objects.create(
        measure=built.measure, reported_on=date(2024, 11, 1), state="on_track", happened="Geplant."
    )
    StatusReport.objects.create(
        measure=stuck.measure, reported_on=date(2024, 11, 1), state="on_track", happened="Geplant."
    )
    StatusReport.objects.create(
        measure=built.measure,
        reported_on=date(2025, 12, 1),
        state="completed",
        happened="Alle Höfe sind fertig.",
        spent_eur=1200,
    )
    StatusReport.objects.create(
        measure=stuck.measure,
        reported_on=date(2025, 12, 1),
        state="deferred",
        deferred_for="grant",
        happened="Ruht.",
        obstacles="Der Bescheid fehlt.",
    )
    MeasureTask.objects.create(measure=stuck.measure, title="Antrag stellen", due=date(2026, 6, 1))
    CostLine.objects.create(measure=built.measure, amount_eur=500_000)
    hidden = make_item("measure", title=SECRET, visibility="internal", fields=[housing])
    report_status(hidden.measure, {"state": "delayed", "happened": SECRET}, actor=PROGRAM)
    decision = make_item("resolution", title="Satzung beschlossen", date=date(2025, 6, 1), fields=[housing])
    said = make_item("contribution", title="Mehr Bänke im Hof")
    make_link(said, built, "taken_up")
    return {"housing": housing, "goal": goal, "built": built, "stuck": stuck, "decision": decision}


@pytest.fixture
def report(city):
    item = make_item(
        "progress_report",
        title="Fortschrittsbericht 2025",
        visibility="internal",
        text="Ein gutes Jahr.",
        number="FB 1",
    )
    ProgressWord.objects.create(
        report=item.progress_report, field=city["housing"], text="Der Hofpreis hat uns gefreut."
    )
    return item


def words(value):
    """All texts of a document, in order."""
    if isinstance(value, dict):
        if "t" in value:
            yield value["t"]
        for name, each in value.items():
            if name in {"title", "text", "lead", "name", "note", "value", "label"} and isinstance(each, str):
                yield each
            else:
                yield from words(each)
    elif isinstance(value, list):
        for each in value:
            yield from words(each)


def document(item, limits=FULL, actor=ANONYMOUS):
    facts = Facts(item.progress_report, Reader(item.concept, actor, is_short=limits.is_short))
    return progress_document(facts, limits)


def made(item):
    ProgressContent.objects.update_or_create(report=item.progress_report, defaults={"state": "waiting"})
    making.make_files(ProgressContent.objects.select_related("report__item__concept").get(report=item.pk))
    return ProgressContent.objects.get(report=item.pk)


def test_the_round_is_counted_in_questions_and_in_units_that_were_asked(city, report):
    """Indicators are no measures, a unit that was asked nothing is none of those asked, and what is internal is said."""
    bureau = city["built"].measure.responsible
    make_item("indicator", title="Bäume", supplied_by=bureau)
    make_item("measure", number="M 7", title="Dach begrünen", responsible=bureau)
    progress = report.progress_report
    round = ReportRound.objects.create(
        concept=report.concept, title="Runde 2025", period_from=progress.period_from, period_to=progress.period_to, closes_on=DAY
    )  # fmt: skip
    round.units.set([bureau, make_unit("ruhig")])
    text = "\n".join(words(document(report)["chapters"]))
    assert (
        "Fragen nach Maßnahmen und Werten in der Berichtsrunde „Runde 2025“, auch nach solchen, die nur die Verwaltung sieht: 2, davon beantwortet: 0. Gefragte Stellen: 1."
        in text
    )


def test_a_report_says_field_by_field_what_became_of_it(report):
    text = "\n".join(words(document(report)["chapters"]))
    for said in (
        "Ein gutes Jahr.", "Der Hofpreis hat uns gefreut.", "Alle Höfe sind fertig.", "läuft nach Plan → ", "abgeschlossen", "Der Bescheid fehlt.",
        "Grund: Förderung fehlt.", "Satzung beschlossen", "Mehr Bänke im Hof", "500.000", "Ausgegeben sind nach dem Bericht zu einer Maßnahme 1.200",
        "Ein früherer Bericht liegt nicht vor.", "neu abgeschlossen",
    ):  # fmt: skip
        assert said in text, said
    assert SECRET not in text
    assert text.index("Der Hofpreis") < text.index("Was erreicht wurde"), "own words stand first"


def test_the_next_report_compares_with_the_last(report, city):
    made(report)
    update_item(report, expected_version=report.version, values={"visibility": "public"}, actor=PROGRAM)
    StatusReport.objects.create(
        measure=city["stuck"].measure, reported_on=DAY, state="on_track", happened="Der Bescheid ist da."
    )
    following = make_item(
        "progress_report",
        title="2026",
        visibility="internal",
        period_from=date(2026, 1, 1),
        period_to=date(2026, 12, 31),
    )
    text = "\n".join(words(document(following)["chapters"]))
    assert "Verglichen ist mit dem Bericht „Fortschrittsbericht 2025“" in text
    assert "zurückgestellt → " in text and "Der Bescheid ist da." in text
    assert "Besser: 1, schlechter: 0, unverändert: 1." in text


def test_issued_it_is_frozen_hashed_and_at_a_stable_address(report, monkeypatch):
    monkeypatch.setattr(making, "LANGUAGES", ("de",))
    with pytest.raises(ValidationError, match="noch nicht erstellt"):
        update_item(report, expected_version=report.version, values={"visibility": "public"}, actor=PROGRAM)
    content = made(report)
    assert set(content.hashes) == {"full-de.pdf", "full-de.docx", "short-de.pdf", "short-de.docx"}
    address = reverse("progress-file", args=[report.pk, "full-de.pdf"])
    assert Client().get(address).status_code == 404, "a draft is nobody's"
    ProgressWord.objects.filter(report=report.pk).update(text="Anders.")
    with pytest.raises(ValidationError, match="Worte geändert"):
        update_item(report, expected_version=report.version, values={"visibility": "public"}, actor=PROGRAM)
    content = made(report)
    update_item(report, expected_version=report.version, values={"visibility": "public"}, actor=PROGRAM)
    answer = Client().get(address)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    assert hashlib.sha256(answer.content).hexdigest() == content.hashes["full-de.pdf"]
    page = Client().get(reverse("progress_report-list")).content.decode()
    assert "Fortschrittsbericht 2025" in page
    text = Client().get(report.url).content.decode()
    assert (
        content.hashes["full-de.pdf"][:8] in text.replace("<wbr>", "").replace("\u200b", "")
        and "ändert sich nicht mehr" in text
    )
    report_status(make_item("measure").measure, {"state": "delayed", "happened": "Später."}, actor=PROGRAM)
    lead = actor_for(make_user("project-lead"))
    with pytest.raises(PermissionDenied):
        making.ask_to_make(report.progress_report.__class__.objects.get(pk=report.pk), origin="", actor=lead)
    making.make_files(content)
    assert ProgressContent.objects.get(report=report.pk).hashes == content.hashes, (
        "no job changes what is issued"
    )
    row = content.files.get(name="full-de.pdf")
    with row.file.open("wb") as opened:
        opened.write(b"something else")
    assert Client().get(address).status_code == 409


def test_files_that_come_back_are_those_that_were_issued(report, monkeypatch, tmp_path):
    """A package holds the hashes alone; the demo ships the files of its example."""
    files = iter([("full-de.pdf", (b"%PDF-1", 3)), ("full-de.docx", (b"PK", 0))])
    monkeypatch.setattr(making, "_files", lambda content: files)
    content = made(report)
    content.files.all().delete()
    paths = {name: tmp_path / name for name in ("full-de.pdf", "full-de.docx", "short-de.docx")}
    paths["full-de.docx"].write_bytes(b"PK")
    paths["full-de.pdf"].write_bytes(b"%PDF-2")
    assert making.put_back(content, paths) == 1
    [row] = content.files.all()
    assert row.name == "full-de.docx"
    with row.file.open("rb") as opened:
        assert opened.read() == b"PK"


def test_the_example_of_the_demo_is_there_as_it_was_issued():
    folder = Path(making.__file__).parents[2] / "cities"
    with (folder / "kaiserslautern" / "progress_contents.csv").open(encoding="utf-8", newline="") as table:
        [row] = csv.DictReader(table)
    hashes = json.loads(row["hashes"])
    assert set(hashes) == set(making.NAMES)
    for name, digest in hashes.items():
        file = folder / "layers" / "kaiserslautern" / "progress" / f"{row['report']}-{name}"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == digest, name


def test_who_may_edit_makes_it_and_whoever_releases_issues_it(
    report, as_role, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(making, "_files", lambda content: iter([("full-de.pdf", (b"%PDF-1", 1))]))
    address = reverse("progress-make", args=[report.pk])
    assert as_role("council").post(address).status_code in {403, 404}
    planner = as_role("planner")
    with django_capture_on_commit_callbacks(execute=True):
        assert planner.post(address).status_code == 302
    assert ProgressContent.objects.get(report=report.pk).is_done
    assert "Der Entwurf" in planner.get(report.url).content.decode()
    form = planner.get(f"{report.url}bearbeiten" if report.url.endswith("/") else f"{report.url}/bearbeiten")
    assert form.status_code == 200


@pytest.mark.slow
def test_the_short_form_keeps_to_twenty_five_pages_and_a_long_one_is_quick(
    concept, django_assert_max_num_queries
):
    from insek.concept.models import Field

    fields = [
        *concept.fields.all(),
        *(
            Field.objects.create(concept=concept, key=f"feld-{n}", position=n, name=f"Feld {n}")
            for n in range(3, 9)
        ),
    ]
    for number in range(160):
        item = make_item(
            "measure",
            number=f"M {number}",
            title=f"Maßnahme mit einem längeren Namen {number}",
            fields=[fields[number % 8]],
            start_year=2024,
        )
        StatusReport.objects.create(
            measure=item.measure, reported_on=date(2025, 12, 1), state=("delayed", "completed", "on_track")[number % 3],
            happened="Die Planung ist abgeschlossen, die Vergabe ist vorbereitet und der Beschluss liegt vor. " * 6, next_step="Ausschreibung der Bauleistungen im Sommer",
        )  # fmt: skip
        MeasureTask.objects.create(
            measure=item.measure, title="Nächster Schritt", due=DAY + timedelta(days=number % 300)
        )
    item = make_item("progress_report", title="Bericht", visibility="internal")
    facts = Facts(item.progress_report, Reader(concept, ANONYMOUS, is_short=True))
    file, pages = making._with_pages(typeset(progress_document(facts, SHORT[0]), "pdf"))
    assert pages <= SHORT_PAGES
    began = time.process_time()
    with django_assert_max_num_queries(45):
        whole = document(item)
    file, pages = making._with_pages(typeset(whole, "pdf"))
    taken = time.process_time() - began
    assert file.startswith(b"%PDF") and pages >= 25
    print(pages, "pages in", round(taken, 1), "s")
    assert taken < 10 * pages / 150 * 2, (
        "measured 150 pages in 10 s at most on a quiet core; a busy one may take twice as long"
    )
    assert clock.today() == DAY


def test_issuing_is_one_step_and_waits_for_its_release(report, as_role, monkeypatch):
    monkeypatch.setattr(making, "_files", lambda content: iter([("full-de.pdf", (b"%PDF-1", 1))]))
    address, planner = reverse("progress-make", args=[report.pk]), as_role("planner")
    assert 'value="issue"' not in planner.get(report.url).content.decode()
    made(report)
    page = planner.get(report.url)
    assert 'value="issue"' in page.content.decode()
    ProgressWord.objects.filter(report=report.pk).update(text="Anders.")
    assert 'value="issue"' not in planner.get(report.url).content.decode()
    said = {"act": "issue", "version": report.version}
    assert "Worte geändert" in planner.post(address, said, follow=True).content.decode()
    ProgressWord.objects.filter(report=report.pk).update(text="Der Hofpreis hat uns gefreut.")
    assert planner.post(address, said | {"version": 99}).status_code == 302 and not Proposal.objects.exists()
    planner.post(address, said)
    [waiting] = Proposal.objects.all()
    assert waiting.payload == {"visibility": "public"}
    lead = actor_for(make_user("project-lead"))
    release(waiting, expected_version=waiting.version, actor=lead)
    assert Client().get(report.url).status_code == 200
    assert planner.post(address, said).status_code == 403, "it is frozen"
