"""One event for each act: written with it, delivered by a job to those who registered, and then deleted.

``history.record`` writes the event in the transaction of the act, so that it is there when the act is and never without it. A
job claims what waits and hands it to every listener; one that fails is asked again, later each time, and keeps nobody else
waiting. A listener may hear of an event twice and must cope with it. Bulk writing makes one event for the whole concept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from insek.people.prepared import prepared

from .models import Event
from .retries import back_off

logger = logging.getLogger("insek.events")

AT_ONCE = 200
"""Events that are claimed and delivered together."""
MOST_TRIES = 10
DELIVERY = f"{__name__}.deliver_events"
"""How the job that delivers is called where jobs wait."""

Listener = Callable[[Sequence[Event]], object]
_listeners: dict[str, Listener] = {}


def register_listener(name: str, listener: Listener) -> None:
    """Call a room for every act after it happened, in a job, some of them at a time and in order."""
    _listeners[name] = listener


def tell(
    *, concept_id: int, action: str, item_id: str = "", kind: str = "", change: int | None = None
) -> None:
    """Write an event; call it in the transaction of the act. The worker is woken once when that is committed."""
    Event.objects.create(concept_id=concept_id, action=action, item_id=item_id, kind=kind, change=change)
    waiting = transaction.get_connection().run_on_commit
    if not any(entry[1] is _wake for entry in waiting):
        transaction.on_commit(_wake)


def _wake() -> None:
    """Ask for the delivery. Where a job that has not begun is waiting, it will find what was written until now."""
    if not prepared("jobs that will deliver", _waiting_jobs, DELIVERY):
        deliver_events.enqueue()


def _waiting_jobs(path: Any) -> QuerySet[DBTaskResult, Any]:
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=path)
    return rows.order_by().values_list("pk", flat=True)[:1]


def deliver() -> int:
    """Deliver all that waits to those who registered; returns how many events were delivered."""
    told = 0
    while events := _claim():
        told += len(events)
        for listener in dict.fromkeys(event.listener for event in events):
            _tell([event for event in events if event.listener == listener], listener)
        Event.objects.filter(claimed_by=events[0].claimed_by).delete()
    return told


def _claim() -> list[Event]:
    """Claim some of what waits, so that no other worker delivers it too."""
    mine, now = uuid4().hex, timezone.now()
    ids = list(
        Event.objects.filter(claimed_by="", due_at__lte=now)
        .order_by("pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    if not ids:
        return []
    Event.objects.filter(pk__in=ids, claimed_by="").update(claimed_by=mine, claimed_at=now)
    return list(Event.objects.filter(claimed_by=mine).order_by("pk"))


def _tell(events: Sequence[Event], only: str) -> None:
    names = [only] if only else list(_listeners)
    for name in names:
        listener = _listeners.get(name)
        if listener is None:
            continue
        try:
            listener(events)
        except Exception:
            logger.exception("%s could not be told of %s events", name, len(events))
            Event.objects.bulk_create(again for event in events if (again := _later(event, name)) is not None)


def _later(event: Event, listener: str) -> Event | None:
    """The same event for one listener, later; None once it was tried often enough."""
    tries = event.tries + 1
    if tries >= MOST_TRIES:
        logger.error("event %s of item %s is given up for %s", event.action, event.item_id, listener)
        return None
    return Event(
        concept_id=event.concept_id, item_id=event.item_id, kind=event.kind, action=event.action, change=event.change,
        at=event.at, listener=listener, tries=tries, due_at=timezone.now() + back_off(tries),
    )  # fmt: skip


@task()
def deliver_events() -> None:
    """Deliver what waits, in the background."""
    deliver()


def free_lost_claims(before: datetime) -> int:
    """Free what a worker that died had claimed before that moment; returns how many events. Run by the reaper."""
    lost = Event.objects.exclude(claimed_by="").filter(claimed_at__lt=before)
    if freed := lost.update(claimed_by="", claimed_at=None):
        deliver_events.enqueue()
    return freed


def ask_for_events() -> None:
    """Ask again for what is due, such as what failed before. One query, run by the clock."""
    if Event.objects.filter(claimed_by="", due_at__lte=timezone.now()).exists():
        deliver_events.enqueue()
