"""Who sees internal items of one kind otherwise than all that is internal: a register that the gate asks.

A moderator sees contributions before the public does, and nothing else that is internal. The other way round, those
who see all that is internal do not see contributions before moderation, unless they moderate: what somebody wrote
may hold personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from insek.people.actors import Actor

_kinds_by_right: dict[str, set[str]] = {}
_right_by_kind: dict[str, str] = {}


def let_see(right: str, kind: str) -> None:
    """Let everybody who holds a right see all items of a kind."""
    _kinds_by_right.setdefault(str(right), set()).add(kind)


def only_seen_with(right: str, kind: str) -> None:
    """Hide internal items of a kind from insiders who lack the right; whoever entered an item still sees it."""
    _right_by_kind[kind] = str(right)


def kinds_seen_with(rights: Iterable[str]) -> list[str]:
    """The kinds of which these rights show every item."""
    found: set[str] = set()
    for right in rights:
        found |= _kinds_by_right.get(str(right), set())
    return sorted(found)


def kinds_hidden_without(rights: Iterable[str]) -> list[str]:
    """The kinds whose internal items need a right that is not among these."""
    held = {str(right) for right in rights}
    return sorted(kind for kind, right in _right_by_kind.items() if right not in held)


def sees_everything(actor: Actor) -> bool:
    """Whether the gate hides nothing from somebody, whoever entered it."""
    return actor.sees_internal and not kinds_hidden_without(actor.rights)
