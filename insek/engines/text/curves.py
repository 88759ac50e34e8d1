"""How often something was right, as a curve over what was said of it beforehand (logistic regression; Platt 1999)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
STEPS = 40


@dataclass(frozen=True)
class Curve:
    """The share of right ones: a weight for each sign, and what is added."""

    of: tuple[float, ...]
    base: float

    def at(self, signs: Numbers) -> Numbers:
        """The share for each row of signs."""
        found: Numbers = 1 / (1 + np.exp(-np.clip(signs @ np.array(self.of) + self.base, -30, 30)))
        return found


def learn_curve(signs: Numbers, right: Numbers) -> Curve:
    """The curve that fits what was right (1) and what was not (0), by Newton's method: the same each time.

    A sign never speaks against: its weight is not below zero. All right or all wrong is softened, so that nothing is wholly sure.
    """
    middle, spread = signs.mean(axis=0), signs.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    design = np.column_stack([(signs - middle) / spread, np.ones(len(signs))])
    positive, negative = right.sum(), len(right) - right.sum()
    target = np.where(right > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))
    weights = np.zeros(design.shape[1])
    for _step in range(STEPS):
        guess = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (target - guess) - 1e-2 * weights
        curve = (design * (guess * (1 - guess))[:, None]).T @ design + 1e-2 * np.eye(len(weights))
        weights = weights + np.linalg.solve(curve, slope)
        weights[:-1] = np.maximum(weights[:-1], 0.0)
    of = weights[:-1] / spread
    return Curve(tuple(float(value) for value in of), float(weights[-1] - of @ middle))
