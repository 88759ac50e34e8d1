"""What hangs on papers and checks, declared once: the steps of a paper's way through the bodies, the goals of a check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.actors import Actor
from insek.thread.models import Visibility
from insek.thread.rows import Numbering, RowField, Rows, register_rows

from .answering import mark_who_knows
from .models import CheckGoal, Consultation


def _before_the_decision(step: Consultation, others: Sequence[Consultation]) -> int:
    """A hearing or preliminary step stands before the first decision, a decision at the end."""
    if step.role != Consultation.Role.DECISION:
        for at, other in enumerate(others):
            if other.role == Consultation.Role.DECISION:
                return at
    return len(others)


def held_words(step: Consultation) -> str:
    """Whether the body had the matter before it, in words; empty where nobody has said so."""
    if step.held is None:
        return ""
    return _("lag vor") if step.held else _("lag nicht vor")


def _is_sound(row: CheckGoal, actor: Actor) -> None:
    """Only public goals of the concept, and none where a person found that none is touched."""
    check, goal = row.check_row, row.goal.item
    if goal.visibility != Visibility.PUBLIC or goal.concept_id != check.item.concept_id:
        raise ValidationError(_("Nur veröffentlichte Inhalte: Der Absatz wird öffentlich gelesen."))
    if check.touches_no_goal:
        raise ValidationError(_("Die Prüfung sagt, dass kein Ziel berührt ist. Nehmen Sie das erst zurück."))
    mark_who_knows(row, actor)


def goal_words(row: CheckGoal) -> str:
    """What the matter does to a goal, in one line."""
    return f"{row.goal.item}: {row.get_effect_display()} ({row.get_certainty_display()}). {row.reason}"


def _acts(add: Any, change: Any, remove: Any) -> dict[str, Any]:
    return {"add": add, "change": change, "remove": remove}


CONSULTATIONS = Rows(
    name="consultation",
    table="consultations",
    model_path="council.Consultation",
    kind="paper",
    owner="paper",
    label=gettext_lazy("Beratung"),
    plural=gettext_lazy("Beratungsfolge"),
    note="The way of papers through the bodies (Beratungsfolge).",
    order=52,
    rule="council.edit_consultation",
    acts=_acts(
        gettext_lazy("Beratung eintragen"),
        gettext_lazy("Beratung ändern"),
        gettext_lazy("Beratung herausnehmen"),
    ),
    forms={"add": "consultation-create", "change": "consultation-edit"},
    called_by="body",
    numbered=Numbering("position", _before_the_decision),
    fields=(
        RowField("position", gettext_lazy("Stelle in der Folge"), "Place in the order, from 1."),
        RowField("body", gettext_lazy("Gremium"), "Key of the body.", refers="bodies"),
        RowField("role", gettext_lazy("Was das Gremium tut"), "What the body does."),
        RowField("date", gettext_lazy("Sitzung am"), "Day of the meeting; empty when not scheduled."),
        RowField("result", gettext_lazy("Ergebnis"), "What came out."),
        RowField(
            "held",
            gettext_lazy("Lag die Sache dem Gremium vor?"),
            "Whether the body had the matter before it and could speak, also if it said nothing; empty: not known.",
            required=False,
            if_absent="",
        ),
    ),
)
CHECK_GOALS = Rows(
    name="check_goal",
    table="check_goals",
    model_path="council.CheckGoal",
    kind="concept_check",
    owner="check_row",
    label=gettext_lazy("Berührtes Ziel"),
    plural=gettext_lazy("Berührte Ziele"),
    note="What checked matters do to goals.",
    order=54,
    rule="council.edit_check",
    acts=_acts(
        gettext_lazy("Ziel eintragen"),
        gettext_lazy("Wirkung auf ein Ziel ändern"),
        gettext_lazy("Ziel herausnehmen"),
    ),
    called=goal_words,
    called_by="goal",
    also=("goal",),
    of_item_itself=True,
    released=False,
    check=_is_sound,
    fields=(
        RowField("goal", gettext_lazy("Ziel"), "Id of the goal.", refers="goals"),
        RowField("effect", gettext_lazy("Wirkung auf das Ziel"), "What it does."),
        RowField("reason", gettext_lazy("Wie und warum?"), "How and why, in one sentence."),
        RowField("certainty", gettext_lazy("Wie sicher ist das?"), "How sure that is."),
    ),
)

for _rows in (CONSULTATIONS, CHECK_GOALS):
    register_rows(_rows)
