"""The appraisal in words says what the facts say and nothing else, each sentence with what it rests on; a person's text stands over it."""

import io
from datetime import date
from io import BytesIO

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from insek.concept.asker import Asker
from insek.engines.tables.book import USUAL_LIMITS
from insek.engines.tables.workbook import read_workbook
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.plans.models import OverviewText, PlanText
from insek.plans.rows import TEXTS
from insek.plans.rubric_values import rubric_of, set_rubric
from insek.plans.services import appraise_plan
from insek.plans.written import numbered, parts_of
from insek.plans.written_all import parts_of_all
from insek.plans.written_facts import facts_key_of, facts_of
from insek.release.row_proposals import change_or_propose
from insek.thread.row_acts import add_row
from tests.factories import make_item, make_link

pytestmark = pytest.mark.django_db
VALUES = {
    "currency": 70, "currency_reason": "Von 2021.", "substance": 80, "substance_reason": "Nennt Zahlen.", "bindingness": "concept",
    "bindingness_reason": "Ratsbeschluss.", "implementation": "begun", "appraised_on": date(2026, 11, 24), "standing": "working",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today(settings):
    settings.INSEK_DAY = date(2026, 11, 29)


def plan(**values):
    return make_item("plan", **{"type": "concept", "status": "adopted", "title": "Klimakonzept", **values})


def statement(item, text, **values):
    return make_item("plan_statement", **{"title": text[:60], "text": text, "plan": item.plan, **values})


def told(item, actor=ANONYMOUS, part="", **options):
    parts = parts_of(facts_of(item.concept, [item], actor, **options)[0])
    return " ".join(each.said for each in parts if not part or each.key == part)


def test_a_plan_of_which_nothing_is_known_is_told_without_guessing(concept):
    item = plan(status="unknown")
    said = told(item)
    for words in (
        "„Klimakonzept“ ist ein Konzept.", "Ob es gilt, ist nicht bekannt.", "Ein Beschluss oder eine Vorstellung ist nicht eingetragen.",
        "Der Text des Planwerks liegt nicht vor.", "Aktualität: noch nicht bewertet.", "Von wann es ist, ist nicht bekannt.",
        "Ein Zieljahr ist nicht eingetragen.", "Kernaussagen sind nicht entnommen.", "Wie es bindet, ist noch nicht bewertet.",
        "Einem Handlungsfeld ist es nicht zugeordnet.",
    ):  # fmt: skip
        assert words in said, words
    assert "None" not in said and "berechnet" not in said


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "draft"}, "Es ist ein Entwurf und gilt noch nicht."),
        ({"status": "expired", "horizon_year": 2020}, "Sein Zieljahr 2020 ist vorbei."),
        ({"horizon_year": 2026}, "Es blickt bis 2026."),
        ({"year": 2026}, "Es ist von 2026. "),
        ({"year": 2025}, "Es ist von 2025 und damit etwa 1 Jahr alt."),
        ({"year": 2011, "decision_date": "2019-02-04"}, "Es ist von 2011 und damit etwa 15 Jahre alt."),
        (
            {"decision_date": "2019-02-04"},
            "Es ist von 2019 und damit etwa 7 Jahre alt. Gerechnet ist vom Jahr des Beschlusses;",
        ),
        ({"type": "landuse", "year": 2015}, "BauGB-Novelle: Urbanes Gebiet"),
        ({"aims": "Hitze mindern"}, "Als Ziel ist eingetragen: „Hitze mindern“"),
        ({"aims": "Eins\nZwei."}, "Als Ziele sind eingetragen: „Eins; Zwei“"),
        ({"confidence": "low"}, "Die Angaben sind nicht überprüft."),
    ],
)
def test_each_fact_has_its_sentence(concept, values, words):
    assert words in told(plan(**values))


