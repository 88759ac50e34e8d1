"""Running heads and page numbers: what stands at the edge of pages again and again is not read with the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .pdf_lines import Piece

ZONE = 0.11
"""Part of the height at the top and at the bottom of a page in which running heads stand."""
LEAST_PAGES = 3
SLOT = 4.0
"""Points by which the place of a running head may vary, from one page to the next."""

PAGE_NUMBER = re.compile(
    r"^(?:seite|page|s\.)?\s*[–—|-]?\s*(\d{1,4})\s*[–—|-]?(?:\s*(?:von|of|/|\|)\s*\d{1,4})?$", re.IGNORECASE
)
NAMES_PART = re.compile(r"^[^\W\d_]{4,}\s+\d{1,2}(?:\.\d{1,2}){1,3}$")
"""A word with the number of a part, such as MASSNAHME 2.1.3: it names what stands below, however small."""


@dataclass
class Cleaned:
    """The pieces of a page without its running heads, and the number printed on it."""

    pieces: list[Piece]
    label: str = ""
    left_out: list[Piece] = field(default_factory=list)


def body_size(pages: Sequence[Sequence[Piece]]) -> float:
    """The size of most letters."""
    sizes: Counter[float] = Counter()
    for pieces in pages:
        for piece in pieces:
            sizes[round(piece.size * 2) / 2] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def without_running_heads(
    pages: Sequence[Sequence[Piece]], heights: Sequence[float], body: float
) -> list[Cleaned]:
    """Each page without what comes again on others at the same place."""
    edges = [_at_edge(pieces, height, body) for pieces, height in zip(pages, heights, strict=True)]
    offset = _offset(edges)
    often = Counter(
        key for number, edge in enumerate(edges) for key in {_key(one, number, offset) for one in edge}
    )
    least = max(LEAST_PAGES, len(pages) // 50)
    slots: Counter[tuple[int, float]] = Counter()
    for number, edge in enumerate(edges):
        slots.update({_slot(one) for one in edge if often[_key(one, number, offset)] >= least})
    usual = {slot for slot, count in slots.items() if count * 4 >= len(pages) and count >= least}
    cleaned = []
    for number, (pieces, edge) in enumerate(zip(pages, edges, strict=True)):
        gone, label = [], ""
        for one in edge:
            printed = PAGE_NUMBER.match(one.text)
            is_number = printed is not None and offset is not None and int(printed[1]) - number == offset
            if printed is not None and is_number:
                label = printed[1]
            small = one.size < body * 0.97 and _slot(one) in usual and not NAMES_PART.match(one.text)
            if is_number or often[_key(one, number, offset)] >= least or small:
                gone.append(one)
        away = {id(one) for one in gone}
        cleaned.append(Cleaned([one for one in pieces if id(one) not in away], label, gone))
    return cleaned


def _at_edge(pieces: Sequence[Piece], height: float, body: float) -> list[Piece]:
    low, high = height * ZONE, height * (1 - ZONE)
    return [
        one
        for one in pieces
        if (one.bottom < low or one.top > high) and one.size <= body * 1.12 and len(one.text) < 160
    ]


def _offset(edges: Sequence[Sequence[Piece]]) -> int | None:
    """What is printed as the number of a page less its place in the file, where most pages agree."""
    found: Counter[int] = Counter()
    for number, edge in enumerate(edges):
        found.update({int(match[1]) - number for one in edge if (match := PAGE_NUMBER.match(one.text))})
    if not found:
        return None
    offset, count = found.most_common(1)[0]
    return offset if count >= 2 or len(edges) == 1 else None


def _key(piece: Piece, number: int, offset: int | None) -> tuple[str, int]:
    """The same for the same running head on two pages: its words, without the number of the page, and its height."""
    text = piece.text
    if offset is not None:
        text = re.sub(rf"\b{number + offset}\b", "#", text)
    return text.casefold(), round(piece.top / SLOT)


def _slot(piece: Piece) -> tuple[int, float]:
    return round(piece.top / SLOT), piece.size
