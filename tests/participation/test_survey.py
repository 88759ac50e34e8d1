"""Answers of a questionnaire are counted into questions of a format; what one person answered is kept nowhere."""

from pathlib import Path

import pytest
from django.urls import reverse

from insek.intake.models import Batch
from insek.participation.models import Contribution, SurveyQuestion
from insek.participation.survey_heads import head_of
from insek.release.models import Proposal
from insek.thread.models import Item
from tests.factories import make_item, make_user
from tests.intake.reading import write
from tests.items.test_saved_views import client_of
from tests.participation.test_platforms import said_for_all
from tests.reading import words

CASE = next((path for folder in Path(__file__).resolve().parents if (path := folder / "shared/cases/tables/limesurvey.csv").exists()), None)  # fmt: skip
HEADS = [
    "id. Antwort ID", "submitdate. Datum Abgeschickt", "lastpage. Letzte Seite", "ipaddr. IP-Adresse", "email. E-Mail", "Q1. Wohnen Sie gern hier?",
    "Q2[SQ1]. Was fehlt? [Grün]", "Q2[SQ2]. Was fehlt? [Läden]", "Q3. Wie alt sind Sie?", "Q4. Ihre Ideen", "Q5. Selten gefragt",
]  # fmt: skip


def answers(count=40):
    rows = [
        [n, "2024-05-01 10:00:00" if n else "", 3, "10.0.0.1", f"p{n}@beispiel.de", ("gern", "gern", "ungern", "")[n % 4], "Ja", "Nein" if n % 2 else "Ja",
         20 + n, f"Mehr Bänke an Platz {n}, bitte" if n % 20 == 3 else "", "ja" if n < 3 else ""]
        for n in range(count)
    ]  # fmt: skip
    return "\n".join(";".join(map(str, row)) for row in [HEADS, *rows])


def test_answers_become_counted_questions_and_texts_wait_for_moderation(concept):
    client = client_of(make_user("project-lead"))
    batch, page = said_for_all(
        client, "survey", answers(), source_title="Bürgerumfrage", new_format="Umfrage 2024"
    )
    shown = words(page)
    assert "7 Neu" in shown and "Weniger als 5 Antworten" in shown, shown
    assert "39 Antwortbögen sind gezählt. 1 ist nicht abgeschlossen und zählt nicht" in shown
    write(client, batch)
    asked = {row.code: row for row in SurveyQuestion.objects.select_related("format__item")}
    assert [*asked] == ["Q1", "Q2", "Q3", "Q4", "Q5"]
    assert (asked["Q1"].sort, asked["Q1"].counts, asked["Q1"].answered, asked["Q1"].missing) == (
        "choice",
        "19: gern\n10: ungern",
        29,
        10,
    )
    assert (asked["Q2"].sort, asked["Q2"].counts) == ("several", "39: Grün\n19: Läden")
    assert (asked["Q3"].sort, str(asked["Q3"].mean), asked["Q4"].sort) == ("number", "40.00", "text")
    assert asked["Q3"].counts == ""  # thirty-nine ages, each given once, would be people
    assert (asked["Q5"].counts, asked["Q5"].answered) == ("", 2)  # two would be recognised
    texts = Contribution.objects.select_related("item").order_by("original_id")
    assert [(row.original_id, row.state, row.item.visibility, row.topic_there) for row in texts] == [
        ("23:Q4", "new", "internal", "Ihre Ideen"), ("3:Q4", "new", "internal", "Ihre Ideen")
    ]  # fmt: skip
    batch.refresh_from_db()
    assert not batch.table and not batch.data and "beispiel.de" not in str(list(batch.entries.values()))
    page = words(client.get(asked["Q1"].format.item.url))
    assert (
        "Wohnen Sie gern hier?" in page
        and "19 gern" in page.replace("gern 19", "19 gern")
        and "10 ohne Antwort" in page
    )
    assert "zu wenige, um sie zu zeigen" in page and "Mittelwert 40,0" in page and "39 (100 %)" in page
    assert "zu wenige für Anteile" in page  # 29 answered the first
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert (
        not SurveyQuestion.objects.exists()
        and not Item.objects.filter(kind__in=["contribution", "format"]).exists()
    )


def test_the_questions_of_a_public_format_wait_where_one_may_not_release(concept):
    client, item = client_of(make_user("planner")), make_item("format", title="Umfrage")
    batch, _page = said_for_all(client, "survey", answers(), source_title="Umfrage", format=item.pk)
    write(client, batch)
    assert Proposal.objects.waiting().count() == 5 and not SurveyQuestion.objects.exists()
    assert "Wohnen Sie gern" not in words(client_of(make_user(None)).get(item.url))


def test_a_question_that_is_there_is_not_counted_twice(concept):
    client, item = client_of(make_user("project-lead")), make_item("format", title="Umfrage")
    first, _page = said_for_all(client, "survey", answers(), source_title="Umfrage", format=item.pk)
    write(client, first)
    _again, page = said_for_all(client, "survey", answers(), source_title="Umfrage", format=item.pk)
    assert "5 Schon so" in words(page)
    _other, page = said_for_all(client, "survey", answers(44), source_title="Umfrage", format=item.pk)
    assert "Diese Frage hat das Format schon, mit anderen Zahlen." in words(page)


@pytest.mark.skipif(CASE is None, reason="the shared cases are not here")
def test_the_case_of_limesurvey_is_understood(concept):
    client = client_of(make_user("project-lead"))
    batch, page = said_for_all(
        client, "survey", CASE.read_bytes(), source_title="Umfrage", new_format="Umfrage"
    )
    assert batch.entries.count() == 5 and "Mehr Bäume" in words(page) and "Radweg" in words(page)
    assert [name for name in Batch.objects.get(pk=batch.pk).task["columns"].values() if name] == [
        "original_id",
        "received_on",
        "number",
        "several",
        "free",
    ]


@pytest.mark.parametrize("head, read", [
    ("Q2[SQ001]. Was fehlt? [Grün]", ("Q2", "SQ001", "Was fehlt?", "Grün")), ("Q3. Ihre Ideen", ("Q3", "", "Ihre Ideen", "")),
    ("Wie geht es Ihnen?", ("", "", "Wie geht es Ihnen?", "")), ("Q7", ("Q7", "", "Q7", "")), ("", ("", "", "", "")),
])  # fmt: skip
def test_heads_with_codes(head, read):
    found = head_of(head)
    assert (found.code, found.part, found.text, found.option) == read
