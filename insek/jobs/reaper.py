"""The reaper: the one that finds work whose process is gone, and lets it go on or gives it up.

A task of a worker that died is found by its process. Work that is not a task, or has rows of its own, names a finder: it is
given the moment before which untouched work is lost. Everything found goes on in a task, so that the reaper itself is
quick and the clock can run it where no worker is alive.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .worker import is_dead

logger = logging.getLogger("insek.reaper")

LONGEST_TASK = timedelta(hours=1)
"""A task that runs longer is taken for one whose worker died, where its process cannot be asked for."""
LOST_AFTER = timedelta(minutes=2)
"""Work that notes how far it is and has not for this long has lost its process."""
MOST_ATTEMPTS = 3

Finder = Callable[[datetime], int]
"""Takes the moment before which untouched work is lost; lets it go on in a task or gives it up; returns how many."""
_finders: dict[str, tuple[Finder, timedelta]] = {}


def register_finder(name: str, find: Finder, *, after: timedelta = LOST_AFTER) -> None:
    """Let the reaper look for lost work of a room, untouched for so long."""
    _finders[name] = find, after


def reap(now: datetime | None = None) -> int:
    """Look for all that is lost; returns how many were found. A finder that fails keeps no other from looking."""
    now = now or timezone.now()
    found = _reap_tasks(now)
    for name, (find, after) in _finders.items():
        try:
            found += find(now - after)
        except Exception:
            logger.exception("lost %s could not be looked for", name)
    return found


def arguments_under_way(task: Any) -> set[Any]:
    """The first arguments of the tasks of this sort that wait or run. One query."""
    rows = DBTaskResult.objects.filter(
        task_path=task.module_path, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    return {kept["args"][0] for kept in rows.values_list("args_kwargs", flat=True) if kept["args"]}


def ask_again(unfinished: QuerySet[Any], task: Any, **given_up: Any) -> int:
    """Ask again for what waits and no task is making, or give up what died too often; returns how many. Two queries.

    For rows with a state waiting, running or failed, whose key is the first argument of their task; ``given_up`` is written
    into those that failed.
    """
    states = dict(unfinished.filter(state__in=["waiting", "running"]).values_list("pk", "state"))
    lost = set(states) - arguments_under_way(task) if states else set()
    for key in lost:
        if states[key] == "waiting":
            task.enqueue(key)
        else:
            unfinished.filter(pk=key, state="running").update(state="failed", **given_up)
    return len(lost)


def _reap_tasks(now: datetime) -> int:
    """Give tasks whose worker died to another worker, or up after MOST_ATTEMPTS; returns how many.

    A worker that dies (power, memory, deployment) leaves its task running for ever. On the same machine its process is
    asked for, so that the task goes on within a minute; of a worker on another machine ``LONGEST_TASK`` decides. Tasks
    are idempotent, so that running one again does no harm.
    """
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    lost = [
        row
        for row in running
        if (row.started_at and row.started_at < now - LONGEST_TASK)
        or (row.worker_ids and is_dead(row.worker_ids[-1]))
    ]
    reaped = 0
    for row in lost:
        again = len(row.worker_ids) < MOST_ATTEMPTS
        mine = DBTaskResult.objects.filter(
            pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at
        )
        if again:
            reaped += mine.update(status=TaskResultStatus.READY, started_at=None, run_after=now)
        else:
            reaped += mine.update(
                status=TaskResultStatus.FAILED,
                finished_at=now,
                traceback="The worker died and no other finished the task.",
            )
        logger.warning(
            "the task %s lost its worker and %s", row.task_path, "starts again" if again else "is given up"
        )
    return reaped
