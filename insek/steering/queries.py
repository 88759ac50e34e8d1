"""What can be asked: how measures stand, what is late, how far targets are reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from insek import clock
from insek.concept.models import Concept
from insek.evidence.models import SeriesBreak
from insek.evidence.queries import city_values
from insek.people.actors import Actor
from insek.strategy.models import Measure
from insek.thread.models import Item

from .light import Reading, Value, read_aim
from .models import MeasureTask, State, StatusOverride, StatusReport, Target
from .status import REPORT_VALID, Facts, Status, status_of


@dataclass
class Standing:
    """A measure with its steps, its latest report and its state."""

    measure: Measure
    facts: Facts
    status: Status
    fields: list[str] = field(default_factory=list)

    @property
    def item(self) -> Item:
        """The measure as an item."""
        return self.measure.item


def standings(items: Iterable[Item], actor: Actor, today: date | None = None) -> list[Standing]:
    """How measures stand, in the order given; items must be read with ``measure``. Three queries.

    Only what the actor may see counts, so that the state tells nothing of an internal report.
    """
    today = today or clock.today()
    measures = [_row(item) for item in items]
    if not measures:
        return []
    ids = [measure.pk for measure in measures]
    tasks: dict[str, list[MeasureTask]] = {}
    for task in MeasureTask.objects.filter(measure__in=ids).select_related("unit"):
        tasks.setdefault(task.measure_id, []).append(task)
    latest = (
        StatusReport.objects.visible_to(actor)
        .filter(measure=OuterRef("measure"))
        .order_by("-reported_on", "-pk")
        .values("pk")[:1]
    )
    reports = {
        report.measure_id: report
        for report in StatusReport.objects.filter(measure__in=ids, pk=Subquery(latest)).select_related("unit")
    }
    overrides = {
        override.measure_id: override
        for override in StatusOverride.objects.filter(measure__in=ids, taken_back_on=None).select_related(
            "author"
        )
    }
    found = []
    for measure in measures:
        facts = Facts(measure, tasks.get(measure.pk, ()), reports.get(measure.pk), today)
        found.append(Standing(measure, facts, status_of(facts, overrides.get(measure.pk))))
    return found


def _row(item: Item) -> Measure:
    measure: Measure = item.measure
    measure.item = item
    return measure


def running(today: date) -> Q:
    """Measures that began before this year, asked of items; one without a first year is not planned yet."""
    return Q(measure__start_year__lt=today.year)


def without_report(concept: Concept, today: date | None = None) -> QuerySet[Item]:
    """Running measures without a report in the last twelve months."""
    today = today or clock.today()
    last = StatusReport.objects.filter(measure=OuterRef("pk")).order_by("-reported_on", "-pk")
    return (
        Item.objects.filter(running(today), concept=concept, kind="measure")
        .annotate(
            last_state=Subquery(last.values("state")[:1]),
            last_report=Subquery(last.values("reported_on")[:1]),
        )
        .filter(Q(last_report=None) | Q(last_report__lt=today - REPORT_VALID))
        .filter(Q(last_state=None) | ~Q(last_state__in=[State.COMPLETED, State.STOPPED]))
    )


def with_overdue_step(concept: Concept, today: date | None = None) -> QuerySet[Item]:
    """Measures with a step that should be done and is not."""
    late = MeasureTask.objects.filter(done=None, due__lt=today or clock.today())
    return Item.objects.filter(concept=concept, kind="measure", pk__in=late.values("measure"))


def targets_of(
    targets: QuerySet[Target], actor: Actor, today: date | None = None
) -> list[tuple[Target, Reading]]:
    """Targets of which the actor may see goal and indicator, each with its light. Three queries."""
    visible = Item.objects.visible_to(actor)
    rows = list(
        targets.filter(goal__in=visible.filter(kind="goal").values("pk"))
        .filter(indicator__in=visible.filter(kind="indicator").values("pk"))
        .select_related("goal__item", "indicator__item")
        .order_by("goal__item__sort_key", "indicator__item__sort_key", "year", "pk")
    )
    if not rows:
        return []
    ids = {target.indicator_id for target in rows}
    values = city_values(ids)
    breaks: dict[str, list[str]] = {}
    for indicator_id, period in SeriesBreak.objects.filter(indicator__in=ids).values_list(
        "indicator", "period"
    ):
        breaks.setdefault(indicator_id, []).append(period)
    today = today or clock.today()
    return [
        (
            target,
            read_aim(
                target.aim,
                [Value(period, value) for period, value in values.get(target.indicator_id, ())],
                breaks.get(target.indicator_id, ()),
                uncertainty=target.indicator.uncertainty,
                today=today,
            ),
        )
        for target in rows
    ]
