"""What can be done: plan steps, report, set a state by hand and take it back, set targets.

Where the measure or goal is public, it takes the right to release, or a proposal (``releasing``).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version
from insek.strategy.models import Goal, Measure
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change, Item, Link
from insek.thread.services import require_release_of

from .models import MeasureTask, StatusOverride, StatusReport, Target


def add_task(measure: Measure, values: dict[str, Any], *, actor: Actor) -> MeasureTask:
    """Plan a step of a measure, last unless a place is given. Raises PermissionDenied, ValidationError."""
    require(actor, "steering.plan_steps", measure.item)
    require_release_of(actor, measure.item)
    task = MeasureTask(measure=measure, position=0)
    _assign(task, values)
    with transaction.atomic():
        if not task.position:
            last = measure.tasks.aggregate(last=Max("position"))["last"]
            task.position = (last or 0) + 1
        task.full_clean()
        task.save()
        _record(measure.item, "measure_task", None, task_words(task), actor)
    return task


def change_task(
    task: MeasureTask, values: dict[str, Any], *, expected_version: int, actor: Actor
) -> MeasureTask:
    """Change a step. Raises Conflict, PermissionDenied, ValidationError."""
    require(actor, "steering.plan_steps", task.measure.item)
    require_release_of(actor, task.measure.item)
    before = task_words(MeasureTask.objects.select_related("unit").get(pk=task.pk))
    _assign(task, values)
    task.position = task.position or 1
    task.full_clean()
    with transaction.atomic():
        claim_version(task, expected_version)
        task.save()
        _record(task.measure.item, "measure_task", before, task_words(task), actor)
    return task


def remove_task(task: MeasureTask, *, expected_version: int, actor: Actor) -> None:
    """Take a step out of the plan; the measure's history keeps it."""
    require(actor, "steering.plan_steps", task.measure.item)
    require_release_of(actor, task.measure.item)
    with transaction.atomic():
        claim_version(task, expected_version)
        _record(task.measure.item, "measure_task", task_words(task), None, actor)
        task.delete()


def report_status(measure: Measure, values: dict[str, Any], *, actor: Actor) -> StatusReport:
    """Add a report on a measure, dated today; it speaks for the actor's unit, else for the responsible one."""
    require(actor, "steering.report", measure.item)
    report = StatusReport(measure=measure, author_id=actor.user_id)
    _assign(report, values)
    report.unit_id = actor.unit_id or measure.responsible_id
    if not report.is_internal:
        require_release_of(actor, measure.item)
    report.full_clean(exclude={"author"})
    with transaction.atomic():
        report.save()
        _record(measure.item, "status_report", None, report_words(report), actor)
    return report


def override_status(
    measure: Measure, *, state: str, reason: str, expected: str, actor: Actor
) -> StatusOverride:
    """Set the state of a measure by hand; one set before is taken back by it.

    ``expected`` is the key of the override in force when the form was opened, "" for none.
    Raises Conflict, PermissionDenied, ValidationError.
    """
    require(actor, "steering.override_status", measure.item)
    override = StatusOverride(measure=measure, author_id=actor.user_id)
    _assign(override, {"state": state, "reason": reason})
    override.full_clean(exclude={"author", "taken_back_by"}, validate_constraints=False)
    with transaction.atomic():
        current = _override_in_force(measure, expected)
        if current is not None:
            _take_back(current, actor)
        override.save()
        before = override_words(current) if current else None
        _record(measure.item, "status_override", before, override_words(override), actor)
    return override


def take_back_override(measure: Measure, *, expected: str, actor: Actor) -> None:
    """Let the rules decide again. Raises Conflict, also when nothing is set by hand any more."""
    require(actor, "steering.override_status", measure.item)
    with transaction.atomic():
        current = _override_in_force(measure, expected)
        if current is None:
            raise Conflict(None)
        _take_back(current, actor)
        _record(measure.item, "status_override", override_words(current), None, actor)


