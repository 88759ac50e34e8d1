"""What becomes public together with an item: a register of what rooms show once everybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from insek.people.actors import Actor
from insek.thread.models import Item, Visibility


@dataclass(frozen=True)
class AlsoPublished:
    """Something of a room that becomes public together with an item, in one sentence that ends with its name."""

    lead: str
    title: str
    url: str
    words: Sequence[str] = ()
    """Everything it says, line by line."""
    follows: Collection[str] = ()
    """Those of the lines that the program works out from what is public itself: nobody has to look again when they come or go."""

    @property
    def said_by_people(self) -> list[str]:
        """The lines that somebody wrote."""
        return [words for words in self.words if words not in self.follows]


Before = Collection[str]
"""Ids of the items that become public before an item, in the same go."""
FindAlsoPublished = Callable[[Item, Actor, Before], list[AlsoPublished]]
_finders: list[FindAlsoPublished] = []


def register_also_published(find: FindAlsoPublished) -> None:
    """Name what else of a room the public sees once an item is public; asked for an item that is not public yet.

    Whatever has another item at its other end asks of that one ``is_public_by_then``: so it is said at the second of the two.
    """
    _finders.append(find)


def all_also_published(item: Item, actor: Actor, before: Before) -> list[AlsoPublished]:
    """What all rooms name."""
    return [entry for find in _finders for entry in find(item, actor, before)]


def is_public_by_then(before: Before, path: str = "") -> Q:
    """Whether the item at the end of ``path`` is public, or is made so before, in the same go."""
    ends = f"{path}__" if path else ""
    return Q(**{f"{ends}visibility": Visibility.PUBLIC}) | Q(**{f"{ends}pk__in": list(before)})
