"""What the public interface shows of implementation: the state of a measure, the targets of a goal with their lights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import override

from insek import clock
from insek.people.actors import ANONYMOUS
from insek.thread.models import Item
from insek.web.api import Property, register_property

from .light import Light
from .light_words import light_reason, projected_of
from .models import Target
from .queries import assessed_measures, behind_of, targets_of
from .states import MeasureState
from .status_words import GROUNDS, full_reason

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
WHOLE = {"type": ["integer", "null"]}


def _object(description: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": dict(properties),
        "required": list(properties),
    }


def _words(choices: Any) -> str:
    with override("de"):
        return ", ".join(f"`{choice.value}` ({choice.label})" for choice in choices)


STATE = _object(
    "How the measure stands on the day of the answer, by reports and steps that everybody may see; not a column of the "
    "table, since it also changes with time alone. `modified_since` does not notice that.",
    {
        "state": {"type": "string", "enum": MeasureState.values, "description": f"{_words(MeasureState)}."},
        "state_label": {"type": "string", "description": "German label of `state`."},
        "rule": {
            "type": "string",
            "description": "Which rule decided; the page /umsetzung/regeln lists them.",
        },
        "reason": {
            "type": "string",
            "description": "Why, in German; also indicators of its goals that are behind.",
        },
        "rests_on": {"type": "string", "enum": list(GROUNDS), "description": "What the state rests on."},
        "rests_on_date": {
            **TEXT,
            "format": "date",
            "description": "The day of that; null where there is none.",
        },
        "age_days": {**WHOLE, "description": "How many days old that is; null where there is no day."},
        "steps": {"type": "integer", "description": "Planned steps."},
        "steps_done": {"type": "integer"},
        "percent_done": {**WHOLE, "description": "Part of the steps that is done; null without steps."},
    },
)
TARGET = _object(
    "A value that an indicator shall reach, with its traffic light on the day of the answer.",
    {
        "indicator": {"type": "string", "description": "Id of the indicator."},
        "direction": {"type": "string", "enum": Target.Direction.values},
        "value": {"type": "number"},
        "year": {"type": "integer", "description": "Reached at the end of this year."},
        "base_period": {"type": "string"},
        "base_value": {"type": "number"},
        "standing": {"type": "string", "enum": ["fact", "working", "example"]},
        "light": {"type": "string", "enum": Light.values, "description": f"{_words(Light)}."},
        "light_label": {"type": "string", "description": "German label of `light`."},
        "reason": {"type": "string", "description": "Why, in German."},
        "latest_period": TEXT,
        "latest_value": NUMBER,
        "path_value": {**NUMBER, "description": "Where the straight path stands at `latest_period`."},
        "part_expected": {**NUMBER, "description": "Which part of the way should be done by then."},
        "part_done": {**NUMBER, "description": "Which part is done by the line through the values."},
        "part_done_low": {**NUMBER, "description": "Lower end of that with 99 %."},
        "part_done_high": {**NUMBER, "description": "Upper end of that with 99 %."},
        "projected_value": {**NUMBER, "description": "The value in `year` if it goes on like this."},
        "projected_low": {**NUMBER, "description": "Lower end of that with 99 %."},
        "projected_high": {**NUMBER, "description": "Upper end of that with 99 %."},
    },
)
TARGETS = {"type": "array", "description": "Targets set by the goal.", "items": TARGET}


def states(items: Sequence[Item]) -> dict[str, Any]:
    """The public state of each measure. Up to seven queries."""
    today = clock.today()
    behind = behind_of([item.pk for item in items], ANONYMOUS)
    found = {}
    with override("de"):
        for row in assessed_measures(items, ANONYMOUS, today, behind=behind):
            status, ground = row.status, row.status.ground
            found[row.item.pk] = {
                "state": status.state.value,
                "state_label": status.label,
                "rule": status.rule,
                "reason": full_reason(status),
                "rests_on": ground.kind,
                "rests_on_date": ground.on.isoformat() if ground.on else None,
                "age_days": (today - ground.on).days if ground.on else None,
                "steps": status.steps,
                "steps_done": status.steps_done,
                "percent_done": status.percent,
            }
    return found


def targets(items: Sequence[Item]) -> dict[str, Any]:
    """The public targets of each goal. Up to three queries."""
    found: dict[str, list[dict[str, Any]]] = {item.pk: [] for item in items}
    with override("de"):
        for target, reading in targets_of(Target.objects.filter(goal__in=list(found)), ANONYMOUS):
            ahead = [float(round(value, 6)) for value in projected_of(target, reading)]
            projected = ahead or (None, None, None)
            found[target.goal_id].append(
                {
                    "indicator": target.indicator_id,
                    "direction": target.direction,
                    "value": float(target.value),
                    "year": target.year,
                    "base_period": target.base_period,
                    "base_value": float(target.base_value),
                    "standing": target.standing,
                    "light": reading.light.value,
                    "light_label": reading.label,
                    "reason": light_reason(target, reading),
                    "latest_period": reading.latest.period if reading.latest else None,
                    "latest_value": float(reading.latest.value) if reading.latest else None,
                    "path_value": None if reading.path is None else float(round(reading.path, 6)),
                    "part_expected": _rounded(reading.expected),
                    "part_done": _rounded(reading.done),
                    "part_done_low": _rounded(reading.low),
                    "part_done_high": _rounded(reading.high),
                    **dict(
                        zip(("projected_value", "projected_low", "projected_high"), projected, strict=True)
                    ),
                }
            )
    return found


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


register_property("measure", Property("implementation", STATE, states))
register_property("goal", Property("targets", TARGETS, targets))
