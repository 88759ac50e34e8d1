"""What a check says: its results, which a person chose, its summary, its paragraph and the edition it rests on."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from docx import Document

from insek.council import checking
from insek.council.models import Check, WeightCriterion
from insek.council.wording import goals_of, goals_verdict_of, paragraph_of, summary_of, verdict_of
from insek.people.actors import PROGRAM
from insek.thread.models import Change
from tests.council.checks import CREATE, begin, change, finish, fresh, touch
from tests.factories import make_edition, make_item
from tests.reading import words


def test_the_summary_counts_conflicts_first_and_names_the_fields(concept, paper):
    check = begin(concept, paper)
    field = concept.fields.get(key="wohnen")
    touch(check, make_item("goal", fields=[field]))
    touch(check, make_item("goal"), effect="conflicts")
    touch(check, make_item("goal", fields=[field]))
    lines = summary_of(goals_of(check))
    assert [(line.effect, line.count, line.fields) for line in lines] == [
        ("conflicts", 1, ""),
        ("supports", 2, "Wohnen"),
    ]
    assert lines[0].text == "1 Ziel steht im Widerspruch"


def test_the_paragraph_says_weight_goals_and_measures(concept, paper):
    criterion = WeightCriterion.objects.create(
        concept=concept, key="netz", position=1, title="Es verändert ein Netz"
    )
    check = begin(
        concept,
        paper,
        weight="citywide",
        criteria=[criterion],
        weight_reason="Der Weg verbindet zwei Stadtteile",
    )
    touch(check, make_item("goal", number="Z 4.2", title="Ein Radnetz"), effect="strong", certainty="low")
    check = fresh(check)
    checking.set_measure(
        check,
        make_item("measure", number="M 3", title="Radweg"),
        is_implemented=True,
        expected_version=check.item.version,
        actor=PROGRAM,
    )
    text = paragraph_of(fresh(check))
    assert (
        "ist von gesamtstädtischem Gewicht. Es verändert ein Netz. Der Weg verbindet zwei Stadtteile." in text
    )
    assert (
        "unterstützt folgende Ziele stark:\n– Z 4.2 Ein Radnetz: Er schließt eine Lücke (unsicher)." in text
    )
    assert "– M 3 Radweg" in text


def test_not_looked_at_is_no_result(concept, paper):
    check = begin(concept, paper, weight="")
    assert (verdict_of(check), goals_verdict_of(check, 0)) == ("noch nicht angesehen",) * 2
    text = paragraph_of(fresh(check))
    assert "Ob die Vorlage „Neuer Radweg“ von gesamtstädtischem Gewicht ist, ist noch nicht geprüft." in text
    assert "Welche Ziele des INSEK berührt sind, ist noch nicht geprüft." in text
    with pytest.raises(ValidationError) as refused:
        finish(check)
    assert len(refused.value.messages) == 2


def test_that_nothing_is_touched_is_a_result_that_a_person_chose(concept, paper):
    check = begin(concept, paper)
    with pytest.raises(ValidationError, match="warum kein Ziel"):
        change(check, touches_no_goal=True)
    change(check, touches_no_goal=True, no_goal_reason="Es geht nur um die Hausordnung")
    text = paragraph_of(fresh(check))
    assert "ist nicht von gesamtstädtischem Gewicht." in text
    assert "Das Vorhaben berührt kein Ziel des INSEK. Es geht nur um die Hausordnung." in text
    assert finish(check).is_final


def test_a_goal_takes_the_result_back_that_none_is_touched(concept, paper):
    check = begin(concept, paper, touches_no_goal=True, no_goal_reason="Nur die Hausordnung")
    touch(check, make_item("goal"))
    assert not fresh(check).touches_no_goal
    named, taken_back = Change.objects.filter(item_id=check.pk)[:2]
    assert taken_back.differences["touches_no_goal"] == [True, False]
    assert named.differences["check_goal"][0] is None
    with pytest.raises(ValidationError, match="Es sind Ziele gewählt"):
        change(check, touches_no_goal=True, no_goal_reason="Doch nicht")


def test_a_criterion_that_is_met_gives_weight(concept, paper, as_role):
    row = WeightCriterion.objects.create(
        concept=concept, key="netz", position=1, title="Es verändert ein Netz"
    )
    client = as_role("planner")
    values = {"title": "Brücke", "subject": "budget", "standing": "working", "visibility": "internal"}
    refused = client.post(CREATE, {**values, "criteria": [row.pk], "weight": "local"})
    assert "Dann hat die Sache gesamtstädtisches Gewicht." in words(refused)
    assert client.post(CREATE, {**values, "criteria": [row.pk], "weight": ""}).status_code == 302
    assert Check.objects.get().weight == "citywide"
    check = begin(concept, paper, criteria=[row], weight="local")
    touch(check, make_item("goal"))
    with pytest.raises(ValidationError, match="gesamtstädtisches Gewicht"):
        finish(check)


@pytest.mark.parametrize(
    ("editions", "standing", "said"),
    [
        ([], "working", "Arbeitsstand ohne beschlossene Ausgabe."),
        ([("draft", "working", None)], "working", "Arbeitsstand ohne beschlossene Ausgabe."),
        ([("adopted", "fact", date(2025, 10, 6))], "working", "Entwurf, beschlossen am 6. Oktober 2025."),
        (
            [("superseded", "fact", date(2015, 3, 2)), ("adopted", "fact", date(2025, 10, 6))],
            "working",
            "Entwurf, beschlossen am 6. Oktober 2025.",
        ),
        ([("adopted", "fact", date(2025, 10, 6))], "example", "Arbeitsstand ohne beschlossene Ausgabe."),
        (
            [("adopted", "fact", date(2025, 10, 6)), ("draft", "example", None)],
            "example",
            "Entwurf, Entwurf.",
        ),
        ([("adopted", "example", date(2025, 10, 6))], "working", "Arbeitsstand ohne beschlossene Ausgabe."),
    ],
)
def test_the_paragraph_names_the_edition_it_rests_on(concept, editions, standing, said):
    for number, (status, of, day) in enumerate(editions):
        make_edition(concept, f"ausgabe-{number}", status=status, standing=of, date=day)
    check = begin(concept, standing=standing)
    assert paragraph_of(fresh(check)).endswith(said)


def test_finishing_keeps_the_edition_and_names_goals_that_are_not_in_it(concept):
    edition = make_edition(concept, status="adopted", standing="fact", date=date(2025, 10, 6))
    old, new = make_item("goal", number="Z 1"), make_item("goal", number="Z 9")
    edition.numbers.create(number="Z 1", item_id=old.pk)
    check = begin(concept)
    touch(check, old)
    touch(check, new)
    done = finish(check)
    assert done.edition == edition
    assert done.paragraph.endswith("beschlossen am 6. Oktober 2025. Nicht Teil dieser Ausgabe: Z 9.")
    make_edition(concept, "neu", status="adopted", standing="fact", date=date(2026, 1, 1))
    assert fresh(done).edition == edition


def test_a_matter_without_a_paper_is_called_by_its_kind(concept, paper):
    assert paragraph_of(begin(concept)).startswith("Der Haushaltsansatz „Neuer Radweg“ ist nicht")
    assert paragraph_of(begin(concept, paper)).startswith("Die Vorlage „Neuer Radweg“ ist nicht")
    old = begin(concept, subject="paper")
    assert paragraph_of(old).startswith("Das Vorhaben „Neuer Radweg“ ist nicht")


def test_what_was_worded_by_hand_stays_and_an_unchanged_text_does_not(concept, paper):
    check = fresh(begin(concept, paper))
    checking.write_paragraph(check, paragraph_of(check), expected_version=1, actor=PROGRAM)
    assert fresh(check).paragraph == ""
    checking.write_paragraph(fresh(check), "Eigene Worte.", expected_version=1, actor=PROGRAM)
    touch(check, make_item("goal"))
    assert finish(check).paragraph == "Eigene Worte."


def test_what_was_worded_by_hand_names_the_edition_too(concept, paper):
    make_edition(concept, status="adopted", standing="fact", date=date(2025, 10, 6))
    check = fresh(begin(concept, paper))
    touch(check, make_item("goal"))
    checking.write_paragraph(
        check, "Eigene Worte.", expected_version=fresh(check).item.version, actor=PROGRAM
    )
    with pytest.raises(ValidationError, match="auf welcher Ausgabe die Prüfung beruht: Entwurf"):
        finish(check)
    words = "Eigene Worte. Grundlage ist die Ausgabe „Entwurf“."
    checking.write_paragraph(fresh(check), words, expected_version=fresh(check).item.version, actor=PROGRAM)
    assert finish(check).paragraph == words


def test_an_example_paper_makes_an_example_check(concept):
    example = make_item("paper", standing="example").paper
    with pytest.raises(ValidationError, match="Beispiel"):
        begin(concept, example)
    assert paragraph_of(begin(concept, example, standing="example")).startswith("Beispiel")


def test_a_made_up_goal_says_so_in_the_paragraph_of_a_real_paper(concept, paper):
    check = begin(concept, paper)
    touch(check, make_item("goal", title="Ein Radnetz", standing="example"))
    assert "– Ein Radnetz (Beispiel): Er schließt eine Lücke (wahrscheinlich)." in paragraph_of(check)


def test_the_paragraph_as_text_and_as_word(concept, paper):
    check = begin(concept, paper)
    touch(check, make_item("goal", title="Ein Radnetz"))
    finish(check)
    assert "Ein Radnetz" in Client().get(reverse("check-text", args=[check.pk])).content.decode()
    word = Client().get(reverse("check-word", args=[check.pk])).content
    lines = [paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs]
    assert lines[0] == "Bezug zum INSEK"
    assert any("Ein Radnetz" in line for line in lines)
