"""How a cell becomes rows beside an item, such as its costs or its state: a register that the rooms of the rows fill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .targets import Reading, Text, WordSource

NotUnderstood = ValueError
"""Raised by ``read`` for a cell that is to be kept as said."""


@dataclass(frozen=True)
class SaidCell:
    """A cell on its way to rows: its head, its text, and what its words mean where they are chosen from something."""

    head: str
    text: str
    meanings: Sequence[str] = ()
    value: Any = None
    """What the engine read, for a reading with a ``kind`` of its own."""


@dataclass(frozen=True)
class RowReading:
    """One column that becomes rows of a declared sort (``thread.rows``).

    ``read`` gives the values of the rows, plain as history keeps them. ``refers`` names a column of the rows that leads to
    another item of a kind: then the cell holds numbers or titles of such items, which may stand in the same file.
    """

    rows: str
    label: Text
    meaning: str
    """Whose synonyms of heads the engine uses."""
    read: Callable[[Reading, SaidCell], Sequence[dict[str, Any]]]
    kind: str = "text"
    """What the cells are, as ``engines.tables`` reads them."""
    help: Text = ""
    heads: str = ""
    """Further words of heads, with ``|`` between."""
    words: WordSource | None = None
    refers: str = ""
    refers_kind: str = ""
    name: str = ""
    """Under which it is kept, where one sort of rows can be read from several columns."""
    rest_of: str = ""
    """Name of a field that takes one word: what else its cells name becomes these rows."""
    keeps_text: bool = False
    """Whether the rows hold all that was said, so that it need not stand in the text too."""
    is_set: bool = False
    """Whether what is not there yet simply comes to what is there, such as units; else a person decides which of the two holds."""
    telling: Sequence[str] = ()
    """Columns that say something even where they are empty, such as the upper end of a range."""

    @property
    def wanted_name(self) -> str:
        return f"rows.{self.name or self.rows}"


@dataclass(frozen=True)
class SaidRows:
    """What one cell gave for rows of a sort, before the cells of an item are seen together."""

    reading: str
    """``name`` of the reading, its ``rows`` where it has none."""
    head: str
    text: str
    values: Sequence[dict[str, Any]]


Combined = tuple[list[dict[str, Any]], list[SaidRows]]
"""The rows, and the cells that could not be told to one of them and so are kept as said."""

_readings: dict[str, list[RowReading]] = {}
_combining: dict[str, Callable[[Sequence[SaidRows]], Combined]] = {}


def register_row_combining(rows: str, combine: Callable[[Sequence[SaidRows]], Combined]) -> None:
    """Let the cells of an item become rows of a sort together: source, amount and own share stand in columns of their own."""
    _combining[rows] = combine


def row_combining_of(rows: str) -> Callable[[Sequence[SaidRows]], Combined] | None:
    """What sees the cells of an item together; None where each cell stands for itself."""
    return _combining.get(rows)


Merging = Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]
"""From the rows of an item that single cells gave (``values``, ``head``, ``cells``) to those that are meant."""
_merging: dict[str, Merging] = {}


def register_row_merging(rows: str, merge: Merging) -> None:
    """Let rows of a sort that single cells gave become fewer: the least and the most of the same costs are one range."""
    _merging[rows] = merge


def merged_rows(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts of an item, with the rows of each sort seen together where a room says how."""
    found = list(parts)
    for rows, merge in _merging.items():
        mine = [
            part for part in found if part.get("name") == rows and part.get("do") == "row" and "cells" in part
        ]
        if len(mine) > 1:
            others = [part for part in found if part not in mine]
            found = [*others, *merge(mine)]
    return found


def register_row_reading(kind: str, reading: RowReading) -> None:
    """Let a column of tables with items of a kind become rows."""
    known = _readings.setdefault(kind, [])
    if reading.wanted_name not in {each.wanted_name for each in known}:
        known.append(reading)


def row_readings_of(kind: str) -> list[RowReading]:
    """What columns of tables with items of a kind can become."""
    return list(_readings.get(kind, ()))
