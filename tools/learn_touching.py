"""Learn the weights of the check anew, after a change of labels or topics; `insek bench check` counts what they are worth.

    .venv/bin/python tools/learn_touching.py FOLDER

FOLDER holds the council papers (tests/engines/checks/README.md). Only the 160 papers of the part `tune` are read. It prints what ten-fold cross-validation says
at several thresholds, and writes insek/engines/text/touching/weights.json. The two thresholds are chosen by hand from what it prints, and stand below.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from insek.config.bench_check import FIRST, Sample
from insek.engines.text.curves import Curve, learn_curve
from insek.engines.text.touching.judging import GOAL_SIGHTS, nothing_rows
from insek.engines.text.touching.measuring import measure_fields
from insek.engines.text.touching.reading import SIGHTS
from insek.engines.text.touching.topics import SIGNS, TOPICS

FIELD_THRESHOLD, NOTHING_BELOW, GOAL_THRESHOLD = 0.13, 0.25, 0.06
FOLDS, SEEDS = 10, (1, 2, 3)
WEIGHTS = Path(__file__).parents[1] / "insek" / "engines" / "text" / "touching" / "weights.json"


def main(folder: Path) -> None:
    """Cross-validate, learn from all 160, write."""
    sample = Sample(folder)
    papers = sample.labelled(FIRST, "tune")
    model, truth = sample.model(), sample.truth(papers)
    reads = [one.read for one in papers]
    fields, size = model.field_rows(reads).reshape(len(papers), -1, SIGHTS), truth.shape[1]
    chances = np.mean([_crossed(fields, truth, seed) for seed in SEEDS], axis=0)
    for threshold in (0.08, 0.1, 0.12, FIELD_THRESHOLD, 0.15, 0.2, NOTHING_BELOW, 0.3, 0.4):
        found = chances >= threshold
        said = measure_fields(found, ~found.any(axis=1), truth, sample.keys)
        print(
            f"{threshold}: Genauigkeit {said.precision:.3f}, Ausbeute {said.recall:.3f}, berührt nichts F1 {said.nothing_f1:.3f}"
        )
    learnt = learn_curve(fields.reshape(-1, SIGHTS), truth.reshape(-1).astype(float))
    none = ~truth.any(axis=1)
    nothing = learn_curve(nothing_rows(reads, chances), none.astype(float))
    goals = model.goal_rows(reads, learnt.at(fields.reshape(-1, SIGHTS)).reshape(-1, size))
    hits = np.array([[goal.key in one.goals for goal in sample.goals] for one in papers])
    learnt_goals = learn_curve(goals.reshape(-1, GOAL_SIGHTS), hits.reshape(-1).astype(float))
    patterns = "".join(topic.pattern.pattern for topic in (*TOPICS, *SIGNS))
    kept = {
        "version": hashlib.sha256(patterns.encode()).hexdigest()[:8],
        "field_threshold": FIELD_THRESHOLD, "nothing_below": NOTHING_BELOW, "goal_threshold": GOAL_THRESHOLD,
        "fields": _plain(learnt), "nothing": _plain(nothing), "goals": _plain(learnt_goals),
    }  # fmt: skip
    WEIGHTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _crossed(rows: np.ndarray, truth: np.ndarray, seed: int) -> np.ndarray:
    """What is said of each paper by a curve that was learnt without its fold."""
    order = np.random.default_rng(seed).permutation(len(rows))
    found = np.zeros(truth.shape)
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        inside = np.setdiff1d(order, out)
        curve = learn_curve(rows[inside].reshape(-1, SIGHTS), truth[inside].reshape(-1).astype(float))
        found[out] = curve.at(rows[out].reshape(-1, SIGHTS)).reshape(-1, truth.shape[1])
    return found


def _plain(curve: Curve) -> dict[str, object]:
    return {"of": [round(value, 4) for value in curve.of], "base": round(curve.base, 4)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
