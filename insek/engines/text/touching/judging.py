"""Judging papers: how surely each touches each field of action, which goals, and whether none; and the sentences that say so.

A field is known by its words (name, aim, goals, measures) and by the papers that people decided. Two logistic regressions with few named sights (`weights.json`,
readable, made by tools/learn_touching.py) say how sure it is; see docs/methods/check.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from insek.engines.text.curves import Curve
from insek.engines.text.encoders import letter_grams
from insek.engines.text.grams import GramSpace, nouns_of
from insek.engines.text.statements.sentences import Sentence

from .reading import SIGHTS, ReadPaper, rows_of
from .topics import TOPICS, Numbers, belonging, counts, named_in, words_of

OWN, TITLE, OF_PAPER = 3.0, 2.0, 3.0
"""The words of a field itself count so much, the title of what belongs to it, and the title of a paper that people said touches it."""
LEAD = 2500
"""Characters of a paper that are compared with goals by letters."""
GOAL_SIGHTS = 4
SHOWN_SENTENCES = 3
SHORTEST_WORD = 4


@dataclass(frozen=True)
class FieldWords:
    """A field of action with its own words, and with titles and texts of what belongs to it (and to how many fields each does, and its weight)."""

    key: str
    words: str
    texts: Sequence[tuple[str, str, float]] = ()


@dataclass(frozen=True)
class AimWords:
    """A goal or a measure: its id, title, text and the keys of its fields."""

    key: str
    title: str
    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class TouchWeights:
    """What was learnt once, and the thresholds that were fixed then."""

    fields: Curve
    nothing: Curve
    goals: Curve
    field_threshold: float
    nothing_below: float
    goal_threshold: float
    version: str


@dataclass(frozen=True)
class JudgedPaper:
    """How sure it is of each field, of each goal, and that none is touched."""

    fields: dict[str, float]
    goals: dict[str, float]
    nothing: float

    @property
    def touched_fields(self) -> list[str]:
        """The fields that are sure enough to be shown, the surest first."""
        return [
            key
            for key, chance in sorted(self.fields.items(), key=lambda pair: -pair[1])
            if chance >= weights().field_threshold
        ]

    @property
    def touches_nothing(self) -> bool:
        """Whether no field is sure enough to say that the paper touches one."""
        return max(self.fields.values(), default=0.0) < weights().nothing_below


@cache
def weights() -> TouchWeights:
    """The weights that come with the program."""
    kept = json.loads((files(__package__) / "weights.json").read_text(encoding="utf-8"))
    curves = {
        name: Curve(tuple(kept[name]["of"]), kept[name]["base"]) for name in ("fields", "nothing", "goals")
    }
    return TouchWeights(
        **curves, field_threshold=kept["field_threshold"], nothing_below=kept["nothing_below"], goal_threshold=kept["goal_threshold"],
        version=kept["version"],
    )  # fmt: skip


class TouchModel:
    """What is known of the fields and goals of a city: `judge` says what papers touch, `sentences_for` where they say so."""

    def __init__(
        self,
        fields: Sequence[FieldWords],
        goals: Sequence[AimWords] = (),
        known: Sequence[tuple[ReadPaper, Sequence[str]]] = (),
    ) -> None:
        """``known`` are papers of which people decided which fields they touch."""
        self.keys = [each.key for each in fields]
        self.goals = list(goals)
        told = np.zeros((len(TOPICS), len(fields)))
        for place, each in enumerate(fields):
            told[:, place] += OWN * counts(each.words)
            for title, text, weight in each.texts:
                told[:, place] += weight * (TITLE * counts(title) + counts(text))
        told = 100 * told / np.maximum(told.sum(axis=0), 1.0)
        for paper, keys in known:
            for key in keys:
                if key in self.keys:
                    said = OF_PAPER * paper.in_title + 0.5 * np.minimum(paper.in_lead, 5)
                    told[:, self.keys.index(key)] += said / len(keys)
        self.belongs: Numbers = belonging(told)
        self._topics_of_goals = np.array(
            [OWN * counts(goal.title) + counts(goal.text) for goal in self.goals]
        ).reshape(-1, len(TOPICS))
        named = (self._topics_of_goals > 0).sum(axis=0)
        self._rare = np.log((1 + len(self.goals)) / (1 + named)) + 0.3
        texts = [f"{goal.title}. {goal.text}" for goal in self.goals]
        self._letters = GramSpace(
            [*texts, *(f"{title}. {text}" for each in fields for title, text, _weight in each.texts)],
            letter_grams,
        )
        self._goal_rows = self._letters.rows(texts) if texts else None

    def judge(self, papers: Sequence[ReadPaper], curves: TouchWeights | None = None) -> list[JudgedPaper]:
        """What each of some papers touches, and how surely."""
        if not papers or not self.keys:
            return [JudgedPaper({}, {}, 1.0) for _each in papers]
        learnt = curves or weights()
        chances = learnt.fields.at(self.field_rows(papers)).reshape(len(papers), len(self.keys))
        nothing = learnt.nothing.at(nothing_rows(papers, chances))
        goals = np.zeros((len(papers), 0))
        if self.goals:
            goals = learnt.goals.at(self.goal_rows(papers, chances)).reshape(len(papers), len(self.goals))
        return [
            JudgedPaper(
                dict(zip(self.keys, map(float, chances[place]), strict=True)),
                {goal.key: float(chance) for goal, chance in zip(self.goals, goals[place], strict=True)},
                float(nothing[place]),
            )
            for place in range(len(papers))
        ]

    def field_rows(self, papers: Sequence[ReadPaper]) -> Numbers:
        """What the first curve looks at: a row for each paper and field."""
        return rows_of(papers, self.belongs).reshape(-1, SIGHTS)

    def goal_rows(self, papers: Sequence[ReadPaper], chances: Numbers) -> Numbers:
        """What the curve of goals looks at, a row for each paper and goal.

        How sure its fields are, how much its topics are those of the paper and of its title, and how alike the letters are.
        """
        assert self._goal_rows is not None
        fields = np.array(
            [
                [
                    _mean(row, [self.keys.index(key) for key in goal.fields if key in self.keys])
                    for goal in self.goals
                ]
                for row in chances
            ]
        )
        wanted = _unit(np.log1p(self._topics_of_goals) * self._rare)
        whole = (
            _unit(np.log1p(np.array([OF_PAPER * one.in_title + one.in_lead for one in papers])) * self._rare)
            @ wanted.T
        )
        title = _unit(np.log1p(np.array([one.in_title for one in papers])) * self._rare) @ wanted.T
        texts = [
            f"{one.title}. {one.title}. {' '.join(each.text for each in one.sentences)[:LEAD]}"
            for one in papers
        ]
        letters = self._letters.products(self._letters.rows(texts), self._goal_rows)
        found: Numbers = np.stack([fields, whole, title, letters], axis=2).reshape(-1, GOAL_SIGHTS)
        return found

    def sentences_for_field(self, paper: ReadPaper, key: str) -> list[Sentence]:
        """The sentences that speak most of a field, in the order of the paper."""
        weight = self.belongs[:, self.keys.index(key)]
        return _best(
            paper, [float(np.log1p(paper.counts_of(place)) @ weight) for place in range(len(paper.sentences))]
        )

    def sentences_for_goal(self, paper: ReadPaper, goal: AimWords) -> list[Sentence]:
        """The sentences that are most like a goal: by its topics, and by the letters of its words."""
        place = self.goals.index(goal)
        topics = _unit((np.log1p(self._topics_of_goals[place]) * self._rare)[None, :])[0]
        likely = [number for number in range(len(paper.sentences)) if paper.counts_of(number) @ topics > 0]
        if not likely:
            return []
        space, goal_rows = self._letters, self._letters.rows([f"{goal.title}. {goal.text}"])
        letters = space.products(space.rows([paper.sentences[number].text for number in likely]), goal_rows)[
            :, 0
        ]
        worth = [0.0] * len(paper.sentences)
        for number, alike in zip(likely, letters, strict=True):
            worth[number] = float(np.log1p(paper.counts_of(number)) @ topics + 4 * alike)
        return _best(paper, worth)

    def words_for_field(self, text: str, key: str, most: int = 4) -> list[str]:
        """The words of a text that speak for a field, as they are written."""
        place = self.keys.index(key)
        topics = [
            number
            for number in np.argsort(-self.belongs[:, place])
            if self.belongs[number, place] >= 1 / max(2, len(self.keys))
        ]
        return list(dict.fromkeys(word for number in topics for word in named_in(text, int(number))))[:most]

    def words_for_goal(self, text: str, goal: AimWords, most: int = 4) -> list[str]:
        """The nouns that a text and a goal share, or, where there are none, those of the text that name the same topics."""
        own = set(words_of(f"{goal.title} {goal.text}"))
        shared = [
            word for small, word in nouns_of(text).items() if small in own and len(small) >= SHORTEST_WORD
        ]
        if shared:
            return shared[:most]
        topics = counts(f"{goal.title} {goal.text}").argsort()[::-1][:3]
        return list(dict.fromkeys(word for number in topics for word in named_in(text, int(number))))[:most]


def nothing_rows(papers: Sequence[ReadPaper], chances: Numbers) -> Numbers:
    """What the curve of "touches nothing" looks at: how unsure the surest field is, and how much is said of persons, money, culture and the like."""
    unsure = 1 - chances.max(axis=1)
    signs = np.log1p([one.title_signs for one in papers])
    return np.column_stack([np.log(np.clip(unsure, 1e-3, 1) / np.clip(1 - unsure, 1e-3, 1)), signs])


def _mean(row: Numbers, places: list[int]) -> float:
    return float(np.mean([row[place] for place in places])) if places else 0.0


def _unit(rows: Numbers) -> Numbers:
    found: Numbers = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found


def _best(paper: ReadPaper, worth: Sequence[float]) -> list[Sentence]:
    best = sorted(
        (number for number in range(len(worth)) if worth[number] > 0),
        key=lambda number: (-worth[number], number),
    )
    return [paper.sentences[number] for number in sorted(best[:SHOWN_SENTENCES])]
