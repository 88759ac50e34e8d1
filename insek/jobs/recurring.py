"""The work that every installation does again and again."""

from __future__ import annotations

import logging
import zipfile
from datetime import timedelta
from importlib import import_module

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insek.concept.models import Edition
from insek.thread.package.archive import package_hash

from .clock import reap, register_recurring

logger = logging.getLogger("insek.jobs")

KEPT_RESULTS = timedelta(days=14)
KEPT_ATTEMPTS = timedelta(days=1)


def clear_sessions() -> None:
    """Delete sessions that have expired, and the names of failed sign-ins once they lock nobody any more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - KEPT_ATTEMPTS).delete()


def clear_task_results() -> None:
    """Delete the records of finished tasks after a fortnight."""
    finished = DBTaskResult.objects.filter(status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
    finished.filter(finished_at__lt=timezone.now() - KEPT_RESULTS).delete()


class EditionChanged(Exception):
    """The archive of an adopted edition is not what the council adopted."""


def verify_editions() -> int:
    """Read the archive of every adopted edition and compare it with its hash; returns how many are sound.

    Each edition that is not is written to the log as an error. Raises EditionChanged in the end, so that the job
    counts as failed and keeps asking for attention.
    """
    sound, broken = 0, []
    for edition in Edition.objects.exclude(sha256="").select_related("concept").order_by("pk"):
        if problem := problem_of(edition):
            logger.error("edition %s of %s: %s", edition.key, edition.concept.key, problem)
            broken.append(f"{edition.concept.key}/{edition.key}: {problem}")
        else:
            sound += 1
    if broken:
        raise EditionChanged("; ".join(broken))
    return sound


def problem_of(edition: Edition) -> str:
    """What is wrong with the archive of an edition; empty when its content has the hash that was adopted."""
    if not edition.archive:
        return ""  # adopted elsewhere and imported: the hash is known, the archive is not ours
    try:
        with edition.archive.open("rb") as file, zipfile.ZipFile(file) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except FileNotFoundError:
        return "the archive is missing"
    except (OSError, zipfile.BadZipFile) as error:
        return f"the archive cannot be read ({type(error).__name__})"
    return "" if package_hash(files) == edition.sha256 else "the archive was changed after adoption"


register_recurring("clear-sessions", timedelta(days=1), clear_sessions)
register_recurring("clear-task-results", timedelta(days=1), clear_task_results)
register_recurring("reap-lost-tasks", timedelta(minutes=10), reap, in_clock=True)
register_recurring("verify-editions", timedelta(weeks=1), verify_editions)
