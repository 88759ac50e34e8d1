"""What can be done with public pages and feedback."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version
from insek.thread.cleaning import clean_text

from .models import Feedback, FeedbackContact, PublicPage

KEPT_CONTACT = timedelta(days=90)


def give_feedback(concept: Concept, *, kind: str, message: str, page: str, contact: str) -> Feedback:
    """Keep what somebody told, and for a while how to reach that person. Raises ValidationError."""
    row = Feedback(
        concept=concept, kind=kind, message=clean_text(message).strip(), page=clean_text(page).strip()
    )
    row.full_clean(exclude={"concept"})
    with transaction.atomic():
        row.save()
        if contact := clean_text(contact).strip():
            FeedbackContact.objects.create(
                feedback=row, contact=contact, ends=timezone.localdate() + KEPT_CONTACT
            )
    return row


def answer_feedback(row: Feedback, *, answer: str, state: str, expected_version: int, actor: Actor) -> None:
    """Note what was answered, or open it again. Raises PermissionDenied, Conflict and ValidationError."""
    require(actor, "duties.answer_feedback")
    answer = clean_text(answer).strip()
    if state == Feedback.State.ANSWERED and not answer:
        raise ValidationError({"answer": _("Bitte notieren, was geantwortet oder getan wurde.")})
    answered = state == Feedback.State.ANSWERED
    claim_version(
        row,
        expected_version,
        state=state,
        answer=answer,
        answered_by_id=actor.user_id if answered else None,
        answered_at=timezone.now() if answered else None,
    )


def purge_contacts() -> int:
    """Delete how to reach people once the day has come; what they told stays."""
    count, _rows = FeedbackContact.objects.filter(ends__lte=timezone.localdate()).delete()
    return count


def save_page(
    concept: Concept, key: str, values: dict[str, Any], *, expected_version: int, actor: Actor
) -> PublicPage:
    """Word a public page. Raises PermissionDenied, Conflict and ValidationError."""
    require(actor, "duties.edit_page")
    row = PublicPage.objects.filter(concept=concept, key=key).first() or PublicPage(concept=concept, key=key)
    for name, value in values.items():
        setattr(row, name, clean_text(value))
    row.full_clean(exclude={"concept"}, validate_unique=False)
    try:
        with transaction.atomic():
            if row.pk is not None:
                claim_version(row, expected_version)
            row.save()
    except IntegrityError:  # of two who word it for the first time
        raise Conflict(PublicPage.objects.get(concept=concept, key=key)) from None
    return row
