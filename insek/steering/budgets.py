"""What can be done with budgets: keep, change, publish and delete one, judge a line, match it to a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from insek.people.actors import Actor, require
from insek.people.locking import claim_version
from insek.thread.models import Item
from insek.thread.pieces import in_pieces
from insek.thread.row_acts import add_row, change_row, remove_row
from insek.thread.setting_up import delete_part, require_deletable, save_part

from .budget_models import BudgetLine, BudgetMatch, BudgetPlan
from .budget_rows import MATCHES

EDIT, PUBLISH = "steering.edit_budget", "steering.publish_budget"


def save_budget(
    plan: BudgetPlan, values: Mapping[str, Any], *, expected_version: int | None, actor: Actor
) -> BudgetPlan:
    """Keep a new budget (``expected_version`` None) or change one. Raises PermissionDenied, Conflict, ValidationError.

    A public one is only changed by who may publish, and is internal again where it becomes a draft.
    """
    if plan.is_public:
        require(actor, PUBLISH)
        if values.get("stage", plan.stage) == BudgetPlan.Stage.DRAFT:
            raise ValidationError({"stage": _("Dieser Haushalt ist öffentlich, ein Entwurf bleibt intern. Bitte zuerst zurückziehen.")})  # fmt: skip
    saved: BudgetPlan = save_part(
        plan, values=dict(values), expected_version=expected_version, actor=actor, right=EDIT
    )
    return saved


def publish_budget(plan: BudgetPlan, *, expected_version: int, actor: Actor) -> int:
    """Let everybody see a budget with the matches that were confirmed so far, also again; gives how many were released.

    Raises PermissionDenied, Conflict, ValidationError for a draft.
    """
    require(actor, PUBLISH)
    if plan.stage == BudgetPlan.Stage.DRAFT:
        raise ValidationError(_("Ein Entwurf bleibt intern. Öffentlich wird ein beschlossener Haushalt."))
    if not plan.is_public:
        save_part(
            plan, values={"is_public": True}, expected_version=expected_version, actor=actor, right=PUBLISH
        )
    return _release(plan, True, actor)


def withdraw_budget(plan: BudgetPlan, *, expected_version: int, actor: Actor) -> None:
    """Make a budget internal again, with its matches. Raises PermissionDenied, Conflict."""
    save_part(plan, values={"is_public": False}, expected_version=expected_version, actor=actor, right=PUBLISH)  # fmt: skip
    _release(plan, False, actor)


def _release(plan: BudgetPlan, is_released: bool, actor: Actor) -> int:
    matches = list(
        BudgetMatch.objects.filter(line__budget_plan=plan, is_released=not is_released).select_related(
            "measure__item", "line__budget_plan"
        )
    )

    def change(some: Sequence[BudgetMatch]) -> None:
        for match in some:
            change_row(
                MATCHES, match, {"is_released": is_released}, expected_version=match.version, actor=actor
            )
            if is_released:
                _pays_a_measure(match.line, actor, PUBLISH)

    in_pieces(matches, change, first=10, smallest=5)
    return len(matches)


def delete_budget(plan: BudgetPlan, *, expected_version: int, actor: Actor) -> None:
    """Take a budget away with its lines; measures keep in their history what was matched.

    Raises PermissionDenied, Conflict, and ValidationError with what rests on it, before anything is gone.
    """
    require_deletable(plan, actor=actor, right=EDIT)
    if plan.is_public:
        withdraw_budget(plan, expected_version=expected_version, actor=actor)
    else:
        with transaction.atomic():
            claim_version(plan, expected_version)
    lines = list(plan.lines.values_list("pk", flat=True))
    in_pieces(lines, lambda some: remove_lines(some, actor))
    with transaction.atomic():
        remove_lines(list(plan.lines.values_list("pk", flat=True)), actor)
        delete_part(plan, expected_version=plan.version, actor=actor, right=EDIT)


def remove_lines(lines: Sequence[str], actor: Actor) -> None:
    """Take lines away, with what was matched, in the transaction of the caller."""
    matched = BudgetMatch.objects.filter(line__in=list(lines)).select_related("measure__item", "line__budget_plan")  # fmt: skip
    for match in matched:
        remove_row(MATCHES, match, expected_version=match.version, actor=actor)
    BudgetLine.objects.filter(pk__in=list(lines)).delete()


def judge_line(
    line: BudgetLine, values: Mapping[str, Any], *, expected_version: int, actor: Actor
) -> BudgetLine:
    """Say of a line whether it is obligatory, and whether it pays no measure. Raises PermissionDenied, Conflict, ValidationError."""
    require(actor, EDIT)
    if values.get("is_without_measure") and line.matches.exists():
        raise ValidationError(_("Diese Zeile ist einer Maßnahme zugeordnet. Bitte lösen Sie zuerst die Zuordnung."))  # fmt: skip
    if line.budget_plan.is_public:
        require(actor, PUBLISH)
    saved: BudgetLine = save_part(
        line, values=dict(values), expected_version=expected_version, actor=actor, right=EDIT
    )
    return saved


def match_line(line: BudgetLine, item: Item, *, actor: Actor, note: str = "") -> BudgetMatch:
    """Say that a line pays a measure. Raises PermissionDenied, Conflict, ValidationError.

    That it pays none, as a public budget says of it, holds there until the match is released.
    """
    with transaction.atomic():
        made: BudgetMatch = add_row(MATCHES, item, {"line": line, "note": note}, actor=actor)
        if made.is_released or not line.budget_plan.is_public:
            _pays_a_measure(line, actor, EDIT)
    return made


def _pays_a_measure(line: BudgetLine, actor: Actor, right: str) -> None:
    """No longer say of a line that it pays no measure; the line may have been read before another match of it was released."""
    said = BudgetLine.objects.filter(pk=line.pk, is_without_measure=True).first() if line.is_without_measure else None  # fmt: skip
    if said is not None:
        save_part(said, values={"is_without_measure": False}, expected_version=said.version, actor=actor, right=right)  # fmt: skip


def unmatch_line(match: BudgetMatch, *, expected_version: int, actor: Actor) -> None:
    """Take a match away; one that is public at once, by who may publish. Raises PermissionDenied, Conflict."""
    if match.is_released:
        require(actor, PUBLISH)
    remove_row(MATCHES, match, expected_version=expected_version, actor=actor)
