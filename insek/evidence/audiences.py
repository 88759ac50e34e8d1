"""Who sees a value that follows from others: nothing that is made of a part may be seen by more people than the part."""

from __future__ import annotations

from typing import NamedTuple

from insek.thread.models import Item, Visibility


class Audience(NamedTuple):
    """Who sees an item; ``round`` only where it is seen in one."""

    visibility: str
    round: int | None = None

    def sees_more_than(self, part: Audience) -> bool:
        """Whether somebody of this audience may not see the part."""
        if part.visibility == Visibility.PUBLIC or self.visibility == Visibility.INTERNAL:
            return False
        return part.visibility == Visibility.INTERNAL or self != part


EVERYBODY = Audience(Visibility.PUBLIC)


def audience_of(item: Item) -> Audience:
    """Who sees an item in memory."""
    in_round = item.visibility == Visibility.ROUND
    return Audience(item.visibility, item.round_id if in_round else None)
