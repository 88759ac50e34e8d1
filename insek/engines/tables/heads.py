"""Where the head of a table is: which rows, below which titles, and what each column is called.

A head row has texts where the rows below it have figures, says words that heads say, is filled about as far as the rows
below, and stands before the first row of data. Around it further head rows are taken in: above it, what spans part of the
columns; below it, what leaves the first column empty and holds no figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import median

from insek.engines.text.folding import fold

from .book import Sheet
from .head_texts import head_key, joined_head, plain_head
from .head_words import HEAD_WORDS
from .row_marks import Line, is_number_like, is_numbering, is_time_head, looks_like_section

LOOKED_AT = 80
"""Filled rows in which the head is looked for."""
AHEAD = 12
"""Rows below a head whose cells are compared with it."""
LONGEST_HEAD = 120
"""Characters of a head at which it is rather a text."""


@lru_cache(maxsize=1)
def _head_vocabulary() -> frozenset[str]:
    return frozenset(head_key(word) for words in HEAD_WORDS.values() for word in words)


def head_rows_of(lines: Sequence[Line], sheet: Sheet) -> tuple[int, ...]:
    """The rows with the heads, from 0; none where the table has no head."""
    filled = [line for line in lines if line.filled][:LOOKED_AT]
    if len(filled) < 2:
        return ()
    wide = typical_width(lines)
    best, best_score = None, 0.0
    for place, line in enumerate(filled[:-1]):
        if _is_data_like(line, wide):
            break
        if not _may_be_head(line, wide):
            continue
        score = _head_score(line, filled[place + 1 : place + 1 + AHEAD], wide) - 0.12 * place
        if score > best_score:
            best, best_score = line, score
    if best is None:
        return ()
    return _with_neighbours(best.row, lines, sheet, wide)


def typical_width(lines: Sequence[Line]) -> int:
    """Cells that a well-filled row has: the ninth of ten rows in the order of their filling, titles and footers left aside."""
    counts = sorted(len(line.filled) for line in lines if line.filled)
    if not counts:
        return 0
    several = [count for count in counts if count > 1] or counts
    return several[int(0.8 * (len(several) - 1))]


def _is_data_like(line: Line, wide: int) -> bool:
    """A row with figures that are no years, filled as far as the others are."""
    if len(line.filled) < max(2, 0.5 * wide) or is_numbering(line):
        return False
    figures = [place for place in line.filled if is_number_like(line.cells[place])]
    if not figures:
        return False
    return not all(is_time_head(line.cells[place]) for place in figures)


def _may_be_head(line: Line, wide: int) -> bool:
    if len(line.filled) < max(2, math.ceil(0.5 * wide)) or is_numbering(line):
        return False
    shown = [plain_head(line.cells[place]) for place in line.filled]
    if median(map(len, shown)) > LONGEST_HEAD:
        return False
    worded = sum(
        is_time_head(line.cells[place]) or not is_number_like(line.cells[place]) for place in line.filled
    )
    return worded >= 0.8 * len(shown)


def _head_score(line: Line, below: Sequence[Line], wide: int) -> float:
    shown = {place: head_key(plain_head(line.cells[place])) for place in line.filled}
    known = sum(is_known_head(text) for text in shown.values()) / len(shown)
    contrast = 0
    for place in line.filled:
        cells = [other.cells[place] for other in below if other.cells[place] is not None]
        if cells and not is_number_like(line.cells[place]):
            contrast += sum(map(is_number_like, cells)) >= 0.6 * len(cells)
        elif cells and is_time_head(line.cells[place]):
            contrast += not any(map(is_time_head, cells)) or 0.5  # type: ignore[assignment]  # halves count too
    distinct = len(set(shown.values())) / len(shown)
    short = sum(len(text) <= 40 for text in shown.values()) / len(shown)
    return 2.0 * known + 1.5 * min(1.0, contrast / max(1, len(shown) / 2)) + min(1.0, len(line.filled) / max(1, wide)) + 0.5 * distinct + 0.5 * short  # fmt: skip


def is_known_head(text: str) -> bool:
    """Whether the key of a head is, or has, a word of heads."""
    if text in _head_vocabulary():
        return True
    words = text.split()
    return any(word in _head_vocabulary() for word in words if len(word) > 3)


def _with_neighbours(row: int, lines: Sequence[Line], sheet: Sheet, wide: int) -> tuple[int, ...]:
    found = [row]
    while found[0] > 0 and _spans_above(lines[found[0] - 1], lines[found[0]], sheet, wide):
        found.insert(0, found[0] - 1)
    while found[-1] + 1 < len(lines) and _goes_on_below(lines[found[-1] + 1], lines, found, sheet):
        found.append(found[-1] + 1)
    return tuple(found)


def _spans_above(line: Line, below: Line, sheet: Sheet, wide: int) -> bool:
    """Whether a row above a head belongs to it: heads over several columns, but no title over all of them."""
    if not line.filled or is_numbering(line):
        return False
    cells = [line.cells[place] for place in line.filled]
    if any(is_number_like(cell) and not is_time_head(cell) for cell in cells):
        return False
    if any(len(plain_head(cell)) > LONGEST_HEAD for cell in cells):
        return False
    spans = [right - left + 1 for top, left, _low, right in sheet.merged if top == line.row and right > left]
    downwards = any(top == line.row and low > top for top, _left, low, _right in sheet.merged)
    if spans:
        return max(spans) < max(2, 0.8 * max(wide, len(below.filled))) or downwards
    if downwards:
        return True
    if len(line.filled) == 1:
        return False
    # without merged cells: it begins to the right of the first column, or fills it where the head below leaves it empty
    times = len(line.filled) > 2 and any(map(is_time_head, cells))
    fills = below.filled[0] > line.filled[0] and (times or len(line.filled) >= max(2, 0.5 * wide))
    return line.filled[0] > below.filled[0] or fills


def _goes_on_below(line: Line, lines: Sequence[Line], found: Sequence[int], sheet: Sheet) -> bool:
    """Whether a row below a head is a further head row: its first column is empty or merged with the head, and it has no figures."""
    if not line.filled or is_numbering(line):
        return False
    if any(
        is_number_like(line.cells[place]) and not is_time_head(line.cells[place]) for place in line.filled
    ):
        return False
    first = min(lines[row].filled[0] for row in found)
    from_above = any(
        top in found and low >= line.row and left == first for top, left, low, _right in sheet.merged
    )
    if line.cells[first] is not None or (len(line.filled) < 2 and not from_above):
        return False
    if not from_above and line.row + 1 < len(lines) and looks_like_section(line.first_text):
        return False
    shown = [plain_head(line.cells[place]) for place in line.filled]
    if any(len(text) > 60 for text in shown):
        return False
    # each of its cells stands under a head, and rows of data with an empty first column do not look like this
    under = [any(lines[row].cells[place] is not None for row in found) for place in line.filled]
    merged_over = {
        place for top, left, _low, right in sheet.merged if top in found and right > left for place in range(left, right + 1)
    }  # fmt: skip
    if from_above or set(line.filled) <= merged_over:
        return True
    above_blank = sum(not one for one in under)
    times = all(is_time_head(line.cells[place]) for place in line.filled)
    repeated = _has_repeats([plain_head(lines[found[-1]].cells[place]) for place in line.filled])
    return (
        times
        or repeated
        or above_blank > 0.5 * len(under)
        or all(is_known_head(head_key(text)) for text in shown)
    )


def _has_repeats(texts: Sequence[str]) -> bool:
    told = [fold(text) for text in texts if text]
    return len(told) > 1 and len(set(told)) < len(told)


def head_parts(rows: Sequence[int], sheet: Sheet) -> list[tuple[str, ...]]:
    """The text of each head row for each column: merged cells and, without those, gaps are filled from the left."""
    parts: list[list[str]] = []
    for place, row in enumerate(rows):
        cells = [plain_head(value) for value in sheet.rows[row]]
        merged = [one for one in sheet.merged if one[0] <= row <= one[2]]
        for top, left, _low, right in merged:
            if top in rows:
                for column in range(left, right + 1):
                    cells[column] = plain_head(sheet.rows[top][left])
        if not any(right > left for _top, left, _low, right in merged) and place < len(rows) - 1:
            _fill_from_left(cells, sheet.rows[rows[place + 1]])
        parts.append(cells)
    return [tuple(part[column] for part in parts) for column in range(sheet.width)]


def _fill_from_left(cells: list[str], below: Sequence[object]) -> None:
    """A head over several columns that was not merged: "2023" stands at the first of its columns only."""
    carried, at = "", -1
    for column, text in enumerate(cells):
        if text:
            carried, at = text, column
        elif carried and below[column] is not None and below[at] is not None:
            cells[column] = carried


def head_names(parts: Sequence[tuple[str, ...]]) -> list[str]:
    return [joined_head(list(one)) for one in parts]
