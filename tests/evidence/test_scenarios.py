"""Scenarios: gathered from what a city knows, computed in a job, shown with their uncertainty, compared, made values of."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from insek.evidence.models import Observation, Scenario, ScenarioRun, SeriesBreak
from insek.evidence.scenarios import runs
from insek.evidence.scenarios.forms import ScenarioForm
from insek.evidence.scenarios.inputs import NotEnough, gather
from insek.evidence.scenarios.runs import (
    ask_to_compute,
    assumptions_hash,
    begin_computing,
    compute,
    compute_what_is_missing,
    forecast,
    is_current,
    latest_of,
    resume_lost,
)
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from tests.factories import make_actor, make_item

AGES = {"0-18": 15_000, "18-30": 17_000, "30-65": 45_000, "65-": 23_000}


@pytest.fixture
def city(concept):
    return make_item("district", level="city", title="Ganze Stadt").district


@pytest.fixture
def districts(concept, city):
    return [make_item("district", level="stadtteil", title=f"Stadtteil {name}").district for name in "AB"]


def record(indicator, *values):
    new = [
        NewObservation(place, period, Decimal(number), source_title="Statistik", breakdown=part)
        for place, period, number, part in values
    ]
    record_observations(indicator, new, label="Test", actor=PROGRAM)


@pytest.fixture
def people(concept, city):
    indicator = make_item("indicator", title="Einwohner", by_age=True).indicator
    record(indicator, *((city, str(year), 100_000 + (year - 2015) * 200, "") for year in range(2015, 2025)))
    return indicator


@pytest.fixture
def flows(concept, city):
    made = {}
    for name, number in (("births", 960), ("deaths", 1_250)):
        made[name] = make_item("indicator", title=name).indicator
        record(made[name], *((city, str(year), number, "") for year in range(2016, 2025)))
    return made


@pytest.fixture
def nobody_computes(monkeypatch):
    """Jobs wait, as in an installation whose worker is busy."""
    monkeypatch.setattr(runs, "compute_scenario", SimpleNamespace(enqueue=lambda key: None))


def scenario_of(people, **values):
    item = make_item("scenario", title="Mittlerer Pfad", people=people, **values)
    item.scenario.item = item
    return item.scenario


def computed(scenario):
    run = ScenarioRun.objects.create(scenario=scenario, assumptions_hash=assumptions_hash(scenario), seed=1)
    compute(run)
    run.refresh_from_db()
    return run


def test_births_and_deaths_of_today_go_on_and_moves_are_what_the_years_leave(people, flows):
    scenario = scenario_of(people, **flows, path="own", deaths_change=0, years=5)
    middle, _intervals = forecast(scenario, gather(scenario))
    assert middle.births[0].sum() == pytest.approx(960, rel=0.02)
    assert middle.deaths[0].sum() == pytest.approx(1_250, rel=0.02)
    assert 0 < middle.projects[0].sum() < 490, "490 people a year came by moves, and that fades"


def test_own_moves_are_met_every_year(people, flows):
    scenario = scenario_of(people, **flows, path="own", deaths_change=0, years=10, net_migration=-150)
    middle, _intervals = forecast(scenario, gather(scenario))
    assert middle.projects.sum(axis=1) == pytest.approx([-150] * 10, abs=1)


def test_ages_of_one_year_are_kept_and_a_town_of_students_stays_one(people, flows, city):
    record(people, *((city, "2022", number, f"age={part}") for part, number in AGES.items()))
    scenario = scenario_of(people, **flows, years=20)
    inputs = gather(scenario)
    assert inputs.base.shape == (1, 1, 101)
    assert inputs.base[0, 0, 18:30].sum() == pytest.approx(17_000 * 101_800 / 100_000, rel=1e-6)
    middle, _intervals = forecast(scenario, inputs)
    assert middle.people[-1, 0, 0, 18:30].sum() > 0.8 * middle.people[0, 0, 0, 18:30].sum()
    assert ("ages_of", {"period": "2022", "groups": "4"}) in inputs.notes


def test_ages_with_gaps_are_not_taken(people, flows, city):
    record(
        people,
        *(
            (city, "2022", number, f"age={part}")
            for part, number in AGES.items()
            if part not in {"0-18", "30-65"}
        ),
    )
    assert ("no_ages", {}) in gather(scenario_of(people, **flows)).notes


def test_men_and_women_are_told_apart_where_both_are_known(people, flows, city):
    people.by_sex = True
    people.save()
    cuts = [f"sex={sex};age={part}" for sex in ("male", "female") for part in AGES]
    record(people, *((city, "2023", 12_500, cut) for cut in cuts))
    inputs = gather(scenario_of(people, **flows))
    assert inputs.base.shape == (1, 2, 101)
    assert ("no_sex", {}) not in inputs.notes


def test_what_lies_before_a_break_is_never_compared_with_what_comes_after(people, flows, city):
    record(people, (city, "2022", 140_000, ""), (city, "2023", 140_200, ""), (city, "2024", 140_400, ""))
    SeriesBreak.objects.create(indicator=people, period="2022", reason="Zensus")
    scenario = scenario_of(people, **flows, path="own", deaths_change=0, years=3)
    inputs = gather(scenario)
    assert [[year for year, _value in years] for years in inputs.series] == [
        list(range(2015, 2022)),
        [2022, 2023, 2024],
    ]
    middle, _intervals = forecast(scenario, inputs)
    assert abs(middle.projects[0].sum()) < 800, "the jump of 39,000 is no move"


def test_districts_share_the_city_and_small_ones_are_less_sure(people, flows, city, districts):
    record(people, (districts[0], "2024", 90_000, ""), (districts[1], "2024", 11_800, ""))
    scenario = scenario_of(people, **flows)
    run = computed(scenario)
    assert run.result["areas"] == [district.pk for district in districts]
    large, small = ([quantile[-1][at] for quantile in run.result["by_area"]] for at in (0, 1))
    assert sum(run.result["by_area"][2][0]) == run.result["whole"][2][0][-1]
    assert (small[4] - small[0]) / small[2] > (large[4] - large[0]) / large[2]


def test_districts_that_are_not_the_whole_city_are_left_out_and_it_is_said(people, flows, districts):
    record(people, (districts[0], "2024", 30_000, ""))
    inputs = gather(scenario_of(people, **flows))
    assert len(inputs.areas) == 1
    assert ("no_places", {}) in inputs.notes


def test_two_years_are_not_enough_and_the_page_says_what_is_missing(concept, city, client):
    few = make_item("indicator", title="Einwohner").indicator
    record(few, (city, "2023", 100, ""), (city, "2024", 101, ""))
    scenario = scenario_of(few)
    with pytest.raises(NotEnough):
        gather(scenario)
    run = begin_computing(scenario)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "mindestens drei" in client.get(scenario.item.url).content.decode()


def test_the_same_seed_gives_the_same_and_the_result_stands_once(people, flows):
    scenario = scenario_of(people, **flows)
    one, two = computed(scenario), computed(scenario)
    assert one.result == two.result
    assert one.input_hash == two.input_hash
    assert ScenarioRun.objects.filter(state="done").get() == two


def test_other_assumptions_have_no_result_until_they_are_computed(people, flows, client):
    scenario = scenario_of(people, **flows)
    computed(scenario)
    assert "Unter diesen Annahmen leben" in client.get(scenario.item.url).content.decode()
    Scenario.objects.update(years=30)
    page = client.get(scenario.item.url).content.decode()
    assert "Unter diesen Annahmen leben" not in page
    assert "noch nicht gerechnet" in page


def test_the_ready_paths_do_not_look_at_the_own_figures(people, flows):
    scenario = scenario_of(people, **flows)
    before = assumptions_hash(scenario)
    scenario.births_change = Decimal("40")
    assert assumptions_hash(scenario) == before
    scenario.path = "own"
    assert assumptions_hash(scenario) != before


def test_newer_values_are_said_and_computed_by_themselves(people, flows, city, client, nobody_computes):
    scenario = scenario_of(people, **flows)
    run = computed(scenario)
    assert is_current(run)
    record(people, (city, "2025", 103_000, ""))
    assert not is_current(run)
    assert "Seit der Rechnung gibt es neuere Werte" in client.get(scenario.item.url).content.decode()
    compute_what_is_missing()
    assert scenario.runs.filter(state="waiting").count() == 1
    compute_what_is_missing()
    assert scenario.runs.filter(state="waiting").count() == 1, "not twice"


def test_what_its_process_left_is_taken_up_and_given_up_in_the_end(people, flows, nobody_computes):
    run = begin_computing(scenario_of(people, **flows))
    after = run.touched_at.replace(year=run.touched_at.year + 1)
    for _attempt in range(10):
        ScenarioRun.objects.filter(pk=run.pk, state="waiting").update(state="running")
        resume_lost(after)
        after = after.replace(year=after.year + 1)
    run.refresh_from_db()
    assert run.state == "failed"


def test_only_who_edits_lets_it_compute(people, flows, nobody_computes):
    scenario = scenario_of(people, **flows)
    with pytest.raises(PermissionDenied):
        ask_to_compute(scenario, actor=make_actor("council"))
    assert ask_to_compute(scenario, actor=make_actor("planner")) == ask_to_compute(
        scenario, actor=make_actor("planner")
    )


def test_the_page_the_file_and_the_comparison_say_the_same_number(people, flows, client):
    scenario = scenario_of(people, **flows)
    run = computed(scenario)
    other = scenario_of(people, **flows, path="high")
    computed(other)
    median = run.result["whole"][2][-1][-1]
    shown = f"{median:,}".replace(",", ".")
    assert shown in client.get(scenario.item.url).content.decode()
    table = client.get(reverse("scenario-table", args=[scenario.item.pk])).content.decode("utf-8-sig")
    assert str(median) in table
    both = client.get(reverse("scenario-compare")).content.decode()
    assert shown in both
    assert str(other.item.number or other.item.title) in both
    english = client.get("/en" + scenario.item.url).content.decode()
    assert "Under these assumptions" in english


def test_internal_scenarios_and_districts_do_not_show(people, flows, districts, client):
    record(people, (districts[0], "2024", 90_000, ""), (districts[1], "2024", 11_800, ""))
    scenario = scenario_of(people, **flows)
    hidden = scenario_of(people, **flows, visibility="internal", path="low")
    computed(scenario)
    computed(hidden)
    districts[1].item.visibility = "internal"
    districts[1].item.save()
    page = client.get(scenario.item.url).content.decode()
    assert "Stadtteil A" in page
    assert "Stadtteil B" not in page
    assert (
        "Stadtteil B" not in client.get(reverse("scenario-table", args=[scenario.item.pk])).content.decode()
    )
    assert client.get(reverse("scenario-table", args=[hidden.item.pk])).status_code in (403, 404)
    assert hidden.item.pk not in client.get(reverse("scenario-compare")).content.decode()


def test_values_are_marked_as_projected_and_wait_where_the_indicator_is_public(people, flows, as_role):
    scenario = scenario_of(people, **flows, years=5)
    run = computed(scenario)
    target = make_item("indicator", title="Vorausberechnung", visibility="internal").indicator
    address = reverse("scenario-publish", args=[scenario.item.pk])
    planner = as_role("planner")
    assert planner.get(address).status_code == 200
    planner.post(address, {"indicator": target.pk})
    rows = Observation.objects.current().filter(indicator=target).order_by("period_end")
    assert [row.period for row in rows] == [f"{year}-12-31" for year in range(2025, 2030)]
    assert {row.quality for row in rows} == {"forecast"}
    last = rows.last()
    assert int(last.value) == run.result["whole"][2][-1][-1]
    spread = run.result["whole"][4][-1][-1] - run.result["whole"][0][-1][-1]
    assert float(last.standard_error) == pytest.approx(spread / 2.5631, abs=0.1)
    public = make_item("indicator", title="Öffentlich").indicator
    planner.post(address, {"indicator": public.pk})
    assert not Observation.objects.filter(indicator=public).exists(), "it waits for its release"
    refused = planner.post(address, {"indicator": people.pk})
    assert refused.status_code == 400, "never into the counted values"


def test_the_page_costs_few_queries(people, flows, client, django_assert_max_num_queries):
    scenario = scenario_of(people, **flows)
    computed(scenario)
    client.get(scenario.item.url)
    with django_assert_max_num_queries(26):
        client.get(scenario.item.url)


def test_latest_result_is_that_of_these_assumptions(people, flows):
    scenario = scenario_of(people, **flows)
    run = computed(scenario)
    assert latest_of(scenario) == run


def test_a_result_is_shown_to_whoever_sees_all_that_went_in(people, flows, client, as_role):
    scenario = scenario_of(people, **flows)
    run = computed(scenario)
    flows["births"].item.visibility = "internal"
    flows["births"].item.save()
    median = f"{run.result['whole'][2][-1][-1]:,}".replace(",", ".")
    page = client.get(scenario.item.url).content.decode()
    assert median not in page and "101.800" not in page
    assert "beruht auf Werten, die nicht öffentlich sind" in page
    assert client.get(reverse("scenario-table", args=[scenario.item.pk])).status_code == 404
    assert median not in client.get(reverse("scenario-compare")).content.decode()
    planner = as_role("planner").get(scenario.item.url).content.decode()
    assert median in planner
    assert "Öffentlich erscheint das Ergebnis nicht" in planner


def test_values_that_were_projected_are_no_past(people, flows, city):
    new = [NewObservation(city, str(year), Decimal(90_000), quality="forecast", source_title="Land") for year in (2025, 2026, 2027)]  # fmt: skip
    record_observations(people, new, label="Test", actor=PROGRAM)
    assert gather(scenario_of(people, **flows)).last == 2024


def test_a_month_of_this_year_is_no_year_after_the_last(concept, city):
    monthly = make_item("indicator", title="Einwohner", periodicity="month").indicator
    record(monthly, *((city, f"{year}-12", 100_000 + year, "") for year in range(2020, 2025)))
    record(monthly, (city, "2025-03", 105_000, ""))
    assert gather(scenario_of(monthly)).last == 2024


@pytest.mark.parametrize("unit", ["%", "je 1.000 Einwohner", "Tausend Personen", "Einw./km²"])
def test_shares_rates_and_thousands_are_no_people(people, flows, city, as_role, unit):
    rate = make_item("indicator", title="Geburtenziffer", unit=unit).indicator
    record(rate, *((city, str(year), 9, "") for year in range(2016, 2025)))
    with pytest.raises(NotEnough, match="unit"):
        gather(scenario_of(people, births=rate))
    form = ScenarioForm(
        {"title": "Neu", "people": people.pk, "births": rate.pk, "path": "middle", "years": "20", "seed": "1"},
        actor=make_actor("planner"), concept=people.item.concept,
    )  # fmt: skip
    assert "births" in form.errors and "people" not in form.errors


def test_births_a_year_are_a_number_of_people(people, city):
    yearly = make_item("indicator", title="Geburten", unit="Geburten je Jahr").indicator
    record(yearly, *((city, str(year), 960, "") for year in range(2016, 2025)))
    assert all(past.births is not None for past in gather(scenario_of(people, births=yearly)).pasts)


def test_births_known_for_some_years_count_for_those(people, flows, city):
    late = make_item("indicator", title="Geburten").indicator
    record(late, *((city, str(year), 1_900, "") for year in range(2018, 2024)))
    scenario = scenario_of(people, births=late, deaths=flows["deaths"], path="own", deaths_change=0, years=5)
    inputs = gather(scenario)
    assert [(past.last, past.births is not None) for past in inputs.pasts] == [(2024, False), (2023, True), (2017, False)]  # fmt: skip
    assert ("births_partly", {}) in inputs.notes
    middle, _intervals = forecast(scenario, inputs)
    assert middle.births[0].sum() == pytest.approx(1_900, rel=0.03)


def test_one_district_is_no_division_of_the_city(people, flows, districts):
    record(people, (districts[0], "2024", 100_000, ""))
    inputs = gather(scenario_of(people, **flows))
    assert ("no_places", {}) in inputs.notes
    assert not any(name == "shared" for name, _said in inputs.notes)


def test_more_than_there_are_cannot_leave_and_it_is_said(people, flows, client):
    scenario = scenario_of(people, **flows, path="own", deaths_change=0, years=40, net_migration=-50_000)
    run = computed(scenario)
    assert min(run.result["whole"][0][-1]) >= 0
    assert "zögen mehr Menschen fort" in client.get(scenario.item.url).content.decode()


def test_ages_beyond_a_hundred_are_those_of_a_hundred(people, flows, city):
    parts = {"0-50": 50_000, "50-100": 49_000, "100-105": 90, "105-": 10}
    record(people, *((city, "2024", number, f"age={part}") for part, number in parts.items()))
    base = gather(scenario_of(people, **flows)).base
    assert base[0, 0, 100] == pytest.approx(100 * 101_800 / 99_100, rel=1e-6)


def test_an_indicator_that_a_scenario_starts_from_is_not_deleted_and_it_is_said(people, flows, as_role):
    scenario_of(people, **flows)
    births = flows["births"].item
    Observation.objects.filter(indicator=births.pk).delete()
    answer = as_role("project-lead").post(f"/k/{births.pk}/loeschen", {"version": births.version})
    assert answer.status_code == 409
    assert "Andere Inhalte beruhen darauf" in answer.content.decode()
