"""What each row below the head is: data, section, sum, legend, repeated head; and where another table begins below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from .head_texts import head_key, plain_head
from .heads import is_known_head
from .row_marks import (
    Line,
    is_legend,
    is_number_like,
    is_numbering,
    is_page_mark,
    is_rule,
    is_sum,
    looks_like_section,
    repeats,
    shape_of,
)  # fmt: skip

HEAD_SHARE = 0.6
"""Share of known heads from which a row of words after a gap is the head of another table."""


class RowKinds:
    """What each row below the head is; knows how rows of data of this table look."""

    def __init__(self, body: Sequence[Line], heads: Sequence[Sequence[str]]) -> None:
        self.heads = heads
        several = [line for line in body if len(line.filled) > 1]
        counts = sorted(len(line.filled) for line in several)
        self.usual = counts[len(counts) // 2] if counts else 1
        strong = [line for line in several if len(line.filled) >= 0.5 * self.usual]
        self.last_strong = max((line.row for line in strong if not is_legend(line)), default=-1)
        figures: Counter[int] = Counter()
        words: Counter[int] = Counter()
        for line in strong[:400]:
            for place in line.filled:
                (figures if is_number_like(line.cells[place]) else words)[place] += 1
        self.text_columns = frozenset(place for place in words if words[place] > figures[place])
        self.is_list = len(self.text_columns) >= 2
        self.first_column = min((line.filled[0] for line in strong), default=0)
        self.dense = {
            place for place in words | figures if words[place] + figures[place] >= 0.9 * min(len(strong), 400)
        }
        self.shapes = {shape_of(line.cells[self.first_column]) for line in strong[:400]} - {""}
        self.rules = [line.row for line in body if is_rule(line)]
        self.before: Line | None = None
        self.blank_before = {line.row for line, other in zip(body[1:], body, strict=False) if line.row > other.row + 1}  # fmt: skip

    def kind(self, line: Line) -> str:
        what = self._kind(line)
        if what == "data":
            self.before = line
        return what

    def _kind(self, line: Line) -> str:
        if self.rules and line.row > self.rules[-1] > self.last_strong:
            return "below"
        if is_rule(line):
            return "below" if line.row > self.last_strong else "rule"
        if is_numbering(line) and len(line.filled) >= 0.7 * self.usual and self.before is None:
            return "numbering"
        if repeats(line, self.heads):
            return "repeated_head"
        if is_page_mark(line) and self.usual > 2:
            return "page"
        if is_sum(line, self.text_columns):
            return "sum"
        if line.row > self.last_strong and (is_legend(line) or not self._follows(line)):
            return "below"
        if is_legend(line) and len(line.filled) < 0.4 * self.usual and len(line.filled) <= 2 and not self.dense <= set(line.filled):  # fmt: skip
            return "legend"
        if self._is_section(line):
            return "section"
        return "data"

    def _follows(self, line: Line) -> bool:
        """Whether a thinly filled row after the last full one still is data: it has what every row has."""
        if len(line.filled) >= 0.5 * self.usual:
            return True
        near = self.before is not None and line.row == self.before.row + 1
        return near and len(line.filled) > 1 and (self.dense <= set(line.filled) or self._is_numbered(line))

    def _is_numbered(self, line: Line) -> bool:
        """Whether its first cell is a number such as those of the rows of data: 1.3 after 1.2, A4 after A3."""
        return line.filled[0] == self.first_column and shape_of(line.cells[self.first_column]) in self.shapes

    def _is_section(self, line: Line) -> bool:
        """One text alone in its row, with rows of data below."""
        texts = line.texts()
        if self.usual < 3 or line.row > self.last_strong or len(line.filled) > 2 or not texts:
            return False
        if len(line.filled) == 2 and (self.usual < 5 or line.filled[1] != line.filled[0] + 1 or len(str(line.cells[line.filled[0]])) > 8):  # fmt: skip
            return False
        text = texts[-1]
        if len(line.filled) == 2 and self._is_numbered(line):
            return False
        if is_number_like(text) or len(text) > 250 or (self.dense and self.dense <= set(line.filled)):
            return False
        if line.across >= 0.5 * self.usual:
            return True
        return self.is_list or looks_like_section(text) or line.row in self.blank_before


def other_table_below(body: Sequence[Line], heads: Sequence[Sequence[str]]) -> int | None:
    """The row, from 0, where another table begins: after an empty row one of known heads that are not those of this table."""
    for before, line in pairwise(body):
        if line.row == before.row + 1 or len(line.filled) < 3:
            continue
        texts = [head_key(plain_head(line.cells[place])) for place in line.filled]
        if any(is_number_like(line.cells[place]) for place in line.filled) or len(set(texts)) < len(texts):
            continue
        known = sum(map(is_known_head, texts))
        if (
            known >= HEAD_SHARE * len(texts)
            and not repeats(line, heads)
            and any(one.row > line.row for one in body)
        ):
            return line.row
    return None
