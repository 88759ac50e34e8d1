"""What the reading of tables and layers has to say to a person: notes, problems of a row, and questions that are asked once.

Engines know no language of a page: texts are German patterns that the program translates (``gettext(note.text) % note.values``);
``str(note)`` is the German sentence itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def german(text: str) -> str:
    """Mark a text for the catalogue of translations; it comes back as it is."""
    return text


@dataclass(frozen=True)
class Note:
    """One thing to say, with a code for programs."""

    code: str
    text: str
    """German pattern with named places, always filled in with ``%``: ``Zeile %(row)s ist leer.``, ``100 %% davon``."""
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % dict(self.values)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "text": self.text, "values": dict(self.values)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Note:
        return cls(kept["code"], kept["text"], dict(kept["values"]))


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one cell or row, and what to do; nothing of it is written until it is answered or left out."""

    row: int
    """Row as a person counts it, from 1; 0 for the whole sheet."""
    note: Note
    sheet: str = ""
    column: str = ""
    """Head of the column, or its letter where it has none."""
    value: str = ""
    """What stands there, shortened."""
    severe: bool = True
    """False for what is only noticed: the row can be written."""

    def __str__(self) -> str:
        return str(self.note)


@dataclass(frozen=True)
class OpenQuestion:
    """What can be read in several ways; asked once (mostly a column), answered by one of the choices.

    Answers are handed back as ``decisions``: a mapping of ``key`` to the key of a choice. What has a decision is asked no more.
    """

    key: str
    """Stable for the same file: ``thousands:2``."""
    note: Note
    choices: Sequence[tuple[str, Note]]
    """Key of the answer and its words."""
    proposed: str = ""
    """Key of the answer that is likeliest; empty where none is."""
    column: str = ""
    examples: Sequence[str] = ()
    """A few of the texts that are open, as they stand."""
    rows: Sequence[int] = ()
    """The rows concerned, at most 50."""
    free: bool = False
    """Whether the answer may also be a text of one's own (a place, a year)."""


Decisions = Mapping[str, str]
"""Key of a question -> key of the answer."""


class FileRefused(Exception):
    """A file that cannot be read; ``note`` says what it is and what to do."""

    def __init__(self, note: Note) -> None:
        super().__init__(str(note))
        self.note = note
