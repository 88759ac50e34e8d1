"""What the pages of measures, goals and indicators show of implementation and targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import rules
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.evidence.pages import add_path
from insek.items.pages import Filter, add_actions, add_filters, add_to_detail
from insek.thread.models import Item, ItemQuerySet
from insek.web.charts import Point
from insek.web.display import date_words, number_words, period_words

from .light import LightReading
from .light_words import light_reason, outlook_of
from .models import MeasureTask, StatusOverride, StatusReport, Target
from .queries import assessed_measures, behind_of, status_facts, targets_of
from .states import MeasureState
from .status import Status, status_of
from .status_words import behind_words, ground_words, percent_words
from .status_words import status_reason as reason_of_state

REPORTS_SHOWN = 5
"""Reports on the page of a measure; a page of their own has them all."""
TARGETS_SHOWN = 20


def shown_status(status: Status, today: date) -> dict[str, Any]:
    """A state as sign, word and sentence, with what it rests on and how old that is."""
    return {
        "state": status.state.value,
        "label": status.label,
        "icon": status.icon,
        "reason": reason_of_state(status),
        "behind": behind_words(status),
        "ground": ground_words(status, today),
        "steps": percent_words(status),
        "by_hand": status.by_hand,
    }


def shown_task(task: MeasureTask, today: date) -> dict[str, Any]:
    """A step with its date in words and its state."""
    if task.done:
        when, state = _("erledigt am %(date)s") % {"date": date_words(task.done)}, "done"
    elif task.due:
        state = "late" if task.due < today else "open"
        words = _("überfällig seit %(date)s") if state == "late" else _("bis %(date)s")
        when = words % {"date": date_words(task.due)}
    else:
        when, state = _("ohne Termin"), "open"
    icon = {"done": "check", "late": "warning", "open": "calendar"}[state]
    return {
        "key": task.key,
        "title": task.title,
        "when": when,
        "state": state,
        "icon": icon,
        "unit": task.unit,
    }


def shown_report(report: StatusReport) -> dict[str, Any]:
    """A report with its words, day and unit."""
    spent = ""
    if report.spent_eur is not None:
        spent = _("%(amount)s Euro") % {"amount": number_format(report.spent_eur, force_grouping=True)}
    return {
        "date": date_words(report.reported_on),
        "state": report.get_state_display(),
        "happened": report.happened,
        "next_step": report.next_step,
        "obstacles": report.obstacles,
        "spent": spent,
        "unit": str(report.unit or ""),
        "is_internal": report.is_internal,
    }


def measure_steering(asker: Asker, item: Item) -> dict[str, Any]:
    """State, steps and reports of a measure. Four queries, and two where goals have targets."""
    actor, today = asker.actor, clock.today()
    tasks = list(MeasureTask.objects.filter(measure=item.pk).select_related("unit"))
    reports = list(
        StatusReport.objects.visible_to(actor)
        .filter(measure=item.pk)
        .select_related("unit")[: REPORTS_SHOWN + 1]
    )
    override = StatusOverride.objects.filter(measure=item.pk, taken_back_on=None).first()
    behind = behind_of([item.pk], actor).get(item.pk, ())
    latest = reports[0] if reports else None
    status = status_of(status_facts(item.measure, tasks, latest, override, today, behind=behind))
    may_plan = rules.test_rule("steering.plan_steps", actor, item)
    may_override = rules.test_rule("steering.override_status", actor)
    return {
        "added_sections": ["steering/_measure.html"],
        "status": shown_status(status, today),
        "tasks": [
            {
                **shown_task(task, today),
                "edit_url": reverse("task-edit", args=[item.pk, task.key]) if may_plan else "",
            }
            for task in tasks
        ],
        "task_url": reverse("task-create", args=[item.pk]) if may_plan else "",
        "reports": [shown_report(report) for report in reports[:REPORTS_SHOWN]],
        "more_reports": len(reports) > REPORTS_SHOWN,
        "reports_url": reverse("report-list", args=[item.pk]),
        "report_url": reverse("report-create", args=[item.pk]) if may_plan else "",
        "override_url": reverse("status-override", args=[item.pk]) if may_override else "",
        "take_back_url": reverse("status-take-back", args=[item.pk]) if may_override and override else "",
    }


def target_rows(rows: Sequence[tuple[Target, LightReading]], edits: bool = False) -> list[dict[str, Any]]:
    """Targets with their lights, in words."""
    return [
        {
            "light": reading.light.value,
            "label": reading.label,
            "icon": reading.icon,
            "reason": light_reason(target, reading),
            "outlook": outlook_of(target, reading),
            "goal": target.goal.item,
            "indicator": target.indicator.item,
            "indicator_title": target.indicator.title_text,
            "words": words_of(target),
            "base": _("Ausgangswert %(period)s: %(value)s")
            % {
                "period": period_words(target.base_period),
                "value": number_words(target.base_value, target.indicator.decimals),
            },
            "standing": target.standing,
            "visibility": "public",
            "note": target.note,
            "source_title": target.source_title or target.source_url,
            "source_url": target.source_url,
            "edit_url": reverse("target-edit", args=[target.goal_id, target.key]) if edits else "",
        }
        for target, reading in rows
    ]


def words_of(target: Target) -> str:
    """What shall be reached, such as: mindestens 13,6 % bis 2035; and how that relates to the year of the goal."""
    words = _("%(direction)s %(value)s %(unit)s bis %(year)s") % {
        "direction": target.get_direction_display(),
        "value": number_words(target.value, target.indicator.decimals),
        "unit": target.indicator.unit_text,
        "year": target.year,
    }
    year = target.goal.horizon_year
    if target.is_interim:
        words += " " + _("(Zwischenwert; das Ziel gilt bis %(year)s)") % {"year": year}
    elif target.contradicts_goal:
        words += " " + _("(widerspricht dem Ziel, das bis %(year)s gilt)") % {"year": year}
    return words


def goal_targets(asker: Asker, item: Item) -> dict[str, Any]:
    """The targets of a goal with their lights. Three queries where there are any."""
    actor = asker.actor
    may_set = rules.test_rule("steering.set_target", actor)
    rows = targets_of(Target.objects.filter(goal=item.pk), actor)[:TARGETS_SHOWN]
    if not rows and not may_set:
        return {}
    return {
        "added_sections": ["steering/_targets.html"],
        "targets": target_rows(rows, edits=may_set),
        "target_url": reverse("target-create", args=[item.pk]) if may_set else "",
        "shows_goal": False,
    }


def indicator_targets(asker: Asker, item: Item) -> dict[str, Any]:
    """The targets that goals set for an indicator."""
    rows = _indicator_rows(asker, item)
    if not rows:
        return {}
    return {
        "added_sections": ["steering/_targets.html"],
        "targets": target_rows(rows[:TARGETS_SHOWN]),
        "shows_goal": True,
    }


def _indicator_rows(asker: Asker, item: Item) -> list[tuple[Target, LightReading]]:
    """The targets of an indicator with their lights; read once a request."""
    return asker.once(
        f"targets of {item.pk}",
        lambda: targets_of(Target.objects.filter(indicator=item.pk), asker.actor),
    )


def target_path(asker: Asker, item: Item) -> list[Point]:
    """The paths from base to target, for the chart of the indicator."""
    points = []
    for target, _reading in _indicator_rows(asker, item):
        points += [
            Point(
                date=target.base_period,
                value=float(target.base_value),
                label=_("Ausgangswert, %(period)s") % {"period": period_words(target.base_period)},
                series=target.key,
            ),
            Point(
                date=str(target.year),
                value=float(target.value),
                label=_("Zielwert, %(year)s") % {"year": target.year},
                series=target.key,
            ),
        ]
    return points


def measure_actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Report on a measure."""
    if rules.test_rule("steering.report", asker.actor, item):
        return [(reverse("report-create", args=[item.pk]), _("Bericht geben"))]
    return []


