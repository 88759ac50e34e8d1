"""The unit that leads a matter may answer before it is said in public that the matter conflicts with a goal."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import Actor, require
from insek.people.models import Right
from insek.thread import services
from insek.thread.cleaning import clean_text
from insek.thread.models import Item

from .models import Check, CheckGoal

USUAL = timedelta(days=14)
LONGEST_ANSWER = 4_000


def has_conflict(check: Check) -> bool:
    """Whether it says that the matter conflicts with a goal. One query."""
    return check.goals.filter(effect=CheckGoal.Effect.CONFLICTS).exists()


def unheard(check: Check) -> QuerySet[CheckGoal]:
    """Its conflicts, as they are worded now, to which the unit that leads the matter could not speak yet."""
    conflicts = check.goals.filter(effect=CheckGoal.Effect.CONFLICTS)
    if check.unit_id is None:
        return conflicts.none()
    heard = Q(asked_unit=check.unit_id, is_heard=True)
    if check.answer_until is not None and check.answer_until < clock.today():
        heard |= Q(asked_unit=check.unit_id)
    return conflicts.exclude(heard)


def was_heard(check: Check) -> bool:
    """Whether the unit that leads the matter could speak to each conflict: it answered, its time is over, it said it itself, or nobody leads it. One query."""
    return not unheard(check).exists()


def not_asked(check: Check) -> QuerySet[CheckGoal]:
    """Its conflicts about which nobody has asked the unit that leads the matter."""
    return unheard(check).exclude(asked_unit=check.unit_id)


def mark_who_knows(row: CheckGoal, actor: Actor) -> None:
    """What was said to a conflict holds for the words it had: another goal, effect or reason takes hearing the unit anew.

    A conflict that the unit itself names needs no answer of it.
    """
    before = CheckGoal.objects.filter(pk=row.pk).first() if row.pk is not None else None
    if before is not None and all(getattr(before, name) == getattr(row, name) for name in _WORDED):
        return
    unit = row.check_row.unit_id
    says_it_itself = unit is not None and actor.unit_id == unit
    row.asked_unit_id, row.is_heard = (unit, True) if says_it_itself else (None, False)


_WORDED = ("goal_id", "effect", "reason")


def ask_unit(check: Check, until: date, *, expected_version: int, actor: Actor) -> Item:
    """Ask the unit that leads the matter to answer until a day; to conflicts that came later once more. Raises PermissionDenied, Conflict, ValidationError."""
    require(actor, "council.confirm_check", check.item)
    if check.unit_id is None:
        raise ValidationError({"answer_until": _("Zuerst eintragen, wer federführend ist.")})
    if until < clock.today():
        raise ValidationError({"answer_until": _("Der Tag liegt in der Vergangenheit.")})
    with transaction.atomic():
        if check.answer_until is not None and check.answer_until < clock.today():
            check.goals.filter(asked_unit=check.unit_id).update(is_heard=True)  # its time for these is over
        item = services.update_item(
            check.item,
            expected_version=expected_version,
            values={"answer_until": until},
            actor=actor.with_rights(Right.EDIT),
        )
        not_asked(check).update(asked_unit=check.unit_id, is_heard=False)
    return item


def answer_check(check: Check, text: str, *, expected_version: int, actor: Actor) -> Item:
    """Keep what the unit says. It is frozen and becomes public with the check. Raises PermissionDenied, Conflict, ValidationError."""
    require(actor, "council.edit_check", check.item)
    text = str(clean_text(text)).strip()
    if not text:
        raise ValidationError({"answer": _("Bitte schreiben Sie eine Antwort.")})
    if len(text) > LONGEST_ANSWER:
        raise ValidationError(
            {"answer": _("Bitte höchstens %(limit)s Zeichen schreiben.") % {"limit": LONGEST_ANSWER}}
        )
    values = {"answer": text, "answered_on": clock.today()}
    whole = actor.with_rights(
        Right.EDIT
    )  # the permission was checked above; these columns are nobody's to edit
    with transaction.atomic():
        item = services.update_item(check.item, expected_version=expected_version, values=values, actor=whole)
        conflicts = check.goals.filter(effect=CheckGoal.Effect.CONFLICTS)
        speaks = actor.unit_id is not None and actor.unit_id == check.unit_id
        conflicts = conflicts if speaks else conflicts.filter(asked_unit=check.unit_id)
        conflicts.update(asked_unit=check.unit_id, is_heard=True)
    return item


def asked_of(unit_id: int) -> Q:
    """Checks (as rows of `Item`) that wait for the answer of a unit."""
    asked = CheckGoal.objects.filter(effect=CheckGoal.Effect.CONFLICTS, asked_unit=unit_id, is_heard=False)
    return Q(
        concept_check__unit=unit_id, concept_check__status=Check.Status.DRAFT, concept_check__answer_until__gte=clock.today(),
        pk__in=asked.values("check_row"),
    )  # fmt: skip


def waiting_for_answers(items: QuerySet[Item], unit_id: int) -> QuerySet[Item]:
    """Of some items the checks that wait for the answer of a unit, the most urgent first."""
    return items.filter(asked_of(unit_id)).order_by("concept_check__answer_until", "pk")
