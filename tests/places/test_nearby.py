"""„Was ist hier geplant?“: a place by its words or its point, what lies near it, and nothing that may not be seen."""

from __future__ import annotations

from decimal import Decimal

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.places.locations import set_location
from insek.places.models import District
from insek.places.names.finding import find_places
from insek.places.names.rows import NameRow
from insek.places.names.writing import write_names
from insek.places.nearby.around import naming, near_place
from tests.factories import make_concept, make_item

LONG_STREET = shapely.LineString([(7.70, 49.40), (7.72, 49.40)])


@pytest.fixture
def city(db):
    concept = make_concept(key="hausen", city="Musterstadt")
    item = make_item("district", concept=concept, level="city", title="Musterstadt", code="00")
    District.objects.filter(item=item).update(geometry=None)
    row = District.objects.get(item=item)
    row.geometry, row.schematic = shapely.box(7.6, 49.3, 7.9, 49.6), False
    row.save()
    make_item(
        "district", concept=concept, level="stadtteil", code="02", title="Oberdorf",
        centre_lon=Decimal("7.71"), centre_lat=Decimal("49.40"),
    )  # fmt: skip
    point = (7.71, 49.40, 7.71, 49.40)
    write_names(
        [
            NameRow("street", "Lange Straße", 7.71, 49.40, (7.70, 49.40, 7.72, 49.40), "02", "", shapely.to_wkb(LONG_STREET, hex=True)),
            NameRow("street", "Gasse", 7.71, 49.41, (7.71, 49.41, 7.71, 49.41), "02"),
            NameRow("street", "Doppelweg", 7.71, 49.40, point, "", "Oberdorf"),
            NameRow("street", "Doppelweg", 7.81, 49.50, (7.81, 49.50, 7.81, 49.50), "", "Unterdorf"),
        ],
        city="hausen", sort="streets", attribution="© Vermessung",
    )  # fmt: skip
    return concept


def placed(concept, lon, lat, **values):
    item = make_item("measure", concept=concept, visibility=values.pop("visibility", "public"), **values)
    set_location(item, shapely.Point(lon, lat), expected_version=item.version, actor=PROGRAM)
    return item


def test_what_lies_along_a_street_is_near_all_of_it_and_the_nearest_comes_first(city, client):
    far = placed(
        city, 7.7199, 49.4050, title="Am Ende der Straße"
    )  # 1.4 km from the middle, 550 m from the street
    here = placed(city, 7.7001, 49.40, title="Am Anfang")
    placed(city, 7.75, 49.45, title="Woanders")
    secret = placed(city, 7.71, 49.40, title="Geheim", visibility="internal")
    [place] = find_places(city, "Lange Str.", ANONYMOUS).places
    assert [(one.pk, one.metres) for one in near_place(city, ANONYMOUS, place)] == [
        (here.pk, 0),
        (far.pk, 560),
    ]
    page = client.get(reverse("nearby"), {"wo": "lange strasse 3"}).content.decode()
    assert "2 Maßnahmen im Umkreis von 800 Metern" in page and "560 m entfernt" in page
    assert page.index("Am Anfang") < page.index("Am Ende der Straße")
    assert secret.title not in page and "Woanders" not in page
    assert "Die Hausnummer 3 ist hier nicht bekannt" in page and "© Vermessung" in page
    assert "Alles zum Stadtteil Oberdorf" in page


def test_where_nothing_lies_the_page_says_so_and_names_what_only_its_words_say(city, client):
    named = make_item(
        "measure",
        concept=city,
        title="Neue Bäume",
        text="In der Gasse werden Bäume gepflanzt.",
        visibility="public",
    )
    make_item("measure", concept=city, title="Brunnengasse sanieren", visibility="public")
    [place] = find_places(city, "Gasse", ANONYMOUS).places
    assert [one.pk for one in naming(city, ANONYMOUS, place, set())] == [named.pk]
    page = client.get(reverse("nearby"), {"wo": "Gasse"}).content.decode()
    assert "Auf der Karte ist im Umkreis von 800 Metern nichts Geplantes verzeichnet" in page
    assert "Wo „Gasse“ im Text vorkommt" in page and "Neue Bäume" in page and "Brunnengasse" not in page


