"""Figures out of a table, each with its place, indicator, time and breakdown; what is open is asked, what is left out is said.

All columns of one indicator are read together, so that one answer tells thousands from decimals for all its years. A row of
another district or municipality (by its official code) is left out on purpose. Totals are made of men and women and of ages
only where nothing is missing; a gap is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from .breakdowns import Cut
from .column_cells import ColumnCell, Option, ReadCell, shown_short
from .found_table import FoundRow, FoundTable
from .notes import Decisions, Note, OpenQuestion, RowProblem
from .notes import german as _
from .number_columns import read_numbers
from .observation_plan import FigureColumn, ObservationPlan
from .observation_totals import FigureKind, ReadObservation, with_totals
from .observation_words import ObservationsRead, RowWords, ToldWords
from .official_signs import STATUSES, WITHOUT_VALUE, read_sign
from .time_columns import read_periods
from .time_spans import NotATime, TimeSpan, read_time

ALL_TIME = "time"
"""Key of the question for the time of all figures."""


def read_observations(
    table: FoundTable,
    plan: ObservationPlan,
    *,
    indicators: Sequence[FigureKind],
    places: Sequence[Option] = (),
    own_codes: Iterable[str] = (),
    chosen: str = "",
    decisions: Decisions | None = None,
    told: ToldWords | None = None,
    only_questions: bool = False,
) -> ObservationsRead:
    """The figures of a table.

    Parameters
    ----------
    indicators : those there are; the table's words are compared with their labels
    places : places by key; official codes and numbers among ``also``
    own_codes : official codes of the city (07312, 07312000); rows with another code of 5 or 8 digits are left out
    chosen : key of the indicator where the table does not say one; with ``told`` of all figures without a column that names it
    only_questions : whether the figures themselves are not needed
    """
    return _Figures(
        table, plan, indicators, places, frozenset(own_codes), chosen, decisions or {}, told
    ).read(only_questions)


class _Figures(RowWords):
    def read(self, only_questions: bool) -> ObservationsRead:
        rows = self.here()
        place_of = self._places(rows)
        cut_of = self._cuts(rows)
        indicator_of = self._indicators(rows)
        groups: dict[str, list[tuple[FigureColumn, FoundRow]]] = defaultdict(list)
        for figure in self.plan.figures:
            for row in rows:
                key = indicator_of(figure, row)
                if key:
                    groups[key].append((figure, row))
        time_of = self._times(rows, groups)
        for members in self._together(groups):
            self._read_group(members, place_of, cut_of, time_of, only_questions)
        values, gaps = with_totals(self.result.values, self.indicators)
        self.result.values = values
        if gaps:
            self.result.notes.append(
                Note("age_gap", _("Die Altersgruppen haben Lücken (%(ages)s). Deshalb wird keine Gesamtzahl gebildet."), {"ages": ", ".join(map(str, gaps))})
            )  # fmt: skip
        if self.result.cut_off:
            self.result.notes.append(
                Note("cut_off", _("%(count)s Zahlen nach Geschlecht, Alter oder anderem sind weggelassen, weil der Indikator diese Gliederung nicht hat."), {"count": str(self.result.cut_off)})
            )  # fmt: skip
        return self.result

    def _times(
        self, rows: Sequence[FoundRow], groups: Mapping[str, Sequence[tuple[FigureColumn, FoundRow]]]
    ) -> Callable[[FigureColumn, FoundRow], TimeSpan | None]:
        kinds = [self.indicators[key].periods for key in groups if key in self.indicators]
        allowed = frozenset().union(*kinds) if kinds and all(kinds) else frozenset()
        in_rows: dict[tuple[str, int], TimeSpan] = {}
        if self.plan.period is not None:
            cells = self.table.cells(self.plan.period, rows)
            reading = read_periods(
                cells,
                key="period",
                head=self._head(self.plan.period),
                decisions=self.decisions,
                kinds=allowed,
            )
            self.result.questions += reading.questions
            self.result.problems += reading.problems
            in_rows = {
                (one.sheet, one.row): one.value
                for one in reading.cells
                if one.value is not None and one.status != "open"
            }
        heads = [
            ColumnCell(0, text) for text in dict.fromkeys(one.time for one in self.plan.figures if one.time)
        ]
        reading = read_periods(
            heads, key="heads", head=_("Überschrift"), decisions=self.decisions, kinds=allowed
        )
        self.result.questions += reading.questions
        self.result.problems += reading.problems
        in_heads = {one.text: one.value for one in reading.cells if one.value is not None}
        for_all = self._time_of_all(bool(in_rows) or self.plan.period is not None)

        def time_of(figure: FigureColumn, row: FoundRow) -> TimeSpan | None:
            if figure.time:
                return in_heads.get(figure.time.strip())
            return in_rows.get((row.sheet, row.number)) if self.plan.period is not None else for_all

        return time_of

    def _time_of_all(self, by_rows: bool) -> TimeSpan | None:
        if by_rows or not any(not one.time for one in self.plan.figures):
            return None
        if self.told is not None:
            try:
                return read_time(self.told.time)
            except NotATime:
                return None
        answer = self.decisions.get(ALL_TIME, "")
        if answer:
            told = read_periods([ColumnCell(0, answer)], key="all", decisions=self.decisions).cells[0].value
            if told is not None:
                return told
        proposed = (
            ((self.plan.time, Note("time", "%(text)s", {"text": self.plan.time})),) if self.plan.time else ()
        )
        note = Note(
            "time_of_all",
            _(
                "Die Tabelle sagt nicht, für welche Zeit ihre Zahlen gelten. Welches Jahr oder welcher Stichtag ist es?"
            ),
        )
        self.result.questions.append(OpenQuestion(ALL_TIME, note, proposed, self.plan.time, free=True))
        return None

    # --- figures ------------------------------------------------------------------------------------------------------

    def _together(
        self, groups: Mapping[str, Sequence[tuple[FigureColumn, FoundRow]]]
    ) -> list[list[tuple[str, FigureColumn, FoundRow]]]:
        """The figures that are read together, so that one answer tells thousands from decimals: of each indicator, or where
        words are told elsewhere all that are numbers of one sort."""
        found: dict[object, list[tuple[str, FigureColumn, FoundRow]]] = {}
        for key, members in groups.items():
            sort = self._kind(key).kind if self.told is not None else key
            found.setdefault(repr(sort), []).extend((key, figure, row) for figure, row in members)
        return list(found.values())

    def _kind(self, key: str) -> FigureKind:
        return self.indicators.get(key) or FigureKind(key, key)

    def _read_group(
        self, members: Sequence[tuple[str, FigureColumn, FoundRow]], place_of: Callable[[FoundRow], str | None],
        cut_of: Callable[[FoundRow], Cut | None], time_of: Callable[[FigureColumn, FoundRow], TimeSpan | None],
        only_questions: bool,
    ) -> None:  # fmt: skip
        keys = list(dict.fromkeys(key for key, _figure, _row in members))
        kind = self._kind(keys[0]).kind
        key = keys[0] if len(keys) == 1 and self.told is None else kind.percent
        by_figure: dict[int, list[tuple[str, FoundRow]]] = defaultdict(list)
        figures = {figure.column: figure for _key, figure, _row in members}
        for one, figure, row in members:
            by_figure[figure.column].append((one, row))
        cells = [
            cell
            for column, rows in by_figure.items()
            for cell in self.table.cells(column, [row for _one, row in rows])
        ]
        heads = [self._head(column) for column in by_figure]
        reading = read_numbers(
            cells, key=f"values:{key}", head=", ".join(heads[:3]) + (" …" if len(heads) > 3 else ""), kind=kind, decisions=self.decisions
        )  # fmt: skip
        self.result.questions += reading.questions
        self.result.problems += reading.problems
        if only_questions:
            return
        places = iter(reading.cells)
        for column, rows in by_figure.items():
            for one, row in rows:
                self._take(
                    self._kind(one),
                    figures[column],
                    row,
                    next(places),
                    place_of(row),
                    cut_of(row),
                    time_of(figures[column], row),
                )

    def _take(
        self, indicator: FigureKind, figure: FigureColumn, row: FoundRow, cell: ReadCell, place: str | None, cut: Cut | None, span: TimeSpan | None
    ) -> None:  # fmt: skip
        if cell.value is None and not cell.status:
            self.result.empty += 1
            return
        if cell.status == "wrong" or cut is None:
            return
        if cell.status == "open" or place is None or span is None:
            self.result.waiting += place is not None or cell.status == "open"
            if cell.status == "open":
                self._wait(row, figure, cell, cell.note)
            elif place is not None and not self._is_refused(row):
                self._wait(row, figure, cell, None)
            return
        both = Cut(
            figure.cut.sex or cut.sex,
            figure.cut.age or cut.age,
            tuple(sorted({*figure.cut.other, *cut.other})),
        )
        if not both.dimensions() <= indicator.dimensions:
            self.result.cut_off += 1
            if not indicator.additive:
                return
        status = cell.status or span.status or self._said_status(row)
        value = None if status in WITHOUT_VALUE else cell.value
        self.result.values.append(
            ReadObservation(
                row.number,
                self._head(figure.column),
                indicator.key,
                place,
                span,
                both,
                value,
                status,
                row.sheet,
            )
        )

    def _is_refused(self, row: FoundRow) -> bool:
        """Whether something is wrong with the time in that row, which is said already."""
        if self._refused is None:
            self._refused = {(one.sheet, one.row) for one in self.result.problems}
        return (row.sheet, row.number) in self._refused

    def _wait(self, row: FoundRow, figure: FigureColumn, cell: ReadCell, note: Note | None) -> None:
        said = note or Note("no_time", _("Es ist nicht gesagt, für welchen Zeitraum das gilt."))
        self.result.open.append(
            RowProblem(row.number, said, row.sheet, self._head(figure.column), shown_short(cell.text))
        )

    def _said_status(self, row: FoundRow) -> str:
        if self.plan.status is None or row.values[self.plan.status] is None:
            return ""
        text = str(row.values[self.plan.status]).strip()
        if text.casefold() in STATUSES:
            return text.casefold()
        return read_sign(f"1{text}").status if len(text) == 1 else ""
