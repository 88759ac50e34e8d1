"""How sure a suggester really is, learnt from what people decided: of those it called 80 % sure, how many were right?"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from insek.concept.models import Concept
from insek.engines.text.curves import Curve, learn_curve

from .models import Suggestion

ENOUGH = 40
"""Decisions from which on they are learnt from; and of each sort at least LEAST_EACH."""
LEAST_EACH = 8
EDGE = 0.005


@dataclass(frozen=True)
class Calibration:
    """A curve from what the engine says to what people found; straight where too few decided."""

    curve: Curve | None = None
    decided: int = 0

    @property
    def plain(self) -> list[float]:
        """The same as plain numbers, for hashes."""
        return [round(value, 6) for value in (*self.curve.of, self.curve.base)] if self.curve else []

    def corrected(self, confidence: float) -> float:
        """The share of right ones among those of which the engine is so sure."""
        return float(self.curve.at(np.array([[odds(confidence)]]))[0]) if self.curve else confidence


def odds(confidence: float) -> float:
    """A share as the logarithm of its odds."""
    kept = min(max(confidence, EDGE), 1 - EDGE)
    return log(kept / (1 - kept))


def calibration_of(
    concept: Concept, suggester: str, kind: str = "", *, changed_is_right: bool = False
) -> Calibration:
    """What the decisions about a suggester (of one kind alone, where it proposes several) say; its own word where they are too few. One query.

    ``changed_is_right`` is for kinds of which a person always says more than the engine does.
    """
    rows = Suggestion.objects.decided().filter(concept=concept, suggester=suggester)
    if kind:
        rows = rows.filter(kind=kind)
    decided = list(rows.order_by("pk").values_list("raw_confidence", "state"))
    good = {Suggestion.State.ACCEPTED, *([Suggestion.State.CHANGED] if changed_is_right else [])}
    right = np.array([state in good for _confidence, state in decided], dtype=float)
    if len(decided) < ENOUGH or min(right.sum(), len(right) - right.sum()) < LEAST_EACH:
        return Calibration(decided=len(decided))
    said = np.array([[odds(confidence)] for confidence, _state in decided])
    return Calibration(learn_curve(said, right), len(decided))
