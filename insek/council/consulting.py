"""The way of a paper through the bodies: its steps are added, moved, changed and taken away.

Each is one act on rows declared in ``rows``; where the paper is public, it is done by who may release it, and else waits as a
proposal (``release.row_proposals``). Raises PermissionDenied, Conflict, ValidationError.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from insek.people.actors import Actor
from insek.release.models import Proposal
from insek.release.releases import NothingChanges
from insek.release.row_proposals import add_or_propose, change_or_propose, remove_or_propose

from .models import Consultation, Paper
from .rows import CONSULTATIONS


def add_consultation(paper: Paper, values: Mapping[str, Any], *, actor: Actor) -> Consultation | Proposal:
    """Add a step; ``position`` says where it stands, the others make room."""
    return add_or_propose(CONSULTATIONS, paper.item, {"position": None, **values}, actor=actor)


def change_consultation(
    step: Consultation, values: Mapping[str, Any], *, expected_version: int, actor: Actor
) -> Consultation | Proposal:
    """Change a step, or move it. No difference gives the step back."""
    with suppress(NothingChanges):
        return change_or_propose(CONSULTATIONS, step, values, expected_version=expected_version, actor=actor)
    return step


def remove_consultation(step: Consultation, *, expected_version: int, actor: Actor) -> Proposal | None:
    """Take a step away; the others close up. The history of the paper keeps it, undoing brings it back."""
    return remove_or_propose(CONSULTATIONS, step, expected_version=expected_version, actor=actor)
