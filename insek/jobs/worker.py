"""The worker: a name by which others can tell whether it still lives, and a busy database does not end it."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connections
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger("insek.worker")

PAUSE = 1.0
"""Seconds after which a worker that could not reach the database tries again."""


def new_name() -> str:
    """Machine, process and something that no other worker has; at most 64 characters."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def is_dead(name: str) -> bool:
    """Whether the worker of that name lived on this machine and is gone. Of other machines nothing is known here."""
    host, _colon, rest = name.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname()[:40] or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def give_back(name: str) -> int:
    """Make ready again what this worker had begun when it was interrupted; returns how many."""
    mine = [
        row.pk
        for row in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
        if row.worker_ids and row.worker_ids[-1] == name
    ]
    return DBTaskResult.objects.filter(pk__in=mine).update(status=TaskResultStatus.READY, started_at=None)


def work(run: Callable[..., Any] = call_command, *, rounds: int | None = None, pause: float = PAUSE) -> None:
    """Do what is waiting until told to stop. A database that is busy or gone for a while is waited for."""
    name = new_name()
    gc.collect()
    gc.freeze()  # what is loaded now stays; looking through it all takes 0.15 s, and often falls into a transaction
    while rounds is None or rounds > 0:
        rounds = None if rounds is None else rounds - 1
        try:
            give_back(name)
            run("db_worker", queue_name="*", interval=1, reload=False, worker_id=name)
        except DatabaseError as error:
            logger.warning("the database does not answer (%s), trying again", type(error).__name__)
            for connection in connections.all(initialized_only=True):
                connection.close_if_unusable_or_obsolete()
            close_old_connections()
            time.sleep(pause)
        else:
            return
