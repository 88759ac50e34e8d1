"""Topics that several people or plans name: texts that share a noun, or a part of one, and are alike in what they mean.

The method and its limits: ``docs/methods/findings.md``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .encoders import Vectors, centred
from .grams import GramSpace, nouns_of
from .terms import index_terms, is_noun

ALIKE = 0.25
"""How alike a text is at least to the others of its topic, on average: the mean of meaning and letters, each from -1 to 1."""
SHORTEST = 4
"""Letters of a term that can name a topic."""
COMMON = 0.2
"""What more than this share of all texts names is what all of them are about, not one topic among others."""
FEW = 8
"""A term that so few texts name is never too common."""
SAME = 0.5
"""Two topics that share more than this part of their texts are one."""


@dataclass(frozen=True)
class Topic:
    """A noun as it is written most often, the texts that name it (by their place), and how alike these are."""

    term: str
    word: str
    members: tuple[int, ...]
    alike: float


def topics_of(
    texts: Sequence[str],
    sources: Sequence[Hashable],
    vectors: Vectors,
    fewest: int,
    voices: Sequence[int] = (),
) -> list[Topic]:
    """The topics that at least ``fewest`` different sources name, those of most sources first.

    ``sources`` says whose each text is, ``voices`` for how many each stands (one where not said); ``vectors`` has a row of length 1 for each.
    """

    def naming_it(places: Iterable[int]) -> int:
        return sum({sources[place]: voices[place] if voices else 1 for place in places}.values())

    if naming_it(range(len(texts))) < fewest:
        return []
    naming: dict[str, set[int]] = defaultdict(set)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for place, text in enumerate(texts):
        for noun in filter(is_noun, nouns_of(text).values()):
            for term in index_terms(noun):
                if len(term) >= SHORTEST:
                    naming[term].add(place)
                    written[term][noun] += 1
    letters = GramSpace(texts)
    around = centred(vectors)
    most = max(FEW, int(COMMON * len(texts)))
    found = []
    for term, places in sorted(naming.items()):
        if naming_it(places) < fewest or len(places) > most:
            continue
        members, alike = _close(sorted(places), texts, around, letters)
        if naming_it(members) >= fewest:
            word = min(written[term], key=lambda noun: (-written[term][noun], len(noun), noun))
            found.append(
                Topic(
                    term, _with_adjective(term, [texts[place] for place in members]) or word, members, alike
                )
            )
    found.sort(key=lambda topic: (-naming_it(topic.members), -topic.alike, -len(topic.term), topic.term))
    return _apart(found)


def _close(
    places: list[int], texts: Sequence[str], around: Vectors, letters: GramSpace
) -> tuple[tuple[int, ...], float]:
    """Those of the texts that are alike to the rest of them, without the others, and how much."""
    rows = letters.rows([texts[place] for place in places])
    likeness: NDArray[np.float64] = (around[places] @ around[places].T + letters.products(rows, rows)).astype(
        float
    ) / 2
    np.fill_diagonal(likeness, 0.0)
    kept = list(range(len(places)))
    while len(kept) > 1:
        means = likeness[np.ix_(kept, kept)].sum(axis=1) / (len(kept) - 1)
        worst = int(means.argmin())
        if means[worst] >= ALIKE:
            return tuple(places[one] for one in kept), float(means.mean())
        del kept[worst]
    return tuple(places[one] for one in kept), 1.0


def _with_adjective(term: str, texts: Sequence[str]) -> str:
    """The noun with the word before it, where most of the texts have the same one: Öffentliche Räume."""
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for before, noun in re.findall(r"(?=\b(\w+) ([A-ZÄÖÜ]\w+))", text):
            if term in index_terms(noun) and len(before) > SHORTEST:
                pairs[index_terms(before)[-1]][f"{before} {noun}"] += 1
    most = max(pairs.values(), key=lambda ways: ways.total(), default=None)
    if most is None or most.total() * 3 < 2 * len(texts):
        return ""
    words = min(most, key=lambda way: (-most[way], len(way), way))
    return words[0].upper() + words[1:]


def _apart(topics: Sequence[Topic]) -> list[Topic]:
    kept: list[Topic] = []
    for topic in topics:
        mine = set(topic.members)
        if all(len(mine & set(other.members)) <= SAME * min(len(mine), len(other.members)) for other in kept):
            kept.append(topic)
    return kept
