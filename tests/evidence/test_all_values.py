"""All values to take along: one line a value, places by years, and districts with keys to join by."""

import csv
import json
from io import BytesIO, StringIO

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from insek.evidence import all_values_views
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from tests.factories import make_item


def record(indicator, *rows):
    record_observations(
        indicator.indicator,
        [NewObservation(district=place.district, period=period, value=value, source_title="Amt") for place, period, value in rows],
        label="Lieferung", actor=PROGRAM,
    )  # fmt: skip


@pytest.fixture
def world(concept):
    city = make_item("district", title="Musterstadt", level="city", code="07312000")
    west = make_item(
        "district", title="West", level="stadtteil", code="01",
        geometry=shapely.box(7, 49, 7.1, 49.1),
    )  # fmt: skip
    people = make_item(
        "indicator",
        number="I 1",
        title="Menschen",
        unit="Personen",
        standing="example",
        periodicity="irregular",
    )
    rate = make_item("indicator", number="I 2", title="Anteil", unit="%", decimals=1)
    record(people, (city, "2022", 100), (city, "2023-06", 105), (city, "2023-12", 110), (west, "2023", 40))
    record(rate, (west, "2021", "12.5"))
    return {"city": city, "west": west, "people": people, "rate": rate}


def table(client, address="/zahlen/werte.csv", separator=";"):
    answer = client.get(address)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=separator))


def test_every_value_is_a_line_with_codes_source_and_status(client, world):
    rows = table(client)
    assert len(rows) == 5
    first, last = rows[0], rows[-1]
    assert (first["Nummer"], first["Amtlicher Schlüssel"], first["Zeitraum"], first["Wert"]) == (
        "I 1",
        "07312000",
        "2022",
        "100",
    )
    assert (first["Verlässlichkeit"], first["Status"], first["Quelle"]) == ("Beispiel", "gezählt", "Amt")
    assert (last["Raum"], last["Wert"], last["Einheit"]) == ("West", "12,5", "%")
    assert table(client, "/en/zahlen/werte.csv", ",")[-1]["Value"] == "12.5"


def test_what_is_internal_or_corrected_is_in_no_file(client, world, concept):
    hidden = make_item("indicator", number="I 9", title="Geheimzahl", visibility="internal", unit="Stück")
    record(hidden, (world["city"], "2022", 777))
    record(world["people"], (world["city"], "2022", 101))
    assert [row["Wert"] for row in table(client) if row["Zeitraum"] == "2022"] == ["101"]
    for address in ("/zahlen/", "/zahlen/raeume.geojson"):
        assert (
            "Geheimzahl" not in client.get(address).content.decode()
            and client.get(address).status_code == 200
        )
    book = load_workbook(BytesIO(client.get("/zahlen/werte.xlsx").content))
    assert "777" not in str([[cell.value for cell in row] for sheet in book for row in sheet.rows])


def test_the_workbook_has_places_by_years_with_the_last_value_of_each(client, world):
    book = load_workbook(BytesIO(client.get("/zahlen/werte.xlsx").content))
    assert book.sheetnames == ["Werte", "Raum und Jahr"]
    assert book["Werte"].max_row == 6
    head, *lines = [[cell.value for cell in row] for row in book["Raum und Jahr"].rows]
    assert head[9:] == ["2021", "2022", "2023"]
    assert [line[9:] for line in lines] == [[None, 100, 110], [None, None, 40], [12.5, None, None]]


def test_too_many_values_for_a_workbook_are_said(client, world, monkeypatch):
    monkeypatch.setattr(all_values_views, "MOST_IN_WORKBOOK", 3)
    assert client.get("/zahlen/werte.xlsx").status_code == 404
    page = client.get("/zahlen/").content.decode()
    assert "Eine Excel-Datei gibt es bis 3 Werte" in page and "/zahlen/werte.xlsx" not in page


def test_districts_have_the_latest_values_and_keys_to_join_by(client, world):
    answer = client.get("/zahlen/raeume.geojson")
    collection = json.loads(answer.content)
    assert answer["Content-Type"] == "application/geo+json"
    [west] = [each for each in collection["features"] if each["id"] == world["west"].pk]
    assert west["geometry"]["type"] == "Polygon"
    assert west["properties"] | {"standing": ""} == {
        "id": world["west"].pk, "code": "01", "name": "West", "level": "stadtteil", "standing": "", "schematic": True,
        "i_1": 40.0, "i_1_period": "2023", "i_1_quality": "measured",
        "i_2": 12.5, "i_2_period": "2021", "i_2_quality": "measured",
    }  # fmt: skip
    assert collection["indicators"]["i_1"] == {
        "id": world["people"].pk, "title": "Menschen", "unit": "Personen", "standing": "example",
    }  # fmt: skip


def test_the_page_shows_one_indicator_by_place_and_year(client, world):
    page = client.get("/zahlen/").content.decode()
    assert "Menschen nach Raum und Jahr, in Personen" in page and "07312000" in page
    assert '<td class="is-number">–' in page, "where there is no number stands the dash, under the heading"
    other = client.get("/zahlen/", {"indikator": world["rate"].pk}).content.decode()
    assert "12,5" in other and "Anteil nach Raum und Jahr" in other
    assert client.get("/zahlen/", {"indikator": "nirgends"}).status_code == 404
    assert 'href="/zahlen/"' in client.get(reverse("indicator-list")).content.decode()


def test_without_values_the_page_says_so(client, concept):
    assert "Noch gibt es keine Werte." in client.get("/zahlen/").content.decode()


def test_more_values_cost_no_more_queries(client, world):
    def cost(address):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        return len(captured)

    addresses = ("/zahlen/", "/zahlen/werte.csv", "/zahlen/werte.xlsx", "/zahlen/raeume.geojson")
    few = [cost(address) for address in addresses]
    record(world["rate"], *[(world["west"], str(year), year) for year in range(1950, 1990)])
    assert [cost(address) for address in addresses] == few


def test_what_was_projected_is_no_latest_value_and_names_do_not_collide(client, world):
    """I 1/2 and I 1.2 are two indicators; a forecast is none of the values that stand for today."""
    west = world["west"]
    twin, other = (
        make_item("indicator", number=number, title=number, unit="Stück") for number in ("I 1.2", "I 1/2")
    )
    record(twin, (west, "2020", 3))
    record(other, (west, "2021", 4))
    ahead = [NewObservation(west.district, "2045", 999, source_title="Amt", quality="forecast")]
    record_observations(world["people"].indicator, ahead, label="x", actor=PROGRAM)
    found = json.loads(client.get(reverse("district-values")).content)
    west_row = next(row for row in found["features"] if row["id"] == west.pk)["properties"]
    assert (west_row["i_1"], west_row["i_1_period"], west_row["i_1_quality"]) == (40, "2023", "measured")
    named = {found["indicators"][name]["id"]: west_row[name] for name in found["indicators"]}
    assert (named[twin.pk], named[other.pk]) == (3, 4)
    page = client.get(reverse("all-values"), {"indikator": world["people"].pk}).content.decode()
    assert "2045" not in page and "2023" in page
