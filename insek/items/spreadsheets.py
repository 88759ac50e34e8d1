"""A list as a workbook that can be edited and read in again: one row an item, and a sheet that says how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from io import BytesIO
from itertools import islice
from typing import Any

from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insek import clock
from insek.people.actors import ANONYMOUS, Actor
from insek.thread.models import Item, ItemQuerySet
from insek.thread.rows import Rows, by_item, rows_of_kind

from .columns import ID, SEPARATOR, VERSION, TableColumn, cell_text, values_for_many, with_columns

MOST_ROWS = 100_000
"""Items in one workbook; the CSV file has all of them."""
LONGEST_CELL = 32_767
"""Characters that a spreadsheet keeps in a cell."""
CUT = " […] "
"""Stands where a text was cut, before the words that say so."""
_TAKEN_FOR_OTHER = re.compile(r"[=+\-@]|[\d.,/:%\s-]+$", re.ASCII)
"""What a spreadsheet would take for a formula, number or day once a person steps into the cell, such as 9.10."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
PORTION = 1000
"""Items that are read together."""
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept_of_cut(text: str) -> str | None:
    """The beginning of a text that was cut to fit into a cell; None where nothing was cut."""
    kept, sign, _said = text.rpartition(CUT)
    return kept if sign and len(text) > LONGEST_CELL - 10 else None


def heads_of(columns: Sequence[TableColumn]) -> list[str]:
    """The heads of a sheet: id and version first, then the columns in words."""
    return [_("Kennung"), _("Fassung"), *[str(column.label) for column in columns]]


class _Book:
    """A workbook that is written row by row, each sheet to a file of its own, so that a long list needs no memory."""

    def __init__(self) -> None:
        from xlsxwriter import Workbook  # slow to import, and only needed here

        self.target = BytesIO()
        self.book = Workbook(self.target, {"constant_memory": True})
        make = self.book.add_format
        self.bold, self.title = make({"bold": True}), make({"bold": True, "font_size": 14, "text_wrap": True})
        self.grey = make({"bold": True, "bg_color": "#E7E9E4"})
        self.wide, self.typed = make({"text_wrap": True, "valign": "top"}), make({"quote_prefix": True})
        self.wide_typed = make({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.moment, self.day = make({"num_format": "DD.MM.YYYY HH:MM"}), make({"num_format": "DD.MM.YYYY"})
        self.thousands = make({"num_format": "#,##0"})
        self.truth = {value: cell_text(value) for value in (True, False)}

    def sheet(self, title: str) -> Any:
        """A new sheet; the one before it is done."""
        from .quick_sheet import QuickSheet

        return self.book.add_worksheet(_sheet_title(title), worksheet_class=QuickSheet)

    def put(self, sheet: Any, row: int, column: int, value: Any, *, wide: bool = False) -> None:
        """Write one value: numbers and days as such, all else as a text."""
        if isinstance(value, str):
            if value:
                self._text(sheet, row, column, value, wide)
        elif value is None:
            return
        elif isinstance(value, bool):
            self._text(sheet, row, column, self.truth[value], wide)
        elif isinstance(value, list):
            self.put(sheet, row, column, cell_text(value), wide=wide)
        elif isinstance(value, datetime):
            local = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(row, column, local, self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self.day)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.thousands if abs(value) >= 10_000 else None)
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, float(value))
        else:
            self._text(sheet, row, column, str(value), wide)

    def _text(self, sheet: Any, row: int, column: int, text: str, wide: bool) -> None:
        """A text stays a text, also when it begins as a formula does, and when somebody steps into the cell."""
        if not text[:1].isalpha() and _TAKEN_FOR_OTHER.match(text):
            look = self.wide_typed if wide else self.typed
        else:
            look = self.wide if wide else None
        sheet.write_string(row, column, cell_words(text), look)

    def head(self, sheet: Any, column: int, text: str, look: Any) -> None:
        """Write the head of a column."""
        sheet.write_string(0, column, cell_words(text), look)

    def done(self) -> BytesIO:
        """The file."""
        self.book.close()
        self.target.seek(0)
        return self.target


