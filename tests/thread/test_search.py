"""Search finds German words as people type them, on both databases, behind the gate."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.search import search_items
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
