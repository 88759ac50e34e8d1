"""What the rows of a table say of a budget: lines with their amounts by year, each once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from insek.engines.budget.heads import (
    EXPENDITURE,
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
    sign: str = ""
    """Whether the minus of bookkeeping was taken away (``turned``), or amounts have one that may be meant (``minus``)."""

    @property
    def says_something(self) -> bool:
        """Whether it has an amount, an authorisation or a total that is not 0."""
        return any([*self.amounts.values(), *self.commitments.values(), self.total_eur])

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
    is_named: bool = True
    """Whether its head names the year itself: that year holds, whatever the row says."""
    offset: int = 0
    """Years after that of the row, where the row says one and the head does not."""

    def year_in(self, year: int | None) -> int | None:
        """The year of its figure in a row that says one."""
        return self.year if year is None or self.is_named else year + self.offset


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
        says = meaning.year or (int(named[-1]) if named else None)
        year = None if name == TOTALS else says or first_year + meaning.offset
        found.append(YearColumn(column.index, name, year, meaning.side, meaning.unit or unit, says is not None, meaning.offset))  # fmt: skip
    return found


def lines_of(
    said: CellsSaid, rows: Sequence[TableRow], columns: Sequence[YearColumn], *, state: str
) -> list[SaidLine]:  # fmt: skip
    """The lines of a table. Rows of several years of one line become one line, where a column says the year."""
    by_year = "year" in said.places
    found: list[SaidLine] = []
    there: dict[str, SaidLine] = {}
    for row in rows:
        for line in _of_row(said, row, columns, state):
            before = there.get(line.identity)
            if line.wrong or line.is_sum:
                pass
            elif before is not None and by_year and _goes_with(before, line):
                _join(before, line)
                before.rows += line.rows
                continue
            elif before is not None:
                line.wrong = "twice"
                line.notes = [str(before.rows[0])]
            else:
                there[line.identity] = line
            found.append(line)
    _turn_signs(list(there.values()))
    return found


def _goes_with(before: SaidLine, line: SaidLine) -> bool:
    """Whether two parts of a line say nothing of the same year, and no two totals."""
    if set(before.amounts) & set(line.amounts) or set(before.commitments) & set(line.commitments):
        return False
    return None in (before.total_eur, line.total_eur) or before.total_eur == line.total_eur


def _join(before: SaidLine, line: SaidLine) -> None:
    before.amounts |= line.amounts
    before.commitments |= line.commitments
    before.total_eur = line.total_eur if before.total_eur is None else before.total_eur


def _of_row(said: CellsSaid, row: TableRow, columns: Sequence[YearColumn], state: str) -> list[SaidLine]:
    values = _words_of(said, row)
    if is_sum(values["title"]) or (not values["title"] and is_sum(" ".join(row.cells[:3]))):
        return [SaidLine([row.number], values, is_sum=True)]
    year = None
    if "year" in said.places:
        text = re.search(r"20\d\d", said.line(row, "year"))
        if text is None and not all(column.is_named or column.name == TOTALS for column in columns):
            return [SaidLine([row.number], values, wrong="year", column=said.head("year"))]
        year = int(text[0]) if text is not None else None
    by_side: dict[str, SaidLine] = {}
    figures: list[tuple[YearColumn, int]] = []
    for column in columns:
        cell = said.read.get(column.index, {}).get(row.ref)
        problem = said.read.problem(column.index, row.ref)
        if cell is None or cell.value is None:
            if problem:
                head = said.heads.get(column.index, "")
                return [SaidLine([row.number], values, wrong=problem, column=head)]
            continue
        figures.append((column, euros(Decimal(cell.value), column.unit)))
    if not figures:
        return [SaidLine([row.number], values, wrong="empty")]
    for column, amount in sorted(figures, key=lambda pair: pair[0].name != AMOUNTS):
        side = column.side if column.side or column.name == AMOUNTS else _side_beside(column, columns, by_side)  # fmt: skip
        line = by_side.setdefault(side, SaidLine([row.number], dict(values)))
        if column.name == TOTALS:
            line.total_eur = amount
            continue
        into, when = line.commitments if column.name == COMMITMENTS else line.amounts, str(column.year_in(year))  # fmt: skip
        if when in into:
            head = said.heads.get(column.index, "")
            return [SaidLine([row.number], values, wrong="year_twice", column=head, notes=[when])]
        into[when] = amount
    lines: list[SaidLine] = []
    for side, line in by_side.items():
        _complete(line, side, said, row, state)
        same = next((each for each in lines if each.identity == line.identity), None)
        if same is not None and _goes_with(same, line):
            _join(same, line)
        else:
            lines.append(line)
    return [line for line in lines if len(lines) == 1 or line.says_something] or lines[:1]


def _side_beside(column: YearColumn, columns: Sequence[YearColumn], by_side: Mapping[str, SaidLine]) -> str:
    """Onto which line of a row an authorisation or a total goes whose head names no side: what is spent, else the only line."""
    if EXPENDITURE in by_side:
        return EXPENDITURE
    spends = any(each.side == EXPENDITURE for each in columns)
    if by_side and not (column.name == COMMITMENTS and spends and "" not in by_side):
        return next(iter(by_side))
    return EXPENDITURE if spends else ""


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
    """Side and budget where no column says them: of the head, the account, the words, what holds for all."""
    values = line.values
    said_side = values["side"] if said.texts(row, "side") else ""
    account = values["account"]
    guessed = said_side or side or side_of_account(account, state) or side_in_words(values["title"])
    values["side"] = guessed or values["side"] or EXPENDITURE
    line.guessed_side = not guessed and not said.reading.for_all.get("side")
    if not values["budget"]:
        values["budget"] = budget_of_account(account, state) or ("financial" if values["investment"] else "")


def _turn_signs(lines: Sequence[SaidLine]) -> None:
    """Take away the minus of bookkeeping: of revenue line by line; of what is spent where the whole file has it, else it is asked."""
    spent = [line for line in lines if line.values["side"] == EXPENDITURE]
    amounts = [amount for line in spent for amount in line.amounts.values() if amount]
    all_spent = bool(amounts) and max(amounts) < 0
    for line in lines:
        own = [amount for amount in line.amounts.values() if amount]
        if not own or min(own) > 0:
            continue
        if all_spent if line.values["side"] == EXPENDITURE else max(own) < 0:
            line.amounts = {year: -amount for year, amount in line.amounts.items()}
            line.commitments = {year: abs(amount) for year, amount in line.commitments.items()}
            line.total_eur = None if line.total_eur is None else abs(line.total_eur)
            line.sign = "turned"
        else:
            line.sign = "minus"


def figure_name(meaning: HeadMeaning) -> str:
    """The name of the field that a column of figures is proposed to be."""
    return {"amount": AMOUNTS, "commitment": COMMITMENTS, "total": TOTALS}.get(meaning.sort, "")
