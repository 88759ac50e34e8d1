"""How far a goal is: charts with the way to a target, rows for the rest, nothing that the reader may not see."""

from __future__ import annotations

import pytest
from django.test import Client

from insek.concept.asker import Asker
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.steering.how_far import CHARTS, goal_course, light_of
from insek.steering.light import Light, LightReading
from insek.steering.models import Target
from insek.thread.models import Item
from tests.factories import make_item, make_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(concept):
    return make_item("district", level="city").district


def measured(goal, city, *, values=(), target=True, **more):
    indicator = make_item("indicator", **more)
    make_link(goal, indicator, "measured_by")
    record_observations(
        indicator.indicator,
        [NewObservation(city, str(year), value, source_title="Statistik") for year, value in values],
        label="Test",
        actor=PROGRAM,
    )
    if target:
        Target.objects.create(
            goal=goal.goal, indicator=indicator.indicator, direction="at_least", value=20, year=2035,
            base_period="2020", base_value=10, standing="example",
        )  # fmt: skip
    return indicator


def course(goal):
    return goal_course(Asker(ANONYMOUS), Item.objects.select_related("goal").get(pk=goal.pk))


def test_a_target_is_drawn_from_four_values_on_and_said_in_words_before(city):
    goal = make_item("goal")
    measured(goal, city, title="Viele Werte", values=[(year, year - 2010) for year in range(2020, 2025)])
    measured(goal, city, title="Wenige Werte", values=[(2020, 10), (2021, 11)])
    many, few = course(goal)["charts"]
    assert many["drawn"]["target"]["words"] == "20 · 2035"
    assert (few["drawn"], few["table"]) == ({}, None)
    assert "zu alt für eine Aussage" in few["sentence"]
    assert many["standing"] == "example"


def test_an_indicator_without_a_target_is_a_row_with_its_latest_value(city):
    goal = make_item("goal")
    indicator = measured(goal, city, values=[(2023, 10), (2024, 20)], target=False)
    measured(goal, city, values=[(2024, 99)], target=False, visibility="internal")
    shown = course(goal)
    (row,) = shown["other_indicators"]["rows"]
    assert (row["item"].pk, row["fact"]) == (indicator.pk, "20 Personen")
    assert "2024" in row["text"]
    assert (shown["charts"], shown["is_measured"]) == ([], True)


def test_a_goal_with_twelve_indicators_and_sixty_measures_stays_short(city, concept):
    goal = make_item("goal", title="Vieles auf einmal")
    for number in range(12):
        measured(goal, city, title=f"Zahl {number}", values=[(2020, 10), (2021, 11)])
    for number in range(60):
        make_link(goal, make_item("measure", title=f"Maßnahme {number}"), "implemented_by")
    shown = course(goal)
    assert (len(shown["charts"]), len(shown["further_targets"]["rest"])) == (CHARTS, 12 - CHARTS)
    page = Client().get(goal.url).content.decode()
    assert page.count('class="why__entry') < 30
    assert "Alle anzeigen" in page
    assert "ohne aktuellen Stand" in page


def test_goals_below_show_their_light_as_far_as_one_may_see_them(city):
    goal = make_item("goal")
    below, hidden = (
        make_item("goal", parent=goal.goal),
        make_item("goal", parent=goal.goal, visibility="internal"),
    )
    make_item("goal", parent=below.goal)
    measured(below, city, values=[(2020, 10)])
    shown = course(goal)
    assert [row["item"].pk for row in shown["sub_goals"]["rows"]] == [below.pk]
    assert shown["sub_goals"]["rows"][0]["state"]["name"] == "grey"
    assert hidden.pk not in str(shown)


def test_the_worst_light_that_says_something_speaks_for_a_goal():
    def readings(*lights):
        return [LightReading(light, "") for light in lights]

    assert light_of(readings(Light.GREY, Light.GREEN, Light.RED)) == Light.RED
    assert light_of(readings(Light.GREY, Light.REACHED)) == Light.REACHED
    assert light_of(readings(Light.GREY)) == Light.GREY
    assert light_of([]) is None


def test_a_goal_that_nothing_measures_says_so(concept):
    goal = make_item("goal")
    assert "Ob es näher kommt, lässt sich deshalb nicht sagen." in Client().get(goal.url).content.decode()
