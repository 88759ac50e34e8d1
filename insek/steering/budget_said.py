"""What the rows of a table say of a budget: lines with their amounts by year, each once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from insek.engines.budget.heads import (
    COMMITMENT,
    EXPENDITURE,
    REVENUE,
    TOTAL,
    HeadMeaning,
    budget_of_account,
    euros,
    head_meaning,
    is_sum,
    side_in_words,
    side_of_account,
)
from insek.engines.tables.found_table import FoundColumn
from insek.engines.text import fold
from insek.intake.cells_said import CellsSaid
from insek.intake.targets import TableRow

AMOUNTS, COMMITMENTS, TOTALS = "amount", "commitment", "total"
FIGURES = (AMOUNTS, COMMITMENTS, TOTALS)
_HEADING = re.compile(r"^(?:(?:haupt)?produkt(?:gruppe|bereich)?|leistung|teilhaushalt|thh)?\W*(?P<number>\d[\dA-Za-z.\-/]*)?\W*(?P<name>.*)$", re.IGNORECASE)  # fmt: skip


@dataclass
class SaidLine:
    """A line of a budget on its way into an entry of the preview."""

    rows: list[int]
    values: dict[str, Any]
    amounts: dict[str, int] = field(default_factory=dict)
    commitments: dict[str, int] = field(default_factory=dict)
    total_eur: int | None = None
    notes: list[str] = field(default_factory=list)
    wrong: str = ""
    column: str = ""
    """The head at which something is wrong."""
    guessed_side: bool = False
    is_sum: bool = False

    @property
    def identity(self) -> str:
        """Of what makes it the same line in another budget."""
        return identity_of(self.values)


def identity_of(values: Mapping[str, Any]) -> str:
    """The fingerprint of product, account, investment, side and title."""
    said = [fold(str(values.get(name, ""))).strip() for name in ("product", "account", "investment", "side", "title")]  # fmt: skip
    return sha256("\n".join(said).encode()).hexdigest()[:40]


@dataclass(frozen=True)
class YearColumn:
    """A column of figures: of which year, of which side, in which unit."""

    index: int
    name: str
    year: int | None
    side: str
    unit: int


def year_columns(
    columns: Sequence[FoundColumn], said: Mapping[int, str], first_year: int, unit: int
) -> list[YearColumn]:
    """The columns that are said to be figures; their heads say the year and may say unit and side."""
    found = []
    for column in columns:
        name = said.get(column.index, "")
        if name not in FIGURES:
            continue
        meaning = head_meaning(column.head)
        named = re.findall(r"(?<!\d)(20\d\d)(?!\d)", column.head)
        year = meaning.year or (int(named[-1]) if named else first_year + meaning.offset)
        found.append(YearColumn(column.index, name, None if name == TOTALS else year, meaning.side, meaning.unit or unit))  # fmt: skip
    return found


def lines_of(
    said: CellsSaid, rows: Sequence[TableRow], columns: Sequence[YearColumn], *, first_year: int, unit: int, state: str
) -> list[SaidLine]:  # fmt: skip
    """The lines of a table. Rows of several years of one line become one line, where a column says the year."""
    by_year = "year" in said.places
    found: list[SaidLine] = []
    there: dict[str, SaidLine] = {}
    for row in rows:
        for line in _of_row(said, row, columns, first_year, unit, state):
            before = there.get(line.identity)
            if line.wrong or line.is_sum:
                pass
            elif before is not None and by_year and not set(before.amounts) & set(line.amounts):
                before.amounts |= line.amounts
                before.commitments |= line.commitments
                before.rows += line.rows
                continue
            elif before is not None:
                line.wrong = "twice"
                line.notes = [str(before.rows[0])]
            else:
                there[line.identity] = line
            found.append(line)
    return found


def _of_row(
    said: CellsSaid, row: TableRow, columns: Sequence[YearColumn], first_year: int, unit: int, state: str
) -> list[SaidLine]:
    values = _words_of(said, row)
    year = first_year
    if "year" in said.places:
        text = re.search(r"20\d\d", said.line(row, "year"))
        if text is None:
            return [SaidLine([row.number], values, wrong="year", column=said.head("year"))]
        year = int(text[0])
    if is_sum(values["title"]) or (not values["title"] and is_sum(" ".join(row.cells[:3]))):
        return [SaidLine([row.number], values, is_sum=True)]
    by_side: dict[str, SaidLine] = {}
    for column in columns:
        cell = said.read.get(column.index, {}).get(row.ref)
        problem = said.read.problem(column.index, row.ref)
        if cell is None or cell.value is None:
            if problem:
                head = said.heads.get(column.index, "")
                return [SaidLine([row.number], values, wrong=problem, column=head)]
            continue
        line = by_side.setdefault(column.side, SaidLine([row.number], dict(values)))
        amount = euros(Decimal(cell.value), column.unit)
        if column.name == TOTAL:
            line.total_eur = amount
            continue
        into = line.commitments if column.name == COMMITMENT else line.amounts
        when = str(year if "year" in said.places else column.year)
        into[when] = into.get(when, 0) + amount
    if not by_side:
        return [SaidLine([row.number], values, wrong="empty")]
    lines = list(by_side.items())
    for side, line in lines:
        _complete(line, side, said, row, state)
    return [line for _side, line in lines if len(lines) == 1 or any(line.amounts.values())] or [lines[0][1]]


def _words_of(said: CellsSaid, row: TableRow) -> dict[str, Any]:
    """The words of a row; a heading above it says the product where no column does."""
    values = {name: said.line(row, name) for name in ("title", "product", "product_name", "account", "investment")}  # fmt: skip
    heading = next((hit for text in said.texts(row, "heading") if (hit := _HEADING.match(text.strip()))), None)  # fmt: skip
    if heading is not None:
        values["product"] = values["product"] or (heading["number"] or "").strip(" .-/")
        values["product_name"] = values["product_name"] or heading["name"].strip()
    if not values["title"]:
        values["title"] = values["product_name"]
    for name in ("budget", "duty", "side"):
        values[name] = said.meanings(row, name).first
    return values


def _complete(line: SaidLine, side: str, said: CellsSaid, row: TableRow, state: str) -> None:
    """Side and budget where no column says them: of the head, the account, the words, what holds for all; amounts with a turned sign."""
    values = line.values
    said_side = values["side"] if said.texts(row, "side") else ""
    account = values["account"]
    guessed = said_side or side or side_of_account(account, state) or side_in_words(values["title"])
    values["side"] = guessed or values["side"] or EXPENDITURE
    line.guessed_side = not guessed and not said.reading.for_all.get("side")
    if not values["budget"]:
        values["budget"] = budget_of_account(account, state) or ("financial" if values["investment"] else "")
    if values["side"] == REVENUE and line.amounts and all(amount <= 0 for amount in line.amounts.values()):
        # some programs print what comes in with a minus
        line.amounts = {year: -amount for year, amount in line.amounts.items()}


def figure_name(meaning: HeadMeaning) -> str:
    """The name of the field that a column of figures is proposed to be."""
    return {"amount": AMOUNTS, "commitment": COMMITMENTS, "total": TOTALS}.get(meaning.sort, "")
