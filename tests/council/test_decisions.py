"""The denominator is kept: which decisions of citywide weight were checked, which were not, and of which nobody knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from insek.concept.asker import Asker
from insek.council.decisions import denominator_of, of_weight, unchecked
from insek.council.models import WeightCriterion
from insek.council.touching import texts_of
from insek.council.weighing import shown_criteria
from insek.people.actors import PROGRAM
from insek.thread.models import Item
from tests.council.checks import begin, change, finish, touch
from tests.factories import make_actor, make_item, make_unit
from tests.reading import words


def a_decision(concept, title, **values):
    return make_item("paper", concept=concept, title=title, visibility="internal", **values)


@pytest.fixture
def decisions(concept):
    """One checked, one with a draft, one said to be weighty, one local, one nobody looked at."""
    climate = concept.fields.get(key="klima")
    built = {
        "checked": a_decision(
            concept, "Radnetz", date=date(2025, 5, 1), unit=make_unit("tiefbau"), fields=[climate]
        ),
        "begun": a_decision(concept, "Neue Halle", date=date(2026, 2, 1), unit=make_unit("hochbau")),
        "said": a_decision(
            concept, "Haushaltsansatz Klima", subject="budget", weight="citywide", fields=[climate]
        ),
        "local": a_decision(concept, "Parkbank", weight="local"),
        "unknown": a_decision(concept, "Satzung"),
    }
    check = begin(concept, built["checked"].paper, weight="citywide")
    touch(check, make_item("goal", concept=concept))
    finish(check)
    begin(concept, built["begun"].paper, weight="citywide")
    return built


def asker(concept, actor=PROGRAM):
    return Asker(actor, concept=concept)


def test_the_share_is_counted_by_year_unit_field_and_kind(decisions, concept, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        found = denominator_of(asker(concept))
    assert (found.whole.checked, found.whole.weighty, found.local, found.unknown) == (1, 3, 1, 1)
    told = {
        way: {share.name: (share.checked, share.weighty) for share in shares}
        for way, shares in found.by.items()
    }
    assert told["jahr"] == {"2025": (1, 1), "2026": (0, 1), "ohne Datum": (0, 1)}
    assert told["federfuehrung"] == {
        "Referat hochbau": (0, 1),
        "Referat tiefbau": (1, 1),
        "ohne Federführung": (0, 1),
    }
    assert told["feld"] == {"Klima": (1, 2), "ohne Handlungsfeld": (0, 1)}
    assert told["art"] == {"Haushaltsansatz": (0, 1), "Vorlage": (1, 2)}
    assert set(unchecked(asker(concept))) == {decisions["begun"], decisions["said"]}


def test_a_check_counts_more_than_what_was_said_before_once_it_is_finished(decisions, concept):
    """One that was only begun adds a decision to those of weight and takes none away."""
    check = begin(concept, decisions["said"].paper, weight="local")
    begun = begin(concept, decisions["unknown"].paper, weight="local")
    found = denominator_of(asker(concept))
    assert (found.whole.weighty, found.local, found.unknown) == (3, 1, 1)
    change(begun, weight="citywide")
    assert denominator_of(asker(concept)).whole.weighty == 4
    touch(check, make_item("goal", concept=concept))
    finish(check)
    assert denominator_of(asker(concept)).whole.weighty == 3
    papers = Item.objects.filter(kind="paper")
    assert set(of_weight(papers, "local")) == {decisions["local"], decisions["said"]}


def test_only_what_one_may_see_is_counted(decisions, concept):
    """A department sees the drafts of its own unit."""
    own = make_actor("department", unit=make_unit("tiefbau"))
    found = denominator_of(asker(concept, own))
    assert (found.whole.checked, found.whole.weighty, found.unknown) == (1, 1, 0)


def test_the_page_names_what_was_not_checked_and_what_nobody_knows(decisions, concept, as_role):
    client = as_role("project-lead")
    page = client.get(reverse("decision-share"), {"nach": "feld"})
    told = words(page)
    assert "3 Entscheidungen haben gesamtstädtisches Gewicht, 1 davon sind geprüft." in told
    assert "Bei einer weiteren hat noch niemand nach dem Gewicht gesehen" in told
    assert "Neue Halle" in told and "Haushaltsansatz Klima" in told and "Parkbank" not in told
    assert client.get(reverse("decision-share"), {"nach": "erfunden"}).status_code == 404
    assert client.get(reverse("decision-share"), {"ab": "Unsinn"}).status_code == 404
    file = b"".join(client.get(reverse("decision-workbook")).streaming_content)
    book = load_workbook(BytesIO(file))
    assert [cell.value for cell in book["Handlungsfeld"][2]] == ["Klima", 2, 1, 50]
    assert {row[0].value for row in book["Nicht geprüft"].iter_rows(min_row=2)} == {
        "Neue Halle",
        "Haushaltsansatz Klima",
    }


def test_an_empty_concept_says_so(concept, as_role):
    told = words(as_role("project-lead").get(reverse("decision-share")))
    assert "Noch von keiner Entscheidung ist gesagt" in told and "%" not in told


SIGNS = {
    "geld": {"sign": "amount", "least": Decimal(1_000_000)},
    "boden": {"sign": "area", "least": Decimal(2)},
    "orte": {"sign": "places", "least": Decimal(2)},
    "regel": {"sign": "words", "words": "Satzung, Rahmenplan"},
    "sonst": {},
}


@pytest.mark.parametrize(
    ("title", "text", "places", "shown"),
    [
        ("Halle", "Gesamtkosten: 1.085.000,- Euro", [], {"geld": "1.085.000 Euro"}),
        ("Halle", "Die Kosten liegen bei 0,9 Mio. Euro.", [], {}),
        ("Halle", "Das Grundstück hat 24.000 m² Fläche.", [], {"boden": "24.000 m²"}),
        ("Halle", "Es geht um 1,5 ha.", [], {}),
        ("Halle", "Text", ["Nord", "Süd"], {"orte": "Nord, Süd"}),
        ("Rahmenplan Nord", "Text", ["Nord"], {"regel": "Rahmenplan"}),
        ("Halle", "", [], {}),
    ],
)
def test_criteria_are_seen_by_their_signs(concept, title, text, places, shown):
    criteria = [
        WeightCriterion.objects.create(concept=concept, key=key, position=number, title=key, **values)
        for number, (key, values) in enumerate(SIGNS.items(), 1)
    ]
    [paper] = texts_of([a_decision(concept, title, text=text)])
    assert {one.criterion.key: one.words for one in shown_criteria(criteria, paper, places)} == shown


def test_a_sign_is_kept_whole(concept, as_role):
    """An amount without its number and words without any are refused, in words; what belongs to another sign is dropped."""
    client = as_role("project-lead")
    values = {"key": "geld", "position": 1, "title": "Es kostet viel", "sign": "amount"}
    assert "ab wie viel es gilt" in words(client.post(reverse("criterion-create"), values))
    assert (
        client.post(
            reverse("criterion-create"), {**values, "least": "1.000.000", "words": "Unsinn"}
        ).status_code
        == 302
    )
    row = WeightCriterion.objects.get()
    assert (row.sign, row.least, row.words) == ("amount", Decimal(1_000_000), "")
    assert "ein Betrag in Euro, ab 1.000.000" in words(client.get(reverse("criterion-list")))
    assert (
        client.post(reverse("criterion-create"), {**values, "key": "wort", "sign": "words"}).status_code
        == 400
    )
