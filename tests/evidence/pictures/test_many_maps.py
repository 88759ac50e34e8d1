"""The maps of all periods side by side, in one scale."""

import io
import re

import pytest
from django.urls import reverse

from insek.evidence.models import SeriesBreak
from insek.evidence.pictures.many_maps import MOST_MAPS
from insek.places.still import shades_of
from tests.evidence.pictures_of import (
    cpu_of,
    make_indicator,
    make_many,
    make_places,
    observe,
    observe_secretly,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(concept):
    return make_places()


@pytest.fixture
def indicator(places):
    found = make_indicator(title="Miete", unit="€ je m²")
    observe(
        found,
        [(places[name], year, value) for year, row in (("2019", "123"), ("2021", "456"), ("2023", "789")) for name, value in zip("ABC", row, strict=True)],
    )  # fmt: skip
    observe(found, [(places["D"], "2023", None)], quality="protected")
    return found


def page_of(client, indicator, query="", status=200):
    answer = client.get(f"{reverse('indicator-maps', args=[indicator.pk])}?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def file_of(client, indicator, form, query=""):
    return client.get(f"{reverse('indicator-maps-file', args=[indicator.pk, form])}?{query}")


def maps_of(page):
    """By caption the colours of the places in their order."""
    found = {}
    for part in page.split('<p class="many-maps__name">')[1:]:
        caption = re.sub("<[^>]+>", "", part[: part.index("</p>")]).strip()
        found[caption] = re.findall(r'<use href="#raum-\w+" fill="([^"]+)"', part[: part.index("</svg>")])
    return found


def test_all_maps_have_one_scale_and_it_is_said(client, indicator):
    page = page_of(client, indicator, "klassen=gleich-viele&anzahl=3")
    low, middle, high = (shade.colour for shade in shades_of([0, 1, 2]))
    blank = "var(--paper)"
    assert maps_of(page) == {
        "2019 3 von 6 Räumen": [low] * 3 + [blank] * 3,
        "2021 3 von 6 Räumen": [middle] * 3 + [blank] * 3,
        "2023 3 von 6 Räumen": [high] * 3 + [blank] * 3,
    }
    assert "Die Klassen sind aus allen 9 gezeigten Werten gebildet" in page
    assert "1 bis 3: 3 Werte" in page and "7 bis 9: 3 Werte" in page
    assert ">geheim<" in re.sub(r"\s+", "", page)


def test_breaks_are_named_where_they_lie(client, indicator):
    SeriesBreak.objects.create(indicator=indicator, period="2020", reason="Neue Zählung")
    page = page_of(client, indicator)
    assert list(maps_of(page)) == [
        "2019 3 von 6 Räumen",
        "2021 · nach Bruch 3 von 6 Räumen",
        "2023 3 von 6 Räumen",
    ]
    assert "Neue Zählung" in page and "hinweg lassen sich die Karten nicht vergleichen" in page
    assert "Bruch ab 2020: Neue Zählung" in file_of(client, indicator, "svg").content.decode()


def test_a_forecast_is_named_and_no_colour_is_lost(client, indicator, places):
    observe(indicator, [(places["A"], "2040", 50)], quality="forecast")
    page = page_of(client, indicator)
    assert "2040 · vorausberechnet 1 von 6 Räumen" in maps_of(page)
    assert "Status: geheim 1, vorausberechnet 1" in page


def test_earlier_periods_are_led_to(client, places):
    found = make_indicator()
    observe(found, [(places["A"], str(year), year) for year in range(1990, 1990 + MOST_MAPS + 3)])
    page = page_of(client, found)
    assert len(maps_of(page)) == MOST_MAPS and "bis=1992" in page
    earlier = page_of(client, found, "bis=1992")
    assert [caption[:4] for caption in maps_of(earlier)] == ["1990", "1991", "1992"]
    page_of(client, found, "bis=1980", status=404)


def test_files_say_the_same(client, indicator):
    query = "klassen=gleich-viele&anzahl=3"
    lines = file_of(client, indicator, "csv", query).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 3 * 6
    assert (
        lines[1]
        == "A;01;Stadtteil;2019;1;€ je m²;1;1 bis 3;gezählt;Statistikstelle;;2025-03-01;;Arbeitsstand"
    )
    assert lines[16].startswith("D;04;Stadtteil;2023;;€ je m²;;;geheim;Statistikstelle")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(file_of(client, indicator, "xlsx", query).content))
    assert book.worksheets[0].max_row == 19
    drawn = file_of(client, indicator, "svg", query).content.decode()
    assert drawn.count("<g transform") == 3 and "Quelle: Statistikstelle, Stand 1. März 2025" in drawn
    assert file_of(client, indicator, "png").content.startswith(b"\x89PNG")


def test_a_wish_that_can_not_be_met_is_said(client, indicator):
    assert "Möglich sind 2 bis 7 Klassen." in page_of(client, indicator, "anzahl=1", status=400)
    page_of(client, indicator, "ebene=city", status=404)


def test_hidden_counts_are_in_no_map_table_or_file(client, places):
    found = make_indicator(adds_up=True)
    numbers = {"A": 613, "B": 4_117, "C": 5_003, "D": 6_007, "E": 7_013, "F": 8_009}
    observe(found, [(places[name], "2022", value + 1_000) for name, value in numbers.items()])
    rows = [(places[name], "2023", value) for name, value in numbers.items()]
    observe_secretly(found, [*rows, (places["Stadt"], "2023", sum(numbers.values()))], below=700)
    page = page_of(client, found)
    assert "2023 4 von 6 Räumen" in maps_of(page)
    lines, drawn = (file_of(client, found, form).content.decode() for form in ("csv", "svg"))
    assert "8009" in lines and "8.009" in page
    for text in (page, lines, drawn):
        for number in (613, 4_117):
            assert not re.search(rf"(?<![\d.]){number}\b", text) and "4.117" not in text


def test_nobody_and_nothing(client, places):
    empty = make_indicator(title="Leer")
    assert "stehen hier die Karten" in page_of(client, empty)
    assert file_of(client, empty, "csv").status_code == 404


def test_it_takes_few_queries_and_little_time_with_many_values(
    client, concept, django_assert_max_num_queries
):
    places = make_places([f"Ort {number}" for number in range(40)])
    found = make_indicator(decimals=1)
    make_many(found, list(places.values())[1:], range(1990, 2025))
    page_of(client, found, "klassen=natuerlich&anzahl=7")
    with django_assert_max_num_queries(16):
        page_of(client, found, "klassen=natuerlich&anzahl=7")
    assert cpu_of(lambda: page_of(client, found, "klassen=natuerlich&anzahl=7")) < 0.1
