"""The words of this installation in the memory of a process: how they begin, and which of them somebody may have meant.

A word that nobody wrote is compared with words of nearly the same length that have nearly the same letters as often; so few are
left that their distance can be counted (docs/decisions/0017-typing-errors-by-counted-letters.md). Whether anybody may be told of a word is not asked here, but of the items that have it (search.py).
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection

from .models import Word

MOST_PREFIXED = 20
SMALL = 20_000
"""A vocabulary up to this size is read again whenever it changed, a larger one after ``PATIENCE`` seconds at the soonest."""
PATIENCE = 30.0
"""Seconds; for a very large vocabulary as many as it has thousands of words."""
SHORTEST_CORRECTED = 4
SHORTEST_PIECE = 4
LINKS = ("s", "n", "e", "en", "es")
"""What may stand between the parts of a compound; whoever has not seen it written guesses."""
LETTERS = 27
LONG = 8
"""From this length on a word may have two typing errors."""


SHORTEST_STEM = 6
_ENDING_WORDS = """
igkeit lichkeit barkeit samkeit ungen heit keit ung isch lich bar ig eten eter etes ete ten ter tes te et enden ende end nd
ern en er es em e t s n
"""
ENDINGS = tuple(_ENDING_WORDS.split())
"""What makes other words of the same stem, longer ones first; not every pair means the same, so they count little."""
_ENDINGS = frozenset(("", *ENDINGS))


@dataclass
class Vocabulary:
    """All terms, sorted, and by how they look without umlauts; these by length with the counts of their letters."""

    words: list[str] = field(default_factory=list)
    by_length: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """How terms look without umlauts, each once: so an umlaut is one letter, and leaving it out one error."""
    counts: dict[int, Any] = field(default_factory=dict)
    """How often the words of a length have each letter: an array of ``LETTERS`` rows, made when it is first asked for."""
    plain: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    known: frozenset[str] = frozenset()
    stamp: tuple[int, ...] = ()
    size: int = -1
    read_at: float = 0.0

    def sort_by_look(self) -> None:
        """Keep the words by how they look without umlauts, and these by length, as ``nearly`` asks for them."""
        for term in self.words:
            if term.isalpha():
                self.plain[_without_umlauts(term)].append(term)
        for plain in self.plain:
            self.by_length[len(plain)].append(plain)


_vocabulary = Vocabulary()


def vocabulary() -> Vocabulary:
    """The vocabulary as it is now, or was a moment ago. One query."""
    global _vocabulary
    known, now = _vocabulary, time.monotonic()
    if known.size > SMALL and now - known.read_at < max(PATIENCE, known.size / 1000):
        return known
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*), MIN(id), MAX(id) FROM thread_word")
        stamp = cursor.fetchone()
    known.read_at = now
    if stamp != known.stamp:
        known = Vocabulary(stamp=stamp, size=stamp[0], read_at=now)
        known.words = sorted(term for term in Word.objects.values_list("term", flat=True) if term.isascii())
        known.known = frozenset(known.words)
        known.sort_by_look()
        _vocabulary = known
    return known


_indexed: tuple[int, float] = -1, 0.0


def count_indexed() -> int:
    """How many items there are in the index, as it is now where they are few, or was a moment ago. At most one query.

    Only how rare a word is follows from it, and no database counts a hundred thousand rows at no cost.
    """
    global _indexed
    size, read_at = _indexed
    now = time.monotonic()
    if size <= SMALL or now - read_at > max(PATIENCE, size / 1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM thread_searchentry")
            [size] = cursor.fetchone()
        _indexed = size, now
    return size


def beginning(start: str, known: Vocabulary) -> list[str]:
    """The shortest words that begin so, not the word itself."""
    words = known.words
    place, end = bisect_left(words, start), bisect_left(words, start + "\x7f")
    return sorted(
        (word for word in words[place : min(end, place + 2000)] if word != start),
        key=lambda word: (len(word), word),
    )[:MOST_PREFIXED]


def kin(term: str, known: Vocabulary) -> list[str]:
    """Words made of the same stem with another ending: "beleuchtung" and "beleuchtet", "behinderte" and "behinderung"."""
    stem = next(
        (
            term.removesuffix(end)
            for end in ENDINGS
            if term.endswith(end) and len(term) - len(end) >= SHORTEST_STEM
        ),
        term,
    )
    if len(stem) < SHORTEST_STEM:
        return []
    words = known.words
    place, end = bisect_left(words, stem), bisect_left(words, stem + "\x7f")
    return [
        word
        for word in words[place : min(end, place + 2000)]
        if word != term and word.removeprefix(stem) in _ENDINGS
    ][:MOST_PREFIXED]


def without_umlauts_alike(term: str, known: Vocabulary) -> list[str]:
    """Words that look the same when umlauts are written as a, o, u."""
    return [word for word in known.plain.get(_without_umlauts(term), ()) if word != term]


def differently_linked(term: str, known: Vocabulary) -> list[str]:
    """Words that differ from a long one only in what links their parts ("asterweg": "asternweg")."""
    if len(term) < LONG:
        return []
    found: dict[str, None] = {}
    for place in range(SHORTEST_PIECE - 1, len(term) - SHORTEST_PIECE + 2):
        for link in LINKS:
            found[term[:place] + link + term[place:]] = None
            if term.startswith(link, place):
                found[term[:place] + term[place + len(link) :]] = None
    return [word for word in found if word in known.known and word != term]


def pieces(term: str, known: Vocabulary) -> tuple[str, ...]:
    """The longest words with which an unknown compound begins and ends ("fahrrad", "plaetze"), as far as there are any."""
    words = known.known
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
    plain = _without_umlauts(term)
    near = [
        (errors, word)
        for word in words
        if abs(len(word) - len(term)) <= most + 2
        and (errors := distance(plain, _without_umlauts(word), most)) <= most
    ]
    return min(near, default=(0, ""))[1]


def nearly(term: str, known: Vocabulary) -> list[tuple[int, str]]:
    """Words one typing error away, two for long ones, nearest first, with the number of errors. An umlaut is one letter."""
    if len(term) < SHORTEST_CORRECTED:
        return []
    most = 2 if len(term) >= LONG else 1
    typed = _without_umlauts(term)
    found = []
    for length in range(len(typed) - most, len(typed) + most + 1):
        for plain in _alike(known, typed, length, 2 * most):
            errors = distance(typed, plain, most)
            if errors <= most:
                found += [(errors, plain[0] != typed[0], word) for word in known.plain[plain] if word != term]
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


def _alike(known: Vocabulary, term: str, length: int, most: int) -> list[str]:
    """The words of a length whose letters differ from those of a term by at most so many, in whatever order they stand."""
    words = known.by_length.get(length)
    if not words:
        return []
    counts = known.counts.get(length)
    if counts is None:
        counts = known.counts[length] = _counted(words, length)
    differ = np.zeros(len(words), dtype=np.int16)
    for row, often in zip(counts, _counted([term], len(term)), strict=True):
        differ += np.abs(row - often)
    return [words[place] for place in np.nonzero(differ <= most)[0]]


def _counted(words: list[str], length: int) -> Any:
    """How often words of one length have each letter, other signs together: rows are letters, columns words."""
    signs = np.frombuffer("".join(words).encode("ascii"), dtype=np.uint8).reshape(len(words), length)
    rows = np.where((signs >= ord("a")) & (signs <= ord("z")), signs - ord("a"), LETTERS - 1)
    counts = np.zeros((LETTERS, len(words)), dtype=np.int8)
    for column in range(length):
        np.add.at(counts, (rows[:, column], np.arange(len(words))), 1)
    return counts


def _without_umlauts(term: str) -> str:
    return term.replace("ae", "a").replace("oe", "o").replace("ue", "u")
