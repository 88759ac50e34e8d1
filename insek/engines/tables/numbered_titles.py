"""A column with number and title in one cell: "M 1.2 Radweg am Fluss", "M 3↵Rathausplatz", "Radweg (M 3)". It is asked whether they are two."""

from __future__ import annotations

import re
from dataclasses import replace

from .book import CellValue, cell_shown
from .found_table import FoundColumn, FoundTable
from .head_scores import head_score
from .head_texts import head_key
from .notes import Decisions, Note, OpenQuestion
from .notes import german as _
from .row_marks import is_time_head, shape_of

FEWEST_ROWS = 3
SHARE = 0.8
"""Share of the cells that begin with a number of their own."""
MOST_SHAPES = 3
_CODE = r"(?:[^\W\d_]{1,12}[ .-]?)?\d+(?:[.-]\d+)*[a-z]?"
_BOTH = re.compile(
    rf"\s*(?P<code>{_CODE})(?P<between>\s*[:.)|–—-]\s*|\s*\n\s*|\s+)(?P<title>[^\W\d_].*)", re.DOTALL
)
_BEHIND = re.compile(rf"\s*(?P<title>[^\W\d_].*?)\s*[(\[](?P<code>{_CODE})[)\]]", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")


def numbered(value: CellValue) -> tuple[str, str] | None:
    """Number and title of a cell that holds both; None where it does not."""
    if not isinstance(value, str):
        return None
    if (hit := _BEHIND.fullmatch(value.strip())) and shape_of(hit["code"]) and not is_time_head(hit["code"]):
        return " ".join(hit["code"].split()), hit["title"].strip()
    hit = _BOTH.fullmatch(value.strip())
    if hit is None or not shape_of(hit["code"]):
        return None
    told = bool(hit["between"].strip()) or "\n" in hit["between"]
    is_count = hit["code"].isdigit() and not told  # "12 Stationen" counts them
    return None if is_count else (" ".join(hit["code"].split()), hit["title"].strip())


def split_numbers(table: FoundTable, decisions: Decisions) -> None:
    """Ask about a column that holds both, and take it apart where that was said."""
    if any(_is_number_column(table, column) for column in table.columns[:4]):
        return
    for column in table.columns:
        if column.origin in {"sheet", "form"} and _holds_both(table, column):
            break
    else:
        return
    key = f"split:{table.sheet}:{head_key(column.shown)}"
    answer = decisions.get(key, "")
    if answer == "split":
        _split(table, column)
    elif answer != "leave":
        examples = tuple(
            " ".join(cell_shown(row.values[column.index]).split())[:60] for row in table.rows[:3] if row.values[column.index]
        )  # fmt: skip
        table.questions.append(
            OpenQuestion(
                key, Note("split", _("In Spalte „%(head)s“ stehen Nummer und Bezeichnung in einer Zelle. Sollen es zwei Angaben werden?"), {"head": column.shown}),
                (("split", Note("split", _("ja, Nummer und Bezeichnung trennen"))), ("leave", Note("leave", _("nein, so lassen")))), "split", column.shown, examples,
            )
        )  # fmt: skip


def _is_number_column(table: FoundTable, column: FoundColumn) -> bool:
    """Whether a column holds nothing but numbers of rows."""
    if head_score(column, "number", ())[0] < 0.5:
        return False
    values = [row.values[column.index] for row in table.rows if row.values[column.index] is not None]
    codes = [shape_of(value) for value in values]
    return len(values) >= 0.7 * len(table.rows) and all(codes) and len(set(map(str, values))) == len(values)


def _holds_both(table: FoundTable, column: FoundColumn) -> bool:
    if column.index and head_score(column, "title", ())[0] < 0.5:
        return False
    values = [row.values[column.index] for row in table.rows if row.values[column.index] is not None]
    both = [found for value in values if (found := numbered(value))]
    if len(both) < FEWEST_ROWS or len(both) < SHARE * len(values):
        return False
    codes = [code for code, _title in both]
    worded = all(len(_LETTER.findall(title)) >= 3 for _code, title in both)
    return worded and len(set(codes)) == len(codes) and len(set(map(shape_of, codes))) <= MOST_SHAPES


def _split(table: FoundTable, column: FoundColumn) -> None:
    """The title stays in its column; the number becomes a column of its own."""
    taken = {head_key(one.head) for one in table.columns}
    head = "Nr." if "nr" not in taken else _("Nummer")
    table.columns.append(FoundColumn(len(table.columns), head, (head,), None, "split"))
    rows = []
    for row in table.rows:
        code, title = numbered(row.values[column.index]) or (None, row.values[column.index])
        values = (*row.values[: column.index], title, *row.values[column.index + 1 :], code)
        rows.append(replace(row, values=values))
    table.rows = rows
    table.sums = [replace(row, values=(*row.values, None)) for row in table.sums]
