"""Numbers of other measures in a cell: "nach M 3, M 7", "1.1", "A2 und A5", "2.1–2.3", "siehe 4.2 (Radweg)"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from insek.engines.text.folding import fold

LONGEST = 2_000
"""Characters of a cell in which numbers are looked for."""
_TOKEN = re.compile(r"(?<![\w.])(?P<word>[A-Za-zÄÖÜ]{0,4})[ -]?(?P<number>\d+(?:\.\d+)*[a-z]?)(?![\w]|\.\d)")
_BETWEEN = re.compile(r"\s*(?:–|—|-|bis)\s*")
_NOTHING = re.compile(r"(?:-|–|—|keine?|nein|unabhängig|entfällt|none|/|n\.? ?n\.?)\.?", re.IGNORECASE)
_WORDS = frozenset({"nach", "siehe", "vgl", "und", "nr", "mit", "von", "ab", "zu", "in", "bis", "s"})


@dataclass(frozen=True)
class ReferencesRead:
    """Which items a text names, and what it names that nobody knows."""

    known: tuple[str, ...] = ()
    """Numbers as they are written in the list of numbers."""
    unknown: tuple[str, ...] = ()
    nothing: bool = False
    """The text says that there is nothing: "–", "keine"."""


def number_key(text: str) -> str:
    """The key of a number: "M 1.10", "M1.10" and "m 01.10" are one."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[^0-9a-z.]+", "", fold(text)).strip("."))


class KnownNumbers:
    """The numbers of a list, with and without the letters before them where that is clear."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.order = [number for number in dict.fromkeys(numbers) if number.strip()]
        self._keys: dict[str, str] = {}
        bare: dict[str, list[str]] = {}
        for number in self.order:
            self._keys.setdefault(number_key(number), number)
            bare.setdefault(re.sub(r"^[a-z]+", "", number_key(number)), []).append(number)
        for key, same in bare.items():
            if len(same) == 1 and key:
                self._keys.setdefault(key, same[0])

    def find(self, word: str, number: str) -> str | None:
        return self._keys.get(number_key(word + number)) or self._keys.get(number_key(number))

    def between(self, first: str, last: str) -> list[str]:
        """What stands from the one to the other in the list."""
        start, end = self.order.index(first), self.order.index(last)
        return self.order[start : end + 1] if start <= end else [first, last]


def read_references(text: str, known: KnownNumbers) -> ReferencesRead:
    """The items that a text names by their number."""
    plain = " ".join(text[:LONGEST].split())
    if _NOTHING.fullmatch(plain):
        return ReferencesRead(nothing=True)
    found: list[str] = []
    unknown: list[str] = []
    before: tuple[int, str] | None = None
    for hit in _TOKEN.finditer(plain):
        word = "" if fold(hit["word"]) in _WORDS else hit["word"]
        number = known.find(word, hit["number"])
        if number is None:
            unknown.append(f"{word} {hit['number']}".strip() if word else hit["number"])
            before = None
            continue
        if before and _BETWEEN.fullmatch(plain[before[0] : hit.start()]):
            found += known.between(before[1], number)[1:]
        else:
            found.append(number)
        before = (hit.end(), number)
    return ReferencesRead(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unknown)))