def set_target(target: Target, values: dict[str, Any], *, expected_version: int, actor: Actor) -> Target:
    """Set a value that an indicator of the goal shall reach, or change one.

    Raises Conflict, PermissionDenied, and ValidationError, also where no arrow says that the goal is measured by the
    indicator.
    """
    require(actor, "steering.set_target", target.goal.item)
    require_release_of(actor, target.goal.item)
    new = target.pk is None
    before = None if new else target_words(Target.objects.select_related("indicator__item").get(pk=target.pk))
    _assign(target, values)
    target.full_clean()
    measured = Link.objects.filter(
        source=target.goal_id, target=target.indicator_id, kind="measured_by"
    ).exists()
    if not measured:
        raise ValidationError({"indicator": _("Das Ziel wird nicht an diesem Indikator gemessen.")})
    with transaction.atomic():
        if not new:
            claim_version(target, expected_version)
        target.save()
        _record(target.goal.item, "target", before, target_words(target), actor)
    return target


def validate_goal_year(item: Item, goal: Goal) -> None:
    """A goal's year may not come before that of a target. One query where it has a year. Raises ValidationError."""
    if goal.horizon_year is None:
        return
    latest = Target.objects.filter(goal=item.pk).aggregate(latest=Max("year"))["latest"]
    if latest is not None and latest > goal.horizon_year:
        raise ValidationError(
            {
                "horizon_year": _(
                    "Für dieses Ziel ist ein Zielwert bis %(year)s gesetzt, das Jahr des Zieles darf nicht davor liegen. "
                    "Ändern Sie zuerst den Zielwert."
                )
                % {"year": latest}
            }
        )


def remove_target(target: Target, *, expected_version: int, actor: Actor) -> None:
    """Take a target away; the history of the goal keeps it."""
    require(actor, "steering.set_target", target.goal.item)
    require_release_of(actor, target.goal.item)
    with transaction.atomic():
        claim_version(target, expected_version)
        _record(target.goal.item, "target", target_words(target), None, actor)
        target.delete()


def task_words(task: MeasureTask) -> str:
    """A step in one line, for the history."""
    parts = [f"{task.position}. {task.title}"]
    if task.due:
        parts.append(_("bis %(date)s") % {"date": task.due.isoformat()})
    if task.done:
        parts.append(_("erledigt am %(date)s") % {"date": task.done.isoformat()})
    if task.unit:
        parts.append(str(task.unit))
    return ", ".join(parts)


def report_words(report: StatusReport) -> str:
    """Everything a report says, for the history and its release."""
    spent = ""
    if report.spent_eur is not None:
        amount = number_format(report.spent_eur, force_grouping=True)
        spent = _("bisher ausgegeben: %(amount)s Euro") % {"amount": amount}
    unit = str(report.unit or "")
    parts = [str(report), report.happened, report.next_step, report.obstacles, spent, unit]
    return " · ".join(filter(None, parts))


def override_words(override: StatusOverride) -> str:
    """A state set by hand in one line, for the history."""
    return f"{override.get_state_display()}: {override.reason}"


def target_words(target: Target) -> str:
    """Everything a target says, for the history and its release."""
    way = f"{target.base_value.normalize():f} ({target.base_period}) → {target.value.normalize():f} ({target.year})"
    source = ", ".join(filter(None, [target.source_title, target.source_url]))
    parts = [
        f"{target.indicator.item.title}: {target.get_direction_display()}, {way}",
        str(target.get_standing_display()),
    ]
    parts += [_("Quelle: %(source)s") % {"source": source}] if source else []
    return " · ".join(filter(None, [*parts, target.note]))


def _assign(row: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        value = clean_text(value)
        value = value.strip() if isinstance(value, str) else value
        limit = getattr(row._meta.get_field(name), "max_length", None)
        if (
            isinstance(value, str) and limit is not None and len(value) > limit
        ):  # of long texts only forms ask it
            told = _("Bitte höchstens %(limit)s Zeichen schreiben; es sind %(length)s.")
            raise ValidationError({name: told % {"limit": limit, "length": len(value)}})
        setattr(row, name, value)


def _override_in_force(measure: Measure, expected: str) -> StatusOverride | None:
    current = StatusOverride.objects.select_for_update().filter(measure=measure, taken_back_on=None).first()
    if (current.key if current else "") != expected:
        raise Conflict(current)
    return current


def _take_back(override: StatusOverride, actor: Actor) -> None:
    override.taken_back_on, override.taken_back_by_id = clock.today(), actor.user_id
    override.save(update_fields=["taken_back_on", "taken_back_by"])


def _record(item: Item, name: str, before: str | None, after: str | None, actor: Actor) -> None:
    """One line in the history of the measure or goal; nothing where nothing changed."""
    if before != after:
        history.record(item, Change.Action.UPDATED, actor=actor, changed={name: [before, after]})
