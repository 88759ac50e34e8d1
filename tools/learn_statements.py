"""Learn the weights of the detection of statements anew, after a change of labels or cues; `insek bench text` counts what they are worth.

    .venv/bin/python tools/learn_statements.py TEXTS

TEXTS is the archive of council papers (tests/engines/statements/README.md). Only the 400 sentences of the part `tune` are read. It prints
what ten-fold cross-validation says, documents kept whole, and writes insek/engines/text/statements/weights.json.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from insek.config.bench_text import LABELS, described, labelled_sentences
from insek.engines.text.statements import cues, detection, learning, measuring

FOLDS, SEEDS = 10, (3, 4, 5)
WANTED = 0.8
"""The precision at which sentences are proposed."""


def main(source: Path) -> None:
    """Cross-validate, choose the threshold, learn from all 400, write."""
    with (LABELS / "sentences.csv").open(encoding="utf-8", newline="") as file:
        files = [row["file"] for row in csv.DictReader(file) if row["part"] == "tune"]
    labelled = [(text, kind) for part, _drawn, text, kind in labelled_sentences(source) if part == "tune"]
    texts, kinds = [text for text, _kind in labelled], [kind for _text, kind in labelled]
    chances = []
    for seed in SEEDS:
        verdicts = cross_validated(texts, kinds, files, seed)
        chances.append([verdict.chance for verdict in verdicts])
        print(f"{seed}: {described(measuring.measure(verdicts, kinds))}")
    threshold = threshold_for(np.mean(chances, axis=0), np.array([kind != "none" for kind in kinds]))
    version = hashlib.sha256("".join(cue.pattern.pattern for cue in cues.CUES.values()).encode()).hexdigest()[
        :8
    ]
    write(learning.learn(texts, kinds, threshold=threshold, version=version))


def cross_validated(
    texts: list[str], kinds: list[str], files: list[str], seed: int
) -> list[detection.Judged]:
    """What is said of each sentence by weights learned without the documents of its fold."""
    names = sorted(set(files))
    folds = {
        str(name): number % FOLDS
        for number, name in enumerate(np.random.default_rng(seed).permutation(names))
    }
    verdicts: dict[int, detection.Judged] = {}
    for fold in range(FOLDS):
        inside = [number for number, name in enumerate(files) if folds[name] != fold]
        outside = [number for number, name in enumerate(files) if folds[name] == fold]
        by = learning.learn([texts[number] for number in inside], [kinds[number] for number in inside])
        verdicts.update(zip(outside, detection.judge([texts[number] for number in outside], by), strict=True))
    return [verdicts[number] for number in range(len(texts))]


def threshold_for(chances: np.ndarray, true: np.ndarray) -> float:
    """The lowest threshold from which on the precision stays what is wanted."""
    best = 0.99
    for threshold in np.arange(0.95, 0.3, -0.01):
        taken = chances >= threshold
        if taken.any() and (taken & true).sum() / taken.sum() < WANTED:
            break
        best = float(threshold)
    return round(best, 2)


def write(by: detection.Weights) -> None:
    """A line a row: how much for a statement, how much for each kind."""
    rows = {
        name: [round(float(by.statement[number, 1]), 3), *(round(float(one), 3) for one in by.kinds[number])]
        for number, name in enumerate([*detection.columns(), "constant"])
    }
    head = json.dumps({"version": by.version, "threshold": by.threshold, "kinds": list(detection.KINDS)})
    lines = ",\n".join(
        f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(row)}" for name, row in rows.items()
    )
    detection.WEIGHTS.write_text(f'{head[:-1]}, "rows": {{\n{lines}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
