"""A worker that dies is noticed by its process, and one whose database is busy goes on."""

import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insek.jobs import reaper, recurring, worker

pytestmark = pytest.mark.django_db


def running(name, *, since=None):
    return DBTaskResult.objects.create(
        id=uuid4(), status=TaskResultStatus.RUNNING, started_at=since or timezone.now(), worker_ids=[name],
        args_kwargs={"args": ["x"], "kwargs": {}}, task_path="insek.jobs.clock.run_recurring", queue_name="default",
        backend_name="default", run_after=timezone.now(), exception_class_path="", traceback="",
    )  # fmt: skip


@pytest.fixture
def name_of_the_dead():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    host = worker.new_name().partition(":")[0]
    return f"{host}:{process.pid}:0badcafe"


def test_what_a_dead_process_had_begun_goes_to_another_at_once(name_of_the_dead):
    lost, alive, elsewhere = running(name_of_the_dead), running(worker.new_name()), running("other-host:1:00")
    assert reaper.reap() == 1
    states = [DBTaskResult.objects.get(pk=row.pk).status for row in (lost, alive, elsewhere)]
    assert states == [TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.RUNNING]


def test_on_another_machine_the_longest_time_decides():
    running("other-host:1:00", since=timezone.now() - reaper.LONGEST_TASK - timedelta(seconds=1))
    assert reaper.reap() == 1


def test_a_finder_that_fails_keeps_no_other_from_looking(monkeypatch, caplog):
    told = []
    finders = {
        "broken": (lambda before: 1 / 0, reaper.LOST_AFTER),
        "sound": (lambda before: told.append(before) or 3, timedelta(minutes=10)),
    }
    monkeypatch.setattr(reaper, "_finders", finders)
    now = timezone.now()
    assert reaper.reap(now) == 3
    assert told == [now - timedelta(minutes=10)]
    assert "lost broken could not be looked for" in caplog.text


@pytest.mark.parametrize("name", ["", "x", "a:b:c", "AbCdEf0123456789"])
def test_a_name_that_says_nothing_is_not_dead(name):
    assert worker.is_dead(name) is False


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_is_no_end_of_the_worker_and_its_task_is_ready_again(caplog):
    tries = []

    def run(*arguments, worker_id, **options):
        tries.append(worker_id)
        if len(tries) == 1:
            running(worker_id)
            raise OperationalError("database is locked")

    worker.work(run, rounds=3, pause=0)
    assert len(tries) == 2
    assert tries[0] == tries[1]
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY
    assert "trying again" in caplog.text


def test_withdrawn_words_leave_the_journal(tmp_path, monkeypatch):
    if connection.vendor != "sqlite":
        recurring.empty_journal()
        return
    file = tmp_path / "a.sqlite3"
    own = type(connections["default"])({**connection.settings_dict, "NAME": str(file)}, "default")
    try:
        with own.cursor() as cursor:
            cursor.execute("CREATE TABLE said (words text)")
            cursor.execute("INSERT INTO said VALUES ('Meine Telefonnummer ist geheim')")
            cursor.execute("DELETE FROM said")
        assert b"Telefonnummer" in (tmp_path / "a.sqlite3-wal").read_bytes()
        monkeypatch.setattr(recurring, "connection", own)
        recurring.empty_journal()
        assert (tmp_path / "a.sqlite3-wal").read_bytes() == b""
        assert b"Telefonnummer" not in file.read_bytes()
        with own.cursor() as cursor:
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
    finally:
        own.close()
