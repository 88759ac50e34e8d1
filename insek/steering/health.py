"""Where the city stands: what is known of goals, measures, money and checks of a selection, today and a year ago.

The lights of a year ago follow from the values there were then. The states follow from the reports, steps and states set by hand of
then, as far as they are known today; a measure of which nothing is known from before that day has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import rules
from django.db.models import Count, F, Q

from insek import clock
from insek.concept.asker import Asker
from insek.council.decisions import CheckedThen, checked_then
from insek.places.layers import lies_in
from insek.strategy.sums import Money, money_in
from insek.thread.models import Item, ItemQuerySet

from .dates import NextDate, dates_ahead
from .how_far import light_of
from .light import Light, LightReading
from .missing import has_goals_below, has_late_step, is_served, served_by, serves_a_goal
from .models import StatusOverride, StatusReport
from .nearer import TargetCourse, lights_of, visible_courses, year_before
from .queries import AssessedMeasure, assessed_measures, without_report
from .states import MeasureState
from .status import MeasureFacts, MeasureStep, Reported, SetByHand, status_of


@dataclass(frozen=True)
class Selection:
    """What the page is asked for: keys of a field and a unit, the id of a place; empty for all."""

    field: str = ""
    place: str = ""
    unit: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """As lists of goals and measures take it in their addresses."""
        named = {"feld": self.field, "ort": self.place, "zustaendig": self.unit}
        return {name: value for name, value in named.items() if value}

    @property
    def asked_of_papers(self) -> dict[str, str]:
        """As the lists of papers and checks take it."""
        named = {"feld": self.field, "ort": self.place, "federfuehrung": self.unit}
        return {name: value for name, value in named.items() if value}


@dataclass
class Health:
    """What is known of a selection. Texts are made by the page."""

    today: date
    then: date
    goals: dict[str, Item]
    measures: list[AssessedMeasure]
    courses: list[TargetCourse]
    lights: dict[str, Light | None]
    lights_then: dict[str, Light | None]
    states_then: dict[str, MeasureState]
    """By measure; one of which nothing is known from then is missing."""
    money: Money
    checked: CheckedThen | None = None
    """For whoever sees all papers and checks."""
    public_checks: int | None = None
    """Finished checks, for everybody else; None where the selection cannot be made of checks."""
    public_example_checks: int = 0
    reports_due: list[Item] | None = None
    """Measures that owe a report; None for whoever is not told."""
    goals_without_measure: list[Item] = field(default_factory=list)
    measures_without_goal: list[Item] = field(default_factory=list)
    dates: list[NextDate] = field(default_factory=list)
    """What comes next."""

    @property
    def late(self) -> list[AssessedMeasure]:
        """The measures with a step that should be done and is not."""
        return [row for row in self.measures if has_late_step(row)]


def health_of(asker: Asker, chosen: Selection) -> Health:
    """Read it all. Some fifteen queries, however much there is; three more for a place."""
    today, actor = clock.today(), asker.actor
    then = year_before(today)
    lies = lies_in(asker.concept, chosen.place) if chosen.place else Q()
    found = _goals_and_measures(asker, chosen, lies)
    goals = {item.pk: item for item in found if item.kind == "goal"}
    items = [item for item in found if item.kind == "measure"]
    measures = assessed_measures(items, actor, today)
    courses = [course for course in visible_courses(asker, today) if course.target.goal_id in goals]
    of_measures = Item.objects.filter(pk__in=[item.pk for item in items])
    health = Health(
        today=today, then=then, goals=goals, measures=measures, courses=courses, lights=lights_of(goals, courses),
        lights_then=_lights_then(goals, courses), states_then=states_then(measures, asker, then), money=money_in(asker, items, of_measures),
        goals_without_measure=[goal for goal in goals.values() if not (goal.is_served or goal.has_below)],  # type: ignore[attr-defined]  # annotated
        measures_without_goal=[item for item in items if not item.serves],  # type: ignore[attr-defined]  # annotated
    )  # fmt: skip
    if asker.concept is not None and rules.test_rule("steering.see_waiting", actor):
        due = set(without_report(asker.concept, today).order_by().values_list("pk", flat=True))
        health.reports_due = [item for item in items if item.pk in due]
    _read_checks(asker, chosen, lies, health)
    papers = lies
    if chosen.field:
        papers &= Q(fields__key=chosen.field)
    if chosen.unit:
        papers &= Q(paper__unit__key=chosen.unit)
    health.dates = dates_ahead(asker, today, measures=measures, funding=health.money.funding, papers=papers)
    return health


def _goals_and_measures(asker: Asker, chosen: Selection, lies: Q) -> list[Item]:
    """The goals and measures of a selection that the asker may see, with what they lack, in order. One query."""
    actor = asker.actor
    items = Item.objects.visible_to(actor).filter(lies, concept=asker.concept, kind__in=("goal", "measure"))
    if chosen.field:
        items = items.filter(fields__key=chosen.field)
    if chosen.unit:
        items = items.filter(Q(measure__responsible__key=chosen.unit) | served_by(actor, chosen.unit))
    columns = (
        "pk", "kind", "number", "title", "title_en", "standing", "visibility", "sort_key", "concept_id",
        *(f"measure__{name}" for name in ("type", "start_year", "end_year", "responsible_id")),
    )  # fmt: skip
    return list(
        items.select_related("measure")
        .only(*columns)
        .annotate(serves=serves_a_goal(actor), is_served=is_served(actor), has_below=has_goals_below(actor))
        .order_by("sort_key", "pk")
    )


def _lights_then(goals: Mapping[str, Item], courses: Sequence[TargetCourse]) -> dict[str, Light | None]:
    by_goal: dict[str, list[LightReading]] = {}
    for course in courses:
        by_goal.setdefault(course.target.goal_id, []).append(course.before)
    return {pk: light_of(by_goal.get(pk, ())) for pk in goals}


def states_then(rows: Sequence[AssessedMeasure], asker: Asker, then: date) -> dict[str, MeasureState]:
    """The states of measures on an earlier day; those of which nothing is known from before are left out. Two queries.

    Reports that were taken back since then do not count, and steps that were planned later do.
    """
    ids = [row.item.pk for row in rows]
    if not ids:
        return {}
    reports: dict[str, Reported] = {}
    told = StatusReport.objects.visible_to(asker.actor).filter(measure__in=ids, reported_on__lte=then)
    for pk, state, day in told.order_by("reported_on", "pk").values_list("measure", "state", "reported_on"):
        reports[pk] = Reported(MeasureState(state), day)
    by_hand: dict[str, SetByHand] = {}
    held = StatusOverride.objects.filter(
        Q(taken_back_on=None) | Q(taken_back_on__gt=then), measure__in=ids, set_on__lte=then
    )
    for pk, state, day in held.order_by(F("set_on"), "pk").values_list("measure", "state", "set_on"):
        by_hand[pk] = SetByHand(MeasureState(state), day, "")
    found = {}
    for row in rows:
        pk = row.item.pk
        steps = tuple(
            MeasureStep(task.title, task.due, task.done if task.done and task.done <= then else None)
            for task in row.tasks
        )
        if pk not in reports and pk not in by_hand and not any(step.done for step in steps):
            continue
        facts = MeasureFacts(
            today=then, steps=steps, report=reports.get(pk), by_hand=by_hand.get(pk),
            is_permanent=row.facts.is_permanent, start_year=row.facts.start_year, end_year=row.facts.end_year,
        )  # fmt: skip
        found[pk] = status_of(facts).state
    return found


def _read_checks(asker: Asker, chosen: Selection, lies: Q, health: Health) -> None:
    """Which decisions are checked: of all for whoever sees them, else how many checks everybody can read. One query."""
    visible: ItemQuerySet = Item.objects.visible_to(asker.actor).filter(concept=asker.concept)
    if rules.test_rule("council.see_criteria", asker.actor):
        papers = visible.filter(lies, kind="paper")
        if chosen.field:
            papers = papers.filter(fields__key=chosen.field)
        if chosen.unit:
            papers = papers.filter(paper__unit__key=chosen.unit)
        health.checked = checked_then(papers, health.then)
        return
    if chosen.field or chosen.place:
        return
    checks = visible.filter(kind="concept_check", concept_check__status="final")
    if chosen.unit:
        checks = checks.filter(concept_check__unit__key=chosen.unit)
    counts = checks.order_by().aggregate(all=Count("pk"), examples=Count("pk", filter=Q(standing="example")))
    health.public_checks, health.public_example_checks = counts["all"], counts["examples"]
