"""What a table says of rows beside an item that has such rows already: the same, more, or something else, which a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from insek.release.plain_values import model_from_plain
from insek.thread.models import Item
from insek.thread.row_acts import assign
from insek.thread.rows import Rows, plain_value, rows_named

from .items_said import SaidRow
from .row_readings import RowReading
from .targets import Reading

ASK, GONE = "ask", "gone"
"""Parts of an entry that say what stands there and what the table says, and that take a row away."""
STAYS, REPLACED, BOTH = "stays", "replaced", "both"
AS_FOR_ALL = "all"
CHOICES: Mapping[str, str | Promise] = {
    STAYS: gettext_lazy("Was dasteht, gilt; was die Tabelle sagt, kommt in den Text"),
    REPLACED: gettext_lazy("Was die Tabelle sagt, ersetzt, was dasteht"),
    BOTH: gettext_lazy("Beides gilt: Was die Tabelle sagt, kommt dazu"),
}


def key_of_all(rows: str) -> str:
    """Under which is kept what holds for all rows of a table."""
    return f"rows.{rows}"


def key_of_one(rows: str, ref: str) -> str:
    """Under which is kept what holds for one row of a table."""
    return f"rows.{rows}.{ref}"


def chosen_for_all(reading: Reading, rows: str) -> str:
    """What holds wherever nothing else is said: what stands there stays."""
    said = reading.decisions.get(key_of_all(rows), STAYS)
    return said if said in CHOICES else STAYS


def rows_to_write(
    said: SaidRow, item: Item, reading: Reading, readings: Sequence[RowReading]
) -> list[dict[str, Any]]:
    """What becomes of the rows that a table says of an item; what stays out goes into the text as said."""
    found: list[dict[str, Any]] = []
    parts = [part for part in said.parts if part["do"] == "row"]
    for name in dict.fromkeys(part["name"] for part in parts):
        rows = rows_named(name)
        mine = [part for part in parts if part["name"] == name]
        if rows is None or any("to" in part for part in mine):
            found += mine
            continue
        of_sort = [each for each in readings if each.rows == name]
        found += _of_one_sort(said, item, reading, rows, mine, of_sort)
    return found


def _of_one_sort(
    said: SaidRow,
    item: Item,
    reading: Reading,
    rows: Rows,
    parts: list[dict[str, Any]],
    readings: list[RowReading],
) -> list[dict[str, Any]]:
    there = list(rows.of_item(item).order_by("pk"))
    telling = {column for each in readings for column in each.telling}
    left, new = list(there), []
    for part in parts:
        same = next((row for row in left if _says_the_same(rows, row, part["values"], telling)), None)
        if same is None:
            new.append(part)
        else:
            left.remove(same)
    if not new or not there or any(each.is_set for each in readings):
        return new
    one = reading.decisions.get(key_of_one(rows.name, said.row.ref), "")
    chosen = one if one in CHOICES else chosen_for_all(reading, rows.name)
    now, told = _words_of_both(rows, there, [_row_of(rows, item, part["values"]) for part in new])
    ask = {
        "do": ASK, "name": rows.name, "label": str(rows.plural), "key": key_of_one(rows.name, said.row.ref),
        "now": now, "said": told,
        "chosen": chosen, "one": one if one in CHOICES else "",
    }  # fmt: skip
    if chosen == STAYS:
        for part in new:
            for head, text in part.get("cells", ()):
                said.keep(head, text)
        return [ask]
    gone = [
        {"do": GONE, "name": rows.name, "row": row.key, "version": getattr(row, "version", 0), "before": rows.plain(row)}
        for row in (left if chosen == REPLACED else ())
    ]  # fmt: skip
    return [ask, *gone, *new]


def _says_the_same(rows: Rows, row: Any, values: Mapping[str, Any], telling: set[str]) -> bool:
    """Whether a row holds all that a table says; what the table is silent about may be anything."""
    now = rows.plain(row)
    said = rows.settled({name: plain_value(value) for name, value in values.items()})
    for name, value in said.items():
        if rows.field(name) is None:
            continue
        column = rows.column(name)
        is_silent = value in (None, "") or (
            column.has_default() and value == plain_value(column.get_default())
        )
        if now[name] != value and str(now[name]) != str(value) and (name in telling or not is_silent):
            return False
    return True


def _row_of(rows: Rows, item: Item, values: Mapping[str, Any]) -> Any:
    """A row that is not there yet, in memory."""
    row = rows.model(**{rows.owner: getattr(item, item.kind)})
    plain = {
        name: value
        for name, value in values.items()
        if not (isinstance(value, str) and value.startswith("\x1f"))
    }
    assign(row, model_from_plain(rows.model, plain))
    return row


def _words_of_both(rows: Rows, now: Sequence[Any], said: Sequence[Any]) -> tuple[list[str], list[str]]:
    """The rows of both sides in words; where these are the same words, with the columns in which they differ."""
    words: tuple[list[str], list[str]] = [rows.called(row) for row in now], [rows.called(row) for row in said]
    if set(words[0]).isdisjoint(words[1]):
        return words
    differ = [
        each
        for each in rows.fields
        if each.shown and {_value_of(rows, row, each.name) for row in said} - {""} - {_value_of(rows, row, each.name) for row in now}
    ]  # fmt: skip
    for called, side in zip(words, (now, said), strict=True):
        for place, row in enumerate(side):
            more = [f"{each.label}: {_value_of(rows, row, each.name) or '–'}" for each in differ]
            called[place] = f"{called[place]} ({', '.join(more)})"
    return words


def _value_of(rows: Rows, row: Any, name: str) -> str:
    column = rows.column(name)
    value = getattr(row, f"get_{name}_display")() if column.choices else getattr(row, name)
    if isinstance(value, Decimal):
        return str(number_format(value.normalize(), force_grouping=True))
    return "" if value in (None, "", False) else str(value)


def asked(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """The sorts of rows of an entry that a person decides about."""
    return [part["name"] for part in parts if part["do"] == ASK]


def questions_for_all(reading: Reading) -> list[dict[str, Any]]:
    """What is asked once for all rows of a table, as the preview shows it."""
    found = []
    for name, count in reading.batch.task.get("clashes", {}).items():
        rows = rows_named(name)
        if rows is None:
            continue
        chosen = chosen_for_all(reading, name)
        found.append(
            {
                "key": key_of_all(name),
                "label": rows.plural,
                "count": count,
                "choices": [
                    {"key": key, "label": label, "chosen": key == chosen} for key, label in CHOICES.items()
                ],
            }
        )
    return found
