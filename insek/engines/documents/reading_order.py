"""In which order the pieces of a page are read: columns one after the other, rows of forms and tables across."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .pdf_lines import Piece

GUTTER = 8.0
"""Points between two columns at least."""
LEAST_LINES = 3
MOST_CROSSING = 0.4
"""Part of the lines that may run across a gutter, such as headings over both columns."""
MOST_COLUMNS = 3
BIG = 1.12
BULLET = re.compile(r"^[•‣▪■□●○◦–—►▸▶➔→✓✔·*\ue000-\uf8ff-](?:\s|$)")


@dataclass
class TextLine:
    """The pieces beside each other on one line, from left to right."""

    pieces: list[Piece]

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(piece.right for piece in self.pieces)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(piece.bottom for piece in self.pieces)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.pieces, key=lambda piece: len(piece.text)).size

    @property
    def is_bold(self) -> bool:
        """Whether most of its letters are bold."""
        letters = sum(len(piece.text) for piece in self.pieces)
        return 2 * sum(len(piece.text) for piece in self.pieces if piece.is_bold) > letters

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(piece.text for piece in self.pieces)


Region = list[TextLine]
"""Lines of one column, from top to bottom."""


def regions_of(pieces: Sequence[Piece]) -> list[Region]:
    """The columns and full-width parts of a page in the order in which they are read."""
    return [region for _is_column, region in _ordered(pieces)]


def _ordered(pieces: Sequence[Piece], depth: int = 0) -> list[tuple[bool, Region]]:
    """The parts of a page, each with whether it is a column."""
    if not pieces:
        return []
    gutter = _gutter(pieces) if depth < MOST_COLUMNS else None
    found: list[tuple[bool, Region]] = []
    if gutter is not None:
        for band in _bands(pieces, gutter):
            left = [one for one in band if one.right <= gutter]
            right = [one for one in band if one.left >= gutter]
            if len(left) + len(right) < len(band) or not left or not right or _is_table(band, left, right):
                _add(found, [(False, lines_of(band))])
            else:
                _add(
                    found,
                    [
                        (True, region)
                        for part in (left, right)
                        for _column, region in _ordered(part, depth + 1)
                    ],
                )
        return found
    runs = _runs(pieces) if depth == 0 else []
    if len(runs) < 2:
        return [(False, lines_of(pieces))]
    for run in runs:
        _add(found, _ordered(run, depth + 1))
    return found


def _runs(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Parts of a page one below the other, where lines over the whole width come after shorter ones or before them."""
    width = max(one.right for one in pieces) - min(one.left for one in pieces)
    runs: list[list[Piece]] = []
    was_wide: bool | None = None
    for row in lines_of(pieces):
        is_wide = any(one.right - one.left > 0.6 * width for one in row.pieces)
        if is_wide != was_wide:
            runs.append([])
        runs[-1] += row.pieces
        was_wide = is_wide
    return runs


def lines_of(pieces: Iterable[Piece]) -> Region:
    """Pieces at the same height as lines, from top to bottom."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: (one.middle, one.left)):
        last = lines[-1] if lines else None
        if last and abs(piece.middle - _middle(last)) < 0.4 * min(piece.size, last[0].size):
            last.append(piece)
        else:
            lines.append([piece])
    return [TextLine(sorted(line, key=lambda one: one.left)) for line in lines]


def _middle(line: list[Piece]) -> float:
    return sum(one.middle for one in line) / len(line)


def _add(found: list[tuple[bool, Region]], more: list[tuple[bool, Region]]) -> None:
    """What follows; full-width parts one below the other are one."""
    if found and more and not found[-1][0] and not more[0][0]:
        found[-1][1].extend(more[0][1])
        more = more[1:]
    found += more


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The middle of the white stripe between two columns, where there is one."""
    left, right = min(one.left for one in pieces), max(one.right for one in pieces)
    width = right - left
    if width < 60:
        return None
    low, high = left + 0.15 * width, left + 0.85 * width
    best: tuple[float, float, float] | None = None
    edges = sorted({one.right for one in pieces if low < one.right < high} | {low})
    for edge in edges:
        later = [one.left for one in pieces if one.left >= edge - 0.5 and one.left < high + width * 0.05]
        crossing = sum(one.left < edge - 0.5 and one.right > edge + GUTTER for one in pieces)
        inside = [begin for begin in later if begin < edge + GUTTER]
        if inside or not later:
            continue
        before = sum(one.right <= edge + 0.5 for one in pieces)
        after = len(pieces) - before - crossing
        if min(before, after) < LEAST_LINES or crossing > MOST_CROSSING * len(pieces):
            continue
        width_of_stripe = min(later) - edge
        # few lines across, many on both sides, and a wide stripe
        score = min(before, after) - 3.0 * crossing + min(width_of_stripe, 30.0) / 10
        if best is None or score > best[0]:
            best = score, edge, min(later)
    return (best[1] + best[2]) / 2 if best else None


def _bands(pieces: Sequence[Piece], gutter: float) -> list[list[Piece]]:
    """Parts of a page one below the other: what runs across the gutter stands alone, and so does what begins with a big heading."""
    usual = median(one.size for one in pieces)
    bands: list[list[Piece]] = []
    end = float("-inf")
    was_crossing: bool | None = None
    rows = lines_of(pieces)
    for row in rows:
        crosses = any(one.left < gutter < one.right for one in row.pieces)
        alone = row.top >= end - 1 and row.size >= BIG * usual
        if was_crossing is None or crosses != was_crossing or (alone and not crosses):
            bands.append([])
        bands[-1] += row.pieces
        end = max(end, row.bottom)
        was_crossing = crosses
    return bands


def _is_table(band: Sequence[Piece], left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether what stands left are labels of, or cells beside, what stands right: then it is read across."""
    rows, beside = lines_of(left), lines_of(right)
    if sum(bool(BULLET.match(row.text)) for row in beside) > 0.3 * len(beside):
        return False
    fewer, more = sorted((rows, beside), key=len)
    aligned = sum(any(_is_beside(row, other) for other in more) for row in fewer)
    if aligned < 0.7 * len(fewer):
        return False
    columns = _columns(band)
    if len(columns) > MOST_COLUMNS:
        return True
    bold = sum(row.is_bold for row in rows) > 0.6 * len(rows)
    plain = sum(row.is_bold for row in beside) < 0.4 * len(beside)
    if bold and plain:
        return True
    # columns of text fill their width, labels and cells do not
    wide = max(row.right for row in rows) - min(row.left for row in rows)
    room = max(row.right for row in beside) - min(row.left for row in beside)
    if wide < 0.6 * room and len(rows) < len(beside) * 1.05:
        return True
    filled = [median(one.right - one.left for one in column) / max(_width(column), 1) for column in columns]
    return len(rows) >= 2 and min(filled, default=1.0) < 0.6


def _is_beside(row: TextLine, other: TextLine) -> bool:
    """Whether two lines stand on the same height, by their upper or lower edge."""
    return min(abs(row.top - other.top), abs(row.bottom - other.bottom)) < 0.15 * row.size


def _columns(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by the white stripes between them, from left to right."""
    columns: list[list[Piece]] = []
    end = float("-inf")
    for one in sorted(pieces, key=lambda piece: piece.left):
        if one.left > end + 3:
            columns.append([])
        columns[-1].append(one)
        end = max(end, one.right)
    return columns


def _width(pieces: Sequence[Piece]) -> float:
    return max(one.right for one in pieces) - min(one.left for one in pieces)
