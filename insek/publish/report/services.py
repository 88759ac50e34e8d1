"""Starting a report, making it in the background, and clearing away what has expired."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from insek.concept.models import Concept, Edition
from insek.jobs.clock import register_recurring
from insek.jobs.reaper import ask_again, register_finder
from insek.people.actors import ANONYMOUS, Actor, actor_for
from insek.thread.history import is_less_public_since, last_change_key, register_purging

from ..models import ReportJob
from . import keeping
from .keeping import Shelf
from .making import make_concept

logger = logging.getLogger("insek.report")

KEPT = timedelta(hours=24)
MOST_WAITING = 8
"""Public reports that may wait at once; more would only wait longer."""


class TooManyReports(Exception):
    """Too many reports are being made right now."""


def start_report(
    concept: Concept,
    actor: Actor,
    *,
    format: str,
    language: str,
    chapters: Collection[str] = (),
    working: bool = False,
    origin: str = "",
    form: str = ReportJob.Form.FULL,
) -> ReportJob:
    """Have a report made; one of the same content that is ready or under way is given again.

    Raises PermissionDenied for the working state without the right to see it, TooMany when others wait already.
    """
    if working and not actor.sees_internal:
        raise PermissionDenied
    key = content_key(concept, format, language, [form, *sorted(chapters)], origin)
    now = timezone.now()
    usable = ReportJob.objects.filter(concept=concept, expires__gt=now)
    if not working:
        same = usable.filter(content_key=key, working=False)
        ready = same.filter(state=ReportJob.State.DONE).first() or same.filter(state__in=_OPEN).first()
        if ready is not None:
            return ready
    return _ask(
        concept,
        format=format,
        language=language,
        chapters=sorted(chapters),
        working=working,
        origin=origin,
        form=form,
        content_key=key,
        started_by_id=actor.user_id if working else None,
        expires=now + KEPT,
    )


def start_kept(shelf: Shelf, *, origin: str) -> ReportJob:
    """Have the document of a shelf made; one of the same content that is ready or under way is given again.

    Raises TooManyReports when others wait already.
    """
    now, key = timezone.now(), shelf.key(origin)
    known = ReportJob.objects.filter(shelf=shelf.name, content_key=key, expires__gt=now)
    if job := known.filter(state__in=(*_OPEN, ReportJob.State.DONE)).first():
        return job
    return _ask(
        shelf.concept,
        form=shelf.form,
        language=shelf.language,
        edition=shelf.edition,
        shelf=shelf.name,
        origin=origin,
        content_key=key,
        expires=now + keeping.KEPT,
    )


def _ask(concept: Concept, **values: Any) -> ReportJob:
    """Write down that a report is wanted and have it made. Raises TooManyReports."""
    unfinished = ReportJob.objects.filter(concept=concept, expires__gt=timezone.now(), state__in=_OPEN)
    if unfinished.count() >= MOST_WAITING:
        raise TooManyReports
    with transaction.atomic():
        job = ReportJob.objects.create(concept=concept, **values)
        transaction.on_commit(partial(run_report.enqueue, job.pk))
    return job


_OPEN = (ReportJob.State.WAITING, ReportJob.State.RUNNING)


def content_key(concept: Concept, format: str, language: str, chapters: list[str], origin: str) -> str:
    """The same for the same content in the same shape. One query."""
    last = last_change_key(concept)
    return hashlib.sha256(
        json.dumps([concept.pk, last, format, language, chapters, origin]).encode()
    ).hexdigest()


def is_outdated(job: ReportJob) -> bool:
    """Whether a finished public report may hold something that is not public any more, as it stands there.

    Up to two queries, none for a working state.
    """
    if job.working or job.state != ReportJob.State.DONE:
        return False
    if job.edition is not None and job.edition.status != Edition.Status.DRAFT:
        return False  # what was filed or adopted stays public, word for word
    return is_less_public_since(job.concept_id, job.seen)


def discard(job: ReportJob) -> None:
    """Delete the file of a report; its page says why it is not there any more."""
    job.file.delete(save=False)
    ReportJob.objects.filter(pk=job.pk).update(state=ReportJob.State.OUTDATED, file="")
    job.state, job.file = ReportJob.State.OUTDATED, None


def may_fetch(job: ReportJob, actor: Actor) -> bool:
    """The public state is for everybody, the working state for the person who asked for it and may still see it."""
    return not job.working or (job.started_by_id == actor.user_id and actor.sees_internal)


@task()
def run_report(token: str) -> None:
    """Make one report; what goes wrong is logged and shown on its page."""
    # one that is running was begun by a worker that died: this worker alone got the task
    claimed = ReportJob.objects.filter(pk=token, state__in=_OPEN)
    if not claimed.update(state=ReportJob.State.RUNNING, percent=1):
        return
    job = ReportJob.objects.select_related("concept", "edition", "started_by").get(pk=token)
    actor = actor_for(job.started_by) if job.working else ANONYMOUS
    rows = ReportJob.objects.filter(pk=token)
    rows.update(seen=last_change_key(job.concept))
    try:
        if job.working and not actor.sees_internal:
            raise PermissionDenied
        made = make_concept(
            job.concept,
            actor,
            format=job.format,
            language=job.language,
            wanted=job.chapters,
            is_short=job.form == ReportJob.Form.SHORT,
            edition=job.edition,
            working=job.working,
            origin=job.origin,
            progress=lambda percent, step: _note(token, percent, step),
        )
        job.file.save(f"{token}.{job.format}", ContentFile(made), save=False)
        rows.update(state=ReportJob.State.DONE, percent=100, step="", file=job.file.name)
        keeping.clear_replaced(job)
    except Exception:
        logger.exception("report %s failed", token[:6])
        rows.update(state=ReportJob.State.FAILED, step="")


def _note(token: str, percent: int, step: str) -> None:
    ReportJob.objects.filter(pk=token).update(percent=percent, step=step[:200])


def find_lost_reports(before: datetime) -> int:
    """Ask again for reports begun before that moment that no task is making, or give up what died too often. Two queries."""
    return ask_again(ReportJob.objects.filter(created_at__lt=before), run_report, step="")


def clear_reports() -> None:
    """Delete reports that have expired, with their files, and the files of those that hold what is not public any more."""
    for job in ReportJob.objects.filter(expires__lt=timezone.now()):
        job.file.delete(save=False)
        job.delete()
    for job in ReportJob.objects.filter(state=ReportJob.State.DONE, working=False).select_related("edition"):
        if is_outdated(job):
            discard(job)


register_purging(keeping.forget_kept)
register_recurring("clear-reports", timedelta(hours=1), clear_reports)
register_finder("reports", find_lost_reports)
