"""Lists as workbooks: short ones at once, long ones by a job, for whom they were asked by and for a stated time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django_tasks import task

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.jobs.clock import register_recurring
from insek.jobs.reaper import ask_again, register_finder
from insek.people.actors import ANONYMOUS, Actor, actor_for
from insek.people.models import Right
from insek.thread.history import is_less_public_since, last_change_key
from insek.thread.kinds import kind_names
from insek.thread.models import FieldDefinition, ItemQuerySet
from insek.thread.own_fields import fields_for

from .columns import TableColumn, chosen_names, columns_of
from .filtered import filtered
from .models import WorkbookJob
from .pages import ItemPages, pages_of
from .spreadsheets import MOST_ROWS, write_workbook

logger = logging.getLogger("insek.workbook")

AT_ONCE = 2_000
"""Rows that are written while the person waits for the page."""
KEPT = timedelta(hours=24)
MOST_WAITING = 8
"""Workbooks that may wait at once; more would only wait longer."""

State = WorkbookJob.State
_OPEN = (State.WAITING, State.RUNNING)


class TooManyWorkbooks(Exception):
    """Too many workbooks are being made right now."""


def is_long(items: ItemQuerySet) -> bool:
    """Whether a job has to write this list. One query."""
    return items.order_by().values("pk")[: AT_ONCE + 1].count() > AT_ONCE


def made(
    asker: Asker,
    pages: ItemPages,
    items: ItemQuerySet,
    progress: partial[None] | None = None,
) -> BytesIO:
    """The workbook of a list, with the columns that the address names, or all."""
    actor = asker.actor
    columns = _columns(asker, pages)
    readable: frozenset[str] = frozenset()
    if asker.concept is not None:
        fields = (
            pages.form(concept=asker.concept, actor=actor).fields
            if actor.has(Right.EDIT)
            else _filled_in_by_a_unit(asker, pages)
        )
        readable = frozenset(column.name for column in columns if column.field in fields)
    return write_workbook(
        pages.select_many(items).order_by("sort_key", "pk"),
        columns,
        title=kind_names(asker)(pages.kind, plural=True),
        editable=readable,
        kind=pages.kind,
        actor=actor,
        **({"progress": progress} if progress is not None else {}),
    )


def _filled_in_by_a_unit(asker: Asker, pages: ItemPages) -> frozenset[str]:
    """What somebody who changes only what the own unit is in charge of may fill in."""
    if not asker.actor.has(Right.EDIT_OWN_MEASURES):
        return pages.spec.fields_of_owner
    own = fields_for(asker.concept, pages.kind, asker.actor)
    by_unit = {field.full_name for field in own if field.editors != FieldDefinition.Editors.LEAD}
    return pages.spec.fields_of_owner | by_unit


def _columns(asker: Asker, pages: ItemPages) -> list[TableColumn]:
    known = columns_of(pages, asker.actor, asker.concept)
    wanted = asker.asked
    named = wanted.getlist("spalten") if isinstance(wanted, QueryDict) else [wanted.get("spalten", "")]
    return [known[name] for name in chosen_names(",".join(named), known, list(known))]


def begin_workbook(concept: Concept, actor: Actor, *, kind: str, query: str, language: str) -> WorkbookJob:
    """Have a workbook made; the same one that is ready or under way for the same person is given again.

    Raises TooManyWorkbooks when others wait already.
    """
    now = timezone.now()
    usable = WorkbookJob.objects.filter(concept=concept, expires_at__gt=now)
    unfinished = usable.filter(state__in=_OPEN)
    same = usable.filter(kind=kind, query=query, language=language, owner=actor.user_id)
    ready = same.filter(state=State.DONE, seen=last_change_key(concept)).first()
    if found := ready or unfinished.filter(pk__in=same).first():
        return found
    if unfinished.count() >= MOST_WAITING:
        raise TooManyWorkbooks
    with transaction.atomic():
        job = WorkbookJob.objects.create(
            concept=concept,
            owner_id=actor.user_id,
            kind=kind,
            query=query,
            language=language,
            expires_at=now + KEPT,
        )
        transaction.on_commit(partial(run_workbook.enqueue, job.pk))
    return job


def workbook_for(token: str, actor: Actor) -> WorkbookJob | None:
    """The workbook of that name, where it is this person's, or a visitor's; its file goes once less is public."""
    job = (
        WorkbookJob.objects.select_related("concept").filter(pk=token, expires_at__gt=timezone.now()).first()
    )
    if job is None or (job.owner_id is not None and job.owner_id != actor.user_id):
        return None
    if job.owner_id is None and job.state == State.DONE and is_less_public_since(job.concept_id, job.seen):
        _discard(job)
    return job


def is_being_made(job: WorkbookJob) -> bool:
    """Whether a job is at it, or will be."""
    return job.state in _OPEN


@task()
def run_workbook(token: str) -> None:
    """Make one workbook; what goes wrong is logged and told on its page."""
    # one that is running was begun by a worker that died: the task comes to us alone
    rows = WorkbookJob.objects.filter(pk=token)
    if not rows.filter(state__in=_OPEN).update(state=State.RUNNING, done=0, touched_at=timezone.now()):
        return
    job = rows.select_related("concept", "owner").get()
    actor = actor_for(job.owner) if job.owner is not None else ANONYMOUS
    try:
        with translation.override(job.language):
            rows.update(seen=last_change_key(job.concept))
            pages = pages_of(job.kind)
            asker = Asker(actor, concept=job.concept, language=job.language, asked=QueryDict(job.query))
            items, _filters = filtered(asker, pages)
            rows.update(total=items.order_by().values("pk")[:MOST_ROWS].count())
            file = made(asker, pages, items, partial(_note, token))
        job.file.save(f"{token}.xlsx", ContentFile(file.getvalue()), save=False)
        rows.update(state=State.DONE, file=job.file.name)
    except Exception:
        logger.exception("workbook %s failed", token[:6])
        rows.update(state=State.FAILED)


def _note(token: str, done: int) -> None:
    WorkbookJob.objects.filter(pk=token).update(done=done, touched_at=timezone.now())


def _discard(job: WorkbookJob) -> None:
    """Delete the file; its page says why it is not there any more."""
    job.file.delete(save=False)
    WorkbookJob.objects.filter(pk=job.pk).update(state=State.OUTDATED, file="")
    job.state, job.file = State.OUTDATED, None


def find_lost_workbooks(before: datetime) -> int:
    """Ask again for workbooks untouched since that moment that no task is making, or give up what died too often. Two queries."""
    return ask_again(WorkbookJob.objects.filter(touched_at__lt=before), run_workbook)


def clear_workbooks() -> None:
    """Delete workbooks that have expired, with their files, and the files of those that hold what is not public any more."""
    for job in WorkbookJob.objects.filter(expires_at__lte=timezone.now()):
        job.file.delete(save=False)
        job.delete()
    for job in WorkbookJob.objects.filter(state=State.DONE, owner=None):
        if is_less_public_since(job.concept_id, job.seen):
            _discard(job)


register_recurring("clear-workbooks", timedelta(hours=1), clear_workbooks)
register_finder("workbooks", find_lost_workbooks)
