"""The clock: work that comes again and again, started once however many clocks run, tried again when it fails.

django-tasks knows neither cron nor retries; this small layer adds both. A row of ``RecurringJob`` says when a job is due
next. Whoever changes that row first (a conditional update) has claimed the job and hands it to a worker in the same
transaction; a job that fails makes itself due again, a little later each time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from insek.thread.retries import back_off

from .models import RecurringJob

logger = logging.getLogger("insek.clock")

MAX_ERROR = 2000
"""Characters of the last error that are kept."""


@dataclass(frozen=True)
class RegisteredJob:
    """A registered job: a function without arguments, idempotent, run every so often."""

    name: str
    every: timedelta
    function: Callable[[], object]
    in_clock: bool
    """Run by the clock itself, not by a worker: for quick work that must go on when no worker is alive."""


_jobs: dict[str, RegisteredJob] = {}


def register_recurring(
    name: str, every: timedelta, function: Callable[[], object], *, in_clock: bool = False
) -> None:
    """Make a job known; its first run comes with the next tick of a new installation."""
    if every <= timedelta(0):
        raise ValueError(f"{name}: a job cannot come every {every}")
    _jobs[name] = RegisteredJob(name, every, function, in_clock)


def all_recurring() -> list[RegisteredJob]:
    """All jobs by name."""
    return [_jobs[name] for name in sorted(_jobs)]


def tick(now: datetime | None = None) -> list[str]:
    """Start what is due; returns the names of the jobs that this call claimed."""
    now = now or timezone.now()
    known = {job.name: job for job in all_recurring()}
    RecurringJob.objects.bulk_create(
        [RecurringJob(name=name, due_at=now) for name in known], ignore_conflicts=True
    )
    due = list(RecurringJob.objects.filter(name__in=known, due_at__lte=now))
    return [row.name for row in due if _start(known[row.name], due_at=row.due_at, now=now)]


def _start(job: RegisteredJob, *, due_at: datetime, now: datetime) -> bool:
    """Claim one job and run it or hand it to a worker; False when another clock was faster."""
    with transaction.atomic():
        claimed = RecurringJob.objects.filter(name=job.name, due_at=due_at).update(
            due_at=now + job.every, last_run=now
        )
        if claimed and not job.in_clock:
            run_recurring.enqueue(job.name)
    if claimed and job.in_clock:
        try:
            _run(job)
        except Exception:
            logger.exception("the job %s failed", job.name)
    return bool(claimed)


@task()
def run_recurring(name: str) -> None:
    """Run a job in a worker. An error is written down, makes the job due again, and is raised for the task's record."""
    job = next((job for job in all_recurring() if job.name == name), None)
    if job is None:
        logger.warning("the job %s is not known to this version", name)
        return
    _run(job)


def _run(job: RegisteredJob) -> None:
    rows = RecurringJob.objects.filter(name=job.name)
    try:
        job.function()
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:MAX_ERROR]
        rows.update(failures=F("failures") + 1, last_error=text)
        failures = rows.values_list("failures", flat=True).get()
        rows.update(due_at=timezone.now() + back_off(failures, job.every))
        raise
    rows.update(failures=0, last_error="")
