"""What the columns of a table mean, and what recording its values would do. Reads; writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.models import Confidence
from insek.engines.numbers import PERCENT, NotANumber, decimal_sign, has_unit, read_number
from insek.engines.text import fold, shortened
from insek.intake.table_files import Cell, CellNumber, FileTable, hides_a_day, shown
from insek.package import plain_decimal
from insek.people.models import in_language
from insek.places.models import District
from insek.web.display import number_words, period_words

from .models import Indicator, Observation
from .services import NewObservation, check_percent, check_period, checked_row, current_rows, says_the_same

ROLES = {
    "": gettext_lazy("nicht einlesen"),
    "district": gettext_lazy("Raum"),
    "indicator": gettext_lazy("Indikator"),
    "period": gettext_lazy("Stichtag oder Zeitraum"),
    "value": gettext_lazy("Wert"),
    "period_value": gettext_lazy("Werte; der Zeitraum steht im Kopf"),
    "quality": gettext_lazy("Art des Wertes"),
    "source_title": gettext_lazy("Titel der Quelle"),
    "source_url": gettext_lazy("Adresse der Quelle"),
    "source_date": gettext_lazy("Datum der Quelle"),
    "confidence": gettext_lazy("Verlässlichkeit"),
    "note": gettext_lazy("Anmerkung"),
}
WORDS = {
    "district": "raum ort stadtteil ortsbezirk gebiet bezirk quartier district place area region",
    "indicator": "indikator kennzahl merkmal indicator measure variable",
    "period": "zeitraum stichtag jahr datum zeit period year date time stand",
    "value": "wert anzahl zahl value number count ergebnis",
    "quality": "qualitaet art quality status",
    "source_title": "quelle source source_title quellentitel",
    "source_url": "source_url url adresse link quellenadresse",
    "source_date": "source_date quellendatum datum_der_quelle stand_der_quelle",
    "confidence": "confidence verlaesslichkeit",
    "note": "anmerkung bemerkung hinweis note notiz kommentar comment",
}
_ROLE_OF = {word: role for role, words in WORDS.items() for word in words.split()}
_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?: 00:00:00)?", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})[./](\d{4})", re.ASCII)


def as_period(cell: Cell) -> str:
    """A period as it is kept, from 2024, 2024-06, 31.12.2024 or a cell with a day. Raises ValidationError."""
    if hides_a_day(cell):
        raise ValidationError(
            _("Die Zelle zeigt einen Monat oder ein Jahr, enthält aber den %(day)s. Bitte als Text schreiben, was gilt.")
            % {"day": period_words(shown(cell))}
        )  # fmt: skip
    text = shown(cell).strip()
    if hit := _DAY.fullmatch(text):
        text = f"{hit[3]}-{int(hit[2]):02}-{int(hit[1]):02}"
    elif hit := _MONTH.fullmatch(text):
        text = f"{hit[2]}-{int(hit[1]):02}"
    return check_period(text)


def is_period(text: str) -> bool:
    """Whether the head of a column is a year, month or day."""
    try:
        return bool(as_period(text))
    except ValidationError:
        return False


def proposed_roles(table: FileTable) -> list[str]:
    """What each column seems to be, by its head; each meaning but the values of a period is given once."""
    roles: list[str] = []
    for head in table.head:
        role = "period_value" if is_period(head) else _ROLE_OF.get(fold(head).strip().replace(" ", "_"), "")
        if not role:
            role = next((_ROLE_OF[word] for word in re.split(r"\W+", fold(head)) if word in _ROLE_OF), "")
        roles.append(role if role == "period_value" or role not in roles else "")
    return roles


def decimal_sign_of(table: FileTable, roles: Iterable[str]) -> str:
    """Which sign comes before the decimals: ``,`` or ``.``; ``?`` where the file leaves it open."""
    columns = [index for index, role in enumerate(roles) if role in {"value", "period_value"}]
    cells = [row[index] for _number, row in table.rows for index in columns]
    return decimal_sign(cell for cell in cells if isinstance(cell, str))


def as_number(cell: Cell, sign: str, indicator: Indicator | None = None) -> Decimal:
    """A value in the indicator's unit; of a number from a workbook six decimals count. Raises ValidationError."""
    in_percent = indicator is not None and indicator.in_percent
    if isinstance(cell, CellNumber) and cell.in_percent and in_percent:
        cell = cell * 100
    if isinstance(cell, Decimal):
        return round(Decimal(cell), 6)
    if isinstance(cell, date):
        raise ValidationError(_("Hier steht ein Datum; erwartet ist eine Zahl."))
    if indicator is not None:
        check_percent(indicator, cell)
    try:
        return read_number(cell, sign, strict=True, units=indicator.units if indicator else ())
    except NotANumber:
        raise ValidationError(
            _("„%(text)s“ ist keine Zahl. Fehlt der Wert, lassen Sie die Zelle leer; ist er null, schreiben Sie 0.")
            % {"text": shortened(cell, 40)}
        ) from None  # fmt: skip


