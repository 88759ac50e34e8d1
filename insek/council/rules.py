"""Who may adopt an edition, check a matter, keep the way of a paper and the list of criteria."""

from __future__ import annotations

from typing import Any

import rules

from insek.people.actors import Actor, holds
from insek.people.models import Right


@rules.predicate
def of_own_unit(actor: Actor, row: Any) -> bool:
    """The paper or check belongs to the actor's own unit; without a row: the actor belongs to a unit at all."""
    if actor.unit_id is None or not actor.has(Right.EDIT_OWN_MEASURES):
        return False
    return row is None or row.unit_id == actor.unit_id


@rules.predicate
def is_open(actor: Actor, row: Any) -> bool:
    """Not frozen: only a check has a status."""
    return not getattr(row, "is_final", False)


rules.add_rule("council.adopt_edition", holds(Right.ADOPT))
rules.add_rule("council.file_edition", holds(Right.ADOPT))
rules.add_rule("council.explain_deviation", holds(Right.RELEASE))
rules.add_rule("council.see_checks", holds(Right.SEE_INTERNAL))
rules.add_rule("council.edit_check", (holds(Right.EDIT) | of_own_unit) & is_open)
rules.add_rule("council.edit_consultation", holds(Right.EDIT) | of_own_unit)
rules.add_rule("council.edit_criteria", holds(Right.ADOPT))
