"""From a sheet to its table: head, rows of data, and of every other row why it is none.

What the program sees, a person can correct (``Corrections``); what cannot be told is asked: hidden rows and columns, rows that
continue others, whether a gap repeats what stands above it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from insek.engines.text.folding import fold

from .book import Book, CellValue, Sheet, column_letter
from .colours import add_colours, colours_as_words, meanings
from .found_table import NOTHING_CORRECTED, Corrections, FoundColumn, FoundRow, FoundTable, LeftOutRow
from .group_rows import lift_group_rows
from .head_texts import head_key, plain_head
from .heads import head_names, head_parts, head_rows_of, typical_width
from .joining import joined_tables
from .lying_across import heads_below_each_other
from .marks import join_marks
from .notes import Decisions, Note, OpenQuestion, RowProblem
from .notes import german as _
from .numbered_titles import split_numbers
from .row_groups import ask_about_groups
from .row_kinds import RowKinds, other_table_below
from .row_marks import (
    Line,
    lines_of,
    lines_that_continue,
)
from .sections import SectionRows

MOST_NAMED = 50


def find_tables(
    book: Book, corrections: Mapping[str, Corrections] | None = None, decisions: Decisions | None = None
) -> list[FoundTable]:
    """The tables of a file, one a sheet; sheets with the same heads and forms of several sheets are joined into one."""
    from .forms import find_forms, holds_forms, labels_of
    from .forms_above import find_forms_above, holds_labels_above

    given, decided = corrections or {}, decisions or {}
    found: list[FoundTable] = []
    forms: list[Sheet] = []
    above: list[Sheet] = []
    hidden: list[str] = []
    seen = [sheet for sheet in book.sheets if any(value is not None for row in sheet.rows for value in row)]
    labels = labels_of(seen)
    for sheet in seen:
        if sheet.hidden and decided.get(f"hidden_sheet:{sheet.name}") != "keep":
            hidden.append(sheet.name)
            continue
        layout = given.get(sheet.name, NOTHING_CORRECTED).layout
        is_form = layout == "forms" or (not layout and holds_forms(sheet, seen, labels))
        # of rows that come again word by word the labels stand beside their answers, where all else says so
        if layout != "table" and not is_form and holds_labels_above(sheet, seen):
            above.append(sheet)
        elif is_form:
            forms.append(sheet)
        else:
            found.append(find_table(sheet, given.get(sheet.name, NOTHING_CORRECTED), decided))
    if forms:
        found.append(find_forms(forms, given))
    if above:
        found.append(find_forms_above(above, given))
    told = [
        table
        for table in found
        if table.rows and (table.head_rows or len(table.columns) > 1 or table.sheet in given)
    ]
    tables = joined_tables(told or found)
    if hidden and tables:
        tables[0].questions += [
            _hidden_sheet(name) for name in hidden if f"hidden_sheet:{name}" not in decided
        ]
    return tables


def likeliest(tables: Sequence[FoundTable]) -> FoundTable:
    """The table with the most filled cells: what somebody most likely wants to read in."""
    return max(tables, key=lambda table: sum(value is not None for row in table.rows for value in row.values))


def find_table(
    sheet: Sheet, corrections: Corrections = NOTHING_CORRECTED, decisions: Decisions | None = None
) -> FoundTable:
    """The table of one sheet."""
    return _Search(sheet, corrections, decisions or {}).table()


class _Search:
    """One sheet, looked through from its head downwards."""

    def __init__(self, sheet: Sheet, corrections: Corrections, decisions: Decisions) -> None:
        wide = sheet.width
        high = len(sheet.rows) - 1
        inside = [
            (top, left, min(low, high), min(right, wide - 1))
            for top, left, low, right in sheet.merged
            if top <= high and left < wide
        ]
        sheet = replace(
            sheet, merged=inside, rows=[[*row, *[None] * (wide - len(row))] for row in sheet.rows]
        )
        self.sheet, self.corrections, self.decisions = sheet, corrections, decisions
        self.lines = lines_of(sheet)
        self.titles: list[Line] = []
        self.continued: frozenset[int] = frozenset()
        self.number = sheet.row_number
        if corrections.head_rows is not None:
            self.heads = tuple(row - sheet.first_line for row in corrections.head_rows)
        else:
            self.heads = head_rows_of(self.lines, sheet)
        self.found = FoundTable(
            sheet.name, head_rows=tuple(map(self.number, self.heads)), sheets=(sheet.name,)
        )
        self.parts = head_parts(self.heads, sheet) if self.heads else [()] * sheet.width

    def table(self) -> FoundTable:
        found = self.found
        kept = self._data_rows()
        sections = SectionRows()
        sections.begin_with_titles(self.titles, [line for line, what in kept if what == "section"])
        data: list[tuple[int, tuple[str, ...]]] = []
        more: dict[int, str] = {}
        for line, what in kept:
            if what == "continued":
                more[data[-1][0]] = line.first_text
                self._leave_out(
                    line.row,
                    Note("continued", _("Gehört zur Zeile darüber; der Text wird zu einer eigenen Spalte.")),
                )
            elif what == "section":
                sections.enter(line)
                self._leave_out(
                    line.row, Note("section", _("Zwischenüberschrift; sie wird zu einer eigenen Spalte."))
                )
            else:
                data.append((line.row, sections.current()))
        said = (
            meanings([*found.legend, *found.titles, *(one.text for one in found.left_out)])
            if self.sheet.fills
            else {}
        )
        coloured = colours_as_words(
            self.sheet, [row for row, _current in data], range(self.sheet.width), said
        )
        columns = self._columns([row for row, _current in data])
        self._fill_merged([row for row, _current in data], columns)
        self._ask_about_hidden([row for row, _current in data], columns)
        hidden_out = self._hidden_rows_out()
        found.columns = [
            FoundColumn(index, self._head(column), self.parts[column], column) for index, column in enumerate(columns)
        ]  # fmt: skip
        names = sections.names([column.head for column in found.columns])
        found.columns += [
            FoundColumn(len(columns) + place, name, (name,), None, "section")
            for place, name in enumerate(names)
        ]
        for row, current in data:
            if row in hidden_out:
                self._leave_out(row, Note("hidden", _("Ausgeblendete Zeile, auf Wunsch weggelassen.")))
                continue
            cells = self.sheet.rows[row]
            found.rows.append(
                FoundRow(self.number(row), (*(cells[c] for c in columns), *sections.filled(current, len(names))), self.sheet.name)
            )  # fmt: skip
        self._mark(columns)
        join_marks(found)
        if self.sheet.fills and not coloured:
            shown = [row for row, _current in data if row not in hidden_out]
            add_colours(found, self.sheet, shown, columns, said)
        if found.head_rows:
            ask_about_groups(found, self._merged_rows(columns), self.decisions)
            split_numbers(found, self.decisions)
            lift_group_rows(found)
        self._add_continued(more)
        found.left_out.sort(key=lambda one: one.row)
        if found.rows:
            found.first_row, found.last_row = found.rows[0].number, found.rows[-1].number
        if not self.heads and self.corrections.head_rows is None:
            found.notes.append(Note("no_head", _("Es war keine Zeile mit Überschriften zu erkennen. Bitte wählen Sie sie aus oder ordnen Sie die Spalten selbst zu.")))  # fmt: skip
        if across := heads_below_each_other(found):
            found.notes.append(Note("across", _("Diese Tabelle liegt wohl quer: In der ersten Spalte stehen Überschriften (%(heads)s), jede weitere Spalte wäre ein Inhalt. Bitte drehen Sie sie vor dem Einlesen, in Excel mit Kopieren und Einfügen als „Transponieren“."), {"heads": ", ".join(across[:4])}))  # fmt: skip
        return found

    def _add_continued(self, more: Mapping[int, str]) -> None:
        """A column of the texts that stand in a row of their own below each row of data."""
        if not more:
            return
        found = self.found
        head = _("Zusatzzeile")
        found.columns.append(FoundColumn(len(found.columns), head, (head,), None, "continued"))
        told = {self.number(row): text for row, text in more.items()}
        found.rows = [replace(row, values=(*row.values, told.get(row.number))) for row in found.rows]
        found.sums = [replace(row, values=(*row.values, None)) for row in found.sums]

    def _leave_out(self, row: int, note: Note) -> None:
        self.found.left_out.append(LeftOutRow(self.number(row), note, self._shown_row(row), self.sheet.name))

    def _head(self, column: int) -> str:
        return head_names([self.parts[column]])[0]

    def _begin(self) -> int:
        if self.corrections.first_row is not None:
            return self.corrections.first_row - self.sheet.first_line
        if self.heads:
            return self.heads[-1] + 1
        wide = typical_width(self.lines)
        return next((line.row for line in self.lines if len(line.filled) >= max(1, 0.5 * wide)), 0)

    def _data_rows(self) -> list[tuple[Line, str]]:
        """Rows that are data or sections; all others are put down as left out, with the reason."""
        found, begin = self.found, self._begin()
        last = (
            None if self.corrections.last_row is None else self.corrections.last_row - self.sheet.first_line
        )
        for line in self.lines[:begin]:
            if line.filled and line.row not in self.heads:
                found.titles.append(" ".join(map(plain_head, (line.cells[place] for place in line.filled))))
                self.titles.append(line)
                self._leave_out(line.row, Note("title", _("Steht über der Tabelle.")))
        body = [line for line in self.lines[begin:] if line.filled]
        self.continued = lines_that_continue(body)
        heads = [[fold(part) for part in row] for row in zip(*self.parts, strict=True)]
        kinds = RowKinds([line for line in body if line.row not in self.continued], heads)
        kept: list[tuple[Line, str]] = []
        over = False
        other = None if last is not None else other_table_below(body, heads)
        if other is not None:
            found.notes.append(
                Note("other_table", _("Ab Zeile %(row)s beginnt eine weitere Tabelle mit anderen Überschriften. Sie wird hier nicht gelesen; geben Sie ihre Zeilen an, um sie zu lesen."), {"row": str(self.number(other))})
            )  # fmt: skip
        for line in body:
            number = self.number(line.row)
            if over or (last is not None and line.row > last):
                what = "below"
            elif other is not None and line.row >= other:
                what = "other_table"
            else:
                what = "continued" if line.row in self.continued else kinds.kind(line)
            if number in self.corrections.kept:
                what = "data"
            elif number in self.corrections.left_out:
                what = "by_hand"
            if what == "below" and not over and last is None:
                over = True
            if what in {"data", "section", "continued"}:
                kept.append((line, what))
                continue
            if what in {"below", "legend"}:
                found.legend.append(" ".join(map(plain_head, (line.cells[place] for place in line.filled))))
            if what == "sum":
                found.sums.append(FoundRow(number, tuple(line.cells), self.sheet.name))
            self._leave_out(line.row, _WHY[what])
        return kept

    def _columns(self, rows: Sequence[int]) -> list[int]:
        """The columns that hold something; what has a head and nothing below is said."""
        used: list[int] = []
        for column in range(self.sheet.width):
            holds = any(
                self.sheet.rows[row][column] is not None or (row, column) in self.sheet.broken for row in rows
            )
            if column in self.corrections.columns_left_out or self._hidden_out(column):
                continue
            if holds:
                used.append(column)
            elif self._head(column):
                self.found.notes.append(
                    Note("empty_column", _("Spalte %(letter)s „%(head)s“ ist leer und wird weggelassen."), {"letter": column_letter(column), "head": self._head(column)})
                )  # fmt: skip
        return used

    def _fill_merged(self, rows: Sequence[int], columns: Sequence[int]) -> None:
        """What is merged downwards holds for each of its rows."""
        inside = set(rows)
        for top, left, low, _right in self.sheet.merged:
            if low > top and left in columns and top in inside:
                for row in range(top + 1, low + 1):
                    if row in inside and self.sheet.rows[row][left] is None:
                        self.sheet.rows[row][left] = self.sheet.rows[top][left]

    def _merged_rows(self, columns: Sequence[int]) -> dict[int, set[int]]:
        """Row as a person counts it -> columns of the table whose cell is merged with the one above."""
        places = {column: index for index, column in enumerate(columns)}
        found: dict[int, set[int]] = {}
        for top, left, low, _right in self.sheet.merged:
            if left in places:
                for row in range(top + 1, low + 1):
                    found.setdefault(self.number(row), set()).add(places[left])
        return found

    def _ask_about_hidden(self, rows: Sequence[int], columns: Sequence[int]) -> None:
        name = self.sheet.name
        hidden = [row for row in rows if row in set(self.sheet.hidden_rows)]
        if hidden and f"hidden_rows:{name}" not in self.decisions:
            numbers = list(map(self.number, hidden))
            self.found.questions.append(
                OpenQuestion(
                    f"hidden_rows:{name}",
                    Note("hidden_rows", _("Im Blatt „%(sheet)s“ sind Zeilen ausgeblendet: %(rows)s. Sollen sie eingelesen werden?"), {"sheet": name, "rows": shown_rows(numbers)}),
                    _KEEP_OR_LEAVE, "", examples=tuple(self._shown_row(row) for row in hidden[:3]), rows=tuple(numbers[:MOST_NAMED]),
                )
            )  # fmt: skip
        for column in columns:
            if column in self.sheet.hidden_columns and f"hidden_column:{name}:{column}" not in self.decisions:
                self.found.questions.append(
                    OpenQuestion(
                        f"hidden_column:{name}:{column}",
                        Note("hidden_column", _("Im Blatt „%(sheet)s“ ist Spalte %(letter)s „%(head)s“ ausgeblendet. Soll sie eingelesen werden?"), {"sheet": name, "letter": column_letter(column), "head": self._head(column)}),
                        _KEEP_OR_LEAVE, "leave", column=self._head(column) or column_letter(column),
                    )
                )  # fmt: skip

    def _shown_row(self, row: int) -> str:
        return " | ".join(plain_head(value) for value in self.sheet.rows[row] if value is not None)[:120]

    def _hidden_rows_out(self) -> frozenset[int]:
        if self.decisions.get(f"hidden_rows:{self.sheet.name}") == "leave":
            return frozenset(self.sheet.hidden_rows)
        return frozenset()

    def _hidden_out(self, column: int) -> bool:
        return column in self.sheet.hidden_columns and self.decisions.get(f"hidden_column:{self.sheet.name}:{column}") == "leave"  # fmt: skip

    def _mark(self, columns: Sequence[int]) -> None:
        """Percent cells and broken formulas of the rows of data; sums get the places of the found columns."""
        found, name = self.found, self.sheet.name
        places = {column: index for index, column in enumerate(columns)}
        numbers = {row.number for row in found.rows}
        for (row, column), _code in self.sheet.formats.items():
            if column in places and self.number(row) in numbers and self.sheet.in_percent(row, column):
                found.percent.add((name, self.number(row), places[column]))
        for (row, column), error in self.sheet.broken.items():
            if column in places and self.number(row) in numbers:
                found.broken[name, self.number(row), places[column]] = error
                words = _("Die Formel ergibt einen Fehler (%(error)s). Bitte tragen Sie den Wert ein oder lassen Sie ihn weg.") if error else _("Diese Formel wurde nie ausgerechnet. Bitte öffnen Sie die Datei in Excel oder LibreOffice, speichern Sie sie neu und laden Sie sie wieder hoch.")  # fmt: skip
                head = found.columns[places[column]].shown
                found.problems.append(RowProblem(self.number(row), Note("formula", words, {"error": error}), name, head, error))  # fmt: skip
        empty = [None] * (len(found.columns) - len(columns))
        found.sums = [
            replace(one, values=(*(one.values[column] for column in columns), *empty)) for one in found.sums
        ]


_KEEP_OR_LEAVE = (("keep", Note("keep", _("einlesen"))), ("leave", Note("leave", _("weglassen"))))
_WHY = {
    "below": Note("below", _("Steht unter der Tabelle.")),
    "legend": Note("legend", _("Erläuterung oder Quelle, keine Angabe.")),
    "sum": Note("sum", _("Summe; sie wird mit den Zeilen verglichen und nicht eingelesen.")),
    "repeated_head": Note("repeated_head", _("Wiederholung der Überschriften.")),
    "numbering": Note("numbering", _("Nummern der Spalten.")),
    "page": Note("page", _("Seitenzahl oder Übertrag.")),
    "rule": Note("rule", _("Trennlinie.")),
    "other_table": Note("other_table", _("Gehört zu einer weiteren Tabelle darunter.")),
    "by_hand": Note("by_hand", _("Von Hand weggelassen.")),
}


def _hidden_sheet(name: str) -> OpenQuestion:
    return OpenQuestion(
        f"hidden_sheet:{name}",
        Note("hidden_sheet", _("Das Blatt „%(sheet)s“ ist ausgeblendet. Soll es eingelesen werden?"), {"sheet": name}),
        _KEEP_OR_LEAVE, "leave",
    )  # fmt: skip


def shown_rows(numbers: Sequence[int]) -> str:
    """Numbers of rows as a person writes them: 3, 5–9, 12."""
    told: list[str] = []
    for number in sorted(set(numbers)):
        if told and int(told[-1].split("–")[-1]) == number - 1:
            told[-1] = f"{told[-1].split('–')[0]}–{number}"
        else:
            told.append(str(number))
    return ", ".join(told[:12]) + (" …" if len(told) > 12 else "")


def known_heads(table: FoundTable) -> set[str]:
    return {head_key(column.head) for column in table.columns if column.head and column.origin == "sheet"}


def first_cell(row: FoundRow) -> CellValue:
    return next((value for value in row.values if value is not None), None)
