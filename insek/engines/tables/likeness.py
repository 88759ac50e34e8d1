"""How alike two names are, and which of many a word means: "01 - Innenstadt" is Innenstadt, "Bereich 5.610" is 5.610.

A word is looked for as it stands, then without what is only around a name (a number before it, a word such as "Bereich", what
stands behind a comma or in brackets), then by its number, then by likeness of its letters (difflib, over the options that share
the most groups of three letters).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from insek.engines.text.folding import fold

from .column_cells import Option
from .head_texts import without_footnote
from .row_marks import SECTION_WORDS, section_word

CERTAIN = 0.94
"""Score from which a word is taken without asking."""
LONGEST = 300
"""Characters of a word that are looked at."""
LIKELY = 0.72
"""Score from which an option is proposed."""
_NO_LETTER = re.compile(r"[^0-9a-z]+")
_BEFORE = re.compile(
    r"\s*(?:(?:nr\.?|no\.?)\s*)?([A-Za-z]{0,3}\s?\d[\d.]*[a-z]?|[A-Z]|[IVX]{1,4})\s*(?:[-–—:.)|]\s*|\s{2,}|\s(?=[A-ZÄÖÜ]))"
)
_BEHIND = re.compile(
    r"(?:,\s*(?:kreisfreie stadt|landkreis|stadt|st|landeshauptstadt|hansestadt|gemeinde|kreis|regionalverband|universitätsstadt|große kreisstadt)|\s*\([^)]*\)|\s*\[[^\]]*\])+\s*$",
    re.IGNORECASE,
)  # fmt: skip
_AROUND = (
    "bereich", "amt", "amt für", "fachbereich", "fachdienst", "fachgruppe", "abteilung", "abt", "referat", "dezernat", "stabsstelle", "sachgebiet", "fb", "fd", "sg", "ref",
    "dez", "team", "stadtteil", "ortsteil", "ortsbezirk", "stadtbezirk", "bezirk", "ot", "stt", "stadt", "gemeinde", "quartier", "priorität", "prio", "stufe",
    *(word.casefold() for word in SECTION_WORDS),
)  # fmt: skip
_AROUND_START = re.compile(rf"\s*(?:{'|'.join(re.escape(word) for word in sorted(_AROUND, key=len, reverse=True))})\b\.?\s*(?:\d+(?:\.\d+)*\s*[:–-]\s*|[A-Z]\s*[:–-]\s*|[IVX]+\s*[:–-]\s*)?[:–-]?\s*", re.IGNORECASE)  # fmt: skip
_HEADING = re.compile(
    rf"(?:{'|'.join(map(re.escape, sorted(SECTION_WORDS, key=len, reverse=True)))})\s*(?:[IVX]+(?![a-zäöüß])|\d+(?:\.\d+)*|[A-Z](?=[:.\s]))?\s*[:.–-]*\s*", re.IGNORECASE
)  # fmt: skip
_INTEGER = re.compile(r"0*(\d{1,12})")


def name_letters(text: str) -> str:
    """Letters and digits of a name, folded."""
    return _NO_LETTER.sub("", fold(text))


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1; case, umlauts, spaces and hyphens do not count."""
    first, second = name_letters(one), name_letters(other)
    if not first or not second:
        return 0.0
    return 1.0 if first == second else SequenceMatcher(None, first, second, autojunk=False).ratio()


def bared(text: str) -> Iterator[str]:
    """A name without what is only around it, the most careful way first."""
    text = without_footnote(" ".join(text.split()))
    told = {name_letters(text)}
    steps = [
        _BEHIND.sub("", text), _BEFORE.sub("", text, count=1), _AROUND_START.sub("", text, count=1),
    ]  # fmt: skip
    steps += [_BEHIND.sub("", steps[1]), _BEHIND.sub("", steps[2]), _BEFORE.sub("", steps[2], count=1)]
    for step in steps:
        key = name_letters(step)
        if key and key not in told:
            told.add(key)
            yield step


def bare_name(text: str) -> str:
    """The name of a heading without its number: "Handlungsfeld 1: Wohnen", "HF 1 Wohnen" and "A  Wohnen" are Wohnen."""
    plain = " ".join(text.split())
    if section_word(plain):
        bare = _HEADING.sub("", plain, count=1).strip(' „“"')
        return bare or plain
    return _BEFORE.sub("", plain, count=1).strip() or plain


@dataclass(frozen=True)
class Likely:
    """An option and how well it fits."""

    option: Option
    score: float


class OptionIndex:
    """The options of a column, to be asked for many words."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.options = list(options)
        self._whole: dict[str, list[int]] = {}
        self._bare: dict[str, list[int]] = {}
        self._numbers: dict[str, list[int]] = {}
        self._grams: dict[str, set[int]] = {}
        self._names: list[list[str]] = []
        for place, option in enumerate(self.options):
            names = [option.label, *option.also]
            self._names.append([key for name in names if len(key := name_letters(name)) > 2])
            for name in names:
                self._put(self._whole, name_letters(name) or "".join(name.split()), place)  # "★★", "++"
                for bare in bared(name):
                    self._put(self._bare, name_letters(bare), place)
                if hit := _INTEGER.fullmatch(name.strip()):
                    self._put(self._numbers, hit[1], place)
            for name in self._names[-1]:
                for gram in _grams(name):
                    self._grams.setdefault(gram, set()).add(place)

    @staticmethod
    def _put(index: dict[str, list[int]], key: str, place: int) -> None:
        if key and place not in index.setdefault(key, []):
            index[key].append(place)

    def likely(self, text: str, most: int = 5) -> list[Likely]:
        """The options that a word may mean, the likeliest first; those below 0.45 are not named."""
        scores: dict[int, float] = {}

        def rate(places: Sequence[int], score: float) -> None:
            for place in places:
                # several options of one name are all possible, none is certain
                scores[place] = max(scores.get(place, 0.0), score if len(places) == 1 else min(score, 0.9))

        text = without_footnote(text.strip()[:LONGEST])
        whole = name_letters(text) or "".join(text.split())
        rate(self._whole.get(whole, ()), 1.0)
        if not scores:
            rate(self._bare.get(whole, ()), 0.95)
            for bare in bared(text):
                key = name_letters(bare)
                rate(self._whole.get(key, ()), 0.95)
                rate(self._bare.get(key, ()), 0.9)
        if not scores and (hit := _INTEGER.fullmatch(text.strip())):
            rate(self._numbers.get(hit[1], ()), 0.95)
        if not scores or max(scores.values()) < CERTAIN:
            self._rate_by_letters(text, scores)
        found = [
            Likely(self.options[place], round(score, 3)) for place, score in scores.items() if score >= 0.45
        ]
        return sorted(found, key=lambda one: -one.score)[:most]

    def _rate_by_letters(self, text: str, scores: dict[int, float]) -> None:
        told = [key for one in (text, *bared(text)) if len(key := name_letters(one)) > 2]
        shared: Counter[int] = Counter()
        for key in told:
            for gram in _grams(key):
                shared.update(self._grams.get(gram, ()))
        for place, _count in shared.most_common(25):
            best = 0.0
            for key in told:
                for name in self._names[place]:
                    best = max(best, _letters_alike(key, name))
            scores[place] = max(scores.get(place, 0.0), min(best, CERTAIN - 0.01))


def _letters_alike(one: str, other: str) -> float:
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    short, long = sorted((one, other), key=len)
    if len(short) >= 5 and short in long:
        ratio = max(ratio, 0.75 + 0.15 * len(short) / len(long))
    return ratio * 0.98


def _grams(key: str) -> set[str]:
    padded = f"^{key}$"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}
