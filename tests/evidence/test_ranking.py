"""Districts in the order of their values, with what changed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from insek.evidence.models import Observation, SeriesBreak
from insek.evidence.ranking import NothingSuch, can_compare, in_order, ranking_of
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator(concept):
    return make_item("indicator", title="Einwohner", unit="Personen").indicator


@pytest.fixture
def places(concept):
    make_item("district", title="Stadt", level="city")
    return {name: make_item("district", title=name, level="stadtteil").district for name in "ABCD"}


def observe(indicator, values, **own):
    rows = [
        NewObservation(place, period, value and Decimal(value), source_title="Statistik", **own)
        for place, period, value in values
    ]
    record_observations(indicator, rows, label="Test", actor=PROGRAM)


@pytest.fixture
def two_years(indicator, places):
    a, b, c, d = places.values()
    observe(
        indicator,
        [
            (a, "2020", "100"), (b, "2020", "200"), (c, "2020", "300"),
            (a, "2023", "250"), (b, "2023", "250"), (c, "2023", "270"), (d, "2023", "50"),
        ],
    )  # fmt: skip


def ranks(found):
    return {row.district.item.title: (row.rank, row.rank_before, row.change) for row in found.rows}


def test_equal_values_share_their_rank_and_changes_are_now_less_before(indicator, two_years):
    assert ranks(ranking_of(indicator, ANONYMOUS)) == {
        "C": (1, 1, Decimal(-30)),
        "A": (2, 3, Decimal(150)),
        "B": (2, 2, Decimal(50)),
        "D": (4, None, None),
    }


def test_nothing_is_subtracted_across_a_break(indicator, two_years, client):
    SeriesBreak.objects.create(indicator=indicator, period="2022", reason="Neue Zählung")
    found = ranking_of(indicator, ANONYMOUS)
    assert [row.change for row in found.rows] == [None] * 4
    page = client.get(reverse("indicator-ranking", args=[indicator.pk])).content.decode()
    assert "Veränderungen über den Bruch werden nicht gebildet" in page and "Neue Zählung" in page


def test_nothing_is_subtracted_between_different_counts_of_the_population(indicator, two_years):
    Observation.objects.filter(period="2020").update(basis="register")
    Observation.objects.filter(period="2023").update(basis="census2022")
    assert {row.change for row in ranking_of(indicator, ANONYMOUS).rows} == {None}


def test_only_earlier_periods_of_the_same_time_of_year_are_compared():
    assert can_compare("2020", "2023") and can_compare("2022-11", "2023-11")
    assert not can_compare("2023-06", "2023-11")
    assert not can_compare("2019-2021", "2020-2022"), "they overlap"


def test_a_forecast_is_ranked_only_when_asked_for(indicator, places, two_years):
    observe(indicator, [(places["A"], "2040", "900")], quality="forecast")
    assert ranking_of(indicator, ANONYMOUS).period == "2023"
    assert ranking_of(indicator, ANONYMOUS, period="2040").before == "2023"


def test_what_no_district_has_is_not_there_and_what_can_not_be_compared_is_said(indicator, two_years, client):
    with pytest.raises(NothingSuch):
        ranking_of(indicator, ANONYMOUS, period="1999")
    address = reverse("indicator-ranking", args=[indicator.pk])
    for asked in ("zeitraum=1999", "frueher=x", "ebene=ortsbezirk", "ebene=%00"):
        assert client.get(f"{address}?{asked}").status_code == 404
    page = client.get(f"{address}?zeitraum=2020&frueher=2023").content.decode()
    assert "2023 lässt sich mit 2020 nicht vergleichen" in page
    assert "Einen früheren Zeitraum, der sich vergleichen lässt, gibt es nicht." in page


def test_it_is_sorted_by_address_and_the_unknown_stands_last(indicator, two_years, client):
    found = ranking_of(indicator, ANONYMOUS)

    def names(order):
        return "".join(row.district.item.title for row in in_order(found.rows, order))

    assert (names("veraenderung"), names("-veraenderung"), names("-raum")) == ("ABCD", "CBAD", "DCBA")
    page = client.get(reverse("indicator-ranking", args=[indicator.pk]) + "?sortiert=veraenderung")
    assert 'aria-sort="descending"' in page.content.decode()


def test_the_page_says_what_is_compared_and_the_file_has_the_same(indicator, two_years, client):
    page = client.get(reverse("indicator-ranking", args=[indicator.pk])).content.decode()
    assert "Rang 1 hat der größte Wert" in page and "Räume mit Wert: 4 von 4" in page
    assert "(früher: 3, jetzt: 4)" in page and ">Statistik<" in page
    assert "+150" in page and page.count('class="ranked__bar"') == 4
    lines = client.get(reverse("indicator-ranking-table", args=[indicator.pk])).content.decode("utf-8-sig")
    first = lines.splitlines()[1].split(";")
    assert first[:2] == ["1", "C"] and first[-3:] == ["-30", "-10", "Personen"]
    assert first[3] == "Arbeitsstand"
    indicator.item.standing = "example"
    indicator.item.save()
    lines = client.get(reverse("indicator-ranking-table", args=[indicator.pk])).content.decode("utf-8-sig")
    assert lines.splitlines()[1].split(";")[3] == "Beispiel"


def test_a_missing_value_has_no_rank(indicator, places, two_years, client):
    observe(indicator, [(places["B"], "2023", None)], quality="protected")
    assert ranks(ranking_of(indicator, ANONYMOUS))["B"] == (None, 2, None)
    assert "geheim" in client.get(reverse("indicator-ranking", args=[indicator.pk])).content.decode()


def test_internal_districts_are_not_counted_for_the_public(indicator, places, two_years):
    places["C"].item.visibility = "internal"
    places["C"].item.save()
    assert set(ranks(ranking_of(indicator, ANONYMOUS))) == {"A", "B", "D"}


def test_the_page_costs_few_queries_however_many_districts(
    indicator, two_years, client, django_assert_max_num_queries
):
    address = reverse("indicator-ranking", args=[indicator.pk])
    client.get(address)
    with django_assert_max_num_queries(16):
        client.get(address)


def test_without_districts_the_page_says_what_will_stand_there(indicator, concept, client):
    page = client.get(reverse("indicator-ranking", args=[indicator.pk])).content.decode()
    assert "Für einzelne Räume liegt noch kein Wert vor." in page
