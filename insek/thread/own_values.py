"""What is entered in own fields: how it is checked, kept as plain JSON, read again after a change of the type, and said in words.

Numbers are kept as numbers, all else as texts, truths and lists, so that words which no longer fit a field are told from what does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from insek.engines.numbers import EURO, NotANumber, read_number
from insek.engines.text import fold, sort_key
from insek.people.models import Unit

from .cleaning import MAX_TEXT, clean_text
from .own_models import NUMERIC, FieldDefinition, FieldType, OwnValue

SHORTEST_YEAR, LATEST_YEAR = 1000, 2999
MOST_DIGITS, MOST_DECIMALS = 15, 5
LONGEST_SHORT = 500
MOST_ROWS, MOST_CELL = 50, 500
"""Rows of a table in one field, and letters in one cell."""
SEPARATOR = "; "
CELLS = " | "
_DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,5})?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_is_url = URLValidator(schemes=["http", "https"])


def is_empty(value: Any) -> bool:
    """Whether nothing is entered."""
    return value is None or value in ("", [], {})


def plain_number(number: Decimal) -> int | float:
    """A number as JSON keeps it. Raises ValidationError where it has too many digits."""
    if not number.is_finite() or abs(number) >= 10**MOST_DIGITS:
        raise ValidationError(_("Diese Zahl ist zu groß."))
    if number == number.to_integral_value():
        return int(number)
    exponent = number.normalize().as_tuple().exponent
    digits = len(number.normalize().as_tuple().digits)
    if not isinstance(exponent, int) or -exponent > MOST_DECIMALS or digits > MOST_DIGITS:
        raise ValidationError(
            _("Bitte höchstens %(decimals)s Stellen nach dem Komma schreiben.") % {"decimals": MOST_DECIMALS}
        )
    return float(number)


def exact(value: float) -> Decimal:
    """A number of JSON as it was entered."""
    return Decimal(str(value))


def checked(definition: FieldDefinition, value: Any) -> Any:
    """A value as it is kept, None for nothing. Raises ValidationError that says what does not fit."""
    value = clean_text(value)
    if isinstance(value, str):
        value = value.strip()
    if is_empty(value):
        return None
    found = understood(definition, value)
    if found is None or (definition.type == FieldType.UNIT and found not in unit_names()):
        raise ValidationError(_REFUSED[FieldType(definition.type)](definition, value))
    return found


def understood(definition: FieldDefinition, value: Any) -> Any:
    """What a stored value means for a field as it is today; None where it cannot be read as such."""
    try:
        return _READ[FieldType(definition.type)](definition, value)
    except ValidationError:
        return None


def _as_text(definition: FieldDefinition, value: Any, longest: int) -> str | None:
    text = OwnWords().loose(definition, value)
    return text if len(text) <= longest else None


def _short(definition: FieldDefinition, value: Any) -> str | None:
    text = _as_text(definition, value, LONGEST_SHORT)
    return None if text is None else " ".join(text.split())


def _long(definition: FieldDefinition, value: Any) -> str | None:
    return _as_text(definition, value, MAX_TEXT)


def _number(definition: FieldDefinition, value: Any) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = exact(value)
    if isinstance(value, int | Decimal):
        return plain_number(Decimal(value))
    if not isinstance(value, str):
        return None
    units = [*EURO] if definition.type == FieldType.MONEY else [definition.unit] if definition.unit else []
    try:
        return plain_number(read_number(value, units=units))
    except NotANumber:
        return None


def _money(definition: FieldDefinition, value: Any) -> int | float | None:
    found = _number(definition, value)
    return None if found is None or exact(found) != round(exact(found), 2) else found


def _year(definition: FieldDefinition, value: Any) -> int | None:
    if isinstance(value, str) and (day := _day(definition, value)):
        value = int(day[:4])
    found = _number(definition, value)
    return found if isinstance(found, int) and SHORTEST_YEAR <= found <= LATEST_YEAR else None


def _day(definition: FieldDefinition, value: Any) -> str | None:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if not isinstance(value, str):
        return None
    text = value.strip()
    if hit := _DAY.fullmatch(text):
        text = f"{hit[3]}-{int(hit[2]):02}-{int(hit[1]):02}"
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None


def _option(definition: FieldDefinition, value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1:
        [value] = value
    if not isinstance(value, str):
        value = OwnWords().loose(definition, value)
    known = definition.choices
    if value in {option.key for option in known}:
        return str(value)
    word = fold(value).strip()
    return next((each.key for each in known if word in {fold(each.label), fold(each.label_en)} - {""}), None)


def _several(definition: FieldDefinition, value: Any) -> list[str] | None:
    parts = value if isinstance(value, list) else [value]
    found = [_option(definition, part) for part in parts]
    if None in found and isinstance(value, str):
        found = [_option(definition, part.strip()) for part in value.split(";") if part.strip()]
    if None in found or not found:
        return None
    order = [option.key for option in definition.choices]
    return sorted({key for key in found if key is not None}, key=order.index)


def _yes_or_no(definition: FieldDefinition, value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"ja": True, "yes": True, "true": True, "nein": False, "no": False, "false": False}.get(
        fold(str(value)).strip()
    )


def _address(definition: FieldDefinition, value: Any) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST_SHORT:
        return None
    _is_url(value)
    return value


def _unit(definition: FieldDefinition, value: Any) -> str | None:
    if isinstance(value, Unit):
        return value.key
    if not isinstance(value, str):
        return None
    if _KEY.fullmatch(value):
        return value  # whether there is such a unit is asked when it is entered, not whenever it is shown
    names = unit_names()
    word = fold(value).strip()
    return next((key for key, name in names.items() if fold(name) == word), None)


def _table(definition: FieldDefinition, value: Any) -> list[dict[str, str]] | None:
    """Rows from lists of cells, from what was kept, or from lines whose cells a tab, a bar or a semicolon parts."""
    columns = [option.key for option in definition.offered]
    if isinstance(value, str):
        value = [_cells(line, len(columns)) for line in value.splitlines() if line.strip()]
    if not isinstance(value, list) or not columns:
        return None
    rows = []
    for row in value:
        if isinstance(row, Mapping):
            cells = {str(key): str(cell).strip() for key, cell in row.items()}
        elif isinstance(row, list):
            if len(row) > len(columns):
                return None
            cells = dict(zip(columns, (str(cell).strip() for cell in row), strict=False))
        else:
            return None
        cells = {key: cell for key, cell in cells.items() if cell}
        if any(len(cell) > MOST_CELL for cell in cells.values()):
            return None
        if cells:
            rows.append(cells)
    return rows if 0 < len(rows) <= MOST_ROWS else None


def _cells(line: str, columns: int) -> list[str]:
    for sign in ("\t", "|", ";"):
        if sign in line:
            return [cell.strip() for cell in line.strip("|" if sign == "|" else "").split(sign)]
    return [line.strip()] if columns else []


_READ = {
    FieldType.SHORT: _short, FieldType.LONG: _long, FieldType.NUMBER: _number, FieldType.MONEY: _money, FieldType.YEAR: _year,
    FieldType.DATE: _day, FieldType.CHOICE: _option, FieldType.SEVERAL: _several, FieldType.YES_NO: _yes_or_no,
    FieldType.LINK: _address, FieldType.UNIT: _unit, FieldType.TABLE: _table,
}  # fmt: skip


def _offered(definition: FieldDefinition, value: Any) -> str:
    names = ", ".join(str(option) for option in definition.offered[:12])
    return _("„%(text)s“ gibt es hier nicht. Möglich: %(words)s") % {"text": str(value)[:60], "words": names}


_REFUSED = {
    FieldType.SHORT: lambda definition, value: _("Bitte höchstens %(limit)s Zeichen schreiben.") % {"limit": LONGEST_SHORT},
    FieldType.LONG: lambda definition, value: _("Bitte höchstens %(limit)s Zeichen schreiben.") % {"limit": MAX_TEXT},
    FieldType.NUMBER: lambda definition, value: _("„%(text)s“ ist hier keine Zahl.") % {"text": str(value)[:60]},
    FieldType.MONEY: lambda definition, value: _("„%(text)s“ ist kein Betrag in Euro und Cent.") % {"text": str(value)[:60]},
    FieldType.YEAR: lambda definition, value: _("„%(text)s“ ist kein Jahr.") % {"text": str(value)[:60]},
    FieldType.DATE: lambda definition, value: _("„%(text)s“ ist kein Datum.") % {"text": str(value)[:60]},
    FieldType.CHOICE: _offered,
    FieldType.SEVERAL: _offered,
    FieldType.YES_NO: lambda definition, value: _("Bitte schreiben Sie ja oder nein."),
    FieldType.LINK: lambda definition, value: _("Bitte die ganze Internetadresse mit https:// schreiben."),
    FieldType.UNIT: lambda definition, value: _("„%(text)s“ ist keine bekannte Organisationseinheit.") % {"text": str(value)[:60]},
    FieldType.TABLE: lambda definition, value: _(
        "Bitte je Zeile einen Eintrag mit höchstens %(columns)s Spalten schreiben, höchstens %(rows)s Zeilen."
    ) % {"columns": len(definition.offered), "rows": MOST_ROWS},
}  # fmt: skip


def unit_names() -> dict[str, str]:
    """Key of each unit -> its name in the language of the page. One query."""
    return {unit.key: str(unit) for unit in Unit.objects.all()}


class OwnWords:
    """Says values in words. The units are read once, where one is named."""

    @cached_property
    def units(self) -> dict[str, str]:
        return unit_names()

    def words(self, definition: FieldDefinition, value: Any) -> str:
        """What is entered, in the language of the page; words that do not fit the type any more as they stand."""
        if is_empty(value):
            return ""
        found = understood(definition, value)
        if found is None:
            return self.loose(definition, value)
        kind = FieldType(definition.type)
        if kind in NUMERIC:
            text = str(found) if kind == FieldType.YEAR else number_text(found, cents=kind == FieldType.MONEY)
            return f"{text} {definition.measure}".strip()
        if kind == FieldType.DATE:
            return str(date_format(date.fromisoformat(found), "DATE_FORMAT"))
        if kind == FieldType.UNIT:
            return self.units.get(found, found)
        return self.loose(definition, found)

    def loose(self, definition: FieldDefinition, value: Any) -> str:
        """A stored value in words, whatever the type of the field is today."""
        if isinstance(value, bool):
            return _("ja") if value else _("nein")
        if isinstance(value, int | float):
            return number_text(value)
        labels = {option.key: str(option) for option in definition.choices}
        if isinstance(value, list):
            if any(isinstance(part, dict) for part in value):
                return "\n".join(self._row(definition, part) for part in value)
            return SEPARATOR.join(labels.get(str(part), str(part)) for part in value)
        return labels.get(str(value), str(value))

    @staticmethod
    def _row(definition: FieldDefinition, row: Any) -> str:
        if not isinstance(row, Mapping):
            return str(row)
        columns = [option.key for option in definition.choices]
        rest = [key for key in row if key not in columns]
        return CELLS.join(str(row.get(key, "")) for key in [*columns, *rest]).rstrip(CELLS)


def number_text(value: float, *, cents: bool = False) -> str:
    """A number in the notation of the page."""
    number = exact(value)
    decimals = max(0, -int(number.normalize().as_tuple().exponent))
    return str(number_format(number, decimal_pos=2 if cents and decimals else decimals, force_grouping=True))


def cells_of(definition: FieldDefinition, value: Any) -> list[str]:
    """A value as the package holds it: a cell each for several values and for the rows of a table."""
    found = understood(definition, value)
    value = value if found is None else found
    return [_cell(part) for part in (value if isinstance(value, list) else [value])]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        text = f"{exact(value):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value)


def of_cells(definition: FieldDefinition, cells: Iterable[str]) -> Any:
    """The value that the cells of a package stand for; words that fit no more are kept as they are."""
    texts = list(cells)
    kind = FieldType(definition.type)
    if kind == FieldType.TABLE:
        try:
            return [dict(json.loads(text)) for text in texts]
        except (ValueError, TypeError):
            return "\n".join(texts)
    if kind == FieldType.SEVERAL:
        known = {option.key for option in definition.choices}
        return texts if set(texts) <= known else SEPARATOR.join(texts)
    text = SEPARATOR.join(texts)
    if kind in NUMERIC and _DECIMAL.fullmatch(text):
        return plain_number(Decimal(text))
    if kind == FieldType.YES_NO and text in {"true", "false"}:
        return text == "true"
    return text


def rows_for(definition: FieldDefinition, item_id: str, value: Any) -> list[OwnValue]:
    """The rows by which lists find a value. They follow from it."""
    found = understood(definition, value)
    parts = found if isinstance(found, list) else [found]
    rows = []
    for position, cell in enumerate(cells_of(definition, value), 1):
        row = OwnValue(item_id=item_id, definition=definition, position=position, value=cell)
        if found is not None:
            _index(definition, row, parts[position - 1])
        rows.append(row)
    return rows


def _index(definition: FieldDefinition, row: OwnValue, part: Any) -> None:
    kind = FieldType(definition.type)
    if kind in NUMERIC:
        row.number = exact(part)
        row.sort = f"{row.number + 10**MOST_DIGITS:022.5f}"
    elif kind == FieldType.DATE:
        row.day, row.sort = date.fromisoformat(part), part
    elif kind == FieldType.YES_NO:
        row.number, row.text, row.sort = Decimal(int(part)), "ja" if part else "nein", "01"[part]
    elif kind in (FieldType.CHOICE, FieldType.SEVERAL):
        place = [option.key for option in definition.choices].index(part)
        row.text, row.number, row.sort = part, Decimal(place), f"{place:04}"
    elif kind == FieldType.UNIT:
        row.text = row.sort = part
    elif kind != FieldType.TABLE:
        row.text = row.sort = sort_key(str(part)[:120])[:120]
