"""What goes out of sight with an item that is withdrawn, because it names it in words of its own: a register."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db.models import F

from insek import clock
from insek.people.actors import Actor

from . import history

if TYPE_CHECKING:
    from .models import Item

FindItems = Callable[["Item"], Iterable["Item"]]
_finders: list[FindItems] = []


def register_withdrawn_with(find: FindItems) -> None:
    """Let a room name the public items that rest on an item which is about to leave the public's sight."""
    if find not in _finders:
        _finders.append(find)


def withdrawn_with(item: Item) -> list[Item]:
    """The public items that are withdrawn together with this one."""
    return [other for find in _finders for other in find(item)]


def withdraw_with(item: Item, *, actor: Actor) -> None:
    """Make internal what rests on an item that has just been withdrawn; each has a line in its own history.

    To be called in the transaction that withdraws. What search knows of it stays.
    """
    from .models import Change, Item, Visibility

    for other in withdrawn_with(item):
        rows = Item.objects.filter(pk=other.pk, visibility=Visibility.PUBLIC)
        if not rows.update(visibility=Visibility.INTERNAL, version=F("version") + 1, updated_at=clock.now()):
            continue
        other.refresh_from_db(fields=["visibility", "version"])
        changed = {"visibility": [Visibility.PUBLIC.value, Visibility.INTERNAL.value]}
        history.record(other, Change.Action.WITHDRAWN, actor=actor, changed=changed)
