"""Batches: many items changed at once, from the preview over the change to its undoing.

Each change is rehearsed (done and taken back) for the preview, so that what the page shows is what will happen and what
is refused is refused before anybody agrees. What is public becomes a proposal. Up to INLINE items it is done in the
request, above that by a job whose page says how far it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.jobs.clock import register_recurring
from insek.jobs.reaper import register_finder
from insek.people.actors import Actor, actor_for
from insek.people.models import User
from insek.release import releases
from insek.release.bundling import bundling
from insek.release.models import Proposal
from insek.release.plain_values import from_plain
from insek.thread import recording, services
from insek.thread.kinds import kind_named
from insek.thread.models import Item
from insek.thread.pieces import pause

from .batch_undo import take_entry_back
from .for_edition import edition_of_batch, is_edition_gone, remember_edition
from .kept_files import drop_files
from .models import Batch, BatchEntry
from .rehearsing import EntryRefused, refusal_words

logger = logging.getLogger("insek.batch")

LIMIT = 1000
"""Items that one batch may change."""
INLINE, INLINE_ROWS = 100, 300
"""Items that are changed, and rows that are read, while the person waits for the page; more are left to a job."""
INLINE_READ = 80
"""Rows that are read in while the person waits."""
AT_ONCE = 10
"""Rows of a sheet that are taken over in one transaction; more would keep others from writing."""
BREATH = 5
"""Items after which those who wait to write come in."""
MOST_DRAFTS = 10
"""Batches of one person that may wait for a decision; of selections for a change the oldest goes, a reading is never thrown away for another."""

Operation, Result, State = BatchEntry.Operation, BatchEntry.Result, Batch.State
Planner = Callable[[Batch, Actor], Iterable[BatchEntry | None]]
"""Gives the entries of a preview, one after the other, not yet saved; None for what is looked at and not listed."""
_planners: dict[str, Planner] = {}


class StepStopped(Exception):
    """A step cannot be done now; its text says why and what to do."""


class DoneBefore(Exception):
    """Another process has done this entry: the batch was taken for lost, and was only slow."""


Performer = Callable[[Batch, BatchEntry, Actor, Callable[[], None]], None]
"""Does an entry, and calls what keeps its result in the transaction that makes it count."""
_performers: dict[str, Performer] = {}


def register_performer(origin: str, performer: Performer) -> None:
    """Make known how the entries of batches of one origin are done, where it is not by saving an item."""
    _performers[origin] = performer


def register_planner(origin: str, planner: Planner) -> None:
    """Make known how the preview of batches of one origin is made."""
    _planners[origin] = planner


Runner = Callable[[Batch, Actor], None]
_runners: dict[str, dict[str, Runner]] = {}


def register_runners(origin: str, *, prepare: Runner, apply: Runner, undo: Runner) -> None:
    """Make known how batches of one origin do their steps, where it is not entry by entry. Each ends by saying its state."""
    _runners[origin] = {State.PREPARING: prepare, State.RUNNING: apply, State.UNDOING: undo}


def begin(
    *, concept: Concept, kind: str, origin: str, label: str, task: dict[str, Any], total: int, language: str, actor: Actor,
    data: bytes = b"",
) -> Batch:  # fmt: skip
    """Keep what somebody is about to change; nothing is changed yet. Raises PermissionDenied."""
    if actor.user_id is None:
        raise PermissionDenied("a batch needs an owner")
    waiting = drafts_of(actor).exclude(origin=Batch.Origin.READ).order_by("-created_at")
    if origin != Batch.Origin.READ:
        Batch.objects.filter(pk__in=[batch.pk for batch in waiting.only("pk")[MOST_DRAFTS - 1 :]]).delete()
    return Batch.objects.create(
        concept=concept, kind=kind, origin=origin, label=shortened(label, 300), task=task, total=total, language=language,
        owner_id=actor.user_id, data=data,
    )  # fmt: skip


def drafts_of(actor: Actor) -> QuerySet[Batch]:
    """What a person has begun and not decided about."""
    return Batch.objects.filter(owner=actor.user_id, state__in=[State.DRAFT, State.READY])


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


def start(batch: Batch, before: set[str], state: str, total: int) -> None:
    """Begin a step of a batch of an origin with runners, here or in a job. A second call does nothing."""
    _claim_and_run(batch, before, state, total)


def done_entries(batch: Batch) -> Any:
    """What a batch really did."""
    return BatchEntry.objects.filter(
        batch=batch,
        result__in=[Result.SAVED, Result.PROPOSED, Result.CREATED, Result.DELETED, Result.RELEASED],
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
    if state != State.UNDOING:
        remember_edition(batch)
    reads = batch.origin in {Batch.Origin.SHEET, Batch.Origin.READ} and state == State.PREPARING
    most = INLINE_ROWS if reads else INLINE_READ if batch.origin in _runners else INLINE
    if total > most:
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
    found = Batch.objects.select_related("owner", "concept").filter(pk=UUID(token), state=state, done=0)
    if batch := found.first():
        _run(batch)


def resume_lost(before: datetime) -> int:
    """Go on with batches at which nobody wrote since that moment, in a job; returns how many. Run by the reaper."""
    working = [State.PREPARING, State.RUNNING, State.UNDOING]
    resumed = 0
    for batch in Batch.objects.filter(state__in=working, touched_at__lt=before):
        mine = Batch.objects.filter(pk=batch.pk, state=batch.state, touched_at=batch.touched_at)
        if mine.update(touched_at=timezone.now()):
            resume_batch.enqueue(str(batch.pk), batch.state)
            resumed += 1
    return resumed


@task()
def resume_batch(token: str, state: str) -> None:
    """Go on with a batch whose process is gone. What is done is not done again."""
    if batch := Batch.objects.select_related("owner", "concept").filter(pk=UUID(token), state=state).first():
        _run(batch)


def _run(batch: Batch) -> None:
    state = batch.state
    steps = {
        State.PREPARING: (_prepare, State.DRAFT),
        State.RUNNING: (
            _apply,
            State.READY if batch.origin in {Batch.Origin.SHEET, Batch.Origin.READ} else State.DONE,
        ),
        State.UNDOING: (_undo, State.DONE),
    }
    usual, if_failed = steps[State(state)]
    step: Runner = _runners.get(batch.origin, {}).get(state, usual)
    with override(batch.language), bundling(edition_of_batch(batch)):
        try:
            if is_edition_gone(batch):
                raise StepStopped(_("An der Ausgabe, für die das gedacht war, wird nicht mehr gearbeitet."))
            step(batch, actor_for(_who_acts(batch)))
        except StepStopped as stopped:
            Batch.objects.filter(pk=batch.pk).update(state=if_failed, problem=str(stopped))
        except Exception:
            logger.exception("batch %s failed while %s", batch.pk, state)
            if state == State.RUNNING and batch.origin == Batch.Origin.READ and done_entries(batch).exists():
                # its preview would be made anew or thrown away, and with it what was written could not be taken back
                if_failed = State.DONE
            Batch.objects.filter(pk=batch.pk).update(
                state=if_failed,
                problem=_(
                    "Das ist nicht gelungen. Was schon geschehen ist, steht unten; an allem anderen hat sich nichts geändert."
                ),
            )


def _who_acts(batch: Batch) -> Any:
    """The owner; what somebody else takes back is taken back with that one's rights."""
    key = batch.task.get("taken_back_by") if batch.state == State.UNDOING else None
    return (User.objects.filter(pk=key).first() if key else None) or batch.owner


