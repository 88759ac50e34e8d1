"""What the words of columns mean: known at once where they are equal, proposed by likeness, decided once, kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from insek.engines.tables.book import cell_shown
from insek.engines.tables.column_cells import Option
from insek.engines.tables.likeness import CERTAIN, LIKELY, OptionIndex, bare_name
from insek.engines.tables.row_marks import section_word
from insek.engines.text import fold, shortened

from .models import KeptWord
from .targets import ANEW, AS_SAID, EMPTY, Reading, WantedField, WordChoice, WordSource

MARK = "word"
"""Decisions about words begin with it."""
_LEAD = re.compile(r"^(?:[^\W\d_]+\s+)?(?:\d+|[IVX]+|[A-Z])(?:\.\d+)*\s*[.:)–-]+\s+(?=\S)")
"""What stands before a name to count it: ``01 - Innenstadt``, ``Handlungsfeld 2: Mobilität``."""
_FIRM = (r"\s*[;\n|]\s*", r"\s*/\s*")
"""What stands between several words."""
_RANKS = (
    r"dezernat|dez|geschäftsbereich|gb|vorstandsbereich", r"fachbereich|fb|bereich", r"amt|referat|ref|fachdienst|fd|fachgruppe|eigenbetrieb",
    r"abteilung|abt|sachgebiet|sg|team|sachbereich",
)  # fmt: skip
"""How units are called, from the largest to the smallest."""
_NUMBERED_UNIT = re.compile(r"(?:[^\W\d_]+\.?\s*)?\d[\d.]*(?!\w)|(?:[^\W\d_]+\.?\s+)?[IVX]+(?!\w)")
_IN_CHARGE = re.compile(r"\s*\((?:federführend|federführung|ff\.?|lead|zuständig)\)", re.IGNORECASE)
_LOOSE = (r"\s*,\s*", r"\s*(?:,|;|\bund\b|\bsowie\b|&)\s*")
"""What may stand between several words, or within one."""
NOTHING = {"", "-", "–", "—", "/", "k. a.", "k.a.", "n. n.", "n.n.", "entfällt", "keine", "keiner"}


def bare(word: str) -> str:
    """A word without what counts it."""
    text = _IN_CHARGE.sub("", " ".join(word.split())).strip()
    return bare_name(text) if section_word(text) else _LEAD.sub("", text).strip() or text


def key_of(word: str) -> str:
    """Under which a word is decided."""
    return fold(bare(word)).strip()[:200]


def decision_of(source: str, word: str) -> str:
    """The key of the decision about a word."""
    return f"{MARK}|{source}|{key_of(word)}"


@dataclass
class SourceWords:
    """What is known of one source: its choices, and under which words."""

    source: WordSource
    choices: Sequence[WordChoice]
    kept: Mapping[str, str] = field(default_factory=dict)
    alone: set[str] = field(default_factory=set)
    """Words that fill a cell of the columns by themselves, folded: so they are words, also beside others."""
    _known: dict[str, str] = field(default_factory=dict)

    @cached_property
    def index(self) -> OptionIndex:
        """The choices, to be asked for many words."""
        return OptionIndex(
            [Option(choice.value, choice.label, tuple(choice.names)) for choice in self.choices]
        )

    @classmethod
    def of(cls, reading: Reading, source: WordSource) -> SourceWords:
        """What was decided about the words of a source before, as far as it still holds. Two queries."""
        choices = reading.choices(source)
        known = {choice.value for choice in choices} | {AS_SAID, EMPTY}
        if source.create is not None and source.may_create(reading):
            known.add(ANEW)
        kept = KeptWord.objects.filter(concept=reading.concept, source=source.name)
        said = dict(kept.values_list("word", "meaning"))
        return cls(source, choices, {word: value for word, value in said.items() if value in known})

    def known(self, word: str) -> str:
        """What a word means without asking; empty where it has to be asked."""
        if word not in self._known:
            self._known[word] = self._look_up(word)
        return self._known[word]

    def _look_up(self, word: str) -> str:
        decided = self.kept.get(key_of(word), "")
        if decided and decided != ANEW:
            return decided
        if word.strip().casefold() in NOTHING:
            return EMPTY
        found = self.index.likely(word, 2)
        certain = [each for each in found if each.score >= CERTAIN]
        return certain[0].option.key if len(certain) == 1 else decided

    def meaning(self, reading: Reading, word: str) -> str:
        """What a word means: as decided, as known, else empty."""
        return reading.decisions.get(decision_of(self.source.name, word), "") or self.known(word)

    def parts(self, reading: Reading, text: str) -> list[str]:
        """The words of a cell: one, or several where all but the whole is known or nothing of it is."""
        whole = " ".join(text.split())
        if not whole:
            return []
        if not self.source.several or self.known(whole):
            return [whole]
        for pattern in (*_FIRM, *_LOOSE):
            parts = [" ".join(part.split()) for part in re.split(pattern, text) if part.strip()]
            if len(parts) > 1 and all(self.known(part) for part in parts):
                return parts
        found = [" ".join(part.split()) for part in re.split(_FIRM[0], text) if part.strip()]
        found = [part for whole_part in found for part in self._by_commas(whole_part)]
        found = [part for whole_part in found for part in _by_slash(whole_part)] or [whole]
        return sorted(found, key=lambda part: not _IN_CHARGE.search(part))  # who is in charge comes first

    def _by_commas(self, text: str) -> list[str]:
        """What commas divide, where one of the parts is known to be a word: it is known, has a number, fills another cell, or says that it is in charge."""
        if section_word(text) and ":" in text:
            return [text]  # "Handlungsfeld 3: Wirtschaft, Wissenschaft, Hafen" is one
        parts = [" ".join(part.split()) for part in re.split(_LOOSE[0], text) if part.strip()]
        told = [part for part in parts if self.known(part) or fold(part) in self.alone or _NUMBERED_UNIT.match(part) or _IN_CHARGE.search(part)]  # fmt: skip
        return parts if len(parts) > 1 and told and all(part[:1].isupper() or part[:1].isdigit() for part in parts) else [text]  # fmt: skip


@dataclass(frozen=True)
class WordQuestion:
    """A word that is asked about: where it stands, how often, and what is proposed."""

    decision: str
    source: WordSource
    word: str
    count: int
    proposed: str
    answered: str
    label: str


def words_of_reading(reading: Reading, more: Iterable[WantedField] = ()) -> dict[str, SourceWords]:
    """What is known of the sources that the columns choose from, by name of the source. Two queries each."""
    sources = {wanted.words.name: wanted.words for wanted in more if wanted.words is not None}
    for name in {*reading.columns.values(), *reading.for_all}:
        wanted = reading.wanted.get(name)
        if wanted is not None and wanted.words is not None:
            sources.setdefault(wanted.words.name, wanted.words)
    found = {name: SourceWords.of(reading, source) for name, source in sources.items()}
    for index, name in reading.columns.items():
        wanted = reading.wanted.get(name)
        if (
            reading.table is not None
            and wanted is not None
            and wanted.words is not None
            and wanted.words.several
        ):
            cells = {
                cell_shown(row.values[index]).strip() for row in reading.table.rows if index < len(row.values)
            }
            found[wanted.words.name].alone |= {
                fold(cell) for cell in cells if cell and not re.search(r"[,;\n]", cell)
            }
    return found


def questions(
    reading: Reading,
    cells: Iterable[tuple[WantedField, Sequence[str]]],
    known: Mapping[str, SourceWords],
    *,
    every: bool = False,
) -> Iterator[WordQuestion]:
    """The words that are not known at once, each once, with what is likeliest; ``every`` gives the known ones too."""
    seen: dict[str, tuple[WordSource, str, str]] = {}
    counts: dict[str, int] = {}
    for wanted, texts in cells:
        assert wanted.words is not None
        words = known[wanted.words.name]
        for text in texts:
            for word in words.parts(reading, text):
                decision = decision_of(wanted.words.name, word)
                if not every and words.known(word):
                    continue
                counts[decision] = counts.get(decision, 0) + 1
                seen.setdefault(decision, (wanted.words, word, str(wanted.label)))
    for decision, (source, word, label) in seen.items():
        words = known[source.name]
        answered = reading.decisions.get(decision, "")
        yield WordQuestion(
            decision,
            source,
            word,
            counts[decision],
            answered or words.known(word) or propose(word, words, may_create=source.may_create(reading)),
            answered,
            label,
        )


def _by_slash(text: str) -> list[str]:
    """What a slash divides; "FB 5 / Stadtplanung" and "FB 3 / Amt 61" are one unit within another and stay together."""
    parts = [" ".join(part.split()) for part in re.split(_FIRM[1], text) if part.strip()]
    ranks = [_rank(part) for part in parts]
    if len(parts) == 2 and ranks[0] is not None and _NUMBERED_UNIT.fullmatch(parts[0]):
        inner = ranks[1] if ranks[1] is not None else 9
        if ranks[0] < min(inner, 2):
            return [" / ".join(parts)]
    return parts


def _rank(part: str) -> int | None:
    """How large a unit is by how it is called; None where that says nothing."""
    return next(
        (rank for rank, words in enumerate(_RANKS) if re.match(rf"(?:{words})\b", part, re.IGNORECASE)), None
    )


def propose(word: str, words: SourceWords, *, may_create: bool = False) -> str:
    """The choice that a word is likest to; where none is, or two are equally, it is made anew by whoever may."""
    found = words.index.likely(bare(word), 2)
    if found and found[0].score >= LIKELY and (len(found) == 1 or found[1].score < found[0].score):
        return found[0].option.key
    return ANEW if may_create and words.source.create is not None else ""


def keep_words(reading: Reading, answers: Mapping[str, str]) -> None:
    """Keep what words were said to mean, for the next table."""
    for decision, meaning in answers.items():
        mark, source, word = decision.split("|", 2)
        if mark != MARK or not word:
            continue
        KeptWord.objects.update_or_create(
            concept=reading.concept, source=source[:60], word=word[:200],
            defaults={"meaning": meaning[:200]},
        )  # fmt: skip


def shown_word(word: str) -> str:
    """A word as it is shown."""
    return shortened(word, 80)