def _exact(value: Decimal) -> str:
    return number_words(value, max(0, -int(value.normalize().as_tuple().exponent)))


def says_percent(cell: Cell) -> bool:
    """Whether a cell shows a percent sign."""
    return (
        cell.in_percent if isinstance(cell, CellNumber) else isinstance(cell, str) and has_unit(cell, PERCENT)
    )


@dataclass(frozen=True)
class ColumnMapping:
    """What a person said about a file: the columns, and what holds for all rows."""

    roles: list[str]
    sign: str = ","
    indicator: str = ""
    district: str = ""
    period: str = ""
    quality: str = Observation.Quality.MEASURED
    source_title: str = ""
    source_url: str = ""
    source_date: str = ""


@dataclass(frozen=True)
class PlannedValue:
    """A value of the file and what would become of it."""

    row: int
    indicator: Indicator
    new: NewObservation
    before: Observation | None = None


@dataclass(frozen=True)
class RefusedValue:
    """What cannot be recorded: where it stands, what is wrong and what to do."""

    row: int
    column: str
    reason: str


@dataclass
class ImportPlan:
    """What recording a file would do."""

    new: list[PlannedValue] = field(default_factory=list)
    corrected: list[PlannedValue] = field(default_factory=list)
    unchanged: list[PlannedValue] = field(default_factory=list)
    refused: list[RefusedValue] = field(default_factory=list)
    empty: int = 0

    @property
    def fingerprint(self) -> str:
        """Differs when the plan differs, so that what is recorded is what was looked at."""
        parts = [
            f"{line.indicator.pk} {line.new.district.pk} {line.new.period} {plain_decimal(line.new.value)} "
            f"{line.before.pk if line.before else ''}"
            for line in (*self.new, *self.corrected)
        ]
        return sha256("\n".join([*parts, str(len(self.refused))]).encode()).hexdigest()


