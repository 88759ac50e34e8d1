"""Fact sheets as forms: labels beside their values, one form below the other or one a sheet. Each form becomes a row, each label a column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from insek.engines.text import shortened

from .book import CellValue, Sheet, cell_shown
from .found_table import Corrections, FoundColumn, FoundRow, FoundTable, LeftOutRow
from .head_texts import head_key, plain_head
from .notes import Note
from .notes import german as _
from .row_marks import is_number_like

FEWEST_LABELS = 3
MOST_USED_COLUMNS = 12
LONGEST_LABEL = 60
_NUMBERED = re.compile(
    r"(?P<word>maßnahme|projekt|schlüsselprojekt|leitprojekt|steckbrief|vorhaben|massnahme|measure|project)\s*(?:nr\.?)?\s*[A-Z]{0,2}\s?\d+(?:\.\d+)*\s*:?",
    re.IGNORECASE,
)
"""A label with the number of its form: "Maßnahme 3"."""
MOST_FORM_ROWS = 20_000
"""A sheet with more rows is a table."""


NO_LABEL = Note("no_label", _("Steht neben keiner Bezeichnung, die in jedem Steckbrief vorkommt."))


def _label_text(value: CellValue) -> str:
    """The words of a label, without colon and without the number of its form."""
    text = plain_head(value)
    if hit := _NUMBERED.fullmatch(text):
        return hit["word"]
    return text.rstrip(":").strip()


@lru_cache(maxsize=20_000, typed=True)
def _label(value: CellValue) -> str:
    """The key of a cell that may be a label; empty where it cannot be one."""
    if not isinstance(value, str) or is_number_like(value):
        return ""
    text = _label_text(value)
    return head_key(text) if text and len(text) <= LONGEST_LABEL else ""


def labels_of(sheets: Sequence[Sheet]) -> dict[int, dict[str, str]]:
    """Column -> key -> words of its labels: texts that come again in the same column, on the sheet or on others, with values beside them."""
    counted: dict[int, Counter[str]] = {}
    words: dict[tuple[int, str], str] = {}
    values: dict[int, Counter[str]] = {}
    for sheet in sheets:
        for row in sheet.rows:
            for column, value in enumerate(row[:MOST_USED_COLUMNS]):
                if key := _label(value):
                    counted.setdefault(column, Counter())[key] += 1
                    words.setdefault((column, key), _label_text(value))
                    beside = next((one for one in row[column + 1 :] if one is not None), None)
                    values.setdefault(column, Counter())[key] += beside is not None
    found: dict[int, dict[str, str]] = {}
    for column, keys in counted.items():
        often = max(keys.values())
        if often < 2:
            continue
        labels = {
            key for key, count in keys.items()
            if count >= max(2, 0.6 * often) and (values[column][key] > 0 or words[column, key].endswith(":"))
        }  # fmt: skip
        if len(labels) >= (FEWEST_LABELS if not found else 2):
            found[column] = {key: words[column, key] for key in keys if key in labels}
    return found


def holds_forms(sheet: Sheet, others: Sequence[Sheet], labels: dict[int, dict[str, str]]) -> bool:
    """Whether a sheet holds forms: most filled cells of its first filled column are labels that come again in the same order.

    ``labels`` are those of all sheets (``labels_of``), which are looked for once.
    """
    if (
        not 2
        <= sum(any(row[c] is not None for row in sheet.rows) for c in range(sheet.width))
        <= MOST_USED_COLUMNS
    ):
        return False
    if len(sheet.rows) > MOST_FORM_ROWS:
        return False
    alone = _share_of_labels(sheet, [sheet], labels_of([sheet]))
    if alone >= 0.6:
        return True
    return len(others) > 2 and _share_of_labels(sheet, others, labels) >= 0.6 and alone == 0.0 and _order_is_equal(sheet, others, labels)  # fmt: skip


def _share_of_labels(sheet: Sheet, sheets: Sequence[Sheet], labels: dict[int, dict[str, str]]) -> float:
    """Share of the filled rows whose first cell is a label with nothing but values beside it; 0 where labels are too few."""
    if not labels:
        return 0.0
    first = min(labels)
    filled = [row for row in sheet.rows if any(value is not None for value in row)]
    known = [row for row in filled if first < len(row) and _label(row[first]) in labels[first]]
    keys = {_label(row[first]) for row in known}
    if len(keys) < FEWEST_LABELS:
        return 0.0
    # a table repeats places or units in its first column; a form has each label once before the first comes again
    order = [_label(row[first]) for row in known]
    begins = [place for place, key in enumerate(order) if key == order[0]]
    blocks = [order[a:b] for a, b in zip(begins, [*begins[1:], len(order)], strict=True)]
    if any(len(set(block)) < len(block) for block in blocks):
        return 0.0
    if len(sheets) == 1 and (len(blocks) < 2 or len(blocks[0]) < FEWEST_LABELS):
        return 0.0
    wide = Counter(sum(value is not None for value in row) for row in known)
    others = sum(len(of) for column, of in labels.items() if column != first)
    if not others and wide.most_common(1)[0][0] > 3:
        return 0.0  # a table of several columns whose first column repeats: places by year
    told_twice = [len({cell_shown(row[first + 1]) for row in known if _label(row[first]) == key and first + 1 < len(row)}) for key in keys]  # fmt: skip
    numbers = sum(is_number_like(row[first + 1]) for row in known if first + 1 < len(row))
    if numbers > 0.6 * len(known) or max(told_twice, default=0) == 0:
        return 0.0
    return len(known) / len(filled)


def _order_is_equal(sheet: Sheet, others: Sequence[Sheet], labels: dict[int, dict[str, str]]) -> bool:
    orders, first = [], min(labels)
    for one in [sheet, *others]:
        orders.append(
            [key for row in one.rows if first < len(row) and (key := _label(row[first])) in labels[first]]
        )
    told = [order for order in orders if len(order) >= FEWEST_LABELS]
    return len(told) > 2 and sum(order[:3] == told[0][:3] for order in told) >= 0.7 * len(told)


@dataclass
class _Form:
    sheet: str
    row: int
    title: str = ""
    values: dict[str, list[CellValue]] = field(default_factory=dict)


def find_forms(sheets: Sequence[Sheet], corrections: Mapping[str, Corrections]) -> FoundTable:
    """The forms of one or several sheets as one table; the line above a form becomes a column of its own."""
    labels = labels_of(sheets)
    if not labels:
        return FoundTable(sheets[0].name, "forms", sheets=tuple(sheet.name for sheet in sheets))
    first_column = min(labels)
    starts = Counter(
        next((key for row in sheet.rows if (key := _label(row[first_column])) in labels[first_column]), "") for sheet in sheets
    )  # fmt: skip
    start = starts.most_common(1)[0][0]
    table = FoundTable(sheets[0].name, "forms", sheets=tuple(sheet.name for sheet in sheets))
    forms: list[_Form] = []
    for sheet in sheets:
        left_out = corrections.get(sheet.name, Corrections()).left_out
        forms += _forms_of(sheet, labels, first_column, start, left_out, table.left_out)
    words = {key: text for column in sorted(labels) for key, text in reversed(list(labels[column].items()))}
    keys = list(dict.fromkeys(key for form in forms for key in form.values))
    heads = [words[key] for key in keys]
    titled = len({form.title for form in forms}) > 1
    if titled:
        heads.append(_("Überschrift des Steckbriefs"))
    if len(sheets) > 1:
        heads.append(_("Blatt"))
    table.columns = [
        FoundColumn(index, head, (head,), None, "form" if index < len(keys) else "sheet_name" if head == _("Blatt") else "section")
        for index, head in enumerate(heads)
    ]  # fmt: skip
    for form in forms:
        values: list[CellValue] = [together(form.values.get(key, [])) for key in keys]
        if titled:
            values.append(form.title or None)
        if len(sheets) > 1:
            values.append(form.sheet)
        table.rows.append(FoundRow(form.row, tuple(values), form.sheet))
    if table.rows:
        table.first_row, table.last_row = table.rows[0].number, table.rows[-1].number
    return table


def _forms_of(
    sheet: Sheet, labels: Mapping[int, Mapping[str, str]], first: int, start: str, left_out: frozenset[int], lost: list[LeftOutRow],
) -> list[_Form]:  # fmt: skip
    forms: list[_Form] = []
    title, title_row = "", 0
    current: dict[int, str] = {}
    for number, row in enumerate(sheet.rows):
        filled = [column for column, value in enumerate(row) if value is not None]
        if not filled or sheet.row_number(number) in left_out:
            current = {} if not filled else current
            continue
        key = _label(row[first])
        if key == start and (not forms or start in forms[-1].values):
            numbered = plain_head(row[first]) if _NUMBERED.fullmatch(plain_head(row[first])) else ""
            forms.append(_Form(sheet.name, sheet.row_number(number), title or numbered))
            title = ""
        told = {column: _label(row[column]) for column in filled if column in labels and _label(row[column]) in labels[column]}  # fmt: skip
        if not told and len(filled) == 1 and (filled[0] <= first or not current):
            title, title_row, current = plain_head(row[filled[0]]), number, {}
            continue
        if not forms or not _take(row, told, current, forms[-1]):
            text = " | ".join(plain_head(row[column]) for column in filled)[:120]
            lost.append(LeftOutRow(sheet.row_number(number), NO_LABEL, text, sheet.name))
    if title:
        lost.append(LeftOutRow(sheet.row_number(title_row), NO_LABEL, shortened(title, 120), sheet.name))
    return forms


def _take(row: Sequence[CellValue], told: Mapping[int, str], current: dict[int, str], form: _Form) -> bool:
    """Values go to the label on their left; a line without labels goes on with those above. False where one has no label."""
    placed = True
    if told:
        current.clear()
        current.update(told)
        for key in told.values():
            form.values.setdefault(key, [])
    for column, value in enumerate(row):
        if value is None or column in told:
            continue
        owner = max((label for label in current if label < column), default=None)
        if owner is None:
            placed = False
        else:
            form.values[current[owner]].append(value)
    return placed


def together(values: Sequence[CellValue]) -> CellValue:
    """Several values of one label, one below the other."""
    if len(values) <= 1:
        return values[0] if values else None
    return "\n".join(cell_shown(value) for value in values)
