"""Which of several likenesses say that two things belong together: a logistic regression, learnt from pairs that do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .curves import Curve

Numbers = NDArray[np.float64]

FEWEST = 30
"""Pairs that belong together, from which on weights are learnt."""
TRUST = 20.0
"""How many pairs the start is worth beside those that are learnt from."""


def learn_likeness(likeness: Numbers, belong: NDArray[np.bool_], start: Curve, steps: int = 40) -> Curve:
    """The weights that tell pairs that belong together from others best, drawn towards the start; the start where they are too few.

    ``likeness`` has a row for each pair. Newton's method, so that it is the same each time; no weight falls below zero, since nothing that
    two texts have in common speaks against them.
    """
    if belong.sum() < FEWEST or belong.all():
        return start
    design = np.column_stack([likeness, np.ones(len(likeness))])
    hits = belong.astype(np.float64)
    first = np.array([*start.of, start.base])
    pull = np.full(len(first), TRUST / 100)
    pull[-1] = 1e-3
    weights = first.copy()
    for _step in range(steps):
        guess = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (hits - guess) - pull * (weights - first)
        curve = (design * (guess * (1 - guess))[:, None]).T @ design + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        weights[:-1] = np.maximum(weights[:-1], 0.0)
        if np.abs(step).max() < 1e-8:
            break
    return Curve(tuple(float(value) for value in weights[:-1]), float(weights[-1]))
