"""A table that lies across: each column is one item, and the first column holds what elsewhere is the head."""

from __future__ import annotations

from functools import lru_cache

from .found_table import FoundTable
from .head_texts import head_key
from .head_words import HEAD_WORDS

ITEM_HEADS = ("number", "title", "text", "unit", "others", "costs", "funding", "priority", "horizon", "start", "end", "state", "depends", "field", "goal")  # fmt: skip
ENOUGH = 5
"""So many different things of an item, named below each other, make a head that lies across."""


@lru_cache(maxsize=1)
def _meanings() -> dict[str, str]:
    return {head_key(word): name for name in ITEM_HEADS for word in HEAD_WORDS[name]}


def heads_below_each_other(table: FoundTable) -> list[str]:
    """What the first column names below each other, where that is a head and the head of the table is none; else nothing."""
    if table.layout != "table" or len(table.columns) < 2:
        return []
    first = [str(row.values[0]).strip() for row in table.rows if row.values and row.values[0] is not None]
    named = [table.columns[0].head, *first]
    found = {meaning: text for text in named if (meaning := _meanings().get(head_key(text)))}
    across = {_meanings().get(head_key(column.head)) for column in table.columns} - {None}
    told = sum(head_key(text) in _meanings() for text in named)
    if len(found) < ENOUGH or len(across) >= 2 or 2 * told < len(named):
        return []
    return list(found.values())
