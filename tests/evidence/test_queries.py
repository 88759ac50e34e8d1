"""Which values a question about an indicator finds: those of the city, of its own concept, the latest."""

from decimal import Decimal

import pytest
from django.db.models import F

from insek.evidence.models import Observation
from insek.evidence.queries import city_figures, city_values, latest_values, values_of_district
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.gaps import gap_named
from tests.factories import make_actor, make_concept, make_item


def record(indicator, *values):
    rows = [
        NewObservation(place, period, Decimal(n), source_title="Statistik") for place, period, n in values
    ]
    record_observations(indicator.indicator, rows, label="Test", actor=PROGRAM)
    return indicator


@pytest.fixture
def city(concept):
    return make_item("district", level="city").district


@pytest.fixture
def quarter(city):
    return make_item("district").district


def test_the_latest_value_is_that_of_the_city_however_new_those_of_its_parts_are(city, quarter):
    indicator = record(make_item("indicator"), (city, "2023", 1), (city, "2024", 2), (quarter, "2025", 3))
    only_parts = record(make_item("indicator"), (quarter, "2025", 4))
    found = latest_values([indicator.pk, only_parts.pk])
    assert {pk: (value.district_id, value.period, value.value) for pk, value in found.items()} == {
        indicator.pk: (city.pk, "2024", 2)
    }


def test_the_series_of_the_city_holds_no_value_of_its_parts(city, quarter):
    indicator = record(make_item("indicator"), (city, "2024", 2), (quarter, "2024", 9), (city, "2023", 1))
    assert city_values([indicator.pk]) == {indicator.pk: [("2023", 1, None), ("2024", 2, None)]}


def test_a_corrected_value_counts_once(city):
    indicator = record(make_item("indicator"), (city, "2024", 2))
    record(indicator, (city, "2024", 5))
    assert city_values([indicator.pk]) == {indicator.pk: [("2024", 5, None)]}
    assert latest_values([indicator.pk])[indicator.pk].value == 5


def test_a_place_shows_its_own_latest_values_of_visible_indicators(city, quarter):
    indicator = record(make_item("indicator"), (city, "2025", 1), (quarter, "2023", 2), (quarter, "2024", 3))
    hidden = record(make_item("indicator", visibility="internal"), (quarter, "2024", 4))
    assert [(row.indicator_id, row.value) for row in values_of_district(quarter, ANONYMOUS)] == [
        (indicator.pk, 3)
    ]
    assert {row.indicator_id for row in values_of_district(quarter, make_actor("planner"))} == {
        indicator.pk,
        hidden.pk,
    }


def figures(concept):
    return [
        [(point.indicator_id, point.period) for point in points]
        for points, _breaks in city_figures(concept, ANONYMOUS)
    ]


def test_the_figures_of_the_city_are_of_its_concept_its_fields_and_the_whole_city(concept, city, quarter):
    living, climate = concept.fields.get(key="wohnen"), concept.fields.get(key="klima")
    other = make_concept()
    foreign = make_item("indicator", concept=other, number="A 1", direction="up")
    record(foreign, (make_item("district", level="city", concept=other).district, "2024", 1))
    first = record(
        make_item("indicator", number="I 1", fields=[living]),
        (city, "2023", 1),
        (city, "2024", 2),
        (quarter, "2025", 3),
    )
    record(make_item("indicator", number="I 2", fields=[living], direction="up"), (city, "2024", 1))
    of_climate = record(
        make_item("indicator", number="I 3", fields=[climate], direction="up"), (city, "2024", 1)
    )
    record(make_item("indicator", number="I 4", fields=[climate]), (quarter, "2024", 1))
    assert figures(concept) == [[(first.pk, "2023"), (first.pk, "2024")], [(of_climate.pk, "2024")]]


def test_an_indicator_without_a_current_value_is_torn_in_its_own_concept(concept, city):
    lonely, given = make_item("indicator"), record(make_item("indicator"), (city, "2024", 1))
    elsewhere = make_item("indicator", concept=make_concept())
    find = gap_named("indicator_without_value").find
    assert list(find(concept)) == [lonely]
    assert list(find(elsewhere.concept)) == [elsewhere]
    Observation.objects.filter(indicator=given.pk).update(superseded_by=F("pk"))
    assert set(find(concept)) == {lonely, given}


def test_what_is_projected_stands_for_no_value_of_today(city, quarter, client):
    indicator = record(make_item("indicator"), (city, "2023", 1), (city, "2024", 2), (quarter, "2024", 3))
    ahead = [
        NewObservation(place, period, Decimal(900), quality="forecast", source_title="Land")
        for place in (city, quarter)
        for period in ("2040", "2044")
    ]
    record_observations(indicator.indicator, ahead, label="Test", actor=PROGRAM)
    assert latest_values([indicator.pk])[indicator.pk].period == "2024"
    assert [value.period for value in city_values([indicator.pk])[indicator.pk]] == ["2023", "2024"]
    assert [row.period for row in values_of_district(quarter, ANONYMOUS)] == ["2024"]
    page = client.get(indicator.url).context
    assert page["figure"]["date_label"] == "2024"
    assert page["when"] == "2024"
    line = page["line"]
    assert [point["value"] for point in line["spec"]["data"]["values"]] == [1, 2]
    assert (
        line["description"].startswith("Von 1")
        and "Gepunktet: vorausberechnet bis 2044" in line["description"]
    )
    assert Observation.objects.current().filter(indicator=indicator.pk).count() == 7, "they are kept"


def test_an_indicator_of_projections_alone_shows_them_as_such(city, client):
    indicator = make_item("indicator")
    ahead = [NewObservation(city, "2044", Decimal(900), quality="forecast", source_title="Land")]
    record_observations(indicator.indicator, ahead, label="Test", actor=PROGRAM)
    assert latest_values([indicator.pk]) == {}
    assert "vorausberechnet" in client.get(indicator.url).context["figure"]["note"]
