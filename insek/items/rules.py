"""Who may keep and share what about lists."""

from __future__ import annotations

from typing import Any

import rules

from insek.people.actors import Actor, holds
from insek.people.models import Right


@rules.predicate
def owns_view(actor: Actor, view: Any) -> bool:
    """The view is the actor's own."""
    return view is not None and actor.user_id is not None and view.owner_id == actor.user_id


@rules.predicate
def tidies_shared(actor: Actor, view: Any) -> bool:
    """The view is shared, and the actor leads: so that what is shared can be tidied when its owner has gone."""
    return view is not None and view.shared and actor.has(Right.RELEASE)


rules.add_rule("items.share_view", holds(Right.EDIT))
rules.add_rule("items.change_view", owns_view | tidies_shared)
