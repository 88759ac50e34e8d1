"""From a text to its statements: divide, judge, read the parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .detection import Judged, judge, weights
from .marking import Marking, firmness_of, marking_of, without_marking
from .parts import Quantity, quantities_in, title_of, who_in, year_of
from .sentences import Sentence, sentences

ENGINE = "statements"
VERSION = "2"


@dataclass(frozen=True)
class FoundStatement:
    """A statement with what it says."""

    paragraph: int
    """The number of the paragraph, from 0."""
    start: int
    end: int
    text: str
    kind: str
    chance: float
    kind_chance: float
    cues: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    year: int | None
    who: tuple[str, ...]
    marking: Marking | None
    firmness: str

    @property
    def title(self) -> str:
        """What it is about."""
        return title_of(without_marking(self.text))

    @property
    def is_checkable(self) -> bool:
        """Whether one can see later if it came true: a quantity, a year, or who is to do it."""
        return bool(self.quantities or self.year or self.who)


def find_statements(
    text: str, *, units: Sequence[str] = (), threshold: float | None = None
) -> list[FoundStatement]:
    """The statements of a text, in its order. ``units`` are names of those who may be responsible."""
    return [replace(one, paragraph=0) for one in find_in_paragraphs([text], units=units, threshold=threshold)]


def find_in_paragraphs(
    paragraphs: Iterable[str],
    *,
    units: Sequence[str] = (),
    threshold: float | None = None,
    markings: Sequence[Marking | None] = (),
) -> list[FoundStatement]:
    """The statements of paragraphs; places are those inside the paragraph. A marking at its beginning holds for the paragraph.

    ``markings`` is what headings mark each paragraph as; its own beginning goes before.
    """
    least = weights().threshold if threshold is None else threshold
    divided = list(_divided(paragraphs, markings))
    verdicts = judge([sentence.text for _number, sentence, _marking in divided])
    return [
        _read(number, sentence, marking, verdict, units)
        for (number, sentence, marking), verdict in zip(divided, verdicts, strict=True)
        if verdict.chance >= (least if marking is None else min(least, 0.3))
    ]


def _divided(
    paragraphs: Iterable[str], markings: Sequence[Marking | None]
) -> Iterator[tuple[int, Sentence, Marking | None]]:
    for number, paragraph in enumerate(paragraphs):
        marking = marking_of(paragraph) or (markings[number] if markings else None)
        for sentence in sentences(paragraph):
            yield number, sentence, marking


def _read(
    number: int, sentence: Sentence, marking: Marking | None, verdict: Judged, units: Sequence[str]
) -> FoundStatement:
    words = without_marking(sentence.text)
    return FoundStatement(
        paragraph=number,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        kind=verdict.kind,
        chance=verdict.chance,
        kind_chance=verdict.kind_chance,
        cues=verdict.cues,
        quantities=tuple(quantities_in(words)),
        year=year_of(words),
        who=tuple(who_in(words, units)),
        marking=marking,
        firmness=firmness_of(words),
    )
