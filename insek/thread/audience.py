"""Who sees internal items of one kind otherwise than all that is internal: a register that the gate asks.

A moderator sees contributions before the public does, and nothing else that is internal. The other way round, those who
see all that is internal do not see everything of a limited kind: no contribution before moderation, since what somebody
wrote may hold personal data, and no draft of a paper or check of another unit. What is public, what a round shows them
and what they entered themselves they see in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from insek.people.actors import Actor

_kinds_by_right: dict[str, set[str]] = {}


@dataclass(frozen=True)
class KindLimit:
    """Who sees internal items of a kind: who holds a right, and the unit that the own row names in a column."""

    kind: str
    right: str
    rows: str = ""
    """The model of the own rows as "room.Model", where one of the next two is given."""
    unit: str = ""
    open_inside: Q | None = None
    """Which own rows every insider sees, though the public does not."""
    loses_words: bool = False
    """Whether words may be taken out of such items before their release: then the public reads nothing of their history."""

    @cached_property
    def model(self) -> type[models.Model]:
        """The model of the own rows."""
        return apps.get_model(self.rows)

    def among(self, chosen: Q, end: str) -> Q:
        """Whether the own row of an item, or of one ``end`` of a link, is among those chosen."""
        return Q(Exists(self.model._default_manager.filter(chosen, pk=OuterRef(f"{end}pk"))))


_limits: dict[str, KindLimit] = {}


def let_see(right: str, kind: str) -> None:
    """Let everybody who holds a right see all items of a kind."""
    _kinds_by_right.setdefault(str(right), set()).add(kind)


def only_seen_with(
    right: str,
    kind: str,
    *,
    rows: str = "",
    unit: str = "",
    open_inside: Q | None = None,
    loses_words: bool = False,
) -> None:
    """Hide internal items of a kind from insiders who lack the right (see :class:`KindLimit`)."""
    _limits[kind] = KindLimit(kind, str(right), rows, unit, open_inside, loses_words)


def kinds_seen_with(rights: Iterable[str]) -> list[str]:
    """The kinds of which these rights show every item."""
    found: set[str] = set()
    for right in rights:
        found |= _kinds_by_right.get(str(right), set())
    return sorted(found)


def limits_on(actor: Actor) -> list[KindLimit]:
    """What limits an actor who sees what is internal, in a fixed order; none where nothing does."""
    held = {str(right) for right in actor.rights}
    return [_limits[kind] for kind in sorted(_limits) if _limits[kind].right not in held]


def limited_kinds(actor: Actor) -> list[str]:
    """The kinds of which an actor does not see every internal item."""
    return [limit.kind for limit in limits_on(actor)]


def tells_its_history(kind: str) -> bool:
    """Whether the public may read how released items of a kind changed."""
    return kind not in _limits or not _limits[kind].loses_words


def read_whole(actor: Actor, end: str = "") -> Q | None:
    """Of which items an insider may read every word there ever was; None where of all.

    Of the others an insider sees the item as it is, where the gate lets it be seen, and nothing from before that.
    """
    limits = limits_on(actor)
    if not limits:
        return None
    whole = ~Q(**{f"{end}kind__in": [limit.kind for limit in limits]})
    if actor.user_id is not None:
        whole |= Q(**{f"{end}created_by": actor.user_id})
    if actor.unit_id is not None:
        for limit in limits:
            if limit.unit:
                whole |= limit.among(Q(**{limit.unit: actor.unit_id}), end)
    return whole


def open_inside(actor: Actor, end: str = "") -> Q:
    """Which internal items of limited kinds every insider sees."""
    opened = Q()
    for limit in limits_on(actor):
        if limit.open_inside is not None:
            opened |= limit.among(limit.open_inside, end)
    return opened


def reads_whole(actor: Actor, item: Any, row: Any) -> bool:
    """The same as ``read_whole``, asked of an item in memory with its own row. Costs no query."""
    limit = next((limit for limit in limits_on(actor) if limit.kind == item.kind), None)
    if limit is None:
        return True
    if actor.user_id is not None and item.created_by_id == actor.user_id:
        return True
    return (
        bool(limit.unit) and actor.unit_id is not None and getattr(row, f"{limit.unit}_id") == actor.unit_id
    )


def unit_at_deletion(actor: Actor) -> Mapping[str, str]:
    """By limited kind the name under which the history of a deletion keeps the unit of the item."""
    return {limit.kind: f"{limit.unit}_id" for limit in limits_on(actor) if limit.unit}


def gated(actor: Actor, *name: str) -> tuple[str, ...] | None:
    """The name of a prepared query behind the gate (``people.prepared``); None where the gate looks for somebody's own."""
    if actor.user_id is None and not actor.sees_internal:
        return (*name, "public")
    return (*name, "all") if sees_everything(actor) else None


def sees_everything(actor: Actor) -> bool:
    """Whether the gate hides nothing from somebody, whoever entered it."""
    return actor.sees_internal and not limits_on(actor)
