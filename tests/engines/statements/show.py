"""Print the sentences to be labelled, one a line, with their numbers: `show.py TEXTS [tune|unseen] [from] [to]`."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path

from insek.engines.text.statements.sentences import one_line

HERE = Path(__file__).parent


def texts_of(source: Path) -> dict[int, tuple[str, str, str]]:
    """Of each labelled sentence its part, how it was drawn, and its text."""
    with (HERE / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = {row["file"] for row in rows}
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        texts = {row["file"]: row["text"] for row in map(json.loads, lines) if row["file"] in wanted}
    return {
        int(row["id"]): (
            row["part"],
            row["drawn"],
            one_line(texts[row["file"]][int(row["start"]) : int(row["end"])]),
        )
        for row in rows
    }


if __name__ == "__main__":
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    first, last = (
        int(sys.argv[place]) if len(sys.argv) > place else end for place, end in ((3, 1), (4, 9999))
    )
    for number, (of, _drawn, text) in texts_of(Path(sys.argv[1])).items():
        if first <= number <= last and part in ("", of):
            print(number, text)
