"""What each row of a table with items says: values of fields, rows, links, and what is kept as said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.engines.text import fold, shortened
from insek.items.columns import own_field
from insek.items.own_forms import OwnInput
from insek.items.pages import pages_of
from insek.thread.cleaning import clean_text
from insek.thread.own_values import OwnWords, checked
from insek.thread.rows import rows_named

from .cells_read import columns_read
from .items_wanted import ITEM_ID, YEARS, LinkWanted, form_of, is_of_own_kind, links_wanted
from .marks import mark_of
from .moments import moment_said
from .row_readings import (
    RowReading,
    SaidCell,
    SaidRows,
    merged_rows,
    row_combining_of,
    row_readings_of,
)
from .said_words import SourceWords, bare, words_of_reading
from .targets import ANEW, AS_SAID, EMPTY, KEPT, LEFT, Reading, TableRow, WantedField

NAMES_OF_HISTORY = {"fields_of_action": "fields"}


@dataclass
class SaidRow:
    """What one row says, on its way to an entry."""

    row: TableRow
    values: dict[str, Any] = field(default_factory=dict)
    """Name in the history -> plain value."""
    shown: dict[str, str] = field(default_factory=dict)
    """Label -> what is read, in words."""
    texts: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    anew: list[dict[str, str]] = field(default_factory=list)
    number: str = ""
    """The number as the table says it, by which other rows call it."""
    item_id: str = ""
    """The id of the item that it is, where the file came from here."""
    shape: BaseGeometry | None = None
    """Its shape, of a map file."""
    words: dict[str, str] = field(default_factory=dict)
    """Name in the history -> what is shown of its value before, where that is no text to be read."""

    def keep(self, head: str, text: str, why: str = "") -> None:
        """Keep a cell as said, once."""
        flat = " ".join(text.split())
        if flat and (head, flat) not in self.kept:
            self.kept.append((head, flat))
        if why:
            self.notes.append({"column": head, "text": why})


class RowsSaid:
    """Reads the rows of one table, with what was said about its columns and words."""

    def __init__(self, kind: str, reading: Reading) -> None:
        self.kind, self.reading = kind, reading
        self.pages = pages_of(kind)
        self.form = form_of(self.pages, reading)
        assert reading.table is not None
        self.heads = heads_of(reading)
        self.words = words_of_reading(reading)
        self.cells = columns_read(reading)
        self.links = {each.name: each for each in links_wanted(kind)}
        self.row_readings = {each.wanted_name: each for each in row_readings_of(kind)}
        self.labels = {
            source: {choice.value: choice.label for choice in known.choices}
            for source, known in self.words.items()
        }

    def read(self, row: TableRow) -> SaidRow:
        """What one row says."""
        said = SaidRow(row, shape=self.reading.shapes.get(row.number))
        for name, value in self.reading.for_all.items():
            wanted = self.reading.wanted.get(name)
            if wanted is not None and value:
                self._take_for_all(said, wanted, value)
        for index, name in self.reading.columns.items():
            text = row.cells[index] if index < len(row.cells) else ""
            if not text or name == LEFT:
                continue
            self._take(said, index, name, text)
        self._combine(said)
        said.parts = merged_rows(said.parts)
        return said

    def _combine(self, said: SaidRow) -> None:
        """Rows of which several columns each say a part."""
        for rows in dict.fromkeys(part["name"] for part in said.parts if "cell" in part):
            combine = row_combining_of(rows)
            assert combine is not None
            cells = [part["cell"] for part in said.parts if part.get("name") == rows and "cell" in part]
            said.parts = [part for part in said.parts if part.get("name") != rows or "cell" not in part]
            found, left = combine(cells)
            for cell in left:
                said.keep(cell.head, cell.text)
            for values in found:
                try:
                    self._check_row(rows, values)
                except ValidationError as error:
                    for cell in cells:
                        said.keep(cell.head, cell.text, " ".join(error.messages))
                else:
                    told = [[cell.head, cell.text] for cell in cells]
                    said.parts.append(
                        {"do": "row", "name": rows, "values": values, "head": cells[0].head, "cells": told}
                    )

    def _take_for_all(self, said: SaidRow, wanted: WantedField, value: str) -> None:
        if wanted.words is not None:
            self._put(said, wanted, [value])
        else:
            self._put_plain(said, wanted, value, value)

    def _take(self, said: SaidRow, index: int, name: str, text: str) -> None:
        head = self.heads.get(index, "")
        wanted = self.reading.wanted.get(name)
        if name == KEPT or wanted is None:
            said.keep(head, text)
        elif name == ITEM_ID:
            said.item_id = text
        elif name in self.row_readings:
            self._take_rows(said, index, self.row_readings[name], wanted, head, text)
        elif name in self.links:
            self._take_link(said, self.links[name], wanted, head, text)
        elif name in self.form.fields and is_of_own_kind(self.kind, self.form.fields[name]):
            self._take_references(said, text, head, {"do": "own", "name": name}, self.kind, str(wanted.label))
        elif wanted.words is not None:
            self._put(said, wanted, self._meanings(said, wanted, head, text), head, text)
        elif wanted.kind == "text":
            self._put_plain(said, wanted, text, text, head)
        else:
            self._take_read(said, index, wanted, head, text)

    def _meanings(self, said: SaidRow, wanted: WantedField, head: str, text: str) -> list[str]:
        """What the words of a cell mean; what is to be kept as said is kept."""
        assert wanted.words is not None
        known: SourceWords = self.words[wanted.words.name]
        found: list[str] = []
        for word in known.parts(self.reading, text):
            meaning = known.meaning(self.reading, word)
            if meaning == ANEW:
                mark = {"source": wanted.words.name, "word": bare(word)}
                if mark not in said.anew:
                    said.anew.append(mark)
                found.append(mark_of(mark["source"], mark["word"]))
            elif meaning in {AS_SAID, ""}:
                said.keep(head, text, "" if meaning else _("„%(word)s“ ist nicht entschieden; steht im Text.") % {"word": shortened(word, 60)})  # fmt: skip
            elif meaning != EMPTY:
                found.append(meaning)
        label = self.labels[wanted.words.name]
        if len(found) == 1 and fold(label.get(found[0], "")) != fold(bare(text)) and found[0] in label and not wanted.words.several:  # fmt: skip
            said.notes.append({"column": head, "text": _("„%(word)s“ gelesen als „%(meaning)s“.") % {"word": shortened(text, 60), "meaning": label[found[0]]}, "quiet": "1"})  # fmt: skip
        return list(dict.fromkeys(found))

    def _put(
        self, said: SaidRow, wanted: WantedField, meanings: Sequence[str], head: str = "", text: str = ""
    ) -> None:
        """Put chosen words into a field: the first where it takes one, all where it takes several."""
        if not meanings:
            return
        name, assertion = wanted.name, wanted.words
        assert assertion is not None
        labels = self.labels[assertion.name]
        words = [labels.get(value) or value.rsplit("\x1f", 1)[-1] for value in meanings]
        bound = self.form.fields[name]
        if isinstance(bound, forms.ModelMultipleChoiceField):
            key = NAMES_OF_HISTORY.get(name, name)
            said.values[key] = sorted({*said.values.get(key, ()), *meanings})
            before = [part for part in said.shown.get(str(wanted.label), "").split("; ") if part]
            words = list(dict.fromkeys([*before, *words]))
        else:
            said.values[self.history_name(name)] = self._plain(name, meanings[0])
            rest = next((each for each in self.row_readings.values() if each.rest_of == name), None)
            if rest is not None:
                for value in meanings[1:]:
                    for values in rest.read(self.reading, SaidCell(head, text, [value])):
                        said.parts.append({"do": "row", "name": rest.rows, "values": values, "head": head})
                said.shown[str(rest.label)] = "; ".join(words[1:])
            elif words[1:]:
                why = _("Hier steht nur eines; auch genannt: %(word)s.") % {"word": "; ".join(words[1:])}
                said.keep(head or str(wanted.label), text, why)
            words = words[:1]
        said.shown[str(wanted.label)] = "; ".join(words)

    def history_name(self, name: str) -> str:
        column = own_field(self.pages, name)
        return column.attname if isinstance(column, models.ForeignKey) else NAMES_OF_HISTORY.get(name, name)

    def _plain(self, name: str, value: str) -> Any:
        """A chosen value as history keeps it."""
        if value.startswith("\x1f"):
            return value
        column = own_field(self.pages, name)
        if column is None:
            return value
        if isinstance(column, models.ForeignKey):
            return column.related_model._meta.pk.to_python(value)
        return column.to_python({"true": True, "false": False}.get(value, value))

    def _put_plain(self, said: SaidRow, wanted: WantedField, value: Any, text: str, head: str = "") -> None:
        """Put a text, number or day into a field of the form; what it refuses is kept as said."""
        name = wanted.name
        if name == "text":
            said.texts.append(str(clean_or(text)))
            return
        if name == "number":
            said.number = " ".join(text.split())
        bound = self.form.fields[name]
        if isinstance(bound, OwnInput):
            self._put_own(said, wanted, bound, value, text, head)
            return
        if isinstance(bound, forms.RegexField) and name.endswith("_date"):
            value = moment_said(text)
        flat = (
            value
            if not isinstance(value, str)
            else (value if isinstance(bound.widget, forms.Textarea) else _line(value))
        )
        try:
            clean = bound.clean(clean_text(flat) if isinstance(flat, str) else flat)
        except ValidationError as error:
            said.keep(head or str(wanted.label), text, " ".join(error.messages))
            return
        said.values[self.history_name(name)] = (
            clean if clean is None or isinstance(clean, bool | int | str) else str(clean)
        )
        said.shown[str(wanted.label)] = text

    @staticmethod
    def _put_own(
        said: SaidRow, wanted: WantedField, bound: OwnInput, value: Any, text: str, head: str
    ) -> None:
        """Put what a cell says into an own field; what it does not take is kept as said."""
        try:
            kept = checked(bound.definition, value)
        except ValidationError as error:
            said.keep(head or str(wanted.label), text, " ".join(error.messages))
            return
        said.values[wanted.name] = kept
        said.shown[str(wanted.label)] = OwnWords().words(bound.definition, kept)

    def _take_read(self, said: SaidRow, index: int, wanted: WantedField, head: str, text: str) -> None:
        """A number, a year, money, a day or a span, as the engine read it."""
        cell = self.cells[index].get(said.row.ref)
        value = cell.value if cell else None
        if value is None and isinstance(own := self.form.fields.get(wanted.name), OwnInput):
            self._put_own(said, wanted, own, text, text, head)  # which knows the unit of the field
            return
        if value is None:
            why = self.cells.problem(index, said.row.ref)
            said.keep(head, text, why or _("Nicht als Zahl oder Zeit zu lesen; steht im Text."))
            return
        if wanted.name == YEARS:
            self._put_years(said, value, head, text)
            return
        plain, is_whole = _plain_of(value)
        if plain is None or not is_whole:
            said.keep(
                head,
                text,
                "" if plain is not None else _("Nicht als ein Betrag zu lesen; steht im Text."),
            )
        if plain is not None:
            self._put_plain(said, wanted, plain, text, head)

    def _put_years(self, said: SaidRow, when: Any, head: str, text: str) -> None:
        """First and last year of a time; what two years do not say is kept as said too."""
        first, last = when.start_year, when.end_year
        if first is not None:
            said.values["start_year"] = first
        if last is not None:
            said.values["end_year"] = last
        if first is None and last is None:
            said.keep(head, text)
            return
        if " ".join(text.split()) not in _only_years(first, last):
            said.keep(head, text)
        said.shown[str(self.reading.wanted[YEARS].label)] = f"{first or '…'}–{last or '…'}"

    # ---- what hangs on the item

    def _take_rows(
        self, said: SaidRow, index: int, each: RowReading, wanted: WantedField, head: str, text: str
    ) -> None:
        if each.refers:
            self._take_references(said, text, head, {"do": "row", "name": each.rows, "column": each.refers,
                                  "values": {}, "head": head}, each.refers_kind, str(wanted.label))  # fmt: skip
            return
        meanings = self._meanings(said, wanted, head, text) if wanted.words else []
        if wanted.words and not meanings:
            return
        try:
            cell = self.cells.get(index, {}).get(said.row.ref)
            found = each.read(self.reading, SaidCell(head, text, meanings, cell.value if cell else None))
            for values in found if row_combining_of(each.rows) is None else ():
                self._check_row(each.rows, values)
        except (ValueError, ValidationError) as error:
            why = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            said.keep(head, text, why or _("Nicht zu lesen; steht im Text."))
            return
        if row_combining_of(each.rows) is not None:
            cell_said = SaidRows(each.name or each.rows, head, text, found)
            said.parts.append({"do": "row", "name": each.rows, "cell": cell_said})
        else:
            said.parts += [
                {"do": "row", "name": each.rows, "values": values, "head": head, "cells": [[head, text]]}
                for values in found
            ]
        if found:
            rows = rows_named(each.rows)
            label = f"{wanted.label}"
            said.shown[label] = "; ".join(filter(None, [said.shown.get(label, ""), " ".join(text.split())]))
            if rows is None or not each.keeps_text:
                said.keep(head, text)
        else:
            said.keep(head, text)

    @staticmethod
    def _check_row(name: str, values: dict[str, Any]) -> None:
        """Refuse, before anything is written, what a row would not hold. Raises ValidationError."""
        rows = rows_named(name)
        if rows is None:
            raise ValidationError(f"no rows {name}")
        known = {each.name for each in rows.fields}
        for column, value in values.items():
            if column in known and not (isinstance(value, str) and value.startswith("\x1f")):
                rows.column(column).clean(value, None)

    def _take_link(self, said: SaidRow, each: LinkWanted, wanted: WantedField, head: str, text: str) -> None:
        part = {"do": "link", "name": each.link.name, "end": each.end, "head": head}
        if wanted.words is not None:
            for key in self._meanings(said, wanted, head, text):
                label = self.labels[wanted.words.name].get(key, key)
                said.parts.append({**part, "to": {"id": key}, "title": label})
            return
        self._take_references(said, text, head, part, each.kind, str(wanted.label))

    def _take_references(
        self, said: SaidRow, text: str, head: str, part: dict[str, Any], kind: str, label: str
    ) -> None:
        """Numbers or titles of other items; they are looked for when all rows are known."""
        said.parts.append({**part, "wanted": text, "kind": kind, "label": label, "head": head})


def text_of(said: SaidRow) -> str:
    """The text of an item: what the columns with texts say, and below it what was kept as said."""
    return "\n\n".join(filter(None, ["\n\n".join(said.texts), "\n".join(_kept_lines(said))]))


def text_with(text: str, said: SaidRow) -> str:
    """A text that is there already, and below it what was kept as said and does not stand in it yet."""
    there = text.splitlines()
    new = "\n".join(line for line in _kept_lines(said) if line not in there)
    if not new:
        return text
    between = "\n" if there[-1].startswith("- **") else "\n\n"
    return f"{text.rstrip()}{between}{new}"


def _kept_lines(said: SaidRow) -> list[str]:
    return [f"- **{head}:** {text}" for head, text in said.kept]


def heads_of(reading: Reading) -> dict[int, str]:
    """What each column is called in texts: the lowest part of its head where that tells it from the others."""
    assert reading.table is not None
    lowest = {
        column.index: flat_head(next((part for part in reversed(column.parts) if part.strip()), ""))
        for column in reading.table.columns
    }
    often = Counter(lowest.values())
    return {
        column.index: (lowest[column.index] if often[lowest[column.index]] == 1 else flat_head(column.shown))
        or _("Spalte %(number)s") % {"number": column.index + 1}
        for column in reading.table.columns
    }


def flat_head(head: str) -> str:
    """A head in one line, with what was hyphenated at the end of a line joined."""
    return " ".join(re.sub(r"(?<=\w)-\s*\n\s*(?=[a-zäöüß])", "", head).split())


def _line(text: str) -> str:
    """A text in one line."""
    return " ".join(re.sub(r"(?<=\w)-\n(?=[a-zäöüß])", "", text).split())


def clean_or(text: str) -> str:
    """A text without signs that nobody sees, as it is where it can not be cleaned: the services say why."""
    try:
        return str(clean_text(text.replace("\r\n", "\n").replace("\r", "\n")))
    except ValidationError:
        return text


def _only_years(first: int | None, last: int | None) -> set[str]:
    """The texts that say no more than two years."""
    if first == last:
        return {f"{first}"}
    return {f"{first}{sign}{last}" for sign in ("–", "-", " – ", " - ", " bis ")}


def _plain_of(value: Any) -> tuple[Any, bool]:
    """What a field of a form takes of what was read, and whether that is all that was said."""
    if not isinstance(value, list):
        return value, True
    if len(value) != 1 or value[0].open or value[0].nothing or value[0].is_range or value[0].yearly:
        return None, False
    [money] = value
    if money.low is None or money.low != money.low.to_integral_value():
        return None, False
    return int(money.low), not (money.about or money.label or money.gross)
