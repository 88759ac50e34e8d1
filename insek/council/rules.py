"""Who may adopt an edition, check a matter, keep the way of a paper and the list of criteria."""

from __future__ import annotations

from typing import Any

import rules

from insek.people.actors import Actor, holds
from insek.people.models import Right
from insek.thread.kinds import kind_named
from insek.thread.models import Item


@rules.predicate
def of_own_unit(actor: Actor, item: Item) -> bool:
    """The paper or check of this item belongs to the actor's own unit."""
    if actor.unit_id is None or not actor.has(Right.EDIT_OWN_MEASURES):
        return False
    return bool(kind_named(item.kind).row(item).unit_id == actor.unit_id)


COMMON = frozenset(
    {"number", "title", "text", "title_en", "text_en", "standing", "visibility", "round", "fields", "themes", "source_title", "source_url",
     "source_date", "document", "page", "confidence"}
)  # fmt: skip
OWN_PAPER = COMMON | {"reference", "date", "subject"}
"""What a unit enters of its own papers; that the unit wrote them follows from who enters them."""
OWN_CHECK = COMMON | {
    "paper", "subject", "edition", "weight", "criteria", "weight_reason", "touches_no_goal", "no_goal_reason", "measures",
    "districts", "paragraph",
}  # fmt: skip
"""What a unit enters of its own checks; that one is finished, and when, follows from finishing it."""


def checks_own_paper(check: Any, unit_id: int | None) -> bool:
    """Who acts for a unit checks its papers, and matters without a paper."""
    return check.paper is None or check.paper.unit_id == unit_id


@rules.predicate
def is_open_check(actor: Actor, item: Item) -> bool:
    """The check is not frozen."""
    return not item.concept_check.is_final


@rules.predicate
def is_draft(actor: Actor, edition: Any) -> bool:
    """The edition is still worked on, and nothing of it is public."""
    return edition is not None and edition.status == "draft"


rules.add_rule("council.adopt_edition", holds(Right.ADOPT))
rules.add_rule("council.file_edition", holds(Right.ADOPT))
rules.add_rule("council.explain_deviation", holds(Right.RELEASE))
rules.add_rule("council.see_criteria", holds(Right.SEE_INTERNAL))
rules.add_rule("council.edit_succession", (holds(Right.EDIT) & is_draft) | holds(Right.RELEASE))
rules.add_rule("council.see_next_edition", holds(Right.SEE_INTERNAL))
rules.add_rule("council.work_for_edition", holds(Right.EDIT))
rules.add_rule("council.edit_check", (holds(Right.EDIT) | of_own_unit) & is_open_check)
rules.add_rule("council.confirm_check", holds(Right.RELEASE) & is_open_check)
rules.add_rule("council.edit_group_votes", holds(Right.EDIT))
rules.add_rule("council.edit_consultation", holds(Right.EDIT) | of_own_unit)
rules.add_rule("council.edit_criteria", holds(Right.ADOPT))
