"""Two indicators over places: what is worked out, what is refused, what is said."""

import re

import pytest
from django.urls import reverse

from insek.evidence.models import Observation
from insek.evidence.pictures.scatter import nearest_period
from tests.evidence.pictures_of import (
    cpu_of,
    make_indicator,
    make_many,
    make_places,
    observe,
    observe_secretly,
)

pytestmark = pytest.mark.django_db
XS, YS = (1, 2, 3, 4, 5, 6), (2, 1, 4, 3, 6, 20)


@pytest.fixture
def places(concept):
    return make_places()


@pytest.fixture
def both(places):
    x, y = make_indicator(title="Miete", unit="€ je m²"), make_indicator(title="Anteil", unit="%", decimals=1)
    observe(x, [(places[name], "2023", value) for name, value in zip("ABCDEF", XS, strict=True)])
    observe(y, [(places[name], "2023", value) for name, value in zip("ABCDEF", YS, strict=True)])
    return x, y


def page_of(client, x, y, query="", status=200):
    answer = client.get(f"{reverse('indicator-scatter', args=[x.pk])}?mit={y.pk if y else ''}&{query}")
    assert answer.status_code == status
    return answer.content.decode()


def file_of(client, x, y, form, query=""):
    return client.get(f"{reverse('indicator-scatter-file', args=[x.pk, form])}?mit={y.pk}&{query}")


def points_of(page):
    return re.findall(r"<title>(\d+) (\w)</title><circle", page)


def test_both_coefficients_stand_with_number_and_interval_and_the_warning(client, both):
    page = page_of(client, *both)
    # Pearson and Spearman of XS and YS, and Fisher's interval, as scipy gives them: 0.7862, 0.8857; (-0.0702, 0.9754)
    assert (
        "Pearson (auf einer Geraden): r = 0,79 (n = 6; 95-%-Intervall −0,07 bis 0,98). Das Intervall schließt null ein"
        in page
    )
    assert "Spearman (gleiche Reihenfolge): r = 0,89 (n = 6;" in page
    assert "sagt nicht, dass das eine das andere bewirkt" in page and "nichts über einzelne Menschen" in page
    assert "Es sind nur 6 Räume" in page
    assert points_of(page) == [(str(number), name) for number, name in enumerate("ABCDEF", 1)]


def test_the_second_one_is_chosen_by_a_form_without_a_script(client, both):
    x, y = both
    page = page_of(client, x, None)
    form = page[page.index('<form class="choose-one') :].split("</form>")[0]
    assert 'method="get"' in form and f'<option value="{y.pk}">' in form and f'value="{x.pk}"' not in form
    assert "Pearson" not in page


def test_a_page_without_a_choice_suggests_the_first_that_can_be_compared(client, both, places):
    x, y = both
    address = reverse("indicator-scatter", args=[x.pk])
    page = client.get(address).content.decode()
    assert "Der zweite Indikator ist vorgeschlagen" in page and "Pearson" in page
    assert f'<option value="{y.pk}" selected>' in page and len(points_of(page)) == 6
    assert "vorgeschlagen" not in page_of(client, x, y) + page_of(client, x, None)
    Observation.objects.filter(indicator=x).update(basis="register")
    Observation.objects.filter(indicator=y).update(basis="census2022")
    assert "vorgeschlagen" not in client.get(address).content.decode()
    third = make_indicator(title="Zuletzt", unit="%")
    observe(third, [(places[name], "2023", value) for name, value in zip("ABCDEF", YS, strict=True)])
    assert f'<option value="{third.pk}" selected>' in client.get(address).content.decode()
    assert file_of(client, x, y, "csv").status_code == 200
    assert client.get(reverse("indicator-scatter-file", args=[x.pk, "csv"])).status_code == 404


def test_missing_values_are_said_and_left_out(client, both, places):
    x, y = both
    observe(x, [(places["F"], "2023", None)], quality="protected")
    page = page_of(client, x, y)
    assert "Nicht dabei, weil ein Wert fehlt: F (x: geheim)." in page
    assert [name for _number, name in points_of(page)] == list("ABCDE") and "n = 5" in page


def test_the_same_period_or_the_nearest_is_taken_and_said(client, both, places):
    x, y = both
    observe(x, [(places[name], "2024", value) for name, value in zip("ABCDEF", XS, strict=True)])
    page = page_of(client, x, y)
    assert (
        "x: 2024, y: 2023" in page and "Die Werte sind aus verschiedenen Zeiträumen: 2024 und 2023." in page
    )
    assert "beide 2023" in page_of(client, x, y, "zeitraum=2023")
    assert nearest_period("2020", ["2023", "2018"]) == "2018"
    assert nearest_period("2020", ["2022", "2018"]) == "2018", "of two the earlier"
    page_of(client, x, y, "zeitraum-y=1999", status=404)
    page_of(client, x, y, "zeitraum=1999", status=404)


def test_two_counts_are_refused(client, places):
    x, y = make_indicator(title="Alte", adds_up=True), make_indicator(title="Junge", adds_up=True)
    for one in (x, y):
        observe(one, [(places[name], "2023", value) for name, value in zip("ABCDEF", XS, strict=True)])
    page = page_of(client, x, y)
    assert "Hier ist kein Zusammenhang berechnet." in page and "wachsen" in page and "Pearson" not in page
    assert not points_of(page) and "zusammenhang-tabelle" in page
    drawn = file_of(client, x, y, "csv").content.decode()
    assert len(drawn.splitlines()) == 7


