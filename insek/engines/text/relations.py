"""Words that find one another: abbreviations, synonyms of the field and English words, read from small tables (words/README.md)."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from insek.engines.text.dictionary import dictionary_form
from insek.engines.text.tokens import as_term

FOLDER = Path(__file__).parent / "words"
QUALITIES = {"abbreviations": 0.9, "english": 0.8, "synonyms": 0.5}
"""How much a found word counts beside the one that was asked for, by table."""
OWN_QUALITY = 0.9
"""The same for the table of an installation."""
LONGEST_PHRASE = 3
SAME = 0.8
"""From this quality on, words that find each other are the same thing: one finds what the other does ("Pedelec" what "E-Bike" does)."""
PASSED_ON = 0.9

Related = Mapping[tuple[str, ...], Mapping[str, float]]
"""Folded words in a row, and the terms that they find with their quality."""


@lru_cache(maxsize=4)
def relations(own: Path | None = None, changed: float = 0) -> Related:
    """All relations, with those of an installation's ``own`` table; ``changed`` is when that was written."""
    found: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for name, quality in QUALITIES.items():
        _read(FOLDER / f"{name}.csv", quality, found)
    if own is not None and own.is_file():
        _read(own, OWN_QUALITY, found)
    _pass_on(found)
    return found


def _pass_on(found: dict[tuple[str, ...], dict[str, float]]) -> None:
    """Let words that are the same thing find what the other finds, one step far."""
    before = {asked: dict(others) for asked, others in found.items()}
    for asked, others in before.items():
        for same, quality in others.items():
            back = before.get((same,), {})
            if quality < SAME or len(asked) > 1 or back.get(asked[0], 0) < SAME:
                continue
            for other, share in back.items():
                if (other,) != asked:
                    found[asked][other] = max(PASSED_ON * share, found[asked].get(other, 0))


def _found_by(word: str) -> dict[str, None]:
    """The terms of a word that is to be found: as it stands, too, since the dictionary takes "kühlen" for a form of "Kühle"."""
    return dict.fromkeys((dictionary_form(word), as_term(word)))


def _read(path: Path, quality: float, found: dict[tuple[str, ...], dict[str, float]]) -> None:
    """Read one table. A row without a word or anything to find is left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            asked = tuple(dictionary_form(word) for word in (row.get("word") or "").split())
            others = [term for word in (row.get("finds") or "").split() for term in _found_by(word)]
            if not all(asked) or not 0 < len(asked) <= LONGEST_PHRASE:
                continue
            both = (row.get("both") or "").strip() == "yes"
            ends = [asked, *((other,) for other in others)] if both and len(asked) == 1 else [asked]
            for end in ends:
                for other in [*others, *(asked if both else ())]:
                    if (other,) != end and other:
                        found[end][other] = max(quality, found[end].get(other, 0))
