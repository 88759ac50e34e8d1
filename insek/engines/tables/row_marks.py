"""What a row looks like: filled cells, numbers, sums, legends, sections, repeated heads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from insek.engines.text.folding import fold

from .book import CellValue, Sheet

NUMBER_LIKE = re.compile(
    r"[\s(\[]*[-–−+]?\s*(?:\d[\d.,'’ \u00a0\u2009\u202f]*|[.,]\d+)\s*(?:%|€|EUR)?[\s)\]]*[prsbeg]?", re.ASCII
)
SIGN_LIKE = frozenset(
    {"-", "–", "—", "−", ".", "…", "...", "/", "x", "X", "*", "**", "•", "k. A.", "k.A.", "n. v.", "·"}
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_HEAD = re.compile(
    r"(?:(?:31|30|01|1)\.\s?\d{1,2}\.\s?)?(?:19|20)\d\d(?:\s?(?:ff\.?|\*|p|/\d\d|[-–]\s?(?:19|20)?\d\d|[-/]Q[1-4]))?"
)
_SUM = re.compile(
    r"(?:zwischen|gesamt|end|teil|haupt)?summen?\b|(?:ins)?gesamt\b(?!-)|total\b|subtotal\b|[Σ∑]|(?:sum|grand total)\b",
    re.IGNORECASE,
)
_SUM_END = re.compile(r"(?:\b(?:insgesamt|gesamt|zusammen|total)|\bsumme)\s*:?$", re.IGNORECASE)
_LEGEND = re.compile(
    r"(?:quellen?\b|stand\b\s*:|hinweise?\b|anmerkung|erläuterung|erlaeuterung|legende\b|zeichenerkl|abkürzung|fußnote|fussnote|"
    r"gebietsstand|\(c\)|©|copyright|_{4,}|-{6,}|datenbasis|datenlizenz|note\b|notes\b|source\b|"
    r"[¹²³⁴⁵⁶⁷⁸⁹]|\*+\)?\s|\d\)\s|[-./x*…]{1,3}\s*=|\w{1,8}\.?\s*=\s)",
    re.IGNORECASE,
)  # fmt: skip
_RULE = re.compile(r"[_\-=]{6,}")
_PAGE = re.compile(
    r"(?:seite|page|blatt)\s*\d+(?:\s*(?:von|of|/)\s*\d+)?|[-–]\s?\d+\s?[-–]|übertrag\b.*", re.IGNORECASE
)
SECTION_WORDS = (
    "Handlungsfeld", "Themenfeld", "Aktionsfeld", "Handlungsraum", "Fokusraum", "Leitprojekt", "Leitziel", "Oberziel", "Strategisches Ziel", "Teilziel", "Ziel", "Leitlinie",
    "Leitbild", "Leitthema", "Schwerpunkt", "Baustein", "Themenbereich", "Thema", "Bereich", "Cluster", "Kapitel", "Strategie", "Teilraum", "Stadtteil",
    "Quartier", "Maßnahmenbereich", "Maßnahmenpaket", "Programm", "Säule", "HF", "TF", "Field of action", "Field", "Goal", "Theme",
)  # fmt: skip
_SECTION = re.compile(
    rf"(?P<word>{'|'.join(map(re.escape, sorted(SECTION_WORDS, key=len, reverse=True)))})(?![a-zäöüß])\s*"
    rf"(?:[:–-]|(?:[IVX]+|\d+(?:\.\d+)*)(?![a-zäöüß])|[A-Z](?:\d|[:.\s])|$|„|\")",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"(?:[A-Z]|[IVX]{1,4}|\d{1,2}(?:\.\d{1,2})?)\s*[.):–-]?\s{1,4}[^\W\d_]{3}")


def is_year(value: CellValue) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return 1900 <= value <= 2100 and float(value).is_integer()
    return isinstance(value, str) and _YEAR.fullmatch(value.strip()) is not None


def is_time_head(value: CellValue) -> bool:
    """Whether a cell is a year, a day or a period, as heads of figures are."""
    if isinstance(value, date):
        return True
    return is_year(value) or (isinstance(value, str) and _YEAR_HEAD.fullmatch(value.strip()) is not None)


def is_number_like(value: CellValue) -> bool:
    """Whether a cell is a number, or a text that looks like one; years count as numbers here."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return True
    return isinstance(value, str) and NUMBER_LIKE.fullmatch(value.strip()) is not None


@dataclass(frozen=True)
class Line:
    """One row of a sheet, looked at."""

    row: int
    """From 0."""
    cells: Sequence[CellValue]
    filled: tuple[int, ...]
    """Columns with something in them, also a formula without a value."""
    across: int
    """Columns over which its widest merged cell runs; 0 where none does."""

    @property
    def first_text(self) -> str:
        return next((value.strip() for place in self.filled if isinstance(value := self.cells[place], str)), "")  # fmt: skip

    def has_numbers(self) -> bool:
        return any(is_number_like(self.cells[place]) for place in self.filled)

    def texts(self) -> list[str]:
        return [value.strip() for place in self.filled if isinstance(value := self.cells[place], str)]


