"""What is changed in bulk or read in for the next edition: kept with the batch, so that a job does the same as if it were done at once."""

from __future__ import annotations

from typing import Any

from insek.concept.models import Edition
from insek.release.bundles import OPEN
from insek.release.bundling import worked_for

from .models import Batch


def remember_edition(batch: Batch) -> None:
    """Keep for which edition somebody works who begins a step of a batch."""
    edition = worked_for()
    key = edition.key if edition is not None else ""
    task: dict[str, Any] = Batch.objects.values_list("task", flat=True).get(pk=batch.pk)
    if task.get("edition", "") != key:
        batch.task = {**task, "edition": key}
        Batch.objects.filter(pk=batch.pk).update(task=batch.task)


def edition_of_batch(batch: Batch) -> Edition | None:
    """The edition with which becomes valid what a batch changes of the public; None: it waits for its release.

    A batch taken back is taken back as the person works who does it.
    """
    if batch.state == Batch.State.UNDOING:
        return worked_for()
    key = batch.task.get("edition", "")
    return batch.concept.editions.filter(key=key, status__in=OPEN).first() if key else None


def is_edition_gone(batch: Batch) -> bool:
    """Whether a batch was meant for an edition that nobody can work for any more. Up to one query."""
    return (
        bool(batch.state == Batch.State.RUNNING and batch.task.get("edition"))
        and edition_of_batch(batch) is None
    )