def state_filter(asker: Asker) -> list[Filter]:
    """Measures by their state, as far as the reader may know. Four queries, where one is chosen."""

    def apply(items: ItemQuerySet, value: str) -> ItemQuerySet:
        rows = assessed_measures(items.select_related("measure"), asker.actor)
        return items.filter(pk__in=[row.item.pk for row in rows if row.status.state == value])

    return [Filter("stand", _("Stand"), lambda asker: MeasureState.choices, apply)]


def target_filter(asker: Asker) -> list[Filter]:
    """Goals by whether they have a target of an indicator that the reader may see."""

    def apply(items: ItemQuerySet, value: str) -> ItemQuerySet:
        visible = Item.objects.visible_to(asker.actor).filter(kind="indicator")
        targets = Target.objects.filter(indicator__in=visible.values("pk")).values("goal")
        return items.filter(pk__in=targets) if value == "mit" else items.exclude(pk__in=targets)

    choices = [("mit", _("mit Zielwert")), ("ohne", _("ohne Zielwert"))]
    return [Filter("zielwert", _("Zielwert"), lambda asker: choices, apply)]


add_to_detail("measure", measure_steering)
add_filters("measure", state_filter)
add_filters("goal", target_filter)
add_to_detail("goal", goal_targets)
add_to_detail("indicator", indicator_targets)
add_actions("measure", measure_actions)
add_path(target_path)
