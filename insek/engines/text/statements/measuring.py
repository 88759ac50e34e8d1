"""How good a detection is, counted on labelled sentences: precision at a recall, kinds, intervals, a baseline to beat, and how far two labellings agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .detection import KINDS, Judged

RECALL = 0.6
DRAWS = 2000
_MODAL = re.compile(
    r"\b(?:soll|sollen|sollte|sollten|muss|müssen|darf|dürfen|will|wollen|kann|können)\b", re.I
)
_NUMBER = re.compile(r"\d")
_FORBIDS = re.compile(r"\bd(?:arf|ürfen)\b[^.]*\b(?:nicht|kein\w*)\b", re.I)
_MUST = re.compile(r"\b(?:muss|müssen|darf|dürfen)\b", re.I)
_SHALL = re.compile(r"\b(?:soll|sollen|will|wollen)\b", re.I)
_WILL = re.compile(r"\b(?:wird|werden|sollte|sollten)\b", re.I)


@dataclass(frozen=True)
class Measured:
    """What was counted: precision where recall reaches RECALL, with the 95 % interval of both; F1 of each kind among true statements."""

    sentences: int
    statements: int
    precision: float
    low: float
    high: float
    threshold: float
    average_precision: float
    kind_f1: dict[str, float]
    kind_counts: dict[str, int]

    @property
    def mean_kind_f1(self) -> float:
        """The mean of the kinds."""
        return sum(self.kind_f1.values()) / len(self.kind_f1)


@dataclass(frozen=True)
class Agreement:
    """How often two labellings say the same, and Cohen's kappa, which takes off what they would by chance, with its 95 % interval."""

    sentences: int
    equal: float
    kappa: float
    low: float
    high: float


def agreement(one: Sequence[str | bool], other: Sequence[str | bool], *, seed: int = 1) -> Agreement:
    """Count. The interval is that of sentences drawn again with replacement."""
    _names, codes = np.unique(np.array([*one, *other]), return_inverse=True)
    first, second = codes[: len(one)], codes[len(one) :]
    chance = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        again = chance.integers(0, len(first), len(first))
        drawn.append(_kappa(first[again], second[again]))
    return Agreement(
        sentences=len(first),
        equal=float((first == second).mean()),
        kappa=_kappa(first, second),
        low=float(np.quantile(drawn, 0.025)),
        high=float(np.quantile(drawn, 0.975)),
    )


def _kappa(one: np.ndarray, other: np.ndarray) -> float:
    most = int(max(one.max(), other.max())) + 1
    by_chance = (np.bincount(one, minlength=most) * np.bincount(other, minlength=most)).sum() / len(one) ** 2
    return float(((one == other).mean() - by_chance) / (1 - by_chance)) if by_chance < 1 else 1.0


def baseline(texts: Sequence[str]) -> list[Judged]:
    """Modal verbs and numbers alone: what anybody would write in ten minutes."""
    return [
        Judged(
            chance=(2 * bool(_MODAL.search(text)) + bool(_NUMBER.search(text))) / 3,
            kind=(
                "prohibition"
                if _FORBIDS.search(text)
                else "commitment"
                if _MUST.search(text)
                else "goal"
                if _SHALL.search(text)
                else "measure"
                if _WILL.search(text)
                else "finding"
            ),
            kind_chance=1,
            cues=(),
        )
        for text in texts
    ]


def measure(verdicts: Sequence[Judged], kinds: Sequence[str], *, seed: int = 1) -> Measured:
    """Count. The interval is that of sentences drawn again with replacement, the recall kept."""
    scores = np.array([verdict.chance for verdict in verdicts])
    true = np.array([kind != "none" for kind in kinds])
    precision, threshold = _precision_at(scores, true)
    chance = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        again = chance.integers(0, len(scores), len(scores))
        if true[again].any():
            drawn.append(_precision_at(scores[again], true[again])[0])
    pairs = [(verdict.kind, kind) for verdict, kind in zip(verdicts, kinds, strict=True) if kind != "none"]
    return Measured(
        sentences=len(scores),
        statements=int(true.sum()),
        precision=precision,
        low=float(np.quantile(drawn, 0.025)),
        high=float(np.quantile(drawn, 0.975)),
        threshold=threshold,
        average_precision=_average_precision(scores, true),
        kind_f1={kind: _f1_of(pairs, kind) for kind in KINDS},
        kind_counts={kind: sum(one == kind for one in kinds) for kind in KINDS},
    )


def _precision_at(scores: np.ndarray, true: np.ndarray) -> tuple[float, float]:
    """Precision at the highest threshold whose recall is enough; all sentences of one score are taken together."""
    wanted = RECALL * true.sum()
    for threshold in np.unique(scores)[::-1]:
        taken = scores >= threshold
        hits = (taken & true).sum()
        if hits >= wanted:
            return float(hits / taken.sum()), float(threshold)
    return 0.0, 0.0


def _average_precision(scores: np.ndarray, true: np.ndarray) -> float:
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(true[order])
    return float((hits / np.arange(1, len(order) + 1) * true[order]).sum() / max(1, true.sum()))


def _f1_of(pairs: Sequence[tuple[str, str]], kind: str) -> float:
    said = sum(one == kind for one, _ in pairs)
    meant = sum(one == kind for _, one in pairs)
    both = sum(one == other == kind for one, other in pairs)
    return 2 * both / (said + meant) if said + meant else 0.0
