"""The map of an indicator with classes of one's choice."""

import io
import itertools
import re

import pytest
from django.urls import reverse

from insek.engines.colours import distance_for_all, mixed
from insek.evidence.pictures.beside import FINEST, groups_of
from insek.places.still import shades_of
from tests.evidence.pictures_of import (
    cpu_of,
    make_indicator,
    make_many,
    make_places,
    observe,
    observe_secretly,
)
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(concept):
    return make_places()


@pytest.fixture
def indicator(places):
    found = make_indicator(title="Miete", unit="€ je m²", decimals=1)
    observe(
        found, [(places[name], "2023", value) for name, value in zip("ABCDE", (1, 2, 3, 4, 10), strict=True)]
    )
    observe(found, [(places["F"], "2023", None)], quality="unknown")
    return found


def page_of(client, indicator, query="", status=200):
    answer = client.get(f"{reverse('indicator-map', args=[indicator.pk])}?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def legend_of(page):
    legend = page[page.index('<ul class="legend"') :]
    found = re.findall(r"</svg>\s*(.*?)</li>", legend[: legend.index("</ul>")])
    return [words.strip() for words in found]


def file_of(client, indicator, form, query=""):
    return client.get(f"{reverse('indicator-map-file', args=[indicator.pk, form])}?{query}")


NONE = "ohne Wert: 1 Raum (unbekannt oder geheim 1)"


def test_the_legend_says_each_class_with_its_places_in_every_way(client, indicator):
    assert legend_of(page_of(client, indicator, "klassen=gleich-viele&anzahl=3")) == [
        "1,0 bis 2,0: 2 Räume",
        "3,0 bis 4,0: 2 Räume",
        "10,0: 1 Raum",
        NONE,
    ]
    assert legend_of(page_of(client, indicator, "klassen=gleich-breit&anzahl=3")) == [
        "bis 4,0: 4 Räume",
        "über 4,0 bis 7,0: 0 Räume",
        "über 7,0: 1 Raum",
        NONE,
    ]
    assert legend_of(page_of(client, indicator, "klassen=natuerlich&anzahl=2")) == [
        "1,0 bis 4,0: 4 Räume",
        "10,0: 1 Raum",
        NONE,
    ]
    assert legend_of(page_of(client, indicator, "klassen=eigene&grenzen=3;2,5")) == [
        "bis 2,5: 2 Räume",
        "über 2,5 bis 3,0: 1 Raum",
        "über 3,0: 2 Räume",
        NONE,
    ]


def test_the_map_is_shaded_by_the_class_and_the_table_names_it(client, indicator, places):
    page = page_of(client, indicator, "klassen=natuerlich&anzahl=2")
    colours = {
        pk: fill
        for fill, pk in re.findall(
            r'<path class="city-picture__area" fill="([^"]+)"[^>]*><title>(\w)</title>', page
        )
    }
    light, strong = (shade.colour for shade in shades_of([0, 1]))
    assert colours == {**dict.fromkeys("ABCD", light), "E": strong, "F": "var(--paper)"}
    table = page[page.index('id="raumkarte-tabelle-titel"') :]
    row = table[table.index(f'<a href="{places["E"].item.url}"') :].split("</tr>")[0]
    assert re.findall(r"<td[^>]*>\s*([^<]*?)\s*</td>", row)[:3] == ["10,0", "2", "10,0"]


def test_the_choice_stands_in_the_address_and_in_the_form_without_a_script(client, indicator):
    page = page_of(client, indicator, "klassen=eigene&grenzen=2;5&zeitraum=2023")
    assert (
        f"{reverse('indicator-map', args=[indicator.pk])}?ebene=stadtteil&amp;zeitraum=2023&amp;klassen=eigene&amp;grenzen=2%3B5"
        in page
    )
    assert '<option value="eigene" selected>' in page and 'value="2;5"' in page
    form = page[page.index('<form class="choose-one') :].split("</form>")[0]
    assert 'method="get"' in form and "onchange" not in form


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("klassen=eigene", "Bitte Grenzen angeben"),
        ("klassen=eigene&grenzen=x", "„x“ ist keine Zahl"),
        ("klassen=eigene&grenzen=1;2;3;4;5;6;7", "Höchstens 6 Grenzen"),
        ("klassen=eigene&grenzen=" + "1;" * 200, "Bitte Grenzen angeben"),
        ("anzahl=99", "Möglich sind 2 bis 7 Klassen."),
        ("anzahl=%C2%B2", "Möglich sind 2 bis 7 Klassen."),
        ("klassen=schoen", "Diese Art von Klassen gibt es nicht."),
    ],
)
def test_a_wish_that_can_not_be_met_is_said_and_the_usual_map_shown(client, indicator, query, said):
    page = page_of(client, indicator, query, status=400)
    assert said in page and "Gezeigt wird die übliche Einteilung." in page
    assert legend_of(page)[-1] == NONE and len(legend_of(page)) > 2


def test_what_is_not_there_is_not_found(client, indicator):
    for query in ("zeitraum=1999", "ebene=ortsbezirk", "ebene=%00"):
        page_of(client, indicator, query, status=404)
    assert file_of(client, indicator, "gif").status_code == 404


