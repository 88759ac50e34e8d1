"""What a search finds beyond the words themselves, in which order, and that it tells nobody of what is hidden."""

import pytest
from django.test import Client
from django.urls import reverse

from insek.people.actors import ANONYMOUS
from insek.thread import search
from insek.thread.search import find, hits, search_items
from tests.factories import make_actor, make_item


def found(query, actor=ANONYMOUS, **how):
    ids = find(query, actor, **how).ids
    items = search.Item.objects.in_bulk(ids)
    return [items[pk].title for pk in ids]


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Neue Radwege", "Fahrradweg"),
        ("Bessere Busse", "Busverbindung"),
        ("Bezahlbare Wohnraumversorgung", "bezahlbarer Wohnraum"),
        ("Ein Fuß- und Radweg", "Fußweg"),
        ("Innen- statt Außenentwicklung", "Innenentwicklung"),
        ("Radwege und -stellplätze", "Radstellplätze"),
        ("Die Wohnraum-\nversorgung", "Wohnraumversorgung"),
        ("Plätze in der Kindertagesstätte", "Kita"),
        ("Mainzer Straße", "Mainzer Str."),
        ("Freibad", "Schwimmbad"),
        ("Wohnen im Alter", "housing"),
        ("Radnetz", "bike lane"),
        ("Alterung der Bevölkerung", "demografischer Wandel"),
        ("Ausbau der B 270", "B270"),
        ("Ausbau der B270", "B 270"),
        ("Vorlage 0466/2020", "466/2020"),
        ("Am Hauptbahnhof", "Hauptbanhof"),
        ("Am Hauptbahnhof", "Hauptb"),
        ("Müllabfuhr", "Mullabfuhr"),
        ("Beteiligung der Bürger", "Bürger*innenbeteiligung"),
        ("Barrierefrei wohnen", "Barierefreiheit"),
        ("Ziel M 17", "M17"),
    ],
)
def test_more_than_the_words_themselves_is_found(concept, title, query):
    make_item("goal", title=title, number="Z 9")
    make_item("goal", title="Etwas anderes", number="Z 8")
    assert found(query)[:1] == [title]


def test_the_name_of_a_kind_before_a_number_is_its_letters(concept):
    make_item("measure", title="Ein Platz", number="M 17")
    make_item("measure", title="Maßnahme mit 17 Bäumen", number="M 3")
    assert found("Maßnahme 17")[0] == "Ein Platz"
    make_item("vision", title="Die Stadt im Jahr 2040", number="L 1")
    assert found("Leitbild 2040") == ["Die Stadt im Jahr 2040"], "a year is no number of an item"


def test_a_word_in_quotation_marks_stands_for_itself(concept):
    make_item("goal", title="Freibad")
    assert (found("Schwimmbad"), found('"Schwimmbad"')) == (["Freibad"], [])


def test_what_is_corrected_is_told_and_can_be_refused(concept):
    make_item("goal", title="Am Hauptbahnhof")
    assert find("Hauptbanhof", ANONYMOUS).corrected == {"Hauptbanhof": "hauptbahnhof"}
    assert find("Hauptbanhof", ANONYMOUS, literally=True).ids == []


def test_no_word_of_hidden_items_is_told(concept):
    make_item("goal", title="Am Geheimbahnhof", visibility="internal")
    told, insider = find("Geheimbanhof", ANONYMOUS), find("Geheimbanhof", make_actor("planner"))
    assert (told.corrected, told.ids) == ({}, [])
    assert insider.corrected == {"Geheimbanhof": "geheimbahnhof"}
    assert found("Geheimb") == []
    page = Client().get(reverse("search-suggestions"), {"q": "Geheim"}).content.decode()
    assert "Geheim" not in page


