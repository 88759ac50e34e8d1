"""Steps, reports and targets of what is public wait for their release, unless whoever acts may release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from insek import clock
from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.release.acts import Act, register_act
from insek.release.models import Proposal
from insek.release.releases import act_or_propose
from insek.release.restore import as_plain, of_model
from insek.strategy.models import Measure
from insek.thread.models import Item, Visibility

from . import services
from .models import MeasureTask, StatusReport, Target


def waits(item: Item, actor: Actor) -> bool:
    """Whether what the actor does here stands in public only after its release."""
    return item.visibility == Visibility.PUBLIC and not rules.test_rule("thread.release_item", actor)


def report(measure: Measure, values: dict[str, Any], *, actor: Actor) -> StatusReport | Proposal:
    """Report on a measure; what only the administration reads needs no release. It keeps the day it was written."""
    values = {**values, "reported_on": clock.today()}

    def perform() -> StatusReport:
        return services.report_status(measure, values, actor=actor)

    if values.get("is_internal"):
        return perform()
    return act_or_propose("status_report", measure.item, as_plain(values), actor=actor, perform=perform)


def add_task(measure: Measure, values: dict[str, Any], *, actor: Actor) -> MeasureTask | Proposal:
    """Plan a step."""
    return act_or_propose(
        "task_add", measure.item, as_plain(values), actor=actor,
        perform=lambda: services.add_task(measure, values, actor=actor),
    )  # fmt: skip


def change_task(
    task: MeasureTask, values: dict[str, Any], *, expected_version: int, actor: Actor
) -> MeasureTask | Proposal:
    """Change a step, or say that it is done."""
    payload = {"key": task.key, "version": expected_version, "values": as_plain(values)}
    return act_or_propose(
        "task_change", task.measure.item, payload, actor=actor,
        perform=lambda: services.change_task(task, values, expected_version=expected_version, actor=actor),
    )  # fmt: skip


def remove_task(task: MeasureTask, *, expected_version: int, actor: Actor) -> Proposal | None:
    """Take a step out of the plan."""
    payload = {"key": task.key, "version": expected_version}
    return act_or_propose(
        "task_remove", task.measure.item, payload, actor=actor,
        perform=lambda: services.remove_task(task, expected_version=expected_version, actor=actor),
    )  # fmt: skip


def set_target(
    target: Target, values: dict[str, Any], *, expected_version: int, actor: Actor
) -> Target | Proposal:
    """Set a target, or change one."""
    key = target.key if target.pk is not None else ""
    payload = {"key": key, "version": expected_version, "values": as_plain(values)}
    return act_or_propose(
        "target_set", target.goal.item, payload, actor=actor,
        perform=lambda: services.set_target(target, values, expected_version=expected_version, actor=actor),
    )  # fmt: skip


def remove_target(target: Target, *, expected_version: int, actor: Actor) -> Proposal | None:
    """Take a target away."""
    payload = {"key": target.key, "version": expected_version}
    return act_or_propose(
        "target_remove", target.goal.item, payload, actor=actor,
        perform=lambda: services.remove_target(target, expected_version=expected_version, actor=actor),
    )  # fmt: skip


def _task(item: Item, payload: dict[str, Any]) -> MeasureTask:
    task = MeasureTask.objects.select_related("measure__item").filter(key=payload["key"]).first()
    if task is None or task.measure_id != item.pk:
        raise Conflict(None)
    return task


def _target(item: Item, payload: dict[str, Any]) -> Target:
    target = Target.objects.select_related("goal__item", "indicator__item").filter(key=payload["key"]).first()
    if target is None or target.goal_id != item.pk:
        raise Conflict(None)
    return target


def _report(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    services.report_status(item.measure, of_model(StatusReport, payload), actor=actor)


def _add_task(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    services.add_task(item.measure, of_model(MeasureTask, payload), actor=actor)


def _change_task(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    services.change_task(
        _task(item, payload),
        of_model(MeasureTask, payload["values"]),
        expected_version=payload["version"],
        actor=actor,
    )


def _remove_task(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    services.remove_task(_task(item, payload), expected_version=payload["version"], actor=actor)


def _set_target(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    target = _target(item, payload) if payload["key"] else Target(goal=item.goal)
    services.set_target(
        target, of_model(Target, payload["values"]), expected_version=payload["version"], actor=actor
    )


def _remove_target(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    services.remove_target(_target(item, payload), expected_version=payload["version"], actor=actor)


def _form(name: str) -> Callable[[Item, dict[str, Any]], str]:
    return lambda item, payload: reverse(
        name, args=[item.pk, *([payload["key"]] if "key" in payload else [])]
    )


def _target_form(item: Item, payload: dict[str, Any]) -> str:
    return (
        reverse("target-edit", args=[item.pk, payload["key"]])
        if payload["key"]
        else reverse("target-create", args=[item.pk])
    )


for _act in (
    Act("status_report", _("Bericht zur Maßnahme"), _report, form_at=_form("report-create")),
    Act("task_add", _("Schritt anlegen"), _add_task, form_at=_form("task-create")),
    Act("task_change", _("Schritt ändern"), _change_task, form_at=_form("task-edit")),
    Act("task_remove", _("Schritt löschen"), _remove_task),
    Act("target_set", _("Zielwert setzen"), _set_target, form_at=_target_form),
    Act("target_remove", _("Zielwert löschen"), _remove_target),
):
    register_act(_act)
