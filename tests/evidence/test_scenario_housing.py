"""Households and dwellings of a scenario, and what they need of land."""

from decimal import Decimal

import pytest

from insek.evidence.scenarios.shown import _signed, housing_land, housing_table
from insek.web.display import number_words
from tests.evidence import test_scenarios
from tests.evidence.test_scenarios import computed, record, scenario_of
from tests.factories import make_item

pytestmark = pytest.mark.django_db
city, people, flows = test_scenarios.city, test_scenarios.people, test_scenarios.flows


def test_households_and_dwellings_follow_and_are_said_to_be_assumed(people, flows, client):
    scenario = scenario_of(
        people, **flows, household_size=Decimal("1.8"), reserve=3, replacement=Decimal("0.3")
    )
    run = computed(scenario)
    households = run.result["households"]
    assert households[2][0] == pytest.approx(101_800 / 1.8, rel=1e-3)
    assert all(low <= middle <= high for low, _q25, middle, _q75, high in zip(*households, strict=True))
    page = client.get(scenario.item.url).content.decode()
    assert "Wohnungsbedarf" in page
    assert "nicht angegeben" in page
    [first, *_others, last] = housing_table(scenario, run)["rows"]
    stock = 101_800 / 1.8 / 0.97
    assert first[4]["text"] == "0", "today as many as needed"
    needed = households[2][-1] / 0.97
    assert last[4]["text"] == _signed(round(needed - stock * 0.997**20)), "what is needed less what is left"


def test_what_is_to_be_built_is_held_against_projects_sites_land_and_the_regional_limit(
    people, flows, client
):
    scenario = scenario_of(
        people, **flows, household_size=Decimal("1.8"), reserve=3, replacement=Decimal("1")
    )
    run = computed(scenario)
    assert housing_land(scenario, run) == [], "nothing is assumed that nobody said"
    need = round(run.result["households"][2][-1] / 0.97 - run.result["households"][2][0] / 0.97 * 0.99**20)
    assert need > 0
    scenario.pipeline, scenario.inner_sites, scenario.density, scenario.threshold = (
        100,
        50,
        Decimal(25),
        need - 1,
    )
    said = " ".join(housing_land(scenario, run))
    left = need - 150
    assert f"sind in der Mitte {number_words(need)} Wohnungen zu bauen" in said
    assert f"Es bleiben {number_words(left)} Wohnungen" in said
    assert f"Bei 25 Wohnungen je Hektar brauchen sie {number_words(left / 25, 1)} Hektar." in said
    assert "wird um 1 überschritten" in said
    scenario.inner_sites, scenario.threshold = need, need
    said = " ".join(housing_land(scenario, run))
    assert (
        "100 Wohnungen wären mehr möglich als gebraucht" in said
        and "Hektar" not in said
        and "reicht aus" in said
    )
    scenario.save()
    assert "wären mehr möglich" in client.get(scenario.item.url).content.decode()


def test_without_a_size_of_households_nothing_is_said_of_dwellings(people, flows, client):
    scenario = scenario_of(people, **flows)
    computed(scenario)
    assert "Wohnungsbedarf" not in client.get(scenario.item.url).content.decode()


def test_dwellings_that_are_counted_are_what_stands(people, flows, city):
    stock = make_item("indicator", title="Wohnungen").indicator
    record(stock, (city, "2023", 60_000, ""))
    scenario = scenario_of(people, **flows, household_size=Decimal("1.8"), dwellings=stock)
    run = computed(scenario)
    assert run.result["dwellings"] == ["2023", 60_000]
    assert housing_table(scenario, run)["rows"][0][4]["text"].startswith("−")
