"""What can be done: plan steps, report, set a state by hand and take it back, set targets.

Each is one act on rows declared in ``rows``; where the measure or goal is public, it is done by who may release it, and else
waits as a proposal (``release.row_proposals``). Raises PermissionDenied, Conflict, ValidationError.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.row_proposals import add_or_propose, change_or_propose, remove_or_propose
from insek.strategy.models import Goal, Measure
from insek.thread.models import Item
from insek.thread.row_acts import in_force

from .models import MeasureTask, StatusOverride, StatusReport, Target
from .rows import OVERRIDES, REPORTS, TARGETS, TASKS


def add_task(measure: Measure, values: Mapping[str, Any], *, actor: Actor) -> MeasureTask | Proposal:
    """Plan a step of a measure, last unless a place is given."""
    return add_or_propose(TASKS, measure.item, {"position": None, **values}, actor=actor)


def change_task(
    task: MeasureTask, values: Mapping[str, Any], *, expected_version: int, actor: Actor
) -> MeasureTask | Proposal:
    """Change a step, or say that it is done."""
    return change_or_propose(TASKS, task, values, expected_version=expected_version, actor=actor)


def remove_task(task: MeasureTask, *, expected_version: int, actor: Actor) -> Proposal | None:
    """Take a step out of the plan; the measure's history keeps it, undoing brings it back."""
    return remove_or_propose(TASKS, task, expected_version=expected_version, actor=actor)


def report_status(measure: Measure, values: Mapping[str, Any], *, actor: Actor) -> StatusReport | Proposal:
    """Add a report on a measure; it keeps the day it was written. One for the administration only never waits."""
    said_today = {"reported_on": clock.today(), **values}
    return add_or_propose(REPORTS, measure.item, said_today, actor=actor)


def override_status(
    measure: Measure, *, state: str, reason: str, expected: str, actor: Actor
) -> StatusOverride:
    """Set the state of a measure by hand; one set before is taken back by it.

    ``expected`` is the key of the override in force when the form was opened, "" for none.
    """
    said = {"state": state, "reason": reason}
    return cast(StatusOverride, add_or_propose(OVERRIDES, measure.item, said, expected=expected, actor=actor))


def take_back_override(measure: Measure, *, expected: str, actor: Actor) -> None:
    """Let the rules decide again. Raises Conflict, also when nothing is set by hand any more."""
    current = in_force(OVERRIDES, measure.item)
    if current is None or current.key != expected:
        raise Conflict(current)
    current.measure = measure
    remove_or_propose(OVERRIDES, current, actor=actor)


def set_target(goal: Goal, values: Mapping[str, Any], *, actor: Actor) -> Target | Proposal:
    """Set a value that an indicator of the goal shall reach; only where a link says that it measures the goal."""
    return add_or_propose(TARGETS, goal.item, values, actor=actor)


def change_target(
    target: Target, values: Mapping[str, Any], *, expected_version: int, actor: Actor
) -> Target | Proposal:
    """Change a target."""
    return change_or_propose(TARGETS, target, values, expected_version=expected_version, actor=actor)


def remove_target(target: Target, *, expected_version: int, actor: Actor) -> Proposal | None:
    """Take a target away; the history of the goal keeps it, undoing brings it back."""
    return remove_or_propose(TARGETS, target, expected_version=expected_version, actor=actor)


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
