"""What the cells of a row say, for targets with fields of their own: texts, what the engine read, what words mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from insek.engines.text import shortened

from .cells_read import columns_read
from .items_said import clean_or, heads_of
from .marks import mark_of
from .said_words import bare, words_of_reading
from .targets import ANEW, AS_SAID, EMPTY, Reading, TableRow


class CellsSaid:
    """The cells of a table by the name of what their columns are; what no column says is taken from what holds for all rows."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.heads = heads_of(reading)
        self.read = columns_read(reading)
        self.words = words_of_reading(reading)
        self.places: dict[str, list[int]] = {}
        for index, name in reading.columns.items():
            self.places.setdefault(name, []).append(index)
        self.labels = {
            name: {one.value: one.label for one in known.choices} for name, known in self.words.items()
        }

    def texts(self, row: TableRow, name: str) -> list[str]:
        """All cells of a row that are this, without empty ones."""
        found = [row.cells[index] for index in self.places.get(name, ()) if index < len(row.cells)]
        return [clean_or(text).strip() for text in found if text.strip()]

    def text(self, row: TableRow, name: str) -> str:
        """The first cell that is this, else what was said for all rows."""
        return next(iter(self.texts(row, name)), "") or self.reading.for_all.get(name, "")

    def line(self, row: TableRow, name: str) -> str:
        """The same in one line."""
        return " ".join(self.text(row, name).split())

    def head(self, name: str) -> str:
        """The head of the first column that is this."""
        return next((self.heads.get(index, "") for index in self.places.get(name, ())), "")

    def value(self, row: TableRow, name: str) -> Any:
        """What the engine read in the first cell that is this; None where nothing is there or it can not be read."""
        for index in self.places.get(name, ()):
            cell = self.read.get(index, {}).get(row.ref)
            if cell is not None and cell.value is not None:
                return cell.value
        return None

    def problem(self, row: TableRow, name: str) -> str:
        """Why a cell that is this can not be read; empty where it can be, or is empty."""
        found = (self.read.problem(index, row.ref) for index in self.places.get(name, ()))
        return next((problem for problem in found if problem), "")

    def meanings(self, row: TableRow, name: str) -> Meanings:
        """What the words of the cells that are this mean."""
        found = Meanings()
        wanted = self.reading.wanted[name]
        assert wanted.words is not None
        source = wanted.words.name
        for text in self.texts(row, name):
            known = self.words[source]
            for word in known.parts(self.reading, text):
                meaning = known.meaning(self.reading, word)
                if meaning == ANEW:
                    mark = {"source": source, "word": bare(word)}
                    found.anew.append(mark)
                    found.add(mark_of(mark["source"], mark["word"]), mark["word"])
                elif meaning in {AS_SAID, ""}:
                    found.unknown.append(word)
                elif meaning != EMPTY:
                    found.add(meaning, self.labels[source].get(meaning, meaning))
        common = self.reading.for_all.get(name, "")
        if common and not found.values and not found.unknown:
            found.add(common, self.labels[source].get(common, common))
        return found


class Meanings:
    """What words mean, in their order, and those of which nobody said so."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self.labels: list[str] = []
        self.unknown: list[str] = []
        self.anew: list[dict[str, str]] = []

    def add(self, value: str, label: str) -> None:
        if value not in self.values:
            self.values.append(value)
            self.labels.append(label)

    @property
    def first(self) -> str:
        """The first value; empty where there is none."""
        return self.values[0] if self.values else ""

    @property
    def words(self) -> str:
        return "; ".join(self.labels)

    def notes(self, head: str) -> Sequence[dict[str, str]]:
        """What is said of words that nobody decided."""
        words = _("„%(word)s“ ist nicht entschieden und wird nicht übernommen.")
        return [{"column": head, "text": words % {"word": shortened(word, 60)}} for word in self.unknown]
