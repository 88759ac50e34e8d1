"""Which place, part and indicator the rows of a table of figures are of: words that are known, asked about, or told elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from insek.engines.text.folding import fold

from .book import cell_shown
from .breakdowns import TOTALS, AgeGroup, Cut, read_age, read_sex
from .column_cells import ColumnCell, ColumnReading, Option, shown_short
from .found_table import FoundRow, FoundTable, LeftOutRow
from .notes import Decisions, Note, OpenQuestion, RowProblem
from .notes import german as _
from .observation_plan import FigureColumn, ObservationPlan
from .observation_totals import FigureKind, ReadObservation
from .word_columns import WordRules, read_words


@dataclass
class ObservationsRead:
    """What came of a table."""

    values: list[ReadObservation] = field(default_factory=list)
    questions: list[OpenQuestion] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    left_out: list[LeftOutRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    waiting: int = 0
    """Figures that wait for an answer."""
    open: list[RowProblem] = field(default_factory=list)
    """These, each with its row."""
    empty: int = 0
    cut_off: int = 0
    """Figures of breakdowns that their indicator does not have."""


@dataclass(frozen=True)
class ToldWords:
    """What was decided elsewhere about words and holds for all rows; about it nothing is asked here.

    Words give the key of what they mean; empty where nobody knows, then their row is a problem, ``-`` where they are left out.
    """

    place: Callable[[str], str]
    indicator: Callable[[str], str]
    place_of_all: str = ""
    time: str = ""
    """The time of figures that neither head nor row says."""


LEFT = "-"


class RowWords:
    """The rows of a table, and what their words mean."""

    def __init__(
        self, table: FoundTable, plan: ObservationPlan, indicators: Sequence[FigureKind], places: Sequence[Option],
        own_codes: frozenset[str], chosen: str, decisions: Decisions, told: ToldWords | None,
    ) -> None:  # fmt: skip
        self.told = told
        self.by_code = {name: one.key for one in places for name in one.also if name.isdigit()}
        self.table, self.plan, self.places, self.own_codes = table, plan, places, own_codes
        self.indicators = {one.key: one for one in indicators}
        self.chosen, self.decisions = chosen, decisions
        self.result = ObservationsRead()
        self._refused: set[tuple[str, int]] | None = None

    def here(self) -> list[FoundRow]:
        """The rows that are not of another district or municipality."""
        return [row for row in self.table.rows if not self._is_elsewhere(row)]

    def _is_elsewhere(self, row: FoundRow) -> bool:
        """Whether a row is of another district or municipality, by its official code."""
        if self.plan.place_code is None or not self.own_codes:
            return False
        code = str(row.values[self.plan.place_code] or "").strip().removesuffix(".0")
        if (
            not code.isdigit()
            or len(code) not in {4, 5, 7, 8, 12}
            or code.zfill(5) in self.own_codes
            or code.zfill(8) in self.own_codes
        ):
            return False
        if code in self.by_code or (self.told is not None and self._is_known(row)):
            return False
        name = str(row.values[self.plan.place] or "") if self.plan.place is not None else code
        note = Note("elsewhere", _("Andere Gebietseinheit: %(name)s."), {"name": shown_short(name)})
        self.result.left_out.append(LeftOutRow(row.number, note, shown_short(name), row.sheet))
        return True

    def _is_known(self, row: FoundRow) -> bool:
        """Whether the name of a row's place is told, whatever its code."""
        name = "" if self.plan.place is None else cell_shown(row.values[self.plan.place]).strip()
        return bool(self.told and name and self.told.place(name))

    def _places(self, rows: Sequence[FoundRow]) -> Callable[[FoundRow], str | None]:
        """Key of the place of each row; None where it waits or is left out."""
        column = self.plan.place if self.plan.place is not None else self.plan.place_code
        if column is None:
            return lambda row: self.told.place_of_all if self.told else ""
        head = self._head(column)
        if self.told is not None:
            return self._told_places(rows, head, self.told)
        reading = read_words(
            self.table.cells(column, rows), self.places, key="place", head=head, rules=WordRules(what="place"), decisions=self.decisions
        )  # fmt: skip
        self._by_code(reading, rows)
        self.result.questions += reading.questions
        found = {(one.sheet, one.row): one.value for one in reading.cells}
        for row, one in zip(rows, reading.cells, strict=True):
            if one.value is None and one.status != "open" and one.text:
                note = Note(
                    "place_left_out",
                    _("Der Ort „%(name)s“ ist auf Wunsch weggelassen."),
                    {"name": shown_short(one.text)},
                )
                self.result.left_out.append(LeftOutRow(row.number, note, shown_short(one.text), row.sheet))
        return lambda row: found.get((row.sheet, row.number))

    def _told_places(
        self, rows: Sequence[FoundRow], head: str, told: ToldWords
    ) -> Callable[[FoundRow], str | None]:
        found: dict[tuple[str, int], str | None] = {}
        for row in rows:
            name, code = (
                "" if index is None or row.values[index] is None else cell_shown(row.values[index]).strip()
                for index in (self.plan.place, self.plan.place_code)
            )
            key = (told.place(name) if name else "") or self.by_code.get(code.removesuffix(".0"), "")
            if not name and not key and not code:
                key = told.place_of_all
            found[row.sheet, row.number] = key if key not in {"", LEFT} else None
            if key == LEFT:
                note = Note(
                    "place_left_out",
                    _("Der Ort „%(name)s“ ist auf Wunsch weggelassen."),
                    {"name": shown_short(name)},
                )
                self.result.left_out.append(LeftOutRow(row.number, note, shown_short(name), row.sheet))
            elif not key:
                self._not_told(row, head, name or code)
        return lambda row: found.get((row.sheet, row.number))

    def _not_told(self, row: FoundRow, head: str, text: str) -> None:
        note = (
            Note("not_told", _("„%(text)s“ ist nicht zugeordnet."), {"text": shown_short(text)})
            if text
            else Note("nothing", _("Hier steht nichts."))
        )
        self.result.problems.append(RowProblem(row.number, note, row.sheet, head, shown_short(text)))

    def _by_code(self, reading: ColumnReading, rows: Sequence[FoundRow]) -> None:
        """Names that are open are looked up by the code beside them: 10 is Erzhütten, however it is spelt."""
        if self.plan.place_code is None or self.plan.place is None:
            return
        cells = self.table.cells(self.plan.place_code, rows)
        codes = read_words(
            cells, self.places, key="place_code", rules=WordRules(what="place"), decisions=self.decisions
        )
        solved = set()
        for place, (named, coded) in enumerate(zip(reading.cells, codes.cells, strict=True)):
            if named.status == "open" and coded.value is not None:
                reading.cells[place] = replace(named, value=coded.value, status="")
                solved.add(shown_short(named.text))
        reading.questions[:] = [one for one in reading.questions if not set(one.examples) <= solved]

    def _cuts(self, rows: Sequence[FoundRow]) -> Callable[[FoundRow], Cut | None]:
        plan = self.plan
        found: dict[tuple[str, int], Cut | None] = {}
        for row in rows:
            cut = self._cut(row)
            found[row.sheet, row.number] = cut
            if cut is None:
                columns = [one for one in (plan.sex, plan.age, plan.age_from, plan.age_to) if one is not None]
                text = " | ".join(str(row.values[one]) for one in columns)
                note = Note(
                    "cut",
                    _(
                        "Die Gliederung „%(text)s“ ist nicht zu verstehen. Bitte schreiben Sie zum Beispiel männlich, weiblich oder 3 bis unter 6."
                    ),
                    {"text": shown_short(text)},
                )
                self.result.problems.append(
                    RowProblem(row.number, note, row.sheet, self._head(columns[0]), shown_short(text))
                )
        return lambda row: found.get((row.sheet, row.number))

    def _cut(self, row: FoundRow) -> Cut | None:
        plan = self.plan
        sex: str | None = ""
        age: AgeGroup | str | None = ""
        if plan.sex is not None:
            sex = read_sex(str(row.values[plan.sex] or ""))
        if plan.age is not None:
            age = read_age(
                str(row.values[plan.age] if row.values[plan.age] is not None else "").removesuffix(".0")
            )
        elif plan.age_from is not None and plan.age_to is not None:
            age = self._age_of_two(row, plan.age_from, plan.age_to)
        if sex is None or age is None:
            return None
        other = tuple(
            sorted(
                (name, str(row.values[column]))
                for name, column in plan.other
                if _says_part(row.values[column])
            )
        )
        return Cut(sex, age or None, other)  # type: ignore[arg-type]  # an empty text is no group

    def _age_of_two(self, row: FoundRow, first: int, last: int) -> AgeGroup | str | None:
        start, end = row.values[first], row.values[last]
        if start is None and end is None:
            return ""
        try:
            low = int(float(str(start))) if start is not None else 0
            high = int(float(str(end))) + self.plan.age_to_counts if end is not None else None
        except (ValueError, OverflowError):
            return None
        return AgeGroup(low, high) if high is None or high > low else None

    def _indicators(self, rows: Sequence[FoundRow]) -> Callable[[FigureColumn, FoundRow], str]:
        """Key of the indicator of a figure; empty where it waits or is left aside."""
        if self.told is not None:
            return self._told_indicators(rows, self.told)
        options = [Option(one.key, one.label, one.also) for one in self.indicators.values()]
        texts: list[tuple[str, int]] = []
        if self.plan.indicator is not None:
            texts = [(str(row.values[self.plan.indicator] or ""), row.number) for row in rows]
        else:
            texts = [(one.indicator, 0) for one in self.plan.figures]
        if self.plan.indicator is None and self.chosen and len({text for text, _row in texts}) <= 1:
            return lambda figure, row: self.chosen
        head = self._head(self.plan.indicator) if self.plan.indicator is not None else _("Überschrift")
        cells = [ColumnCell(number, text or None) for text, number in texts]
        reading = read_words(
            cells,
            options,
            key="indicator",
            head=head,
            rules=WordRules(what="indicator"),
            decisions=self.decisions,
        )
        self.result.questions += reading.questions
        known = {cell.text: str(cell.value or "") for cell in reading.cells}
        if self.plan.indicator is not None:
            column = self.plan.indicator
            return lambda figure, row: (
                known.get(str(row.values[column] or "").strip(), "")
                or ("" if row.values[column] else self.chosen)
            )
        return lambda figure, row: (
            known.get(figure.indicator.strip(), "") or ("" if figure.indicator.strip() else self.chosen)
        )

    def _told_indicators(
        self, rows: Sequence[FoundRow], told: ToldWords
    ) -> Callable[[FigureColumn, FoundRow], str]:
        column = self.plan.indicator
        if column is None and self.chosen:
            return lambda figure, row: self.chosen
        known: dict[str, str] = {}

        def meaning(text: str) -> str:
            if text not in known:
                known[text] = told.indicator(text) if text else ""
            return known[text]

        if column is None:
            for figure in self.plan.figures:
                if not meaning(figure.indicator):
                    note = Note("no_indicator", _("Es ist nicht gesagt, welcher Indikator das ist."))
                    self.result.problems += [
                        RowProblem(row.number, note, row.sheet, self._head(figure.column))
                        for row in rows
                        if row.values[figure.column] is not None
                    ]
            return lambda figure, row: meaning(figure.indicator).removeprefix(LEFT)
        texts = {
            (row.sheet, row.number): str(row.values[column] if row.values[column] is not None else "").strip()
            for row in rows
        }
        for row in rows:
            if not (
                meaning(texts[row.sheet, row.number]) or (not texts[row.sheet, row.number] and self.chosen)
            ):
                self._not_told(row, self._head(column), texts[row.sheet, row.number])
        return lambda figure, row: (meaning(texts[row.sheet, row.number]) or self.chosen).removeprefix(LEFT)

    def _head(self, column: int) -> str:
        return next((one.shown for one in self.table.columns if one.index == column), "")


def _says_part(value: object) -> bool:
    return value is not None and fold(str(value)).strip() not in TOTALS
