"""Some cells of a column, and what they look like: numbers, sums, times, codes, or words that are there to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from .column_cells import Option
from .found_table import FoundColumn, FoundTable
from .horizons import NotAHorizon, read_horizon
from .likeness import OptionIndex
from .money import NotMoney, read_money
from .references import KnownNumbers, read_references
from .row_marks import is_number_like, is_time_head, shape_of
from .time_spans import NotATime, read_time

SAMPLE = 120
"""Cells of a column that are looked at."""
MOST_WORDS = 25
"""Different words of a column that are compared with options."""
LONGEST_WORD = 50
"""Characters on average over which cells are texts and no words."""


class ColumnSample:
    """Some filled cells of a column, and what they look like, each thing found out once."""

    def __init__(self, table: FoundTable, column: FoundColumn) -> None:
        values = [row.values[column.index] for row in table.rows]
        filled = [value for value in values if value is not None]
        self.fill = len(filled) / max(1, len(values))
        step = max(1, len(filled) // SAMPLE)
        self.cells = filled[::step][:SAMPLE]
        self.texts = [str(cell).strip() for cell in self.cells]
        self._shares: dict[tuple[str, Sequence[Option]], float] = {}
        self.broken = any(index == column.index for _sheet, _row, index in table.broken)

    def share(self, kind: str, options: Sequence[Option]) -> float:
        """Share of the cells that can be read as a kind; found out once."""
        key = (kind, tuple(options))
        if key not in self._shares:
            self._shares[key] = self._found_share(kind, options)
        return self._shares[key]

    def _found_share(self, kind: str, options: Sequence[Option]) -> float:
        if not self.cells:
            return 0.5
        if kind in {"choice", "place", "unit", "item", "priority"}:
            return (
                self._share_of_options(tuple(options)) if options else 0.5 if self._share(_is_worded) else 0.2
            )
        tests = {
            "number": lambda cell: is_number_like(cell) or str(cell).strip() in {"-", "–", ".", "*", "x", "/", "...", "…"} or str(cell).strip().endswith("%"),
            "money": _is_money, "year": _is_horizon, "horizon": _is_horizon, "period": _is_time, "date": _is_time,
            "references": _names_numbers, "yesno": lambda cell: str(cell).strip().casefold() in {"ja", "nein", "x", "yes", "no", "true", "false", "1", "0"},
        }  # fmt: skip
        tests["percent"] = tests["number"]
        return self._share(tests[kind]) if kind in tests else 0.5

    def _share(self, test: Callable[[object], object]) -> float:
        return sum(bool(test(cell)) for cell in self.cells) / len(self.cells)

    def _share_of_options(self, options: tuple[Option, ...]) -> float:
        index = _index_of(options)
        told = list(dict.fromkeys(self.texts))[:MOST_WORDS]
        if self.length() > LONGEST_WORD:
            return 0.0
        known = {text for text in told if (likely := index.likely(text, 1)) and likely[0].score >= 0.85}
        looked_at = [text for text in self.texts if text in set(told)]
        return sum(text in known for text in looked_at) / len(looked_at)

    def with_currency(self) -> float:
        """Share of sums that say their currency."""
        return sum(
            ("€" in text or "eur" in text.casefold()) and _is_money(text) for text in self.texts
        ) / max(1, len(self.texts))

    def is_code(self) -> float:
        """Share of short, distinct numbers such as 1.1 or M 3."""
        if not self.texts:
            return 0.5
        shaped = sum(bool(shape_of(text)) for text in self.texts) / len(self.texts)
        return shaped * len(set(self.texts)) / len(self.texts)

    def length(self) -> float:
        return sum(map(len, self.texts)) / max(1, len(self.texts))


@lru_cache(maxsize=32)
def _index_of(options: tuple[Option, ...]) -> OptionIndex:
    return OptionIndex(options)


def _is_worded(cell: object) -> bool:
    return isinstance(cell, str) and any(map(str.isalpha, cell))


def _is_money(cell: object) -> bool:
    if isinstance(cell, int | float):
        return True
    try:
        return bool(read_money(str(cell)))
    except NotMoney:
        return False


def _is_horizon(cell: object) -> bool:
    try:
        return bool(read_horizon(str(cell).removesuffix(".0")))
    except NotAHorizon:
        return False


def _is_time(cell: object) -> bool:
    if is_time_head(cell):  # type: ignore[arg-type]  # any cell
        return True
    if isinstance(cell, int | float):
        return 30_000 < cell < 60_000
    try:
        return bool(read_time(str(cell)))
    except NotATime:
        text = str(cell)
        return text.isascii() and text.isdigit() and len(text) == 5 and 30_000 < int(text) < 60_000


def _names_numbers(cell: object) -> bool:
    found = read_references(str(cell), KnownNumbers(()))
    return bool(found.unknown) or found.nothing
