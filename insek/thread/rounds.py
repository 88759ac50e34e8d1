"""Rounds: named audiences that see chosen items before the public does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.locking import claim_version
from insek.people.models import User

from .cleaning import clean_text
from .models import Round


@transaction.atomic
def create_round(
    *, concept: Concept, name: str, members: Iterable[User], ends: date | None, actor: Actor
) -> Round:
    """Create a round. Raises PermissionDenied, and ValidationError when the name is taken."""
    require(actor, "thread.release_item")
    made = Round(concept=concept, name=clean_text(name).strip(), ends=ends)
    made.full_clean()
    made.save()
    made.members.set(members)
    return made


@transaction.atomic
def change_round(
    round: Round,
    *,
    expected_version: int,
    name: str,
    members: Iterable[User],
    ends: date | None,
    actor: Actor,
) -> Round:
    """Change name, members and last day of a round; after that day its items are out of sight for them.

    Raises PermissionDenied, Conflict, and ValidationError when the name is taken.
    """
    require(actor, "thread.release_item")
    claim_version(round, expected_version)
    round.name, round.ends = clean_text(name).strip(), ends
    round.full_clean()
    round.save()
    round.members.set(members)
    return round