def progress(batch: Batch, done: int) -> None:
    """Say how far a batch is, and that somebody is at it."""
    Batch.objects.filter(pk=batch.pk).update(done=done, touched_at=timezone.now())


def _prepare(batch: Batch, actor: Actor) -> None:
    batch.entries.all().delete()
    entries, done = iter(_planners[batch.origin](batch, actor)), 0
    while chunk := list(islice(entries, BREATH)):
        BatchEntry.objects.bulk_create([entry for entry in chunk if entry is not None])
        done += len(chunk)
        progress(batch, done)
        pause()
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
        for entry in _with_pauses(batch, planned):
            try:
                _perform_entry(batch, entry, actor)
            except DoneBefore:
                continue
            except Exception as error:
                _refuse(entry, error, batch.kind)
    Batch.objects.filter(pk=batch.pk).update(
        state=State.DONE, data=b"", touched_at=timezone.now(), expires_at=timezone.now() + Batch.KEPT
    )


def _with_pauses(batch: Batch, entries: Sequence[BatchEntry]) -> Iterator[BatchEntry]:
    """One entry after the other, with pauses in which others write, and saying how far it is."""
    before = batch.total - len(entries) if 0 < len(entries) <= batch.total else 0
    for number, entry in enumerate(entries, 1):
        yield entry
        if number % BREATH == 0:
            pause()
        if number % 10 == 0:
            progress(batch, before + number)


