"""Fact sheets whose labels stand above their values: "Verantwortlich | Kosten" and in the row below "Kulturamt | 1,1 Mio. €"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .book import CellValue, Sheet
from .forms import FEWEST_LABELS, LONGEST_LABEL, MOST_FORM_ROWS, MOST_USED_COLUMNS, NO_LABEL, together
from .found_table import Corrections, FoundColumn, FoundRow, FoundTable, LeftOutRow
from .head_texts import head_key, plain_head
from .notes import german as _
from .row_marks import is_number_like

SHARE = 0.7
"""Share of the filled rows that are labels or values under labels, in a sheet of such forms."""
Signature = tuple[tuple[int, str], ...]


def _signature(row: Sequence[CellValue]) -> Signature:
    """The columns and keys of a row that may be one of labels; empty where it cannot be."""
    found: list[tuple[int, str]] = []
    for column, value in enumerate(row):
        if value is None:
            continue
        if not isinstance(value, str) or is_number_like(value) or len(value) > LONGEST_LABEL:
            return ()
        key = head_key(plain_head(value).rstrip(":"))
        if not key:
            return ()
        found.append((column, key))
    return tuple(found)


def _label_rows(sheets: Sequence[Sheet]) -> set[Signature]:
    """Rows that come again, cell for cell, on these sheets."""
    counted = Counter(
        found for sheet in sheets if len(sheet.rows) <= MOST_FORM_ROWS for row in sheet.rows if (found := _signature(row))
    )  # fmt: skip
    often = max(counted.values(), default=0)
    return {found for found, count in counted.items() if count >= max(2, 0.6 * often)}


def holds_labels_above(sheet: Sheet, others: Sequence[Sheet]) -> bool:
    """Whether a sheet holds such forms: rows of labels come again in the same order, each with a row of values below."""
    used = sum(any(row[column] is not None for row in sheet.rows) for column in range(sheet.width))
    if not 1 <= used <= MOST_USED_COLUMNS or len(sheet.rows) > MOST_FORM_ROWS:
        return False
    return _fits(sheet, _label_rows([sheet])) or (len(others) > 2 and _fits(sheet, _label_rows(others)))


def _fits(sheet: Sheet, labels: set[Signature]) -> bool:
    if len(labels) < 2 or len({key for row in labels for key in row}) < FEWEST_LABELS:
        return False
    blocks = list(_blocks(sheet, labels))
    filled = sum(any(value is not None for value in row) for row in sheet.rows)
    valued = [block for block in blocks if block.values]
    if len(valued) < 0.8 * len(blocks) or sum(1 + len(block.values) for block in blocks) < SHARE * filled:
        return False
    if any(len(block.values) > 3 for block in blocks):
        return False  # a table of several rows under a head that is repeated
    under = all(
        any(column <= place for column, _key in block.labels)
        for block in valued for row in block.values for place, value in enumerate(row) if value is not None
    )  # fmt: skip
    starts = [block.labels for block in blocks]
    begins = [place for place, labels_of in enumerate(starts) if labels_of == starts[0]]
    cycles = [tuple(starts[a:b]) for a, b in zip(begins, [*begins[1:], len(starts)], strict=True)]
    return under and len(set(cycles)) <= max(1, len(cycles) // 2) and all(len(set(cycle)) == len(cycle) for cycle in cycles)  # fmt: skip


@dataclass
class _Block:
    """A row of labels and the rows of values below it."""

    row: int
    labels: Signature
    values: list[Sequence[CellValue]] = field(default_factory=list)
    title: str = ""
    """A line before it that is neither."""


def _blocks(sheet: Sheet, labels: set[Signature], lost: list[int] | None = None) -> Iterator[_Block]:
    block: _Block | None = None
    title = ""
    for number, row in enumerate(sheet.rows):
        if not any(value is not None for value in row):
            if block is not None:
                yield block
            block = None
            continue
        found = _signature(row)
        if found in labels:
            if block is not None:
                yield block
            block, title = _Block(number, found, title=title), ""
        elif block is not None:
            block.values.append(row)
        else:
            texts = [plain_head(value) for value in row if value is not None]
            if len(texts) == 1 and not title:
                title = texts[0]
            elif lost is not None:
                lost.append(number)
    if block is not None:
        yield block


def find_forms_above(sheets: Sequence[Sheet], corrections: Mapping[str, Corrections]) -> FoundTable:
    """The forms of one or several sheets as one table: each form a row, each label a column."""
    table = FoundTable(sheets[0].name, "forms", sheets=tuple(sheet.name for sheet in sheets))
    words: dict[str, str] = {}
    forms: list[tuple[str, int, str, dict[str, list[CellValue]]]] = []
    for sheet in sheets:
        alone = _label_rows([sheet])
        labels = alone if _fits(sheet, alone) else _label_rows(sheets)
        lost: list[int] = []
        start: Signature = ()
        left_out = corrections.get(sheet.name, Corrections()).left_out
        for block in _blocks(sheet, labels, lost):
            if sheet.row_number(block.row) in left_out:
                continue
            start = start or block.labels
            if block.labels == start:
                forms.append((sheet.name, sheet.row_number(block.row), block.title, {}))
            held = forms[-1][3]
            for column, key in block.labels:
                words.setdefault(key, plain_head(sheet.rows[block.row][column]).rstrip(":").strip())
                held.setdefault(key, [])
            for row in block.values:
                for place, value in enumerate(row):
                    if value is not None:
                        owner = max(column for column, _key in block.labels if column <= place)
                        held[dict(block.labels)[owner]].append(value)
        for number in lost:
            text = " | ".join(plain_head(value) for value in sheet.rows[number] if value is not None)[:120]
            table.left_out.append(LeftOutRow(sheet.row_number(number), NO_LABEL, text, sheet.name))
    keys = list(dict.fromkeys(key for *_rest, held in forms for key in held))
    heads = [(words[key], "form") for key in keys]
    titled = len({title for _sheet, _row, title, _held in forms}) > 1
    if titled:
        heads.append((_("Überschrift des Steckbriefs"), "section"))
    if len(sheets) > 1:
        heads.append((_("Blatt"), "sheet_name"))
    table.columns = [
        FoundColumn(index, head, (head,), None, origin) for index, (head, origin) in enumerate(heads)
    ]
    for name, number, title, held in forms:
        values: list[CellValue] = [together(held.get(key, [])) for key in keys]
        values += [title or None] if titled else []
        values += [name] if len(sheets) > 1 else []
        table.rows.append(FoundRow(number, tuple(values), name))
    if table.rows:
        table.first_row, table.last_row = table.rows[0].number, table.rows[-1].number
    return table
