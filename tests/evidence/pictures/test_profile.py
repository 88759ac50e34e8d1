"""The profile of a district: what stands in it, what is old, what is missing, what stays hidden."""

import re

import pytest
from django.urls import reverse

from insek.evidence.models import SeriesBreak
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
def rent(places):
    found = make_indicator(title="Miete", unit="€ je m²", decimals=1)
    for year, row in (("2024", (9, 8, 7, 6, 5, 4)), ("2025", (10, 8, 7, 6, 5, 4))):
        observe(found, [(places[name], year, value) for name, value in zip("ABCDEF", row, strict=True)])
    observe(found, [(places["Stadt"], "2025", "6.5")])
    return found


def page_of(client, place, status=200):
    answer = client.get(reverse("district-profile", args=[place.pk]))
    assert answer.status_code == status
    return answer.content.decode()


def file_of(client, place, form):
    return client.get(reverse("district-profile-file", args=[place.pk, form]))


def row_of(page, title):
    row = page[page.index(f">{title}</a>", page.index("steckbrief-1-titel")) :].split("</tr>")[0]
    return [" ".join(re.sub("<[^>]+>", "", cell).split()) for cell in row.split("<td")[1:]]


def cells_of(page, title):
    return [cell.split(">", 1)[-1].strip() for cell in row_of(page, title)]


def test_a_figure_stands_against_the_city_the_others_and_its_past(client, places, rent):
    assert cells_of(page_of(client, places["A"]), "Miete") == [
        "10,0 € je m²",
        "2025",
        "6,5",
        "1. von 6; mittlerer Raum 6,5",
        "1,0 € je m² mehr als 2024",
    ]
    assert "1 Indikator mit Wert; überfällig: 0, ohne Wert: 0." in page_of(client, places["A"])


def test_figures_stand_by_field_and_once(client, places, concept):
    field = concept.fields.order_by("position").first()
    inside = make_indicator(title="Wohnungen", fields=[field])
    outside = make_indicator(title="Bäume")
    for one in (inside, outside):
        observe(one, [(places["A"], "2025", 3)])
    page = page_of(client, places["A"])
    assert (
        page.index(f">{field.name}</caption>")
        < page.index(">Wohnungen</a>")
        < page.index(">Ohne Handlungsfeld</caption>")
    )
    assert page.count(">Bäume</a>") == page.count(">Wohnungen</a>") == 1


def test_nothing_is_compared_across_a_break(client, places, rent):
    SeriesBreak.objects.create(indicator=rent, period="2025", reason="Neue Zählung")
    assert cells_of(page_of(client, places["A"]), "Miete")[-1] == "Bruch der Reihe, nicht vergleichbar"


def test_what_is_old_and_what_is_missing_is_named(client, places, rent):
    old, other = make_indicator(title="Altes"), make_indicator(title="Anderes")
    observe(old, [(places["A"], "2015", 3)])
    observe(other, [(places["B"], "2025", 3)])
    observe(other, [(places["A"], "2025", None)], quality="protected")
    page = page_of(client, places["A"])
    assert "überfällig: 1, ohne Wert: 1." in page
    assert ">Altes</a>: letzter Wert 2015" in page and cells_of(page, "Altes")[1] == "2015, überfällig"
    assert ">Anderes</a>: geheim, 2025" in page
    assert ">Altes</a>: keine Angabe" in page_of(client, places["B"])


def test_files_say_the_same_and_the_sheet_is_a_pdf(client, places, rent):
    lines = file_of(client, places["A"], "csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].split(";")[2:14] == [
        "Miete", "10", "€ je m²", "2025", "6,5", "2025", "1", "6", "6,5", "9", "2024", "nein",
    ]  # fmt: skip
    assert lines[1].split(";")[14:16] == ["gezählt", "Statistikstelle"]
    assert lines[0].split(";")[-1] == "Verlässlichkeit" and lines[1].split(";")[-1] == "Arbeitsstand"
    assert len({line.count(";") for line in lines}) == 1
    assert file_of(client, places["A"], "xlsx").content.startswith(b"PK")
    assert file_of(client, places["A"], "doc").status_code == 404
    sheet = file_of(client, places["A"], "pdf")
    assert sheet["Content-Type"] == "application/pdf" and sheet.content.startswith(b"%PDF")
    import pypdfium2

    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(sheet.content))
    text = " ".join(text.split())
    assert (
        "Steckbrief A" in text and "10,0" in text and "Statistikstelle" in text and "mittlerer Raum" in text
    )


def test_the_page_of_the_district_and_the_list_lead_there(client, places, rent):
    address = reverse("district-profile", args=[places["A"].pk])
    page = client.get(places["A"].item.url).content.decode()
    assert address in page and reverse("district-profile-file", args=[places["A"].pk, "pdf"]) in page
    ways = reverse("district-profiles")
    assert ways in client.get(reverse("district-list")).content.decode()
    assert address in client.get(ways).content.decode()


def test_hidden_counts_and_internal_ones_stand_nowhere(client, places, rent):
    found = make_indicator(title="Empfangende", adds_up=True)
    numbers = {"A": 613, "B": 4_117, "C": 5_003, "D": 6_007, "E": 7_013, "F": 8_009}
    rows = [(places[name], "2025", value) for name, value in numbers.items()]
    observe_secretly(found, [*rows, (places["Stadt"], "2025", sum(numbers.values()))], below=700)
    for name in "ABCF":
        texts = [page_of(client, places[name]), file_of(client, places[name], "csv").content.decode()]
        for text in texts:
            assert not re.search(r"(?<![\d.])(613|4117|4\.117)\b", text)
    assert ">Empfangende</a>: geheim, 2025" in page_of(client, places["A"])
    found.item.visibility = "internal"
    found.item.save()
    assert "Empfangende" not in page_of(client, places["A"]) + page_of(client, places["C"])
    places["A"].item.visibility = "internal"
    places["A"].item.save()
    page_of(client, places["A"], status=404)


def test_the_city_has_a_profile_without_ranks_and_an_indicator_none(client, places, rent):
    page = page_of(client, places["Stadt"])
    assert "6,5 € je m²" in page and "mittlerer Raum" not in page
    page_of(client, rent, status=404)


def test_it_takes_few_queries_and_little_time_with_many_values(
    client, concept, django_assert_max_num_queries
):
    places = list(make_places([f"Ort {number}" for number in range(12)]).values())[1:]
    for number in range(25):
        make_many(make_indicator(title=f"I{number}"), places, range(2010, 2025))
    page_of(client, places[3])
    with django_assert_max_num_queries(26):
        page_of(client, places[3])
    assert cpu_of(lambda: page_of(client, places[3])) < 0.1
