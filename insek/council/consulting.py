"""The way of a paper through the bodies: its steps are added, moved, changed and taken away.

Where the paper is public, it takes the right to release, or a proposal.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version
from insek.release.acts import Act, register_act
from insek.release.models import Proposal
from insek.release.plain_values import as_plain, model_from_plain
from insek.release.releases import NothingChanges, act_or_propose
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change, Item
from insek.thread.services import require_release_of

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
    """Add a step or change one; ``position`` says at which place, the others make room.

    Raises PermissionDenied, Conflict when somebody was faster, ValidationError.
    """
    require(actor, "council.edit_consultation", paper)
    require_release_of(actor, paper.item)
    values = {name: clean_text(value) for name, value in values.items()}
    position = values.pop("position", None)
    with transaction.atomic():
        before = str_of(step) if step else None
        if step is None:
            step = Consultation(paper=paper, position=FAR)
        else:
            claim_version(step, expected_version)
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
    require_release_of(actor, paper.item)
    with transaction.atomic():
        claim_version(step, expected_version)
        before = str_of(step)
        step.delete()
        _number(list(paper.consultations.all()))
        _remember(paper, before, None, actor)


def save_or_propose_consultation(
    paper: Paper, values: dict[str, Any], *, actor: Actor, step: Consultation | None, expected_version: int
) -> Consultation | Proposal | None:
    """Save a step, or propose it where the paper is public and the actor may not release."""
    payload = {"step": step.pk if step else None, "version": expected_version, "values": as_plain(values)}
    try:
        return act_or_propose(
            "consultation", paper.item, payload, actor=actor,
            perform=lambda: save_consultation(
                paper, values, actor=actor, step=step, expected_version=expected_version
            ),
        )  # fmt: skip
    except NothingChanges:
        return step


def remove_or_propose_consultation(
    step: Consultation, *, expected_version: int, actor: Actor
) -> Proposal | None:
    """Take a step away, or propose it where the paper is public and the actor may not release."""
    payload = {"step": step.pk, "version": expected_version}
    return act_or_propose(
        "consultation_remove", step.paper.item, payload, actor=actor,
        perform=lambda: remove_consultation(step, expected_version=expected_version, actor=actor),
    )  # fmt: skip


def _step(item: Item, payload: dict[str, Any]) -> Consultation:
    step = (
        Consultation.objects.select_related("paper__item").filter(pk=payload["step"], paper=item.pk).first()
    )
    if step is None:
        raise Conflict
    return step


def _save(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    save_consultation(
        item.paper,
        model_from_plain(Consultation, payload["values"]),
        actor=actor,
        step=_step(item, payload) if payload["step"] else None,
        expected_version=payload["version"],
    )


def _remove(item: Item, payload: dict[str, Any], actor: Actor) -> None:
    remove_consultation(_step(item, payload), expected_version=payload["version"], actor=actor)


def _form(item: Item, payload: dict[str, Any]) -> str:
    step = payload["step"]
    return (
        reverse("consultation-edit", args=[step]) if step else reverse("consultation-create", args=[item.pk])
    )


register_act(Act("consultation", gettext_lazy("Beratungsfolge ändern"), _save, form_at=_form))
register_act(Act("consultation_remove", gettext_lazy("Beratung herausnehmen"), _remove))


def str_of(step: Consultation) -> str:
    """A step in words, for the history."""
    day = step.date.isoformat() if step.date else _("ohne Termin")
    place = f"{step.position}. {step}" if step.position < FAR else str(step)
    return ", ".join(part for part in (place, day, held_words(step), step.result) if part)


def held_words(step: Consultation) -> str:
    """Whether the body had the matter before it, in words; empty where nobody has said so."""
    if step.held is None:
        return ""
    return _("lag vor") if step.held else _("lag nicht vor")


def _place(others: list[Consultation], step: Consultation) -> int:
    """A hearing or preliminary step comes before the first decision, a decision at the end."""
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


def _remember(paper: Paper, before: str | None, after: str | None, actor: Actor) -> None:
    if before != after:
        history.record(
            paper.item, Change.Action.UPDATED, actor=actor, changed={"consultation": [before, after]}
        )
