"""Learning the weights of the detection from labelled sentences: run by hand when labels or cues change.

A logistic regression that is pulled towards what the cues were written for: a cue that speaks for goals starts with a weight for
goals and has to be talked out of it by the sentences. With 400 sentences this is better than starting from nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .cues import CUES, SHAPES, cues_in
from .detection import KINDS, Rows, Weights, row_of, softmax

STATEMENT_PULL, KIND_PULL = 0.02, 0.015
"""How strongly weights are pulled to where they start."""
START, AGAINST, KIND_START, STRONG, FINDING = 1.0, 0.7, 1.7, 2.0, 0.4
"""Where weights start: of a cue for a statement, of one against, of a cue for its kind; strong cues times so much, findings too."""
STEPS = 400


def learn(
    texts: Sequence[str], kinds: Sequence[str], *, threshold: float = 0.5, version: str = ""
) -> Weights:
    """The weights that fit labelled sentences; ``kinds`` holds `none` for what is no statement."""
    rows = np.array([row_of(text, cues_in(text)) for text in texts])
    is_statement = np.array([kind != "none" for kind in kinds])
    statement_start, kind_start = _starts()
    statement = _fit(rows, is_statement.astype(int), statement_start, STATEMENT_PULL, np.ones(len(rows)))
    statement -= statement[:, :1]
    numbers = np.array([KINDS.index(kind) for kind in kinds if kind != "none"])
    counts = np.bincount(numbers, minlength=len(KINDS))
    return Weights(
        statement=statement,
        kinds=_fit(rows[is_statement], numbers, kind_start, KIND_PULL, 1 / np.maximum(counts, 1)[numbers]),
        threshold=threshold,
        version=version,
    )


def _starts() -> tuple[Rows, Rows]:
    size = len(CUES) + len(SHAPES) + 1
    statement, kinds = np.zeros((size, 2)), np.zeros((size, len(KINDS)))
    for number, cue in enumerate(CUES.values()):
        if cue.speaks_for == "against":
            statement[number, 1] -= AGAINST
        elif cue.speaks_for:
            factor = (STRONG if cue.strong else 1) * (FINDING if cue.speaks_for == "finding" else 1)
            statement[number, 1] += START * factor
            kinds[number, KINDS.index(cue.speaks_for)] += KIND_START * factor
    return statement - statement.mean(axis=1, keepdims=True), kinds - kinds.mean(axis=1, keepdims=True)


def _fit(rows: Rows, classes: np.ndarray, start: Rows, pull: float, counts_for: Rows) -> Rows:
    """Accelerated gradient descent of the penalised likelihood, as many steps as always: the same input gives the same weights."""
    share = counts_for / counts_for.mean()
    wanted = np.eye(start.shape[1])[classes]
    steep = 0.5 * np.linalg.norm(rows * share[:, None] ** 0.5, 2) ** 2 / len(rows) + pull
    held = np.full((rows.shape[1], 1), pull)
    held[-1] = 0
    now, ahead, pace = start.copy(), start.copy(), 1.0
    for _ in range(STEPS):
        slope = rows.T @ ((softmax(rows @ ahead) - wanted) * share[:, None]) / len(rows) + held * (
            ahead - start
        )
        after = ahead - slope / steep
        next_pace = (1 + (1 + 4 * pace**2) ** 0.5) / 2
        ahead = after + (pace - 1) / next_pace * (after - now)
        now, pace = after, next_pace
    return now
