"""Columns of a table: how a cell is read, checked and written, and how it is described to others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from insek.engines import periods
from insek.engines.text import shortened
from insek.thread.cleaning import clean_text, is_moment
from insek.thread.identity import PATTERN as ID_PATTERN
from insek.thread.identity import is_id

SEPARATOR = ";"
KEY_PATTERN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
COLOUR_PATTERN = re.compile(r"#[0-9a-f]{6}")
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_is_url = URLValidator()

RANGES = {
    "PositiveSmallIntegerField": (0, 32_767),
    "PositiveIntegerField": (0, 2_147_483_647),
    "PositiveBigIntegerField": (0, 9_223_372_036_854_775_807),
}
"""Said here because SQLite has no limits and PostgreSQL does: a package fits both or none."""


class WrongCell(Exception):
    """A cell cannot be read. Carries code, message and advice."""

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.code, self.message, self.advice = code, message, advice


@dataclass(frozen=True)
class Column:
    """One column.

    ``type`` is one of text, json (an object or a list), integer, decimal, boolean, date, moment (2024, 2024-06 or 2024-12-31), period (``engines.periods``), url, colour, key, id,
    choice, reference, references (several values, separated by ";"). ``refers`` names the table that a reference
    leads to, "items" for any item. ``note`` describes the column in docs and datapackage.json.
    A column that a table got later says in ``if_absent`` what its cells hold where an older package has no such column;
    None means that every package has it.
    """

    name: str
    type: str
    note: str
    required: bool = False
    choices: Sequence[str] | Callable[[], Sequence[str]] = ()
    refers: str = ""
    if_absent: str | None = None

    @property
    def allowed(self) -> list[str]:
        """The values of a choice."""
        return list(self.choices() if callable(self.choices) else self.choices)

    @property
    def is_reference(self) -> bool:
        """Whether the cell names rows of a table."""
        return self.type in {"reference", "references"}

    def parse(self, text: str, field: models.Field[Any, Any] | None) -> Any:
        """The value of a cell; ``field`` is the model field it will be kept in. Raises WrongCell."""
        try:
            text = clean_text(text).strip()
        except ValidationError as error:
            raise WrongCell(
                "bad_text", error.messages[0], _("Den Text kürzen oder die Zeichen entfernen.")
            ) from None
        if not text:
            if self.required:
                raise WrongCell("empty", _("Der Wert fehlt."), _("Diese Spalte muss ausgefüllt sein."))
            return self.nothing(field)
        value = _PARSERS[self.type](self, text)
        if field is not None:
            _check_limits(value, field)
        return value

    def nothing(self, field: models.Field[Any, Any] | None) -> Any:
        """What an empty cell means."""
        if self.type == "references":
            return ()
        return None if field is None or field.null else ""

    def format(self, value: Any) -> str:
        """The text of a cell, the same on every database."""
        if value is None or value == "" or value == ():
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal):
            return plain_decimal(value)
        if isinstance(value, float):
            return plain_decimal(Decimal(repr(value)))
        if self.type == "json":
            return str(clean_text(json.dumps(value, ensure_ascii=False, sort_keys=True)))
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = timezone.localtime(value)
        if isinstance(value, date):
            return value.isoformat()[:10]
        if self.type == "references":
            return SEPARATOR.join(sorted(value))
        return str(clean_text(str(value))).strip()

    def describe(self, field: models.Field[Any, Any] | None) -> dict[str, Any]:
        """The field descriptor of Frictionless Table Schema."""
        constraints: dict[str, Any] = {}
        if self.required:
            constraints["required"] = True
        if self.type == "choice":
            constraints["enum"] = self.allowed
        if self.type in _REGULAR:
            constraints["pattern"] = _REGULAR[self.type]
        if field is not None and field.get_internal_type() in RANGES:
            constraints["minimum"], constraints["maximum"] = RANGES[field.get_internal_type()]
        elif self.type == "text" and field is not None and getattr(field, "max_length", None):
            constraints["maxLength"] = field.max_length
        described: dict[str, Any] = {"name": self.name, "type": _FRICTIONLESS.get(self.type, "string")}
        if self.type == "url":
            described["format"] = "uri"
        if self.type == "boolean":
            described |= {"trueValues": ["true"], "falseValues": ["false"]}
        if constraints:
            described["constraints"] = constraints
        return {**described, "description": self.note}


_FRICTIONLESS = {"integer": "integer", "decimal": "number", "boolean": "boolean", "date": "date"}
_REGULAR = {
    "key": KEY_PATTERN.pattern, "id": ID_PATTERN.pattern, "moment": r"\d{4}(-\d{2}(-\d{2})?)?", "period": periods.PATTERN,
    "colour": COLOUR_PATTERN.pattern,
}  # fmt: skip


def plain_decimal(value: Decimal) -> str:
    """A decimal as text without exponent, trailing zeros or a minus before zero."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _check_limits(value: Any, field: models.Field[Any, Any]) -> None:
    if isinstance(value, str):
        limit = getattr(field, "max_length", None)
        if limit is not None and len(value) > limit:
            raise WrongCell(
                "too_long",
                _("Der Text hat %(length)s Zeichen, höchstens %(limit)s passen.")
                % {"length": len(value), "limit": limit},
                _("Den Text kürzen."),
            )
    elif isinstance(value, Decimal):
        try:
            field.run_validators(value)
        except ValidationError as error:
            raise WrongCell("wrong_type", error.messages[0], _("Die Zahl kürzen oder runden.")) from None
    elif isinstance(value, int) and field.get_internal_type() in RANGES:
        low, high = RANGES[field.get_internal_type()]
        if not low <= value <= high:
            raise WrongCell(
                "wrong_type",
                _("%(value)s liegt nicht zwischen %(low)s und %(high)s.")
                % {"value": value, "low": low, "high": high},
                _("Die Zahl berichtigen."),
            )