def test_with_all_words_before_some_and_what_is_missing_is_said(concept):
    make_item("goal", title="Radverkehr in der Innenstadt")
    other = make_item("goal", title="Radverkehr im Lautertal")
    filled = find("Rad Innenstadt", ANONYMOUS, fill=True)
    assert found("Rad Innenstadt", fill=True) == ["Radverkehr in der Innenstadt", "Radverkehr im Lautertal"]
    assert filled.missing == {other.pk: ["Innenstadt"]}
    assert found("Rad Innenstadt") == ["Radverkehr in der Innenstadt"]


def test_where_none_has_all_the_best_with_some(concept):
    make_item("goal", title="Radverkehr")
    make_item("goal", title="Wald")
    assert found("Rad Bürgerhaus") == ["Radverkehr"]
    assert [item.title for item in hits("Rad Bürgerhaus", ANONYMOUS)] == ["Radverkehr"]


def test_goals_come_before_contributions_where_equal(concept):
    make_item("contribution", title="Schatten")
    make_item("goal", title="Schatten", number="Z 1")
    items = search_items("Schatten", make_actor("project-lead"))
    assert [item.kind for item in items] == ["goal", "contribution"]


def test_a_rarer_word_says_more(concept):
    for number in range(6):
        make_item("goal", title=f"Wald {number}")
    make_item("goal", title="Quelle")
    assert found("Wald Quelle")[0] == "Quelle"


def test_question_words_need_not_be_there(concept):
    make_item("goal", title="Radweg nach Westen")
    assert find("Wann kommt der Radweg?", ANONYMOUS).missing == {}
    assert found("Wann kommt der Radweg?") == ["Radweg nach Westen"]


def test_a_very_frequent_word_is_looked_at_from_the_top(concept, monkeypatch):
    for number in range(6):
        make_item("goal", title=f"Wald {number}", visibility="internal" if number < 5 else "public")
    monkeypatch.setattr(search, "FROM_TOP", 2)
    assert found("Wald") == ["Wald 5"]
    assert [item.title for item in hits("Wald", ANONYMOUS)] == ["Wald 5"]
    assert hits("Wald", make_actor("planner")).count() == 6


def test_an_installation_adds_its_own_words(concept, settings, tmp_path):
    settings.INSEK_DATA_DIR = tmp_path
    make_item("goal", title="Lämmchesberg")
    assert found("Musenhügel") == []
    (tmp_path / "search_words.csv").write_text(
        "word,finds,both,note\nmusenhügel,lämmchesberg,yes,\n", encoding="utf-8"
    )
    assert found("Musenhügel") == ["Lämmchesberg"]


def test_the_page_counts_by_kind_and_offers_a_way_to_say_it(concept, client):
    make_item("goal", title="Radweg")
    make_item("measure", title="Radwege bauen")
    make_item("format", open_from="2020-01-01", concept=concept)
    page = client.get(reverse("search"), {"q": "Radweg"}).content.decode()
    assert "art=measure" in page and "art=finding" not in page and "2 Treffer" in page
    one = client.get(reverse("search"), {"q": "Radweg", "art": "measure"}).content.decode()
    assert "1 Treffer" in one and "<mark>Radwege</mark>" in one
    none = client.get(reverse("search"), {"q": "Seilbahn"}).content.decode()
    assert f"{reverse('contribute')}?text=Seilbahn" in none
    assert "Seilbahn</textarea>" in client.get(reverse("contribute"), {"text": "Seilbahn"}).content.decode()


def test_the_page_says_what_it_searched_for_instead(concept, client):
    make_item("goal", title="Am Hauptbahnhof")
    page = client.get(reverse("search"), {"q": "Hauptbanhof"}).content.decode()
    assert "Gesucht wurde nach „Hauptbahnhof“" in page and "woertlich=1" in page
    page = client.get(reverse("search"), {"q": "Hauptbanhof", "woertlich": "1"}).content.decode()
    assert "Meinten Sie" in page and "?q=Hauptbahnhof" in page


def test_suggestions_are_titles_that_begin_with_what_is_typed(concept, client):
    make_item("goal", title="Theaterwiese")
    page = client.get(reverse("search-suggestions"), {"q": "Theat"}).content.decode()
    assert page.strip() == '<option value="Theaterwiese"></option>'
