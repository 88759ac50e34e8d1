"""A proposal that came back is written anew in the form it came from, and stays the same proposal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from insek.people.actors import Actor
from insek.thread.models import Item

from .models import Proposal
from .plain_values import model_from_plain

MARK = "revises"
_current: ContextVar[Proposal | None] = ContextVar("revised", default=None)


@contextmanager
def revising(proposal: Proposal | None) -> Iterator[None]:
    """What is proposed inside for the same act and item takes the place of this proposal; None changes nothing."""
    token = _current.set(proposal)
    try:
        yield
    finally:
        _current.reset(token)


def revised(act: str, item: Item) -> Proposal | None:
    """The proposal that is being revised, where it is one of this act and item."""
    proposal = _current.get()
    return proposal if proposal and (proposal.act, proposal.item_id) == (act, item.pk) else None


def revised_mark(act: str) -> dict[str, list[int]]:
    """What is kept of the proposal that is being revised, where its form has several pages; empty where there is none."""
    proposal = _current.get()
    return {MARK: [proposal.pk, proposal.version]} if proposal and proposal.act == act else {}


def revised_marks(acts: Iterable[str]) -> dict[str, list[int]]:
    """The same for a form that any of these acts comes from."""
    return next((mark for act in acts if (mark := revised_mark(act))), {})


def marked_proposal(kept: dict[str, Any], actor: Actor) -> Proposal | None:
    """The proposal of the actor's own that ``revised_mark`` kept, with the version the first page was opened with."""
    pk, version = kept.get(MARK) or (0, 0)
    proposal = Proposal.objects.undecided().filter(pk=pk, author=actor.user_id).first()
    if proposal is not None:
        proposal.version = version
    return proposal


def revised_values(model: type[models.Model], act: str, item: Item) -> dict[str, Any]:
    """What the proposal would set, for the form; what it refers to and is gone is left out."""
    proposal = revised(act, item)
    payload = proposal.payload if proposal else {}
    found: dict[str, Any] = {}
    for name, plain in payload.get("values", payload).items():
        with suppress(ValidationError, FieldDoesNotExist):
            found |= model_from_plain(model, {name: plain})
    return found
