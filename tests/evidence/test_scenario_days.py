"""Scenarios keep the day that people are counted on, and find every chain of age groups that is known."""

import pytest

from insek.evidence.scenarios.inputs import _chain, gather
from insek.evidence.scenarios.publishing import _day_in, observations_of
from insek.evidence.scenarios.shown import note_words
from tests.evidence.test_scenarios import computed, record, scenario_of
from tests.factories import make_item

SHARED = {"0-3": 3_000, "0-6": 6_000, "6-18": 12_000, "18-65": 60_000, "65-": 22_000}


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Ganze Stadt").district


def counted(city, day):
    indicator = make_item("indicator", title="Einwohner", by_age=True, by_sex=True).indicator
    record(indicator, *((city, f"{year}{day}", 100_000 + year, "") for year in range(2015, 2025)))
    return indicator


@pytest.mark.django_db
def test_people_counted_in_summer_are_forecast_for_summer(concept, city):
    scenario = scenario_of(counted(city, "-06-30"), years=6)
    run = computed(scenario)
    assert run.result["day"] == [6, 30]
    periods = [one.period for one in observations_of(scenario, run)]
    assert periods[0] == "2025-06-30" and periods[-1] == "2030-06-30"
    (said,) = [note_words(name, said) for name, said in run.result["notes"] if name == "day"]
    assert said.endswith("zum 30.6.")


@pytest.mark.django_db
def test_people_of_years_are_forecast_for_their_last_day(concept, city):
    scenario = scenario_of(counted(city, ""), years=5)
    run = computed(scenario)
    assert {one.period[4:] for one in observations_of(scenario, run)} == {"-12-31"}
    assert "day" not in {name for name, _said in run.result["notes"]}
    del run.result["day"]  # of a result made before
    assert observations_of(scenario, run)[0].period == "2025-12-31"


def test_a_day_that_a_year_has_not():
    assert _day_in(2025, 2, 29).isoformat() == "2025-02-28"


def test_a_chain_is_found_although_a_finer_group_leads_nowhere():
    assert _chain([(0, 3), (0, 6), (6, 18), (18, 65), (65, None)]) == [(0, 6), (6, 18), (18, 65), (65, None)]
    assert _chain([(0, 3), (3, 6), (0, 6), (6, None)]) == [(0, 3), (3, 6), (6, None)]
    assert _chain([(0, 3), (6, None)]) is None
    assert _chain([]) is None


@pytest.mark.django_db
def test_ages_that_are_known_are_not_ignored(concept, city):
    people = counted(city, "")
    record(people, *((city, "2024", number, f"age={part}") for part, number in SHARED.items()))
    inputs = gather(scenario_of(people))
    assert ("ages_of", {"period": "2024", "groups": "4"}) in inputs.notes
    assert inputs.base[0, 0, :6].sum() == pytest.approx(6_000 * 102_024 / 100_000, rel=1e-6)


@pytest.mark.django_db
def test_groups_that_both_sexes_have_are_found(concept, city):
    people = counted(city, "")
    both = {"0-18": 9_000, "18-65": 30_000, "65-": 11_000}
    for sex in ("male", "female"):
        record(people, *((city, "2024", number, f"sex={sex};age={part}") for part, number in both.items()))
    record(people, *((city, "2024", 4_500, f"sex=male;age={part}") for part in ("0-9", "9-18")))
    inputs = gather(scenario_of(people))
    assert ("ages_of", {"period": "2024", "groups": "3"}) in inputs.notes and len(inputs.base[0]) == 2
