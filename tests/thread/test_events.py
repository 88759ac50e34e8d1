"""One event for each act: there with the act and never without it, told to everybody, and then gone."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insek.jobs import reaper
from insek.package import import_package, package_files
from insek.people.actors import PROGRAM
from insek.thread import events
from insek.thread.models import Change, Event
from insek.thread.services import delete_item, update_item
from tests.factories import make_concept, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    """What a listener was told, as (action, item); nobody else listens."""
    heard = []
    monkeypatch.setattr(events, "_listeners", {})
    events.register_listener("ear", lambda told: heard.extend((each.action, each.item_id) for each in told))
    Event.objects.all().delete()
    return heard


def test_every_act_is_told_once_in_order_and_then_gone(told):
    item = make_item("goal")
    item = update_item(item, expected_version=1, values={"title": "Anders"}, actor=PROGRAM)
    delete_item(item, expected_version=item.version, actor=PROGRAM)
    assert Event.objects.count() == Change.objects.filter(item_id=item.pk).count()
    events.deliver()
    assert told == [("created", item.pk), ("updated", item.pk), ("deleted", item.pk)]
    assert not Event.objects.exists()
    events.deliver()
    assert len(told) == 3


def test_an_act_that_is_taken_back_leaves_no_event(told):
    with transaction.atomic():
        make_item("goal", concept=make_concept())
        transaction.set_rollback(True)
    assert events.deliver() == 0


def test_who_fails_is_told_again_later_and_keeps_nobody_waiting(told):
    def deaf(_told):
        raise OSError("no line")

    events.register_listener("deaf", deaf)
    item = make_item("goal")
    events.deliver()
    assert told == [("created", item.pk)]
    [waiting] = Event.objects.all()
    assert (waiting.listener, waiting.tries) == ("deaf", 1)
    assert waiting.due_at > timezone.now()
    heard = []
    events.register_listener("deaf", heard.extend)
    Event.objects.update(due_at=timezone.now())
    events.deliver()
    assert [each.item_id for each in heard] == [item.pk] and len(told) == 1


def test_what_fails_for_good_is_given_up(told):
    events.register_listener("deaf", lambda told: 1 / 0)
    make_item("goal")
    for _try in range(events.MOST_TRIES):
        Event.objects.update(due_at=timezone.now())
        events.deliver()
    assert not Event.objects.exists()


def test_a_claim_of_a_dead_worker_is_taken_back(told):
    make_item("goal")
    Event.objects.update(claimed_by="dead", claimed_at=timezone.now() - timedelta(hours=1))
    assert events.deliver() == 0
    reaper.reap()  # tasks run at once in tests
    assert len(told) == 1


def test_a_package_is_one_event(told, tmp_path):
    files = package_files(make_item("goal").concept)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    events.deliver()
    told.clear()
    import_package(tmp_path, replace=True)
    events.deliver()
    assert [action for action, _item in told] == ["loaded"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_once_a_transaction(monkeypatch):
    woken = []
    monkeypatch.setattr(events, "deliver_events", SimpleNamespace(enqueue=lambda: woken.append(1)))
    concept = make_concept()
    with transaction.atomic():
        for number in range(3):
            make_item("goal", concept=concept, title=f"Z {number}")
        assert woken == []
    assert woken == [1]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_has_not_begun_is_not_asked_for_again(monkeypatch):
    """It will find what was written until now; one that runs may have looked already."""
    woken = []
    monkeypatch.setattr(events, "deliver_events", SimpleNamespace(enqueue=lambda: woken.append(1)))
    concept = make_concept()
    values = {
        "task_path": events.DELIVERY,
        "args_kwargs": {},
        "backend_name": "default",
        "run_after": timezone.now(),
    }
    waiting = DBTaskResult.objects.create(status=TaskResultStatus.READY, **values)
    make_item("goal", concept=concept, title="Z 1")
    assert woken == []
    for status in (TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED):
        DBTaskResult.objects.filter(pk=waiting.pk).update(status=status)
        make_item("goal", concept=concept, title=f"Z {status}")
    assert len(woken) == 3
    DBTaskResult.objects.filter(pk=waiting.pk).update(status=TaskResultStatus.READY, task_path="another.job")
    make_item("goal", concept=concept, title="Z 5")
    assert len(woken) == 4


def test_the_job_is_called_what_the_table_of_jobs_calls_it():
    assert events.deliver_events.module_path == events.DELIVERY
