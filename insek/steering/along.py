"""What of implementation and targets the public sees once a measure, goal or indicator is public: named before its release."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.people.actors import Actor
from insek.release.waiting_changes import Along, register_along
from insek.thread.models import Item, Visibility

from .models import MeasureTask, StatusOverride, StatusReport, Target
from .services import override_words, report_words, target_words, task_words


def along_measure(item: Item, actor: Actor) -> list[Along]:
    """Steps, reports for everybody and states set by hand. Three queries for a measure."""
    if item.kind != "measure":
        return []
    tasks = [task_words(task) for task in MeasureTask.objects.filter(measure=item.pk).select_related("unit")]
    reports = StatusReport.objects.filter(measure=item.pk, is_internal=False).select_related("unit")
    overrides = StatusOverride.objects.filter(measure=item.pk)
    found = [
        Along(_("Die Schritte von"), str(item), item.url, tasks),
        Along(_("Die Berichte zu"), str(item), item.url, [report_words(report) for report in reports]),
        Along(_("Der von Hand gesetzte Stand von"), str(item), item.url, [_override(row) for row in overrides]),
    ]  # fmt: skip
    return [along for along in found if along.words]


def _override(row: StatusOverride) -> str:
    days = [row.set_on.isoformat(), row.taken_back_on.isoformat() if row.taken_back_on else ""]
    return f"{' – '.join(filter(None, days))}: {override_words(row)}"


def along_targets(item: Item, actor: Actor) -> list[Along]:
    """Targets whose other end is public already. One query for a goal or an indicator."""
    other = {"goal": "indicator", "indicator": "goal"}.get(item.kind)
    if other is None:
        return []
    public = {f"{other}__item__visibility": Visibility.PUBLIC}
    targets = Target.objects.filter(**{item.kind: item.pk}, **public).select_related(
        "indicator__item", "goal__item"
    )
    return [
        Along(_("Der Zielwert bei"), str(target.goal.item), target.goal.item.url, [target_words(target)])
        for target in targets
    ]


register_along(along_measure)
register_along(along_targets)
