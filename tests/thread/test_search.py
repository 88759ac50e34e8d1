"""Search finds German words as people type them, on both databases, behind the gate."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.search import by_words_of_title, search_items
from insek.thread.services import delete_item, update_item
from tests.factories import make_actor, make_item


def found(query, actor=ANONYMOUS):
    return [item.title for item in search_items(query, actor)]


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Radverkehr stärken", "Rad"),
        ("Radverkehr stärken", "radverkehr"),
        ("Radverkehr stärken", "Verkehr"),
        ("Neue Radwege", "Radweg"),
        ("Wohnungsbau im Bestand", "Wohnung"),
        ("Grünflächen vernetzen", "gruenflaeche"),
        ("Straßen umbauen", "strasse"),
        ("Ziel mit Nummer", "Z 3.2"),
    ],
)
def test_compounds_inflections_and_spellings_are_found(concept, title, query):
    make_item("goal", title=title, number="Z 3.2")
    make_item("goal", title="Etwas anderes", number="Z 9.9")
    assert found(query) == [title]


def test_all_words_must_be_there(concept):
    make_item("goal", title="Radverkehr in der Innenstadt")
    make_item("goal", title="Radverkehr im Lautertal")
    assert found("Rad Innenstadt") == ["Radverkehr in der Innenstadt"]


def test_title_hits_come_first(concept):
    make_item("goal", number="Z 1", title="Mobilität", text="Auch der Radverkehr gehört dazu.")
    make_item("goal", number="Z 2", title="Radverkehr")
    assert found("Radverkehr") == ["Radverkehr", "Mobilität"]


def test_internal_items_are_found_by_insiders_only(concept):
    make_item("goal", title="Geheimer Radweg", visibility="internal")
    assert found("Radweg") == []
    assert found("Radweg", make_actor("planner")) == ["Geheimer Radweg"]


def test_a_change_and_a_deletion_reach_the_search(concept):
    item = make_item("goal", title="Radweg")
    item = update_item(item, expected_version=1, values={"title": "Gehweg"}, actor=PROGRAM)
    assert (found("Radweg"), found("Gehweg")) == ([], ["Gehweg"])
    delete_item(item, expected_version=2, actor=PROGRAM)
    assert found("Gehweg") == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        '"',
        "'",
        "a AND",
        "NEAR(",
        "*",
        "(((",
        "\\",
        "%",
        "🚲",
        "x" * 5000,
        "a' OR 1=1 --",
        "-",
        "\u202e",
    ],
)
def test_whatever_is_typed_is_only_searched_for(concept, query):
    make_item("goal", title="Radweg")
    assert found(query) == []


@pytest.mark.django_db
def test_a_search_starts_from_what_was_found_and_never_from_all_that_is_public(concept):
    make_item("goal", concept=concept, title="Radverkehr", visibility="public")
    with CaptureQueriesContext(connection) as asked:
        assert [item.title for item in search_items("Radverkehr", ANONYMOUS, concept=concept)] == [
            "Radverkehr"
        ]
        assert not search_items("Radverkehr", ANONYMOUS, concept=concept, kind="measure")
    gated = [query["sql"].partition(" WHERE ")[2] for query in asked.captured_queries]
    gated = [where for where in gated if '"visibility"' in where]
    assert len(gated) >= 2
    for where in gated:
        assert where.count('"visibility"') == where.partition("CASE WHEN")[2].count('"visibility"') == 1


def test_words_of_getting_across_and_of_leaving_a_bicycle_find_what_is_planned(client, concept):
    make_item("measure", title="Bürgerhaus und Unterführung", text="Ein heller Weg unter der Bahn.")
    make_item("measure", title="Sichere Abstellplätze am Haltepunkt", text="In der Innenstadt.")
    make_item("measure", title="Spielplatz")
    for asked, first in (
        ("Gleise überqueren", "Unterführung"),
        ("Fahrradparkplatz Innenstadt", "Abstellplätze"),
    ):
        page = client.get("/suche/", {"q": asked}).content.decode()
        assert first in page.partition('<li class="result">')[2].partition("</li>")[0]
        assert f"Gesucht: „{asked}“" in page  # on paper, where the field of the form is not shown


@pytest.mark.django_db
def test_while_there_is_no_index_signs_alone_find_nothing_by_title(concept):
    make_item("goal", title="Mehr Grün")
    assert by_words_of_title("???", ANONYMOUS, concept=concept).ids == []
    assert len(by_words_of_title("grün ?", ANONYMOUS, concept=concept).ids) == 1


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Wohnen am Asternweg", "Asterweg"),  # parts linked otherwise than they are written
        ("Die Nachbarschaft erneuern", "Nachbarsschaft"),
        ("Spielplätze im Grünen", "Spiel Platz"),  # a compound written apart
        ("Die Innenstadt kühlt ab", "abkühlen"),  # a verb that its sentence divides
        ("Grünes Band", "Grnes"),  # an umlaut is one letter to leave out
        ("Der Bus nach Mölschbach", "Malschbah"),
        ("Ein Platz mit Kinderwagen", "Kinderwmgen"),  # an error within a part of a compound
        ("Das Programm um die Königstraße", "Königstraße 12"),  # the number of a house is no word
    ],
)
def test_what_citizens_write_otherwise_is_found(concept, title, query):
    make_item("goal", title=title, number="Z 1.1")
    make_item("goal", title="Kinder und Wasser in der Mitte", number="Z 12")
    assert found(query)[:1] == [title]
