"""What can be asked: the states of measures, what is late, how far targets are reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import override

from insek import clock
from insek.concept.models import Concept
from insek.evidence.queries import CityValue, breaks_of, city_values
from insek.people.actors import ANONYMOUS, Actor
from insek.people.prepared import prepared, prepared_for
from insek.strategy.models import Measure
from insek.thread.audience import gated
from insek.thread.known_ids import is_seen
from insek.thread.models import Item, Link
from insek.web.display import date_words

from .light import BEHIND, LightReading, PeriodValue, read_aim
from .models import MeasureTask, StatusOverride, StatusReport, Target
from .states import AGING, FINISHED, MeasureState
from .status import (
    SPEAKS_FOR,
    MeasureFacts,
    MeasureStep,
    Reported,
    SetByHand,
    Status,
    months_before,
    status_of,
)

Behind = Mapping[str, tuple[tuple[str, str], ...]]
"""By measure the titles, in German and in English, of indicators of its goals that are behind their path."""


@dataclass
class AssessedMeasure:
    """A measure with its steps, its latest report, the state in force that was set by hand, and its state on a day."""

    measure: Measure
    tasks: Sequence[MeasureTask]
    report: StatusReport | None
    override: StatusOverride | None
    facts: MeasureFacts
    status: Status

    @property
    def item(self) -> Item:
        """The measure as an item."""
        return self.measure.item


def assessed_measures(
    items: Iterable[Item], actor: Actor, today: date | None = None, *, behind: Behind | None = None
) -> list[AssessedMeasure]:
    """Measures with their states, in the order given; items must be read with ``measure``. Three queries.

    Only what the actor may see counts, so that the state tells nothing of an internal report. ``behind`` is what
    :func:`behind_of` found, where the reasons are shown.
    """
    today = today or clock.today()
    measures = [_measure_of(item) for item in items]
    if not measures:
        return []
    ids = [measure.pk for measure in measures]
    tasks: dict[str, list[MeasureTask]] = {}
    for task in prepared_for("steps of measures", _steps_of, ids):
        tasks.setdefault(task.measure_id, []).append(task)
    latest = ("last reports of measures", actor.sees_internal)
    reports = {
        report.measure_id: report
        for report in prepared_for(latest, lambda ids: last_reports_of(ids, actor), ids)
    }
    overrides = {
        override.measure_id: override
        for override in prepared_for("states of measures by hand", _overrides_of, ids)
    }
    found = []
    for measure in measures:
        own = tasks.get(measure.pk, [])
        report, override = reports.get(measure.pk), overrides.get(measure.pk)
        facts = status_facts(measure, own, report, override, today, behind=(behind or {}).get(measure.pk, ()))
        found.append(AssessedMeasure(measure, own, report, override, facts, status_of(facts)))
    return found


def measures_done(concept: Concept) -> dict[str, str]:
    """Ids of the public measures that are done, as everybody sees it, with how that is known. Four queries."""
    items = (
        Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind="measure").select_related("measure")
    )
    with override(settings.LANGUAGE_CODE):  # content
        done = _("Die Maßnahme ist abgeschlossen.")
        since = _("Die Maßnahme ist abgeschlossen (Bericht vom %(day)s).")
        return {
            row.item.pk: since % {"day": date_words(row.report.reported_on)} if row.report else done
            for row in assessed_measures(items, ANONYMOUS)
            if row.status.state == MeasureState.COMPLETED
        }


def _steps_of(ids: list[Any]) -> QuerySet[MeasureTask]:
    return MeasureTask.objects.filter(measure__in=ids).select_related("unit")


def last_reports_of(ids: list[Any], actor: Actor) -> QuerySet[StatusReport]:
    """The last report of each measure that the actor may see; it depends on nothing but whether they see what is internal."""
    latest = (
        StatusReport.objects.visible_to(actor)
        .filter(measure=OuterRef("measure"))
        .order_by("-reported_on", "-pk")
        .values("pk")[:1]
    )
    return StatusReport.objects.filter(measure__in=ids, pk=Subquery(latest)).select_related("unit")


def _overrides_of(ids: list[Any]) -> QuerySet[StatusOverride]:
    return StatusOverride.objects.filter(measure__in=ids, taken_back_on=None).select_related("author")


def status_facts(
    measure: Measure,
    tasks: Iterable[MeasureTask],
    report: StatusReport | None,
    override: StatusOverride | None,
    today: date,
    *,
    behind: tuple[tuple[str, str], ...] = (),
) -> MeasureFacts:
    """The rows of a measure as the plain values that the rules read."""
    return MeasureFacts(
        today=today,
        steps=tuple(MeasureStep(task.title, task.due, task.done) for task in tasks),
        report=Reported(MeasureState(report.state), report.reported_on) if report else None,
        by_hand=SetByHand(MeasureState(override.state), override.set_on, override.reason)
        if override
        else None,
        is_permanent=measure.type == Measure.Type.PERMANENT,
        start_year=measure.start_year,
        end_year=measure.end_year,
        behind=behind,
    )


def _measure_of(item: Item) -> Measure:
    measure: Measure = item.measure
    measure.item = item
    return measure


def behind_of(
    measures: Sequence[str], actor: Actor, *, readings: Sequence[tuple[Target, LightReading]] | None = None
) -> Behind:
    """Indicators behind their path, of the goals that each measure serves, as far as the actor may see all of it.

    One query where the readings of the concept's targets are at hand, else up to three; a fourth for several measures.
    """
    serving = Link.objects.visible_to(actor).filter(kind="implemented_by")
    of_these = readings is None
    if readings is None and len(measures) == 1:
        readings = _with_lights(
            prepared(
                gated(actor, "targets behind a measure"),
                lambda pk: _seen_targets(
                    Target.objects.filter(goal__in=serving.filter(target=pk).values("source")), actor
                ),
                measures[0],
            )
        )
    serving = serving.filter(target__in=measures)
    if readings is None:
        readings = targets_of(Target.objects.filter(goal__in=serving.values("source")), actor)
    late: dict[str, list[tuple[str, str]]] = {}
    for target, reading in readings:
        if reading.light in BEHIND:
            titles = (target.indicator.item.title, target.indicator.item.title_en)
            late.setdefault(target.goal_id, []).append(titles)
    if not late:
        return {}
    found: dict[str, list[tuple[str, str]]] = {}
    if of_these and len(measures) == 1:
        pairs = [(goal, measures[0]) for goal in late]
    else:
        pairs = list(serving.order_by("source__sort_key", "pk").values_list("source", "target"))
    for goal, measure in pairs:
        for titles in late.get(goal, ()):
            named = found.setdefault(measure, [])
            if titles not in named:
                named.append(titles)
    return {measure: tuple(named) for measure, named in found.items()}


def targets_served(measure: Any) -> QuerySet[Link]:
    """The links to a measure from goals that have a target."""
    targets = Target.objects.filter(goal=OuterRef("source"))
    return Link.objects.filter(Exists(targets), target=measure, kind="implemented_by")


def measures_to_report(today: date) -> Q:
    """Measures that are asked for a report, of items: all but those that begin in a later year."""
    return Q(measure__start_year=None) | Q(measure__start_year__lte=today.year)


def without_report(concept: Concept, today: date | None = None) -> QuerySet[Item]:
    """Measures that should have begun, are not finished, and have no report from the last twelve months."""
    today = today or clock.today()
    steps = MeasureTask.objects.filter(measure=OuterRef("pk"))
    last_done = Subquery(steps.filter(done__lte=today).order_by("-done").values("done")[:1])
    done_by_steps = (
        Q(hand_state="", measure__end_year__lte=today.year)
        & ~Q(measure__type=Measure.Type.PERMANENT)
        & Q(last_done__year__gte=F("measure__end_year") - 1)
        & ~Exists(steps.filter(Q(done=None) | Q(done__gt=today)))
        & (Q(last_report=None) | Q(last_report__lte=F("last_done")))
    )
    return (
        measures_with_last_words(concept, today)
        .filter(measures_to_report(today))
        .filter(Q(last_report=None) | Q(last_report__lt=months_before(today, SPEAKS_FOR)))
        .exclude(said_last(FINISHED))
        .annotate(last_done=last_done)
        .exclude(Q(last_done__isnull=False) & Q(measure__end_year__isnull=False) & done_by_steps)
    )


def with_overdue_step(concept: Concept, today: date | None = None) -> QuerySet[Item]:
    """Measures with a step that should be done and is not, but for those that are finished or deferred."""
    today = today or clock.today()
    late = MeasureTask.objects.filter(done=None, due__lt=today)
    measures = measures_with_last_words(concept, today).filter(pk__in=late.values("measure"))
    return measures.exclude(said_last((*FINISHED, MeasureState.DEFERRED)))


def with_late_target(concept: Concept) -> QuerySet[Item]:
    """Goals with a target after their own year; new ones are refused."""
    late = Target.objects.filter(goal=OuterRef("pk"), year__gt=F("goal__horizon_year"))
    return Item.objects.filter(Exists(late), concept=concept, kind="goal")


def measures_with_last_words(concept: Concept, today: date | None = None) -> QuerySet[Item]:
    """The measures of a concept with what was said of them last: ``hand_state``, ``last_state`` ("" for nothing) and
    ``last_report``, a day or nothing."""
    today = today or clock.today()
    reports = StatusReport.objects.valid().filter(measure=OuterRef("pk")).order_by("-reported_on", "-pk")
    by_hand = StatusOverride.objects.filter(measure=OuterRef("pk"), taken_back_on=None).exclude(
        state__in=AGING, set_on__lt=months_before(today, SPEAKS_FOR)
    )
    nothing = models.Value("")
    return Item.objects.filter(concept=concept, kind="measure").annotate(
        hand_state=Coalesce(Subquery(by_hand.values("state")[:1]), nothing),
        last_state=Coalesce(Subquery(reports.values("state")[:1]), nothing),
        last_report=Subquery(reports.values("reported_on")[:1]),
    )


def said_last(states: Iterable[MeasureState]) -> Q:
    """Measures of which one of these was said last, by hand or in a report."""
    named = list(states)
    return Q(hand_state__in=named) | Q(hand_state="", last_state__in=named)


def targets_of(
    targets: QuerySet[Target], actor: Actor, today: date | None = None
) -> list[tuple[Target, LightReading]]:
    """Targets of which the actor may see goal and indicator, each with its light. Three queries."""
    return _with_lights(visible_targets(targets, actor), today)


def targets_at(item: Item, actor: Actor) -> list[tuple[Target, LightReading]]:
    """The same for the targets of one goal or indicator."""
    column = item.kind
    rows = prepared(
        gated(actor, "targets", column),
        lambda pk: _seen_targets(Target.objects.filter(**{column: pk}), actor),
        item.pk,
    )
    return _with_lights(rows)


def _seen_targets(targets: QuerySet[Target], actor: Actor) -> QuerySet[Target]:
    visible = Item.objects.visible_to(actor)
    return (
        targets.filter(is_seen(visible, "goal"), is_seen(visible, "indicator"))
        .select_related("goal__item", "indicator__item")
        .order_by("goal__item__sort_key", "indicator__item__sort_key", "year", "pk")
    )


def _with_lights(rows: Sequence[Target], today: date | None = None) -> list[tuple[Target, LightReading]]:
    if not rows:
        return []
    ids = {target.indicator_id for target in rows}
    breaks: dict[str, list[str]] = {}
    for indicator_id, period in breaks_of(ids):
        breaks.setdefault(indicator_id, []).append(period)
    return read_targets(rows, city_values(ids), breaks, today)


def visible_targets(targets: QuerySet[Target], actor: Actor) -> list[Target]:
    """Targets of which the actor may see goal and indicator, by the numbers of both. One query."""
    return list(_seen_targets(targets, actor))


def read_targets(
    rows: Iterable[Target],
    values: Mapping[str, Sequence[CityValue]],
    breaks: Mapping[str, Iterable[str]],
    today: date | None = None,
) -> list[tuple[Target, LightReading]]:
    """Targets with their lights, where periods and values of their indicators and the breaks of these are at hand."""
    today = today or clock.today()
    return [
        (
            target,
            read_aim(
                target.aim,
                [PeriodValue(*value) for value in values.get(target.indicator_id, ())],
                breaks.get(target.indicator_id, ()),
                uncertainty=target.indicator.uncertainty,
                today=today,
            ),
        )
        for target in rows
    ]