def write_workbook(
    items: ItemQuerySet,
    columns: Sequence[TableColumn],
    *,
    title: str,
    editable: frozenset[str],
    kind: str = "",
    actor: Actor = ANONYMOUS,
    progress: Callable[[int], None] = lambda rows: None,
) -> BytesIO:
    """Write the items row by row, and a sheet for each sort of rows beside items of this kind that the actor may read.

    A constant number of queries for each thousand of items; after each, ``progress`` is told how many are written.
    """
    book = _Book()
    sheet = book.sheet(title)
    sheet.freeze_panes(1, 3 if columns and columns[0].name == "number" else 2)
    for index, width in enumerate([11, 9, *[column.width for column in columns]]):
        sheet.set_column(index, index, width)
    names = [ID, VERSION, *[column.name for column in columns]]
    for index, (text, name) in enumerate(zip(heads_of(columns), names, strict=True)):
        book.head(sheet, index, text, book.bold if name in editable else book.grey)
    sets = {column.name: column.prefetch for column in columns if column.prefetch in SETS}
    known: dict[str, dict[str, list[str]]] = {}
    values = [
        partial(_named, known, column.name) if column.name in sets else value
        for column, value in zip(columns, values_for_many(columns), strict=True)
    ]
    cells = [
        (index, value, column.width > 30)
        for index, (value, column) in enumerate(zip(values, columns, strict=True), 2)
    ]
    written = 0
    listed: list[tuple[str, str, str]] = []
    loaded = with_columns(items, [column for column in columns if column.name not in sets], many=True)
    rows = loaded[:MOST_ROWS].iterator(chunk_size=PORTION)
    while portion := list(islice(rows, PORTION)):
        known |= {name: names_in_sets(each, [item.pk for item in portion]) for name, each in sets.items()}
        for item in portion:
            written += 1
            sheet.write_string(written, 0, item.pk)
            sheet.write_number(written, 1, item.version)
            for index, value, wide in cells:
                book.put(sheet, written, index, value(item), wide=wide)
        listed += [(item.pk, item.number, item.title) for item in portion]
        progress(written)
    sheet.autofilter(0, 0, written, len(names) - 1)
    _notes(book, columns, editable, full=written >= MOST_ROWS)
    for beside in rows_of_kind(kind):
        _sheet_of_rows(book, beside, listed, actor)
    return book.done()


SETS = ("fields", "themes")
"""What of an item holds several rows of the concept."""


def names_in_sets(name: str, item_ids: Sequence[str]) -> dict[str, list[str]]:
    """The names of the fields of action or themes of items, by item, in their order. Two queries, whatever they are many."""
    relation: Any = Item._meta.get_field(name)
    through = relation.remote_field.through.objects.filter(item__among=frozenset(item_ids))
    pairs = list(through.values_list("item_id", f"{relation.m2m_reverse_field_name()}_id"))
    named = {
        row.pk: str(row)
        for row in relation.related_model.objects.filter(pk__in={key for _item, key in pairs})
    }
    order = {key: place for place, key in enumerate(named)}
    found: dict[str, list[str]] = {}
    for item_id, key in sorted(pairs, key=lambda pair: order[pair[1]]):
        found.setdefault(item_id, []).append(named[key])
    return found


def _named(known: Mapping[str, Mapping[str, list[str]]], name: str, item: Item) -> list[str]:
    return known[name].get(item.pk, [])


def _sheet_of_rows(book: _Book, rows: Rows, items: Sequence[tuple[str, str, str]], actor: Actor) -> None:
    """All rows of one sort of the items of the first sheet, each with the item it hangs on. To be read, not to be read back."""
    sheet = book.sheet(str(rows.plural))
    sheet.freeze_panes(1, 0)
    heads = [_("Kennung"), _("Nummer"), _("Titel"), *[str(each.label) for each in rows.fields]]
    for index, (text, width) in enumerate(
        zip(heads, [11, 10, 40, *[24 for _each in rows.fields]], strict=True)
    ):
        sheet.set_column(index, index, width)
        book.head(sheet, index, text, book.bold)
    line = 0
    shown = [_shown_by(rows, each.name) for each in rows.fields]
    for start in range(0, len(items), PORTION):
        portion = items[start : start + PORTION]
        found = by_item(rows, [pk for pk, _number, _title in portion], actor)
        for item in portion:
            for row in found[item[0]]:
                line += 1
                for index, value in enumerate([*item, *[each(row) for each in shown]]):
                    book.put(sheet, line, index, value)


def _shown_by(rows: Rows, name: str) -> Callable[[Any], Any]:
    """How a value of a row is read by a person: the words of a choice, the name of what it refers to."""
    column: Any = rows.column(name)
    if column.choices:
        words = {key: str(label) for key, label in column.flatchoices}
        return lambda row: words.get(value := getattr(row, name), value)
    if isinstance(column, ForeignKey):
        return lambda row: "" if (value := getattr(row, name)) is None else str(getattr(value, "item", value))
    return lambda row: getattr(row, name)


def cell_words(text: str) -> str:
    """A text as a cell can hold it: without control characters, cut with a word where it is too long."""
    if not text.isprintable():
        text = _ILLEGAL.sub("", text)
    if len(text) > LONGEST_CELL:
        said = CUT + _(
            "Gekürzt: Eine Zelle fasst nicht mehr. Der ganze Text steht auf der Seite und in der CSV-Datei."
        )
        text = text[: LONGEST_CELL - len(said)] + said
    return text


def _sheet_title(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or _("Tabelle")


def _notes(book: _Book, columns: Sequence[TableColumn], editable: frozenset[str], *, full: bool) -> None:
    """The sheet that says how to edit the file and bring it back."""
    sheet = book.sheet(_("Hinweise"))
    sheet.set_column(0, 0, 110)
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
        sheet.write_string(number, 0, cell_words(line), book.wide if number else book.title)