def _wrong_type(text: str, expected: str, advice: str) -> WrongCell:
    return WrongCell(
        "wrong_type",
        _("„%(text)s“ ist %(expected)s.") % {"text": shortened(text, 60), "expected": expected},
        advice,
    )


def _parse_text(column: Column, text: str) -> str:
    return text


def _parse_json(column: Column, text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict | list):
        raise _wrong_type(text, _("kein JSON"), _("Ein Objekt oder eine Liste in JSON schreiben."))
    return value


def _parse_integer(column: Column, text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise _wrong_type(
            text, _("keine ganze Zahl"), _("Nur Ziffern schreiben, ohne Punkt, Komma und Einheit.")
        )
    return int(text)


def _parse_decimal(column: Column, text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise _wrong_type(
            text,
            _("keine Dezimalzahl"),
            _("Mit Punkt als Dezimalzeichen und ohne Tausenderzeichen schreiben, etwa 1234.5."),
        )
    return Decimal(plain_decimal(Decimal(text)))


def _parse_boolean(column: Column, text: str) -> bool:
    if text not in {"true", "false"}:
        raise _wrong_type(text, _("weder true noch false"), _("true oder false schreiben."))
    return text == "true"


def _parse_date(column: Column, text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _wrong_type(text, _("kein Datum"), _("Als Jahr-Monat-Tag schreiben, etwa 2025-10-06."))


def _parse_moment(column: Column, text: str) -> str:
    if is_moment(text):
        return text
    raise _wrong_type(
        text, _("weder Jahr noch Monat noch Tag"), _("Als 2024, 2024-06 oder 2024-12-31 schreiben.")
    )


def _parse_period(column: Column, text: str) -> str:
    if periods.is_period(text):
        return text
    raise _wrong_type(
        text,
        _("weder Stichtag noch Zeitraum"),
        _(
            "Als 2024, 2024-06, 2024-12-31, 2024-Q1, 2024-H1, 2022/23 (Schuljahr), 2020-2022 oder zwei Tage mit Schrägstrich schreiben."
        ),
    )


def _parse_url(column: Column, text: str) -> str:
    try:
        _is_url(text)
    except ValidationError:
        raise _wrong_type(
            text, _("keine Internetadresse"), _("Die ganze Adresse mit https:// schreiben.")
        ) from None
    return text


def _parse_colour(column: Column, text: str) -> str:
    if not COLOUR_PATTERN.fullmatch(text):
        raise _wrong_type(text, _("keine Farbe"), _("Als # und sechs Stellen schreiben, etwa #2f6b4f."))
    return text


def _parse_key(column: Column, text: str) -> str:
    if not KEY_PATTERN.fullmatch(text):
        raise WrongCell(
            "bad_key",
            _("„%(text)s“ ist kein Schlüssel.") % {"text": shortened(text, 60)},
            _("Nur Kleinbuchstaben a–z, Ziffern und einzelne Bindestriche verwenden."),
        )
    return text


def _parse_id(column: Column, text: str) -> str:
    if not is_id(text):
        raise WrongCell(
            "bad_id",
            _("„%(text)s“ ist keine Kennung.") % {"text": shortened(text, 60)},
            _("Eine Kennung hat 8 Zeichen aus a–z und 2–9 ohne i, l und o und beginnt mit einem Buchstaben."),
        )
    return text


def _parse_choice(column: Column, text: str) -> str:
    if text not in column.allowed:
        raise WrongCell(
            "unknown_choice",
            _("„%(text)s“ ist kein erlaubter Wert.") % {"text": shortened(text, 60)},
            _("Erlaubt sind: %(values)s.") % {"values": ", ".join(column.allowed)},
        )
    return text


def _parse_references(column: Column, text: str) -> tuple[str, ...]:
    parts = [part.strip() for part in text.split(SEPARATOR)]
    if "" in parts or len(set(parts)) != len(parts):
        raise WrongCell(
            "wrong_type",
            _("„%(text)s“ nennt einen Wert doppelt oder einen leeren.") % {"text": shortened(text, 60)},
            _("Mehrere Werte mit einem Semikolon trennen, jeden nur einmal."),
        )
    return tuple(sorted(parts))


_PARSERS: dict[str, Callable[[Column, str], Any]] = {
    "text": _parse_text, "json": _parse_json, "integer": _parse_integer, "decimal": _parse_decimal, "boolean": _parse_boolean,
    "date": _parse_date, "moment": _parse_moment, "period": _parse_period, "url": _parse_url, "colour": _parse_colour, "key": _parse_key,
    "id": _parse_id, "choice": _parse_choice, "reference": _parse_text, "references": _parse_references,
}  # fmt: skip
