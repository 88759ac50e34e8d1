"""Rehearsals for the preview of a batch: what each entry would do, and why it is refused, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BaseConstraint, ProtectedError
from django.utils.translation import gettext as _

from insek.engines.text import shortened
from insek.items.views.editing import what_rests_on
from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.release import releases
from insek.release.changes import history_label
from insek.thread import history, recording, services
from insek.thread.models import Item

from .models import Batch, BatchEntry

Operation, Result = BatchEntry.Operation, BatchEntry.Result


class EntryRefused(Exception):
    """One item cannot be changed; the text says why."""


def planned_change(
    item: Item, *, values: dict[str, Any], actor: Actor, fields: Any = None, themes: Any = None, **more: Any
) -> BatchEntry:
    """What saving these values would change, word by word, or why it is refused."""
    entry = BatchEntry(item_id=item.pk, title=shortened(str(item), 400), version=item.version, **more)
    entry.is_public = releases.touches_public(item, values)
    return _rehearsed(
        entry,
        item.kind,
        lambda: releases.rehearse(
            item,
            lambda: services.update_item(
                item, expected_version=item.version, values=values, actor=releases.entitled(actor), fields=fields, themes=themes,
            ),
        ),
    )  # fmt: skip


def planned_creation(
    batch: Batch, *, values: dict[str, Any], actor: Actor, fields: Any = (), themes: Any = (), **more: Any
) -> BatchEntry:
    """What a new item would hold, or why it is refused."""
    title = f"{values.get('number', '')} {values.get('title', '')}".strip()
    entry = BatchEntry(batch=batch, title=shortened(title, 400), act=Operation.CREATE, **more)

    def perform_it() -> dict[str, Any]:
        with transaction.atomic():
            with recording.watched():
                item = services.create_item(
                    kind=batch.kind, concept=batch.concept, values=values, actor=actor, fields=fields, themes=themes
                )  # fmt: skip
                told = history.differences({}, history.snapshot(item))
            transaction.set_rollback(True)
        return {name: pair for name, pair in told.items() if pair[1] not in (None, "", [])}

    return _rehearsed(entry, batch.kind, perform_it)


def planned_deletion(item: Item, *, actor: Actor, **more: Any) -> BatchEntry:
    """Whether an item can be deleted."""
    entry = BatchEntry(
        item_id=item.pk, title=shortened(str(item), 400), version=item.version, act=Operation.DELETE, **more
    )

    def perform_it() -> dict[str, Any]:
        with transaction.atomic():
            services.delete_item(item, expected_version=item.version, actor=actor)
            transaction.set_rollback(True)
        return {}

    return _rehearsed(entry, item.kind, perform_it)


def _rehearsed(entry: BatchEntry, kind: str, perform_it: Callable[[], dict[str, Any]]) -> BatchEntry:
    try:
        entry.differences = perform_it()
    except Exception as error:
        return refused(entry, refusal_words(error, kind))
    if entry.act == Operation.CHANGE and not entry.differences:
        entry.result, entry.ticked = Result.UNCHANGED, False
    return entry


def refused(entry: BatchEntry, reason: str, column: str = "") -> BatchEntry:
    """An entry that cannot be done, with the reason."""
    entry.result, entry.reason, entry.column, entry.ticked = (
        Result.REFUSED,
        reason,
        shortened(column, 200),
        False,
    )
    entry.differences = {}
    return entry


def refusal_words(error: Exception, kind: str) -> str:
    """Why something was refused, in words. What is no refusal but a mistake of the program is raised again."""
    if isinstance(error, ValidationError):
        return " ".join(messages_of(error, kind))
    if isinstance(error, PermissionDenied):
        return _("Das dürfen Sie nicht.")
    if isinstance(error, Conflict):
        return _("Inzwischen hat jemand anderes diesen Inhalt geändert.")
    if isinstance(error, ProtectedError):
        return _("Andere Inhalte beruhen darauf: %(what)s.") % {"what": what_rests_on(error)}
    if isinstance(error, IntegrityError):
        return _("Die Angaben widersprechen anderen.")
    if isinstance(error, releases.ItemGone):
        return _("Diesen Inhalt gibt es nicht mehr.")
    if isinstance(error, EntryRefused | releases.ProposalDecided):
        return str(error) if isinstance(error, EntryRefused) else _("Darüber ist schon entschieden.")
    raise error


def messages_of(error: ValidationError, kind: str) -> list[str]:
    """The messages of an error, each with the name of its field before it."""
    if not hasattr(error, "error_dict"):
        return list(map(_without_names, error.messages))
    found = []
    for name, errors in error.error_dict.items():
        lead = "" if name == "__all__" else f"{history_label(kind, name)}: "
        found += [f"{lead}{_without_names(message)}" for part in errors for message in part.messages]
    return found


def _without_names(message: str) -> str:
    """A message, but where it is only the name of a rule of the database, which says nothing to a person."""
    before, _name, behind = str(BaseConstraint.default_violation_error_message).partition("%(name)s")
    if message.startswith(before) and message.endswith(behind):
        return _("Diese Angaben passen nicht zueinander. Bitte prüfen Sie sie im Formular des Inhalts.")
    return message
