"""Who is told what: one table that rooms fill when the app starts, and that a page shows.

A kind of notice says whom it goes to and when, in words, and finds it: ``find`` gives everything that holds right now, as often
as it is asked; the outbox tells each once. What is not found any more when the mail is written has settled itself and is not
sent. Recipients are texts such as ``user:12``; what sorts there are is a register too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS, Actor
from insek.thread.models import Event, Item

from .models import Notice

Text = str | Promise


@dataclass(frozen=True)
class ToTell:
    """One thing to tell: to whom, about what, on which occasion; on another occasion the same is told again."""

    to: str
    subject: str = ""
    occasion: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    again: str = ""
    """The week, month or day in which it is told again while it still holds."""

    @property
    def told_as(self) -> str:
        """Occasion and calendar as the outbox keeps them."""
        return f"{self.occasion}@{self.again}" if self.again else self.occasion

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same thing, whenever it is told."""
        return self.to, self.subject, self.occasion


def key_of(notice: Notice) -> tuple[str, str, str]:
    """The same of what stands in the outbox: a reminder of March still holds in April."""
    return notice.to, notice.subject, notice.occasion.partition("@")[0]


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told something, as known at this moment."""

    key: str
    email: str
    name: str = ""
    language: str = "de"
    actor: Actor = ANONYMOUS
    muted: frozenset[str] = frozenset()
    is_weekly: bool = False
    page: str = ""
    """Path of the one page that somebody without a login can open; empty: the page of each task."""
    has_settings: bool = False
    """Whether there is a page where this person says what to hear."""


@dataclass
class NoticeReader:
    """Who reads, with the items of the notices that this person may see: one query for all of them."""

    recipient: Recipient
    items: dict[str, Item]
    today: date

    def item(self, notice: Notice) -> Item | None:
        """The item a notice is about, None where the reader may not see it or it is gone."""
        return self.items.get(notice.subject)


@dataclass(frozen=True)
class NoticeWords:
    """What a notice says: a title, the path of its one task, a word on it, and values for the text of the mail."""

    title: str
    path: str
    note: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


Find = Callable[[Concept, date], Iterable[ToTell]]
Say = Callable[[Notice, NoticeReader], NoticeWords | None]


@dataclass(frozen=True)
class NoticeKind:
    """One line of the table: what is told, to whom, when, and in which words."""

    name: str
    label: Text
    whom: Text
    when: Text
    subject: Text
    text: Text
    say: Say
    find: Find | None = None
    """All that holds right now; None: a service puts it into the outbox by itself."""
    hears: Callable[[Event], bool] | None = None
    """Which acts may have made something to tell; None: it follows from the calendar and is looked for each day."""
    is_duty: bool = False
    """Whether it belongs to the work of whoever is told and cannot be stopped."""
    at_once: bool = False
    only_by_mail: bool = False
    """Whether its link opens something without a login or password, so that it stands in the mail alone."""
    for_staff: bool = True
    """Whether it goes to people with a login, who choose on a page what they hear."""
    order: int = 50
    values: Mapping[str, Text] = field(default_factory=dict)
    """What the text may name beside the common values: name -> explanation."""


_kinds: dict[str, NoticeKind] = {}
Look = Callable[[Sequence[str]], dict[str, Recipient]]
_recipients: dict[str, Look] = {}
_refusing: dict[str, Callable[[str], object]] = {}


def register_notice(kind: NoticeKind) -> None:
    """Put a line into the table."""
    _kinds[kind.name] = kind


def notice_kinds() -> list[NoticeKind]:
    """The table, in its order."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))


def notice_kind(name: str) -> NoticeKind | None:
    """A line of the table, None for one that this version does not know."""
    return _kinds.get(name)


def register_recipients(sort: str, look: Look, refused: Callable[[str], object]) -> None:
    """Say who stands behind keys of a sort (the part after the colon); those that are gone are left out.

    ``refused`` is told the key whose address the mail server refuses for good, so that no more mail goes there.
    """
    _recipients[sort] = look
    _refusing[sort] = refused


def address_refused(to: str) -> None:
    """The mail server refuses the address of a recipient for good."""
    sort, _colon, rest = to.partition(":")
    if sort in _refusing:
        _refusing[sort](rest)


Stop = Callable[[str, Sequence[str]], bool]
_stopping: dict[str, Stop] = {}


def register_stopping(sort: str, stop: Stop) -> None:
    """Say how recipients of a sort are told no more: given the key and the kinds; False where there is nobody any more."""
    _stopping[sort] = stop


def stop_telling(to: str, kinds: Sequence[str]) -> bool:
    """Tell a recipient none of these kinds any more."""
    sort, _colon, rest = to.partition(":")
    return sort in _stopping and _stopping[sort](rest, kinds)


def recipients_behind(keys: Iterable[str]) -> dict[str, Recipient]:
    """Who stands behind these, by the whole key; a few queries for each sort."""
    by_sort: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        sort, _colon, rest = key.partition(":")
        by_sort.setdefault(sort, []).append(rest)
    return {
        f"{sort}:{rest}": recipient
        for sort, rests in by_sort.items()
        if sort in _recipients
        for rest, recipient in _recipients[sort](rests).items()
    }