def test_different_counts_of_the_population_are_refused(client, both):
    x, y = both
    Observation.objects.filter(indicator=x).update(basis="register")
    Observation.objects.filter(indicator=y).update(basis="census2022")
    page = page_of(client, x, y)
    assert (
        "verschiedenen Zählungen der Bevölkerung (Melderegister, Zensus 2022)" in page
        and "Pearson" not in page
    )
    Observation.objects.filter(indicator=y).update(basis="register")
    assert "Pearson" in page_of(client, x, y)
    first = Observation.objects.filter(indicator=x).first()
    Observation.objects.filter(pk=first.pk).update(basis="census2011")
    assert "„Miete“ beruhen auf verschiedenen Zählungen" in page_of(client, x, y)


def test_what_follows_from_the_other_is_refused_and_a_common_part_is_said(client, both, places):
    x, y = both
    y.formula = f"[{x.pk}] * 2"
    y.save()
    assert "ihr Zusammenhang steckt schon in der Formel" in page_of(client, x, y)
    third = make_indicator(title="Dritter", unit="%")
    x.formula, y.formula = f"[{third.pk}] / 3", f"[{third.pk}] * 2"
    x.save()
    y.save()
    assert "aus demselben dritten Indikator berechnet" in page_of(client, x, y)


def test_few_places_or_the_same_value_everywhere_have_no_coefficient(client, places):
    x, y = make_indicator(title="X", unit="%"), make_indicator(title="Y", unit="%")
    observe(x, [(places[name], "2023", value) for name, value in zip("ABCD", XS, strict=False)])
    observe(y, [(places[name], "2023", 7) for name in "ABCDEF"])
    assert "mindestens 5 Räume mit beiden Werten" in page_of(client, x, y)
    observe(x, [(places[name], "2023", 9) for name in "EF"])
    assert "überall denselben Wert" in page_of(client, x, y)


def test_files_say_the_same(client, both):
    x, y = both
    lines = file_of(client, x, y, "csv").content.decode("utf-8-sig").splitlines()
    assert lines[6].split(";")[:9] == [
        "6",
        "F",
        "06",
        "Stadtteil",
        "Miete",
        "2023",
        "6",
        "€ je m²",
        "gezählt",
    ]
    assert lines[6].split(";")[13:18] == ["Anteil", "2023", "20", "%", "gezählt"]
    assert lines[0].split(";")[-2:] == ["Verlässlichkeit (x)", "Verlässlichkeit (y)"]
    assert lines[6].split(";")[-2:] == ["Arbeitsstand", "Arbeitsstand"]
    drawn = file_of(client, x, y, "svg").content.decode()
    assert drawn.count("<circle") == 6 and "r = 0,79" in drawn and "nicht, dass das eine das andere" in drawn
    assert "6 F" in drawn and "Quelle: Statistikstelle" in drawn
    assert file_of(client, x, y, "png").content.startswith(b"\x89PNG")
    assert file_of(client, x, y, "xlsx").content.startswith(b"PK")


def test_hidden_counts_and_hidden_indicators_stay_hidden(client, places, both):
    rate = both[1]
    found = make_indicator(title="Empfangende", adds_up=True)
    numbers = {"A": 613, "B": 4_117, "C": 5_003, "D": 6_007, "E": 7_013, "F": 8_009}
    rows = [(places[name], "2023", value) for name, value in numbers.items()]
    observe_secretly(found, [*rows, (places["Stadt"], "2023", sum(numbers.values()))], below=700)
    page = page_of(client, found, rate)
    assert [name for _number, name in points_of(page)] == list("CDEF")
    assert "A (x: geheim); B (x: geheim)" in page
    texts = [page, *(file_of(client, found, rate, form).content.decode() for form in ("csv", "svg"))]
    for text in texts:
        assert not re.search(r"(?<![\d.])(613|4117|4\.117)\b", text)
    rate.item.visibility = "internal"
    rate.item.save()
    page_of(client, found, rate, status=404)
    assert f'value="{rate.pk}"' not in page_of(client, found, None)


def test_without_a_common_place_nothing_is_drawn(client, places):
    x, y = make_indicator(title="X"), make_indicator(title="Y", unit="%")
    observe(x, [(places["A"], "2023", 1)])
    observe(y, [(places["B"], "2023", 1)])
    assert "keinen Raum, der von beiden einen Wert hat" in page_of(client, x, y)
    page_of(client, x, x, status=404)


def test_it_takes_few_queries_and_little_time_with_many_values(
    client, concept, django_assert_max_num_queries
):
    places = list(make_places([f"Ort {number}" for number in range(40)]).values())[1:]
    x, y = make_indicator(title="X", unit="%"), make_indicator(title="Y", unit="%")
    make_many(x, places, range(1990, 2025))
    make_many(y, places, range(1990, 2025), lambda column, year: column * column % 17 + year % 3)
    page_of(client, x, y)
    with django_assert_max_num_queries(20):
        page_of(client, x, y)
    assert cpu_of(lambda: page_of(client, x, y)) < 0.1
