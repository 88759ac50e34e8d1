"""How a delivery gets into the database: a small one in one transaction, a large one in pieces that count all at once.

The rows of a large delivery are written piece by piece into an ``ImportBatch`` that is not yet valid. What they correct
or withdraw goes on counting until the last transaction makes the batch valid: one row changes, and every page sees all
of it (``Observation.objects.current``). Whatever ends the writing before, also the end of the process, leaves rows that
nobody sees; they are taken away again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django_tasks import task

from insek.people.actors import Actor
from insek.thread import history
from insek.thread.models import Change
from insek.thread.pieces import in_pieces, pause
from insek.thread.postings import in_transaction

from .models import ImportBatch, Indicator, Observation
from .secrecy import hiding

AT_ONCE = 300
"""Values that are written in one transaction."""
CHUNK = 400


class Overtaken(Exception):
    """Somebody else has changed one of the values meanwhile."""


@dataclass(frozen=True)
class NewValue:
    """A value to be recorded, with the one of the same place and period that counts until then."""

    new: Observation
    before: Observation | None


@dataclass
class Delivery:
    """What shall become valid together."""

    label: str
    values: list[NewValue]
    told: list[tuple[Indicator, dict[str, list[str | None]]]]
    """The lines of history: of which indicator, and what."""
    withdrawn: list[Observation] = field(default_factory=list)
    undoes: ImportBatch | None = None


Step = Callable[[ImportBatch], object]


def nothing(batch: ImportBatch) -> None:
    """Nothing else begins or ends with the delivery."""


def write(
    delivery: Delivery, *, actor: Actor, at_start: Step = nothing, at_end: Step = nothing
) -> ImportBatch:
    """Write a delivery, all of it or nothing. Raises Overtaken.

    ``at_start`` is done in the transaction in which the batch comes into being, ``at_end`` in the one that makes it valid.
    """
    batch = ImportBatch(label=delivery.label, author_id=actor.user_id, undoes=delivery.undoes)
    if in_transaction() or len(delivery.values) + len(delivery.withdrawn) <= AT_ONCE:
        with transaction.atomic():
            batch.save()
            at_start(batch)
            _write(batch, delivery.values)
            _withdraw(delivery.withdrawn)
            _tell(delivery, actor)
            at_end(batch)
        return batch
    batch.is_valid, batch.touched_at = False, timezone.now()
    with transaction.atomic():
        batch.save()
        at_start(batch)
    try:
        in_pieces(delivery.values, partial(_write_piece, batch))
        pause()
        in_pieces(delivery.withdrawn, partial(_withdraw_piece, batch))
        pause()
        with transaction.atomic():
            _touch(batch)
            if batch.observations.count() != len(delivery.values):
                raise Overtaken
            batch.is_valid, batch.touched_at = True, None
            batch.save(update_fields=["is_valid", "touched_at"])
            _tell(delivery, actor)
            at_end(batch)
    except BaseException:
        _take_away(batch)
        raise
    return batch


def _touch(batch: ImportBatch) -> None:
    """Say that somebody is at it, or learn that it was given up."""
    now = timezone.now()
    mine = ImportBatch.objects.filter(pk=batch.pk, is_valid=False, touched_at=batch.touched_at)
    if not mine.update(touched_at=now):
        raise Overtaken
    batch.touched_at = now


def _write_piece(batch: ImportBatch, values: Sequence[NewValue]) -> None:
    _touch(batch)
    _write(batch, values)


def _withdraw_piece(batch: ImportBatch, rows: Sequence[Observation]) -> None:
    _touch(batch)
    _withdraw(rows)


def _write(batch: ImportBatch, values: Sequence[NewValue]) -> None:
    """Write rows, and lead those that they correct to them."""
    # Only one row of a place, part and period may have no successor: step aside before the successors have a key.
    old = [value.before.pk for value in values if value.before is not None]
    _withdraw_keys(old)
    for value in values:
        value.new.batch = batch
    rows = [value.new for value in values]
    hidden = hiding.put_away(rows)
    try:
        with transaction.atomic():
            Observation.objects.bulk_create(rows)
    except IntegrityError:
        raise Overtaken from None
    hiding.keep_hidden(hidden)
    successor = Observation.objects.filter(
        batch=batch, indicator=OuterRef("indicator"), district=OuterRef("district"),
        breakdown=OuterRef("breakdown"), period_start=OuterRef("period_start"), period_end=OuterRef("period_end"),
    )  # fmt: skip
    for start in range(0, len(old), CHUNK):
        former = Observation.objects.filter(pk__in=old[start : start + CHUNK])
        former.update(superseded_by=Subquery(successor.values("pk")[:1]))


def _withdraw(rows: Sequence[Observation]) -> None:
    """Let rows count no longer without a successor: they point to themselves."""
    _withdraw_keys([row.pk for row in rows])


def _withdraw_keys(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        rows = Observation.objects.filter(pk__in=some, superseded_by=None)
        if rows.update(superseded_by=F("pk")) != len(some):
            raise Overtaken


def _tell(delivery: Delivery, actor: Actor) -> None:
    for indicator, changed in delivery.told:
        history.record(indicator.item, Change.Action.RECORDED, actor=actor, changed=changed)


# ---- what was not finished


def _take_away(batch: ImportBatch) -> None:
    """Take away what was written of a delivery that never became valid, in pieces too; nobody has seen it."""
    in_pieces(list(batch.observations.values_list("pk", flat=True)), _take_rows_away)
    if batch.undoes is not None:
        withdrawn = batch.undoes.observations.filter(superseded_by=F("pk"))
        in_pieces(list(withdrawn.values_list("pk", flat=True)), _let_count_again)
    ImportBatch.objects.filter(pk=batch.pk, is_valid=False).delete()


def _take_rows_away(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), CHUNK):
        rows = Observation.objects.filter(pk__in=keys[start : start + CHUNK])
        rows.update(superseded_by=F("pk"))
        Observation.objects.filter(superseded_by__in=rows.values("pk")).exclude(
            pk__in=rows.values("pk")
        ).update(superseded_by=None)
        hiding.forget(rows)
        rows._raw_delete(rows.db)


def _let_count_again(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), CHUNK):
        Observation.objects.filter(pk__in=keys[start : start + CHUNK]).update(superseded_by=None)


def clear_unfinished(before: datetime) -> int:
    """Take away, in jobs, deliveries of which no piece was written since that moment; returns how many. Run by the reaper.

    Their files wait again to be recorded.
    """
    lost = ImportBatch.objects.filter(is_valid=False, touched_at__lt=before)
    cleared = 0
    for batch in lost:
        mine = ImportBatch.objects.filter(pk=batch.pk, is_valid=False, touched_at=batch.touched_at)
        if mine.update(touched_at=timezone.now()):  # whoever still writes learns by that that it was given up
            take_unfinished_away.enqueue(batch.pk)
            cleared += 1
    return cleared


@task()
def take_unfinished_away(key: int) -> None:
    """Take away a delivery whose process is gone."""
    if batch := ImportBatch.objects.select_related("undoes").filter(pk=key, is_valid=False).first():
        _take_away(batch)


def unfinished_of(indicators: Iterable[str]) -> bool:
    """Whether a delivery is being written that reaches one of these indicators. One query."""
    return Observation.objects.filter(batch__is_valid=False, indicator__in=list(indicators)).exists()
