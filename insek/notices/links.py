"""Personal links with which somebody without a login answers for a unit: made, found again, taken back.

The link is signed with the key of the installation and names a row; the row decides whether it opens anything. What it opens is
the page of its purpose, which the room that has it registers (``register_purpose``). A link is no login: the page is given the row and an
actor with the rights of the purpose, for its unit alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.models import Unit

from .models import AnswerLink
from .register import Recipient, Text, register_recipients, register_stopping

SALT = "insek.notices.answer"
LONGEST = 400
"""Days for which a link opens its page at most."""
MUTED = "muted"
"""Where the data of a link name the kinds that come by mail no more."""
ADDRESS_KEPT = timedelta(days=30)
"""How long the address is kept after a link is over."""
NAME_KEPT = timedelta(days=400)
"""How long the name is kept after that: a round comes once a year."""

AnswerPage = Callable[[HttpRequest, AnswerLink], HttpResponse]


@dataclass(frozen=True)
class Purpose:
    """What a link is for: its name in words, its page, and the rights its bearer has there, for the unit alone."""

    name: str
    label: Text
    page: AnswerPage
    rights: frozenset[str]


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> None:
    """Let a room open a page with links of this purpose."""
    _purposes[purpose.name] = purpose


def purposes() -> dict[str, Purpose]:
    """All purposes by their names."""
    return dict(_purposes)


def make_link(
    *, concept: Concept, purpose: str, unit: Unit, name: str, email: str, days: int, actor: Actor,
    data: dict[str, Any] | None = None, language: str = "de",
) -> AnswerLink:  # fmt: skip
    """Make a personal link. Raises PermissionDenied, and ValidationError for a purpose, name or number of days that cannot be."""
    require(actor, "notices.give_link")
    if purpose not in _purposes:
        raise ValidationError({"purpose": _("Diesen Zweck gibt es nicht.")})
    if not name.strip():
        raise ValidationError({"name": _("Bitte sagen Sie, für wen der Link ist.")})
    if not 1 <= days <= LONGEST:
        raise ValidationError({"days": _("Bitte 1 bis %(most)s Tage.") % {"most": LONGEST}})
    return AnswerLink.objects.create(
        concept=concept, purpose=purpose, unit=unit, name=name.strip(), email=email, data=data or {}, language=language or "de",
        made_by_id=actor.user_id, ends_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip


def revoke_link(link: AnswerLink, *, actor: Actor) -> None:
    """Take a link back: from now on it opens nothing. Raises PermissionDenied."""
    require(actor, "notices.give_link")
    AnswerLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def token_of(link: AnswerLink) -> str:
    """What the address of the link carries."""
    return signing.Signer(salt=SALT).sign(link.key)


def path_of(link: AnswerLink) -> str:
    """The path of the link."""
    return reverse("answer", args=[token_of(link)])


def path_in(language: str, link: AnswerLink) -> str:
    """The path of the page in a language."""
    with translation.override(language):
        return path_of(link)


def link_behind(token: str) -> AnswerLink | None:
    """The link, also one that is over (``is_valid`` says so); None for an address that was not made here. One query."""
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return AnswerLink.objects.filter(key=key).select_related("concept", "unit").first()


def bearer_of(link: AnswerLink) -> Actor:
    """Who acts with a link: no login, the rights of its purpose, for its unit."""
    return Actor(name=link.name, unit_id=link.unit_id, rights=_purposes[link.purpose].rights)


def look_up_links(keys: Sequence[str]) -> dict[str, Recipient]:
    """Those who have a link that is valid, as recipients. One query."""
    rows = AnswerLink.objects.valid().filter(key__in=keys, purpose__in=_purposes)
    return {
        row.key: Recipient(
            key=f"link:{row.key}",
            email=row.email,
            name=row.name,
            language=row.language,
            actor=bearer_of(row),
            page=path_in(row.language, row),
            muted=frozenset(row.data.get(MUTED, ())),
        )
        for row in rows
    }


def mute(key: str, kinds: Sequence[str]) -> bool:
    """Send who has a link no mail of these kinds any more; False where the link is over."""
    with transaction.atomic():
        row = AnswerLink.objects.valid().select_for_update().filter(key=key).first()
        if row is None:
            return False
        row.data = {**row.data, MUTED: sorted({*row.data.get(MUTED, ()), *kinds})}
        row.save(update_fields=["data"])
    return True


def _drop_address(key: str) -> None:
    AnswerLink.objects.filter(key=key).update(email="")


register_recipients("link", look_up_links, _drop_address)
register_stopping("link", mute)


def forget_addresses() -> int:
    """Delete addresses, and later names, of links that have been over for a time; returns how many. Run by the clock."""
    count = 0
    for field, kept in (("email", ADDRESS_KEPT), ("name", NAME_KEPT)):
        before = timezone.now() - kept
        over = AnswerLink.objects.filter(Q(ends_at__lt=before) | Q(revoked_at__lt=before))
        count += over.exclude(**{field: ""}).update(**{field: ""})
    return count
