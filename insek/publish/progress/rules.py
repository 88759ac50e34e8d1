"""Who writes the own words of a report and lets it be made: whoever may edit, as long as it is not issued."""

from __future__ import annotations

import rules

from insek.people.actors import Actor, holds
from insek.people.models import Right
from insek.thread.models import Item, Visibility


@rules.predicate
def is_not_issued(actor: Actor, item: Item) -> bool:
    """The report is not public yet."""
    return item is not None and item.visibility != Visibility.PUBLIC


rules.add_rule("progress.write", holds(Right.EDIT) & is_not_issued)