def test_the_shades_can_be_told_apart_by_all_in_light_and_dark():
    for strong, ground in (("#0b4f45", "#e3eeea"), ("#8fd6c4", "#1b352f")):
        for count in range(2, 8):
            shades = [mixed(strong, ground, shade.percent) for shade in shades_of(range(count))]
            for one, other in itertools.pairwise(shades):
                assert distance_for_all(one, other) > 0.055
    assert mixed("#ffffff", "#000000", 50) == "#808080"


def test_files_say_the_same_with_status_and_source(client, indicator):
    query = "klassen=natuerlich&anzahl=2"
    lines = file_of(client, indicator, "csv", query).content.decode("utf-8-sig").splitlines()
    assert (
        lines[1] == "E;05;Stadtteil;2023;10;€ je m²;2;10,0;gezählt;Statistikstelle;;2025-03-01;;Arbeitsstand"
    )
    assert lines[6].startswith("F;06;Stadtteil;2023;;€ je m²;;;unbekannt oder geheim;Statistikstelle")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(file_of(client, indicator, "xlsx", query).content))
    assert [cell.value for cell in book.worksheets[0][2]][:7] == [
        "E",
        "05",
        "Stadtteil",
        "2023",
        10,
        "€ je m²",
        2,
    ]
    assert "Quelle: Statistikstelle, Stand 1. März 2025" in [row[0].value for row in book["Info"]]
    svg = file_of(client, indicator, "svg", query)
    assert svg["Content-Type"] == "image/svg+xml"
    drawn = svg.content.decode()
    assert (
        "10,0: 1 Raum" in drawn and NONE in drawn and "Quelle: Statistikstelle, Stand 1. März 2025" in drawn
    )
    assert drawn.count("var(") == 0 and "<title>Miete, in € je m²" in drawn
    assert file_of(client, indicator, "png", query).content.startswith(b"\x89PNG")


def test_places_of_two_levels_that_complete_each_other_stand_together(concept, client):
    city = make_item("district", title="Stadt", level="city").district
    outer = make_item("district", title="Dorf", level="ortsbezirk", parent=city).district
    inner = make_item("district", title="Mitte", level="stadtteil", parent=city).district
    found = make_indicator()
    observe(found, [(outer, "2023", 1), (inner, "2023", 2)])
    page = page_of(client, found)
    assert "2 von 2 Räumen haben einen Wert" in page
    assert "1 von 1 Räumen" in page_of(client, found, "ebene=ortsbezirk")


def test_of_places_in_each_other_only_the_finest_stand_together(concept):
    city = make_item("district", title="Stadt", level="city").district
    around = make_item("district", title="West", level="ortsbezirk", parent=city).district
    whole = make_item("district", title="Ost", level="ortsbezirk", parent=city).district
    bare = make_item("district", title="Süd", level="ortsbezirk", parent=city).district
    within = make_item("district", title="West 1", level="stadtteil", parent=around).district
    beside = make_item("district", title="West 2", level="stadtteil", parent=around).district
    places = [city, around, whole, bare, within, beside]
    groups = groups_of(places, [around.pk, whole.pk, within.pk])
    finest = next(group for group in groups if group.name == FINEST)
    assert {place.item.title for place in finest.places} == {"Ost", "Süd", "West 1", "West 2"}


def test_hidden_counts_are_in_no_form(client, places):
    found = make_indicator(adds_up=True)
    small, other = 613, 4_117
    values = {"A": small, "B": other, "C": 5_003, "D": 6_007, "E": 7_013, "F": 8_009}
    rows = [(places[name], "2023", value) for name, value in values.items()]
    observe_secretly(found, [*rows, (places["Stadt"], "2023", sum(values.values()))], below=700)
    for query in ("", "klassen=natuerlich", "klassen=gleich-breit", "klassen=eigene&grenzen=600;5000"):
        page = page_of(client, found, query)
        assert "ohne Wert: 2 Räume (geheim 2)" in legend_of(page)[-1]
        lines, drawn = (file_of(client, found, form, query).content.decode() for form in ("csv", "svg"))
        assert "8.009" in page and "8009" in lines
        for text in (page, lines, drawn):
            for number in (small, other):
                assert str(number) not in text and f"{number:,}".replace(",", ".") not in text


def test_internal_places_and_values_of_nobody(client, places, indicator):
    places["E"].item.visibility = "internal"
    places["E"].item.save()
    page = page_of(client, indicator)
    assert "10,0" not in page and "4 von 5 Räumen" in page
    empty = make_indicator(title="Leer")
    assert "Für einzelne Räume liegt noch kein Wert vor." in page_of(client, empty)
    assert file_of(client, empty, "csv").status_code == 404


def test_a_dissolved_place_is_not_missed_later(client, places, indicator):
    places["F"].valid_to = "2020-12-31"
    places["F"].save()
    observe(indicator, [(places["A"], "2024", 5)])
    assert "1 von 5 Räumen" in page_of(client, indicator, "zeitraum=2024")


def test_the_page_costs_few_queries(client, indicator, django_assert_max_num_queries):
    page_of(client, indicator)
    with django_assert_max_num_queries(16):
        page_of(client, indicator)


def test_the_page_takes_little_time_with_many_values(client, concept):
    places = make_places([f"Ort {number}" for number in range(40)])
    found = make_indicator(decimals=1)
    make_many(found, list(places.values())[1:], range(1990, 2025))
    page_of(client, found, "klassen=natuerlich&anzahl=7")
    assert cpu_of(lambda: page_of(client, found, "klassen=natuerlich&anzahl=7")) < 0.1
