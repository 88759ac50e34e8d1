"""How the value of something that is only made later is written in an entry, and in which order such entries are done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .models import BatchEntry

ROW = "row"
"""What stands in a mark before the row of the same table that is meant."""


def mark_of(source: str, word: str) -> str:
    """How the value of something that is only made later is written in an entry."""
    return f"\x1f{source}\x1f{word}"


def row_mark(row: str) -> str:
    """How an item that comes in with another row of the table is written in an entry."""
    return mark_of(ROW, row)


def is_row_mark(value: Any) -> bool:
    """Whether a value stands for another row of the table."""
    return isinstance(value, str) and value.startswith(mark_of(ROW, ""))


def _depths(entries: Iterable[BatchEntry]) -> dict[int, int]:
    """How many rows of the table stand above each entry, which have to be there before it."""
    entries = list(entries)
    above = {row_mark(entry.ref): next((pair[1] for pair in entry.differences.values() if is_row_mark(pair[1])), "") for entry in entries}  # fmt: skip
    found = {}
    for entry in entries:
        depth, mark = 0, above[row_mark(entry.ref)]
        while mark and depth < len(entries):
            depth, mark = depth + 1, above.get(mark, "")
        found[entry.pk] = depth
    return found


def in_order(entries: Any, *, last_first: bool = False) -> list[int]:
    """The keys of entries: those above before those below, and the other way round."""
    depths = _depths(entries.only("pk", "ref", "differences").iterator())
    return sorted(depths, key=lambda pk: (depths[pk], pk), reverse=last_first)


def stands_below_itself(row: str, first: str, above: Mapping[str, str]) -> bool:
    """Whether rows of a table lead in a circle from what stands above a row (a mark) to the row itself."""
    own, mark, seen = row_mark(row), first, set[str]()
    while mark and mark not in seen:
        if mark == own:
            return True
        seen.add(mark)
        mark = above.get(mark, "")
    return False
