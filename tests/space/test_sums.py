"""What the spatial concept adds up to: nothing twice, no variants together, what is open is said."""

from __future__ import annotations

from io import BytesIO

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from insek.engines.geometry import to_degrees
from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.places.models import District
from insek.space.models import Feature
from tests.factories import make_concept, make_item, make_link
from tests.reading import form_values, words

EAST, NORTH = 410_000, 5_477_000
"""Metres in EPSG:25832, in Kaiserslautern."""


def square(x, y, wide, tall=100):
    """A rectangle in metres beside the corner, in degrees."""
    return to_degrees(shapely.box(EAST + x, NORTH + y, EAST + x + wide, NORTH + y + tall), 25832)


def make_area(title, shape=None, **values):
    item = make_item("feature", title=title, **values)
    if shape is not None:
        set_location(item, shape, expected_version=1, actor=PROGRAM)
    return item


def table_of(client, **asked):
    """The rows of a table of sums: name to cells."""
    page = client.get(reverse("spatial-sums"), asked)
    rows = page.context["table"]["rows"]
    return {row[0]: [cell["text"] for cell in row[1:]] for row in rows}, words(page)


@pytest.fixture
def plan():
    concept = make_concept(metric_crs=25832)
    make_area(
        "Feld",
        square(0, 0, 100),
        concept=concept,
        sign="centre",
        dwellings=40,
        end_year=2030,
        horizon="short",
    )
    make_area(
        "Daneben",
        square(50, 0, 100),
        concept=concept,
        sign="centre",
        dwellings=0,
        area_ha="1.5",
        horizon="long",
    )
    make_area("Offen", concept=concept, sign="node")
    make_area("Nur A", square(0, 300, 200), concept=concept, sign="centre", variant="A", dwellings=500)
    make_area("Nur B", square(0, 300, 300), concept=concept, sign="centre", variant="B", dwellings=900)
    make_area(
        "Geheim", square(0, 600, 100), concept=concept, sign="centre", dwellings=7000, visibility="internal"
    )
    return concept


@pytest.mark.django_db
def test_what_lies_on_each_other_counts_once_and_variants_never_together(client, plan):
    rows, text = table_of(client)
    assert rows["Siedlungsschwerpunkt"] == ["2", "40", "2 von 2", "2,0 ha", "1,5 ha", "1,5 ha"]
    assert rows["Zusammen"] == ["3", "40", "2 von 3", "2,0 ha", "1,5 ha", "1,5 ha"]
    assert "0,5 ha sind in „gezeichnet“ mehrfach gezählt" in text
    assert "Zusammen 40 Wohnungen; 1 von 3 Elementen nennen keine." in text
    assert "2 Elemente stehen nur in einer Variante und zählen hier nicht mit" in text
    rows, text = table_of(client, variante="A")
    assert rows["Zusammen"][1] == "540" and "stehen nur in einer Variante" not in text
    rows, text = table_of(client, nach="variante")
    assert {name: cells[1] for name, cells in rows.items()} == {"A": "540", "B": "940"}
    assert "nie zusammengezählt" in text


@pytest.mark.django_db
def test_by_district_areas_are_cut_at_the_border_and_what_counts_twice_is_said(client, plan):
    for name, x in (("West", -1000), ("Ost", 100)):
        make_item(
            "district",
            concept=plan,
            title=name,
            level=District.Level.STADTTEIL,
            geometry=square(x, -500, 1100, 1000),
        )
    rows, text = table_of(client, nach="stadtteil")
    assert rows["West"] == ["2", "40", "2 von 2", "1,5 ha", "1,0 ha", "1,5 ha"]
    assert rows["Ost"] == ["1", "0", "1 von 1", "0,5 ha", "0,5 ha", "1,5 ha"]
    assert rows["in keinem Stadtteil"][0] == "1"
    assert "Ein Element steht in mehreren Zeilen und zählt in jeder" in text


@pytest.mark.django_db
def test_by_field_time_and_year(client, plan, django_assert_max_num_queries):
    one, two = plan.fields.all()
    Feature.objects.get(item__title="Feld").item.fields.set([one, two])
    with django_assert_max_num_queries(12):
        rows, _text = table_of(client, nach="feld")
    assert {name: cells[0] for name, cells in rows.items()} == {
        "Wohnen": "1", "Klima": "1", "ohne Handlungsfeld": "2", "Zusammen": "3",
    }  # fmt: skip
    assert {name: cells[0] for name, cells in table_of(client, nach="horizont")[0].items()} == {
        "Heute": "1", "kurzfristig": "1", "langfristig": "1", "Zusammen": "3",
    }  # fmt: skip
    assert table_of(client, nach="jahr")[0]["2030"][1] == "40"
    rows, text = table_of(client, bis="kurzfristig")
    assert rows["Zusammen"][0] == "2" and "Gezählt ist nur" in text
    assert client.get(reverse("spatial-sums"), {"nach": "unsinn"}).status_code == 404


@pytest.mark.django_db
def test_the_page_of_the_plan_the_csv_and_the_workbook_say_the_same(client, plan):
    page = words(client.get(reverse("spatial-concept")))
    assert "Was zusammenkommt" in page and "Zusammen 40 Wohnungen" in page and "7.000" not in page
    sheet = client.get(reverse("spatial-sums-table")).content.decode("utf-8-sig")
    assert "Zusammen;3;40;2;2;1,5;1,5" in sheet.replace('"', "")
    book = load_workbook(BytesIO(b"".join(client.get(reverse("spatial-sums-workbook")).streaming_content)))
    assert book.sheetnames == [
        "Planzeichen",
        "Zeithorizont",
        "Jahr",
        "Stadtteil",
        "Handlungsfeld",
        "Variante",
        "Raumelemente",
    ]
    assert [cell.value for cell in book["Planzeichen"][2]] == ["Siedlungsschwerpunkt", 2, 40, 2, 2, 1.5, 1.5]
    titles = {row[1].value for row in book["Raumelemente"].iter_rows(min_row=2)}
    assert titles == {"Feld", "Daneben", "Offen", "Nur A", "Nur B"}


@pytest.mark.django_db
def test_an_element_says_what_it_measures_and_its_form_checks_the_years(client, as_role):
    concept = make_concept(metric_crs=25832)
    item = make_area("Feld", square(0, 0, 100), concept=concept, sign="centre", area_ha="2.5", dwellings=1200)
    page = words(client.get(item.url))
    assert (
        "Die gezeichnete Fläche misst 1,0 ha." in page and "Der Plan nennt 2,5 ha" in page and "1.200" in page
    )
    lead = as_role("project-lead")
    typed = form_values(lead.get(reverse("item-edit", args=[item.pk])))
    answer = lead.post(
        reverse("item-edit", args=[item.pk]), {**typed, "start_year": "2031", "end_year": "2030"}
    )
    assert answer.status_code == 400 and "Das Ende liegt vor dem Beginn." in words(answer)
    with pytest.raises(ValidationError):
        Feature(item=item, sign="centre", area_ha=-1).full_clean()


@pytest.mark.django_db
def test_links_to_a_district_count_where_nothing_is_drawn(client):
    concept = make_concept()
    place = make_item("district", concept=concept, title="Mitte", level=District.Level.STADTTEIL)
    make_link(make_area("Offen", concept=concept, sign="node", dwellings=3), place, "located_in")
    assert table_of(client, nach="stadtteil")[0]["Mitte"][1] == "3"
