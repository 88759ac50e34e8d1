"""The figures on the page of a district: the young ones lead, against the city's and among its like."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from insek.concept.asker import Asker
from insek.evidence.district_figures import district_figures
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.models import Item
from tests.factories import make_item
from tests.reading import words

pytestmark = pytest.mark.django_db
LAST = date.today().year - 1


@pytest.fixture
def places(concept):
    city = make_item("district", title="Stadt", level="city")
    return [city, *(make_item("district", title=f"Teil {number}") for number in range(5))]


def observe(title, values, **own):
    indicator = make_item("indicator", title=title, **own)
    record_observations(
        indicator.indicator,
        [
            NewObservation(place.district, str(year), value, source_title="Statistik")
            for place, year, value in values
        ],
        label="Test",
        actor=PROGRAM,
    )


def shown(place):
    return district_figures(Asker(ANONYMOUS), Item.objects.select_related("district").get(pk=place.pk))


def test_a_value_stands_against_the_citys_or_among_its_like(places):
    city, *parts = places
    observe("Einwohner", [(city, LAST, 500), *((part, LAST, 10 + n) for n, part in enumerate(parts))])
    observe("Kinder", [(part, LAST, 10 + n) for n, part in enumerate(parts)])
    observe("Überall gleich", [(part, LAST, 3) for part in parts])
    figures = {figure["label"]: figure["share"] for figure in shown(parts[3])["figures"]}
    assert figures == {
        "Einwohner": "Stadt: 500",
        "Kinder": "2. Stelle unter 5 Räumen gleicher Ebene",
        "Überall gleich": "",
    }


def test_what_is_old_does_not_lead_but_stands_in_the_table(places):
    observe("Alt", [(places[1], 2001, 5)])
    found = shown(places[1])
    assert found["figures"] == []
    assert found["figures_table"]["rows"][0][0]["text"] == "Alt"


def test_one_source_of_all_is_said_once(places):
    observe("Eins", [(places[1], LAST, 5)])
    found = shown(places[1])
    assert found["figures_note"] == "Quelle: Statistik."
    assert "Quelle" not in [str(column["label"]) for column in found["figures_table"]["columns"]]


def test_the_city_is_compared_with_nothing(places):
    observe("Einwohner", [(places[0], LAST, 500)])
    found = shown(places[0])
    assert found["figures"][0]["share"] == ""
    assert len(found["figures_table"]["columns"]) == 3


def test_the_page_of_a_district_without_anything_says_so(places):
    page = Client().get(places[1].url).content.decode()
    assert "Noch ist keine Maßnahme mit diesem Raum verknüpft." in page


def shares(place):
    return {figure["label"]: figure["share"] for figure in shown(place)["figures"]}


def test_what_adds_up_says_which_part_of_the_city_it_is_in_the_same_period(places):
    city, *parts = places
    for part in parts:
        part.district.parent = city.district
        part.district.save()
    adds = {"adds_up": True, "unit": "Kinder"}
    observe(
        "Beide", [(city, LAST - 1, 900), (city, LAST, 400), *((part, LAST, 10) for part in parts)], **adds
    )
    observe(
        "Nur früher", [(city, LAST - 1, 900), *((part, LAST, 10 + n) for n, part in enumerate(parts))], **adds
    )
    observe("Klein", [(city, LAST, 100_000), (parts[0], LAST, 10)], **adds)
    assert shares(parts[0]) == {
        "Beide": "2,5 % der Stadt",
        "Nur früher": "16,7 % der Summe aller Räume",
        "Klein": "unter 0,1 % der Stadt",
    }
    cells = {
        row[0]["text"]: (row[2]["text"], row[2]["note"]) for row in shown(parts[0])["figures_table"]["rows"]
    }
    assert cells["Beide"] == ("400", "(2,5 %)") and cells["Nur früher"] == ("60", "(Summe der Räume; 16,7 %)")


def test_no_part_is_said_of_shares_averages_or_a_city_that_is_not_whole(places):
    city, *parts = places
    for part in parts:
        part.district.parent = city.district
        part.district.save()
    observe("Anteil", [(city, LAST, 40), (parts[0], LAST, 10)], adds_up=True, unit="%")
    observe("Durchschnitt", [(city, LAST, 40), (parts[0], LAST, 10)], unit="Jahre")
    observe("Lücke", [(part, LAST, 10) for part in parts[:4]], adds_up=True, unit="Kinder")
    observe(
        "Saldo", [(city, LAST, 5), (parts[0], LAST, 10), (parts[1], LAST, -5)], adds_up=True, unit="Personen"
    )
    assert shares(parts[0]) == {
        "Anteil": "Stadt: 40",
        "Durchschnitt": "Stadt: 40",
        "Lücke": "",
        "Saldo": "Stadt: 5",
    }
    Item.objects.filter(pk=parts[4].pk).update(visibility="internal")
    observe("Verborgen", [(part, LAST, 10) for part in parts], adds_up=True, unit="Kinder")
    assert "Verborgen" not in shares(parts[0]) or not shares(parts[0])["Verborgen"]
    assert set(shares(city).values()) == {""}  # of itself the city is no part


def test_one_place_alone_is_compared_with_nothing(client, places):
    observe("Nur hier", [(places[1], LAST, 5)])
    page = client.get(Item.objects.get(title="Nur hier").url).content.decode()
    assert "Nach Räumen" in page and "Teil 0" in page and "Im Vergleich" not in page
    observe("An zwei Orten", [(places[1], LAST, 5), (places[2], LAST, 6)])
    assert "Im Vergleich" in client.get(Item.objects.get(title="An zwei Orten").url).content.decode()


def test_values_of_different_years_are_not_set_side_by_side(client, places):
    rows = [(places[1], "2023", 5), (places[2], "2023", 7), (places[3], "2016", 90)]
    observe("Gemischt", rows)
    page = words(client.get(Item.objects.get(title="Gemischt").url))
    assert "Gemischt nach Räumen, 2023" in page and "2016 – 2023" not in page
    assert "– zuletzt 2016: 90" in page
