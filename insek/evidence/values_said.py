"""The values of a table on their way to observations: what its columns were said to be, read by ``engines.tables.observations``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from insek.engines.periods import text_of
from insek.engines.tables.book import cell_shown
from insek.engines.tables.column_cells import Option
from insek.engines.tables.column_reading import read_column
from insek.engines.tables.found_table import FoundRow, FoundTable
from insek.engines.tables.notes import Note, OpenQuestion, RowProblem
from insek.engines.tables.number_columns import NumberKind
from insek.engines.tables.observation_plan import (
    FigureColumn,
    ObservationPlan,
    breakdown_name,
    figure_of,
)
from insek.engines.tables.observation_totals import FigureKind, ReadObservation
from insek.engines.tables.observation_words import ObservationsRead, RowWords, ToldWords
from insek.engines.tables.observations import read_observations
from insek.intake.moments import moment_said
from insek.intake.said_words import SourceWords, words_of_reading
from insek.intake.targets import EMPTY, Reading
from insek.places.models import District
from insek.places.queries import districts
from insek.web.number_fields import sign_here
from insek.web.words_of_engines import say

from .comparison.keeping import area_options
from .models import Indicator, Observation

VALUE, WIDE, OTHER = "value", "values", "part"
ROLES = ("place", "place_code", "period", "indicator", "sex", "age", "age_from", "age_to")
"""Columns that say which figure a row has; named as ``ObservationPlan`` names them."""
TEXTS = ("source_title", "source_url", "source_date", "remark")
NUMBERS = ("standard_error", "sample_size")


@dataclass
class SaidValue:
    """One value on its way: where it stands and what it is of; ``why`` says why it is none."""

    row: int
    head: str
    indicator: str = ""
    place: str = ""
    period: str = ""
    breakdown: str = ""
    value: Decimal | None = None
    quality: str = Observation.Quality.MEASURED
    standard_error: Decimal | None = None
    sample_size: int | None = None
    note: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    column: str = ""


def plan_of(reading: Reading) -> ObservationPlan:
    """How the table is laid out, as its columns were said to be."""
    table = reading.table
    assert table is not None
    columns = {column.index: column for column in table.columns}
    of: dict[str, Any] = {
        name: index for index, name in reading.columns.items() if name in ROLES and index in columns
    }
    figures = [
        FigureColumn(index) if name == VALUE else figure_of(columns[index])
        for index, name in sorted(reading.columns.items())
        if name in {VALUE, WIDE} and index in columns
    ]
    others = [
        (breakdown_name(table, index), index) for index, name in reading.columns.items() if name == OTHER
    ]
    to_head = " ".join(columns[of["age_to"]].head.casefold().split()) if "age_to" in of else ""
    return ObservationPlan(
        "wide" if any(one.time for one in figures) else "long", tuple(figures), other=tuple(others),
        age_to_counts=to_head in {"bis", "alter bis", "to", "age to"}, **of,
    )  # fmt: skip


class ValuesSaid:
    """Reads the values of one table, with what was said about its columns and words."""

    def __init__(self, reading: Reading, indicators: Mapping[str, Indicator]) -> None:
        self.reading, self.indicators = reading, indicators
        assert reading.table is not None
        self.table: FoundTable = reading.table
        self.plan = plan_of(reading)
        self.column_of = {
            name: index for index, name in reading.columns.items() if name not in {"", VALUE, WIDE, OTHER}
        }
        self.heads = {column.index: " ".join(column.shown.split()) for column in self.table.columns}
        wanted = [reading.wanted[name] for name in ("indicator", "place", "quality", "confidence", "basis")]
        self.words: dict[str, SourceWords] = words_of_reading(reading, wanted)
        self._meanings: dict[tuple[str, str], str] = {}
        self.left_out = 0
        self.elsewhere: dict[str, int] = {}
        self.notes: list[Note] = []

    # ---- what words mean

    def _meaning(self, name: str, text: str) -> str:
        """The key of what a word means; empty where it is not said, ``-`` where it is left out."""
        if (name, text) not in self._meanings:
            words = self.reading.wanted[name].words
            assert words is not None
            found = self.words[words.name].meaning(self.reading, text) if text else ""
            self._meanings[name, text] = "" if found in {"=", "+"} else found
        return self._meanings[name, text]

    @cached_property
    def _places(self) -> list[Option]:
        """The places with their official codes; the city's also as that of its district."""
        found = []
        ags = self.reading.concept.ags
        for row in districts(self.reading.concept, self.reading.actor):
            codes = {row.code}
            if row.level == District.Level.CITY:
                codes |= {ags, ags[:5], row.code[:5] if len(row.code) == 8 else ""}
            elif row.code.isdigit():
                codes.add(str(int(row.code)))
            found.append(Option(row.pk, row.item.title, tuple(sorted(codes - {""}))))
        return [*found, *area_options(self.reading.concept)]

    def _own_codes(self) -> set[str]:
        ags = self.reading.concept.ags
        return {ags[:5], ags} - {""}

    @cached_property
    def _kinds(self) -> list[FigureKind]:
        sign = sign_here()
        return [
            FigureKind(
                pk, str(row.item), kind=NumberKind(percent="percent" if row.in_percent else "", sign=sign), dimensions=row.dimensions, additive=row.has_parts
            )
            for pk, row in self.indicators.items()
        ]  # fmt: skip

    def _told(self) -> ToldWords:
        common = self.reading.for_all
        return ToldWords(
            lambda text: self._meaning("place", text),
            lambda text: EMPTY if (found := self._meaning("indicator", text)) == EMPTY else found if found in self.indicators else "",
            common.get("place", ""), common.get("period", ""),
        )  # fmt: skip

    def _read(self, *, only_questions: bool) -> ObservationsRead:
        chosen = self.reading.for_all.get("indicator", "")
        return read_observations(
            self.table, self.plan, indicators=self._kinds, places=self._places, own_codes=self._own_codes(), decisions=self.reading.decisions,
            chosen=chosen if chosen in self.indicators else "", told=self._told(), only_questions=only_questions,
        )  # fmt: skip

    @property
    def questions(self) -> list[OpenQuestion]:
        """What can be read in several ways."""
        return [
            *self._read(only_questions=True).questions,
            *(one for read in self._numbers_read.values() for one in read.questions),
        ]

    def head_words(self) -> list[str]:
        """The names in heads that are to name an indicator."""
        if "indicator" in self.column_of or self.reading.for_all.get("indicator"):
            return []
        return [one.indicator for one in self.plan.figures if one.indicator]

    def place_words(self) -> list[str]:
        """The names of places that are to be said: not of rows that lie elsewhere, nor of places that their code tells."""
        index, code_at = self.plan.place, self.plan.place_code
        if index is None:
            return []
        rows = RowWords(
            self.table,
            self.plan,
            self._kinds,
            self._places,
            frozenset(self._own_codes()),
            "",
            {},
            self._told(),
        )
        found = []
        for row in rows.here():
            name = cell_shown(row.values[index]).strip()
            code = "" if code_at is None else cell_shown(row.values[code_at]).strip().removesuffix(".0")
            if name and (code not in rows.by_code or self._meaning("place", name)):
                found.append(name)
        return found

    # ---- values

    def values(self) -> Iterator[SaidValue]:
        """The values of all rows, those too that are none, with the reason."""
        result = self._read(only_questions=False)
        self.notes = result.notes
        for out in result.left_out:
            if out.note.code == "elsewhere":
                self.elsewhere[out.text] = self.elsewhere.get(out.text, 0) + 1
            else:
                self.left_out += 1
        figures = {self.heads[one.column] for one in self.plan.figures}
        broken = [
            one for one in self.table.problems if one.severe and " ".join(one.column.split()) in figures
        ]
        for problem in (*broken, *result.problems, *result.open):
            yield self._refused(problem)
        rows = {self.table.ref(row.sheet, row.number): row for row in self.table.rows}
        told: dict[str, dict[str, Any]] = {}
        for one in result.values:
            ref = self.table.ref(one.sheet, one.row)
            if ref not in told:
                told[ref] = self._of_row(rows[ref])
            yield self._said(one, told[ref])

    @staticmethod
    def _refused(problem: RowProblem) -> SaidValue:
        head = " ".join(problem.column.split())
        return SaidValue(problem.row, head, why=say(problem.note), column=head)

    def _said(self, one: ReadObservation, told: Mapping[str, Any]) -> SaidValue:
        head = " ".join(one.column.split())
        return SaidValue(
            one.row, head, one.indicator, one.place, text_of(one.span.start, one.span.end), one.cut.key, one.value,
            one.status or told["quality"] or Observation.Quality.MEASURED, told["standard_error"], told["sample_size"],
            _("aus den Teilen zusammengezählt") if one.made else "", told["texts"], told["why"], told["column"],
        )  # fmt: skip

    @cached_property
    def _numbers_read(self) -> dict[str, Any]:
        return {
            name: read_column(
                "number", self.table.cells(index), key=name, head=self.heads[index], decisions=self.reading.decisions,
                numbers=NumberKind(sign=sign_here(), whole=name == "sample_size"),
            )
            for name in NUMBERS
            if (index := self.column_of.get(name)) is not None
        }  # fmt: skip

    @cached_property
    def _numbers(self) -> dict[str, dict[str, Any]]:
        return {
            name: {self.table.ref(cell.sheet, cell.row): cell for cell in read.cells}
            for name, read in self._numbers_read.items()
        }

    def _text(self, row: FoundRow, name: str) -> str:
        index = self.column_of.get(name)
        if index is None or index >= len(row.values) or row.values[index] is None:
            return ""
        return str(row.values[index]).strip()

    def _of_row(self, row: FoundRow) -> dict[str, Any]:
        """What a row says of all its values."""
        common = self.reading.for_all
        found: dict[str, Any] = {"why": "", "column": ""}
        for name in ("quality", "confidence", "basis"):
            if name in self.column_of:
                meaning = self._meaning(name, self._text(row, name))
                found[name] = "" if meaning == EMPTY else meaning
            else:
                found[name] = common.get(name, "")
        found["texts"] = {name: self._text(row, name) or common.get(name, "") for name in TEXTS}
        found["texts"]["source_date"] = moment_said(found["texts"]["source_date"])
        found["texts"]["confidence"] = found["confidence"]
        found["texts"]["basis"] = found["basis"]
        ref = self.table.ref(row.sheet, row.number)
        for name in NUMBERS:
            cell = self._numbers.get(name, {}).get(ref)
            found[name] = (
                None
                if cell is None or not isinstance(cell.value, Decimal) or cell.status == "open"
                else cell.value
            )
            if cell is not None and cell.status in {"wrong", "open"}:
                found["why"], found["column"] = (
                    (say(cell.note) if cell.note else _("Das ist keine Zahl.")),
                    self.heads[self.column_of[name]],
                )
        if found["sample_size"] is not None:
            found["sample_size"] = int(found["sample_size"])
        return found


def missing_words(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    """Which signs stand instead of values, in words, and how often."""
    labels = dict(Observation.Quality.choices)
    return [(str(labels.get(key, key)), count) for key, count in counts.items()]
