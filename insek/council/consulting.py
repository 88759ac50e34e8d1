"""The way of a paper through the bodies: its steps are added, moved, changed and taken away."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from insek.people.actors import Actor, require
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change

from .checking import Conflict
from .models import Consultation, Paper

FAR = 10_000


def save_consultation(
    paper: Paper,
    values: dict[str, Any],
    *,
    actor: Actor,
    step: Consultation | None = None,
    expected_version: int = 0,
) -> Consultation:
    """Add a step or change one; ``position`` says where it stands, the others make room.

    Raises PermissionDenied, Conflict when somebody was faster, ValidationError.
    """
    require(actor, "council.edit_consultation", paper)
    values = {name: clean_text(value) for name, value in values.items()}
    position = values.pop("position", None)
    with transaction.atomic():
        before = str_of(step) if step else None
        if step is None:
            step = Consultation(paper=paper, position=FAR)
        else:
            _claim(step, expected_version)
        for name, value in values.items():
            setattr(step, name, value)
        step.full_clean(exclude={"paper", "position"}, validate_unique=False, validate_constraints=False)
        step.save()
        others = [row for row in paper.consultations.all() if row.pk != step.pk]
        at = _place(others, step) if position is None else position - 1
        others.insert(max(0, at), step)
        _number(others)
        _remember(paper, before, str_of(step), actor)
    return step


def remove_consultation(step: Consultation, *, expected_version: int, actor: Actor) -> None:
    """Take a step away; the others close up. Raises PermissionDenied and Conflict."""
    paper = step.paper
    require(actor, "council.edit_consultation", paper)
    with transaction.atomic():
        _claim(step, expected_version)
        before = str_of(step)
        step.delete()
        _number(list(paper.consultations.all()))
        _remember(paper, before, None, actor)


def str_of(step: Consultation) -> str:
    """A step in words, for the history."""
    day = step.date.isoformat() if step.date else _("ohne Termin")
    return ", ".join(part for part in (str(step), day, step.result) if part)


def _place(others: list[Consultation], step: Consultation) -> int:
    """A hearing or preliminary step stands before the first decision, a decision at the end."""
    if step.role != Consultation.Role.DECISION:
        for at, row in enumerate(others):
            if row.role == Consultation.Role.DECISION:
                return at
    return len(others)


def _number(rows: list[Consultation]) -> None:
    """Number from 1, by way of numbers that are free."""
    for at, row in enumerate(rows, 1):
        Consultation.objects.filter(pk=row.pk).update(position=FAR + at)
    for at, row in enumerate(rows, 1):
        row.position = at
        Consultation.objects.filter(pk=row.pk).update(position=at)


def _claim(step: Consultation, expected: int) -> None:
    claimed = Consultation.objects.filter(pk=step.pk, version=expected).update(version=F("version") + 1)
    if not claimed:
        raise Conflict
    step.version = expected + 1


def _remember(paper: Paper, before: str | None, after: str | None, actor: Actor) -> None:
    if before != after:
        history.record(
            paper.item, Change.Action.UPDATED, actor=actor, changed={"consultation": [before, after]}
        )
