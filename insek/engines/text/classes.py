"""Which of some classes a text belongs to, from their names and descriptions and from texts whose classes are known.

Kernel ridge regression, which is a linear classifier with a squared loss (a least-squares support vector machine, Suykens and Vandewalle 1999): the
kernel is the mean of how alike two texts are by meaning (encoder), by words, by letters, and by the letters of their first lines. The description of a class is one example of
it, so that the same model works with no known text at all and gets better with each. Rare classes weigh as much as frequent ones. It is solved
in closed form, so it is the same each time, and so is leaving one example out: what the model would have said of each example had
it not known it (`left_out`). From these the confidence is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .curves import Curve, learn_curve
from .encoders import Vectors, centred, letter_grams
from .grams import GramSpace, SparseRows, nouns_of, words_and_pairs

Numbers = NDArray[np.float64]


def title_grams(text: str) -> dict[str, int]:
    """The letters of the first line alone: a title says in few words what a text is about."""
    return letter_grams(text.partition("\n")[0])


SIGHTS = ((letter_grams, 2.0), (words_and_pairs, 1.0), (title_grams, 1.0))
"""In what texts are compared besides their meaning, and how much each counts."""
WORDS = 1
MEANING = 1.0
RIDGE = 0.5
"""How much a single example is doubted; see docs/methods/suggestions.md for how it was chosen."""
DESCRIPTION = 3.0
"""The weight of a description: that of so many examples of its class."""
MOST_EXAMPLES = 3000
"""More are not learnt from; which, is drawn by the seed."""
FEW = 80
"""With fewer examples than this the confidence is not learnt, but taken from BEGIN."""
OUT = -9.0
BEGIN = Curve((5.0, 1.0, 3.0), 0.0)
"""The confidence from lead and score before there is anything to learn it from; see docs/methods/suggestions.md."""
SHORTEST_WORD = 4
"""Letters of a word that is named as a reason."""


@dataclass(frozen=True)
class Texts:
    """Texts and their vectors, one row each."""

    texts: Sequence[str]
    vectors: Vectors


@dataclass(frozen=True)
class ClassJudgement:
    """What a model says of texts, a row each: how much each belongs to each class (1 wholly, -1 not at all), and how near the nearest example of it is."""

    scores: Numbers
    near: Numbers

    @property
    def best(self) -> NDArray[np.int_]:
        """The first class of each text."""
        found: NDArray[np.int_] = self.scores.argmax(axis=1)
        return found

    def without(self, barred: NDArray[np.bool_]) -> ClassJudgement:
        """The same, where some classes are out of the question."""
        return ClassJudgement(np.where(barred, OUT, self.scores), self.near)

    @property
    def signs(self) -> Numbers:
        """What the confidence is made from: the lead of the first class, its score, and how near its nearest example is."""
        best = self.best
        every = np.arange(len(best))
        return np.column_stack([lead(self.scores), self.scores[every, best], self.near[every, best]])


@dataclass(frozen=True)
class ComparedTexts:
    """Texts as they are compared: their vectors from the middle of all, and their rows in each space."""

    vectors: Vectors
    rows: list[SparseRows]


class Sights:
    """How texts of a city are compared: how rare its words are, and the middle of its vectors."""

    def __init__(self, texts: Sequence[str], vectors: Vectors) -> None:
        """``texts`` are all there are, ``vectors`` those of which the middle is taken."""
        self.spaces = [GramSpace(texts, counts) for counts, _weight in SIGHTS]
        self.mean = vectors.mean(axis=0)

    def seen(self, some: Texts) -> ComparedTexts:
        """Some texts, ready to be compared."""
        return ComparedTexts(
            centred(some.vectors, self.mean), [space.rows(some.texts) for space in self.spaces]
        )

    def alike(self, one: ComparedTexts, other: ComparedTexts) -> Numbers:
        """How alike each of some texts is to each of others, from about 0 to 1."""
        found: Any = MEANING * (one.vectors @ other.vectors.T).astype(np.float64)
        for (_counts, weight), space, left, right in zip(
            SIGHTS, self.spaces, one.rows, other.rows, strict=True
        ):
            found += weight * space.products(left, right)
        alike: Numbers = found / (MEANING + sum(weight for _counts, weight in SIGHTS))
        return alike


class Learnt:
    """What was learnt from how alike examples are. The first of them are the descriptions, one for each class."""

    def __init__(self, alike: Numbers, truth: NDArray[np.bool_]) -> None:
        self.truth, self.classes = truth, truth.shape[1]
        target = np.where(truth, 1.0, -1.0)
        share = (truth / truth.sum(axis=0)).sum(axis=1)  # how much of all classes an example stands for
        share[: self.classes] *= DESCRIPTION
        weight = share / share.mean()
        inverse: Any = np.linalg.inv(alike + 1.0 + np.diag(RIDGE / np.maximum(weight, 1e-3)))
        self.dual: Numbers = inverse @ target
        left_out = target - self.dual / np.diag(inverse)[:, None]
        others = alike - 2.0 * np.eye(len(alike))  # nothing is its own neighbour
        self.left_out = ClassJudgement(left_out[self.classes :], nearest(others, truth)[self.classes :])
        self._curve = self._confidence(truth[self.classes :])

    def judge(self, alike: Numbers) -> ClassJudgement:
        """What the model says of texts, from how alike each (a row) is to each example."""
        return ClassJudgement((alike + 1.0) @ self.dual, nearest(alike, self.truth))

    def chances(self, judged: ClassJudgement) -> Numbers:
        """How sure the first class of each text is: the share of texts with such signs whose first class was right."""
        return self._curve.at(judged.signs)

    def _confidence(self, truth: NDArray[np.bool_]) -> Curve:
        if len(truth) < FEW or self.classes < 2:
            return BEGIN
        right = truth[np.arange(len(truth)), self.left_out.best]
        return learn_curve(self.left_out.signs, right.astype(float))


class ClassModel:
    """Texts and what was learnt of them: `judge` says how much a text belongs to each class, `chances` how sure that is."""

    def __init__(
        self,
        classes: Texts,
        known: Texts,
        belongs: NDArray[np.bool_],
        *,
        others: Texts | None = None,
        seed: int = 0,
    ) -> None:
        """``classes`` are the descriptions; ``belongs`` says for each known text to which of them it belongs (several may hold).

        ``others`` are texts whose classes are not known, such as those that are asked: what is common to all texts of a city is taken from
        them too.
        """
        others = others or Texts([], known.vectors[:0])
        if len(known.texts) > MOST_EXAMPLES:
            drawn = np.sort(np.random.default_rng(seed).permutation(len(known.texts))[:MOST_EXAMPLES])
            known = Texts([known.texts[place] for place in drawn], known.vectors[drawn])
            belongs = belongs[drawn]
        self.classes = len(classes.texts)
        examples = Texts([*classes.texts, *known.texts], np.vstack([classes.vectors, known.vectors]))
        met = np.vstack([known.vectors, others.vectors])
        self.sights = Sights([*examples.texts, *others.texts], met if len(met) else classes.vectors)
        self._seen = self.sights.seen(examples)
        truth = np.vstack([np.eye(self.classes, dtype=bool), belongs.reshape(-1, self.classes)])
        self.learnt = Learnt(self.sights.alike(self._seen, self._seen), truth)

    def judge(self, asked: Texts) -> ClassJudgement:
        """What the model says of texts."""
        if not len(asked.texts):
            return ClassJudgement(np.zeros((0, self.classes)), np.zeros((0, self.classes)))
        return self.learnt.judge(self.sights.alike(self.sights.seen(asked), self._seen))

    def chances(self, judged: ClassJudgement) -> Numbers:
        """How sure the first class of each text is."""
        return self.learnt.chances(judged)

    def speaking(self, texts: Sequence[str], classes: Sequence[int], most: int = 3) -> list[list[str]]:
        """Of each text the nouns that speak most for a class and less for the others, from the weights that were learnt."""
        space, rows = self.sights.spaces[WORDS], self._seen.rows[WORDS]
        weights = np.zeros((len(space.place), self.classes))
        for number in range(self.classes):
            np.add.at(weights[:, number], rows.column, rows.value * self.learnt.dual[rows.row, number])
        found = []
        for text, number in zip(texts, classes, strict=True):
            named = nouns_of(text)
            words = [word for word in named if len(word) >= SHORTEST_WORD and word in space.place]
            apart = {}
            for word in words:
                of_word = weights[space.place[word]]
                apart[word] = (of_word[number] - max(0.0, of_word.mean())) * space.weight[space.place[word]]
            best = sorted((word for word in words if apart[word] > 0), key=lambda word: (-apart[word], word))
            found.append([named[word] for word in best[:most]])
        return found


def nearest(alike: Numbers, truth: NDArray[np.bool_]) -> Numbers:
    """How like the most similar example of each class is."""
    return np.column_stack([alike[:, truth[:, each]].max(axis=1) for each in range(truth.shape[1])])


def lead(scores: Numbers) -> Numbers:
    """How far the first class of each text is before the second."""
    if scores.shape[1] < 2:
        return scores[:, 0]
    ordered = np.sort(scores, axis=1)
    ahead: Numbers = ordered[:, -1] - ordered[:, -2]
    return ahead
