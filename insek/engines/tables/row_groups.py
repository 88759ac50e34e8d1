"""Rows that belong together: several lines of one measure (costs by year), and gaps that repeat what stands above them. Both are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .book import CellValue, cell_shown
from .found_table import FoundColumn, FoundRow, FoundTable
from .head_texts import head_key
from .notes import Decisions, Note, OpenQuestion
from .notes import german as _
from .row_marks import is_number_like, shape_of

MOST_ROWS = 50
FEWEST_CODES = 0.3
"""Share of rows with a number from which rows without one go on with the row above."""
LARGEST_GAPS = 0.6
"""Share of filled cells of a column up to which its gaps may repeat what stands above them."""


def ask_about_groups(table: FoundTable, merged_rows: Mapping[int, set[int]], decisions: Decisions) -> None:
    """Ask about rows that go on and about gaps, and do what was decided.

    Parameters
    ----------
    merged_rows : row -> columns (of the table) whose cell is merged with the row above
    """
    _join_rows(table, merged_rows, decisions)
    if not any(question.key.startswith("joined:") for question in table.questions):
        _fill_gaps(table, decisions)


def _key_columns(table: FoundTable) -> list[int]:
    """The column of numbers and the one of titles beside it: what a row of its own has."""
    for column in table.columns[:3]:
        codes = [shape_of(row.values[column.index]) for row in table.rows]
        filled = sum(map(bool, codes))
        if (
            column.origin == "sheet"
            and filled >= max(2, FEWEST_CODES * len(codes))
            and filled == sum(row.values[column.index] is not None for row in table.rows)
        ):
            values = [row.values[column.index] for row in table.rows if row.values[column.index] is not None]
            following = column.index + 1
            if len(set(map(str, values))) >= 0.5 * len(values) and following < len(table.columns):
                return [column.index, following]
    return []


def _join_rows(table: FoundTable, merged_rows: Mapping[int, set[int]], decisions: Decisions) -> None:
    keys = _key_columns(table)
    if not keys or len(table.columns) < 4:
        return
    going_on: list[FoundRow] = []
    for before, row in zip(table.rows, table.rows[1:], strict=False):
        near = row.number == before.number + 1 and row.sheet == before.sheet
        same = all(row.values[key] is None or key in merged_rows.get(row.number, ()) for key in keys)
        if near and same and any(value is not None for value in row.values):
            going_on.append(row)
    if not going_on:
        return
    key = f"joined:{table.sheet}"
    answer = decisions.get(key, "")
    if answer == "join":
        table.rows = _joined(table.rows, {row.number for row in going_on}, keys)
    elif answer != "each":
        numbers = tuple(row.number for row in going_on)
        table.questions.append(
            OpenQuestion(
                key, Note("joined", _("%(count)s Zeilen haben keine eigene Nummer (die erste ist Zeile %(row)s). Gehören sie zur Zeile darüber?"), {"count": str(len(numbers)), "row": str(numbers[0])}),
                (("join", Note("join", _("ja, zusammen eine Angabe"))), ("each", Note("each", _("nein, jede für sich")))), "join", rows=numbers[:MOST_ROWS],
            )
        )  # fmt: skip


def _joined(rows: Sequence[FoundRow], going_on: set[int], keys: Sequence[int]) -> list[FoundRow]:
    found: list[FoundRow] = []
    for row in rows:
        if row.number in going_on and found:
            before = found[-1]
            values = tuple(_both(one, other) for one, other in zip(before.values, row.values, strict=True))
            found[-1] = replace(before, values=values)
        else:
            found.append(row)
    return found


def _both(one: CellValue, other: CellValue) -> CellValue:
    """Two cells of one measure: what is the same once, what is not one below the other."""
    if other is None or one == other:
        return one
    if one is None:
        return other
    told = cell_shown(one).split("\n")
    return cell_shown(one) if cell_shown(other) in told else f"{cell_shown(one)}\n{cell_shown(other)}"


def _fill_gaps(table: FoundTable, decisions: Decisions) -> None:
    """Columns such as the field of action that say a word once and leave it out until the next."""
    for column in table.columns:
        if column.origin != "sheet" or len(table.rows) < 4:
            continue
        if not _says_once(table, column):
            continue
        key = f"gaps:{table.sheet}:{head_key(column.shown)}"
        answer = decisions.get(key, "")
        if answer == "fill":
            _fill(table, column.index)
        elif answer != "leave":
            table.questions.append(
                OpenQuestion(
                    key, Note("gaps", _("In Spalte „%(head)s“ steht nur in manchen Zeilen etwas. Gilt es bis zum nächsten Eintrag auch für die Zeilen darunter?"), {"head": column.shown}),
                    (("fill", Note("fill", _("ja, für die Zeilen darunter auch"))), ("leave", Note("leave", _("nein, dort steht nichts")))), "fill", column.shown,
                    tuple(dict.fromkeys(str(row.values[column.index]) for row in table.rows if row.values[column.index] is not None))[:5],
                )
            )  # fmt: skip


def _says_once(table: FoundTable, column: FoundColumn) -> bool:
    """Whether a column names groups: filled in the first row, rarely after that, each word once, and more to the left than what is always filled."""
    values = [row.values[column.index] for row in table.rows]
    filled = [value for value in values if value is not None]
    if values[0] is None or not 1 < len(filled) <= LARGEST_GAPS * len(values):
        return False
    words = [str(value) for value in filled if isinstance(value, str) and not is_number_like(value)]
    if len(words) < len(filled) or len(set(words)) < len(words) or any(len(word) > 80 for word in words):
        return False
    headed = " ".join(
        str(row.values[one.index]) for one in table.columns if one.origin == "section" for row in table.rows
    )
    if headed and all(word in headed for word in words):
        return False  # headings between the rows say it for each row
    dense = [
        one.index
        for one in table.columns
        if one.origin == "sheet"
        and sum(row.values[one.index] is not None for row in table.rows) >= 0.9 * len(values)
    ]
    return bool(dense) and column.index <= max(dense[0] + 1, 1)


def _fill(table: FoundTable, index: int) -> None:
    now: CellValue = None
    rows: list[FoundRow] = []
    for row in table.rows:
        now = row.values[index] if row.values[index] is not None else now
        rows.append(replace(row, values=(*row.values[:index], now, *row.values[index + 1 :])))
    table.rows = rows
