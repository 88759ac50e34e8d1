"""Words of a column that mean one of given options: districts, units, fields, priorities, states. Decided once a word, for all rows.

A word that is an option, or is one without what is only around it, is taken. Of every other the likeliest is proposed and asked
about; what was decided before comes in as further names of the option (``Option.also``) or as a decision.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insek.engines.text.folding import fold

from .column_cells import ColumnCell, ColumnReading, Option, shown_short
from .likeness import CERTAIN, LIKELY, Likely, OptionIndex, bare_name, name_letters
from .notes import Decisions, Note, OpenQuestion
from .notes import german as _

LONGEST = 300
"""Characters of a cell that can name something; longer texts are none of the words."""
NONE, NEW = "-", "+"
"""Answers beside the keys of options: leave empty; make a new one of this name (where the caller can)."""
MOST_ROWS = 50
_PARTS = (
    r"\s*[\n;]\s*",
    r"\s+/\s+|\s*\|\s*",
    r"\s*,\s*",
    r"\s*/\s*",
    r"\s+(?:und|u\.|sowie|and|&|\+)\s+|\s*[+&]\s*",
)
_EMPTY = frozenset({"-", "–", "—", "/", "k.a.", "k. a.", "n. n.", "n.n.", "keine", "keiner", "?", "…", "..."})
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_LEVELS = (
    ("sehr hoch", "hoechste", "sehr wichtig", "prioritaer", "dringend", "very high", "top"), ("hoch", "high", "wichtig", "vorrangig", "gross"),
    ("mittel", "medium", "normal", "mittlere"), ("gering", "niedrig", "low", "nachrangig", "klein", "weniger wichtig", "tief"),
)  # fmt: skip
_WORD_IN_CODE = re.compile(
    r"(?P<code>[0-9]|[IVX]{1,3}|[A-E])\s*[-–:=.)]\s*(?P<word>[^\W\d_].+)|(?P<word2>[^\W\d_].+?)\s*\((?P<code2>[0-9]|[IVX]{1,3}|[A-E])\)"
)


@dataclass(frozen=True)
class WordRules:
    """How the words of a column are to be read."""

    several: bool = False
    """Whether a cell may name several; values are tuples of keys then, the first in charge."""
    ranked: bool = False
    """Whether the options stand in an order from high to low, as priorities do: A, 1, I and "hoch" are proposed for the first."""
    may_be_new: bool = False
    """Whether a word nobody knows may become a new option."""
    what: str = "word"


def read_words(
    cells: Sequence[ColumnCell],
    options: Sequence[Option],
    *,
    key: str,
    head: str = "",
    rules: WordRules | None = None,
    decisions: Decisions | None = None,
) -> ColumnReading:
    """The keys of options that the cells of a column mean: a key, or a tuple of keys where several may stand in a cell."""
    return _WordReader(options, key, head, rules or WordRules(), decisions or {}).read(cells)


class _WordReader:
    def __init__(
        self, options: Sequence[Option], key: str, head: str, rules: WordRules, decisions: Decisions
    ) -> None:
        self.index = OptionIndex(options)
        self.keys = {option.key for option in options}
        self.key, self.head, self.rules, self.decisions = key, head, rules, decisions
        self._known: dict[str, tuple[str | None, list[Likely]]] = {}

    def read(self, cells: Sequence[ColumnCell]) -> ColumnReading:
        reading = ColumnReading()
        asked: dict[str, tuple[str, list[Likely], list[int]]] = {}
        counts = Counter(cell.text for cell in cells)
        parts_of: dict[str, list[str]] = {}
        for text in counts:
            parts_of[text] = self._parts(text) if len(text) <= LONGEST else []
        for cell in cells:
            if len(cell.text) > LONGEST:
                reading.refuse(cell, self.head, Note("too_long", _("Dieser Text ist zu lang, um ein Name zu sein. Bitte ordnen Sie die Spalte einem Textfeld zu oder kürzen Sie ihn.")))  # fmt: skip
                continue
            parts = parts_of[cell.text]
            if not parts:
                reading.add(cell, () if self.rules.several else None)
                continue
            keys: list[str] = []
            waits = False
            for part in parts:
                found, likely = self._find(part)
                if found is None:
                    waits = True
                    asked.setdefault(name_letters(part) or part, (part, likely, []))[2].append(cell.row)
                elif found != NONE and found not in keys:
                    keys.append(found)
            value = tuple(keys) if self.rules.several else (keys[0] if keys else None)
            reading.add(cell, value, "open" if waits else "")
        for letters, (text, likely, rows) in asked.items():
            reading.questions.append(self._question(letters, text, likely, rows))
        return reading

    def _parts(self, text: str) -> list[str]:
        """The names in a cell: the whole where it is one, else its parts where they are."""
        plain = text.strip()
        if not plain or fold(plain) in _EMPTY:
            return []
        if not self.rules.several:
            return [plain]
        return self._split(plain)

    def _split(self, text: str) -> list[str]:
        whole, likely = self._find(text)
        if whole is not None or (likely and likely[0].score >= 0.85):
            return [text]
        for place, pattern in enumerate(_PARTS):
            parts = [part.strip() for part in re.split(pattern, text) if part.strip()]
            if len(parts) < 2:
                continue
            found = [self._find(part)[0] for part in parts]
            if any(found) or place < 2:
                return [one for part in parts for one in self._split(part)]
        return [text]

    def _find(self, text: str) -> tuple[str | None, list[Likely]]:
        """The key that a word means, None where it is open; and what is likely."""
        if text in self._known:
            return self._known[text]
        letters = name_letters(text) or text
        decided = self.decisions.get(f"{self.rules.what}:{self.key}:{letters}")
        if decided is not None and (decided in self.keys or decided in {NONE, NEW}):
            answer: tuple[str | None, list[Likely]] = (
                NEW + self._new(text) if decided == NEW else decided,
                [],
            )
        else:
            likely = self.index.likely(text)
            if self.rules.ranked:
                likely = self._with_rank(text, likely)
            first = likely[0] if likely else None
            certain = (
                first is not None
                and first.score >= CERTAIN
                and (len(likely) == 1 or likely[1].score < CERTAIN)
            )
            answer = (first.option.key if certain and first else None, likely)
        self._known[text] = answer
        return answer

    def _new(self, text: str) -> str:
        """The name under which a word nobody knows is made: of headings without their number."""
        return bare_name(text) if self.rules.what in {"choice", "item"} else text

    def _with_rank(self, text: str, likely: list[Likely]) -> list[Likely]:
        """Propose by rank where words are none of the options: 1, A, I or "hoch" for the first of them."""
        if likely and likely[0].score >= CERTAIN:
            return likely
        plain = " ".join(text.split())
        if hit := _WORD_IN_CODE.fullmatch(plain):
            inner = self.index.likely(hit["word"] or hit["word2"])
            if inner and inner[0].score >= CERTAIN:
                return inner
            plain = (
                (hit["word"] or hit["word2"])
                if inner and inner[0].score > LIKELY
                else (hit["code"] or hit["code2"])
            )
        options = self.index.options
        rank = _rank_of(plain, len(options))
        if rank is None:
            return likely
        proposed = Likely(options[rank], 0.8)
        return [proposed, *(one for one in likely if one.option.key != proposed.option.key)]

    def _question(
        self, letters: str, text: str, likely: Sequence[Likely], rows: Sequence[int]
    ) -> OpenQuestion:
        choices = [(one.option.key, Note("option", "%(text)s", {"text": one.option.label})) for one in likely]
        if self.rules.may_be_new:
            choices.append(
                (NEW, Note("new", _("neu anlegen: „%(text)s“"), {"text": shown_short(self._new(text))}))
            )
        choices.append((NONE, Note("none", _("leer lassen"))))
        proposed = (
            likely[0].option.key
            if likely
            and likely[0].score >= LIKELY
            and (len(likely) == 1 or likely[0].score - likely[1].score > 0.02)
            else ""
        )
        if not proposed and self.rules.may_be_new and (not likely or likely[0].score < LIKELY):
            proposed = NEW
        return OpenQuestion(
            f"{self.rules.what}:{self.key}:{letters}",
            Note("word", _("Was bedeutet „%(text)s“ in Spalte „%(head)s“?"), {"text": shown_short(text), "head": self.head}),
            tuple(choices), proposed, self.head, (shown_short(text),), tuple(rows)[:MOST_ROWS], free=True,
        )  # fmt: skip


def _rank_of(text: str, levels: int) -> int | None:
    """The place among ``levels`` options in the order from high to low that a level such as A, 1, I, hoch has; None where it is none."""
    if levels == 0:
        return None
    plain = fold(text).strip(" .()")
    plain = re.sub(r"^(?:prioritaet|prio|stufe|kategorie|p)\s*(?=[0-9ivxa-e]+$)", "", plain)
    if plain in _ROMAN:
        place = _ROMAN[plain]
    elif plain.isascii() and plain.isdigit() and len(plain) <= 3:
        place = int(plain)
    elif len(plain) == 1 and "a" <= plain <= "e":
        place = ord(plain) - 96
    else:
        for rank, words in enumerate(_LEVELS):
            if plain in words:
                # four levels of words over the options there are: very high and high fall together where there are three
                return {1: 0, 2: (0, 0, 1, 1)[rank], 3: (0, 0, 1, 2)[rank]}.get(levels, min(rank, levels - 1))
        return None
    return place - 1 if 1 <= place <= levels else None


def known_words(options: Sequence[Option], decided: Mapping[str, str], what: str, key: str) -> list[Option]:
    """The options with the names that were decided for them before."""
    also: dict[str, list[str]] = {}
    for question, answer in decided.items():
        kind, _colon, letters = question.rpartition(":")
        if kind == f"{what}:{key}":
            also.setdefault(answer, []).append(letters)
    return [Option(one.key, one.label, (*one.also, *also.get(one.key, ()))) for one in options]
