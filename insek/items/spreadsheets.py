"""A list as a workbook that can be edited and read in again: one row an item, and a sheet that says how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import ANONYMOUS, Actor
from insek.thread.models import Item, ItemQuerySet
from insek.thread.rows import Rows, by_item, rows_of_kind

from .columns import ID, SEPARATOR, VERSION, TableColumn, cell_text, with_columns

MOST_ROWS = 5_000
"""Items in one workbook; the CSV file has all of them."""
LONGEST_CELL = 32_767
"""Characters that a spreadsheet keeps in a cell."""
CUT = " […] "
"""Stands where a text was cut, before the words that say so."""
_TAKEN_FOR_OTHER = re.compile(r"[=+\-@]|[\d.,/:%\s-]+$", re.ASCII)
"""What a spreadsheet would take for a formula, number or day once a person steps into the cell, such as 9.10."""
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept_of_cut(text: str) -> str | None:
    """The beginning of a text that was cut to fit into a cell; None where nothing was cut."""
    kept, sign, _said = text.rpartition(CUT)
    return kept if sign and len(text) > LONGEST_CELL - 10 else None


def heads_of(columns: Sequence[TableColumn]) -> list[str]:
    """The heads of a sheet: id and version first, then the columns in words."""
    return [_("Kennung"), _("Fassung"), *[str(column.label) for column in columns]]


def write_workbook(
    items: ItemQuerySet,
    columns: Sequence[TableColumn],
    *,
    title: str,
    editable: frozenset[str],
    kind: str = "",
    actor: Actor = ANONYMOUS,
) -> BytesIO:
    """Write the items row by row, and a sheet for each sort of rows beside items of this kind that the actor may read.

    A constant number of queries for each thousand of items.
    """
    from openpyxl import Workbook  # slow to import, and only needed here
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "D2" if columns and columns[0].name == "number" else "C2"
    for index, width in enumerate([11, 9, *[column.width for column in columns]]):
        sheet.column_dimensions[_letters(index)].width = width
    bold, grey = Font(bold=True), PatternFill("solid", fgColor="E7E9E4")
    top = Alignment(vertical="top", wrap_text=True)

    def head(text: str, *, readable: bool) -> Any:
        cell = _text_cell(WriteOnlyCell(sheet), text)
        cell.font = bold
        if not readable:
            cell.fill = grey
        return cell

    names = [ID, VERSION, *[column.name for column in columns]]
    sheet.append(
        [head(text, readable=name in editable) for text, name in zip(heads_of(columns), names, strict=True)]
    )
    rows = with_columns(items, columns)
    written = 0
    listed: list[Item] = []
    for item in rows[:MOST_ROWS].iterator(chunk_size=1000):
        cells = [_cell(WriteOnlyCell(sheet), item.pk), _cell(WriteOnlyCell(sheet), item.version)]
        for column in columns:
            cell = _cell(WriteOnlyCell(sheet), column.value(item))
            if column.width > 30:
                cell.alignment = top
            cells.append(cell)
        sheet.append(cells)
        listed.append(Item(pk=item.pk, number=item.number, title=item.title))
        written += 1
    sheet.auto_filter.ref = f"A1:{_letters(len(names) - 1)}{written + 1}"
    _notes(book, columns, editable, full=written >= MOST_ROWS)
    for beside in rows_of_kind(kind):
        _sheet_of_rows(book, beside, listed, actor)
    target = BytesIO()
    book.save(target)
    target.seek(0)
    return target


def _sheet_of_rows(book: Any, rows: Rows, items: Sequence[Item], actor: Actor) -> None:
    """All rows of one sort of the items of the first sheet, each with the item it hangs on. To be read, not to be read back."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    sheet = book.create_sheet(_sheet_title(str(rows.plural)))
    sheet.freeze_panes = "A2"
    heads = [_("Kennung"), _("Nummer"), _("Titel"), *[str(each.label) for each in rows.fields]]
    cells = [_text_cell(WriteOnlyCell(sheet), text) for text in heads]
    for cell, width in zip(cells, [11, 10, 40, *[24 for _each in rows.fields]], strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[_letters(cells.index(cell))].width = width
    sheet.append(cells)
    for start in range(0, len(items), 1000):
        portion = items[start : start + 1000]
        found = by_item(rows, portion, actor)
        for item in portion:
            for row in found[item.pk]:
                values = [
                    item.pk,
                    item.number,
                    item.title,
                    *[_shown(rows, row, each.name) for each in rows.fields],
                ]
                sheet.append([_cell(WriteOnlyCell(sheet), value) for value in values])


def _shown(rows: Rows, row: Any, name: str) -> Any:
    """A value of a row as a person reads it: the words of a choice, the name of what it refers to."""
    column = rows.column(name)
    if column.choices:
        return str(getattr(row, f"get_{name}_display")())
    value = getattr(row, name)
    if isinstance(column, ForeignKey):
        return str(getattr(value, "item", value)) if value is not None else ""
    return value


def _sheet_title(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or _("Tabelle")


def _letters(index: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(index + 1)


def _text_cell(cell: Any, text: str) -> Any:
    """A text stays a text, also when it begins as a formula does."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if len(text) > LONGEST_CELL:
        said = CUT + _(
            "Gekürzt: Eine Zelle fasst nicht mehr. Der ganze Text steht auf der Seite und in der CSV-Datei."
        )
        text = text[: LONGEST_CELL - len(said)] + said
    cell.value = text
    cell.data_type = "s"
    if _TAKEN_FOR_OTHER.match(text):
        cell.quotePrefix = True  # as if typed behind an apostrophe: stays a text when somebody edits it
    return cell


def _cell(cell: Any, value: Any) -> Any:
    if value is None or value == "":
        return cell
    if isinstance(value, bool | list):
        return _text_cell(cell, cell_text(value))
    if isinstance(value, datetime):
        cell.value = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        cell.number_format = "DD.MM.YYYY HH:MM"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "DD.MM.YYYY"
    elif isinstance(value, int):
        cell.value = value
        if abs(value) >= 10_000:
            cell.number_format = "#,##0"
    elif isinstance(value, Decimal):
        cell.value = float(value)
    else:
        return _text_cell(cell, str(value))
    return cell


def _notes(book: Any, columns: Sequence[TableColumn], editable: frozenset[str], *, full: bool) -> None:
    """The sheet that says how to edit the file and bring it back."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(_("Hinweise"))
    sheet.column_dimensions["A"].width = 110
    read_only = [str(column.label) for column in columns if column.name not in editable]
    lines = [
        _("So bearbeiten Sie diese Tabelle"),
        _("Jede Zeile ist ein Inhalt. Ändern Sie die Zellen, speichern Sie als XLSX und laden Sie die Datei bei der Liste unter „Tabelle einlesen“ hoch."),
        _("Vor dem Übernehmen zeigt eine Vorschau Zeile für Zeile und Wort für Wort, was sich ändern würde. Sie wählen aus, was gilt."),
        _("Die Spalten „Kennung“ und „Fassung“ bleiben, wie sie sind: An der Kennung wird der Inhalt erkannt, an der Fassung, ob ihn inzwischen jemand anderes geändert hat."),
        _("Neue Inhalte schreiben Sie in neue Zeilen und lassen Kennung und Fassung leer. Sie werden intern angelegt."),
        _("Spalten dürfen fehlen oder anders gereiht sein; was fehlt, bleibt unverändert. Die Überschriften der Spalten bleiben, wie sie sind."),
        _("Eine Zeile zu löschen löscht nichts. Eine Zelle zu leeren leert die Angabe."),
        _("Mehrere Handlungsfelder oder Themen trennen Sie mit einem Semikolon:") + f" Wohnen{SEPARATOR}Klima",
        _("Formeln werden nicht eingelesen. Bitte fügen Sie Ergebnisse als Werte ein."),
        _("Inhalte mit der Verlässlichkeit „Beispiel“ sind erfunden."),
    ]  # fmt: skip
    if read_only:
        lines.append(_("Nur zum Lesen (grauer Kopf): %(columns)s") % {"columns": ", ".join(read_only)})
    if full:
        lines.append(
            _("Diese Datei enthält die ersten %(limit)s Inhalte. Alle stehen in der CSV-Datei; oder filtern Sie die Liste.")
            % {"limit": number_format(MOST_ROWS, force_grouping=True)}
        )  # fmt: skip
    lines.append(_("Heruntergeladen am %(day)s") % {"day": cell_text(clock.now())})
    for number, line in enumerate(lines):
        cell = _text_cell(WriteOnlyCell(sheet), line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=number == 0, size=14 if number == 0 else 11)
        sheet.append([cell])
