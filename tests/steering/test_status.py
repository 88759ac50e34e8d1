"""Each line of the table of rules, on paper facts; and that docs and pages name every one."""

from datetime import date
from pathlib import Path

import pytest

from insek.steering.models import MeasureTask, State, StatusOverride, StatusReport
from insek.steering.status import RULES, Facts, status_of
from insek.strategy.models import Measure

TODAY = date(2026, 11, 24)
DOCS = Path(__file__).parents[2] / "docs" / "users" / "umsetzung.md"


def task(due=None, done=None):
    return MeasureTask(title="Entwurf", due=due, done=done)


def facts(*, tasks=(), state="", on=date(2026, 10, 1), **measure):
    report = StatusReport(state=state, reported_on=on) if state else None
    return Facts(Measure(**measure), tasks, report, TODAY)


OLD = date(2025, 11, 23)
DONE, LATE, VERY_LATE = task(done=date(2026, 3, 1)), task(due=date(2026, 11, 1)), task(due=date(2026, 5, 1))
CASES = {
    "reported_stopped": (facts(state="stopped", on=OLD), State.STOPPED),
    "reported_completed": (facts(state="completed", tasks=[VERY_LATE]), State.COMPLETED),
    "all_steps_done": (facts(tasks=[DONE], end_year=2026), State.COMPLETED),
    "reported_at_risk": (facts(state="at_risk", tasks=[LATE]), State.AT_RISK),
    "step_long_overdue": (facts(state="on_track", tasks=[VERY_LATE]), State.AT_RISK),
    "past_end": (facts(state="on_track", end_year=2025), State.DELAYED),
    "reported_delayed": (facts(state="delayed"), State.DELAYED),
    "step_overdue": (facts(state="on_track", tasks=[DONE, LATE]), State.DELAYED),
    "reported_on_track": (facts(state="on_track", start_year=2028), State.ON_TRACK),
    "reported_not_started": (facts(state="not_started", tasks=[DONE]), State.NOT_STARTED),
    "some_steps_done": (facts(tasks=[DONE, task(due=date(2027, 1, 1))], end_year=2026), State.ON_TRACK),
    "begins_later": (facts(start_year=2027), State.NOT_STARTED),
    "report_too_old": (facts(state="on_track", on=OLD), State.UNKNOWN),
    "nothing_said": (facts(start_year=2026), State.UNKNOWN),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rule_decides(name):
    given, state = CASES[name]
    status = status_of(given)
    assert (status.rule, status.state) == (name, state)
    assert status.reason.endswith(".")


def test_every_rule_has_a_case_and_the_docs_list_the_table_in_its_order():
    assert list(CASES) == [rule.name for rule in RULES]
    lines = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| ")]
    said = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    assert said[-len(RULES) :] == [
        (str(number), str(rule.condition), str(rule.state.label), f"`{rule.name}`")
        for number, rule in enumerate(RULES, start=1)
    ]


def test_a_permanent_task_is_never_past_its_end_nor_done_with_its_steps():
    assert status_of(facts(tasks=[DONE], end_year=2025, type="permanent")).state == State.ON_TRACK


def test_a_report_speaks_for_a_year_to_the_day():
    assert status_of(facts(state="on_track", on=date(2025, 11, 24))).state == State.ON_TRACK
    assert status_of(facts(state="on_track", on=date(2025, 11, 23))).state == State.UNKNOWN


def test_a_step_is_late_only_after_its_day_and_at_risk_only_after_half_a_year():
    assert status_of(facts(tasks=[task(due=TODAY)])).state == State.UNKNOWN
    assert status_of(facts(tasks=[task(due=date(2026, 5, 26))])).state == State.DELAYED
    assert status_of(facts(tasks=[task(due=date(2026, 5, 25))])).state == State.AT_RISK


def test_what_was_set_by_hand_stands_above_all_rules():
    override = StatusOverride(state="stopped", reason="Der Rat hat sie gestrichen.", set_on=TODAY)
    status = status_of(facts(state="on_track"), override)
    assert (status.state, status.reason, status.rule) == (State.STOPPED, "Der Rat hat sie gestrichen.", "")
