"""What the pages of measures, goals and indicators show of implementation and targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import rules
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.evidence.pages import add_path
from insek.items.pages import Filter, add_actions, add_filters, add_to_detail, ask_with_detail, is_beside
from insek.items.row_order import order_url
from insek.items.why import EntryState, add_states
from insek.people.prepared import prepared
from insek.strategy.pages import years
from insek.thread.models import Item, ItemQuerySet
from insek.web.charts import Point
from insek.web.display import date_words, number_words, period_words

from .how_far import light_of
from .light import Light, LightReading
from .light_words import light_reason, outlook_of, words_of
from .models import MeasureTask, StatusOverride, StatusReport, Target
from .queries import assessed_measures, behind_of, status_facts, targets_at, targets_of, targets_served
from .rows import TASKS
from .states import MeasureState
from .status import Status, status_of
from .status_words import behind_words, ground_words, percent_words
from .status_words import status_reason as reason_of_state

REPORTS_SHOWN = 5
"""Reports on the page of a measure; a page of their own has them all."""
TARGETS_SHOWN = 20
GOING, GOING_STATES = "going", {MeasureState.ON_TRACK, MeasureState.COMPLETED}
"""What the address calls measures that go as planned or are done."""
NEAR, NEAR_LIGHTS = "near", {Light.GREEN, Light.REACHED}
"""What the address calls goals that come near enough or are reached."""


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


def state_words(report: StatusReport) -> str:
    """The state of a report, with the reason where the measure is put off."""
    state = report.get_state_display()
    return f"{state} ({report.get_deferred_for_display()})" if report.deferred_for else state


def unit_words(report: StatusReport) -> str:
    """The unit for which a report speaks; where others wrote it in its name, that is said."""
    if report.unit is None or not report.on_behalf:
        return str(report.unit or "")
    return _("für %(unit)s, eingetragen von der Projektleitung") % {"unit": report.unit}


def shown_report(report: StatusReport) -> dict[str, Any]:
    """A report with its words, day and unit."""
    spent = ""
    if report.spent_eur is not None:
        spent = _("%(amount)s Euro") % {"amount": number_format(report.spent_eur, force_grouping=True)}
    return {
        "date": date_words(report.reported_on),
        "state": state_words(report),
        "happened": report.happened,
        "next_step": report.next_step,
        "obstacles": report.obstacles,
        "spent": spent,
        "unit": unit_words(report),
        "is_internal": report.is_internal,
    }


def _set_by_hand(measure: Any) -> QuerySet[StatusOverride]:
    return StatusOverride.objects.filter(measure=measure, taken_back_on=None)


def _steps_of(measure: Any) -> QuerySet[MeasureTask]:
    return MeasureTask.objects.filter(measure=measure)


def _reports_of(measure: Any) -> QuerySet[StatusReport]:
    return StatusReport.objects.filter(measure=measure)


def measure_steering(asker: Asker, item: Item) -> dict[str, Any]:
    """State, steps and reports of a measure. A query for each sort of rows there is, and two where goals have targets."""
    actor, today = asker.actor, clock.today()
    tasks: list[MeasureTask] = []
    if is_beside(item, "steps"):
        tasks = prepared("steps", lambda pk: _steps_of(pk).select_related("unit"), item.pk)
    reports: list[StatusReport] = []
    if is_beside(item, "reports"):
        reports = prepared(
            ("reports", actor.sees_internal),
            lambda pk: (
                StatusReport.objects.visible_to(actor)
                .filter(measure=pk)
                .select_related("unit")[: REPORTS_SHOWN + 1]
            ),
            item.pk,
        )
    override = None
    if is_beside(item, "overrides"):
        override = next(iter(prepared("state set by hand", _set_by_hand, item.pk)), None)
    behind: tuple[tuple[str, str], ...] = ()
    if is_beside(item, "targets_served"):
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
        "task_order_url": order_url(TASKS, item) if may_plan and len(tasks) > 1 else "",
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
    if not is_beside(item, "targets"):
        return []
    return asker.once(f"targets of {item.pk}", lambda: targets_at(item, asker.actor))


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


def measure_states(asker: Asker, items: list[Item]) -> dict[str, EntryState]:
    """How measures stand and when they run, where they are neighbours of an item. Three queries."""
    return {
        row.item.pk: EntryState(
            {"name": row.status.state.value, "icon": row.status.icon, "label": row.status.label},
            years(row.measure),
            str(row.measure.responsible or ""),
        )
        for row in assessed_measures(items, asker.actor)
    }


def measure_actions(asker: Asker, item: Item) -> list[tuple[str, Any]]:
    """Report on a measure."""
    if rules.test_rule("steering.report", asker.actor, item):
        return [(reverse("report-create", args=[item.pk]), _("Bericht geben"))]
    return []


def state_filter(asker: Asker) -> list[Filter]:
    """Measures by their state, as far as the reader may know. Four queries, where one is chosen."""

    def apply(items: ItemQuerySet, value: str) -> ItemQuerySet:
        measures = items.visible_to(asker.actor).filter(kind="measure", concept=asker.concept)
        rows = assessed_measures(measures.select_related("measure"), asker.actor)
        wanted = GOING_STATES if value == GOING else {value}
        return items.filter(pk__in=[row.item.pk for row in rows if row.status.state in wanted])

    choices: list[tuple[str, Any]] = [*MeasureState.choices, (GOING, _("nach Plan oder abgeschlossen"))]
    return [Filter("stand", _("Stand"), lambda asker: choices, apply)]


def target_filter(asker: Asker) -> list[Filter]:
    """Goals by whether they have a target of an indicator that the reader may see, and by the light that speaks for them."""

    def apply(items: ItemQuerySet, value: str) -> ItemQuerySet:
        visible = Item.objects.visible_to(asker.actor).filter(kind="indicator")
        targets = Target.objects.filter(indicator__in=visible.values("pk")).values("goal")
        return items.filter(pk__in=targets) if value == "mit" else items.exclude(pk__in=targets)

    def by_light(items: ItemQuerySet, value: str) -> ItemQuerySet:
        goals = items.filter(kind="goal", concept=asker.concept)
        readings: dict[str, list[LightReading]] = {}
        for target, reading in targets_of(Target.objects.filter(goal__in=goals.values("pk")), asker.actor):
            readings.setdefault(target.goal_id, []).append(reading)
        wanted = NEAR_LIGHTS if value == NEAR else {value}
        return items.filter(pk__in=[pk for pk, read in readings.items() if light_of(read) in wanted])

    choices = [("mit", _("mit Zielwert")), ("ohne", _("ohne Zielwert"))]
    lights: list[tuple[str, Any]] = [*Light.choices, (NEAR, _("auf Kurs oder erreicht"))]
    return [
        Filter("zielwert", _("Zielwert"), lambda asker: choices, apply),
        Filter("ampel", _("Ampel"), lambda asker: lights, by_light),
    ]


ask_with_detail("measure", "steps", _steps_of)
ask_with_detail("measure", "reports", _reports_of)
ask_with_detail("measure", "overrides", _set_by_hand)
ask_with_detail("measure", "targets_served", targets_served)
add_to_detail("measure", measure_steering)
add_filters("measure", state_filter)
add_states(
    "measure",
    measure_states,
    columns=(
        "measure__type",
        "measure__start_year",
        "measure__end_year",
        "measure__responsible__name",
        "measure__responsible__name_en",
    ),
)
add_filters("goal", target_filter)
ask_with_detail("indicator", "targets", lambda pk: Target.objects.filter(indicator=pk))
add_to_detail("indicator", indicator_targets)
add_actions("measure", measure_actions)
add_path(target_path)
