"""Who sees internal items of one kind without seeing all that is internal: a register that the gate asks.

A moderator sees contributions before the public does, and nothing else that is internal.
"""

from __future__ import annotations

from collections.abc import Iterable

_kinds_by_right: dict[str, set[str]] = {}


def let_see(right: str, kind: str) -> None:
    """Let everybody who holds a right see all items of a kind."""
    _kinds_by_right.setdefault(str(right), set()).add(kind)


def kinds_seen_with(rights: Iterable[str]) -> list[str]:
    """The kinds of which these rights show every item."""
    found: set[str] = set()
    for right in rights:
        found |= _kinds_by_right.get(str(right), set())
    return sorted(found)
