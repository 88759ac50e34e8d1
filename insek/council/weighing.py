"""Whether a text shows that the council's criteria of citywide weight are fulfilled: by the sign that stands with each criterion."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from insek.engines.text.statements.parts import quantities_in
from insek.engines.text.statements.sentences import Sentence

from .models import WeightCriterion
from .touching import PaperText

Sign = WeightCriterion.Sign
_UNITS = {Sign.AMOUNT: re.compile(r"^(?:€|EUR|Euro)$"), Sign.AREA: re.compile(r"^(?:ha|Hektar|m²|qm)$")}
SQUARE_METRES = Decimal(10_000)
AROUND = 120
"""Characters of a line of a form that are shown before and behind what was found."""
MOST_READ = 60_000
"""Characters that are looked at, from the beginning."""
_DASH = re.compile(r",\s?[-–—]+(?=\s|$)")


@dataclass(frozen=True)
class Shown:
    """A criterion that a text shows to be fulfilled, with the words that do, and the sentence they stand in (None: only counted)."""

    criterion: WeightCriterion
    words: str
    sentence: Sentence | None


def judged_criteria(criteria: Sequence[WeightCriterion]) -> list[WeightCriterion]:
    """Those of which a text can show anything."""
    return [each for each in criteria if each.sign]


def shown_criteria(
    criteria: Sequence[WeightCriterion], paper: PaperText, places: Sequence[str]
) -> list[Shown]:
    """The criteria that a paper shows to be fulfilled; ``places`` are the districts it names."""
    found = (_shown(each, paper, places) for each in judged_criteria(criteria))
    return [each for each in found if each is not None]


def _shown(criterion: WeightCriterion, paper: PaperText, places: Sequence[str]) -> Shown | None:
    if criterion.sign == Sign.PLACES:
        enough = criterion.least is not None and len(places) >= criterion.least
        return Shown(criterion, ", ".join(places), None) if enough else None
    if criterion.sign == Sign.WORDS:
        return _by_words(criterion, paper)
    return _by_quantity(criterion, paper)


def _by_words(criterion: WeightCriterion, paper: PaperText) -> Shown | None:
    wanted = [re.escape(word.strip()) for word in criterion.words.split(",") if word.strip()]
    if not wanted:
        return None
    pattern = re.compile(rf"\b(?:{'|'.join(wanted)})", re.I)
    if hit := pattern.search(paper.item.title):
        return Shown(criterion, hit[0], None)
    shown = (
        Shown(criterion, hit[0], _told(paper, one, hit[0]))
        for one in _lines(paper)
        if (hit := pattern.search(one.text))
    )
    return next(shown, None)


def _lines(paper: PaperText) -> Iterator[Sentence]:
    """The lines of a text, those of forms too: costs often stand in one."""
    at = 0
    for line in paper.text[:MOST_READ].split("\n"):
        if words := " ".join(line.split()):
            yield Sentence(at, at + len(line), words)
        at += len(line) + 1


def _told(paper: PaperText, line: Sentence, words: str) -> Sentence:
    """The sentence in which words stand; of a form, where there is none, the line around them."""
    inside = (one for one in paper.read.sentences if line.start <= one.start < line.end and words in one.text)
    at = max(0, line.text.find(words) - AROUND)
    return next(inside, Sentence(line.start, line.end, line.text[at : at + len(words) + 2 * AROUND].strip()))


def _by_quantity(criterion: WeightCriterion, paper: PaperText) -> Shown | None:
    """The largest amount or area that is named, where it is large enough."""
    unit, best = _UNITS[Sign(criterion.sign)], None
    for one in _lines(paper):
        for each in quantities_in(_DASH.sub("", one.text)):
            if not unit.match(each.unit):
                continue
            number = each.number / SQUARE_METRES if each.unit in {"m²", "qm"} else each.number
            if (
                criterion.least is not None
                and number >= criterion.least
                and (best is None or number > best[0])
            ):
                best = (number, each.words, one)
    return Shown(criterion, best[1], _told(paper, best[2], best[1])) if best else None
