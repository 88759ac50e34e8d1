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

    kind = kind_named(item.kind)
    return bool(kind.owner) and getattr(kind.row(item), f"{kind.owner}_id") == actor.unit_id


@rules.predicate
def begins_own(actor: Actor, kind: Any) -> bool:
    """The actor belongs to a unit, and units enter items of this kind (its name) themselves."""
    from .kinds import kind_named

    if kind is None or actor.unit_id is None or not actor.has(Right.EDIT_OWN_MEASURES):
        return False
    return kind_named(kind).begun_by_owner


@rules.predicate
def is_begun_by_owner(actor: Actor, item: Any) -> bool:
    """The item is of a kind that units enter themselves."""
    from .kinds import kind_named

    return item is not None and kind_named(item.kind).begun_by_owner


@rules.predicate
def is_not_closed(actor: Actor, item: Any) -> bool:
    """The item is not frozen."""
    from .kinds import kind_named

    if item is None:
        return True
    kind = kind_named(item.kind)
    return not kind.is_closed(kind.row(item))


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


rules.add_rule("thread.create_item", holds(Right.EDIT) | begins_own)
rules.add_rule("thread.edit_item", holds(Right.EDIT) | owns)
rules.add_rule("thread.release_item", holds(Right.RELEASE))
rules.add_rule(
    "thread.delete_item",
    (holds(Right.DELETE) | (owns & is_begun_by_owner)) & stays_unpublished & is_not_closed,
)
rules.add_rule("thread.link_items", holds(Right.LINK) | (owns & is_begun_by_owner))
rules.add_rule("thread.reshape_items", holds(Right.EDIT) & holds(Right.LINK))
rules.add_rule("thread.see_history", holds(Right.SEE_HISTORY))
rules.add_rule("concept.set_up", holds(Right.RELEASE))
rules.add_rule("concept.begin", holds(Right.RELEASE) | holds(Right.MANAGE_PEOPLE))
rules.add_rule(
    "thread.restore_item", holds(Right.EDIT) & holds(Right.SEE_INTERNAL) & holds(Right.SEE_HISTORY)
)
rules.add_rule("thread.see_gaps", holds(Right.SEE_INTERNAL))
rules.add_rule("thread.revise_proposal", proposed)
rules.add_rule("thread.keep_for_edition", proposed | holds(Right.RELEASE))
rules.add_rule("thread.withdraw_proposal", proposed | lost_its_item)
