"""Setting up the concept: its title, fields of action, themes, level names, editions and milestones.

What is changed here has no page of its own in the thread; its history is in the one table of changes, with an empty
item and the row's name as its subject.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition, Field, LevelName, Milestone, Theme
from insek.people.actors import Actor, require
from insek.people.locking import claim_version

from .cleaning import clean_text
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


def save_part(row: Any, *, values: dict[str, Any], expected_version: int | None, actor: Actor) -> Any:
    """Create (``expected_version`` None) or change a part of the concept.

    Raises PermissionDenied, Conflict, and ValidationError by field.
    """
    require(actor, "concept.set_up")
    if isinstance(row, Edition) and row.pk and row.status != Edition.Status.DRAFT:
        raise ValidationError(_("Eine eingereichte oder beschlossene Ausgabe ist unveränderlich."))
    before = _snapshot(row) if row.pk else {}
    for name, value in values.items():
        cleaned = clean_text(value)
        setattr(row, name, cleaned.strip() if isinstance(cleaned, str) else cleaned)
    row.full_clean()
    with transaction.atomic():
        if expected_version is not None:
            claim_version(row, expected_version)
        row.save()
        _record(
            row, Change.Action.UPDATED if before else Change.Action.CREATED, before, _snapshot(row), actor
        )
    return row


def delete_part(row: Any, *, expected_version: int, actor: Actor) -> None:
    """Delete a part that nothing rests on. Raises ValidationError with what does."""
    require(actor, "concept.set_up")
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
    with transaction.atomic():
        claim_version(row, expected_version)
        _record(row, Change.Action.DELETED, _snapshot(row), {}, actor)
        row.delete()


def concept_of_part(row: Any) -> Concept:
    """The concept a part belongs to."""
    return row if isinstance(row, Concept) else row.concept


def _snapshot(row: Any) -> dict[str, Any]:
    left_out = {"id", "version", "concept_id", "archive", "sha256"}
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
            differences={"subject": [None, str(row)], **changed},
        )
