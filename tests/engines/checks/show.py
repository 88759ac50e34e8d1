"""Print the papers to be labelled, title and beginning, with their numbers: `show.py FOLDER [from] [to] [seed of another order]`."""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import sys
from pathlib import Path

from insek.engines.text import shortened

HERE = Path(__file__).parent
BEGINS = re.compile(r"Beschlussantrag|Kurzfassung|Antrag an den|Sachverhalt|Begründung")
SHOWN = 500


def main(folder: Path, first: int, last: int, seed: str) -> None:
    """Print some of them."""
    with (HERE / "papers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if seed:
        random.Random(int(seed)).shuffle(rows)
    wanted = {row["file"] for row in rows}
    with gzip.open(folder / "texts.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {row["file"]: row for row in map(json.loads, lines) if row["file"] in wanted}
    with gzip.open(folder / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        titles = {row["id"]: row.get("name", "") for row in map(json.loads, lines)}
    for row in rows[first:last]:
        text = " ".join(texts[row["file"]]["text"].split())
        begins = BEGINS.search(text)
        text = text[begins.start() :] if begins and begins.start() < 1500 else text
        print(f"{row['id']} {titles[texts[row['file']]['paper']]} :: {shortened(text, SHOWN)}")


if __name__ == "__main__":
    given = sys.argv[2:]
    main(
        Path(sys.argv[1]),
        int(given[0]) if given else 0,
        int(given[1]) if len(given) > 1 else 9999,
        given[2] if len(given) > 2 else "",
    )
