"""The state of a measure: a table of rules, the first that holds decides, each with the sentence that the page shows.

A rule knows only the facts of one measure on one day; what it reads stands in :class:`Facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.strategy.models import Measure
from insek.web.display import date_words

from .models import MeasureTask, State, StatusOverride, StatusReport

REPORT_VALID = timedelta(days=365)
"""How long a report speaks for a measure: one is due each year."""
LONG_OVERDUE = timedelta(days=182)
"""A step that is late by more puts the measure at risk."""


@dataclass(frozen=True)
class Facts:
    """What the rules know of a measure; ``tasks`` in their order, ``report`` the latest that the reader may see."""

    measure: Measure
    tasks: Sequence[MeasureTask]
    report: StatusReport | None
    today: date

    @property
    def done(self) -> list[MeasureTask]:
        """The steps that are done."""
        return [task for task in self.tasks if task.done]

    @property
    def overdue(self) -> list[MeasureTask]:
        """The steps that should be done and are not, the oldest first."""
        late = [task for task in self.tasks if task.due and not task.done and task.due < self.today]
        return sorted(late, key=lambda task: task.due or self.today)

    @property
    def is_permanent(self) -> bool:
        """Whether the measure is a task without end."""
        return self.measure.type == Measure.Type.PERMANENT

    @property
    def report_is_fresh(self) -> bool:
        """Whether the latest report is no older than a year."""
        return self.report is not None and self.report.reported_on >= self.today - REPORT_VALID

    @property
    def ends(self) -> int | None:
        """The last year of a measure that comes to an end."""
        return None if self.is_permanent else self.measure.end_year

    def reports(self, state: str) -> bool:
        """Whether the latest report says this."""
        return self.report is not None and self.report.state == state


@dataclass(frozen=True)
class StatusRule:
    """One line of the table: when it holds, which state follows, and the sentence that says so."""

    name: str
    state: State
    condition: str | Promise
    holds: Callable[[Facts], bool]
    reason: Callable[[Facts], str]


@dataclass(frozen=True)
class Status:
    """How a measure stands, by which rule or by whose hand, and why."""

    state: State
    reason: str
    rule: str = ""
    override: StatusOverride | None = None

    @property
    def label(self) -> str:
        """The state in words."""
        return str(self.state.label)

    @property
    def icon(self) -> str:
        """The sign beside the word."""
        return ICONS[self.state]


ICONS = {
    State.AT_RISK: "warning",
    State.DELAYED: "history",
    State.ON_TRACK: "arrow-right",
    State.NOT_STARTED: "calendar",
    State.COMPLETED: "check",
    State.STOPPED: "close",
    State.UNKNOWN: "info",
}


def _reported(facts: Facts) -> str:
    assert facts.report is not None
    return _("Der Bericht vom %(date)s meldet: %(state)s.") % {
        "date": date_words(facts.report.reported_on),
        "state": facts.report.get_state_display(),
    }


def _late(facts: Facts) -> str:
    task = facts.overdue[0]
    return _("Der Schritt „%(title)s“ war bis zum %(date)s vorgesehen und ist nicht erledigt.") % {
        "title": task.title,
        "date": date_words(task.due),
    }


def _progress(facts: Facts) -> str:
    return _("%(done)s von %(all)s Schritten sind erledigt, keiner ist überfällig.") % {
        "done": len(facts.done),
        "all": len(facts.tasks),
    }


RULES = (
    StatusRule(
        "reported_stopped", State.STOPPED, gettext_lazy("Der letzte Bericht meldet: eingestellt."),
        lambda facts: facts.reports(State.STOPPED), _reported,
    ),
    StatusRule(
        "reported_completed", State.COMPLETED, gettext_lazy("Der letzte Bericht meldet: abgeschlossen."),
        lambda facts: facts.reports(State.COMPLETED), _reported,
    ),
    StatusRule(
        "all_steps_done", State.COMPLETED,
        gettext_lazy("Alle Schritte sind erledigt, das letzte Jahr ist erreicht, und es ist keine Daueraufgabe."),
        lambda facts: bool(facts.tasks) and len(facts.done) == len(facts.tasks)
        and facts.ends is not None and facts.ends <= facts.today.year,
        lambda facts: _("Alle %(all)s Schritte sind erledigt.") % {"all": len(facts.tasks)},
    ),
    StatusRule(
        "reported_at_risk", State.AT_RISK, gettext_lazy("Der letzte Bericht, höchstens ein Jahr alt, meldet: gefährdet."),
        lambda facts: facts.report_is_fresh and facts.reports(State.AT_RISK), _reported,
    ),
    StatusRule(
        "step_long_overdue", State.AT_RISK, gettext_lazy("Ein Schritt ist seit mehr als einem halben Jahr überfällig."),
        lambda facts: any(task.due and task.due < facts.today - LONG_OVERDUE for task in facts.overdue), _late,
    ),
    StatusRule(
        "past_end", State.DELAYED,
        gettext_lazy("Das letzte Jahr ist vorbei, und kein Bericht meldet den Abschluss."),
        lambda facts: facts.ends is not None and facts.ends < facts.today.year,
        lambda facts: _("Die Maßnahme sollte bis %(year)s fertig sein; ein Abschluss ist nicht gemeldet.") % {"year": facts.ends},
    ),
    StatusRule(
        "reported_delayed", State.DELAYED, gettext_lazy("Der letzte Bericht, höchstens ein Jahr alt, meldet: verzögert."),
        lambda facts: facts.report_is_fresh and facts.reports(State.DELAYED), _reported,
    ),
    StatusRule(
        "step_overdue", State.DELAYED, gettext_lazy("Ein Schritt ist überfällig."),
        lambda facts: bool(facts.overdue), _late,
    ),
    StatusRule(
        "reported_on_track", State.ON_TRACK,
        gettext_lazy("Der letzte Bericht, höchstens ein Jahr alt, meldet: läuft nach Plan."),
        lambda facts: facts.report_is_fresh and facts.reports(State.ON_TRACK), _reported,
    ),
    StatusRule(
        "reported_not_started", State.NOT_STARTED,
        gettext_lazy("Der letzte Bericht, höchstens ein Jahr alt, meldet: noch nicht begonnen."),
        lambda facts: facts.report_is_fresh and facts.reports(State.NOT_STARTED), _reported,
    ),
    StatusRule(
        "some_steps_done", State.ON_TRACK, gettext_lazy("Ein Schritt ist erledigt, keiner überfällig."),
        lambda facts: bool(facts.done), _progress,
    ),
    StatusRule(
        "begins_later", State.NOT_STARTED, gettext_lazy("Das erste Jahr liegt in der Zukunft."),
        lambda facts: (facts.measure.start_year or 0) > facts.today.year,
        lambda facts: _("Der Beginn ist für %(year)s vorgesehen.") % {"year": facts.measure.start_year},
    ),
    StatusRule(
        "report_too_old", State.UNKNOWN, gettext_lazy("Der letzte Bericht ist älter als ein Jahr."),
        lambda facts: facts.report is not None,
        lambda facts: _("Der letzte Bericht ist vom %(date)s und damit älter als ein Jahr.")
        % {"date": date_words(facts.report.reported_on if facts.report else None)},
    ),
    StatusRule(
        "nothing_said", State.UNKNOWN, gettext_lazy("Es gibt keinen Bericht und keinen erledigten Schritt."),
        lambda facts: True,
        lambda facts: _("Noch gibt es keinen Bericht und keinen erledigten Schritt."),
    ),
)  # fmt: skip
"""The table; what stands first decides."""


def status_of(facts: Facts, override: StatusOverride | None = None) -> Status:
    """The state of a measure: set by hand where somebody did, else by the first rule that holds."""
    if override is not None:
        return Status(State(override.state), override.reason, override=override)
    rule = next(rule for rule in RULES if rule.holds(facts))
    return Status(rule.state, rule.reason(facts), rule=rule.name)
