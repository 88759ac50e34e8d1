"""Whose reports, steps, states and targets count, and on which day."""

from datetime import date, timedelta

import pytest

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.steering.light import Light, LightReading
from insek.steering.models import MeasureTask, StatusOverride, StatusReport, Target
from insek.steering.queries import (
    assessed_measures,
    behind_of,
    with_late_target,
    with_overdue_step,
    without_report,
)
from insek.thread.models import Item
from tests.factories import make_actor, make_concept, make_item, make_link

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 28)
DAY = timedelta(days=1)
A_YEAR_AGO = date(2025, 11, 28)


def measure(**values):
    return make_item("measure", **values)


def report(item, on=TODAY, state="on_track", **values):
    return StatusReport.objects.create(
        measure=item.measure, reported_on=on, state=state, happened="Etwas.", next_step="Mehr.", **values
    )


def step(item, **values):
    place = MeasureTask.objects.filter(measure=item.pk).count() + 1
    return MeasureTask.objects.create(
        measure=item.measure, position=place, title=f"Schritt {place}", **values
    )


def by_hand(item, state, **values):
    return StatusOverride.objects.create(
        measure=item.measure, state=state, reason="So.", set_on=TODAY, **values
    )


def assessed(item, actor=PROGRAM):
    (found,) = assessed_measures(Item.objects.filter(pk=item.pk).select_related("measure"), actor, TODAY)
    return found


def test_the_latest_report_that_one_may_read_decides(concept):
    item, other = measure(), measure()
    report(item, A_YEAR_AGO, "delayed")
    inside = report(item, TODAY, "at_risk", is_internal=True)
    report(item, TODAY - DAY, "on_track")
    report(other, TODAY, "stopped")
    assert assessed(item, ANONYMOUS).status.state == "on_track"
    assert assessed(item, make_actor("planner")).report == inside
    same_day = report(item, TODAY, "completed")
    assert assessed(item).report == same_day, "of one day the last one written"
    StatusReport.objects.filter(pk=same_day.pk).update(retracted_on=TODAY)
    assert assessed(item).report == inside


def test_what_was_set_by_hand_counts_until_it_is_taken_back(concept):
    item = measure()
    by_hand(item, "stopped", taken_back_on=TODAY)
    assert assessed(item).override is None
    set_since = by_hand(item, "deferred")
    by_hand(measure(), "completed")
    assert (assessed(item).override, assessed(item).status.state) == (set_since, "deferred")


def test_a_measure_has_its_own_steps(concept):
    item = measure()
    own = [step(item), step(item)]
    step(measure())
    assert list(assessed(item).tasks) == own


def test_an_indicator_behind_is_named_where_one_sees_goal_measure_and_link(concept):
    goal, inside = make_item("goal"), make_item("goal", visibility="internal")
    item = measure()
    indicator = make_item("indicator", title="Radanteil").indicator
    for served in (goal, inside):
        make_link(served, item, "implemented_by")
    readings = [
        (Target(goal=served.goal, indicator=indicator), LightReading(light, ""))
        for served, light in ((goal, Light.GREEN), (inside, Light.RED))
    ]
    assert behind_of([item.pk], ANONYMOUS, readings=readings) == {}
    assert behind_of([item.pk], PROGRAM, readings=readings) == {item.pk: (("Radanteil", ""),)}
    assert behind_of([measure().pk], PROGRAM, readings=readings) == {}


def test_a_report_is_asked_for_after_a_year_to_the_day_in_its_own_concept(concept):
    other = make_concept()
    never, old, elsewhere = measure(), measure(), measure(concept=other)
    report(old, A_YEAR_AGO - DAY)
    report(measure(), A_YEAR_AGO)
    begins = measure(start_year=2026)
    measure(start_year=2027)
    report(measure(), A_YEAR_AGO - DAY, "completed")
    by_hand(measure(), "stopped")
    assert set(without_report(concept, TODAY)) == {never, old, begins}
    assert set(without_report(other, TODAY)) == {elsewhere}


@pytest.mark.parametrize(
    ("values", "days", "asked"),
    [
        ({"end_year": 2026}, [date(2025, 1, 1)], False), ({"end_year": 2026}, [date(2024, 12, 31)], True),
        ({"end_year": 2027}, [date(2026, 1, 1)], True), ({"end_year": 2026}, [date(2026, 1, 1), None], True),
        ({"end_year": 2026, "type": "permanent"}, [date(2026, 1, 1)], True), ({"end_year": 2026}, [TODAY], False),
        ({"end_year": 2026}, [TODAY + DAY], True), ({}, [date(2026, 1, 1)], True), ({"end_year": 2026}, [], True),
    ],
)  # fmt: skip
def test_what_its_steps_completed_is_not_asked(concept, values, days, asked):
    item = measure(**values)
    for done in days:
        step(item, done=done)
    assert (item in without_report(concept, TODAY)) == asked
    assert (assessed(item).status.state == "completed") != asked, "as its state says"


def test_a_step_is_overdue_from_the_day_after_in_its_own_concept(concept):
    late, other = measure(), make_concept()
    elsewhere = measure(concept=other)
    for item in (late, elsewhere):
        step(item, due=TODAY - DAY)
    step(measure(), due=TODAY)
    step(measure(), due=TODAY - DAY, done=TODAY)
    deferred = measure()
    step(deferred, due=TODAY - DAY)
    report(deferred, TODAY, "deferred")
    assert list(with_overdue_step(concept, TODAY)) == [late]
    assert list(with_overdue_step(other, TODAY)) == [elsewhere]


def test_a_target_is_late_after_the_year_of_its_goal_in_its_own_concept(concept):
    other = make_concept()

    def goal(horizon, year, where=concept):
        item = make_item("goal", horizon_year=horizon, concept=where)
        Target.objects.create(
            goal=item.goal, indicator=make_item("indicator", concept=where).indicator, direction="at_least",
            value=2, year=year, base_period="2020", base_value=1,
        )  # fmt: skip
        return item

    late, elsewhere = goal(2030, 2031), goal(2030, 2031, other)
    goal(2030, 2030)
    goal(None, 2035)
    assert list(with_late_target(concept)) == [late]
    assert list(with_late_target(other)) == [elsewhere]