class ItemFinder:
    """Finds items by number, id, key or title, however they are spelled."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.found: dict[str, Any] = {}
        titles: dict[str, set[str]] = {}
        rows = list(rows)
        for row in rows:
            for title in {fold(row.item.title), fold(getattr(row, "title_en", ""))} - {""}:
                titles.setdefault(title, set()).add(row.pk)
        self.double = {title for title, keys in titles.items() if len(keys) > 1}
        for row in rows:
            names = [row.item.title, getattr(row, "title_en", ""), getattr(row, "code", ""), row.item.number]
            for name in names:
                if key := fold(name).strip():
                    self.found[key] = row
        self.found |= {row.pk: row for row in rows}

    def find(self, cell: Cell) -> Any:
        """The row of that name. Raises ValidationError."""
        text = shown(cell).strip()
        key = fold(text).strip()
        if not key:
            raise ValidationError(_("Hier steht nichts. Bitte Nummer, Kennung oder Namen eintragen."))
        if key in self.double:
            raise ValidationError(
                _("„%(text)s“ heißen mehrere. Bitte die Nummer eintragen.") % {"text": shortened(text, 60)}
            )
        row = self.found.get(key)
        if row is None:
            raise ValidationError(
                _("„%(text)s“ ist nicht bekannt. Bitte Nummer, Kennung oder Namen prüfen.")
                % {"text": shortened(text, 60)}
            )
        return row


def _choices(choices: Iterable[tuple[str, Any]]) -> dict[str, str]:
    return {fold(word).strip(): value for value, label in choices for word in (value, str(label))}


class _Reader:
    """Reads the rows of one table with one mapping."""

    def __init__(
        self, table: FileTable, mapping: ColumnMapping, places: ItemFinder, indicators: ItemFinder
    ) -> None:
        self.table, self.mapping, self.places, self.indicators = table, mapping, places, indicators
        self.plan = ImportPlan()
        self.seen: dict[tuple[str, str, str], int] = {}
        self.lines: list[PlannedValue] = []
        self.columns = {role: index for index, role in enumerate(mapping.roles) if role != "period_value"}
        self.values = [index for index, role in enumerate(mapping.roles) if role in {"value", "period_value"}]
        self.percent = {
            index for index in self.values if any(says_percent(row[index]) for _n, row in table.rows)
        }
        self.qualities = _choices(Observation.Quality.choices)
        self.confidences = _choices(Confidence.choices)

    def read(self) -> None:
        for number, cells in self.table.rows:
            if all(cells[index] == "" for index in self.values):
                self.plan.empty += 1
                continue
            common = self._common(number, cells)
            if common is None:
                continue
            for index in self.values:
                if cells[index] == "":
                    self.plan.empty += 1
                else:
                    self._value(number, cells, index, common)

    def _refuse(self, number: int, index: int | None, error: ValidationError) -> None:
        head = (
            self.table.head[index] or _("Spalte %(number)s") % {"number": index + 1}
            if index is not None
            else ""
        )
        self.plan.refused.append(RefusedValue(number, head, " ".join(error.messages)))

    def _common(self, number: int, cells: list[Cell]) -> dict[str, Any] | None:
        """What the values of a row share; None where something is wrong with it."""
        said = self.mapping
        found: dict[str, Any] = {"quality": said.quality}
        readers: dict[str, Any] = {
            "indicator": self.indicators.find, "district": self.places.find, "period": as_period,
            "quality": self._quality, "confidence": self._confidence, "source_date": as_period,
        }  # fmt: skip
        for role in ("indicator", "district", "period", "source_title", "source_url", "source_date"):
            if value := getattr(said, role):
                found[role] = readers[role](value) if role in {"indicator", "district", "period"} else value
        right = True
        for role, index in self.columns.items():
            optional = role not in {"indicator", "district", "period"}
            if role in {"", "value"} or (cells[index] == "" and optional):
                continue
            try:
                found[role] = readers.get(role, shown)(cells[index])
            except ValidationError as error:
                self._refuse(number, index, error)
                right = False
        return found if right else None

    def _quality(self, cell: Cell) -> str:
        return self._choice(cell, self.qualities, _("gezählt, geschätzt oder vorläufig"))

    def _confidence(self, cell: Cell) -> str:
        return self._choice(cell, self.confidences, _("high, medium oder low"))

    @staticmethod
    def _choice(cell: Cell, known: Mapping[str, str], words: str) -> str:
        value = known.get(fold(shown(cell)).strip())
        if value is None:
            raise ValidationError(_("Bitte schreiben Sie %(words)s.") % {"words": words})
        return value

    def _value(self, number: int, cells: list[Cell], index: int, common: dict[str, Any]) -> None:
        values = dict(common)
        indicator: Indicator = values.pop("indicator")
        try:
            if self.mapping.roles[index] == "period_value":
                values["period"] = as_period(self.table.head[index])
            value = as_number(cells[index], self.mapping.sign, indicator)
            if (
                index in self.percent
                and indicator.in_percent
                and not says_percent(cells[index])
                and 0 < abs(value) < 1
            ):
                raise ValidationError(
                    _("Andere Werte der Spalte tragen ein Prozentzeichen, dieser nicht: Ist %(one)s %% oder %(other)s %% gemeint?")
                    % {"one": _exact(value), "other": _exact(value * 100)}
                )  # fmt: skip
            new = NewObservation(value=value, **values)
            checked_row(indicator, new)
            key = (indicator.pk, new.district.pk, new.period)
            if key in self.seen:
                raise ValidationError(
                    _(
                        "Raum und Zeitraum stehen schon in Zeile %(row)s. Bitte eine der beiden Angaben entfernen."
                    )
                    % {"row": self.seen[key]}
                )
        except ValidationError as error:
            self._refuse(number, index, error)
            return
        self.seen[key] = number
        self.lines.append(PlannedValue(number, indicator, new))

    def as_the_file_says(self, new: NewObservation, before: Observation) -> NewObservation:
        """A value with what no column says of it taken from the one that counts."""
        open_to_it = {
            "quality",
            "source_title",
            "source_url",
            "source_date",
            "confidence",
            "note",
        } - self.columns.keys()
        return replace(new, **{name: getattr(before, name) for name in open_to_it})


def plan_of(
    table: FileTable, mapping: ColumnMapping, places: Iterable[District], indicators: Iterable[Indicator]
) -> ImportPlan:
    """Read all rows and say what would be new, corrected, unchanged or refused. One query.

    A value that is there already is corrected only by what the file itself says of it: a source that was named for
    all rows does not take the place of the one it has.
    """
    reader = _Reader(table, mapping, ItemFinder(places), ItemFinder(indicators))
    reader.read()
    plan = reader.plan
    before = current_rows({line.indicator.pk for line in reader.lines})
    for line in reader.lines:
        row = before.get((line.indicator.pk, line.new.district.pk, line.new.period))
        if row is None:
            plan.new.append(line)
        elif says_the_same(row, reader.as_the_file_says(line.new, row)):
            plan.unchanged.append(line)
        else:
            plan.corrected.append(PlannedValue(line.row, line.indicator, line.new, row))
    return plan


def indicator_title(indicator: Indicator) -> str:
    """Number and title of an indicator in the language of the page."""
    return " ".join(
        filter(None, [indicator.item.number, in_language(indicator.item.title, indicator.title_en)])
    )
