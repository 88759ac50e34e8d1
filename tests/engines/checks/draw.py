"""Draw the papers that are labelled: once, with a fixed seed; run by hand. Only ids and hashes are kept, the texts stay where they are."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
import sys
from pathlib import Path

HERE = Path(__file__).parent
SEED = 20261130
SHORTEST = 500
"""Characters of a text that is drawn: a shorter one is a form without content."""
PARTS = (("tune", ("2019", "2020", "2021"), 160), ("unseen", ("2022", "2023", "2024"), 80))
"""Divided by year: what is looked at last is younger than all that anything was learnt from."""


def main(folder: Path) -> None:
    """Write papers.csv."""
    chance = random.Random(SEED)
    with gzip.open(folder / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        days = {row["id"]: row.get("date") or "" for row in map(json.loads, lines)}
    with gzip.open(folder / "texts.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = sorted(
            (row["file"], days.get(row["paper"], "")[:4], row["text"])
            for row in map(json.loads, lines)
            if len(row["text"]) >= SHORTEST
        )
    taken = []
    for part, years, wanted in PARTS:
        pool = [one for one in texts if one[1] in years]
        chance.shuffle(pool)
        taken += [(part, year, file, text) for file, year, text in pool[:wanted]]
    chance.shuffle(taken)
    with (HERE / "papers.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["id", "part", "year", "file", "check"])
        for number, (part, year, name, text) in enumerate(taken, 1):
            table.writerow([number, part, year, name, hashlib.sha256(text.encode()).hexdigest()[:8]])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
