"""Cells of a spreadsheet: whether they say what is there already, and what they mean for the field of a form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from insek.concept.models import Concept
from insek.engines.csv_cells import as_typed
from insek.engines.numbers import NotANumber, has_unit, read_number
from insek.engines.text import fold, shortened
from insek.items.columns import SEPARATOR, cell_text
from insek.items.spreadsheets import kept_of_cut
from insek.web.number_fields import sign_here

from .table_files import FORMULA, Cell, CellNumber, shown

_YES = {"ja", "yes", "true", "wahr", "x", "1"}
_NO = {"nein", "no", "false", "falsch", "0", ""}
_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)


class Unreadable(Exception):
    """A cell that cannot be read; says in which column and why."""

    def __init__(self, reason: str, column: str) -> None:
        super().__init__(reason)
        self.reason, self.column = reason, column


def text_in_cell(value: Any) -> str:
    """A value as a file holds it: bare numbers, days as 2024-12-31."""
    if value is None:
        return ""
    if isinstance(value, bool | list):
        return cell_text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def plain(cell: Cell) -> str:
    """The text of a cell, without the sign that kept it from being a formula."""
    return as_typed(shown(cell).replace("\r\n", "\n").replace("\r", "\n").strip())


def same_cell(cell: Cell, value: Any) -> bool:
    """Whether a cell says what the item says already, however a file writes it."""
    if cell == FORMULA:
        return False
    text = plain(cell)
    if isinstance(value, str):
        kept = kept_of_cut(shown(cell))
        if shown(cell).strip() == value.strip() or (kept is not None and value.startswith(kept)):
            return True
    if isinstance(value, list):
        return _parts(text) == {fold(str(part)) for part in value} or text == ", ".join(map(str, value))
    if isinstance(value, bool):
        return (fold(text) in _YES) if value else (fold(text) in _NO)
    if isinstance(value, int | Decimal) and text:
        return text == text_in_cell(value) or _number(cell) == Decimal(str(value))
    if isinstance(value, str) and isinstance(cell, Decimal):
        return _says(value, cell)  # a spreadsheet that took 9.10 for a number
    written = text_in_cell(value).replace("\r\n", "\n").strip()
    return text == written or (isinstance(value, date) and _day(text) == written)


def _parts(text: str) -> set[str]:
    return {fold(part.strip()) for part in text.split(SEPARATOR.strip()) if part.strip()}


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, Decimal):
        return None if isinstance(cell, CellNumber) and cell.in_percent else cell
    try:
        return read_number(plain(cell), sign_here())
    except NotANumber:
        return None


def _says(text: str, number: Decimal) -> bool:
    try:
        return Decimal(text.strip()) == number and text.strip()[:1].isdigit()
    except ArithmeticError:
        return False


def _day(text: str) -> str:
    hit = _DAY.fullmatch(text)
    return f"{hit[3]}-{int(hit[2]):02}-{int(hit[1]):02}" if hit else text


class CellReader:
    """Turns cells into what a form is sent with. Names of rows are looked up once for all cells."""

    def __init__(self, concept: Concept) -> None:
        self.concept = concept
        self._names: dict[Any, dict[str, str]] = {}

    def read(self, bound: forms.Field, cell: Cell, column: str) -> Any:
        """What a form would be sent with. Raises Unreadable."""
        text = plain(cell)
        if kept_of_cut(shown(cell)) is not None:
            raise Unreadable(
                _("Dieser Text war für die Zelle zu lang und ist hier gekürzt. Bitte ändern Sie ihn auf seiner Seite."), column
            )  # fmt: skip
        if isinstance(bound, forms.ModelMultipleChoiceField):
            return self._row_keys(bound, text, column)
        if isinstance(bound, forms.ModelChoiceField):
            return self._row_key(bound, text, column) if text else ""
        if isinstance(bound, forms.NullBooleanField):
            return "unknown" if not text else self._yes_or_no(text, column)
        if isinstance(bound, forms.BooleanField):
            return self._yes_or_no(text, column)
        if isinstance(bound, forms.ChoiceField):
            choices: Any = bound.choices
            return self._choice(choices, text, column) if text else ""
        if isinstance(bound, forms.DecimalField | forms.IntegerField):
            return self._number(bound, cell, column)
        if isinstance(bound, forms.DateField):
            return _day(text)
        if isinstance(cell, date) and not isinstance(bound, forms.RegexField):
            raise Unreadable(
                _("Die Tabelle hat hieraus ein Datum gemacht (%(day)s). Bitte stellen Sie die Zelle auf „Text“ und schreiben Sie es neu.")
                % {"day": text}, column,
            )  # fmt: skip
        return text

    @staticmethod
    def _number(bound: forms.Field, cell: Cell, column: str) -> Any:
        """A number for a field; a percentage only where the field counts in percent, and a date never."""
        if isinstance(cell, date):
            raise Unreadable(_("Hier steht ein Datum; erwartet ist eine Zahl."), column)
        if isinstance(cell, CellNumber) and cell.in_percent:
            if not has_unit("%", getattr(bound, "units", ())):
                raise Unreadable(_("Hier steht ein Prozentwert; erwartet ist eine Zahl ohne %."), column)
            return cell * 100
        return Decimal(cell) if isinstance(cell, Decimal) else plain(cell)

    @staticmethod
    def _yes_or_no(text: str, column: str) -> str:
        word = fold(text)
        if word in _YES or word in _NO:
            return "true" if word in _YES else "false"
        raise Unreadable(_("Bitte schreiben Sie ja oder nein."), column)

    @staticmethod
    def _choice(choices: Iterable[Any], text: str, column: str) -> str:
        known = [(str(key), label) for key, label in choices if key != ""]
        for language, _name in settings.LANGUAGES:  # the file may have been downloaded in another language
            with override(language):
                for key, label in known:
                    if fold(text) in {fold(key), fold(str(label))}:
                        return key
        words = ", ".join(str(label) for _key, label in known[:12])
        raise Unreadable(
            _("„%(text)s“ gibt es hier nicht. Möglich: %(words)s")
            % {"text": shortened(text, 60), "words": words},
            column,
        )

    def _names_of(self, bound: forms.ModelChoiceField[Any]) -> dict[str, str]:
        """Folded name -> key of the rows a field may choose from; a name that several rows have leads nowhere."""
        queryset = bound.queryset
        assert queryset is not None
        kept = (queryset.model, bound.to_field_name)
        if kept not in self._names:
            found: dict[str, set[str]] = {}
            for row in queryset:
                item = getattr(row, "item", None)
                names = [row.pk, getattr(row, "key", ""), row, getattr(row, "abbreviation", "")]
                if item is not None:
                    names += [item.number, item.title, item]
                names += [getattr(row, "name", ""), getattr(row, "name_en", "")]
                for name in names:
                    if key := fold(str(name)).strip():
                        found.setdefault(key, set()).add(str(row.pk))
            self._names[kept] = {name: next(iter(keys)) for name, keys in found.items() if len(keys) == 1}
        return self._names[kept]

    def _row_key(self, bound: forms.ModelChoiceField[Any], text: str, column: str) -> str:
        found = self._names_of(bound).get(fold(text).strip())
        if found is None:
            raise Unreadable(
                _("„%(text)s“ ist nicht bekannt oder nicht eindeutig. Bitte Nummer, Kennung oder vollen Namen schreiben.")
                % {"text": shortened(text, 60)},
                column,
            )  # fmt: skip
        return found

    def _row_keys(self, bound: forms.ModelMultipleChoiceField[Any], text: str, column: str) -> list[str]:
        """Several names with semicolons, or with commas where the names themselves hold none."""
        if not text:
            return []
        known = self._names_of(bound)
        for separator in (";", ","):
            parts = [part.strip() for part in text.split(separator) if part.strip()]
            if all(fold(part) in known for part in parts):
                return [known[fold(part)] for part in parts]
        return [self._row_key(bound, part.strip(), column) for part in text.split(";") if part.strip()]