def test_sentences_hold_for_one_and_for_many_statements_of_all_sorts(concept):
    item = plan(status="in_force", type="regional")
    statement(item, "Im Jahr 2020 wohnten hier 100 Menschen.", type="state")
    one = told(item)
    assert "Die entnommene Kernaussage ist ein Befund" in one
    assert "Entnommen ist eine Kernaussage (Befund: 1)." in one
    assert "ohne Bindung, weil Befund: 1." in one and "liegt nicht vor" not in one
    statement(item, "Freiräume sind zu sichern.", type="aim", marking="z", marked_as="Z 31")
    statement(
        item,
        "Bis 2030 sollen es 200 Wohnungen sein.",
        type="aim",
        marking="g",
        target_year=2030,
        amount=200,
        amount_unit="Wohnungen",
    )
    many = told(item)
    assert "genannt sind: 1 von 2 entnommenen Zielen, Maßnahmen und Regeln." in many
    assert "Ziel der Raumordnung: 1; Grundsatz der Raumordnung: 1; ohne Bindung, weil Befund: 1" in many
    assert "Ziel, 200 Wohnungen, 2030: „Bis 2030 sollen es 200 Wohnungen sein.“" in many
    for number in range(5):
        statement(item, f"Satz {number}.", type="act")
    assert "Entnommen sind 8 Kernaussagen" in told(item) and "Zitiert sind 5 davon." in told(item)


def test_fields_and_districts_of_statements_are_not_called_those_of_the_plan(concept):
    """What only a statement stands with is said of both together, and the statements are among the sources."""
    item, district = plan(), make_item("district", title="Musterau")
    row = statement(item, "Freiräume sind zu sichern.", type="aim")
    row.fields.set([concept.fields.get(key="klima")])
    make_link(row, district, "located_in")
    said = told(item, part="inhalt")
    assert "Das Planwerk und seine Kernaussagen sind zusammen 1 von " in said and "Es ist 1 von" not in said
    assert "Das Planwerk und seine Kernaussagen sind mit diesen Stadtteilen verknüpft: Musterau." in said
    first = parts_of(facts_of(concept, [item], ANONYMOUS)[0])[-1].sentences[0]
    assert any("aus=" in source.url for source in first.sources)


def test_a_replaced_plan_says_so_from_both_sides(concept):
    old, new = plan(title="Altes Konzept", status="in_force"), plan(title="Neues Konzept")
    make_link(old, new, "superseded_by")
    assert "Es ist abgelöst durch: „Neues Konzept“." in told(old)
    assert "Als Stand ist trotzdem „in Kraft“ eingetragen." in told(old)
    assert "Es löst ab: „Altes Konzept“." in told(new)


def test_every_sentence_names_what_it_rests_on(concept):
    item = plan(source_title="Amtsblatt", source_url="https://example.org/a")
    appraise_plan(item.plan, expected_version=0, values=VALUES, actor=PROGRAM)
    row = statement(
        item,
        "Wir bauen 20 Brunnen.",
        type="act",
        amount=20,
        amount_unit="Brunnen",
        document="Konzept 2021",
        page="12",
    )
    parts = parts_of(facts_of(concept, [item], ANONYMOUS)[0])
    assert all(sentence.sources for part in parts for sentence in part.sentences)
    [quoted] = [each for part in parts for each in part.sentences if "Brunnen" in each.quote]
    assert [source.url for source in quoted.sources] == [row.url]
    assert quoted.sources[0].label.endswith("Konzept 2021, S. 12")
    shown, sources = numbered(parts)
    assert {number for part in shown for each in part.sentences for number in each.numbers} == set(
        range(1, len(sources) + 1)
    )
    assert "https://example.org/a" in {source.url for source in sources}
    body = Client().get(reverse("plan-written", args=[item.pk])).content.decode()
    assert 'id="worauf-1"' in body and 'href="#worauf-1"' in body and "Wir bauen 20 Brunnen." in body


def test_the_printed_appraisal_is_headed_by_its_plan(concept):
    """Whoever holds the sheet alone sees of which plan it speaks."""
    data = Client().get(reverse("plan-written-docx", args=[plan(number="P 7").pk]))
    words = docx.Document(io.BytesIO(b"".join(data.streaming_content) if data.streaming else data.content))
    heads = [each.text for each in words.paragraphs if each.style.name.startswith("Heading")]
    assert "Klimakonzept" in heads[0] and heads[1] == "Was es ist und ob es gilt"


