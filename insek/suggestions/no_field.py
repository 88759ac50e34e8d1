"""Items that belong to no field of action: proposed where the words of an item speak of what no field of the city is about.

The engine is that of the check (`engines.text.touching`), which was learnt from papers of councils. It says so only where every field of the city
is known by its words, where no field speaks of such things itself, and above a threshold; docs/methods/suggestions.md has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from insek.engines.text.touching import FieldWords, ReadPaper, TouchModel, read_paper
from insek.engines.text.touching.reading import LEAD
from insek.engines.text.touching.topics import SIGNS, counts

LEAST_NONE = 0.7
"""Less sure that it is none, and nothing is said: citizens write of their street in words that papers do not have."""
OWN_WORDS = 3000
"""Characters of the words of a field that are looked at for what it is about itself."""


@dataclass(frozen=True)
class NoField:
    """That a text belongs to no field: how sure, and what it speaks of instead."""

    chance: float
    matters: tuple[str, ...]


class NoFieldModel:
    """What the fields of a city are about, and what none of them is about."""

    def __init__(self, fields: Mapping[str, str], known: Sequence[tuple[str, Sequence[str]]]) -> None:
        """``fields`` are the words of each field by key, ``known`` texts (first line: title) with the keys of their fields."""
        of: dict[str, list[tuple[str, str, float]]] = {key: [] for key in fields}
        for text, keys in known:
            title, _gap, rest = text.partition("\n")
            for key in keys:
                if key in of:
                    of[key].append((title, rest, 1 / len(keys)))
        self.model = TouchModel([FieldWords(key, words, of[key]) for key, words in fields.items()])
        own = sum((counts(words[:OWN_WORDS], SIGNS) for words in fields.values()), np.zeros(len(SIGNS)))
        self.counted = own == 0
        self.can_say = len(fields) > 1 and bool((self.model.belongs.sum(axis=0) > 0).all())

    def at(self, texts: Sequence[str]) -> list[NoField | None]:
        """Of each text that it belongs to no field, where that is sure enough."""
        if not self.can_say or not texts:
            return [None] * len(texts)
        papers, matters = zip(*map(self._read, texts), strict=True)
        return [
            NoField(judged.nothing, said) if said and judged.nothing >= LEAST_NONE else None
            for judged, said in zip(self.model.judge(list(papers)), matters, strict=True)
        ]

    def _read(self, text: str) -> tuple[ReadPaper, tuple[str, ...]]:
        """The text without the signs that a field of the city is about, and the names of those that speak against all."""
        title, _gap, rest = text.partition("\n")
        paper = read_paper(title, rest)
        in_title = counts(title, SIGNS) * self.counted
        in_lead = (
            counts(" ".join(one.text for one in paper.sentences)[:LEAD] or rest[:LEAD], SIGNS) * self.counted
        )
        said = tuple(sign.name for sign, count in zip(SIGNS, in_title + in_lead, strict=True) if count)
        return replace(paper, title_signs=float(in_title.sum()), lead_signs=float(in_lead.sum())), said


def why_none(found: NoField) -> str:
    """What speaks against every field. In German, as it is content that outlives the page."""
    return f"Der Text spricht von: {', '.join(found.matters)}. Von dem, worum es in den Handlungsfeldern geht, spricht er kaum."
