"""The outbox: what is to be told is written here once, and a job sends it.

An act writes its event in its own transaction (``thread.events``); the listener here asks the kinds of notices that hear of such
acts what there is to tell, and writes what is new. Once a day all kinds are asked, for what follows from the calendar. The job
claims what is due by a conditional update, so that two workers send nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from insek import clock
from insek.concept.models import Concept
from insek.engines.holidays import state_of
from insek.people.mail import can_send
from insek.thread.events import register_listener
from insek.thread.models import Event

from .models import Notice
from .moments import next_morning
from .register import NoticeKind, Recipient, ToTell, notice_kinds, recipients_behind

AT_ONCE = 500
"""Rows that are looked at and written together."""
KEPT = timedelta(days=400)
"""How long a notice is kept after it was made: what still holds after that may be told again."""


def put(concept: Concept, kind: NoticeKind, told: Iterable[ToTell]) -> int:
    """Put what is new into the outbox; returns how many. In the transaction of whoever calls, or in one of its own for each piece.

    Four queries for 500 things and those of their recipients. What is told already, on the same occasion, is left alone.
    """
    made = 0
    for piece in _pieces(told):
        new = _new_ones(concept, kind, piece)
        if not new:
            continue
        recipients = recipients_behind(each.to for each in new)
        rows = [_row(concept, kind, each, recipients[each.to]) for each in new if each.to in recipients]
        with transaction.atomic():
            made += len(Notice.objects.bulk_create(rows, ignore_conflicts=True))
            if any(row.at_once and row.state == Notice.State.WAITING for row in rows):
                transaction.on_commit(_wake)
    return made


def _pieces(told: Iterable[ToTell]) -> Iterator[list[ToTell]]:
    found = iter(told)
    while piece := list(islice(found, AT_ONCE)):
        yield piece


def _new_ones(concept: Concept, kind: NoticeKind, piece: Sequence[ToTell]) -> list[ToTell]:
    rows = Notice.objects.filter(
        concept=concept, kind=kind.name, subject__in={each.subject for each in piece},
        occasion__in={each.told_as for each in piece},
    )  # fmt: skip
    known = set(rows.values_list("to", "subject", "occasion"))
    return [
        each
        for key, each in {(each.to, each.subject, each.told_as): each for each in piece}.items()
        if key not in known
    ]


def _row(concept: Concept, kind: NoticeKind, told: ToTell, recipient: Recipient) -> Notice:
    """A row; where nothing can or shall be sent it says so from the beginning, and nothing goes out later when it is over."""
    now = timezone.now()
    by_mail = can_send() and recipient.email and (kind.is_duty or kind.name not in recipient.muted)
    weekly = recipient.is_weekly
    return Notice(
        concept=concept, kind=kind.name, to=told.to, subject=told.subject, occasion=told.told_as,
        data=dict(told.data), at_once=kind.at_once, made_at=now,
        due_at=now if kind.at_once else next_morning(now, state_of(concept.ags), weekly=weekly),
        state=Notice.State.WAITING if by_mail else Notice.State.OWN_AREA,
    )  # fmt: skip


def _wake() -> None:
    send_notices.enqueue()


@task()
def send_notices() -> None:
    """Send what is due, in the background."""
    from .sending import send_due

    send_due()


def hear(events: Sequence[Event]) -> None:
    """After some acts: ask the kinds that hear of them what there is to tell now."""
    concepts = {event.concept_id for event in events}
    for concept in Concept.objects.filter(pk__in=concepts):
        own = [event for event in events if event.concept_id == concept.pk]
        for kind in notice_kinds():
            if kind.find is not None and kind.hears is not None and any(map(kind.hears, own)):
                put(concept, kind, kind.find(concept, clock.today()))


register_listener("notices", hear)


def tell_of_the_day() -> int:
    """Ask every kind of every concept what there is to tell today; returns how many notices are new. Run by the clock.

    What is found on a day on which offices are closed waits for the next morning on which they are open.
    """
    made = 0
    for concept in Concept.objects.order_by("pk"):
        for kind in notice_kinds():
            if kind.find is not None:
                made += put(concept, kind, kind.find(concept, clock.today()))
    return made


def send_what_is_due() -> None:
    """Ask for a worker where something is due. One query, run by the clock."""
    if can_send() and Notice.objects.filter(state=Notice.State.WAITING, due_at__lte=timezone.now()).exists():
        send_notices.enqueue()


def forget_old_notices() -> int:
    """Delete notices of more than a year ago; returns how many. Run by the clock."""
    old = Notice.objects.filter(made_at__lt=timezone.now() - KEPT).exclude(state=Notice.State.WAITING)
    count, _by_model = old.delete()
    return count
