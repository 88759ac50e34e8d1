"""What an entry of a table of items says: the difference to what stands there, a refusal, notes."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from insek.engines.text import fold, shortened
from insek.thread.kinds import kind_named

from .items_said import SaidRow
from .models import BatchEntry
from .targets import TableRow

Result = BatchEntry.Result
_BESIDE_NUMBERS = {"nr", "nummer", "und", "nach", "siehe", "vgl", "s", "u"}


def says_more(text: str, kind: str) -> bool:
    """Whether a text says more than the numbers of items: words beside the name of their kind, as in "Ziel 2.1"."""
    spec = kind_named(kind)
    of_kind = {fold(word) for word in (str(spec.label), str(spec.plural), spec.prefix)} | _BESIDE_NUMBERS
    return any(fold(word) not in of_kind for word in re.findall(r"[^\W\d_]+", text))


def doubled(row: TableRow) -> str:
    """Why a row cannot come in whose number another row has already."""
    if row.sheet:
        return _("Die Nummer steht schon im Blatt „%(sheet)s“ in Zeile %(row)s.") % {"sheet": row.sheet, "row": row.number}  # fmt: skip
    return _("Die Nummer steht schon in Zeile %(row)s.") % {"row": row.number}


def same_value(now: Any, value: Any) -> bool:
    """Whether what is said stands there already."""
    if now == value:
        return True
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return False
    if isinstance(now, list) or isinstance(value, list):
        return sorted(now or ()) == sorted(value or ())
    return now == value or (now is not None and str(now) == str(value))


def value_words(value: Any) -> str:
    """A plain value in words."""
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def refused(entry: BatchEntry, reason: str, column: str = "") -> BatchEntry:
    """An entry that cannot come in, and why."""
    entry.result, entry.reason, entry.column, entry.ticked, entry.level = (
        Result.REFUSED,
        reason,
        shortened(column, 200),
        False,
        2,
    )
    entry.parts, entry.differences, entry.shown = [], {}, []
    return entry


def noted(entry: BatchEntry, said: SaidRow) -> BatchEntry:
    """An entry with what is to be said of its row."""
    entry.notes = said.notes
    entry.level = 1 if any(not note.get("quiet") for note in said.notes) else 0
    return entry
