"""The state of a measure: a table of rules, the first that holds decides, each with the sentence that the page shows.

A pure function of plain values and a day: what a rule reads is in :class:`MeasureFacts`. What is old never says good: a report, a
step or a state set by hand that is older than a year does not make a measure run as planned, and time alone never
improves a state. Done stays done. The sentences are in ``status_words``. ``docs/methods/state-of-a-measure.md``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from .states import AGING, BAD, MeasureState

SPEAKS_FOR = 12
"""Months for which a report, a step that is done and a good state set by hand speak: one report is due each year."""
LONG_OVERDUE = 6
"""Months by which a late step puts the measure at risk."""


@dataclass(frozen=True)
class MeasureStep:
    """A step of a measure: until when it shall be done and since when it is."""

    title: str
    due: date | None = None
    done: date | None = None


@dataclass(frozen=True)
class Reported:
    """What the latest report says, and when."""

    state: MeasureState
    on: date


@dataclass(frozen=True)
class SetByHand:
    """The state that somebody set, with the reason, and when."""

    state: MeasureState
    on: date
    reason: str


@dataclass(frozen=True)
class MeasureFacts:
    """What the rules know of a measure on one day; ``steps`` in their order, ``report`` the latest the reader may see.

    ``behind`` names indicators of the measure's goals that are behind their path, in German and in English; they do not
    decide anything.
    """

    today: date
    steps: Sequence[MeasureStep] = ()
    report: Reported | None = None
    by_hand: SetByHand | None = None
    is_permanent: bool = False
    start_year: int | None = None
    end_year: int | None = None
    behind: tuple[tuple[str, str], ...] = ()

    @property
    def done(self) -> list[MeasureStep]:
        """The steps that are done, the latest last."""
        found = [step for step in self.steps if step.done and step.done <= self.today]
        return sorted(found, key=lambda step: str(step.done))

    @property
    def last_done(self) -> date | None:
        """When the latest step was done."""
        return self.done[-1].done if self.done else None

    @property
    def overdue(self) -> list[MeasureStep]:
        """The steps that should be done and are not, the oldest first."""
        late = [step for step in self.steps if step.due and not step.done and step.due < self.today]
        return sorted(late, key=lambda step: str(step.due))

    @property
    def late_since(self) -> date | None:
        """When the oldest step should have been done that is not."""
        return self.overdue[0].due if self.overdue else None

    @property
    def ends(self) -> int | None:
        """The last year of a measure that comes to an end."""
        return None if self.is_permanent else self.end_year

    def speaks(self, day: date | None) -> bool:
        """Whether what was said or done on a day is no older than a year."""
        return day is not None and day >= months_before(self.today, SPEAKS_FOR)

    def reports(self, state: MeasureState, *, fresh: bool = False) -> bool:
        """Whether the latest report says this, where asked for one no older than a year."""
        return (
            self.report is not None
            and self.report.state == state
            and (not fresh or self.speaks(self.report.on))
        )

    def done_after_report(self) -> bool:
        """Whether a step was done after the latest report."""
        return self.report is not None and self.last_done is not None and self.last_done > self.report.on


def months_before(day: date, months: int) -> date:
    """The same day some months before; where the month is shorter, its last day (29 February: 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class StateGround:
    """What a state rests on and since when: a report, a step, a date of the plan, somebody's hand, or nothing."""

    kind: str
    on: date | None = None


@dataclass(frozen=True)
class StatusRule:
    """One line of the table: when it holds, which state follows (none: as set by hand), on what it rests.

    ``says`` gives the plain values of the sentence of this rule in ``status_words``.
    """

    name: str
    state: MeasureState | None
    condition: str | Promise
    holds: Callable[[MeasureFacts], bool]
    ground: Callable[[MeasureFacts], StateGround]
    says: Callable[[MeasureFacts], dict[str, Any]] = lambda facts: {}


@dataclass(frozen=True)
class Status:
    """The state of a measure, by which rule, and what it rests on; plain values, so that it can be kept.

    ``said`` holds what the sentence of the rule needs, days as ISO.
    """

    state: MeasureState
    rule: str
    ground: StateGround
    steps: int = 0
    steps_done: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)
    behind: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """The state in words."""
        return str(self.state.label)

    @property
    def icon(self) -> str:
        """The sign beside the word."""
        return ICONS[self.state]

    @property
    def by_hand(self) -> bool:
        """Whether somebody set it."""
        return self.rule == BY_HAND

    @property
    def percent(self) -> int | None:
        """Which part of the steps is done, in percent; nothing without steps. 100 are all of them, 0 none."""
        if not self.steps:
            return None
        return max(100 * self.steps_done // self.steps, min(self.steps_done, 1))


ICONS = {
    MeasureState.AT_RISK: "warning",
    MeasureState.DELAYED: "history",
    MeasureState.ON_TRACK: "arrow-right",
    MeasureState.NOT_STARTED: "calendar",
    MeasureState.DEFERRED: "pause",
    MeasureState.COMPLETED: "check",
    MeasureState.STOPPED: "close",
    MeasureState.UNKNOWN: "info",
}

BY_HAND = "set_by_hand"


def _report(facts: MeasureFacts) -> StateGround:
    assert facts.report is not None
    return StateGround("report", facts.report.on)


def _hand(facts: MeasureFacts) -> StateGround:
    assert facts.by_hand is not None
    return StateGround("hand", facts.by_hand.on)


def _done(facts: MeasureFacts) -> StateGround:
    return StateGround("step", facts.last_done)


def _first_overdue(facts: MeasureFacts) -> StateGround:
    return StateGround("due", facts.late_since)


def _end_of_last_year(facts: MeasureFacts) -> StateGround:
    assert facts.ends is not None
    return StateGround("end", date(facts.ends, 12, 31))


def _reported(facts: MeasureFacts) -> dict[str, Any]:
    assert facts.report is not None
    return {"date": facts.report.on.isoformat(), "state": facts.report.state.value}


def _set(facts: MeasureFacts) -> dict[str, Any]:
    assert facts.by_hand is not None
    return {
        "reason": facts.by_hand.reason,
        "date": facts.by_hand.on.isoformat(),
        "state": facts.by_hand.state.value,
    }


def _late(facts: MeasureFacts) -> dict[str, Any]:
    return {"title": facts.overdue[0].title, "date": str(facts.late_since)}


def _all_done(facts: MeasureFacts) -> bool:
    """All steps, the last not long before the end, which is reached; and no later report says otherwise."""
    last, ends = facts.last_done, facts.ends
    if last is None or ends is None or len(facts.done) < len(facts.steps):
        return False
    silent = facts.report is None or facts.report.on <= last
    return silent and last.year >= ends - 1 and ends <= facts.today.year


def _hand_speaks(facts: MeasureFacts) -> bool:
    """Whether a state set by hand holds: until it is taken back, a good one for a year."""
    set_by_hand = facts.by_hand
    return set_by_hand is not None and (set_by_hand.state not in AGING or facts.speaks(set_by_hand.on))


def _count(facts: MeasureFacts) -> dict[str, Any]:
    return {"done": len(facts.done), "all": len(facts.steps)}


RULES = (
    StatusRule(
        BY_HAND, None, gettext_lazy("Die Projektleitung hat den Stand von Hand gesetzt; „läuft nach Plan“ und „noch nicht begonnen“ gelten so ein Jahr."),
        _hand_speaks, _hand, _set,
    ),
    StatusRule(
        "reported_stopped", MeasureState.STOPPED, gettext_lazy("Der letzte Bericht meldet: eingestellt."),
        lambda facts: facts.reports(MeasureState.STOPPED), _report, _reported,
    ),
    StatusRule(
        "reported_completed", MeasureState.COMPLETED, gettext_lazy("Der letzte Bericht meldet: abgeschlossen."),
        lambda facts: facts.reports(MeasureState.COMPLETED), _report, _reported,
    ),
    StatusRule(
        "reported_deferred", MeasureState.DEFERRED, gettext_lazy("Der letzte Bericht meldet: zurückgestellt."),
        lambda facts: facts.reports(MeasureState.DEFERRED), _report, _reported,
    ),
    StatusRule(
        "all_steps_done", MeasureState.COMPLETED,
        gettext_lazy("Alle Schritte sind erledigt, der letzte frühestens im Jahr vor dem letzten Jahr; dieses ist erreicht, kein späterer Bericht meldet etwas anderes, und es ist keine Daueraufgabe."),
        _all_done, _done, _count,
    ),
    StatusRule(
        "reported_at_risk", MeasureState.AT_RISK, gettext_lazy("Der letzte Bericht, höchstens ein Jahr alt, meldet: gefährdet."),
        lambda facts: facts.reports(MeasureState.AT_RISK, fresh=True), _report, _reported,
    ),
    StatusRule(
        "step_long_overdue", MeasureState.AT_RISK, gettext_lazy("Ein Schritt ist seit mehr als einem halben Jahr überfällig."),
        lambda facts: facts.late_since is not None and facts.late_since < months_before(facts.today, LONG_OVERDUE),
        _first_overdue, _late,
    ),
    StatusRule(
        "past_end", MeasureState.DELAYED,
        gettext_lazy("Das letzte Jahr ist vorbei, und kein Bericht meldet den Abschluss."),
        lambda facts: facts.ends is not None and facts.ends < facts.today.year,
        _end_of_last_year, lambda facts: {"year": facts.ends},
    ),
    StatusRule(
        "reported_delayed", MeasureState.DELAYED, gettext_lazy("Der letzte Bericht, höchstens ein Jahr alt, meldet: verzögert."),
        lambda facts: facts.reports(MeasureState.DELAYED, fresh=True), _report, _reported,
    ),
    StatusRule(
        "step_overdue", MeasureState.DELAYED, gettext_lazy("Ein Schritt ist überfällig."),
        lambda facts: facts.late_since is not None, _first_overdue, _late,
    ),
    StatusRule(
        "reported_on_track", MeasureState.ON_TRACK,
        gettext_lazy("Der letzte Bericht, höchstens ein Jahr alt, meldet: läuft nach Plan."),
        lambda facts: facts.reports(MeasureState.ON_TRACK, fresh=True), _report, _reported,
    ),
    StatusRule(
        "reported_not_started", MeasureState.NOT_STARTED,
        gettext_lazy("Der letzte Bericht, höchstens ein Jahr alt, meldet: noch nicht begonnen, und danach ist kein Schritt erledigt."),
        lambda facts: facts.reports(MeasureState.NOT_STARTED, fresh=True) and not facts.done_after_report(), _report, _reported,
    ),
    StatusRule(
        "step_done_lately", MeasureState.ON_TRACK,
        gettext_lazy("Ein Schritt ist im letzten Jahr erledigt worden, keiner ist überfällig, und der letzte Bericht hat weder Verzögerung noch Gefahr gemeldet."),
        lambda facts: facts.speaks(facts.last_done) and not (facts.report and facts.report.state in BAD), _done, _count,
    ),
    StatusRule(
        "begins_later", MeasureState.NOT_STARTED, gettext_lazy("Das erste Jahr liegt in der Zukunft."),
        lambda facts: facts.start_year is not None and facts.start_year > facts.today.year,
        lambda facts: StateGround("begin"), lambda facts: {"year": facts.start_year},
    ),
    StatusRule(
        "report_too_old", MeasureState.UNKNOWN, gettext_lazy("Der letzte Bericht ist älter als ein Jahr."),
        lambda facts: facts.report is not None, _report, _reported,
    ),
    StatusRule(
        "hand_too_old", MeasureState.UNKNOWN, gettext_lazy("Der von Hand gesetzte Stand ist älter als ein Jahr."),
        lambda facts: facts.by_hand is not None, _hand, _set,
    ),
    StatusRule(
        "step_too_old", MeasureState.UNKNOWN, gettext_lazy("Der letzte erledigte Schritt ist älter als ein Jahr."),
        lambda facts: bool(facts.done), _done, lambda facts: {"date": str(facts.last_done)},
    ),
    StatusRule(
        "nothing_said", MeasureState.UNKNOWN, gettext_lazy("Es gibt keinen Bericht und keinen erledigten Schritt."),
        lambda facts: True, lambda facts: StateGround("nothing"),
    ),
)  # fmt: skip
"""The table; what comes first decides."""


def status_of(facts: MeasureFacts) -> Status:
    """The state of a measure by the first rule that holds."""
    rule = next(rule for rule in RULES if rule.holds(facts))
    set_by_hand = facts.by_hand.state if facts.by_hand else MeasureState.UNKNOWN
    return Status(
        rule.state or set_by_hand,
        rule.name,
        rule.ground(facts),
        len(facts.steps),
        len(facts.done),
        rule.says(facts),
        facts.behind,
    )
