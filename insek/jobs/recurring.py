"""The work that every installation does again and again."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insek.people import counting
from insek.thread.events import ask_for_events

from .clock import reap, register_recurring

KEPT_RESULTS = timedelta(days=14)


def clear_sessions() -> None:
    """Delete sessions that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def clear_task_results() -> None:
    """Delete the records of finished tasks after a fortnight."""
    finished = DBTaskResult.objects.filter(status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
    finished.filter(finished_at__lt=timezone.now() - KEPT_RESULTS).delete()


register_recurring("clear-sessions", timedelta(days=1), clear_sessions)
register_recurring("clear-counts", timedelta(hours=1), counting.clear)
register_recurring("clear-task-results", timedelta(days=1), clear_task_results)
register_recurring("deliver-events", timedelta(minutes=5), ask_for_events, in_clock=True)
register_recurring("reap-lost-tasks", timedelta(minutes=10), reap, in_clock=True)
