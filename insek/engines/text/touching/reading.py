"""A paper as it is judged: its title, its sentences without the lines of forms, and how often these name each topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from insek.engines.text.statements.sentences import Sentence, one_line, sentences

from .topics import SIGNS, Numbers, counts, words_of

LEAD = 1500
"""Characters of sentences at the beginning that say what a paper is about."""
WHOLE = 20_000
"""Characters that are counted for what it speaks of at all."""
MOST_READ = 400_000
"""Characters that are read; some 130 pages."""


@dataclass(frozen=True)
class ReadPaper:
    """What was read of a paper. Counts have a place for each topic (`TOPICS`); signs are how many words speak against any field."""

    title: str
    sentences: tuple[Sentence, ...]
    in_title: Numbers
    in_lead: Numbers
    in_whole: Numbers
    title_signs: float
    lead_signs: float
    lead_words: int
    by_sentence: list[Numbers] = field(default_factory=list, compare=False)

    def counts_of(self, place: int) -> Numbers:
        """How often a sentence names each topic; all are counted when the first is asked for."""
        if not self.by_sentence:
            self.by_sentence.extend(counts(one.text) for one in self.sentences)
        return self.by_sentence[place]


def read_paper(title: str, text: str) -> ReadPaper:
    """Read a paper. The same words give the same."""
    title, text = one_line(title), text[:MOST_READ]
    found = tuple(sentences(text))
    lead = _lead(found) or one_line(text[: 4 * LEAD])[:LEAD]
    return ReadPaper(
        title=title,
        sentences=found,
        in_title=counts(title),
        in_lead=counts(lead),
        in_whole=counts(text[:WHOLE]),
        title_signs=float(counts(title, SIGNS).sum()),
        lead_signs=float(counts(lead, SIGNS).sum()),
        lead_words=len(words_of(lead)),
    )


def _lead(found: Sequence[Sentence]) -> str:
    kept, length = [], 0
    for one in found:
        kept.append(one.text)
        length += len(one.text)
        if length > LEAD:
            break
    return " ".join(kept)


def rows_of(papers: Sequence[ReadPaper], belongs: Numbers) -> Numbers:
    """What is known of each paper and field: papers x fields x SIGHTS.

    How much the title speaks of the field, how much the beginning does, which share of the whole, and, each the other way round, how much
    title and beginning speak of persons, money, culture and the like, and how much the title speaks of other fields.
    """
    title = np.log1p(np.array([one.in_title for one in papers]) @ belongs)
    words = np.array([[one.lead_words + 20] for one in papers])
    lead = np.log1p(100 * (np.array([one.in_lead for one in papers]) @ belongs) / words)
    whole = np.array([one.in_whole for one in papers]) @ belongs + 0.5
    whole = whole / whole.sum(axis=1, keepdims=True)
    same = np.ones((1, belongs.shape[1]))
    signs = np.log1p(np.array([[one.title_signs] for one in papers])) * same
    lead_signs = np.log1p(100 * np.array([[one.lead_signs] for one in papers]) / words) * same
    others = np.log1p(title.sum(axis=1, keepdims=True) - title)
    found: Numbers = np.stack([title, lead, whole, -signs, -lead_signs, -others], axis=2)
    return found


SIGHTS = 6
