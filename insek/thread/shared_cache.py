"""A cache in the memory of a process: what is computed once and kept until anything in the concept changes.

The version of the content is asked of the database once a request, so that all processes and hosts see a change at once.
That of visitors stays the same while something internal comes in or is worked on, such as a contribution before moderation.
What is kept is shared by those who see the same: all visitors, or all to whom the gate hides nothing and who hold the same
rights. For everybody else, such as members of rounds, it is computed anew.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from threading import Lock
from typing import Any, TypeVar

from django.db import connection
from django.utils.translation import get_language

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import Actor

from .audience import sees_everything

LOOKED_AT = 50
"""Lines of history that make the version: one that was written earlier and committed later is among them."""
MOST_KEPT = 256
"""Values kept at once; the one not asked for longest goes first."""

Made = TypeVar("Made")
_asked: ContextVar[dict[tuple[int, bool], str] | None] = ContextVar("content_versions", default=None)
"""The versions asked for while a request is answered; None outside of one."""
SHOWS_THROUGH: set[str] = set()
"""Kinds of which visitors' values are made from internal items too: a change of one always counts."""
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()
_VERSION = """
SELECT units.sum, bodies.sum, change.id, change.at
FROM (SELECT SUM(version) AS sum FROM people_unit) units CROSS JOIN (SELECT SUM(version) AS sum FROM people_body) bodies
LEFT JOIN (SELECT id, at FROM thread_change WHERE concept_id = %s{among} ORDER BY at DESC, id DESC LIMIT %s) change ON 1 = 1
"""
"""Written out because every request asks it: the ORM would take longer to write it than the database to answer.

No unit and no body is ever deleted, and each change of one makes its version one more.
"""


def is_visitor(actor: Actor) -> bool:
    """Whether an actor sees what is public and nothing else."""
    return actor.user_id is None and not actor.rights


def let_show_through(kind: str) -> None:
    """Let every change of a kind count for visitors, because what they see is made from its internal items too."""
    SHOWS_THROUGH.add(kind)


def content_version(concept: Concept | None, actor: Actor | None = None) -> str:
    """Changes whenever anything in the concept, a unit or a body changes: what was made from an older one is out of date.

    For a visitor only when anything changes that visitors can see (``history.record`` knows). One query a request.
    """
    if concept is None:
        return "0"
    visitor = actor is not None and is_visitor(actor)
    asked = _asked.get()
    if asked is not None and (concept.pk, visitor) in asked:
        return asked[concept.pk, visitor]
    with connection.cursor() as cursor:
        cursor.execute(_VERSION.format(among=" AND NOT internal" if visitor else ""), [concept.pk, LOOKED_AT])
        seen = sorted(cursor.fetchall())
    version = hashlib.sha256(f"{concept.pk} {visitor} {seen}".encode()).hexdigest()[:12]
    if asked is not None:
        asked[concept.pk, visitor] = version
    return version


def begin_request(**_signal: Any) -> None:
    """Ask once from here on: a request begins."""
    _asked.set({})


def end_request(**_signal: Any) -> None:
    """Ask each time: a request is over."""
    _asked.set(None)


def note_change(concept_id: int) -> None:
    """Something in a concept changes within a request: its version is asked for again."""
    asked = _asked.get()
    if asked is not None:
        for visitor in (True, False):
            asked.pop((concept_id, visitor), None)


def audience(actor: Actor) -> frozenset[str] | None:
    """What those have in common who see the same: the rights they hold. None for who sees something of their own."""
    if is_visitor(actor):
        return actor.rights
    return actor.rights if sees_everything(actor) else None


def cached(concept: Concept, actor: Actor, name: Hashable, make: Callable[[], Made]) -> Made:
    """What ``make`` gives, made again only after a change, on another day, in another language or for others; one query.

    ``name`` says what it is and of what; keep numbers, ids and words, never rows of the database, and nothing that is
    somebody's own. Whoever is given it changes nothing in it.
    """
    shared_by = audience(actor)
    if shared_by is None:
        return make()
    key = (concept.pk, name, get_language(), clock.today(), shared_by)
    version = content_version(concept, actor)
    with _lock:
        known = _kept.get(key)
        if known is not None and known[0] == version:
            _kept.move_to_end(key)
            found: Made = known[1]
            return found
    made = make()
    with _lock:
        _kept[key] = (version, made)
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def empty() -> None:
    """Empty the memory of this process, for tests."""
    _asked.set(None)
    with _lock:
        _kept.clear()
