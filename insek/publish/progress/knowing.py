"""What a progress report knows: measures, goals, money, decisions and contributions of a period, as everybody may see them.

It is read once for the whole report. What is said of the time before comes from the report before, where there is one, else from
reports, steps and values of then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS
from insek.steering.health import states_then
from insek.steering.light import Light
from insek.steering.missing import NOT_LATE, has_late_step
from insek.steering.models import StatusReport
from insek.steering.nearer import TargetCourse, lights_of, visible_courses
from insek.steering.queries import AssessedMeasure
from insek.steering.round_models import ReportRound
from insek.steering.states import MeasureState
from insek.strategy.sums import Money, money_in
from insek.thread.models import Item, Visibility

from ..report.reading import Reader
from .models import ProgressContent, ProgressReport

AHEAD = timedelta(days=366)
"""How far ahead it is said what comes."""
BAD = (MeasureState.AT_RISK, MeasureState.DELAYED, MeasureState.STOPPED, MeasureState.DEFERRED)
"""States that need a reason, the worst first."""
GOOD = (MeasureState.COMPLETED, MeasureState.ON_TRACK)
NEAR = (Light.GREEN, Light.REACHED)


def issued_before(concept: Concept, report: ProgressReport) -> ProgressContent | None:
    """What the last issued report before this one held. One query."""
    return (
        ProgressContent.objects.filter(
            report__item__concept=concept, report__item__visibility=Visibility.PUBLIC, state=ProgressContent.State.DONE,
            report__period_to__lt=report.period_to,
        )
        .exclude(report=report)
        .select_related("report__item")
        .order_by("-report__period_to", "-made_on")
        .first()
    )  # fmt: skip


@dataclass
class FieldFacts:
    """What is known of one field of action; the key is empty for what belongs to none."""

    key: str
    name: str
    words: str = ""
    measures: list[AssessedMeasure] = field(default_factory=list)
    goals: list[Item] = field(default_factory=list)
    courses: list[TargetCourse] = field(default_factory=list)
    decisions: list[Item] = field(default_factory=list)
    taken_up: list[tuple[Item, Item]] = field(default_factory=list)
    """Contribution, and the goal or measure that took it up."""

    @property
    def counts(self) -> Counter[MeasureState]:
        """The measures by state."""
        return Counter(row.status.state for row in self.measures)


class Facts:
    """All of it, read when it is asked for."""

    def __init__(self, report: ProgressReport, reader: Reader) -> None:
        self.report, self.reader = report, reader
        self.concept = reader.concept
        self.today = clock.today()
        self.until = min(self.today, max(report.period_to, report.period_from))
        self.before = issued_before(self.concept, report)

    @cached_property
    def measures(self) -> list[AssessedMeasure]:
        """All public measures with their states, in order."""
        return [self.reader.standing(item) for item in self.reader.items("measure")]

    @cached_property
    def courses(self) -> list[TargetCourse]:
        """All targets with their lights today and a year ago. Three queries."""
        return visible_courses(self.reader.asker, self.today)

    @cached_property
    def lights(self) -> dict[str, Light | None]:
        """The light of each goal."""
        return lights_of([item.pk for item in self.reader.items("goal")], self.courses)

    @cached_property
    def states_before(self) -> Mapping[str, MeasureState]:
        """The state of each measure in the report before, else at the beginning of the period as far as that is known."""
        if self.before is not None:
            known = set(MeasureState.values)
            said = self.before.figures.get("states", {})
            return {pk: MeasureState(state) for pk, state in said.items() if state in known}
        return states_then(self.measures, self.reader.asker, self.report.period_from)

    @property
    def before_day(self) -> date:
        """The day that the states before are those of."""
        made = self.before.made_on if self.before else None
        return made or self.report.period_from

    @cached_property
    def said(self) -> dict[str, StatusReport]:
        """The last report of each measure from the period, or from after it. One query."""
        rows = StatusReport.objects.visible_to(ANONYMOUS).filter(
            measure__item__concept=self.concept, reported_on__gte=self.report.period_from
        )
        return {row.measure_id: row for row in rows.select_related("unit").order_by("reported_on", "pk")}

    def changed(self, row: AssessedMeasure) -> tuple[MeasureState, MeasureState] | None:
        """The state before and the state now, where they differ and both are known."""
        then = self.states_before.get(row.item.pk)
        return (then, row.status.state) if then is not None and then != row.status.state else None

    def finished(self, rows: Sequence[AssessedMeasure]) -> list[AssessedMeasure]:
        """Measures that are done and were not before."""
        return [
            row for row in rows
            if row.status.state == MeasureState.COMPLETED
            and self.states_before.get(row.item.pk) != MeasureState.COMPLETED
        ]  # fmt: skip

    def steps_done(self, rows: Sequence[AssessedMeasure]) -> list[tuple[AssessedMeasure, Any]]:
        """Steps done since the period began, the last first."""
        found = [
            (row, step) for row in rows for step in row.tasks
            if step.done and self.report.period_from <= step.done <= self.today
        ]  # fmt: skip
        return sorted(found, key=lambda pair: (pair[1].done, pair[1].key), reverse=True)

    def steps_ahead(self, rows: Sequence[AssessedMeasure]) -> list[tuple[AssessedMeasure, Any]]:
        """Steps of the coming year, the next first."""
        found = [
            (row, step) for row in rows for step in row.tasks
            if step.due and not step.done and self.today <= step.due <= self.today + AHEAD and row.status.state not in NOT_LATE
        ]  # fmt: skip
        return sorted(found, key=lambda pair: (pair[1].due, pair[1].key))

    def late(self, rows: Sequence[AssessedMeasure]) -> list[AssessedMeasure]:
        """Measures that do not go as planned, the worst first."""
        found = [row for row in rows if row.status.state in BAD or has_late_step(row)]
        order = {state: place for place, state in enumerate(BAD)}
        return sorted(
            found, key=lambda row: (order.get(row.status.state, len(BAD)), row.item.sort_key, row.item.pk)
        )

    @cached_property
    def money(self) -> Money:
        """What all measures cost and who pays. Two queries."""
        items = [row.item for row in self.measures]
        public = Item.objects.visible_to(ANONYMOUS).filter(concept=self.concept, kind="measure")
        return money_in(self.reader.asker, items, public)

    def money_of(self, rows: Sequence[AssessedMeasure]) -> Money:
        """The same of some of them."""
        ids = {row.item.pk for row in rows}
        return Money(
            [row.item for row in rows],
            [each for each in self.money.costs if each.item.pk in ids],
            [(line, item) for line, item in self.money.funding if item.pk in ids],
        )

    @cached_property
    def decisions(self) -> list[Item]:
        """Resolutions since the period began, the last first."""
        found = [
            item for item in self.reader.items("resolution")
            if self.report.period_from <= item.resolution.date <= self.today
        ]  # fmt: skip
        return sorted(found, key=lambda item: (item.resolution.date, item.pk), reverse=True)

    @cached_property
    def checks(self) -> list[Item]:
        """Checks against the goals that were finished in this time."""
        return [
            item for item in self.reader.items("concept_check")
            if item.concept_check.final_on and self.report.period_from <= item.concept_check.final_on <= self.today
        ]  # fmt: skip

    @cached_property
    def taken_up(self) -> list[tuple[Item, Item]]:
        """Contributions that goals and measures took up since the period began. Costs no further query."""
        since = timezone.make_aware(datetime.combine(self.report.period_from, time()))
        known = self.reader.known
        return [
            (known[link.source_id], known[link.target_id])
            for links in self.reader.links[0].values()
            for link in links
            if link.kind == "taken_up" and link.created_at >= since and known[link.source_id].kind == "contribution"
        ]  # fmt: skip

    @cached_property
    def round(self) -> ReportRound | None:
        """The round of reports that asked for this period. One query."""
        return ReportRound.objects.filter(
            concept=self.concept, period_from=self.report.period_from, period_to=self.report.period_to
        ).first()

    @cached_property
    def fields(self) -> list[FieldFacts]:
        """Each field with what belongs to it, every measure and goal once, as in the printed concept."""
        words = {row.field.key: row.text for row in self.report.words.select_related("field")}
        found = {
            each.key: FieldFacts(each.key, str(each), words.get(each.key, ""))
            for each in self.reader.asker.fields
        }
        rest = FieldFacts("", "")
        place: dict[str, FieldFacts] = {}
        rows = {row.item.pk: row for row in self.measures}
        for kind in ("measure", "goal"):
            for key, _name, items in self.reader.by_field(self.reader.items(kind)):
                facts = found.get(key, rest)
                for item in items:
                    place[item.pk] = facts
                    if kind == "measure":
                        facts.measures.append(rows[item.pk])
                    else:
                        facts.goals.append(item)
        for course in self.courses:
            place.get(course.target.goal_id, rest).courses.append(course)
        for decision in self.decisions:
            of_item = self.reader.fields.get(decision.pk, ())
            found.get(of_item[0].key if of_item else "", rest).decisions.append(decision)
        for contribution, into in self.taken_up:
            place.get(into.pk, rest).taken_up.append((contribution, into))
        whole = [each for each in found.values() if each.measures or each.goals or each.words]
        return [*whole, *([rest] if rest.measures or rest.goals else [])]

    def figures(self) -> dict[str, Any]:
        """What the next report compares with, as plain values."""
        return {
            "states": {row.item.pk: row.status.state.value for row in self.measures},
            "lights": {pk: light.value if light else "" for pk, light in self.lights.items()},
            "decisions": len(self.decisions),
            "checks": len(self.checks),
            "taken_up": len(self.taken_up),
            "named_costs": self.money.named,
        }