def test_the_public_reads_nothing_internal(concept):
    item = plan()
    statement(item, "Geheimes Ziel.", type="aim", visibility="internal")
    make_link(item, plan(title="Geheimer Nachfolger", visibility="internal"), "superseded_by")
    body = Client().get(reverse("plan-written", args=[item.pk])).content.decode()
    assert (
        "Geheim" not in body
        and "berechnet" not in body
        and "Eine Kernaussage ist hier nicht zu lesen." in body
    )
    assert "Geheimes Ziel." in told(item, PROGRAM)
    assert "nach Art und Stand berechnet: Konzept ohne bekannten Ratsbeschluss" in told(
        item, PROGRAM, compute=True
    )
    hidden = plan(visibility="internal")
    for name in ("plan-written", "plan-written-table", "plan-written-pdf", "plan-written-docx"):
        assert Client().get(reverse(name, args=[hidden.pk])).status_code == 404


def test_a_persons_text_stands_over_the_draft_and_says_when_it_is_older_than_the_facts(concept, as_role):
    item, planner, lead = plan(), as_role("planner"), as_role("project-lead")
    statement(item, "Ein Ziel.", type="aim", visibility="internal")
    address = reverse("row-create", args=[item.pk, TEXTS.address])
    form = lead.get(address).context["form"]
    assert "„Klimakonzept“ ist ein Konzept." in form["text"].value()
    sent = {
        "text": "Wir halten es für gut.",
        "written_on": "2026-11-29",
        "written_by": "Stadtplanung",
        "version": "0",
    }
    assert planner.post(address, sent)["Location"].startswith("/freigaben/"), "of a public plan it waits"
    assert not PlanText.objects.exists()
    assert lead.post(address, sent).status_code == 302
    page = reverse("plan-written", args=[item.pk])
    body = Client().get(page).content.decode()
    assert (
        "Wir halten es für gut." in body
        and "Der Entwurf des Programms" in body
        and "ist ein Konzept." in body
    )
    assert "dieser Text ist älter" not in body
    statement(item, "Noch ein Ziel.", type="aim", visibility="internal")
    assert "dieser Text ist älter" not in Client().get(page).content.decode(), (
        "what the public does not see makes nothing older"
    )
    appraise_plan(item.plan, expected_version=0, values=VALUES, actor=PROGRAM)
    assert "dieser Text ist älter" in Client().get(page).content.decode()
    row = PlanText.objects.get()
    edit = reverse("row-edit", args=[item.pk, TEXTS.address, row.key])
    assert lead.post(edit, {**sent, "version": "1"}).status_code == 302, "the same words, read again"
    assert "dieser Text ist älter" not in Client().get(page).content.decode()
    assert as_role("department").get(edit).status_code == 403


def test_a_text_is_older_than_a_rubric_that_was_set_since(concept):
    """The classes in words follow the rubric: set otherwise, what was written before is older; set back, it is not."""
    item = plan(year=2020)
    before = facts_key_of(item)
    set_rubric(
        concept,
        values={"bound_currency-1": 90},
        reason="Strenger.",
        stamp=rubric_of(concept.pk).stamp,
        actor=PROGRAM,
    )
    assert facts_key_of(item) != before
    set_rubric(
        concept, values={"bound_currency-1": 80}, reason="", stamp=rubric_of(concept.pk).stamp, actor=PROGRAM
    )
    assert facts_key_of(item) == before


def test_the_year_that_passes_makes_no_text_older(concept, settings):
    item = plan(year=2019)
    add_row(TEXTS, item, {"text": "Gut."}, actor=PROGRAM)
    before = PlanText.objects.get().facts_key
    settings.INSEK_DAY = date(2031, 1, 1)
    change_or_propose(TEXTS, PlanText.objects.get(), {"text": "Sehr gut."}, expected_version=1, actor=PROGRAM)
    body = Client().get(reverse("plan-written", args=[item.pk])).content.decode()
    assert PlanText.objects.get().facts_key == before and "dieser Text ist älter" not in body


