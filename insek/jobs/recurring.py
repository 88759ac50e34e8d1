"""The work that every installation does again and again."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insek.people import counting
from insek.thread import events, indexing, postings

from .clock import register_recurring
from .reaper import reap, register_finder

KEPT_RESULTS = timedelta(days=14)


def clear_sessions() -> None:
    """Delete sessions that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def clear_task_results() -> None:
    """Delete the records of finished tasks after a fortnight."""
    finished = DBTaskResult.objects.filter(status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
    finished.filter(finished_at__lt=timezone.now() - KEPT_RESULTS).delete()


def empty_journal() -> None:
    """Take out of SQLite's write-ahead log what has reached the database, so that withdrawn words do not stay in it.

    Waits for nobody: where somebody reads or writes right now, the next run does it. Nothing to do on PostgreSQL.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        [usual] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 200")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def look_after_database() -> None:
    """Let SQLite look again at tables that have grown; PostgreSQL's autovacuum does so by itself.

    No page needs it: with it the better of two possible indexes is chosen. It reads a sample, so it is short.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 400")
            cursor.execute("PRAGMA optimize = 0x10002")


register_recurring("look-after-database", timedelta(days=1), look_after_database)
register_recurring("forget-unused-words", timedelta(days=1), postings.forget_unused_words)
register_recurring("renew-search-index", timedelta(minutes=2), indexing.renew_index)
register_recurring("clear-sessions", timedelta(days=1), clear_sessions)
register_recurring("clear-counts", timedelta(hours=1), counting.clear)
register_recurring("clear-task-results", timedelta(days=1), clear_task_results)
register_recurring("deliver-events", timedelta(minutes=5), events.ask_for_events, in_clock=True)
register_finder("events", events.free_lost_claims, after=timedelta(minutes=10))
register_recurring("reap-lost-tasks", timedelta(seconds=15), reap, in_clock=True)
register_recurring("empty-journal", timedelta(minutes=2), empty_journal, in_clock=True)
