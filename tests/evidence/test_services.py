"""Recording observations: append-only, corrected by a new row, each with a source."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from insek.evidence.models import ImportBatch, Observation
from insek.evidence.queries import latest_values, series_of, values_of_district
from insek.evidence.services import NewObservation, check_period, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.models import Change
from tests.factories import make_actor, make_item


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Ganze Stadt").district


@pytest.fixture
def indicator(concept):
    return make_item("indicator", title="Bevölkerung").indicator


def value(district, period, number, **more):
    return NewObservation(district, period, Decimal(number), **{"source_title": "Statistik", **more})


def record(indicator, *observations, actor=PROGRAM):
    return record_observations(indicator, observations, label="Test", actor=actor)


def test_a_correction_is_a_new_row_and_the_old_one_stays(city, indicator):
    record(indicator, value(city, "2024", "100"))
    record(indicator, value(city, "2024", "101"))
    assert [row.value for row in Observation.objects.current()] == [101]
    old, new = Observation.objects.order_by("pk")
    assert (old.value, old.superseded_by) == (100, new)
    record(
        indicator,
        value(city, "2024", "101", quality="estimated", source_title="Büro", source_url="https://b.example/"),
    )
    told = [change.differences["value"] for change in Change.objects.filter(action="recorded").order_by("pk")]
    assert told == [
        [None, "Ganze Stadt, 2024: 100 (Statistik)"],
        ["Ganze Stadt, 2024: 100 (Statistik)", "Ganze Stadt, 2024: 101 (Statistik)"],
        [
            "Ganze Stadt, 2024: 101 (Statistik)",
            "Ganze Stadt, 2024: 101 (geschätzt; Büro; https://b.example/)",
        ],
    ]


def test_the_same_value_again_adds_nothing(city, indicator):
    record(indicator, value(city, "2024", "100"))
    record(indicator, value(city, "2024", "100.000"))
    assert Observation.objects.count() == 1


def test_one_wrong_value_refuses_the_whole_delivery(city, indicator):
    with pytest.raises(ValidationError, match="etwa 2024"):
        record(indicator, value(city, "2023", "1"), value(city, "2024-13", "2"))
    assert not Observation.objects.exists()
    assert not ImportBatch.objects.exists()


def test_a_value_without_source_is_refused_by_service_and_database(city, indicator):
    with pytest.raises(ValidationError, match="braucht eine Quelle"):
        record(indicator, value(city, "2024", "1", source_title=" "))
    batch = ImportBatch.objects.create(label="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Observation.objects.create(indicator=indicator, district=city, period="2024", value=1, batch=batch)


def test_two_current_values_for_one_place_and_period_are_impossible(city, indicator):
    record(indicator, value(city, "2024", "1"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Observation.objects.create(
            indicator=indicator,
            district=city,
            period="2024",
            value=2,
            source_title="x",
            batch=ImportBatch.objects.create(label="x"),
        )


@pytest.mark.parametrize("role", ["council", "auditor", "administrator", "moderator", None])
def test_only_editors_record(city, indicator, role):
    with pytest.raises(PermissionDenied):
        record(indicator, value(city, "2024", "1"), actor=make_actor(role))


@pytest.mark.parametrize("period", ["2024", "2024-06", "2024-12-31", " 2024 "])
def test_periods(period):
    assert check_period(period) == period.strip()


@pytest.mark.parametrize(
    "period", ["24", "2024-13", "2023-02-29", "Mai 2024", "", "2024-1-1", "2024-12-31T00"]
)
def test_days_that_do_not_exist_are_refused(period):
    with pytest.raises(ValidationError):
        check_period(period)


def test_series_stand_in_the_order_of_time_with_the_city_first(city, indicator):
    part = make_item("district", level="stadtteil", title="Teil").district
    record(indicator, value(part, "2024", "5"), value(city, "2024", "9"), value(city, "2023", "8"))
    series = series_of(indicator, ANONYMOUS)
    assert [(entry.district.pk, [point.period for point in entry.points]) for entry in series] == [
        (city.pk, ["2023", "2024"]), (part.pk, ["2024"]),
    ]  # fmt: skip
    assert latest_values([indicator.pk])[indicator.pk].value == 9
    assert [row.value for row in values_of_district(part, ANONYMOUS)] == [5]


def test_values_of_hidden_districts_and_indicators_are_hidden(city, indicator):
    hidden = make_item("district", level="stadtteil", visibility="internal").district
    secret = make_item("indicator", visibility="internal").indicator
    record(indicator, value(hidden, "2024", "5"))
    record(secret, value(city, "2024", "7"))
    assert series_of(indicator, ANONYMOUS) == []
    assert values_of_district(city, ANONYMOUS) == []
    assert len(values_of_district(city, make_actor("planner"))) == 1