def test_all_plans_together_with_the_ways_to_each(concept, as_role):
    address = reverse("overview-written")
    assert "Noch ist kein Planwerk eingetragen." in Client().get(address).content.decode()
    good, old, none = (
        plan(title="Gut", number="P 1"),
        plan(title="Alt", number="P 2", status="expired"),
        plan(title="Ohne", number="P 3"),
    )
    appraise_plan(good.plan, expected_version=0, values=VALUES, actor=PROGRAM)
    appraise_plan(
        old.plan,
        expected_version=0,
        values={**VALUES, "currency": 5, "standing": "example", "bindingness": "not_in_force"},
        actor=PROGRAM,
    )
    parts = {
        part.key: part.said for part in parts_of_all(Asker(ANONYMOUS, concept=concept, language="de"))[0]
    }
    assert "Von 3 Planwerken gelten 2." in parts["kuerze"]
    assert "1 der 2 Bewertungen hier ist ein Beispiel und keine Aussage der Stadt." in parts["kuerze"]
    assert "Von keinem Planwerk liegt der Text vor" in parts["kuerze"]
    assert (
        "noch aktuell (60 bis 79): P 1." in parts["aktualitaet"]
        and "überholt (0 bis 19): P 2." in parts["aktualitaet"]
    )
    assert "Nicht bewertet: P 3." in parts["aktualitaet"]
    assert "Vom Rat beschlossenes Konzept: P 1. Für wen: Rat und Verwaltung der Stadt." in parts["bindung"]
    body = Client().get(address).content.decode()
    assert reverse("plan-written", args=[none.pk]) in body and "nicht bewertet, Text liegt nicht vor" in body
    write = reverse("overview-text")
    assert as_role("planner").get(write).status_code == 403
    lead = as_role("project-lead")
    assert "Von 3 Planwerken gelten 2." in lead.get(write).context["form"]["text"].value()
    assert (
        lead.post(write, {"text": "Alles in allem gut.", "written_by": "Büro", "version": "0"}).status_code
        == 302
    )
    assert lead.post(write, {"text": "Anders.", "version": "0"}).status_code == 409
    assert "Alles in allem gut." in Client().get(address).content.decode()
    good.plan.area = "Mitte"
    good.plan.save()
    assert "dieser Text ist älter" in Client().get(address).content.decode()
    assert lead.post(write, {"text": "", "version": "1"}).status_code == 302
    assert (
        OverviewText.objects.get().text == ""
        and "Alles in allem" not in Client().get(address).content.decode()
    )


def test_the_workbook_has_a_line_for_each_sentence(concept):
    item = plan(number="P 1")
    add_row(TEXTS, item, {"text": "Wir halten es für gut."}, actor=PROGRAM)
    for address in (reverse("plan-written-table", args=[item.pk]), reverse("overview-written-table")):
        answer = Client().get(address)
        book = read_workbook(BytesIO(b"".join(answer.streaming_content)).getvalue(), "xlsx", USUAL_LIMITS)
        cells = [str(cell) for sheet in book.sheets for row in sheet.rows for cell in row]
        assert "P 1 „Klimakonzept“ ist ein Konzept." in cells
        assert any("Angaben zu P 1" in cell for cell in cells)
    assert [sheet.name for sheet in book.sheets] == ["Entwurf", "Planwerke"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_pdf_and_word_hold_the_same_words(concept, language):
    item = plan(number="P 1", aims="Hitze mindern")
    appraise_plan(item.plan, expected_version=0, values=VALUES, actor=PROGRAM)
    with translation.override(language):
        addresses = [reverse(name, args=[item.pk]) for name in ("plan-written-pdf", "plan-written-docx")]
        addresses += [reverse("overview-written-pdf"), reverse("overview-written-docx")]
    for address in addresses:
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert answer.content[:4] == (b"%PDF" if "pdf" in address else b"PK\x03\x04")


def test_many_plans_cost_no_more_queries_than_few(concept):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(reverse("overview-written")).status_code == 200
        return len(captured)

    for number in range(2):
        statement(plan(title=f"Plan {number}"), "Ein Ziel.", type="aim")
    few = asked()
    for number in range(20):
        statement(plan(title=f"Weiterer Plan {number}"), "Ein Ziel.", type="aim")
    assert asked() == few
    assert few <= 28


def test_english_pages_are_english(concept):
    item = plan()
    with translation.override("en"):
        said = told(item)
    assert "is a concept." in said and "ist ein" not in said
