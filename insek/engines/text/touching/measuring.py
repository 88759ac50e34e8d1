"""How good it is, counted on papers whose fields and goals are known; the keywords it is compared with; and how far two labellings agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insek.engines.text.grams import nouns_of
from insek.engines.text.statements.measuring import Agreement, agreement

from .judging import FieldWords, JudgedPaper
from .reading import ReadPaper

Truth = NDArray[np.bool_]
DRAWS = 1000
SHORTEST_KEYWORD = 5


@dataclass(frozen=True)
class FieldsMeasured:
    """Precision and recall of the fields together (micro), with the 95 % interval of recall; F1 of "touches nothing"."""

    papers: int
    touched: int
    untouched: int
    precision: float
    recall: float
    recall_low: float
    recall_high: float
    nothing_f1: float
    by_field: dict[str, tuple[float, float, int]]


@dataclass(frozen=True)
class GoalsMeasured:
    """Of the papers that touch goals: how often a right one is among the first three; which share of all goals is among the first five."""

    papers: int
    goals: int
    right_among_three: float
    recall_of_five: float


def measure_fields(
    found: Truth, nothing: Truth, truth: Truth, keys: Sequence[str], *, seed: int = 1
) -> FieldsMeasured:
    """``found`` and ``truth`` say of each paper (row) which fields it touches; ``nothing`` which paper is said to touch none."""
    none = ~truth.any(axis=1)
    return FieldsMeasured(
        len(truth), int(truth.sum()), int(none.sum()), *_precision_recall(found, truth), *_interval(found, truth, seed),
        float(2 * (nothing & none).sum() / max(nothing.sum() + none.sum(), 1)),
        {key: (*_precision_recall(found[:, [place]], truth[:, [place]]), int(truth[:, place].sum())) for place, key in enumerate(keys)},
    )  # fmt: skip


def measure_goals(judged: Sequence[JudgedPaper], truth: Sequence[set[str]]) -> GoalsMeasured:
    """``truth`` holds the keys of the goals that each paper touches; papers without one are left out."""
    pairs = [
        (sorted(one.goals, key=lambda key, goals=one.goals: -goals[key]), known)  # type: ignore[misc]  # the default binds the loop's value
        for one, known in zip(judged, truth, strict=True)
        if known
    ]
    goals = sum(len(known) for _order, known in pairs)
    return GoalsMeasured(
        len(pairs), goals, float(np.mean([bool(known & set(order[:3])) for order, known in pairs])),
        sum(len(known & set(order[:5])) for order, known in pairs) / max(goals, 1),
    )  # fmt: skip


def keywords(fields: Sequence[FieldWords], papers: Sequence[ReadPaper]) -> Truth:
    """The baseline: a paper touches a field whose own nouns (name, aim, titles of its goals and measures, and of no other field) it names in title or beginning."""
    nouns = [
        {
            small
            for small in nouns_of(f"{each.words} {' '.join(title for title, _text, _weight in each.texts)}")
            if len(small) >= SHORTEST_KEYWORD
        }
        for each in fields
    ]
    own = [some - set().union(*(other for other in nouns if other is not some)) for some in nouns]
    found = np.zeros((len(papers), len(fields)), dtype=bool)
    for row, paper in enumerate(papers):
        said = set(nouns_of(f"{paper.title} {' '.join(one.text for one in paper.sentences)[:1500]}"))
        for column, some in enumerate(own):
            found[row, column] = any(
                word.startswith(key) or key.startswith(word)
                for key in some
                for word in said
                if len(word) >= SHORTEST_KEYWORD
            )
    return found


def agreements(one: Truth, other: Truth) -> tuple[Agreement, Agreement]:
    """How far two labellings agree: paper by paper on "touches nothing", and on each pair of paper and field."""
    return (
        agreement([not row.any() for row in one], [not row.any() for row in other]),
        agreement(list(map(bool, one.ravel())), list(map(bool, other.ravel()))),
    )


def _precision_recall(found: Truth, truth: Truth) -> tuple[float, float]:
    hits = int((found & truth).sum())
    return hits / max(int(found.sum()), 1), hits / max(int(truth.sum()), 1)


def _interval(found: Truth, truth: Truth, seed: int) -> tuple[float, float]:
    chance = np.random.default_rng(seed)
    drawn = [chance.integers(0, len(truth), len(truth)) for _draw in range(DRAWS)]
    low, high = np.quantile(
        [_precision_recall(found[some], truth[some])[1] for some in drawn], [0.025, 0.975]
    )
    return float(low), float(high)
