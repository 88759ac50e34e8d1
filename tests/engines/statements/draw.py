"""Draw the sentences that are labelled: once, with a fixed seed; run by hand. Only places are kept, the texts stay where they are."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
import re
import sys
from pathlib import Path

from insek.engines.text.statements.sentences import sentences

HERE = Path(__file__).parent
SEED = 20261129
MOST_OF_ONE = 2
"""Sentences of one paper."""
PARTS = (("unseen", 240, 60), ("tune", 320, 80))
"""Of each part: drawn from all sentences, and drawn from those with a cue of a rare kind."""
PERSON = re.compile(r"\b(?:Herr|Herrn|Frau|Stadtrat|Stadträtin|Dr\.|Prof\.|Eheleute|Familie)\b")
FORBIDS = re.compile(
    r"zulässig|untersag|verboten|verbot|ausgeschlossen|d[aü]rf(?:en)? (?:[^.]{0,80} )?(?:nicht|kein)|unterlassen|nicht gestattet"
)
AIMS = re.compile(
    r"\bZiel(?:e|s|en)?\b|anstreb|angestrebt|klimaneutral|bis (?:zum Jahr |Ende |spätestens )?20[2-5]\d"
)


def main(source: Path) -> None:
    """Write sentences.csv."""
    chance = random.Random(SEED)
    by_paper: dict[str, list[tuple[str, int, int, str]]] = {}
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            for one in sentences(row["text"]):
                if not PERSON.search(one.text):
                    by_paper.setdefault(row["paper"], []).append((row["file"], one.start, one.end, one.text))
    papers = sorted(by_paper)
    chance.shuffle(papers)
    cut = len(papers) * 3 // 7
    taken: list[tuple[str, str, str, int, int, str]] = []
    said: set[str] = set()
    for (part, anyhow, cued), group in zip(PARTS, (papers[:cut], papers[cut:]), strict=True):
        pool = [(paper, *one) for paper in group for one in by_paper[paper]]
        chance.shuffle(pool)
        count: dict[str, int] = {}
        for drawn, wanted, cues in (
            ("any", anyhow, ()),
            ("forbids", cued // 2, (FORBIDS,)),
            ("aims", cued // 2, (AIMS,)),
        ):
            for paper, file, start, end, text in pool:
                if not wanted:
                    break
                if (
                    text in said
                    or count.get(paper, 0) >= MOST_OF_ONE
                    or not all(cue.search(text) for cue in cues)
                ):
                    continue
                said.add(text)
                count[paper] = count.get(paper, 0) + 1
                taken.append((part, drawn, file, start, end, hashlib.sha256(text.encode()).hexdigest()[:8]))
                wanted -= 1
    chance.shuffle(taken)
    with (HERE / "sentences.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["id", "part", "drawn", "file", "start", "end", "check"])
        table.writerows([number, *row] for number, row in enumerate(taken, 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
