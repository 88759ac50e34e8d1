"""Files that are kept until what they would change is decided."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from .table_files import holds_text


def drop_files(rows: QuerySet[Any], needle: str) -> int:
    """Delete what is kept (``data``, until ``expires_at``) when its day is over or its file holds a text; returns how many."""
    gone = list(rows.filter(expires_at__lte=timezone.now()).values_list("pk", flat=True))
    kept = rows.exclude(pk__in=gone).exclude(data=b"").values_list("pk", "data")
    gone += [pk for pk, data in kept.iterator() if holds_text(bytes(data), needle)]
    rows.filter(pk__in=gone).delete()
    return len(gone)
