"""What can be done: who may, what is kept in history, and that nobody overwrites anybody."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from insek.people.actors import PROGRAM, actor_for
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.releases import release
from insek.steering.models import MeasureTask, StatusOverride, StatusReport, Target
from insek.steering.queries import assessed_measures, targets_of, with_overdue_step, without_report
from insek.steering.services import (
    add_task,
    change_target,
    change_task,
    override_status,
    remove_target,
    remove_task,
    report_status,
    set_target,
    take_back_override,
)
from insek.steering.status_words import status_reason
from insek.thread.models import Change, Item
from tests.factories import make_actor, make_item, make_link, make_unit, make_user

pytestmark = pytest.mark.django_db
REPORT = {"state": "on_track", "happened": "Der Entwurf ist fertig."}


@pytest.fixture
def measure(concept):
    return make_item("measure", concept=concept, responsible=make_unit("tiefbau"), start_year=2020).measure


def state_of(measure, actor=PROGRAM):
    items = Item.objects.filter(pk=measure.pk).select_related("measure")
    return assessed_measures(items, actor)[0].status


def test_a_department_reports_on_its_own_measures_only(measure):
    own = actor_for(make_user("department", unit=make_unit("tiefbau")))
    other = actor_for(make_user("department", unit=make_unit("schulen")))
    assert isinstance(add_task(measure, {"title": "Bauen"}, actor=own), Proposal)
    assert not measure.tasks.exists()
    made = report_status(measure, REPORT, actor=own)
    assert isinstance(made, Proposal)
    release(made, expected_version=1, actor=PROGRAM)
    report = measure.reports.get()
    assert (report.unit, state_of(measure).rule) == (make_unit("tiefbau"), "reported_on_track")
    for act in (
        lambda: report_status(measure, REPORT, actor=other),
        lambda: add_task(measure, {"title": "Bauen"}, actor=other),
        lambda: override_status(measure, state="stopped", reason="Weil.", expected="", actor=own),
    ):
        with pytest.raises(PermissionDenied):
            act()
    line = Change.objects.filter(item_id=measure.pk).first()
    assert line.differences["status_report"][1]["happened"] == "Der Entwurf ist fertig."


def test_a_report_is_never_changed_and_says_something(measure):
    report = report_status(measure, REPORT, actor=PROGRAM)
    with pytest.raises(TypeError):
        report.save()
    with pytest.raises(ValidationError):
        report_status(measure, {"state": "on_track", "happened": "  "}, actor=PROGRAM)
    with pytest.raises(ValidationError):
        report_status(measure, {"state": "unknown", "happened": "Nichts."}, actor=PROGRAM)
    assert StatusReport.objects.count() == 1


def test_an_internal_report_does_not_shine_through_the_public_state(measure):
    report_status(measure, REPORT, actor=PROGRAM)
    report_status(measure, {**REPORT, "state": "stopped", "is_internal": True}, actor=PROGRAM)
    assert state_of(measure).state == "stopped"
    assert state_of(measure, make_actor(None)).state == "on_track"


def test_steps_are_changed_by_one_at_a_time(measure):
    first = add_task(measure, {"title": "Entwurf", "due": date(2020, 5, 1)}, actor=PROGRAM)
    second = add_task(measure, {"title": "Bau"}, actor=PROGRAM)
    assert (first.position, second.position) == (1, 2)
    assert list(with_overdue_step(measure.item.concept)) == [measure.item]
    change_task(first, {"done": date(2020, 4, 1)}, expected_version=1, actor=PROGRAM)
    assert not with_overdue_step(measure.item.concept).exists()
    with pytest.raises(Conflict):
        change_task(
            MeasureTask.objects.get(pk=first.pk), {"title": "Anders"}, expected_version=1, actor=PROGRAM
        )
    with pytest.raises(Conflict):
        remove_task(second, expected_version=9, actor=PROGRAM)
    remove_task(second, expected_version=1, actor=PROGRAM)
    assert [task.title for task in measure.tasks.all()] == ["Entwurf"]
    assert Change.objects.filter(item_id=measure.pk).count() == 5


def test_a_state_set_by_hand_holds_until_it_is_taken_back(measure):
    lead = make_actor("project-lead")
    one = override_status(measure, state="delayed", reason="Die Förderung fehlt.", expected="", actor=lead)
    assert (state_of(measure).state, status_reason(state_of(measure))) == ("delayed", "Die Förderung fehlt.")
    with pytest.raises(Conflict):
        override_status(measure, state="stopped", reason="Doch nicht.", expected="", actor=lead)
    two = override_status(measure, state="at_risk", reason="Sie fehlt weiter.", expected=one.key, actor=lead)
    take_back_override(measure, expected=two.key, actor=lead)
    assert state_of(measure).rule == "nothing_said"
    with pytest.raises(Conflict):
        take_back_override(measure, expected=two.key, actor=lead)
    assert StatusOverride.objects.filter(measure=measure, taken_back_by=lead.user_id).count() == 2
    with pytest.raises(ValidationError):
        override_status(measure, state="delayed", reason=" ", expected="", actor=lead)


def test_a_report_is_due_after_twelve_months_while_a_measure_runs(measure):
    concept = measure.item.concept
    assert list(without_report(concept)) == [measure.item]
    assert not without_report(concept, today=date(2019, 12, 31)).exists()
    assert without_report(concept, today=date(2020, 1, 1)).exists(), "one that begins this year is asked too"
    report_status(measure, REPORT, actor=PROGRAM)
    assert not without_report(concept).exists()
    assert without_report(concept, today=date(2030, 1, 1)).exists()
    report_status(measure, {**REPORT, "state": "completed"}, actor=PROGRAM)
    assert not without_report(concept, today=date(2030, 1, 1)).exists()


def test_a_target_needs_the_link_from_goal_to_indicator(concept):
    goal, indicator = make_item("goal", concept=concept), make_item("indicator", concept=concept)
    values = {
        "indicator": indicator.indicator, "direction": "at_least", "value": Decimal(20), "year": 2035,
        "base_period": "2020", "base_value": Decimal(10),
    }  # fmt: skip
    with pytest.raises(ValidationError):
        set_target(goal.goal, values, actor=PROGRAM)
    make_link(goal, indicator, "measured_by")
    target = set_target(goal.goal, values, actor=PROGRAM)
    for wrong in ({"direction": "at_most"}, {"year": 2020}, {"base_period": "gestern"}):
        with pytest.raises(ValidationError):
            set_target(goal.goal, {**values, "year": 2040, **wrong}, actor=PROGRAM)
    change_target(Target.objects.get(), {"value": Decimal(25)}, expected_version=1, actor=PROGRAM)
    with pytest.raises(Conflict):
        remove_target(target, expected_version=1, actor=PROGRAM)
    with pytest.raises(PermissionDenied):
        change_target(target, values, expected_version=2, actor=make_actor("department"))
    remove_target(target, expected_version=2, actor=PROGRAM)
    assert Change.objects.filter(item_id=goal.pk, action="updated").count() == 3


def test_a_target_is_seen_only_with_goal_and_indicator(concept):
    goal, indicator = make_item("goal"), make_item("indicator", visibility="internal")
    Target.objects.create(
        goal=goal.goal, indicator=indicator.indicator, direction="at_least", value=20, year=2035,
        base_period="2020", base_value=10,
    )  # fmt: skip
    assert targets_of(Target.objects.all(), make_actor(None)) == []
    assert len(targets_of(Target.objects.all(), PROGRAM)) == 1