def lines_of(sheet: Sheet) -> list[Line]:
    """All rows of a sheet, looked at; values of merged cells stay in their first cell."""
    across: dict[int, int] = {}
    broken = sheet.broken
    for top, left, _low, right in sheet.merged:
        across[top] = max(across.get(top, 0), right - left + 1)
    return [
        Line(
            row,
            cells,
            tuple(
                place
                for place, value in enumerate(cells)
                if value is not None or (broken and (row, place) in broken)
            ),
            across.get(row, 0) if across.get(row, 0) > 1 else 0,
        )
        for row, cells in enumerate(sheet.rows)
    ]


def is_sum(line: Line, text_columns: frozenset[int]) -> bool:
    """Whether a row sums up others: it says so, and says nothing else in words."""
    texts = [
        place
        for place in line.filled
        if isinstance(line.cells[place], str) and not is_number_like(line.cells[place])
    ]
    if not texts:
        return False
    first = str(line.cells[texts[0]]).strip()
    if not (_SUM.match(first) or (len(first) < 60 and _SUM_END.search(first))):
        return False
    others = [
        place
        for place in texts[1:]
        if place in text_columns and str(line.cells[place]).strip() not in SIGN_LIKE
    ]
    return not others and len(line.filled) > 1


def is_legend(line: Line) -> bool:
    return bool(_LEGEND.match(line.first_text)) and len(line.filled) <= 3


def is_rule(line: Line) -> bool:
    return bool(_RULE.fullmatch(line.first_text)) and len(line.filled) == 1


def is_page_mark(line: Line) -> bool:
    return len(line.filled) <= 2 and bool(_PAGE.fullmatch(line.first_text))


def is_numbering(line: Line) -> bool:
    """Whether a row numbers the columns: 1, 2, 3 …, or (1), (2) …"""
    numbers: list[int] = []
    for place in line.filled:
        text = str(line.cells[place]).strip().strip("()[]").removesuffix(".0")
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            return False
        numbers.append(int(text))
    return len(numbers) > 2 and numbers[0] in {0, 1} and numbers == list(range(numbers[0], numbers[0] + len(numbers)))  # fmt: skip


def repeats(line: Line, heads: Sequence[Sequence[str]]) -> bool:
    """Whether a row says one of the head rows again."""
    first = line.filled[0]
    begin = _even(line.cells[first])
    if not any(first < len(head) and head[first] == begin for head in heads):
        return False  # nearly all rows, at a tenth of the time
    told = {place: _even(line.cells[place]) for place in line.filled}
    for head in heads:
        known = {place: text for place, text in enumerate(head) if text}
        same = sum(known.get(place) == text for place, text in told.items())
        if same >= 2 and same >= 0.7 * max(len(told), len(known)):
            return True
        if same == len(told) == len(known) == 1:
            return True
    return False


def _even(value: CellValue) -> str:
    from .head_texts import plain_head

    return fold(plain_head(value))


def section_word(text: str) -> str:
    """The word with which a section begins: "Handlungsfeld" of "Handlungsfeld 1: Wohnen"; empty where there is none."""
    hit = _SECTION.match(text)
    if hit is None:
        return ""
    known = {word.casefold(): word for word in SECTION_WORDS}
    return known[hit["word"].casefold()]


def looks_like_section(text: str) -> bool:
    return bool(section_word(text) or _LETTERED.match(text))


def lines_that_continue(body: Sequence[Line]) -> frozenset[int]:
    """Rows with one text alone that stand below each row of data: "two rows for each measure". None where only some have one."""
    counts = sorted(len(line.filled) for line in body if len(line.filled) > 1)
    usual = counts[len(counts) // 2] if counts else 0
    if usual < 3 or not body or len(body[0].filled) < 0.5 * usual:
        return frozenset()
    full = {line.row for line in body if len(line.filled) >= 0.5 * usual}
    alone = [
        line
        for line in body
        if len(line.filled) == 1
        and line.first_text
        and not looks_like_section(line.first_text)
        and not is_legend(line)
    ]
    below = [line for line in alone if line.row - 1 in full]
    if len(below) < 3 or len(below) < 0.8 * len(full) or len(below) < 0.8 * len(alone):
        return frozenset()
    return frozenset(line.row for line in below)


def shape_of(value: CellValue) -> str:
    """The pattern of a short number: "1.10" is 9.9, "A 3" is a 9, "M-4a" is a-9a; empty for what is long or has no digit."""
    text = str(value).strip() if value is not None and not isinstance(value, bool | date) else ""
    return _shape_of(text) if 0 < len(text) <= 10 else ""


@lru_cache(maxsize=50_000)
def _shape_of(text: str) -> str:
    if not any(map(str.isdigit, text)):
        return ""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text.removesuffix(".0")))
