"""E-mail addresses of contributors: kept apart, confirmed by whoever reads mail there, kept for a time, then gone."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from insek.people.mail import can_send

from .models import Contact, Contribution

KEPT = timedelta(days=180)
"""How long an address is kept after the contribution came in."""
UNCONFIRMED = timedelta(days=14)
"""How long an address is kept that was asked to be confirmed and is not."""
MOST_ASKED = 3
"""Addresses that wait for their confirmation, of the same text: more mail than that would be a nuisance to its owner."""
SALT = "insek.participation.contact"


def keep_contact(contribution: Contribution, email: str) -> None:
    """Keep an address and, where there is a mail server, ask there whether it is theirs. In the transaction of whoever calls."""
    asks = can_send() and Contact.objects.filter(email__iexact=email, confirmed_at=None).count() < MOST_ASKED
    ends = timezone.localdate() + (UNCONFIRMED if asks else KEPT)
    language = (get_language() or "de")[:2]
    Contact.objects.create(contribution=contribution, email=email, ends=ends, language=language)
    if asks:
        from .told import ask_to_confirm

        transaction.on_commit(lambda: ask_to_confirm(contribution))


def confirm(contact: Contact) -> None:
    """Whoever reads mail at the address says that it is theirs; from now on it is told what becomes of the contribution."""
    Contact.objects.filter(pk=contact.pk, confirmed_at=None).update(
        confirmed_at=timezone.now(), ends=timezone.localdate() + KEPT
    )


def path_of(contribution_id: str) -> str:
    """The path of the page that mail to a contributor leads to; signed, so that nobody else's can be guessed."""
    return reverse("contribution-by-mail", args=[signing.Signer(salt=SALT).sign(contribution_id)])


def contribution_of(token: str) -> Contribution | None:
    """The contribution behind such a path, None for one that was not made here. One query."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    rows = Contribution.objects.select_related(
        "item__concept", "merged_into__item", "format__item", "district__item"
    )
    return rows.filter(pk=pk).first()


def purge_contacts() -> int:
    """Delete the addresses whose time is over; returns how many. Run by the clock."""
    deleted, _by_model = Contact.objects.filter(ends__lt=timezone.localdate()).delete()
    return deleted
