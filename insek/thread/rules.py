"""Who may do what with items and links. Right follows from role and, for measures, from the own unit."""

from __future__ import annotations

from typing import Any

import rules

from insek.people.actors import Actor, holds
from insek.people.models import Right


@rules.predicate
def sees(actor: Actor, item: Any) -> bool:
    """The gate lets this actor see the item."""
    from .models import Item

    return item is not None and Item.objects.visible_to(actor).filter(pk=item.pk).exists()


@rules.predicate
def owns(actor: Actor, item: Any) -> bool:
    """The item's own row names the actor's unit as responsible."""
    if item is None or actor.unit_id is None or not actor.has(Right.EDIT_OWN_MEASURES):
        return False
    from .kinds import kind_named

    return getattr(kind_named(item.kind).row(item), "responsible_id", None) == actor.unit_id


@rules.predicate
def stays_unpublished(actor: Actor, item: Any) -> bool:
    """The item is not public, or the actor may withdraw what is public."""
    return item is None or item.visibility != "public" or actor.has(Right.RELEASE)


@rules.predicate
def proposed(actor: Actor, proposal: Any) -> bool:
    """The actor wrote this proposal."""
    return proposal is not None and actor.user_id is not None and proposal.author_id == actor.user_id


@rules.predicate
def lost_its_item(actor: Actor, proposal: Any) -> bool:
    """The item of the proposal is gone, and the actor may clear such proposals away."""
    from .models import Item

    return (
        proposal is not None
        and actor.has(Right.RELEASE)
        and not Item.objects.filter(pk=proposal.item_id).exists()
    )


rules.add_rule("thread.create_item", holds(Right.EDIT))
rules.add_rule("thread.edit_item", holds(Right.EDIT) | owns)
rules.add_rule("thread.release_item", holds(Right.RELEASE))
rules.add_rule("thread.delete_item", holds(Right.DELETE) & stays_unpublished)
rules.add_rule("thread.link_items", holds(Right.LINK))
rules.add_rule("thread.see_history", holds(Right.SEE_HISTORY))
rules.add_rule("concept.set_up", holds(Right.RELEASE))
rules.add_rule(
    "thread.restore_item", holds(Right.EDIT) & holds(Right.SEE_INTERNAL) & holds(Right.SEE_HISTORY)
)
rules.add_rule("thread.see_gaps", holds(Right.SEE_INTERNAL))
rules.add_rule("thread.revise_proposal", proposed)
rules.add_rule("thread.withdraw_proposal", proposed | lost_its_item)
