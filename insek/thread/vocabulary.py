"""The words of this installation in the memory of a process: how they begin, and which of them somebody may have meant.

A word that nobody wrote is compared with words of nearly the same length and letters; so few are left that their distance
can be counted. Whether anybody may be told of a word is not asked here, but of the items that have it (search.py).
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, Min

from .models import Word

MOST_PREFIXED = 20
SMALL = 20_000
"""A vocabulary up to this size is read again whenever it changed, a larger one after ``PATIENCE`` seconds at the soonest."""
PATIENCE = 30.0
SHORTEST_CORRECTED = 4
SHORTEST_PIECE = 4
LONG = 8
"""From this length on a word may have two typing errors."""


@dataclass
class Vocabulary:
    """All terms, sorted, by length with a picture of their letters, and by how they look without umlauts."""

    words: list[str] = field(default_factory=list)
    by_length: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    plain: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    known: frozenset[str] = frozenset()
    stamp: dict[str, int] = field(default_factory=dict)
    size: int = -1
    read_at: float = 0.0


_vocabulary = Vocabulary()


def vocabulary() -> Vocabulary:
    """The vocabulary as it is now, or was a moment ago. One query."""
    global _vocabulary
    known, now = _vocabulary, time.monotonic()
    if known.size > SMALL and now - known.read_at < PATIENCE:
        return known
    stamp = Word.objects.aggregate(size=Count("pk"), first=Min("pk"), last=Max("pk"))
    if stamp != known.stamp:
        known = Vocabulary(stamp=stamp, size=stamp["size"], read_at=now)
        known.words = sorted(term for term in Word.objects.values_list("term", flat=True) if term.isascii())
        known.known = frozenset(known.words)
        for term in known.words:
            if term.isalpha():
                known.by_length[len(term)].append((_letters(term), term))
                known.plain[_without_umlauts(term)].append(term)
        _vocabulary = known
    return known


def beginning(start: str) -> list[str]:
    """The shortest words that begin so, not the word itself."""
    words = vocabulary().words
    place, end = bisect_left(words, start), bisect_left(words, start + "\x7f")
    return sorted(
        (word for word in words[place : min(end, place + 2000)] if word != start),
        key=lambda word: (len(word), word),
    )[:MOST_PREFIXED]


def without_umlauts_alike(term: str) -> list[str]:
    """Words that look the same when umlauts are written as a, o, u."""
    return [word for word in vocabulary().plain.get(_without_umlauts(term), ()) if word != term]


def pieces(term: str) -> tuple[str, ...]:
    """The longest words with which an unknown compound begins and ends ("fahrrad", "plaetze"), as far as there are any."""
    words = vocabulary().known
    starts = (term[:end] for end in range(len(term) - 1, SHORTEST_PIECE - 1, -1))
    ends = (term[start:] for start in range(1, len(term) - SHORTEST_PIECE + 1))
    found = (
        next((word for word in starts if word in words), ""),
        next((word for word in ends if word in words), ""),
    )
    return tuple(word for word in found if word)


def nearest(term: str, words: Iterable[str]) -> str:
    """The word of a list that is a typing error away; empty where none is."""
    most = 2 if len(term) >= LONG else 1
    near = [
        word for word in words if abs(len(word) - len(term)) <= most and distance(term, word, most) <= most
    ]
    return min(near, key=lambda word: (distance(term, word, most), word), default="")


def nearly(term: str) -> list[tuple[int, str]]:
    """Words one typing error away, two for long ones, nearest first, with the number of errors."""
    if len(term) < SHORTEST_CORRECTED:
        return []
    known, most, letters = vocabulary(), 2 if len(term) >= LONG else 1, _letters(term)
    found = []
    for length in range(len(term) - most, len(term) + most + 1):
        for picture, word in known.by_length.get(length, ()):
            if (picture ^ letters).bit_count() <= 2 * most and word != term:
                errors = distance(term, word, most)
                if errors <= most:
                    found.append((errors, word[0] != term[0], word))
    return [(errors, word) for errors, _other, word in sorted(found)]


def distance(one: str, other: str, most: int) -> int:
    """The number of letters to add, leave out, change or swap with the next; more than ``most`` is not counted."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, with_letter in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != with_letter))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == with_letter:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]


def _letters(term: str) -> int:
    """One bit for each letter that a term has."""
    picture = 0
    for letter in term:
        picture |= 1 << (ord(letter) & 63)
    return picture


def _without_umlauts(term: str) -> str:
    return term.replace("ae", "a").replace("oe", "o").replace("ue", "u")
