"""What was told: for the person it was told to, and for whoever looks after the sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from insek import clock
from insek.concept.models import Concept

from .composing import parts_of
from .models import Notice
from .persons import user_key
from .register import NoticeKind, key_of, notice_kind, recipients_behind


@dataclass(frozen=True)
class NoticeLine:
    """A notice as its reader sees it; without a title where what it is about is gone or not to be seen any more."""

    label: str
    title: str
    url: str
    note: str
    at: datetime
    state: str
    holds: bool
    """Whether it still stands; what has settled itself is said to be done."""


def lines_for(notices: Sequence[Notice], user_id: int | None) -> list[NoticeLine]:
    """Notices to a person as lines; of a matter that stands, those that have settled are left out: they would say the same of today.

    Four queries for who reads, and those of the kinds that ask whether it still holds.
    """
    recipient = recipients_behind([user_key(user_id or 0)]).get(user_key(user_id or 0))
    if recipient is None:
        return []
    told = {part.notice.pk: part for part in parts_of(notices, recipient)}
    found: dict[str, frozenset[tuple[str, str, str]]] = {}
    lines: list[tuple[tuple[str, str], NoticeLine]] = []
    for notice in notices:
        kind, part = notice_kind(notice.kind), told.get(notice.pk)
        holds = part is not None
        if kind is not None and kind.find is not None and holds:
            if kind.name not in found:
                found[kind.name] = _holding(notice.concept, kind.name)
            holds = key_of(notice) in found[kind.name]
        line = NoticeLine(
            label=str(kind.label) if kind is not None else notice.kind,
            title=part.said.title if part is not None else "",
            url=part.said.path if part is not None and holds and not kind_is_secret(kind) else "",
            note=part.said.note if part is not None else "",
            at=notice.made_at,
            state=str(notice.get_state_display()),
            holds=holds,
        )
        lines.append(((notice.kind, notice.subject), line))
    standing = {matter for matter, line in lines if line.holds}
    return [line for matter, line in lines if line.holds or matter not in standing]


def kind_is_secret(kind: NoticeKind | None) -> bool:
    """Whether the link of a notice is for the mail alone."""
    return kind is not None and kind.only_by_mail


def _holding(concept: Concept, name: str) -> frozenset[tuple[str, str, str]]:
    kind = notice_kind(name)
    assert kind is not None and kind.find is not None
    return frozenset(told.key for told in kind.find(concept, clock.today()))
