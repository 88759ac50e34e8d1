"""Rows between the rows of data that say what follows: "Handlungsfeld 1: Wohnen" becomes a column of the measures below it."""

from __future__ import annotations

from collections.abc import Sequence

from .head_texts import head_key
from .notes import german as _
from .row_marks import Line, looks_like_section, section_word

MOST_LEVELS = 4


class SectionRows:
    """The sections that hold at a row. Levels are told apart by their word and their column; a higher one ends the lower ones."""

    def __init__(self) -> None:
        self.levels: list[tuple[str, int]] = []
        self.now: list[str] = []

    def enter(self, line: Line) -> None:
        text = " ".join(str(line.cells[place]).strip() for place in line.filled)
        text = " ".join(text.split())
        level = (section_word(line.first_text), line.filled[0])
        if level not in self.levels:
            if len(self.levels) >= MOST_LEVELS:
                level = self.levels[-1]
            else:
                self.levels.append(level)
                self.now.append("")
        place = self.levels.index(level)
        self.now[place] = text
        for below in range(place + 1, len(self.now)):
            self.now[below] = ""

    def current(self) -> tuple[str, ...]:
        return tuple(self.now)

    def begin_with_titles(self, titles: Sequence[Line], sections: Sequence[Line]) -> None:
        """Titles above the head that are like later sections hold for the first rows."""
        words = {section_word(line.first_text) for line in sections}
        for line in titles:
            if (
                len(line.filled) <= 2
                and looks_like_section(line.first_text)
                and section_word(line.first_text) in words
            ):
                self.enter(line)

    def names(self, heads: Sequence[str]) -> list[str]:
        """A head for each level that no other column has."""
        taken = {head_key(head) for head in heads}
        found: list[str] = []
        for word, _column in self.levels:
            name = word or _("Abschnitt")
            if head_key(name) in taken:
                name = f"{name} ({_('Zwischenüberschrift')})"
            while head_key(name) in taken:
                name += " 2"
            taken.add(head_key(name))
            found.append(name)
        return found

    def filled(self, current: tuple[str, ...], levels: int) -> list[str | None]:
        return [text or None for text in current] + [None] * (levels - len(current))
