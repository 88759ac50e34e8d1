"""Setting up the concept: its title, fields of action, themes, level names, editions and milestones.

What is changed here has no page of its own in the thread; its history is in the one table of changes, with an empty
item and the row's name as its subject.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition, Field, LevelName, Milestone, Theme
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version, hold_version

from .cleaning import clean_text
from .fields_ahead import check_announced, check_waiting, fields_waiting_for
from .history import differences
from .models import Change, EditionNumber

PARTS: dict[str, type[models.Model]] = {
    "konzept": Concept,
    "handlungsfeld": Field,
    "thema": Theme,
    "ebene": LevelName,
    "ausgabe": Edition,
    "meilenstein": Milestone,
}
"""The parts by their word in the address."""
PART = "part"
"""Under this key a change of a part says which table it is of."""
_rests: list[Callable[[Any], str]] = []


def register_what_rests_on(says: Callable[[Any], str]) -> None:
    """Let a room say in a sentence what rests on a part, so that it is not deleted; empty where nothing does."""
    if says not in _rests:
        _rests.append(says)


Changed = dict[str, list[Any]]
_before_change: list[Callable[[Any, Changed], None]] = []


def register_before_change(check: Callable[[Any, Changed], None]) -> None:
    """Let a room refuse that a part which is there becomes another or goes, by what changes in it: name to before and after."""
    if check not in _before_change:
        _before_change.append(check)


def save_part(
    row: Any,
    *,
    values: dict[str, Any],
    expected_version: int | None,
    actor: Actor,
    right: str = "concept.set_up",
) -> Any:
    """Create (``expected_version`` None) or change a part of the concept, or a row of a room that is set up like one.

    Raises PermissionDenied, Conflict, and ValidationError by field.
    """
    require(actor, right)
    if isinstance(row, Edition) and row.pk and row.status != Edition.Status.DRAFT:
        raise ValidationError(_("Eine eingereichte oder beschlossene Ausgabe ist unveränderlich."))
    before = _snapshot(row) if row.pk else {}
    for name, value in values.items():
        cleaned = clean_text(value)
        setattr(row, name, cleaned.strip() if isinstance(cleaned, str) else cleaned)
    row.full_clean()
    if isinstance(row, Field):
        check_waiting(row, row.concept)
    if isinstance(row, Edition):
        check_announced(row)
    if before:
        _ask_before(row, differences(before, _snapshot(row)))
    with transaction.atomic():
        if expected_version is not None:
            claim_version(row, expected_version)
        row.save()
        _record(
            row, Change.Action.UPDATED if before else Change.Action.CREATED, before, _snapshot(row), actor
        )
    return row


def require_deletable(row: Any, *, actor: Actor, right: str = "concept.set_up") -> None:
    """Refuse that a part goes which something rests on, for acts that take away what belongs to it first. Raises PermissionDenied, ValidationError."""
    require(actor, right)
    if isinstance(row, Concept):
        raise ValidationError(_("Das Konzept selbst lässt sich hier nicht löschen."))
    if isinstance(row, Field | Theme) and (count := row.items.count()):
        raise ValidationError(
            _("Dazu gehören noch %(count)s Inhalte. Ordnen Sie diese zuerst anders ein.") % {"count": count}
        )
    if isinstance(row, Edition) and (
        row.status != Edition.Status.DRAFT or EditionNumber.objects.filter(edition=row).exists()
    ):
        raise ValidationError(_("Eine eingereichte oder beschlossene Ausgabe bleibt für immer abrufbar."))
    if isinstance(row, Edition) and fields_waiting_for(row):
        raise ValidationError(_("Auf diese Ausgabe warten noch Handlungsfelder. Geben Sie ihnen zuerst eine andere, oder machen Sie sie öffentlich."))  # fmt: skip
    if said := " ".join(filter(None, (says(row) for says in _rests))):
        raise ValidationError(said)
    _ask_before(row, differences(_snapshot(row), {}))


def delete_part(row: Any, *, expected_version: int, actor: Actor, right: str = "concept.set_up") -> None:
    """Delete a part that nothing rests on. Raises ValidationError with what does."""
    require_deletable(row, actor=actor, right=right)
    with transaction.atomic():
        claim_version(row, expected_version)
        _record(row, Change.Action.DELETED, _snapshot(row), {}, actor)
        row.delete()


def _ask_before(row: Any, changed: Changed) -> None:
    for check in _before_change:
        check(row, changed)


def move_part(
    rows: models.QuerySet[Any],
    row: Any,
    *,
    place: int,
    expected_version: int,
    actor: Actor,
    right: str = "concept.set_up",
) -> None:
    """Put a row at a place, from 1, among ``rows``, which have a position; the others make room. Raises Conflict, PermissionDenied."""
    require(actor, right)
    with transaction.atomic():
        hold_version(row, expected_version)
        order = list(rows.select_for_update())
        here = next((each for each in order if each.pk == row.pk), None)
        if here is None:
            raise Conflict(row)
        order.remove(here)
        order.insert(min(max(place, 1), len(order) + 1) - 1, here)
        for position, each in enumerate(order, 1):
            if each.position != position:
                save_part(
                    each,
                    values={"position": position},
                    expected_version=each.version,
                    actor=actor,
                    right=right,
                )


def concept_of_part(row: Any) -> Concept:
    """The concept a part belongs to."""
    return row if isinstance(row, Concept) else row.concept


def _snapshot(row: Any) -> dict[str, Any]:
    left_out = {"id", "version", "concept_id", "archive", "sha256", "logo", "own_fields_stamp"}
    values = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.attname not in left_out:
            values[column.attname] = (
                value if value is None or isinstance(value, bool | int | str) else str(value)
            )
    return values


def _record(row: Any, action: str, before: dict[str, Any], after: dict[str, Any], actor: Actor) -> None:
    changed = differences(before, after)
    if changed:
        Change.objects.create(
            concept=concept_of_part(row),
            item_id="",
            action=action,
            version=row.version,
            actor_id=actor.user_id,
            differences={"subject": [None, str(row)], PART: [None, row._meta.model_name], **changed},
        )
