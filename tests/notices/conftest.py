"""A real mail server on this machine, and a kind of notice of which tests say what there is to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.utils import timezone

from insek.notices import register
from insek.notices.models import Notice
from insek.notices.register import NoticeKind, NoticeWords, ToTell
from tests.notices.smtp_server import Received


@pytest.fixture
def server(mail_server: Received) -> Received:
    """Mail goes to a real server of this machine."""
    return mail_server


@pytest.fixture
def bell(monkeypatch) -> Callable[..., NoticeKind]:
    """Kinds that tell what a test says: ``bell(holds=[ToTell(...)], is_duty=True)``."""
    kinds: dict[str, NoticeKind] = {}
    monkeypatch.setattr(register, "_kinds", kinds)

    def make(holds: list[ToTell] | None = None, *, name: str = "bell", **values: object) -> NoticeKind:
        kind = NoticeKind(
            name=name, label="Glocke", whom="wer hört", when="wenn es läutet", subject="Es läutet: {titel}",
            text="Guten Tag {name},\n\nes läutet in {stadt}.",
            say=lambda notice, reader: NoticeWords(f"Glocke {notice.subject or notice.occasion}", "/glocke", "laut"),
            find=None if holds is None else lambda concept, today: list(holds),
        )  # fmt: skip
        kind = replace(kind, **values)  # type: ignore[arg-type]  # fields of a kind, given by name
        register.register_notice(kind)
        return kind

    return make


def all_due(at: datetime | None = None) -> None:
    """As if the next morning had come."""
    Notice.objects.filter(state="waiting").update(due_at=at or timezone.now())
