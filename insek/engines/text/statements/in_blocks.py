"""Statements in the blocks of a document's pages: what holds for a paragraph from the heading above it, and which blocks are read.

A statute has its paragraph sign in a heading, "§ 4 Dachformen", and below it "(1) Dächer sind …": what stands under the heading is marked by it, until a
heading of the same or a higher level. A heading that only names a paragraph of another law ("§ 9 BauGB") marks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .finding import FoundStatement, find_in_paragraphs
from .marking import STATUTE, Marking, marking_of

READ = ("paragraph", "item", "row")
"""Blocks that are read: no headings."""
Block = Mapping[str, Any]
"""With ``type``, ``text`` and, for a heading, ``level``."""


@dataclass(frozen=True)
class PlacedStatement:
    """A statement, and the number of its block."""

    place: int
    found: FoundStatement


class Headings:
    """The headings above where one stands, each under those of a higher level."""

    def __init__(self) -> None:
        self._above: list[tuple[int, Marking | None]] = []

    def pass_by(self, block: Block) -> None:
        """Go on over a block."""
        if block["type"] != "heading":
            return
        level = block["level"]
        while self._above and self._above[-1][0] >= level:
            self._above.pop()
        marking = marking_of(block["text"])
        self._above.append((level, marking if marking and marking.sort == STATUTE else None))

    @property
    def marking(self) -> Marking | None:
        """What they mark a paragraph as that has no marking of its own."""
        return next((marking for _level, marking in reversed(self._above) if marking), None)


def find_in_blocks(
    blocks: Sequence[Block], *, units: Sequence[str] = (), above: Headings | None = None
) -> list[PlacedStatement]:
    """The statements of a page; ``above`` are the headings of the pages before, which go on with those of this one."""
    above = Headings() if above is None else above
    places, markings = [], []
    for place, block in enumerate(blocks):
        above.pass_by(block)
        if block["type"] in READ:
            places.append(place)
            markings.append(above.marking)
    texts = [blocks[place]["text"] for place in places]
    return [
        PlacedStatement(places[one.paragraph], one)
        for one in find_in_paragraphs(texts, units=units, markings=markings)
    ]


def marking_at(blocks: Iterable[Block]) -> Marking | None:
    """What marks the last of these blocks: its own beginning, else the headings before it."""
    above, last = Headings(), None
    for last in blocks:
        above.pass_by(last)
    return (marking_of(last["text"]) if last else None) or above.marking