def test_where_more_may_be_meant_one_chooses_and_the_address_of_the_choice_tells_them_apart(city, client):
    page = client.get(reverse("nearby"), {"wo": "Doppelweg"})
    assert "Welcher Ort ist gemeint?" in page.content.decode()
    urls = [choice["url"] for choice in page.context["choices"]]
    assert len(set(urls)) == 2
    for url, part in zip(urls, ("Oberdorf", "Unterdorf"), strict=True):
        assert client.get(url).context["place"]["about"] == f"Straße, {part}"


@pytest.mark.parametrize("words", ["", "Gibt es nicht", "x" * 500, "\x00", "12", "<b>", "%"])
def test_any_words_are_answered(city, client, words):
    answer = client.get(reverse("nearby"), {"wo": words})
    assert answer.status_code == 200 and "Oder wählen Sie einen Stadtteil" in answer.content.decode()
    assert client.get(reverse("place-suggestions"), {"wo": words}).json()["places"] == []


@pytest.mark.parametrize("point", ["", "49.4", "a,b", "nan,nan", "99,7.7", "49.4,7.7,1", "inf,1"])
def test_what_is_no_point_is_none(city, client, point):
    assert client.get(reverse("nearby"), {"punkt": point}).status_code == 200


def test_a_point_has_no_other_name_than_that_of_the_place_there(city, client):
    true = client.get(reverse("nearby"), {"wo": "Gasse", "punkt": "49.41,7.71"})
    wrong = client.get(reverse("nearby"), {"wo": "Gasse", "punkt": "49.50,7.71"})
    assert (true.context["place"]["label"], wrong.context["place"]["label"]) == (
        "Gasse",
        "Punkt auf der Karte",
    )


def test_the_field_offers_what_begins_so_in_few_queries(city, client):
    client.get(reverse("place-suggestions"), {"wo": "La"})
    with CaptureQueriesContext(connection) as asked:
        found = client.get(reverse("place-suggestions"), {"wo": "Lang"}).json()["places"]
    assert found == [
        {"label": "Lange Straße", "whole": "Lange Straße, Oberdorf", "kind": "Straße", "district": "Oberdorf", "lon": 7.71, "lat": 49.4,
         "box": [7.7, 49.4, 7.72, 49.4], "outside": False},
    ]  # fmt: skip
    assert len(asked) <= 4


@pytest.mark.parametrize(
    ("words", "is_signed"),
    [("Lange Straße", True), ("lange str 7", True), ("Lange Strase", True), ("Gasse", True), ("lange", False), ("Rad", False), ("Oberdorf", False)],
)  # fmt: skip
def test_a_search_for_a_street_leads_to_what_is_planned_there(city, client, words, is_signed):
    page = client.get(reverse("search"), {"q": words})
    assert bool(page.context["signposts"]) == is_signed
    assert ("Was ist hier geplant?" in page.content.decode()) == is_signed


def test_without_a_concept_the_page_is_there(db, client):
    assert client.get(reverse("nearby"), {"wo": "Gasse"}).status_code == 200
    assert client.get(reverse("place-suggestions"), {"wo": "Gasse"}).status_code == 404


def test_suggestions_say_what_a_map_needs_and_what_lies_outside_of_the_city(city, client):
    write_names(
        [NameRow("place", "Fernes Schloss", 8.5, 49.9, (8.5, 49.9, 8.5, 49.9))],
        city="hausen",
        sort="base",
        attribution="x",
    )
    answer = client.get(reverse("place-suggestions"), {"wo": "lange str"}).json()["places"]
    assert [(one["box"], one["outside"]) for one in answer] == [([7.7, 49.4, 7.72, 49.4], False)]
    [far] = client.get(reverse("place-suggestions"), {"wo": "Fernes Schloss"}).json()["places"]
    assert far["outside"]
    assert (
        "liegt außerhalb der Stadt"
        in client.get(reverse("nearby"), {"wo": "Fernes Schloss"}).content.decode()
    )
    assert (
        "liegt außerhalb der Stadt" in client.get(reverse("nearby"), {"punkt": "50.5,8.0"}).content.decode()
    )
    assert "außerhalb" not in client.get(reverse("nearby"), {"wo": "Lange Straße"}).content.decode()
