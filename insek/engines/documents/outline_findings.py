"""Strengths, weaknesses, opportunities, risks and spatial elements that a document lists under headings or heads of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .joining import cleaned
from .pdf_blocks import MARKER

FINDINGS = ("finding-strength", "finding-weakness", "finding-opportunity", "finding-threat")
_WORDS = dict(
    zip(
        FINDINGS,
        (r"stärken|potentiale|potenziale", r"schwächen|defizite|mängel|missstände", r"chancen", r"risiken|gefahren|bedrohungen"),
        strict=True,
    )
)  # fmt: skip
_BEGIN = r"^(?:unsere?\s+|die\s+|zentrale\s+|wichtigste\s+)?(?:\d+(?:\.\d+)*\.?\s+)?"
_OF_WHAT = r"(?:\s+(?:im|in|der|des|von|für)\s+[^.;:]{1,60})?"
_HEADS = {
    kind: re.compile(rf"{_BEGIN}(?:{words}){_OF_WHAT}\s*(?:\([^)]*\))?\s*[:+–-]?$", re.IGNORECASE)
    for kind, words in _WORDS.items()
}
_SPACES = re.compile(
    rf"{_BEGIN}(?:räumliche\w* schwerpunkte?|schwerpunkträume|raumelemente|fokusräume|entwicklungsräume|handlungsräume|schwerpunktgebiete){_OF_WHAT}\s*:?$",
    re.IGNORECASE,
)
_APART = re.compile(r"\n|(?<=\S)\s+(?=[•▪■●◦‣–]\s)|;\s+(?=[A-ZÄÖÜ])")
LONGEST = 250


def sections_of(text: str) -> str:
    """What a heading says that stands below it: one kind of finding, or spatial elements; nothing for two at once."""
    plain = cleaned(text)
    if re.search(r"\b(?:und|sowie|&|/)\s+(?:schwächen|risiken|chancen|stärken)", plain, re.IGNORECASE):
        return ""
    for kind, pattern in _HEADS.items():
        if pattern.match(plain):
            return kind
    return "feature" if _SPACES.match(plain) else ""


@dataclass
class Findings:
    """Reads tables of strengths and weaknesses, row by row: their heads stand above, or before the cells."""

    heads: list[str] = field(default_factory=list)

    def of_row(self, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
        """What a row lists, each with its kind; heads and rows of other tables give nothing."""
        kinds = [sections_of(cell) for cell in cells]
        findings = [kind for kind in kinds if kind in FINDINGS]
        if len(cells) > 1 and len(findings) == len(cells):
            self.heads = kinds
            return
        if len(cells) == 2 and kinds[0] in FINDINGS:
            self.heads = []
            yield from ((kinds[0], text) for text in _parts(cells[1]))
            return
        if not self.heads or len(self.heads) != len(cells):
            self.heads = []
            return
        for kind, cell in zip(self.heads, cells, strict=True):
            yield from ((kind, text) for text in _parts(cell))


def _parts(cell: str) -> list[str]:
    """The points of a cell."""
    found = [cleaned(MARKER.sub("", part)).strip() for part in _APART.split(cell)]
    return [part for part in found if 2 < len(part) <= LONGEST]
