"""The second half of `insek bench text`: how well fields of action are told apart, and how long that takes.

The texts have the columns ``title``, ``text`` and ``topic``; the classes (tests/engines/classes_of_contributions.csv) a name and a description of one
line each. Printed is the mean of the F1 of the classes (macro-F1): with no label at all, with 5, 20 and 100 of each class (of a class with fewer than
twice as many, half), and in five folds over all, for several seeds; and by how much the confidence is off. Nothing is kept.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from insek.engines.text.classes import Learnt, Sights, Texts
from insek.engines.text.encoders import Encoder, NGramEncoder, best_encoder

ROOT = Path(__file__).parents[2]
CLASSES = ROOT / "tests" / "engines" / "classes_of_contributions.csv"
TEXTS = ROOT.parent / "shared" / "data" / "participation-bonn" / "contributions.csv"
SEEDS = 5
LABELS = (5, 20, 100)
FOLDS = 5
Places = NDArray[np.int_]


def macro_f1(truth: Places, found: Places, classes: int) -> float:
    """The mean over the classes of the harmonic mean of precision and recall."""
    hits = [((found == each) & (truth == each)).sum() for each in range(classes)]
    both = [((found == each).sum() + (truth == each).sum()) for each in range(classes)]
    return float(np.mean([2 * hit / max(of, 1) for hit, of in zip(hits, both, strict=True)]))


class Labelled:
    """Labelled texts, their classes and what an encoder makes of both."""

    def __init__(self, file: Path, classes: Path, encoder: Encoder) -> None:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        with classes.open(encoding="utf-8", newline="") as opened:
            named = list(csv.DictReader(opened))
        keys = [row["key"] for row in named]
        self.texts = [f"{row['title']}\n{row['text']}".strip() for row in rows]
        self.truth: Places = np.array([keys.index(row["topic"]) for row in rows])
        described = [f"{row['name']}\n{row['name']}. {row['description']}" for row in named]
        began = time.process_time()
        self.vectors = encoder.encode(self.texts)
        self.encoding = time.process_time() - began
        self.classes = len(keys)
        began = time.process_time()
        every = Texts([*described, *self.texts], np.vstack([encoder.encode(described), self.vectors]))
        sights = Sights(every.texts, self.vectors)
        seen = sights.seen(every)
        self.alike = sights.alike(seen, seen)
        self.comparing = time.process_time() - began

    def learn(self, known: Places) -> Learnt:
        """What is learnt from some of the texts. How rare words are and the middle of the vectors are taken from all, as in a city."""
        places = [*range(self.classes), *(known + self.classes)]
        truth = np.vstack(
            [np.eye(self.classes, dtype=bool), np.eye(self.classes, dtype=bool)[self.truth[known]]]
        )
        return Learnt(self.alike[np.ix_(places, places)], truth)

    def judged(self, learnt: Learnt, known: Places, asked: Places) -> tuple[Places, float]:
        """The class of each of some texts, and by how much the confidence is off."""
        places = [*range(self.classes), *(known + self.classes)]
        judged = learnt.judge(self.alike[np.ix_(asked + self.classes, places)])
        return judged.best, calibration_error(learnt.chances(judged), judged.best == self.truth[asked])

    def score(self, known: Places, asked: Places) -> tuple[float, float, float]:
        """Macro-F1 on ``asked`` after learning from ``known``, the time of learning, and the error of the confidence."""
        began = time.process_time()
        learnt = self.learn(known)
        took = time.process_time() - began
        found, off = self.judged(learnt, known, asked)
        return macro_f1(self.truth[asked], found, self.classes), took, off


def calibration_error(chances: NDArray[np.float64], right: NDArray[np.bool_], steps: int = 10) -> float:
    """By how much the confidence is off, on average over ten steps of it."""
    step = np.minimum((chances * steps).astype(int), steps - 1)
    return float(
        sum(
            abs(chances[step == each].mean() - right[step == each].mean()) * (step == each).mean()
            for each in set(step)
        )
    )


def drawn(truth: Places, each: int, classes: int, seed: int) -> Places:
    """So many of each class, drawn by the seed; of a small class half."""
    numbers = np.random.default_rng(seed)
    found: list[int] = []
    for number in range(classes):
        mine = numbers.permutation(np.flatnonzero(truth == number))
        found += mine[: min(each, len(mine) // 2)].tolist()
    return np.array(sorted(found), dtype=int)


def folds(truth: Places, classes: int, seed: int) -> Places:
    """The fold of each text; each class is spread evenly over them."""
    numbers = np.random.default_rng(seed)
    found = np.zeros(len(truth), dtype=int)
    for number in range(classes):
        mine = numbers.permutation(np.flatnonzero(truth == number))
        found[mine] = np.arange(len(mine)) % FOLDS
    return found


def bench_classes(texts: Path | None = None, *, seeds: int = SEEDS, letters_only: bool = False) -> int:
    """Print the figures; 2 where texts or classes are not at hand."""
    file = texts or TEXTS
    if not file.is_file() or not CLASSES.is_file():
        print(f"Nicht da: {file} oder {CLASSES}. Die Texte gehören nicht zum Projekt.")
        return 2
    encoder: Encoder = NGramEncoder() if letters_only else best_encoder()
    data = Labelled(file, CLASSES, encoder)
    every: Places = np.arange(len(data.texts))
    print(
        f"{len(data.texts)} Texte, {data.classes} Klassen, {encoder.id}; Kodieren {data.encoding:.1f} s, Vergleichen {data.comparing:.1f} s Rechenzeit"
    )
    told = [("ohne Beispiel", [data.score(every[:0], every)])]
    for each in LABELS:
        runs = []
        for seed in range(seeds):
            known = drawn(data.truth, each, data.classes, seed)
            runs.append(data.score(known, np.setdiff1d(every, known)))
        told.append((f"{each} je Klasse", runs))
    told.append((f"{FOLDS} Teile über alle", [_in_folds(data, seed) for seed in range(seeds)]))
    for name, runs in told:
        print(_line(name, runs))
    return 0


def _in_folds(data: Labelled, seed: int) -> tuple[float, float, float]:
    fold = folds(data.truth, data.classes, seed)
    found: Places = np.zeros(len(data.texts), dtype=int)
    took, off = 0.0, 0.0
    for number in range(FOLDS):
        known, asked = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        began = time.process_time()
        learnt = data.learn(known)
        took = max(took, time.process_time() - began)
        found[asked], error = data.judged(learnt, known, asked)
        off += error / FOLDS
    return macro_f1(data.truth, found, data.classes), took, off


def _line(name: str, runs: Sequence[tuple[float, float, float]]) -> str:
    values = [run[0] for run in runs]
    spread = f" ({min(values):.3f} bis {max(values):.3f})" if len(values) > 1 else ""
    longest, off = max(run[1] for run in runs), float(np.mean([run[2] for run in runs]))
    return f"{name:<20} Macro-F1 {np.mean(values):.3f}{spread}; Lernen {longest:.1f} s; Sicherheit daneben um {off:.3f}"
