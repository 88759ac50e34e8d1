"""Texts as counts of words and letters, each weighted by how rare it is (TF-IDF), and how much two texts have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .encoders import Vectors, letter_grams

BLOCK = 6000
"""Features that are multiplied at once: 2,000 texts take 48 MB."""
Counts = Callable[[str], dict[str, int]]


def words_and_pairs(text: str) -> dict[str, int]:
    """The words of a text and each two that follow each other, with how often they come."""
    words = re.findall(r"\w+", text.lower())
    found: dict[str, int] = {}
    for gram in [*words, *(f"{one} {two}" for one, two in pairwise(words))]:
        found[gram] = found.get(gram, 0) + 1
    return found


def nouns_of(text: str) -> dict[str, str]:
    """The words of a German text that are written with a capital letter, and so are mostly nouns: small -> as written."""
    return {word.lower(): word for word in re.findall(r"[A-ZÄÖÜ]\w+", text)}


@dataclass(frozen=True)
class SparseRows:
    """Rows of which most values are nothing: row, column and value of the others, by column."""

    count: int
    row: NDArray[np.int32]
    column: NDArray[np.int32]
    value: Vectors


class GramSpace:
    """The features of a set of texts: those that at least ``often`` of them have, rare ones weighing more."""

    def __init__(self, texts: Iterable[str], counts: Counts = letter_grams, *, often: int = 2) -> None:
        self.counts = counts
        known: dict[str, int] = {}
        number = 0
        for text in texts:
            number += 1
            for gram in counts(text):
                known[gram] = known.get(gram, 0) + 1
        kept = sorted(gram for gram, of_texts in known.items() if of_texts >= often)
        self.place = {gram: place for place, gram in enumerate(kept)}
        of_texts = np.array([known[gram] for gram in kept], dtype=np.float64)
        self.number = number
        self.of_texts = of_texts
        self.weight = np.log((1 + number) / (1 + of_texts)) + 1

    def rows(self, texts: Sequence[str]) -> SparseRows:
        """The texts as rows of length 1."""
        row: list[int] = []
        column: list[int] = []
        often: list[int] = []
        for number, text in enumerate(texts):
            for gram, count in self.counts(text).items():
                place = self.place.get(gram)
                if place is not None:
                    row.append(number)
                    column.append(place)
                    often.append(count)
        rows, columns = np.array(row, dtype=np.int32), np.array(column, dtype=np.int32)
        values = (1 + np.log(np.array(often, dtype=np.float64))) * self.weight[columns]
        lengths = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(texts)))
        values = values / np.where(lengths > 0, lengths, 1)[rows]
        order = np.argsort(columns, kind="stable")
        return SparseRows(len(texts), rows[order], columns[order], values[order].astype(np.float32))

    def products(self, one: SparseRows, other: SparseRows) -> Vectors:
        """The cosine of each row of one set with each of another."""
        found: Vectors = np.zeros((one.count, other.count), dtype=np.float32)
        for start in range(0, len(self.place), BLOCK):
            left = _dense(one, start)
            found += left @ (left if other is one else _dense(other, start)).T
        return found


def _dense(rows: SparseRows, start: int) -> NDArray[Any]:
    first, last = np.searchsorted(rows.column, [start, start + BLOCK])
    found = np.zeros((rows.count, BLOCK), dtype=np.float32)
    found[rows.row[first:last], rows.column[first:last] - start] = rows.value[first:last]
    return found
