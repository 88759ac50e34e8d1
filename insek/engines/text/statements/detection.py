"""Whether a sentence is a statement of a plan, and of which kind: a small linear model over the cues, its weights kept as data.

Two logistic regressions: one says how likely a sentence is a statement at all, one of which kind it is if so. Their weights
(`weights.json`) are learned by `learning.py` from sentences a language model labelled by written rules; see docs/methods/statements.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .cues import CUES, SHAPES, cues_in, shape_of

KINDS = ("goal", "measure", "finding", "commitment", "prohibition")
WEIGHTS = Path(__file__).parent / "weights.json"
Rows = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """What the model says of a sentence: how likely it is a statement, its kind, how likely that is, and the cues it shows."""

    chance: float
    kind: str
    kind_chance: float
    cues: tuple[str, ...]


@dataclass(frozen=True)
class Weights:
    """The weights of both models: a row for each cue, each shape and the constant."""

    statement: Rows
    kinds: Rows
    threshold: float
    """From here on a sentence is proposed."""
    version: str


def columns() -> list[str]:
    """The names of the rows of the weights, but the constant."""
    return [*CUES, *SHAPES]


def row_of(text: str, shown: Sequence[str]) -> list[float]:
    """A sentence as numbers, with the constant."""
    found = set(shown)
    return [*(float(name in found) for name in CUES), *shape_of(text), 1.0]


def softmax(scores: Rows) -> Rows:
    """Scores as chances that add up to one."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Rows = raised / raised.sum(axis=1, keepdims=True)
    return result


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights that came with the program. Raises ValueError where they belong to other cues."""
    kept: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    names = [*columns(), "constant"]
    if list(kept["rows"]) != names:
        raise ValueError("weights.json was learned from other cues; run learning.py")
    rows = list(kept["rows"].values())
    return Weights(
        statement=np.array([[0.0, row[0]] for row in rows]),
        kinds=np.array([row[1:] for row in rows]),
        threshold=kept["threshold"],
        version=kept["version"],
    )


def judge(texts: Sequence[str], by: Weights | None = None) -> list[Judged]:
    """What the model says of each sentence."""
    if not texts:
        return []
    by = by or weights()
    shown = [tuple(cues_in(text)) for text in texts]
    rows = np.array([row_of(text, names) for text, names in zip(texts, shown, strict=True)])
    chances = softmax(rows @ by.statement)[:, 1]
    kinds = softmax(rows @ by.kinds)
    best = kinds.argmax(axis=1)
    return [
        Judged(float(chance), KINDS[kind], float(kinds[number, kind]), names)
        for number, (chance, kind, names) in enumerate(zip(chances, best, shown, strict=True))
    ]
