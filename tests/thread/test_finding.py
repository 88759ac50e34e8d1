"""What a search finds beyond the words themselves, in which order, and that it tells nobody of what is hidden."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.people.actors import ANONYMOUS
from insek.thread import search
from insek.thread.models import Posting, SearchEntry
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
        ("Bäume an Straßen", "Strassenbaeume"),
        ("Ein Haus für Frauen", "Frauenhaus"),
        ("Beteiligung der Bürger", "Bürger*innenbeteiligung"),
        ("Barrierefrei wohnen", "Barierefreiheit"),
        ("Ziel M 17", "M17"),
        ("Wohnen für Menschen mit Behinderung", "Behinderte"),
        ("Hell und gut beleuchtet", "Straßenbeleuchtung"),
        ("Radverkehr", "Pedelec"),
        ("Abstellplätze für Fahrräder", "Fahrradparkplätze"),
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


def test_a_single_part_of_a_word_does_not_count_as_the_word(concept):
    other = make_item("goal", title="Busse am Wochenmarkt")
    meant = make_item("goal", title="Busse am Wochenende")
    filled = find("Bus Wochenende", ANONYMOUS, fill=True)
    assert filled.ids[0] == meant.pk and filled.missing.get(other.pk, []) in ([], ["Wochenende"])
    assert other.pk not in filled.ids or filled.missing[other.pk] == ["Wochenende"]


def test_what_is_only_near_is_said_to_be_that(concept, client):
    item = make_item("goal", title="Ein Bad an der Lauter", number="Z 1")
    make_item("format", open_from="2020-01-01", concept=concept)
    assert find("Moorbad", ANONYMOUS, fill=True).missing == {item.pk: ["Moorbad"]}
    page = client.get(reverse("search"), {"q": "Moorbad"}).content.decode()
    assert "Ein Bad an der Lauter" in page.replace("<mark>", "").replace("</mark>", "")
    assert f"{reverse('contribute')}?text=Moorbad" in page


def test_a_number_finds_what_stands_below_it(concept):
    make_item("goal", title="Mit dem Rad", number="Z 4.1")
    make_item("goal", title="Mit vier Zimmern", number="Z 1.4")
    assert found("Z 4")[0] == "Mit dem Rad"
    assert found("E-Ladesäule") == []


def test_the_name_of_a_kind_brings_that_kind_first(concept):
    make_item("goal", title="Mehr Bäume", number="Z 1")
    make_item("measure", title="Bäume am Platz im Westen", number="M 1")
    assert found("Maßnahmen Bäume") == ["Bäume am Platz im Westen", "Mehr Bäume"]
    assert found("Bäume Ziele")[0] == "Mehr Bäume"


def test_where_words_are_missing_a_rare_one_says_more_than_a_frequent_one_in_the_title(concept):
    for number in range(8):
        make_item("goal", title=f"Fahrrad {number}")
    make_item("goal", title="Abends nach Hause", text="Nach der Schicht im Klinikum fährt nichts mehr.")
    assert found("mit dem Fahrrad zum Klinikum")[0] == "Abends nach Hause"


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


def test_the_page_says_that_the_search_is_being_rebuilt(concept, client):
    items = [make_item("goal", title=f"Radweg {number}") for number in range(4)]
    asked = {"q": "Radweg"}
    assert "neu aufgebaut" not in client.get(reverse("search"), asked).content.decode()
    SearchEntry.objects.filter(item=items[0]).update(waiting=True)
    assert "neu aufgebaut" not in client.get(reverse("search"), asked).content.decode()
    SearchEntry.objects.update(waiting=True)
    page = client.get(reverse("search"), asked).content.decode()
    assert "neu aufgebaut" in page and "im Titel" not in page


def test_while_there_is_no_index_titles_are_searched(concept, client):
    for number, visibility in enumerate(("public", "public", "internal")):
        make_item("goal", title=f"Über Bäume und Wege {number}", visibility=visibility)
    make_item("measure", title="Bäume pflanzen")
    Posting.objects.all().delete()
    address = reverse("search")
    assert "0 Treffer" in client.get(address, {"q": "wege BÄUME"}).content.decode()
    SearchEntry.objects.update(waiting=True)
    page = client.get(address, {"q": "wege BÄUME"}).content.decode()
    assert "2 Treffer" in page and "was die Wörter im Titel hat" in page
    assert "Wege 0" in page and "Wege 1" in page and "Wege 2" not in page
    one = client.get(address, {"q": "Bäume", "art": "measure"}).content.decode()
    assert "1 Treffer" in one and "Bäume pflanzen" in one


def test_suggestions_are_titles_that_begin_with_what_is_typed(concept, client):
    make_item("goal", title="Theaterwiese")
    make_item("goal", title="Wärme und Hitze")  # what "heat" finds
    page = client.get(reverse("search-suggestions"), {"q": "Theat"}).content.decode()
    assert page.strip() == '<option value="Theaterwiese"></option>'


def test_beyond_the_best_of_a_frequent_word_nothing_is_counted(concept, client, monkeypatch):
    monkeypatch.setattr(search, "FROM_TOP", 3)
    monkeypatch.setattr(search, "LEAST_FROM_TOP", 1)
    for number in range(5):
        make_item("goal", title=f"Radweg {number}")
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("search"), {"q": "Radweg"}).content.decode()
    assert "mindestens 3 Treffer" in page
    assert [query["sql"] for query in asked if 'COUNT(*) FROM (SELECT "thread_posting"' in query["sql"]] == []
