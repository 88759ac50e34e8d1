"""Following by mail: asked for, confirmed by a link in a mail, told once a day at most, ended with one click or by time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insek import clock
from insek.concept.models import Concept
from insek.people.mail import can_send

from .models import Follow, Notice
from .news import MOST_ITEMS, Followed, NewsEntry, has_news, news_of, topic_named
from .outbox import KEPT as NOTICES_KEPT
from .outbox import put
from .register import (
    NoticeKind,
    NoticeReader,
    NoticeWords,
    Recipient,
    ToTell,
    register_notice,
    register_recipients,
    register_stopping,
)

UNCONFIRMED = timedelta(days=7)
KEPT = timedelta(days=730)
"""How long an address is kept after it was confirmed; then it ends by itself."""
MOST_ASKED = 3
"""Questions that wait for an answer at one address: more mail than that would be a nuisance to its owner."""
NAMED = 12
SALT = "insek.notices.follow"


def follow(topic: Followed, email: str, language: str) -> None:
    """Ask at an address whether it wants to follow. Whoever asks learns nothing about the address: the answer is the same."""
    waiting = Follow.objects.filter(email=email.lower(), confirmed_at=None).count()
    if not can_send() or waiting >= MOST_ASKED:
        return
    with transaction.atomic():
        row, is_new = Follow.objects.get_or_create(
            concept=topic.concept, email=email.lower(), topic=topic.address,
            defaults={"language": language, "ends": timezone.localdate() + UNCONFIRMED},
        )  # fmt: skip
        if is_new:
            put(topic.concept, ASKING, [ToTell(f"follow:{row.key}", row.key)])


def token_of(row: Follow) -> str:
    """What the link to confirm carries."""
    return signing.Signer(salt=SALT).sign(row.key)


def follow_behind(token: str) -> Follow | None:
    """The row behind a link; None for one that is gone or was not made here. One query."""
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Follow.objects.filter(key=key).select_related("concept").first()


def confirm(row: Follow) -> None:
    """The owner of the address wants to follow."""
    Follow.objects.filter(pk=row.pk, confirmed_at=None).update(
        confirmed_at=clock.now(), ends=timezone.localdate() + KEPT
    )


def topic_behind(row: Follow) -> Followed | None:
    """What is followed, None where it is gone or no longer public. One query."""
    return topic_named(row.concept, row.topic)


def forget_follows() -> int:
    """Delete the addresses whose time is over; returns how many. Run by the clock."""
    count, _by_model = Follow.objects.filter(ends__lt=timezone.localdate()).delete()
    return count


def look_up_follows(keys: Sequence[str]) -> dict[str, Recipient]:
    """Those who follow, as recipients. One query."""
    rows = Follow.objects.filter(key__in=keys)
    return {
        row.key: Recipient(key=f"follow:{row.key}", email=row.email, language=row.language) for row in rows
    }


def _end(key: str, kinds: Sequence[str]) -> bool:
    count, _by_model = Follow.objects.filter(key=key).delete()
    return bool(count)


register_recipients("follow", look_up_follows, lambda key: _end(key, ()))
register_stopping("follow", _end)


def _row_of(notice: Notice) -> Follow | None:
    key = notice.to.partition(":")[2]
    return Follow.objects.filter(key=key).select_related("concept").first()


def _say_asking(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    row = _row_of(notice)
    topic = topic_behind(row) if row is not None and row.confirmed_at is None else None
    if row is None or topic is None:
        return None
    # words of a search are written by whoever asks: the city sends them to nobody who has not confirmed
    title = _("Treffer einer Suche") if topic.query else topic.title
    return NoticeWords(title, reverse("follow-confirm", args=[token_of(row)]))


ASKING = NoticeKind(
    name="follow_confirm",
    label=gettext_lazy("Folgen bestätigen"),
    whom=gettext_lazy("wer auf einer Seite „Folgen“ gewählt und eine Adresse angegeben hat"),
    when=gettext_lazy("gleich danach"),
    subject=gettext_lazy("Bitte bestätigen: {titel} folgen"),
    text=gettext_lazy(
        "Guten Tag,\n\nfür diese Adresse wurde gewählt, „{titel}“ in {stadt} zu folgen. Möchten Sie das? Dann bestätigen Sie es mit einem Klick. Sonst brauchen Sie nichts zu tun: Die Adresse wird nach sieben Tagen gelöscht, und es kommt keine weitere Nachricht."
    ),
    say=_say_asking,
    is_duty=True,
    at_once=True,
    for_staff=False,
    order=70,
)
register_notice(ASKING)


def _told_until(rows: Sequence[Follow]) -> dict[str, datetime]:
    """Until when each was told what is new: the last mail that went out, else its beginning. One query."""
    # of what is older the outbox knows no more what was told
    known = clock.now() - NOTICES_KEPT
    found = {f"follow:{row.key}": max(row.confirmed_at or row.made_at, known) for row in rows}
    sent = Notice.objects.filter(kind="followed", to__in=list(found), state=Notice.State.SENT)
    for notice in sent.order_by("due_at"):
        found[notice.to] = max(found[notice.to], _told_at(notice))
    return found


def _told_at(notice: Notice) -> datetime:
    """Until when it tells, by the clock of the changes it tells of: its morning, on a stated day that of the day it was found on."""
    if clock.stated_day() is None:
        return notice.due_at
    due = timezone.localtime(notice.due_at)
    day = date.fromisoformat(notice.occasion.partition("@")[2])
    return datetime.combine(day, due.time(), tzinfo=due.tzinfo)


def _followed(concept: Concept, today: date) -> Iterable[ToTell]:
    """Whoever follows something of which there is news. Those who follow the same since the same moment are asked once."""
    rows = list(Follow.objects.filter(concept=concept, confirmed_at__isnull=False).select_related("concept"))
    until = _told_until(rows)
    asked: dict[tuple[str, datetime], bool] = {}
    for row in rows:
        same = (row.topic, until[f"follow:{row.key}"])
        if same not in asked:
            topic = topic_behind(row)
            asked[same] = topic is not None and has_news(topic, same[1])
        if asked[same]:
            yield ToTell(f"follow:{row.key}", row.key, "", {}, str(today))


def _say_followed(notice: Notice, reader: NoticeReader) -> NoticeWords | None:
    row = _row_of(notice)
    topic = topic_behind(row) if row is not None and row.confirmed_at is not None else None
    if row is None or topic is None:
        return None
    since = _told_until([row])[f"follow:{row.key}"]
    found = news_of(topic, since if notice.state == Notice.State.WAITING else None, _told_at(notice))
    if not found:
        return None
    path = topic.item.url if topic.item is not None else f"{reverse('follow')}?{topic.address}"
    return NoticeWords(topic.title, path, _sentence(found))


def _sentence(found: Sequence[NewsEntry]) -> str:
    """What is new in words, each item once with the last that happened."""
    last: dict[str, NewsEntry] = {}
    for entry in found:
        last.setdefault(entry.item.pk, entry)
    named = [
        f"{entry.item.kind_label} {entry.item.number} {entry.item.shown_title}".replace("  ", " ")
        + f": {entry.what}"
        for entry in list(last.values())[:NAMED]
    ]
    if (more := len(last) - NAMED) > 0:
        words = (
            ngettext("und eines mehr", "und %(count)s mehr", more)
            if len(last) < MOST_ITEMS
            else _("und weiteres")
        )
        named.append(words % {"count": more} if "%" in words else words)
    return "; ".join(named)


register_notice(
    NoticeKind(
        name="followed",
        label=gettext_lazy("Neues zu dem, dem Sie folgen"),
        whom=gettext_lazy("wer folgt und die Adresse bestätigt hat"),
        when=gettext_lazy("an Arbeitstagen morgens, wenn etwas Öffentliches neu oder geändert ist"),
        subject=gettext_lazy("Neues zu {titel}"),
        text=gettext_lazy("Guten Tag,\n\nzu „{titel}“ gibt es Neues: {hinweis}."),
        say=_say_followed,
        find=_followed,
        for_staff=False,
        order=71,
    )
)
