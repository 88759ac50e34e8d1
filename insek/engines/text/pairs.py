"""Which of many sentences are about the same: pairs that are alike by meaning, letters and words, and groups of them.

The likeness is the one of `classes.py` for texts of one line: the mean of the cosine of the vectors (once), of letters (twice) and of words
(once). Candidates are the nearest by their vectors, so that 6,000 sentences take seconds and little memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .encoders import Vectors, centred, letter_grams
from .folding import fold
from .grams import GramSpace, nouns_of, words_and_pairs

NEAREST = 40
"""Candidates of each sentence."""
ENOUGH = 30
"""With fewer sentences their middle says nothing, so that letters stand in for the meaning."""
BLOCK = 500
LETTERS, WORDS = 2.0, 1.0
GENERIC = frozenset(
    [
        "anteil",
        "ziel",
        "ziele",
        "stadt",
        "jahr",
        "jahre",
        "prozent",
        "stadtgebiet",
        "gesamtstadt",
        "kommune",
        "gemeinde",
        "zahl",
        "anzahl",
        "hohe",
        "umfang",
        "bestand",
        "mittel",
        "wert",
        "grenze",
        "ende",
        "mitte",
        "anfang",
        "summe",
        "bereich",
        "rahmen",
        "beitrag",
        "plan",
        "konzept",
        "planwerk",
        "massnahme",
        "massnahmen",
        "zeitraum",
        "stand",
        "basisjahr",
        "jahresende",
        "einwohnerinnen",
        "einwohner",
        "burgerinnen",
        "burger",
        "verwaltung",
        "stadtverwaltung",
    ]
)
"""Nouns that say nothing of what a quantity is of."""
SAME_NOUN = 0.55
"""From this likeness on two nouns are taken for the same thing in other words."""
SHORTEST_PART = 4
COMMON_PART = 5
"""Letters that two compounds share at their beginning or end, to be taken for siblings."""


@dataclass(frozen=True)
class LikePair:
    """Two sentences by their places, the first before the second, and how alike they are, from about 0 to 1."""

    one: int
    other: int
    alike: float


def like_pairs(
    texts: Sequence[str], vectors: Vectors, least: float, touch: Callable[[], object] = lambda: None
) -> list[LikePair]:
    """All pairs at least so alike among the nearest of each sentence, in the order of their places."""
    if len(texts) < 2:
        return []
    letters, words = _Cosines(texts, letter_grams), _Cosines(texts, words_and_pairs)
    rows = centred(vectors)
    few = len(texts) < ENOUGH
    near: set[tuple[int, int]] = set()
    for start in range(0, len(texts), BLOCK):
        touch()
        cosine = rows[start : start + BLOCK] @ rows.T
        most = min(NEAREST + 1, len(texts))
        best = np.argpartition(-cosine, most - 1, axis=1)[:, :most]
        for place, found in enumerate(best, start):
            near |= {(min(place, int(other)), max(place, int(other))) for other in found if other != place}
    pairs = []
    for one, other in sorted(near):
        spelt = letters.of(one, other)
        meaning = spelt if few else float(rows[one] @ rows[other])
        alike = (meaning + LETTERS * spelt + WORDS * words.of(one, other)) / (1 + LETTERS + WORDS)
        if alike >= least:
            pairs.append(LikePair(one, other, alike))
    return pairs


class _Cosines:
    """Cosines of pairs of texts over weighted counts; every feature counts, also one that only one text has."""

    def __init__(self, texts: Sequence[str], counts: Callable[[str], dict[str, int]]) -> None:
        space = GramSpace(texts, counts, often=1)
        self.rows = []
        for text in texts:
            row = {
                gram: (1 + np.log(n)) * space.weight[space.place[gram]] for gram, n in counts(text).items()
            }
            length = float(np.sqrt(sum(value**2 for value in row.values()))) or 1.0
            self.rows.append({gram: value / length for gram, value in row.items()})

    def of(self, one: int, other: int) -> float:
        left, right = self.rows[one], self.rows[other]
        if len(left) > len(right):
            left, right = right, left
        return float(sum(value * right[gram] for gram, value in left.items() if gram in right))


def groups_of(pairs: Iterable[LikePair], least: float) -> list[list[int]]:
    """Sentences about the same, the most central of each group first: whoever has most like it leads those that no other leads.

    No chain is drawn from one to the next, so that what stands in a group is like its first. Groups of one are left out.
    """
    like: dict[int, dict[int, float]] = {}
    for pair in pairs:
        if pair.alike >= least:
            like.setdefault(pair.one, {})[pair.other] = pair.alike
            like.setdefault(pair.other, {})[pair.one] = pair.alike
    taken: set[int] = set()
    groups = []
    for leader in sorted(like, key=lambda place: (-sum(like[place].values()), place)):
        if leader in taken:
            continue
        members = sorted(
            (place for place in like[leader] if place not in taken),
            key=lambda place: (-like[leader][place], place),
        )
        if members:
            groups.append([leader, *members])
            taken |= {leader, *members}
    return groups


def things_of(text: str, drop: Iterable[str] = ()) -> list[str]:
    """The nouns of a sentence that say of what it speaks, as written; without general words and ``drop`` (names of places and plans)."""
    gone = {fold(word) for name in drop for word in name.replace("/", " ").replace("-", " ").split()} | {
        fold(name) for name in drop
    }
    first = text.split(" ", 1)[0].lower()
    found = []
    for small, written in nouns_of(text).items():
        folded = fold(small)
        if (
            folded in GENERIC
            or folded in gone
            or len(folded) < SHORTEST_PART
            or (small == first and not _is_noun(written))
        ):
            continue
        found.append(written)
    return found


def _is_noun(word: str) -> bool:
    """Whether a word that begins a sentence is probably a noun: by its ending or length."""
    return len(word) > 7 or word.lower().endswith(
        ("ung", "heit", "keit", "tät", "ion", "schaft", "verkehr", "quote")
    )


def same_thing(one: Sequence[str], other: Sequence[str], alike: Callable[[str, str], float]) -> bool:
    """Whether the nouns of two sentences name the same: each of the shorter rest has its counterpart in the other.

    A noun that is part of another ("Radverkehr" in "Radverkehrsanteil") is its counterpart. What only one of both names is no difference.
    """
    left = [word for word in one if not any(_shared(word, each) for each in other)]
    right = [word for word in other if not any(_shared(word, each) for each in one)]
    if not left or not right:
        return bool(one and other) and (len(left) < len(one) or len(right) < len(other))
    shorter, longer = sorted((left, right), key=len)
    return all(
        any(not _siblings(word, each) and alike(word, each) >= SAME_NOUN for each in longer)
        for word in shorter
    )


def _siblings(one: str, other: str) -> bool:
    """Whether two compounds share a part and differ in the other, such as Radverkehr and Busverkehr: two things, however alike."""
    left, right = _stem(one), _stem(other)
    begin = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
    end = next((n for n, (a, b) in enumerate(zip(left[::-1], right[::-1], strict=False)) if a != b), 0)
    return max(begin, end) >= COMMON_PART


def _shared(one: str, other: str) -> bool:
    short, long = sorted((_stem(one), _stem(other)), key=len)
    return len(short) >= SHORTEST_PART and (short == long or (len(short) > SHORTEST_PART and short in long))


def _stem(word: str) -> str:
    folded = fold(word)
    for ending in ("innen", "ern", "en", "er", "es", "e", "n", "s"):
        if folded.endswith(ending) and len(folded) - len(ending) >= SHORTEST_PART:
            return folded[: -len(ending)]
    return folded
