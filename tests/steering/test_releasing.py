"""Steps, reports and targets of what is public wait for their release."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.releases import release
from insek.steering.models import MeasureTask, StatusReport, Target
from insek.steering.services import (
    add_task,
    change_target,
    change_task,
    remove_target,
    remove_task,
    report_status,
    set_target,
)
from insek.thread.models import Change
from tests.factories import make_actor, make_item, make_link, make_unit

pytestmark = pytest.mark.django_db


def released(made):
    assert isinstance(made, Proposal)
    release(made, expected_version=1, actor=make_actor("project-lead"))


def test_steps_of_a_public_measure_wait_and_keep_day_and_unit():
    measure, unit, planner = make_item("measure").measure, make_unit("tiefbau"), make_actor("planner")
    released(
        add_task(
            measure, {"title": "Bau", "due": date(2027, 5, 1), "done": None, "unit": unit}, actor=planner
        )
    )
    task = MeasureTask.objects.get()
    assert (task.due, task.unit) == (date(2027, 5, 1), unit)
    released(change_task(task, {"done": date(2026, 5, 1)}, expected_version=1, actor=planner))
    task = MeasureTask.objects.get()
    assert task.done == date(2026, 5, 1)
    released(remove_task(task, expected_version=2, actor=planner))
    assert not MeasureTask.objects.exists()


def test_a_step_changed_meanwhile_is_not_overwritten():
    measure = make_item("measure").measure
    task = add_task(measure, {"title": "Bau"}, actor=PROGRAM)
    made = change_task(
        MeasureTask.objects.get(), {"title": "Von mir"}, expected_version=1, actor=make_actor("planner")
    )
    change_task(task, {"title": "Von anderen"}, expected_version=1, actor=PROGRAM)
    with pytest.raises(Conflict):
        released(made)
    assert MeasureTask.objects.get().title == "Von anderen"


def test_a_report_keeps_the_day_it_was_written_and_internal_ones_do_not_wait():
    measure = make_item("measure", responsible=make_unit("tiefbau")).measure
    actor = make_actor("department", unit=make_unit("tiefbau"))
    values = {"state": "on_track", "happened": "Fertig.", "spent_eur": 12, "is_internal": False}
    made = report_status(measure, values, actor=actor)
    made.payload["values"]["reported_on"] = "2026-01-02"
    made.save()
    released(made)
    report = StatusReport.objects.get()
    assert (report.reported_on, report.spent_eur, report.author_id) == (date(2026, 1, 2), 12, actor.user_id)
    inside = report_status(measure, {**values, "is_internal": True}, actor=actor)
    assert isinstance(inside, StatusReport)


def test_targets_wait():
    goal, indicator = make_item("goal"), make_item("indicator")
    make_link(goal, indicator, "measured_by")
    values = {
        "indicator": indicator.indicator, "direction": "at_least", "value": Decimal("20.5"), "year": 2035,
        "base_period": "2024", "base_value": Decimal(10), "standing": "working",
    }  # fmt: skip
    planner = make_actor("planner")
    released(set_target(goal.goal, values, actor=planner))
    target = Target.objects.get()
    assert target.value == Decimal("20.5")
    released(change_target(target, {"year": 2036}, expected_version=1, actor=planner))
    target = Target.objects.get()
    assert target.year == 2036
    released(remove_target(target, expected_version=2, actor=planner))
    assert not Target.objects.exists()


def test_whoever_may_release_does_both_in_one_and_history_says_so():
    lead = make_actor("project-lead")
    measure = make_item("measure").measure
    assert isinstance(add_task(measure, {"title": "Bau"}, actor=lead), MeasureTask)
    change = Change.objects.filter(item_id=measure.pk).first()
    assert (change.actor_id, change.released_by_id) == (lead.user_id, lead.user_id)
