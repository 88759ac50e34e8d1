"""Days, years, periods and horizons of a column; numbers that may be days of a spreadsheet (45291) are proposed and asked once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from .book import CellValue
from .column_cells import ColumnCell, ColumnReading, shown_short
from .horizons import HorizonRead, NotAHorizon, read_horizon
from .notes import Decisions, Note, OpenQuestion
from .notes import german as _
from .row_marks import is_year
from .time_spans import (
    BOTH,
    SCHOOL,
    SEASON,
    WINTER,
    NotATime,
    TimeSpan,
    is_split_year,
    on_day,
    read_day,
    read_time,
    serial_day,
    whole_year,
)

MOST_ROWS = 50
_OPEN = Note("open", _("Wartet auf Ihre Antwort."))
WHY_NOT = {
    "unknown": _("„%(text)s“ ist kein Datum und kein Zeitraum. Bitte schreiben Sie zum Beispiel 31.12.2023, 2023 oder 2023-Q1."),
    "day": _("Den Tag „%(text)s“ gibt es nicht."),
    "order": _("Der Zeitraum „%(text)s“ endet vor seinem Beginn oder ist unklar. Bitte schreiben Sie zum Beispiel 2022/23 oder 2020–2022."),
    "slashed": _("Bei „%(text)s“ ist nicht klar, was Tag und was Monat ist."),
}  # fmt: skip


class TimeColumn:
    """A column of times: what is asked for the column as a whole, and each cell read."""

    def __init__(self, cells: Sequence[ColumnCell], key: str, head: str, decisions: Decisions | None) -> None:
        self.cells, self.key, self.head, self.decisions = cells, key, head, decisions or {}
        self.reading = ColumnReading()
        self.serials = self._ask_serials()
        self.month_first = self._ask_month_first()

    def _ask_serials(self) -> str:
        """``date``, ``number``, or empty while it is asked; numbers that are years are none."""
        found = [cell for cell in self.cells if _serial(cell.value) is not None]
        if not found:
            return "number"
        answer = self.decisions.get(f"serial:{self.key}", "")
        if answer in {"date", "number"}:
            return answer
        day = _serial(found[0].value)
        assert day is not None
        self._ask(
            "serial", Note("serial", _("In Spalte „%(head)s“ steht „%(text)s“. Ist das der Tag %(day)s, den eine Tabelle als Zahl gespeichert hat?"), {"head": self.head, "text": found[0].text, "day": day.strftime("%d.%m.%Y")}),
            (("date", Note("date", "%(day)s", {"day": day.strftime("%d.%m.%Y")})), ("number", Note("number", _("nein, kein Datum")))), "date", found,
        )  # fmt: skip
        return ""

    def _ask_month_first(self) -> bool | None:
        """How 03/04/2023 is meant; other days of the column tell it where one of their numbers is over 12."""
        open_to_both, told = [], set()
        for cell in self.cells:
            if isinstance(cell.value, str) and "/" in cell.value:
                try:
                    read_day(cell.text)
                    parts = cell.text.split("/")
                    if len(parts) == 3 and parts[0].isdigit() and parts[1].isdigit() and parts[0] != parts[1]:
                        told.add(int(parts[1]) > 12)
                except NotATime as error:
                    if error.code == "slashed":
                        open_to_both.append(cell)
        if not open_to_both:
            return None
        if len(told) == 1:
            return told.pop()
        answer = self.decisions.get(f"slashed:{self.key}")
        if answer in {"day", "month"}:
            return answer == "month"
        self._ask(
            "slashed", Note("slashed", _("In Spalte „%(head)s“ steht „%(text)s“. Was kommt zuerst?"), {"head": self.head, "text": open_to_both[0].text}),
            (("day", Note("day", _("der Tag"))), ("month", Note("month", _("der Monat")))), "day", open_to_both,
        )  # fmt: skip
        return None

    def _ask(self, what: str, note: Note, choices: Sequence[tuple[str, Note]], proposed: str, cells: Sequence[ColumnCell]) -> None:  # fmt: skip
        self.reading.questions.append(
            OpenQuestion(
                f"{what}:{self.key}", note, tuple(choices), proposed, self.head,
                tuple(dict.fromkeys(shown_short(cell.text) for cell in cells))[:5], tuple(cell.row for cell in cells)[:MOST_ROWS],
            )
        )  # fmt: skip

    def refuse(self, cell: ColumnCell, code: str = "unknown") -> None:
        self.reading.refuse(
            cell, self.head, Note(f"time_{code}", WHY_NOT[code], {"text": shown_short(cell.text)})
        )

    def day_of(self, cell: ColumnCell) -> date | None:
        """The day of a cell, None where it waits. Raises NotATime."""
        value = cell.value
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        serial = _serial(value)
        if serial is not None and self.serials != "number":
            return serial if self.serials == "date" else None
        return read_day(cell.text, month_first=self.month_first)

    def waits(self, cell: ColumnCell) -> bool:
        return (self.serials == "" and _serial(cell.value) is not None) or self._is_slashed(cell)

    def _is_slashed(self, cell: ColumnCell) -> bool:
        asked = any(question.key == f"slashed:{self.key}" for question in self.reading.questions)
        return asked and isinstance(cell.value, str) and "/" in cell.value


def _serial(value: CellValue) -> date | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return serial_day(value)
    if (
        isinstance(value, str)
        and value.strip().isascii()
        and value.strip().isdigit()
        and len(value.strip()) == 5
    ):
        return serial_day(int(value))
    return None


def read_days(
    cells: Sequence[ColumnCell], *, key: str, head: str = "", decisions: Decisions | None = None
) -> ColumnReading:
    """Days of a column as ``date``."""
    column = TimeColumn(cells, key, head, decisions)
    for cell in cells:
        if cell.value is None:
            column.reading.add(cell)
        elif column.waits(cell):
            column.reading.add(cell, None, "open", _OPEN)
        else:
            try:
                column.reading.add(cell, column.day_of(cell))
            except NotATime as error:
                column.refuse(cell, error.code)
    return column.reading


def read_periods(
    cells: Sequence[ColumnCell],
    *,
    key: str,
    head: str = "",
    decisions: Decisions | None = None,
    kinds: frozenset[str] = frozenset(),
) -> ColumnReading:
    """Periods of a column as ``TimeSpan``.

    Parameters
    ----------
    kinds : kinds of spans that are possible (a yearly indicator: ``year`` and ``day``); others are problems of their row
    """
    column = TimeColumn(cells, key, head, decisions)
    split = _ask_split_year(column)
    for cell in cells:
        if cell.value is None:
            column.reading.add(cell)
            continue
        if column.waits(cell) or (split == "" and is_split_year(cell.text)):
            column.reading.add(cell, None, "open", _OPEN)
            continue
        try:
            span = _span(column, cell, split or SCHOOL)
        except NotATime as error:
            column.refuse(cell, error.code)
            continue
        if kinds and span.kind not in kinds:
            note = Note("other_period", _("„%(text)s“ ist kein Zeitraum der erwarteten Länge. Bitte lassen Sie die Zeile weg oder wählen Sie einen anderen Indikator."), {"text": shown_short(cell.text)})  # fmt: skip
            column.reading.refuse(cell, head, note)
        else:
            column.reading.add(cell, span, span.status)
    return column.reading


def _span(column: TimeColumn, cell: ColumnCell, split: str) -> TimeSpan:
    if isinstance(cell.value, date) or (_serial(cell.value) is not None and column.serials == "date"):
        day = column.day_of(cell)
        assert day is not None
        return on_day(day)
    if is_year(cell.value):
        return whole_year(int(str(cell.value).strip().removesuffix(".0")))
    return read_time(cell.text, split)


def _ask_split_year(column: TimeColumn) -> str:
    found = [cell for cell in column.cells if isinstance(cell.value, str) and is_split_year(cell.text)]
    if not found:
        return SCHOOL
    answer = column.decisions.get(f"split_year:{column.key}", "")
    if answer in {SCHOOL, SEASON, WINTER, BOTH}:
        return answer
    column._ask(
        "split_year", Note("split_year", _("Welcher Zeitraum ist „%(text)s“ in Spalte „%(head)s“?"), {"text": found[0].text, "head": column.head}),
        (
            (SCHOOL, Note(SCHOOL, _("Schuljahr (August bis Juli)"))), (SEASON, Note(SEASON, _("Juli bis Juni"))),
            (WINTER, Note(WINTER, _("Winterhalbjahr (Oktober bis März)"))), (BOTH, Note(BOTH, _("beide Kalenderjahre zusammen"))),
        ),
        SCHOOL, found,
    )  # fmt: skip
    return ""


def read_years(
    cells: Sequence[ColumnCell], *, key: str, head: str = "", decisions: Decisions | None = None
) -> ColumnReading:
    """Years of a column as ``int``; a day counts as its year, "2025 ff." as 2025."""
    column = TimeColumn(cells, key, head, decisions)
    for cell in cells:
        if cell.value is None:
            column.reading.add(cell)
        elif is_year(cell.value):
            column.reading.add(cell, int(str(cell.value).strip().removesuffix(".0")))
        elif column.waits(cell):
            column.reading.add(cell, None, "open", _OPEN)
        else:
            try:
                horizon = _horizon(column, cell)
            except (NotATime, NotAHorizon):
                column.refuse(cell)
                continue
            year = horizon.start_year or horizon.end_year
            if year is None and horizon.word == "open":
                column.reading.add(cell)
            elif year is None:
                column.refuse(cell)
            else:
                column.reading.add(cell, year)
    return column.reading


def read_horizons(
    cells: Sequence[ColumnCell], *, key: str, head: str = "", decisions: Decisions | None = None
) -> ColumnReading:
    """When measures are done, as ``HorizonRead``."""
    column = TimeColumn(cells, key, head, decisions)
    for cell in cells:
        if cell.value is None:
            column.reading.add(cell)
        elif column.waits(cell):
            column.reading.add(cell, None, "open", _OPEN)
        else:
            try:
                column.reading.add(cell, _horizon(column, cell))
            except (NotATime, NotAHorizon):
                note = Note("no_horizon", _("„%(text)s“ sagt keine Zeit. Bitte schreiben Sie zum Beispiel 2025, 2025–2027, ab 2028 oder kurzfristig."), {"text": shown_short(cell.text)})  # fmt: skip
                column.reading.refuse(cell, head, note)
    return column.reading


def _horizon(column: TimeColumn, cell: ColumnCell) -> HorizonRead:
    if isinstance(cell.value, date) or (_serial(cell.value) is not None and column.serials == "date"):
        day = column.day_of(cell)
        return HorizonRead(day, day, text=cell.text)
    return read_horizon(cell.text)
