"""Until when an answer is due, and how late one is that came or has not come."""

from __future__ import annotations

from datetime import date, timedelta

from insek import clock

from .models import Contribution

DAYS_TO_REPLY = 28
"""Whoever contributes shall know after four weeks what becomes of it."""
WAITING = (Contribution.State.NEW, Contribution.State.PUBLIC, Contribution.State.MERGED)
"""Who was rejected has read the reason; who was merged waits for the answer to the other."""


def due_on(row: Contribution) -> date:
    """The last day on which an answer is in time."""
    return row.received_on + timedelta(days=DAYS_TO_REPLY)


def due_before() -> date:
    """Who contributed before that day and has no answer waits longer than was promised."""
    return clock.today() - timedelta(days=DAYS_TO_REPLY)


def is_taken_over(received_on: date, replied_on: date | None = None) -> bool:
    """Whether what is read in today came in so long ago that an answer was due before it was here."""
    return replied_on is None and received_on < due_before()


def days_overdue(row: Contribution, *, reply: str | None = None, today: date | None = None) -> int:
    """Days since an answer that has not come was due, 0 where none is owed or it is not due yet.

    ``reply`` is the answer that the contributor reads, where it is not that of the row itself.
    """
    if (row.reply if reply is None else reply) or row.state not in WAITING or row.taken_over:
        return 0
    return max(0, ((today or clock.today()) - due_on(row)).days)


def days_late(row: Contribution, replied_on: date | None = None) -> int:
    """Days from coming in to an answer that came after it was due, 0 where it came in time."""
    replied_on = replied_on or row.replied_on
    if replied_on is None or replied_on <= due_on(row) or row.taken_over:
        return 0
    return (replied_on - row.received_on).days
