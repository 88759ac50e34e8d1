"""The clock: due work starts once, failures come again later, lost tasks find another worker."""

import logging
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insek.jobs import clock, reaper
from insek.jobs import recurring as jobs
from insek.jobs.models import RecurringJob
from insek.thread.retries import back_off

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture
def only(monkeypatch):
    """A clock that knows one job; gives the list of its runs and what it raises next."""
    state = {"runs": 0, "error": None}

    def work():
        state["runs"] += 1
        if state["error"]:
            raise state["error"]

    def know(**options):
        monkeypatch.setattr(clock, "_jobs", {})
        monkeypatch.setattr(
            clock, "all_recurring", lambda: [clock._jobs[name] for name in sorted(clock._jobs)]
        )
        clock.register_recurring("work", HOUR, work, **options)
        return state

    return know


@pytest.mark.parametrize("in_clock", [False, True])
def test_a_job_runs_when_due_and_not_before(only, in_clock):
    state = only(in_clock=in_clock)
    assert clock.tick(NOON) == ["work"]
    assert clock.tick(NOON + timedelta(minutes=59)) == []
    assert clock.tick(NOON + HOUR) == ["work"]
    assert state["runs"] == 2
    row = RecurringJob.objects.get()
    assert (row.due_at, row.last_run, row.last_error) == (NOON + 2 * HOUR, NOON + HOUR, "")


def test_two_clocks_start_a_job_once(only, monkeypatch):
    state = only()
    RecurringJob.objects.create(name="work", due_at=NOON)
    job = clock.all_recurring()[0]
    assert clock._start(job, due_at=NOON, now=NOON) is True
    assert clock._start(job, due_at=NOON, now=NOON) is False, "the other clock read the same row"
    assert state["runs"] == 1


@pytest.mark.parametrize("in_clock", [False, True])
def test_a_failure_is_written_down_and_comes_again_with_growing_pauses(only, in_clock, caplog):
    state = only(in_clock=in_clock)
    state["error"] = ValueError("kein Platz")
    with caplog.at_level(logging.CRITICAL):
        clock.tick(NOON)
    row = RecurringJob.objects.get()
    assert (row.failures, row.last_error) == (1, "ValueError: kein Platz")
    assert timedelta(seconds=50) < row.due_at - timezone.now() <= timedelta(minutes=1)
    with caplog.at_level(logging.CRITICAL):
        clock.tick(row.due_at)
    row.refresh_from_db()
    assert row.failures == 2
    assert timedelta(seconds=110) < row.due_at - timezone.now() <= timedelta(minutes=2)
    state["error"] = None
    clock.tick(row.due_at)
    row.refresh_from_db()
    assert (row.failures, row.last_error, state["runs"]) == (0, "", 3)


def test_the_pause_never_exceeds_the_jobs_own():
    pauses = [back_off(failures, HOUR) for failures in (1, 2, 3, 7, 500)]
    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4), HOUR, HOUR]


def test_a_job_of_a_later_version_does_no_harm(only):
    only()
    RecurringJob.objects.create(name="from-the-future", due_at=NOON - HOUR)
    assert clock.tick(NOON) == ["work"]
    clock.run_recurring.call("from-the-future")


def test_a_pause_must_be_positive():
    with pytest.raises(ValueError, match="work"):
        clock.register_recurring("work", timedelta(0), lambda: None)


def test_every_installation_has_these_jobs():
    assert {job.name: job.every for job in clock.all_recurring()} == {
        "clear-counts": timedelta(hours=1),
        "clear-incoming": timedelta(hours=6),
        "clear-map-sheets": timedelta(hours=1),
        "compute-scenarios": timedelta(hours=1),
        "measure-reach": timedelta(hours=1),
        "derive-indicators": timedelta(hours=1),
        "show-small-counts": timedelta(hours=1),
        "clear-reports": timedelta(hours=1),
        "empty-journal": timedelta(minutes=2),
        "clear-sessions": timedelta(days=1),
        "clear-task-results": timedelta(days=1),
        "clear-workbooks": timedelta(hours=1),
        "edition-items": timedelta(days=1),
        "forget-answer-addresses": timedelta(days=1),
        "forget-follows": timedelta(hours=12),
        "forget-old-notices": timedelta(days=1),
        "send-notices": timedelta(minutes=2),
        "tell-of-the-day": timedelta(hours=1),
        "compare-statements": timedelta(hours=1),
        "forget-unused-vectors": timedelta(days=1),
        "forget-unused-words": timedelta(days=1),
        "renew-search-index": timedelta(minutes=2),
        "look-after-database": timedelta(days=1),
        "deliver-events": timedelta(minutes=5),
        "purge-batches": timedelta(hours=1),
        "purge-contributors-contacts": timedelta(hours=12),
        "purge-feedback-contacts": timedelta(days=1),
        "purge-names-of-ratings": timedelta(hours=12),
        "reap-lost-tasks": timedelta(seconds=15),
        "return-lost-merges": timedelta(hours=6),
        "verify-editions": timedelta(weeks=1),
    }
    assert sorted(clock.tick(NOON)) == sorted(job.name for job in clock.all_recurring())


def test_operators_read_of_every_job():
    page = Path(__file__).parents[2] / "docs" / "operators" / "recurring-work.md"
    text = page.read_text(encoding="utf-8")
    assert [job.name for job in clock.all_recurring() if f"`{job.name}`" not in text] == []


def running(*, since, workers):
    return DBTaskResult.objects.create(
        id=uuid4(), status=TaskResultStatus.RUNNING, started_at=since, args_kwargs={"args": ["x"], "kwargs": {}},
        task_path="insek.jobs.clock.run_recurring", worker_ids=workers, queue_name="default", backend_name="default",
        run_after=since, exception_class_path="", traceback="",
    )  # fmt: skip


def test_a_task_whose_worker_died_goes_to_another_and_is_given_up_in_the_end(caplog):
    now = timezone.now()
    lost = running(since=now - 2 * HOUR, workers=["a"])
    hopeless = running(since=now - 2 * HOUR, workers=["a", "b", "c"])
    alive = running(since=now - timedelta(minutes=5), workers=["a"])
    assert reaper.reap() == 2
    for row in (lost, hopeless, alive):
        row.refresh_from_db()
    assert lost.status == TaskResultStatus.READY
    assert list(DBTaskResult.objects.ready()) == [lost]
    assert (hopeless.status, hopeless.traceback) == (
        TaskResultStatus.FAILED,
        "The worker died and no other finished the task.",
    )
    assert alive.status == TaskResultStatus.RUNNING
    assert "lost its worker and starts again" in caplog.text


def test_old_traces_are_cleared():
    now = timezone.now()
    Session.objects.create(session_key="alt", session_data="", expire_date=now - HOUR)
    Session.objects.create(session_key="neu", session_data="", expire_date=now + HOUR)
    jobs.clear_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["neu"]
    done = running(since=now - timedelta(days=30), workers=["a"])
    DBTaskResult.objects.filter(pk=done.pk).update(
        status=TaskResultStatus.SUCCESSFUL, finished_at=now - timedelta(days=20)
    )
    jobs.clear_task_results()
    assert not DBTaskResult.objects.exists()
