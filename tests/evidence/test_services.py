"""Recording observations: append-only, corrected by a new row, each with a source."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from insek.evidence.models import ImportBatch, Observation
from insek.evidence.queries import latest_values, series_of, values_of_district
from insek.evidence.services import NewObservation, record_observations
from insek.evidence.value_checks import check_period
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.thread.models import Change
from tests.factories import make_actor, make_item, make_user


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


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2024", "2024"), ("2024-06", "2024-06"), (" 2024-12-31 ", "2024-12-31"), ("31.12.2024", "2024-12-31"), ("1. Quartal 2024", "2024-Q1"),
        ("2. Halbjahr 2024", "2024-H2"), ("2022/23", "2022/23"), ("Schuljahr 2022/23", "2022/23"), ("2020 bis 2022", "2020-2022"), ("Wintersemester 2022/23", "2022-10-01/2023-03-31"),
    ],
)  # fmt: skip
def test_periods(said, kept):
    assert check_period(said) == kept


def test_a_period_goes_with_the_turn_a_part_with_the_indicator_and_a_status_with_its_value(city, indicator):
    with pytest.raises(ValidationError, match="Quartal 2024 passt nicht zum Turnus des Indikators"):
        record(indicator, value(city, "2024-Q1", "1"))
    with pytest.raises(ValidationError, match="hat diese Gliederung nicht: weiblich, 3 bis unter 6 Jahre"):
        record(indicator, replace(value(city, "2024", "1"), breakdown="sex=female;age=3-6"))
    with pytest.raises(ValidationError, match="gibt es keinen Wert"):
        record(indicator, replace(value(city, "2024", "1"), quality="protected"))
    with pytest.raises(ValidationError, match="warum keiner da ist"):
        record(indicator, replace(value(city, "2024", "1"), value=None))
    with pytest.raises(ValidationError, match="nicht zu verstehen"):
        record(indicator, replace(value(city, "2024", "1"), breakdown="age=3-6;sex=female"))
    assert not Observation.objects.exists()


def test_a_part_and_a_missing_value_stand_beside_the_whole_and_never_for_it(city, indicator):
    indicator.by_sex, indicator.uncertainty = True, None
    indicator.save()
    whole, woman = value(city, "2023", "9"), replace(value(city, "2023", "5"), breakdown="sex=female")
    record(indicator, whole, woman, replace(value(city, "2024", "1"), value=None, quality="later"))
    assert Observation.objects.current().count() == 3
    assert [row.value for row in Observation.objects.figures()] == [9]
    assert latest_values([indicator.pk])[indicator.pk].value == 9
    assert [row.value for row in values_of_district(city, ANONYMOUS)] == [9]
    [series] = series_of(indicator, ANONYMOUS)
    assert ([row.value for row in series.points], series.newest.quality) == ([9], "later")
    record(indicator, replace(woman, value=6))
    assert sorted(row.value for row in Observation.objects.current().exclude(value=None)) == [6, 9]
    told = "\n".join(str(change.differences) for change in Change.objects.filter(action="recorded"))
    assert "weiblich, 2023: 5" in told and "2024: – (später" in told


def test_the_form_takes_a_part_and_a_status_instead_of_a_value(client, city, indicator):
    indicator.by_sex = indicator.by_age = True
    indicator.save()
    client.force_login(make_user("project-lead"))
    address = reverse("observation-create", args=[indicator.pk])
    sent = {
        "district": city.pk,
        "period": "31.12.2024",
        "sex": "female",
        "ages": "65 und älter",
        "value": "",
        "quality": "measured",
        "source_title": "Amt",
    }
    assert "warum keiner da ist" in client.post(address, sent).content.decode()
    assert client.post(address, sent | {"quality": "protected"}).status_code == 302
    row = Observation.objects.select_related("breakdown").get()
    assert (row.value, row.quality, row.period, row.breakdown.key) == (
        None,
        "protected",
        "2024-12-31",
        "sex=female;age=65-",
    )
    assert (
        client.post(
            address, sent | {"value": "7,5", "standard_error": "0,5", "sample_size": "120"}
        ).status_code
        == 302
    )
    row = Observation.objects.current().get()
    assert (row.value, row.standard_error, row.sample_size) == (Decimal("7.5"), Decimal("0.5"), 120)


@pytest.mark.parametrize(
    "period", ["24", "2024-13", "2023-02-29", "Mai 24x", "", "2024-1-1", "2024-12-31T00"]
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
