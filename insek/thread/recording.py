"""In whose name history is written: who released what is recorded here, what proposed it, and what a rehearsal would record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from insek.people.actors import Actor

if TYPE_CHECKING:
    from .models import Change

_releaser: ContextVar[int | None] = ContextVar("releaser", default=None)
_seen: ContextVar[list[Change] | None] = ContextVar("seen", default=None)
_suggested: ContextVar[str] = ContextVar("suggested", default="")
_undone: ContextVar[dict[str, Any] | None] = ContextVar("undone", default=None)


@contextmanager
def released_by(actor: Actor) -> Iterator[None]:
    """Everything recorded inside was released by this person."""
    token = _releaser.set(actor.user_id)
    try:
        yield
    finally:
        _releaser.reset(token)


@contextmanager
def watched() -> Iterator[list[Change]]:
    """Collect every line of history that is written inside."""
    seen: list[Change] = []
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


def releaser_id() -> int | None:
    """Who released what is being done, None outside a release."""
    return _releaser.get()


def note(change: Change) -> None:
    """Tell whoever watches that a line was written."""
    seen = _seen.get()
    if seen is not None:
        seen.append(change)


@contextmanager
def suggested_by(engine: str) -> Iterator[None]:
    """Everything recorded inside was proposed by this machine (its name and version) and accepted by who acts."""
    token = _suggested.set(engine)
    try:
        yield
    finally:
        _suggested.reset(token)


def suggester() -> str:
    """Which machine proposed what is being done; empty where a person did."""
    return _suggested.get()


def mark_of(change: Change) -> dict[str, Any]:
    """How history names the change that another one takes back."""
    return {"change": change.pk, "at": change.at.isoformat()}


@contextmanager
def undoing(mark: dict[str, Any] | None) -> Iterator[None]:
    """Everything recorded inside says that it takes back the change of this mark."""
    token = _undone.set(mark)
    try:
        yield
    finally:
        _undone.reset(token)


def undone() -> dict[str, Any] | None:
    """The mark of the change that is being taken back, None outside undoing."""
    return _undone.get()
