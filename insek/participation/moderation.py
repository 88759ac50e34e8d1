"""What moderators can do. Each act is one change in the history and can be undone there and in moderation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import PROGRAM, Actor, require
from insek.people.locking import Conflict
from insek.people.models import Right
from insek.release.undo import undo_change
from insek.thread import services as thread
from insek.thread.cleaning import clean_text
from insek.thread.history import UNDOES
from insek.thread.models import Change, Item, Visibility

from .models import Contribution
from .numbers import take_number

State = Contribution.State
ANSWERABLE = (State.NEW, State.PUBLIC)
"""What can be answered together; who was rejected reads the reason, who was merged the answer to the other."""
LONGEST_REPLY = 4_000
LONGEST_REASON = 2_000
MODERATED = {
    "state", "visibility", "merged_into_id", "rejection_reason", "reply", "replied_on", "title", "number",
}  # fmt: skip
"""What moderation changes, and only that can be undone."""
MERGEABLE = (State.NEW, State.PUBLIC)
"""Into what others can be merged."""


def publish(item: Item, *, expected_version: int, actor: Actor, title: str = "") -> Item:
    """Make a contribution public, with a number; the title may be put better."""
    values: dict[str, Any] = {
        "state": State.PUBLIC, "merged_into": None, "rejection_reason": "", "visibility": Visibility.PUBLIC,
    }  # fmt: skip
    if title.strip():
        values["title"] = title
    if item.number:
        return _update_as_moderator(item, expected_version, values, actor)
    with transaction.atomic():
        values["number"] = take_number(item.concept_id)
        return _update_as_moderator(item, expected_version, values, actor)


def publish_many(items: Iterable[tuple[Item, int]], *, actor: Actor) -> tuple[list[Item], list[Item]]:
    """Publish what is still as the moderator saw it; returns the published ones and those that changed meanwhile."""
    done, missed = [], []
    for item, version in items:
        try:
            done.append(publish(item, expected_version=version, actor=actor))
        except Conflict:
            missed.append(item)
    return done, missed


def reject(item: Item, *, reason: str, expected_version: int, actor: Actor) -> Item:
    """Keep a contribution internal for good, with a reason that its contributor reads. Raises ValidationError.

    What was merged into it speaks for somebody else and waits in the queue again.
    """
    reason = str(clean_text(reason)).strip()
    if not reason:
        raise ValidationError(
            {"reason": _("Bitte den Grund nennen. Wer den Beitrag geschrieben hat, liest ihn.")}
        )
    if len(reason) > LONGEST_REASON:
        raise ValidationError(
            {"reason": _("Der Grund ist zu lang: höchstens %(limit)s Zeichen.") % {"limit": LONGEST_REASON}}
        )
    values = {
        "state": State.REJECTED, "merged_into": None, "rejection_reason": reason,
        "visibility": Visibility.INTERNAL,
    }  # fmt: skip
    with transaction.atomic():
        return_merged(item, actor=actor)
        return _update_as_moderator(item, expected_version, values, actor)


def return_merged(item: Item, *, actor: Actor) -> int:
    """Put back into the queue what was merged into a contribution that is rejected, withdrawn or no longer public.

    Returns how many they are. One query and those of their changes.
    """
    rows = Contribution.objects.filter(merged_into=item.pk).select_related("item").order_by("pk")
    returned = [
        _update_as_moderator(row.item, row.item.version, {"state": State.NEW, "merged_into": None}, actor)
        for row in rows
    ]
    return len(returned)


def return_lost_merges() -> int:
    """Put back into the queue what was merged into something that can hold it no longer. Run by the clock.

    Acts of moderation see to it themselves; a package of an older program may still say so. Returns how many they are.
    """
    lost = Contribution.objects.filter(state=State.MERGED).exclude(merged_into__state__in=MERGEABLE)
    targets = Item.objects.filter(contribution__merged__in=lost).distinct().order_by("pk")
    return sum(return_merged(item, actor=PROGRAM) for item in targets)


def merge(item: Item, *, into: Item, expected_version: int, actor: Actor) -> Item:
    """Put a duplicate into another contribution; what was merged into it goes along. Raises ValidationError."""
    target = into.contribution
    if into.concept_id != item.concept_id or into.pk == item.pk:
        raise ValidationError({"into": _("Bitte einen anderen Beitrag nennen.")})
    if target.state not in MERGEABLE:
        raise ValidationError({"into": _("Dieser Beitrag ist selbst abgelehnt oder zusammengeführt.")})
    with transaction.atomic():
        for row in Contribution.objects.filter(merged_into=item.pk).select_related("item"):
            _update_as_moderator(row.item, row.item.version, {"merged_into": target}, actor)
        values = {
            "state": State.MERGED, "merged_into": target, "rejection_reason": "",
            "visibility": Visibility.INTERNAL,
        }  # fmt: skip
        return _update_as_moderator(item, expected_version, values, actor)


def reply(item: Item, *, text: str, expected_version: int, actor: Actor) -> Item:
    """Answer a contribution, or take the answer back with an empty text; the day is today."""
    text = checked_reply(text) if text.strip() else ""
    return _update_as_moderator(
        item, expected_version, {"reply": text, "replied_on": clock.today() if text else None}, actor
    )


def reply_many(
    items: Iterable[tuple[Item, int]], *, text: str, actor: Actor
) -> tuple[list[Item], list[Item]]:
    """Give several contributions the same answer, each as an act of its own with its history.

    Returns those that have it now, and those that changed since the moderator saw them. Raises ValidationError.
    """
    text = checked_reply(text)
    done, missed = [], []
    for item, version in items:
        try:
            done.append(reply(item, text=text, expected_version=version, actor=actor))
        except Conflict:
            missed.append(item)
    return done, missed


def checked_reply(text: str) -> str:
    """An answer as it is kept. Raises ValidationError for none, a broken or too long one."""
    text = str(clean_text(text)).strip()
    if not text:
        raise ValidationError(_("Bitte die Rückmeldung schreiben."))
    if len(text) > LONGEST_REPLY:
        raise ValidationError(
            _("Die Rückmeldung ist zu lang: höchstens %(limit)s Zeichen.") % {"limit": LONGEST_REPLY}
        )
    return text


def undo(item: Item, *, actor: Actor) -> Item:
    """Take back the last change of a contribution, if it was one of moderation. Raises ValidationError, Conflict."""
    require(actor, "participation.moderate")
    last = Change.objects.filter(item_id=item.pk).order_by("-at", "-id").first()
    if last is None or not is_moderation(last) or last.version != item.version:
        raise ValidationError(_("Die letzte Änderung lässt sich hier nicht zurücknehmen."))
    undone = undo_change(last, actor=actor, expected_version=item.version)
    assert isinstance(undone, Item)
    return undone


def put_back(item: Item, plain: dict[str, Any], version: int, actor: Actor) -> Item:
    """Give a contribution values that it had, as the history keeps them: the way back of every act of moderation.

    Whoever was merged into what is no longer public waits in the queue again. Raises ValidationError, Conflict.
    """
    if not set(plain) <= MODERATED:
        raise ValidationError(_("Das war keine Entscheidung der Moderation."))
    values = dict(plain)
    if "merged_into_id" in values:
        target = Contribution.objects.filter(pk=values.pop("merged_into_id") or "").first()
        if target is not None and target.state not in MERGEABLE:
            raise ValidationError(
                _("Der andere Beitrag ist inzwischen abgelehnt oder selbst zusammengeführt.")
            )
        values["merged_into"] = target
    if "replied_on" in values:
        values["replied_on"] = parse_date(values["replied_on"]) if values["replied_on"] else None
    with transaction.atomic():
        if (
            item.visibility == Visibility.PUBLIC
            and values.get("visibility", item.visibility) != item.visibility
        ):
            return_merged(item, actor=actor)
        return _update_as_moderator(item, version, values, actor)


def is_moderation(change: Change) -> bool:
    """Whether a change was an act of moderation."""
    return (
        bool(change.differences)
        and change.action != Change.Action.CREATED
        and set(change.differences) - {UNDOES} <= MODERATED
    )


def _update_as_moderator(item: Item, expected_version: int, values: dict[str, Any], actor: Actor) -> Item:
    """Moderating takes the one right; for this act, and on a contribution alone, it stands for changing and releasing."""
    require(actor, "participation.moderate")
    if item.kind != "contribution":
        raise ValidationError(_("Das ist kein Beitrag."))
    entitled = Actor(
        user_id=actor.user_id,
        name=actor.name,
        unit_id=actor.unit_id,
        rights=actor.rights | {Right.EDIT, Right.RELEASE},
        roles=actor.roles,
    )
    return thread.update_item(
        item, expected_version=expected_version, values=values, actor=entitled, index_later=True
    )
