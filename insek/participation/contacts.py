"""E-mail addresses of contributors: kept apart, kept for a time, then gone."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from .models import Contact

KEPT = timedelta(days=180)
"""How long an address is kept after the contribution came in."""


def purge_contacts() -> int:
    """Delete the addresses whose time is over; returns how many. Run by the clock."""
    deleted, _by_model = Contact.objects.filter(ends__lt=timezone.localdate()).delete()
    return deleted