def _perform_entry(batch: Batch, entry: BatchEntry, actor: Actor) -> None:
    """Change one item and say so, both or nothing. Raises DoneBefore and what ``perform`` raises."""

    def keep() -> None:
        mine = BatchEntry.objects.filter(pk=entry.pk, result=Result.PLANNED)
        if not mine.update(
            item_id=entry.item_id, result=entry.result, version=entry.version, proposal=entry.proposal
        ):
            raise DoneBefore

    if do := _performers.get(batch.origin):
        do(batch, entry, actor, keep)
        return
    with transaction.atomic():
        perform(batch, entry, actor)
        keep()


def _refuse(entry: BatchEntry, error: Exception, kind: str) -> str:
    """Keep why an entry was refused."""
    reason = refusal_words(error, kind)
    mine = BatchEntry.objects.filter(pk=entry.pk, result=Result.PLANNED)
    mine.update(result=Result.REFUSED, reason=reason)
    return reason


def _all_or_nothing(batch: Batch, planned: list[BatchEntry], actor: Actor) -> str:
    """Take a whole sheet over; returns why nothing was taken over.

    A short one in one transaction. Of a long one all rows are tried first, and then taken over one after the other; where
    somebody changes an item in that very moment, what was taken over before is taken back.
    """
    entry = None
    try:
        if batch.total <= AT_ONCE:
            with transaction.atomic():
                for entry in planned:
                    _perform_entry(batch, entry, actor)
            return ""
        if not done_entries(batch).exists():
            for entry in _with_pauses(batch, planned):
                _rehearse_entry(batch, entry, actor)
        for entry in _with_pauses(batch, planned):
            with suppress(DoneBefore):
                _perform_entry(batch, entry, actor)
    except Exception as error:
        reason = refusal_words(error, batch.kind)
        if entry is not None:
            _refuse(entry, error, batch.kind)
        where = {"row": entry.row if entry else "–", "reason": reason}
        if _taken_back(batch, actor):
            return _("Nichts ist übernommen, damit nichts halb ankommt. Zeile %(row)s: %(reason)s") % where
        return (
            _(
                "Zeile %(row)s: %(reason)s Das Übrige ist wieder zurückgenommen, bis auf das, was inzwischen jemand anderes geändert hat."
            )
            % where
        )
    return ""


def _rehearse_entry(batch: Batch, entry: BatchEntry, actor: Actor) -> None:
    """Do an entry and take it back at once. Raises what ``perform`` raises."""
    tried = copy(entry)
    with transaction.atomic():
        with recording.watched():
            perform(batch, tried, actor)
        transaction.set_rollback(True)


def _taken_back(batch: Batch, actor: Actor) -> bool:
    """Take back what was taken over of a sheet, so that it can be tried again; whether all of it could be."""
    whole = True
    for entry in _with_pauses(batch, list(done_entries(batch).order_by("-pk"))):
        created = entry.act == Operation.CREATE
        with transaction.atomic():
            take_entry_back(batch, entry, actor)
            if entry.result == Result.UNDONE:
                item = Item.objects.filter(pk=entry.item_id).first()
                entry.result, entry.reason, entry.proposal = Result.PLANNED, "", None
                entry.item_id, entry.version = ("", 0) if created or item is None else (item.pk, item.version)
            else:
                whole = False
            entry.save()
    return whole


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
        raise EntryRefused(_("Diesen Inhalt gibt es nicht mehr."))
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
    for entry in _with_pauses(batch, list(done_entries(batch).order_by("-pk"))):
        try:
            with transaction.atomic():
                take_entry_back(batch, entry, actor)
                entry.save()
        except Exception as error:
            entry.reason = refusal_words(error, batch.kind)
            entry.save()
    Batch.objects.filter(pk=batch.pk).update(state=State.UNDONE, touched_at=timezone.now())


def purge_batches() -> None:
    """Delete batches whose time is over; what they changed stays, and so does its history."""
    Batch.objects.filter(expires_at__lte=timezone.now()).delete()


def purge_files(needle: str) -> int:
    """Delete batches whose time is over, and unfinished ones with a file that holds a text; returns how many."""
    return drop_files(Batch.objects.all(), needle)


register_finder("batches", resume_lost)
register_recurring("purge-batches", timedelta(hours=1), purge_batches)
