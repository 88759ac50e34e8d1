"""Each line of the table of rules, on paper facts and a fixed clock; their order over all that they read; the words."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from django.utils.translation import override as language

from insek.steering.dashboard import AS_SET
from insek.steering.states import AGING, MeasureState
from insek.steering.status import (
    RULES,
    MeasureFacts,
    MeasureStep,
    Reported,
    SetByHand,
    StateGround,
    months_before,
    status_of,
)
from insek.steering.status_words import (
    GROUNDS,
    ago_words,
    behind_words,
    full_reason,
    ground_words,
    percent_words,
    status_reason,
)

TODAY = date(2026, 11, 24)
DOCS = Path(__file__).parents[2] / "docs" / "users" / "umsetzung.md"
SIGNS = Path(__file__).parents[2] / "insek" / "web" / "static" / "insek" / "icons.svg"
FRESH, OLD = date(2026, 10, 1), date(2025, 11, 23)


def step(due=None, done=None):
    return MeasureStep("Entwurf", due, done)


def facts(*, state="", on=FRESH, hand="", hand_on=FRESH, today=TODAY, **more):
    return MeasureFacts(
        today=today,
        report=Reported(MeasureState(state), on) if state else None,
        by_hand=SetByHand(MeasureState(hand), hand_on, "Der Rat hat es so gesagt.") if hand else None,
        **more,
    )


DONE, LATE, VERY_LATE = step(done=date(2026, 3, 1)), step(due=date(2026, 11, 1)), step(due=date(2026, 5, 1))
LONG_DONE = step(done=date(2019, 5, 1))
AHEAD = step(due=date(2027, 1, 1))
CASES = {
    "set_by_hand": (facts(hand="stopped", hand_on=OLD, state="on_track"), MeasureState.STOPPED),
    "reported_stopped": (facts(state="stopped", on=OLD), MeasureState.STOPPED),
    "reported_completed": (facts(state="completed", on=OLD, steps=[VERY_LATE]), MeasureState.COMPLETED),
    "reported_deferred": (
        facts(state="deferred", on=OLD, steps=[VERY_LATE], end_year=2024),
        MeasureState.DEFERRED,
    ),
    "all_steps_done": (facts(steps=[DONE], end_year=2026), MeasureState.COMPLETED),
    "reported_at_risk": (facts(state="at_risk", steps=[LATE]), MeasureState.AT_RISK),
    "step_long_overdue": (facts(state="on_track", steps=[VERY_LATE]), MeasureState.AT_RISK),
    "past_end": (facts(state="on_track", end_year=2025), MeasureState.DELAYED),
    "reported_delayed": (facts(state="delayed"), MeasureState.DELAYED),
    "step_overdue": (facts(state="on_track", steps=[DONE, LATE]), MeasureState.DELAYED),
    "reported_on_track": (facts(state="on_track", start_year=2028), MeasureState.ON_TRACK),
    "reported_not_started": (facts(state="not_started", steps=[DONE]), MeasureState.NOT_STARTED),
    "step_done_lately": (facts(steps=[DONE, AHEAD], end_year=2026), MeasureState.ON_TRACK),
    "begins_later": (facts(start_year=2027), MeasureState.NOT_STARTED),
    "report_too_old": (facts(state="on_track", on=OLD), MeasureState.UNKNOWN),
    "hand_too_old": (facts(hand="on_track", hand_on=OLD), MeasureState.UNKNOWN),
    "step_too_old": (facts(steps=[LONG_DONE, AHEAD]), MeasureState.UNKNOWN),
    "nothing_said": (facts(start_year=2026), MeasureState.UNKNOWN),
}
GROUND_OF = {
    "set_by_hand": StateGround("hand", OLD),
    "reported_deferred": StateGround("report", OLD),
    "all_steps_done": StateGround("step", date(2026, 3, 1)),
    "step_long_overdue": StateGround("due", date(2026, 5, 1)),
    "past_end": StateGround("end", date(2025, 12, 31)),
    "step_overdue": StateGround("due", date(2026, 11, 1)),
    "reported_on_track": StateGround("report", FRESH),
    "begins_later": StateGround("begin"),
    "hand_too_old": StateGround("hand", OLD),
    "step_too_old": StateGround("step", date(2019, 5, 1)),
    "nothing_said": StateGround("nothing"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rule_decides(name):
    given, state = CASES[name]
    status = status_of(given)
    assert (status.rule, status.state) == (name, state)
    assert status_reason(status).endswith(".")
    assert status.ground == GROUND_OF.get(name, status.ground)
    assert status.ground.kind in GROUNDS


def test_every_rule_has_a_case_and_the_docs_list_the_table_in_its_order():
    assert list(CASES) == [rule.name for rule in RULES]
    lines = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| ")]
    said = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    assert said[-len(RULES) :] == [
        (str(number), str(rule.condition), str(rule.state.label if rule.state else AS_SET), f"`{rule.name}`")
        for number, rule in enumerate(RULES, start=1)
    ]


# The order over everything that the rules read: age of the report × steps × years × permanent × by hand.

REPORTS = [
    None,
    *product(
        ("at_risk", "delayed", "deferred", "on_track", "not_started", "completed", "stopped"), (FRESH, OLD)
    ),
]
STEPS = [
    (),
    (DONE,),
    (LONG_DONE,),
    (DONE, LATE),
    (DONE, VERY_LATE),
    (LONG_DONE, LATE),
    (DONE, AHEAD),
    (AHEAD,),
]
YEARS = [(None, None), (2020, 2025), (2025, 2026), (2026, 2030), (2027, 2030)]
HANDS = [None, *product(("at_risk", "on_track", "deferred", "completed"), (FRESH, OLD))]


def every_combination():
    for report, steps, (start, end), permanent, hand in product(REPORTS, STEPS, YEARS, (False, True), HANDS):
        yield facts(
            state=report[0] if report else "", on=report[1] if report else FRESH, steps=steps, start_year=start,
            end_year=end, is_permanent=permanent, hand=hand[0] if hand else "", hand_on=hand[1] if hand else FRESH,
        )  # fmt: skip


def expected(given):
    """The state by a second, independent reading of the documentation."""
    report, hand = given.report, given.by_hand
    fresh = report is not None and report.on > OLD
    if hand and not (hand.state == "on_track" and hand.on == OLD):
        return hand.state
    if report and report.state in ("stopped", "completed", "deferred"):
        return report.state
    done = [one.done for one in given.steps if one.done]
    end = None if given.is_permanent else given.end_year
    if (
        given.steps
        and len(done) == len(given.steps)
        and end in (2025, 2026)
        and max(done).year >= end - 1
        and (report is None or report.on <= max(done))
    ):
        return "completed"
    if fresh and report.state == "at_risk":
        return "at_risk"
    if VERY_LATE in given.steps:
        return "at_risk"
    if end == 2025 or (fresh and report.state == "delayed") or LATE in given.steps:
        return "delayed"
    if fresh:
        return report.state
    if DONE in given.steps and not (report and report.state in ("at_risk", "delayed")):
        return "on_track"
    return "not_started" if given.start_year == 2027 else "unknown"


def test_the_table_over_report_age_steps_years_permanent_and_by_hand():
    wrong = [
        (given, status_of(given).state)
        for given in every_combination()
        if status_of(given).state != expected(given)
    ]
    assert wrong == []


def test_what_is_old_never_says_good_and_time_alone_improves_nothing():
    """A year and ten years on, with nothing new: no measure runs as planned that did not, and none at all does."""
    for given in every_combination():
        now = status_of(given)
        later = [
            status_of(MeasureFacts(**{**vars(given), "today": today}))
            for today in (date(2027, 11, 25), date(2036, 11, 24))
        ]
        for status in later:
            assert status.state != MeasureState.ON_TRACK
            assert now.state != MeasureState.COMPLETED or status.state == MeasureState.COMPLETED, (
                "done stays done"
            )
        if status_of(given).state == MeasureState.ON_TRACK:
            assert now.ground.on is not None
            assert now.ground.on >= months_before(TODAY, 12)


def test_a_report_at_risk_does_not_turn_green_by_itself():
    given = {"state": "at_risk", "on": date(2025, 11, 20), "steps": [step(done=date(2025, 12, 1)), AHEAD]}
    assert status_of(facts(**given, today=date(2026, 11, 20))).state == MeasureState.AT_RISK
    expired = status_of(facts(**given, today=date(2026, 11, 21)))
    assert (expired.state, expired.rule) == (MeasureState.UNKNOWN, "report_too_old")
    assert (
        status_reason(expired)
        == "Der letzte Bericht vom 20. November 2025 meldete: gefährdet. Er ist älter als ein Jahr."
    )


def test_a_step_done_in_2019_says_nothing_of_today():
    assert status_of(facts(steps=[LONG_DONE, AHEAD])).state == MeasureState.UNKNOWN


def test_a_good_state_set_by_hand_speaks_for_a_year_and_then_the_rules_decide():
    assert {MeasureState(state) for state in ("on_track", "not_started")} == set(AGING)
    for state in AGING:
        assert status_of(facts(hand=state, hand_on=date(2025, 11, 24), state="at_risk")).state == state
        assert status_of(facts(hand=state, hand_on=OLD, state="at_risk")).state == MeasureState.AT_RISK
    assert (
        status_of(facts(hand="at_risk", hand_on=date(2020, 1, 1), state="on_track")).state
        == MeasureState.AT_RISK
    )


def test_deferred_holds_until_something_else_is_reported():
    for today in (TODAY, date(2040, 1, 1)):
        given = facts(state="deferred", steps=[VERY_LATE], end_year=2027, today=today)
        assert status_of(given).state == MeasureState.DEFERRED
    assert status_of(facts(state="on_track", steps=[AHEAD])).state == MeasureState.ON_TRACK


def test_done_steps_complete_a_measure_only_near_its_end_and_without_a_later_word():
    early = step(done=date(2024, 12, 31))
    assert status_of(facts(steps=[early], end_year=2026)).rule == "step_too_old"
    assert status_of(facts(steps=[early], end_year=2026, today=date(2027, 1, 1))).rule == "past_end"
    assert (
        status_of(facts(steps=[step(done=date(2025, 1, 1))], end_year=2026)).state == MeasureState.COMPLETED
    )
    assert status_of(facts(steps=[DONE], end_year=2026, state="delayed")).state == MeasureState.DELAYED
    assert (
        status_of(facts(steps=[DONE], end_year=2026, state="delayed", on=date(2026, 2, 1))).state
        == MeasureState.COMPLETED
    )


def test_done_steps_complete_a_measure_in_its_last_year_and_not_against_a_report_of_the_same_day():
    assert status_of(facts(steps=[DONE], end_year=2027)).state == MeasureState.ON_TRACK
    same_day = facts(steps=[DONE], end_year=2026, state="delayed", on=DONE.done)
    assert status_of(same_day).state == MeasureState.COMPLETED


def test_not_begun_is_not_said_of_a_measure_with_a_later_step():
    after = step(done=date(2026, 10, 2))
    assert status_of(facts(state="not_started", steps=[after, AHEAD])).state == MeasureState.ON_TRACK
    same_day = facts(state="not_started", steps=[step(done=FRESH), AHEAD])
    assert status_of(same_day).rule == "reported_not_started"
    assert not facts(steps=[after]).done_after_report()


def test_a_permanent_task_is_never_past_its_end_nor_done_with_its_steps():
    given = facts(steps=[DONE], end_year=2025, is_permanent=True)
    assert status_of(given).state == MeasureState.ON_TRACK


def test_a_step_is_late_only_if_it_has_a_day_and_is_not_done():
    given = [step(), step(due=date(2020, 1, 1), done=date(2020, 6, 1)), VERY_LATE, LATE, AHEAD]
    assert facts(steps=given).overdue == [VERY_LATE, LATE]
    assert facts(steps=given[::-1]).overdue == [VERY_LATE, LATE], "the oldest first"


def test_a_step_that_is_done_today_is_done_and_the_latest_stands_last():
    today = step(done=TODAY)
    assert facts(steps=[today, DONE, LONG_DONE]).done == [LONG_DONE, DONE, today]
    assert facts(steps=[today, DONE]).last_done == TODAY


def test_a_state_has_its_word_and_a_sign_that_exists():
    signs = SIGNS.read_text("utf-8")
    shown = [status_of(facts(hand=state)) for state in MeasureState.values]
    assert [status.label for status in shown] == [str(label) for label in MeasureState.labels]
    assert len({status.icon for status in shown}) == len(MeasureState)
    assert [status.icon for status in shown if f'id="{status.icon}"' not in signs] == []
    assert shown[0].by_hand
    assert not status_of(facts()).by_hand


def test_a_step_that_is_done_tomorrow_is_not_done():
    assert status_of(facts(steps=[step(done=date(2026, 11, 25))])).steps_done == 0


# Days: leap days, ends of months and years.


@pytest.mark.parametrize(
    ("today", "reported", "state"),
    [
        (date(2026, 11, 24), date(2025, 11, 24), MeasureState.ON_TRACK),
        (date(2026, 11, 24), date(2025, 11, 23), MeasureState.UNKNOWN),
        (date(2025, 2, 28), date(2024, 2, 29), MeasureState.ON_TRACK),
        (date(2025, 3, 1), date(2024, 2, 29), MeasureState.UNKNOWN),
        (date(2024, 2, 29), date(2023, 2, 28), MeasureState.ON_TRACK),
        (date(2024, 2, 29), date(2023, 2, 27), MeasureState.UNKNOWN),
        (date(2024, 12, 31), date(2023, 12, 31), MeasureState.ON_TRACK),
        (date(2025, 1, 1), date(2023, 12, 31), MeasureState.UNKNOWN),
    ],
)
def test_a_report_speaks_for_a_year_to_the_day(today, reported, state):
    assert status_of(facts(state="on_track", on=reported, today=today)).state == state


@pytest.mark.parametrize(
    ("today", "due", "state"),
    [
        (TODAY, TODAY, MeasureState.UNKNOWN),
        (TODAY, date(2026, 11, 23), MeasureState.DELAYED),
        (TODAY, date(2026, 5, 24), MeasureState.DELAYED),
        (TODAY, date(2026, 5, 23), MeasureState.AT_RISK),
        (date(2027, 8, 31), date(2027, 2, 28), MeasureState.DELAYED),
        (date(2028, 8, 31), date(2028, 2, 28), MeasureState.AT_RISK),
        (date(2027, 1, 1), date(2026, 12, 31), MeasureState.DELAYED),
    ],
)
def test_a_step_is_late_after_its_day_and_at_risk_after_half_a_year(today, due, state):
    assert status_of(facts(steps=[step(due=due)], today=today)).state == state


def test_the_year_ends_on_its_last_day():
    planned = {"start_year": 2027, "end_year": 2027}
    states = [
        status_of(facts(**planned, today=today)).rule
        for today in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1))
    ]
    assert states == ["begins_later", "nothing_said", "nothing_said", "past_end"]


# Words: how much is done, what is behind, what it rests on and how old that is.


@pytest.mark.parametrize(
    ("done", "open_", "percent"),
    [(0, 0, None), (0, 3, 0), (1, 2, 33), (1, 199, 1), (2, 398, 1), (199, 1, 99), (4, 0, 100)],
)
def test_percent_done_is_all_or_nothing_only_when_it_is(done, open_, percent):
    status = status_of(facts(steps=[DONE] * done + [AHEAD] * open_))
    assert status.percent == percent
    assert percent_words(status) == (
        "" if percent is None else f"{done} von {done + open_} Schritten erledigt ({percent} %)"
    )


def test_indicators_behind_are_named_and_change_no_state():
    behind = (("Radanteil", "Share of cycling"), ("Fahrgäste", ""), ("Lärm", ""), ("Luft", ""))
    for given in (facts(state="on_track"), facts(hand="completed"), facts()):
        plain, named = status_of(given), status_of(MeasureFacts(**{**vars(given), "behind": behind}))
        assert (plain.state, plain.rule, status_reason(plain)) == (
            named.state,
            named.rule,
            status_reason(named),
        )
        assert full_reason(named) == f"{status_reason(named)} {behind_words(named)}"
    assert (
        behind_words(named)
        == "Hinter ihrem Pfad liegen Indikatoren ihrer Ziele: „Radanteil“, „Fahrgäste“ und 2 weitere."
    )
    one = status_of(MeasureFacts(TODAY, behind=behind[:1]))
    assert behind_words(one) == "Hinter seinem Pfad liegt ein Indikator ihrer Ziele: „Radanteil“."
    with language("en"):
        assert "Share of cycling" in behind_words(one)


def test_every_state_says_what_it_rests_on_and_how_old_that_is():
    assert (
        ground_words(status_of(facts(state="on_track")), TODAY)
        == "Bericht vom 1. Oktober 2026 (vor 54 Tagen)"
    )
    assert ground_words(status_of(facts(hand="stopped", hand_on=OLD)), TODAY) == (
        "von Hand gesetzt am 23. November 2025 (vor 12 Monaten)"
    )
    assert ground_words(status_of(facts(start_year=2027)), TODAY) == "geplanter Beginn"
    assert all(ground_words(status_of(given), TODAY) for given, _state in CASES.values())


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY, "heute"),
        (date(2026, 11, 23), "vor einem Tag"),
        (date(2026, 9, 25), "vor 60 Tagen"),
        (date(2026, 9, 24), "vor 2 Monaten"),
        (date(2024, 11, 25), "vor 23 Monaten"),
        (date(2024, 11, 24), "vor 2 Jahren"),
        (date(2019, 5, 1), "vor 7 Jahren"),
    ],
)
def test_age_in_words(day, words):
    assert ago_words(day, TODAY) == words
