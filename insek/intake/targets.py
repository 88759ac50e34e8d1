"""Where something that is read in goes: a register of targets. A room says which fields it wants and how rows become acts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.tables.book import cell_shown
from insek.engines.tables.finding import FoundTable
from insek.engines.tables.notes import OpenQuestion
from insek.people.actors import Actor

from .models import Batch, BatchEntry

Text = str | Promise

KEPT = "note"
"""Columns that are said to be this are kept as they stand, under their head, in the text of the item."""
LEFT = ""
"""Columns that are said to be this are not read."""
AS_SAID, EMPTY, ANEW = "=", "-", "+"
"""What a word may mean besides something that is there: it is kept as said, it means nothing, it is made anew."""


@dataclass(frozen=True)
class WordChoice:
    """Something that a word of a table may mean."""

    value: str
    label: str
    names: Sequence[str] = ()
    """Under which further names it is known: key, number, abbreviation, English."""


@dataclass(frozen=True)
class WordSource:
    """What the words of a column are chosen from, and whether a cell may hold several of them."""

    name: str
    """Decisions are kept under it, so all columns that choose from the same share them."""
    choices: Callable[[Reading], Sequence[WordChoice]]
    several: bool = False
    create: Callable[[Reading, str], str] | None = None
    """Makes what a word names and gives its value; None where that is not to be made here."""
    may_create: Callable[[Reading], bool] = lambda reading: False
    take_away: Callable[[Reading, str], bool] | None = None
    """Takes away what was made, where nothing rests on it; whether it is gone."""


@dataclass(frozen=True)
class WantedField:
    """Something that a target takes from a column, or for all rows."""

    name: str
    label: Text
    heads: str = ""
    """Words of heads it is known by besides those of its meaning, with ``|`` between."""
    help: Text = ""
    group: Text = ""
    needed: bool = False
    many: bool = False
    """Whether several columns may be this."""
    for_all: bool = False
    """Whether it may be said once for all rows."""
    in_column: bool = True
    """Whether a column may be this; what may not is only said for all rows."""
    words: WordSource | None = None
    kind: str = "text"
    """What the cells are, as ``engines.tables`` reads them: (``column_reading.KINDS``)."""
    meaning: str = ""
    """Whose synonyms of heads are used as well (``engines.tables.head_words``)."""

    def choices_for(self, reading: Reading) -> Sequence[WordChoice]:
        """What its words are chosen from."""
        return reading.choices(self.words) if self.words else ()


@dataclass
class Reading:
    """A table with what was said about it, as a target sees it."""

    concept: Concept
    actor: Actor
    batch: Batch
    table: FoundTable | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
    """Place of a column -> name of what it is."""
    for_all: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    """Key of a question -> key of its answer."""
    shapes: Mapping[int, BaseGeometry] = field(default_factory=dict)
    """Row -> its shape in degrees, of a map file."""
    said_of_shapes: Mapping[int, Sequence[tuple[str, bool]]] = field(default_factory=dict)
    """Row -> what is to be said of its shape, in words, and whether the row cannot come in for it."""
    is_of_map: bool = False
    """Whether it is a layer of a map file."""
    scratch: dict[str, Any] = field(default_factory=dict)
    """What is worked out once for all rows."""
    _choices: dict[str, Sequence[WordChoice]] = field(default_factory=dict)

    def choices(self, source: WordSource) -> Sequence[WordChoice]:
        """What words of a source are chosen from, read once."""
        if source.name not in self._choices:
            self._choices[source.name] = source.choices(self)
        return self._choices[source.name]

    @cached_property
    def wanted(self) -> dict[str, WantedField]:
        """What the target takes, by name."""
        return {each.name: each for each in target_named(self.batch.target).wanted(self)}


class ReadingTarget(ABC):
    """One thing that can be read in."""

    name: str
    label: Text
    explanation: Text
    icon: str = "table"
    order: int = 50
    group: Text = _("Inhalte")
    takes_maps: bool = False
    """Whether map files can be read in as well as tables."""
    takes_tables: bool = True
    revises: tuple[str, ...] = ()
    """Acts whose proposals, when they come back, are written anew by reading in another file."""

    @abstractmethod
    def may(self, actor: Actor, concept: Concept) -> bool:
        """Whether this person may read such things in."""

    def shows_to(self, batch: Batch, actor: Actor) -> bool:
        """Whether the lead, too, may see what another person reads in."""
        return True

    @abstractmethod
    def wanted(self, reading: Reading) -> list[WantedField]:
        """What is taken from the columns."""

    def received(self, data: bytes, name: str) -> tuple[bytes, str]:
        """A file as this target reads it, and what it is called: where it comes in a layout without heads."""
        return data, name

    def proposals(self, reading: Reading, found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
        """What columns seem to be, and why, where the target knows better than the words of heads."""
        return found

    def proposed_for_all(self, reading: Reading) -> dict[str, str]:
        """What holds for all rows as far as the table itself says it, in its titles."""
        return {}

    def complaints(self, reading: Reading) -> list[str]:
        """What is still missing before a preview can be made, in words."""
        said = {*reading.columns.values(), *(name for name, value in reading.for_all.items() if value)}
        column, common = (
            _("Bitte sagen Sie, in welcher Spalte dies steht: %(label)s."),
            _("Bitte angeben, was für alle Zeilen gilt: %(label)s."),
        )
        return [
            str((column if each.in_column else common) % {"label": each.label})
            for each in self.wanted(reading)
            if each.needed and each.name not in said
        ]

    @abstractmethod
    def plan(self, reading: Reading, rows: Sequence[TableRow]) -> Iterator[BatchEntry | None]:
        """What the rows would become, one after the other; None for one that is counted and not listed."""

    @abstractmethod
    def write(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Do what the preview showed and is not done yet, in pieces; ``tell`` is told how many are done."""

    @abstractmethod
    def take_back(self, reading: Reading, tell: Callable[[int], None]) -> None:
        """Take back what was done and nobody has touched since."""

    def adapt(self, table: FoundTable, columns: Mapping[int, str]) -> FoundTable:
        """The table as this target sees it, where what its columns are makes rows count that the engine leaves out."""
        return table

    def open_questions(self, reading: Reading) -> Sequence[OpenQuestion]:
        """What the engine asks about the cells."""
        from .cells_read import columns_read

        return columns_read(reading).questions

    def word_cells(self, reading: Reading) -> list[tuple[WantedField, Sequence[str]]]:
        """The texts whose words are to be decided, with what they are."""
        assert reading.table is not None
        found: list[tuple[WantedField, Sequence[str]]] = []
        for index, name in reading.columns.items():
            wanted = reading.wanted.get(name)
            if wanted is not None and wanted.words is not None:
                found.append((wanted, [cell_shown(row.values[index]).strip() for row in reading.table.rows if index < len(row.values)]))  # fmt: skip
        return found

    def preview(self, reading: Reading) -> dict[str, Any]:
        """What the preview and the result show besides the rows: figures, a template."""
        return {}

    def given(self, sent: Mapping[str, str], concept: Concept, actor: Actor) -> dict[str, str]:
        """What the address of the first page says for all rows, such as the indicator whose page led here."""
        return {}

    def helps(
        self, given: Mapping[str, str], concept: Concept, actor: Actor
    ) -> list[tuple[str, list[tuple[str, str]]]]:
        """Links beside the first page, under headings: templates to fill in, what came in before."""
        return []

    def leads_to(self, batch: Batch) -> str:
        """Address of the page where what was read in is found; empty where there is none."""
        return ""


@dataclass(frozen=True)
class TableRow:
    """A row of the table: its number as a person counts it, and its cells as texts."""

    number: int
    cells: Sequence[str]
    values: Sequence[Any]
    """The cells as the file holds them."""
    ref: str
    """What tells it from all other rows: numbers come again where a table was joined from several sheets."""
    sheet: str = ""
    """Its sheet, where there are several."""


_makers: list[Callable[[], Iterable[ReadingTarget]]] = []
_targets: dict[str, ReadingTarget] = {}


def register_targets(make: Callable[[], Iterable[ReadingTarget]]) -> None:
    """Make targets known; they are made when they are first asked for, when all rooms have registered."""
    _makers.append(make)
    _targets.clear()


def _known() -> dict[str, ReadingTarget]:
    if not _targets:
        _targets.update({target.name: target for make in _makers for target in make()})
    return _targets


def target_named(name: str) -> ReadingTarget:
    """The target of that name. Raises KeyError."""
    return _known()[name]


def is_target(name: str) -> bool:
    """Whether there is a target of that name."""
    return name in _known()


def all_targets() -> list[ReadingTarget]:
    """All targets in the order in which they are offered."""
    return sorted(_known().values(), key=lambda each: (each.order, each.name))
