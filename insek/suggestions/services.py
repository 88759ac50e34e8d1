"""What a person does with a suggestion: accept it, change and accept it, refuse it, put it off, take the decision back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import Actor, require
from insek.people.locking import Conflict
from insek.release.models import Proposal
from insek.release.releases import ProposalDecided, withdraw
from insek.release.undo import plan_undo, undo_change
from insek.thread import recording
from insek.thread.cleaning import clean_text
from insek.thread.models import Change, Item
from insek.thread.pieces import pause

from .models import Suggestion
from .register import suggestion_kind_named

HELD_FOR = timedelta(minutes=3)
"""So long a suggestion lies before one person before others are shown it too."""
LONGEST_NOTE = 500

State = Suggestion.State


class AlreadyDecided(Exception):
    """Somebody else decided it meanwhile, or a run changed what it says. Carries the suggestion as it is now, None when it is gone."""

    def __init__(self, current: Suggestion | None) -> None:
        super().__init__(current and current.pk)
        self.current = current


def engine_of(suggestion: Suggestion) -> str:
    """How history names what proposed it."""
    return f"{suggestion.suggester} {suggestion.engine_version}"


def accept(
    suggestion: Suggestion,
    *,
    expected_version: int,
    actor: Actor,
    changed_to: Mapping[str, Any] | None = None,
    among_many: bool = False,
) -> Suggestion:
    """Make what is proposed, as it stands or as a person changed it; history says that it was proposed and who accepted.

    ``among_many``: with others in one go; then only what is as sure as the whole goes along (``SuggestionKind.among_many``).

    Where the public would see it, it waits for its release like any other change. Raises PermissionDenied, AlreadyDecided,
    and what the services of the room raise, such as ValidationError or Conflict.
    """
    _require(suggestion, actor)
    kind = suggestion_kind_named(suggestion.kind)
    content = dict(suggestion.content if changed_to is None else changed_to)
    is_changed = content != suggestion.content
    if among_many and kind.among_many is not None:
        content = dict(kind.among_many(content))
    with transaction.atomic():
        state = State.CHANGED if is_changed else State.ACCEPTED
        _decide(
            suggestion,
            expected_version,
            state,
            actor,
            changed_to=content if content != suggestion.content else None,
        )
        with recording.suggested_by(engine_of(suggestion)), recording.watched() as seen:
            made = kind.accept(suggestion, content, actor)
        suggestion.changes = [change.pk for change in seen]
        suggestion.proposal = made if isinstance(made, Proposal) else None
        suggestion.save(update_fields=["changes", "proposal"])
    return suggestion


def refuse(suggestion: Suggestion, *, expected_version: int, actor: Actor, note: str = "") -> Suggestion:
    """Say no: it is never proposed again. Raises PermissionDenied, AlreadyDecided, ValidationError."""
    _require(suggestion, actor)
    note = str(clean_text(note)).strip()
    if len(note) > LONGEST_NOTE:
        raise ValidationError(_("Bitte höchstens %(limit)s Zeichen schreiben.") % {"limit": LONGEST_NOTE})
    with transaction.atomic():
        _decide(suggestion, expected_version, State.REFUSED, actor, note=note)
    return suggestion


def put_off(suggestion: Suggestion, *, expected_version: int, actor: Actor) -> None:
    """Leave it for later: it comes behind all that was put off less often. Raises PermissionDenied, AlreadyDecided."""
    _require(suggestion, actor)
    _claim(suggestion, expected_version, State.OPEN, later=F("later") + 1, held_by=None, held_until=None)


def take_back(suggestion: Suggestion, *, expected_version: int, actor: Actor) -> None:
    """Take a decision back, and what accepting made, by the undo that every change has: the suggestion is open again.

    What waits for its release is withdrawn; what is public changes back by a proposal. What somebody took back already is left.
    Raises PermissionDenied, AlreadyDecided, and what undoing raises.
    """
    _require(suggestion, actor)
    with transaction.atomic():
        before = suggestion.changes, suggestion.proposal
        open_again: dict[str, Any] = {
            "decider": None,
            "decided_at": None,
            "changed_to": None,
            "note": "",
            "changes": [],
            "proposal": None,
        }
        _claim(suggestion, expected_version, suggestion.state, state=State.OPEN, **open_again)
        changes, proposal = before
        if proposal is not None and proposal.is_undecided:
            try:
                withdraw(proposal, expected_version=proposal.version, actor=actor)
            except ProposalDecided:
                raise AlreadyDecided(Suggestion.objects.filter(pk=suggestion.pk).first()) from None
        elif proposal is not None and proposal.state == Proposal.State.RELEASED:
            raise ValidationError(
                _("Das ist inzwischen veröffentlicht. Nehmen Sie es im Verlauf des Inhalts zurück.")
            )
        own = suggestion_kind_named(suggestion.kind).take_back
        if own is None or not own(suggestion, actor):
            _undo_changes(changes, actor)


def _undo_changes(keys: Sequence[int], actor: Actor) -> None:
    """Take back lines of history, the last first; one that another of them took back with it is left."""
    for change in Change.objects.filter(pk__in=keys).order_by("-pk"):
        item = Item.objects.filter(pk=change.item_id).first()
        if item is not None and not plan_undo(change, item, actor).problem:
            undo_change(change, actor=actor)


@dataclass
class Bulk:
    """What became of many that were accepted in one go."""

    accepted: int = 0
    waiting: int = 0
    """Of these: what waits for its release."""
    decided: int = 0
    """Decided by somebody else, or changed by a run, since they were shown."""
    refused: list[tuple[Suggestion, str]] = field(default_factory=list)
    """Those that were not possible, each with the reason."""


def accept_many(seen: Iterable[tuple[Suggestion, int]], *, actor: Actor) -> Bulk:
    """Accept several as they were shown, with the version that was: each is an act of its own, with pauses for others."""
    done = Bulk()
    for suggestion, version in seen:
        try:
            accept(suggestion, expected_version=version, actor=actor, among_many=True)
        except AlreadyDecided:
            done.decided += 1
        except ValidationError as error:
            done.refused.append((suggestion, " ".join(error.messages)))
        except (Conflict, IntegrityError):
            done.refused.append((suggestion, _("Der Inhalt wurde gleichzeitig geändert.")))
        except PermissionDenied:
            done.refused.append((suggestion, _("Das erlaubt Ihre Rolle nicht.")))
        else:
            done.accepted += 1
            done.waiting += suggestion.proposal_id is not None
        pause()
    return done


def hold(suggestion: Suggestion, actor: Actor) -> None:
    """Let a suggestion lie before one person for a moment, so that others are shown the next one."""
    Suggestion.objects.waiting().filter(pk=suggestion.pk).update(
        held_by=actor.user_id, held_until=timezone.now() + HELD_FOR
    )


def _require(suggestion: Suggestion, actor: Actor) -> None:
    require(actor, "suggestions.decide")
    if not Suggestion.objects.visible_to(actor).filter(pk=suggestion.pk).exists():
        raise PermissionDenied("suggestions.decide")
    if not suggestion_kind_named(suggestion.kind).may_decide(suggestion, actor):
        raise PermissionDenied("suggestions.decide")


def _decide(suggestion: Suggestion, expected_version: int, state: str, actor: Actor, **more: Any) -> None:
    written = {"state": state, "decider": actor.user_id, "decided_at": clock.now(), **more}
    _claim(suggestion, expected_version, State.OPEN, held_by=None, held_until=None, **written)


def _claim(suggestion: Suggestion, expected_version: int, was: str, **written: Any) -> None:
    """Take the next version of a suggestion in this state, or raise AlreadyDecided: it is decided once."""
    rows = Suggestion.objects.filter(pk=suggestion.pk)
    if not rows.filter(version=expected_version, state=was).update(version=expected_version + 1, **written):
        raise AlreadyDecided(rows.select_related("decider").first())
    suggestion.refresh_from_db()
