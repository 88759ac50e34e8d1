"""Places that a text names are proposed to whoever gives an item its place, as a machine's proposal, and taken over with one click."""

from __future__ import annotations

from decimal import Decimal

import pytest
import shapely
from django.urls import reverse

from insek.people.actors import ANONYMOUS
from insek.places.locations import location_of
from insek.places.models import District
from insek.places.names.in_text import places_in_text, shape_of
from insek.places.names.rows import NameRow
from insek.places.names.writing import write_names
from tests.factories import make_concept, make_item


@pytest.fixture
def city(db):
    concept = make_concept(key="hausen", city="Musterstadt")
    item = make_item("district", concept=concept, level="city", title="Musterstadt", code="00")
    row = District.objects.get(item=item)
    row.geometry, row.schematic = shapely.box(7.6, 49.3, 7.9, 49.6), False
    row.save()
    make_item(
        "district", concept=concept, level="stadtteil", code="02", title="Oberdorf",
        centre_lon=Decimal("7.71"), centre_lat=Decimal("49.40"),
    )  # fmt: skip
    line = shapely.to_wkb(shapely.LineString([(7.70, 49.40), (7.72, 49.40)]), hex=True)
    points = shapely.to_wkb(shapely.MultiPoint([(7.70, 49.45), (7.71, 49.45)]), hex=True)
    write_names(
        [
            NameRow("street", "Lange Straße", 7.71, 49.40, (7.70, 49.40, 7.72, 49.40), "", "", line),
            NameRow("street", "Häuserweg", 7.705, 49.45, (7.70, 49.45, 7.71, 49.45), "", "", points),
            NameRow("street", "Hauptstraße", 7.71, 49.40, (7.71, 49.40, 7.71, 49.40), "", "Oberdorf"),
            NameRow("street", "Hauptstraße", 7.81, 49.50, (7.81, 49.50, 7.81, 49.50), "", "Unterdorf"),
            NameRow("part", "Oberdorf", 7.7101, 49.40, (7.71, 49.40, 7.71, 49.40)),
            NameRow("place", "Fernes Schloss", 8.5, 49.9, (8.5, 49.9, 8.5, 49.9)),
        ],
        city="hausen", sort="streets", attribution="© Vermessung",
    )  # fmt: skip
    return concept


def test_a_text_is_read_for_places_of_the_city_each_once(city):
    text = "In der Langen Straße in Oberdorf, nicht am Fernen Schloss; die Lange Straße bleibt. Und die Hauptstraße."
    found = places_in_text(city, text, ANONYMOUS)
    assert [[place.kind for place in one.places] for one in found] == [
        ["street"],
        ["district"],
        ["street", "street"],
    ]
    assert [one.is_ambiguous for one in found] == [False, False, True]
    assert {place.whole for place in found[2].places} == {"Hauptstraße, Oberdorf", "Hauptstraße, Unterdorf"}
    assert shape_of(found[0].places[0]).geom_type == "LineString"
    [houses] = places_in_text(city, "im Häuserweg", ANONYMOUS)
    assert shape_of(houses.places[0]).geom_type == "Point"


def test_who_edits_an_item_without_a_place_takes_one_over_with_a_click(city, as_role):
    item = make_item(
        "measure",
        concept=city,
        title="Bäume in der Langen Straße",
        text="Auch in der Hauptstraße.",
        visibility="internal",
    )
    planner = as_role("planner")
    address = reverse("item-location", args=[item.pk])
    page = planner.get(address).content.decode()
    assert "Vorschlag der Maschine" in page and "Lange Straße übernehmen" in page
    assert "„Hauptstraße“ kann mehreres sein:" in page and page.count("Hauptstraße übernehmen") == 2
    form = page[page.index("place-proposal") :]
    sent = {}
    for name in ("version", "geometry", "note"):
        value = form[form.index(f'name="{name}" value="') :].split('value="', 1)[1].split('"', 1)[0]
        sent[name] = value.replace("&quot;", '"')
    assert planner.post(address, sent).status_code == 302
    location = location_of(item)
    assert (
        location.geometry.geom_type == "LineString"
        and location.note == "Aus dem Text vorgeschlagen: Lange Straße"
    )
    assert "Vorschlag der Maschine" not in planner.get(address).content.decode()


def test_where_a_text_names_nothing_nothing_is_proposed(city, as_role):
    item = make_item("measure", concept=city, title="Mehr Bäume", text="Überall in der Stadt.")
    page = as_role("planner").get(reverse("item-location", args=[item.pk])).content.decode()
    assert "Vorschlag der Maschine" not in page
