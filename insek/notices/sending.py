"""Sending what is due: claimed, written, handed to the server, marked. A job; it waits for the server and holds no transaction.

A mail is never sent twice: that it is about to be handed over is noted before. Where a worker dies in just that moment nobody
knows whether the mail went out; then the notice says so and waits for a person, instead of going out again. The same holds where the
connection breaks before the server has said that it took the mail.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.mail import MailNotSent, can_send, hand_over
from insek.thread.retries import back_off

from .composing import NoticePart, compose, parts_of
from .models import Notice
from .register import Recipient, address_refused, key_of, notice_kind, recipients_behind

logger = logging.getLogger("insek.notices")

MOST_TRIES = 12
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_OUTAGE = timedelta(days=7)
"""How long a mail waits for a server that does not answer: then it says too little."""
MOST_RECIPIENTS = 500
"""Recipients that one run serves; the next run goes on."""
LOST_AFTER = timedelta(minutes=15)


def send_due(now: datetime | None = None) -> int:
    """Send all that is due; returns how many mails went out."""
    if not can_send():
        return 0
    now = now or timezone.now()
    due = Notice.objects.filter(state=Notice.State.WAITING, claimed_by="", due_at__lte=now)
    recipients = list(due.order_by("to").values_list("to", flat=True).distinct()[:MOST_RECIPIENTS])
    found: dict[tuple[int, str], frozenset[tuple[str, str, str]]] = {}
    sent, connection = 0, get_connection()
    try:
        for to in recipients:
            sent += _serve(to, now, connection, found)
    except MailNotSent as error:
        logger.warning("the mail server does not take mail: %s", error)
    finally:
        with suppress(Exception):
            connection.close()
    return sent


def _serve(
    to: str,
    now: datetime,
    connection: BaseEmailBackend,
    found: dict[tuple[int, str], frozenset[tuple[str, str, str]]],
) -> int:
    """All mails of one recipient that are due: each of those that go alone, and one of the others."""
    mine = uuid4().hex
    due = Notice.objects.filter(to=to, state=Notice.State.WAITING, claimed_by="", due_at__lte=now)
    if not due.update(claimed_by=mine, claimed_at=timezone.now()):
        return 0
    claimed = list(Notice.objects.filter(claimed_by=mine).select_related("concept").order_by("pk"))
    recipient = recipients_behind([to]).get(to)
    wanted = []
    latest = {(notice.kind, key_of(notice)): notice.pk for notice in claimed}
    for notice in claimed:
        is_repeated = latest[notice.kind, key_of(notice)] != notice.pk
        if recipient is None or is_repeated or not _still_holds(notice, recipient, found):
            _end(notice, Notice.State.OBSOLETE)
        elif not recipient.email:
            _end(notice, Notice.State.OWN_AREA)
        else:
            wanted.append(notice)
    if recipient is None or not wanted:
        return 0
    sent = 0
    by_concept: dict[int, list[Notice]] = {}
    for notice in wanted:
        by_concept.setdefault(-notice.pk if notice.at_once else notice.concept_id, []).append(notice)
    waiting = list(by_concept.values())
    while waiting:
        group = waiting.pop(0)
        try:
            sent += _send(group[0].concept, group, recipient, connection)
        except MailNotSent:
            _free([notice for rest in waiting for notice in rest])
            raise
    return sent


def _still_holds(
    notice: Notice, recipient: Recipient, found: dict[tuple[int, str], frozenset[tuple[str, str, str]]]
) -> bool:
    """Whether it is worth telling still: wanted, and not settled meanwhile. Each kind is asked once a run."""
    kind = notice_kind(notice.kind)
    if kind is None or (not kind.is_duty and kind.name in recipient.muted):
        return False
    if kind.find is None:
        return True
    asked = (notice.concept_id, kind.name)
    if asked not in found:
        found[asked] = frozenset(told.key for told in kind.find(notice.concept, clock.today()))
    return key_of(notice) in found[asked]


def _send(
    concept: Concept, notices: Sequence[Notice], recipient: Recipient, connection: BaseEmailBackend
) -> int:
    """One mail. Raises MailNotSent where the server is at fault, so that nobody else waits for it in vain."""
    with translation.override(recipient.language):
        parts = parts_of(notices, recipient)
        for notice in notices:
            if notice not in [part.notice for part in parts]:
                _end(notice, Notice.State.OBSOLETE)
        if not parts:
            return 0
        mail = notices[0].claimed_by if len(notices) > 1 else uuid4().hex
        message: EmailMultiAlternatives = compose(concept, parts, recipient, mail=mail)
        told = Notice.objects.filter(pk__in=[part.notice.pk for part in parts])
        told.update(handed_at=timezone.now(), mail=mail)
        try:
            hand_over(message, connection)
        except MailNotSent as error:
            _failed(parts, recipient, error)
            if error.is_server:
                raise
            return 0
    told.update(state=Notice.State.SENT, sent_at=timezone.now(), claimed_by="", claimed_at=None, problem="")
    return 1


def _end(notice: Notice, state: str) -> None:
    Notice.objects.filter(pk=notice.pk).update(state=state, claimed_by="", claimed_at=None)


def _free(notices: Sequence[Notice]) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(claimed_by="", claimed_at=None)


def _failed(parts: Sequence[NoticePart], recipient: Recipient, error: MailNotSent) -> None:
    """Note what the server said: tried again later, given up, or the address marked as one that refuses mail."""
    for part in parts:
        notice = part.notice
        tries = notice.tries + 1
        is_waiting_for_server = error.is_server and notice.made_at > timezone.now() - LONGEST_OUTAGE
        given_up = error.is_final or (tries >= MOST_TRIES and not is_waiting_for_server)
        if error.is_unsure:
            Notice.objects.filter(pk=notice.pk).update(
                tries=tries, problem=str(error), claimed_by="", claimed_at=None, state=Notice.State.UNSURE
            )
            continue
        Notice.objects.filter(pk=notice.pk).update(
            tries=tries, problem=str(error), handed_at=None, claimed_by="", claimed_at=None,
            state=Notice.State.FAILED if given_up else Notice.State.WAITING,
            due_at=notice.due_at if given_up else timezone.now() + back_off(tries, LONGEST_PAUSE),
        )  # fmt: skip
    if error.is_address:
        address_refused(recipient.key)


def free_lost_notices(before: datetime) -> int:
    """Let go on what a worker that died had claimed before that moment; returns how many. Run by the reaper.

    What it had not begun to hand over waits again; of what it had, nobody knows, and a person decides.
    """
    lost = Notice.objects.exclude(claimed_by="").filter(claimed_at__lt=before)
    unsure = lost.filter(handed_at__isnull=False).update(
        state=Notice.State.UNSURE, claimed_by="", claimed_at=None,
        problem=_("Das Senden brach ab; ob die Nachricht hinausging, ist unklar."),
    )  # fmt: skip
    return unsure + lost.update(claimed_by="", claimed_at=None)


def doubt_what_waited() -> int:
    """After a backup was restored: what waited in it may have gone out since, so a person decides; returns how many."""
    return Notice.objects.filter(state=Notice.State.WAITING).update(
        state=Notice.State.UNSURE, claimed_by="", claimed_at=None,
        problem=_("Wartete, als die Sicherung entstand; ob die Nachricht seitdem hinausging, ist unklar."),
    )  # fmt: skip


def decide_unsure(concept: Concept, *, up_to: int, again: bool, actor: Actor) -> int:
    """Decide for all notices of a concept of which nobody knows whether they went out; returns how many.

    ``up_to`` is the last one that whoever decides has seen. Sent again, what has settled itself meanwhile is left out as ever.
    """
    require(actor, "notices.set_up")
    rows = Notice.objects.filter(concept=concept, state=Notice.State.UNSURE, pk__lte=up_to)
    if again:
        return rows.update(
            state=Notice.State.WAITING, due_at=timezone.now(), tries=0, handed_at=None, problem=""
        )
    return rows.update(state=Notice.State.DROPPED)


def send_again(notice: Notice) -> bool:
    """Let a notice that failed, or of which nobody knows, go out once more; False where somebody was faster."""
    states = [Notice.State.FAILED, Notice.State.UNSURE]
    changed = Notice.objects.filter(pk=notice.pk, state__in=states).update(
        state=Notice.State.WAITING, due_at=timezone.now(), tries=0, handed_at=None, problem=""
    )
    return bool(changed)
