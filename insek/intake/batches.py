"""Batches: many items changed at once, from the preview over the change to its undoing.

Each change is rehearsed (done and taken back) for the preview, so that what the page shows is what will happen and what
is refused is refused before anybody agrees. What is public becomes a proposal. Up to INLINE items it is done in the
request, above that by a job whose page says how far it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.items.views.editing import what_rests_on
from insek.jobs.clock import register_recurring
from insek.people.actors import Actor, actor_for
from insek.people.locking import Conflict
from insek.release import releases
from insek.release.changes import history_label
from insek.release.models import Proposal
from insek.release.plain_values import from_plain
from insek.thread import history, recording, services
from insek.thread.kinds import kind_named
from insek.thread.models import Item

from .batch_undo import take_entry_back
from .kept_files import drop_files
from .models import Batch, BatchEntry

logger = logging.getLogger("insek.batch")

LIMIT = 500
"""Items that one batch may change."""
INLINE, INLINE_ROWS = 100, 300
"""Items that are changed, and rows that are read, while the person waits for the page; more are left to a job."""
MOST_DRAFTS = 10
"""Batches of one person that may wait for a decision; the oldest goes."""

Operation, Result, State = BatchEntry.Operation, BatchEntry.Result, Batch.State
Planner = Callable[[Batch, Actor], Iterable[BatchEntry | None]]
"""Gives the entries of a preview, one after the other, not yet saved; None for what is looked at and not listed."""
_planners: dict[str, Planner] = {}


class Refused(Exception):
    """One item cannot be changed; the text says why."""


def register_planner(origin: str, planner: Planner) -> None:
    """Make known how the preview of batches of one origin is made."""
    _planners[origin] = planner


def begin(
    *, concept: Concept, kind: str, origin: str, label: str, task: dict[str, Any], total: int, language: str, actor: Actor,
    data: bytes = b"",
) -> Batch:  # fmt: skip
    """Keep what somebody is about to change; nothing is changed yet. Raises PermissionDenied."""
    if actor.user_id is None:
        raise PermissionDenied("a batch needs an owner")
    waiting = Batch.objects.filter(owner=actor.user_id, state__in=[State.DRAFT, State.READY]).order_by(
        "-created_at"
    )
    Batch.objects.filter(pk__in=[batch.pk for batch in waiting.only("pk")[MOST_DRAFTS - 1 :]]).delete()
    return Batch.objects.create(
        concept=concept, kind=kind, origin=origin, label=shortened(label, 300), task=task, total=total, language=language,
        owner_id=actor.user_id, data=data,
    )  # fmt: skip


def prepare(batch: Batch) -> None:
    """Make the preview, or make it anew. A second call while it is being made does nothing."""
    _claim_and_run(batch, {State.DRAFT, State.READY}, State.PREPARING, batch.total)


def apply(batch: Batch, ticked: Iterable[int]) -> None:
    """Do what the preview showed, for the entries ticked. A second call does nothing."""
    with transaction.atomic():
        claimed = Batch.objects.filter(pk=batch.pk, state=State.READY)
        if not claimed.update(state=State.RUNNING, touched_at=timezone.now(), problem=""):
            return
        planned = BatchEntry.objects.filter(batch=batch, result=Result.PLANNED)
        planned.exclude(pk__in=list(ticked)).update(result=Result.LEFT, ticked=False)
        planned.update(ticked=True)
    _run_or_enqueue(batch, State.RUNNING, planned.count())


def undo(batch: Batch) -> None:
    """Take back what a batch did, item by item, where nobody has touched it since. A second call does nothing."""
    _claim_and_run(batch, {State.DONE}, State.UNDOING, done_entries(batch).count())


def free_if_lost(batch: Batch) -> None:
    """Free a batch whose job was lost, so that it can be looked at, made anew or taken back."""
    before = {State.PREPARING: State.DRAFT, State.RUNNING: State.DONE, State.UNDOING: State.DONE}
    if batch.state not in before or batch.is_working:
        return
    lost = Batch.objects.filter(pk=batch.pk, state=batch.state, touched_at=batch.touched_at)
    lost.update(
        state=before[State(batch.state)],
        problem=_(
            "Das ist nicht zu Ende gegangen. Was nicht als geändert aufgeführt ist, hat sich nicht geändert."
        ),
    )
    batch.refresh_from_db()


def done_entries(batch: Batch) -> Any:
    """What a batch really did."""
    return BatchEntry.objects.filter(
        batch=batch, result__in=[Result.SAVED, Result.PROPOSED, Result.CREATED, Result.DELETED]
    )


def counts_of(batch: Batch) -> dict[str, int]:
    """How many entries have which result. One query."""
    rows = batch.entries.order_by().values_list("result").annotate(count=Count("pk"))
    return dict(rows)


def _claim_and_run(batch: Batch, before: set[str], state: str, total: int) -> None:
    claimed = Batch.objects.filter(pk=batch.pk, state__in=list(before))
    if claimed.update(state=state, touched_at=timezone.now(), problem=""):
        _run_or_enqueue(batch, state, total)


def _run_or_enqueue(batch: Batch, state: str, total: int) -> None:
    Batch.objects.filter(pk=batch.pk).update(done=0, total=total)
    reads = batch.origin == Batch.Origin.SHEET and state == State.PREPARING
    if total > (INLINE_ROWS if reads else INLINE):
        transaction.on_commit(partial(run_batch.enqueue, str(batch.pk), state))
    else:
        run(str(batch.pk), state)
    batch.refresh_from_db()


@task()
def run_batch(token: str, state: str) -> None:
    """One step of a batch in the background."""
    run(token, state)


def run(token: str, state: str) -> None:
    """Make the preview, the change or its undoing, as the owner and with the rights the owner has now."""
    batch = (
        Batch.objects.select_related("owner", "concept").filter(pk=UUID(token), state=state, done=0).first()
    )
    if batch is None:
        return
    steps = {
        State.PREPARING: (_prepare, State.DRAFT),
        State.RUNNING: (_apply, State.READY if batch.origin == Batch.Origin.SHEET else State.DONE),
        State.UNDOING: (_undo, State.DONE),
    }
    step, if_failed = steps[State(state)]
    with override(batch.language):
        try:
            step(batch, actor_for(batch.owner))
        except Exception:
            logger.exception("batch %s failed while %s", batch.pk, state)
            Batch.objects.filter(pk=batch.pk).update(
                state=if_failed,
                problem=_(
                    "Das ist nicht gelungen. Was schon geschehen ist, steht unten; an allem anderen hat sich nichts geändert."
                ),
            )


def _progress(batch: Batch, done: int) -> None:
    Batch.objects.filter(pk=batch.pk).update(done=done, touched_at=timezone.now())


def _prepare(batch: Batch, actor: Actor) -> None:
    batch.entries.all().delete()
    entries, done = iter(_planners[batch.origin](batch, actor)), 0
    while chunk := list(islice(entries, 20)):
        BatchEntry.objects.bulk_create([entry for entry in chunk if entry is not None])
        done += len(chunk)
        _progress(batch, done)
    Batch.objects.filter(pk=batch.pk).update(
        state=State.READY, done=0, task=batch.task, expires_at=timezone.now() + Batch.DRAFT_KEPT
    )


def _apply(batch: Batch, actor: Actor) -> None:
    planned = list(batch.entries.filter(result=Result.PLANNED))
    if batch.origin == Batch.Origin.SHEET:
        problem = _all_or_nothing(batch, planned, actor)
        if problem:
            BatchEntry.objects.filter(batch=batch, result=Result.LEFT).update(result=Result.PLANNED)
            Batch.objects.filter(pk=batch.pk).update(state=State.READY, problem=problem, done=0)
            return
    else:
        for number, entry in enumerate(planned, 1):
            _perform_or_refuse(batch, entry, actor)
            entry.save()
            if number % 10 == 0:
                _progress(batch, number)
    Batch.objects.filter(pk=batch.pk).update(
        state=State.DONE, data=b"", touched_at=timezone.now(), expires_at=timezone.now() + Batch.KEPT
    )


def _perform_or_refuse(batch: Batch, entry: BatchEntry, actor: Actor) -> None:
    """Change one item, all of it or nothing; a refusal is kept with its reason."""
    try:
        with transaction.atomic():
            perform(batch, entry, actor)
    except Exception as error:
        entry.result, entry.reason = Result.REFUSED, refusal_words(error, batch.kind)


def _all_or_nothing(batch: Batch, planned: list[BatchEntry], actor: Actor) -> str:
    """Take a whole sheet over in one transaction; returns why nothing was taken over."""
    entry = None
    try:
        with transaction.atomic():
            for entry in planned:
                perform(batch, entry, actor)
            BatchEntry.objects.bulk_update(planned, ["item_id", "result", "version", "proposal"])
    except Exception as error:
        reason = refusal_words(error, batch.kind)
        if entry is not None:
            BatchEntry.objects.filter(pk=entry.pk).update(result=Result.REFUSED, reason=reason)
        return _("Nichts ist übernommen, damit nichts halb ankommt. Zeile %(row)s: %(reason)s") % {
            "row": entry.row if entry else "–", "reason": reason,
        }  # fmt: skip
    return ""


def perform(batch: Batch, entry: BatchEntry, actor: Actor) -> None:
    """Do one entry and write down what came of it. Raises what the services raise, and Refused."""
    plain = {name: after for name, (_before, after) in entry.differences.items()}
    if entry.act == Operation.CREATE:
        new = from_plain(Item(concept=batch.concept, kind=batch.kind), plain)
        item = services.create_item(
            kind=batch.kind, concept=batch.concept, values=new.values, actor=actor,
            fields=new.fields or (), themes=new.themes or (),
        )  # fmt: skip
        entry.item_id, entry.version, entry.result = item.pk, item.version, Result.CREATED
        return
    item = visible_items(batch, actor).filter(pk=entry.item_id).first()
    if item is None:
        raise Refused(_("Diesen Inhalt gibt es nicht mehr."))
    if entry.act == Operation.DELETE:
        services.delete_item(item, expected_version=entry.version, actor=actor)
        entry.result = Result.DELETED
        return
    new = from_plain(item, plain)
    saved = releases.save_or_propose(
        item, expected_version=entry.version, values=new.values, actor=actor, fields=new.fields, themes=new.themes
    )  # fmt: skip
    if isinstance(saved, Proposal):
        entry.result, entry.proposal, entry.version = Result.PROPOSED, saved.pk, saved.base_version
    else:
        entry.result, entry.version = Result.SAVED, saved.version


def visible_items(batch: Batch, actor: Actor) -> Any:
    """The items that a batch may reach, behind the gate, each with its own row."""
    items = Item.objects.visible_to(actor).filter(concept=batch.concept, kind=batch.kind)
    return items.select_related(kind_named(batch.kind).name, "concept")


def _undo(batch: Batch, actor: Actor) -> None:
    # the last first, so that a number that went from one item to another finds its way back
    for number, entry in enumerate(done_entries(batch).order_by("-pk"), 1):
        try:
            with transaction.atomic():
                take_entry_back(batch, entry, actor)
        except Exception as error:
            entry.reason = refusal_words(error, batch.kind)
        entry.save()
        if number % 10 == 0:
            _progress(batch, number)
    Batch.objects.filter(pk=batch.pk).update(state=State.UNDONE, touched_at=timezone.now())


# ---- rehearsals for the preview


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
    if isinstance(error, Refused | releases.Decided):
        return str(error) if isinstance(error, Refused) else _("Darüber ist schon entschieden.")
    raise error


def messages_of(error: ValidationError, kind: str) -> list[str]:
    """The messages of an error, each with the name of its field before it."""
    if not hasattr(error, "error_dict"):
        return error.messages
    found = []
    for name, errors in error.error_dict.items():
        lead = "" if name == "__all__" else f"{history_label(kind, name)}: "
        found += [f"{lead}{message}" for part in errors for message in part.messages]
    return found


def purge_batches() -> None:
    """Delete batches whose time is over; what they changed stays, and so does its history."""
    Batch.objects.filter(expires_at__lte=timezone.now()).delete()


def purge_files(needle: str) -> int:
    """Delete batches whose time is over, and unfinished ones with a file that holds a text; returns how many."""
    return drop_files(Batch.objects.all(), needle)


register_recurring("purge-batches", timedelta(hours=1), purge_batches)
