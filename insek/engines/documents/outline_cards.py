"""What stands side by side: labels above their answers in several columns, and cards with a number above a title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .content import ROW, Block, ReadPage

LEAST_PAGES = 3
LONGEST_LABEL = 40


def label_rows(pages: Sequence[ReadPage]) -> set[tuple[str, ...]]:
    """Rows of short words that come again above other rows on several pages: labels of forms, not heads of one table that goes on."""
    counts: Counter[tuple[str, ...]] = Counter()
    for page in pages:
        found = set()
        for block, after in zip(page.blocks, page.blocks[1:], strict=False):
            is_pair = block.type == after.type == ROW and len(block.cells) == len(after.cells) > 1
            if is_pair and all(_may_be_label(cell) for cell in block.cells):
                found.add(tuple(block.cells))
        if len(found) > 1:  # a form has several such rows, a table that goes on over pages has one
            counts.update(found)
    return {cells for cells, count in counts.items() if count >= LEAST_PAGES}


def _may_be_label(cell: str) -> bool:
    return (
        1 < len(cell) < LONGEST_LABEL and not any(sign.isdigit() for sign in cell) and cell[-1] not in ".;,!?"
    )


@dataclass
class AnswersBelow:
    """Reads rows of labels and the rows of answers below them."""

    labels: set[tuple[str, ...]] = field(default_factory=set)
    open: tuple[str, ...] = ()

    def of_row(self, cells: Sequence[str]) -> list[tuple[str, str]] | None:
        """The answers of a row with their labels; none for a row of labels, None for a row that is neither."""
        if tuple(cells) in self.labels:
            self.open = tuple(cells)
            return []
        labels, self.open = self.open, ()
        if not labels or len(labels) != len(cells):
            return None
        return [(plain_label(label), cell.strip()) for label, cell in zip(labels, cells, strict=True)]


def plain_label(label: str) -> str:
    """A label as one writes it: capitals are the style of the page."""
    label = label.rstrip(": ")
    return label.capitalize() if label.isupper() and len(label) > 3 else label


def cards_of(blocks: Sequence[Block], place: int) -> list[tuple[str, str]]:
    """Cards beside each other, a row of numbers above a row of titles; nothing for other rows."""
    if place + 1 >= len(blocks):
        return []
    numbers, titles = blocks[place].cells, blocks[place + 1].cells
    if len(numbers) < 2 or blocks[place + 1].type != ROW or len(numbers) != len(titles):
        return []
    if [number.strip().rstrip(".") for number in numbers] != [
        str(each) for each in range(1, len(numbers) + 1)
    ]:
        return []
    return [
        (number.strip().rstrip("."), title)
        for number, title in zip(numbers, titles, strict=True)
        if title.strip()
    ]
