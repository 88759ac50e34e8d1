"""Sheets of a Word file that lie across: a section of their own between those that stand upright."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph


def end_section(word: WordDocument, place: Paragraph, *, across: bool = False) -> None:
    """End the section before a paragraph; head, foot and margins are those of the template. The first keeps its title page."""
    last = word.element.body.sectPr
    made = deepcopy(last)
    for extra in last.findall(qn("w:titlePg")):
        last.remove(extra)
    if across:
        _turn(made)
    before = place._p.getprevious()
    if (
        before is None
        or before.tag != qn("w:p")
        or before.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    ):
        before = place.insert_paragraph_before()._p
    before.get_or_add_pPr().append(made)


def _turn(section: Any) -> None:
    size = section.find(qn("w:pgSz"))
    if size is not None:
        wide, high = size.get(qn("w:w")), size.get(qn("w:h"))
        size.set(qn("w:w"), high)
        size.set(qn("w:h"), wide)
        size.set(qn("w:orient"), "landscape")
