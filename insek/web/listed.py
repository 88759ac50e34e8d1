"""Lists that stay short: what stands open, what is folded, and where all of it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .display import number_words

FIRST = 6
"""Rows that stand open."""


def listed(
    rows: Sequence[Any],
    *,
    first: int = FIRST,
    narrow: int | None = None,
    all_url: str = "",
    all_label: str = "",
) -> dict[str, Any]:
    """Rows for the component ``item_rows``: the first open, the others folded; a single one is not worth folding.

    ``narrow`` is how many stand open on a phone, where that is fewer. ``all_url`` leads to the whole list where more is there
    than was read.
    """
    shown = list(rows)
    if len(shown) <= first + 1:
        first = len(shown)
    rest = shown[first:]
    begin = first if narrow is None or first <= narrow + 1 else narrow
    return {
        "rows": shown[:begin],
        "folded": shown[begin:first],
        "folded_label": more_words(first - begin) if begin else all_words(first),
        "rest": rest,
        "rest_label": more_words(len(rest)),
        "stated": any(_state_of(row) for row in shown),
        "all_url": all_url,
        "all_label": all_label,
    }


def more_words(count: int) -> str:
    """What opens the others: 3 weitere Einträge."""
    return ngettext("%(count)s weiterer Eintrag", "%(count)s weitere Einträge", count) % {
        "count": number_words(count)
    }


def all_words(count: int) -> str:
    """What opens all: Alle 28 zeigen."""
    return _("Alle %(count)s zeigen") % {"count": number_words(count)}


def _state_of(row: Any) -> Any:
    return row.get("state") if isinstance(row, dict) else getattr(row, "state", None)
