"""A scenario from age groups with a gap, as city files have them."""

from decimal import Decimal

import pytest

from insek.evidence.scenarios.age_gaps import without_gap
from insek.evidence.scenarios.inputs import gather
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Ganze Stadt").district


@pytest.fixture
def people(concept, city):
    row = make_item("indicator", title="Einwohner", by_age=True).indicator
    record(row, *((city, f"{year}-12-31", 100_000 + (year - 2015) * 200, "") for year in range(2015, 2025)))
    return row


def record(indicator, *values):
    new = [
        NewObservation(place, period, Decimal(number), source_title="Statistik", breakdown=part)
        for place, period, number, part in values
    ]
    record_observations(indicator, new, label="Test", actor=PROGRAM)


def scenario_of(people):
    return make_item("scenario", title="Mittlerer Pfad", people=people).scenario


def test_one_missing_age_group_is_what_all_people_leave(people, city):
    """City files leave out those from 25 to below 65; the number of all people says how many they are."""
    part = {"0-18": 15_000, "18-25": 9_000, "65-": 23_000}
    record(people, *((city, "2022-12-31", number, f"age={ages}") for ages, number in part.items()))
    inputs = gather(scenario_of(people))
    whole = people.observations.get(period="2022-12-31", breakdown=0).value
    scale = inputs.base.sum() / float(whole)
    assert inputs.base[0, 0, 25:65].sum() == pytest.approx((float(whole) - 47_000) * scale)
    assert ("age_gap", {"from": "25", "to": "65"}) in inputs.notes
    people.by_sex = True
    people.save()
    for sex, number in (("male", 49_000), ("female", float(whole) - 49_000)):
        record(
            people,
            (city, "2023-12-31", number, f"sex={sex}"),
            *((city, "2023-12-31", each / 2, f"sex={sex};age={ages}") for ages, each in part.items()),
        )
    inputs = gather(scenario_of(people))
    men, women = inputs.base[0, :, 25:65].sum(axis=1)
    assert men / women == pytest.approx((49_000 - 23_500) / (float(whole) - 49_000 - 23_500))


def test_two_gaps_are_not_filled():
    spans = {(0, 6): 5.0, (10, 18): 9.0, (65, None): 20.0}
    assert without_gap({"": spans}, {"": 100.0}) is None
    assert without_gap({"": {(0, 18): 14.0, (65, None): 20.0}}, {"": 30.0}) is None, "nobody is left"
    assert without_gap({"": {(0, 18): 14.0, (10, 65): 20.0}}, {"": 90.0}) is None, "these overlap"
