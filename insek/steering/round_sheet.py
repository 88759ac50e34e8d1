"""What a unit is asked for in a round as a workbook, and reading it in again: each cell is taken as a draft, left, or refused with its reason.

The workbook is one of INSEK's own (ADR 0023): rows are known by their id, an empty cell clears, and a row that somebody else answered
meanwhile is refused. Nothing is sent by it: what was taken stands on the page, where the unit sends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from insek.engines.text import fold, shortened
from insek.intake.sheet_cells import CellReader, Unreadable, same_cell
from insek.intake.table_files import FORMULA, BadFile, Cell, FileTable, Limits, read_table, shown
from insek.items.spreadsheets import cell_words
from insek.people.actors import Actor
from insek.people.locking import Conflict
from insek.people.models import Unit

from .round_cards import AskedCard, MeasureCard, ValueCard, outdated_words, with_data
from .round_forms import RoundAnswerForm, RoundValueForm, SaidForm, mark_of
from .round_models import ReportRound, RoundAnswer, SaidInRound

LIMITS = Limits(rows=1_000, cell=2_000, formulas=False)
ID, VERSION = gettext_lazy("Kennung"), gettext_lazy("Fassung")
KNOWN_OF_MEASURES = (gettext_lazy("Nummer"), gettext_lazy("Maßnahme"), gettext_lazy("Zuletzt berichtet"))
KNOWN_OF_VALUES = (
    gettext_lazy("Nummer"), gettext_lazy("Indikator"), gettext_lazy("Einheit"), gettext_lazy("Bisherige Werte"), gettext_lazy("Letzte Quelle"),
)  # fmt: skip
WIDE = {"happened", "next_step", "obstacles", "note", "source_title"}
LONGEST_LIST = 255
"""Characters that a spreadsheet takes as the choices of a cell."""


@dataclass(frozen=True)
class RefusedCell:
    """A cell that was not taken: where it stands, as a person counts it, and why."""

    sheet: str
    row: int
    column: str
    why: str


@dataclass
class ReadSheet:
    """What became of the cells of a file."""

    taken: int = 0
    unchanged: int = 0
    refused: list[RefusedCell] = field(default_factory=list)
    problem: str = ""


def write_round_sheet(round: ReportRound, unit: Unit, cards: Sequence[AskedCard]) -> BytesIO:
    """A sheet of measures and one of values, with what is known and what was said; those that are sent are left out."""
    from xlsxwriter import Workbook  # slow to import, and only needed here

    target = BytesIO()
    book = Workbook(target, {"strings_to_urls": False, "strings_to_formulas": False})
    looks = {
        "write": book.add_format({"bold": True}), "known": book.add_format({"bold": True, "bg_color": "#E7E9E4"}),
        "wide": book.add_format({"text_wrap": True, "valign": "top"}),
    }  # fmt: skip
    open_cards = [card for card in cards if not card.is_answered]
    measures = [card for card in open_cards if isinstance(card, MeasureCard)]
    values = [card for card in open_cards if isinstance(card, ValueCard)]
    if measures:
        _sheet(book, looks, _("Maßnahmen"), round, KNOWN_OF_MEASURES, RoundAnswerForm, measures)
    if values:
        _sheet(book, looks, _("Werte"), round, KNOWN_OF_VALUES, RoundValueForm, values)
    notes = book.add_worksheet(_("Hinweise"))
    notes.set_column(0, 0, 100, looks["wide"])
    for row, line in enumerate(_notes(round, unit)):
        notes.write_string(row, 0, line, looks["wide"])
    book.close()
    target.seek(0)
    return target


def _notes(round: ReportRound, unit: Unit) -> list[str]:
    return [
        _("%(round)s, %(unit)s") % {"round": round, "unit": unit},
        _("Füllen Sie die Spalten mit weißem Kopf aus. Kennung und Fassung bleiben, wie sie sind."),
        _("Ist zu einer Maßnahme nichts Neues, wählen Sie „Nichts Neues“; mehr braucht die Zeile nicht."),
        _("Laden Sie die Datei auf der Seite Ihrer Einheit wieder hoch. Was sich lesen lässt, steht dort dann als Entwurf; abgegeben ist es erst mit „Alles abgeben“."),
    ]  # fmt: skip


def _sheet(
    book: Any, looks: Mapping[str, Any], name: str, round: ReportRound, known: Sequence[Any], form: type[SaidForm], cards: Sequence[AskedCard]
) -> None:  # fmt: skip
    sheet = book.add_worksheet(shortened(name, 31))
    sheet.freeze_panes(1, 4)
    names = [each for each in _columns(form) if all(each in card.form.fields for card in cards)]
    heads = [ID, VERSION, *known]
    for column, head in enumerate([*heads, *(_label(form, each) for each in names)]):
        sheet.write_string(0, column, str(head), looks["known" if column < len(heads) else "write"])
    widths = [11, 13, *[12, 40, 40, 26, 30][: len(known)], *[40 if each in WIDE else 18 for each in names]]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for row, card in enumerate(cards, 1):
        version = card.answer.version if card.answer is not None else 0
        for column, text in enumerate([card.item.pk, f"{round.key}:{version}", *_known_of(card)]):
            sheet.write_string(row, column, cell_words(text), looks["wide"])
        for column, each in enumerate(names, len(heads)):
            value = _shown(card.form, each, card.form.initial.get(each))
            if isinstance(value, int | Decimal):
                sheet.write_number(row, column, float(value))
            elif value:
                sheet.write_string(row, column, cell_words(str(value)), looks["wide"])
    for column, each in enumerate(names, len(heads)):
        if cards and (words := _choices(cards[-1].form.fields[each])):
            sheet.data_validation(1, column, len(cards), column, {"validate": "list", "source": words})


def _columns(form: type[SaidForm]) -> list[str]:
    return list(form.names)


def _label(form: type[SaidForm], name: str) -> str:
    return str(form.base_fields[name].label)


def _known_of(card: AskedCard) -> list[str]:
    named = [card.item.number, card.item.title]
    if isinstance(card, ValueCard):
        before = "; ".join(f"{row['period']}: {row['value']}" for row in card.before)
        return [*named, card.asked.indicator.unit_text, before, card.last.get("source", "")]
    assert isinstance(card, MeasureCard)
    said = card.said
    return [
        *named,
        f"{card.said_state}, {said['date']}: {said['happened']}" if said else _("noch kein Bericht"),
    ]


def _choices(bound: forms.Field) -> list[str]:
    """What may be chosen in a cell, where a spreadsheet can keep it."""
    if not isinstance(bound, forms.ChoiceField):
        return []
    choices: Any = bound.choices
    words = [str(label) for key, label in choices if key]
    return words if len(",".join(words)) <= LONGEST_LIST and not any("," in word for word in words) else []


def _shown(form: SaidForm, name: str, value: Any) -> Any:
    """A value as it stands in a cell: choices in words."""
    bound = form.fields[name]
    if isinstance(bound, forms.ChoiceField):
        choices: Any = bound.choices
        return {str(key): str(label) for key, label in choices}.get(str(value), "") if value else ""
    return value


def read_round_sheet(
    data: bytes, round: ReportRound, unit: Unit, actor: Actor, cards: Sequence[AskedCard]
) -> ReadSheet:
    """Take what a file says as drafts. Raises BadFile for one that is none of these workbooks."""
    first = read_table(data, limits=LIMITS)
    tables = [first]
    for name in first.sheets[1:5]:
        try:
            tables.append(read_table(data, sheet=name, limits=LIMITS))
        except BadFile:  # the sheet of notes is no table, and a sheet may have been emptied
            continue
    found, is_ours = ReadSheet(), False
    for table in tables:
        for form in (RoundAnswerForm, RoundValueForm):
            heads = _heads(table, form)
            if heads is not None:
                is_ours = True
                reading = _Reading(round, unit, actor, form, table, heads, found)
                reading.rows({card.item.pk: card for card in cards if isinstance(card.form, form)})
                break
    if not is_ours:
        raise BadFile(
            _("Das ist keine Datei dieser Seite: Die Spalten „Kennung“ und „Fassung“ fehlen. Bitte laden Sie sie hier herunter und füllen Sie diese aus.")
        )  # fmt: skip
    return found


def _heads(table: FileTable, form: type[SaidForm]) -> dict[str, int] | None:
    """Which column of a table is what, by its head in either language; None where it is no such table."""
    names: dict[str, str] = {}
    for language, _label_of in settings.LANGUAGES:
        with override(language):
            names |= {fold(str(ID)).strip(): "id", fold(str(VERSION)).strip(): "version"}
            names |= {fold(_label(form, name)).strip(): name for name in _columns(form)}
    found: dict[str, int] = {}
    for column, head in enumerate(table.head):
        name = names.get(fold(head).strip(), "")
        if name:
            found.setdefault(name, column)
    return found if {"id", "version", "says"} <= set(found) else None


class _Reading:
    """One sheet against what stands in the round now."""

    def __init__(
        self, round: ReportRound, unit: Unit, actor: Actor, form: type[SaidForm], table: FileTable, heads: Mapping[str, int], found: ReadSheet
    ) -> None:  # fmt: skip
        self.round, self.unit, self.actor, self.form = round, unit, actor, form
        self.table, self.heads, self.found = table, heads, found
        self.reader = CellReader(round.concept)
        self.seen: set[str] = set()

    def rows(self, cards: Mapping[str, AskedCard]) -> None:
        """Read row by row."""
        for number, cells in self.table.rows:
            pk = shown(cells[self.heads["id"]]).strip().lower()
            if not pk and not any(shown(cell).strip() for cell in cells):
                continue
            if pk in self.seen:
                self._refuse(number, "id", _("Diese Kennung steht schon weiter oben."))
            elif pk not in cards:
                self._refuse(number, "id", _("Danach fragt diese Runde Ihre Einheit nicht."))
            else:
                self.seen.add(pk)
                self._row(number, cells, cards[pk])

    def _refuse(self, row: int, column: str, why: str) -> None:
        head = self.table.head[self.heads[column]] if column in self.heads else ""
        self.found.refused.append(RefusedCell(self.table.sheet, row, head, why))

    def _row(self, number: int, cells: Sequence[Cell], card: AskedCard) -> None:
        now = card.answer.values if card.answer is not None else card.form.from_before()
        differing: dict[str, Any] = {}
        names = [name for name in _columns(self.form) if name in self.heads and name in card.form.fields]
        for name in names:
            try:
                is_new, value = self._cell(card, name, cells[self.heads[name]], now[name])
            except Unreadable as error:
                self._refuse(number, name, error.reason)
                continue
            if is_new:
                differing[name] = value
            else:
                self.found.unchanged += 1
        if not differing:
            return
        round_key, _sign, version = shown(cells[self.heads["version"]]).strip().partition(":")
        if round_key != self.round.key or not (version.isascii() and version.isdigit()):
            self._refuse(number, "version", _("Diese Zeile stammt aus einer anderen Runde, oder ihre Fassung wurde geändert."))  # fmt: skip
            return
        stands = card.answer.version if card.answer is not None else 0
        if card.is_answered or int(version) != stands:
            self._refuse_all(number, differing, outdated_words(card.answer))
            return
        self._take(number, card, now, differing)

    def _cell(self, card: AskedCard, name: str, cell: Cell, now: Any) -> tuple[bool, Any]:
        """Whether a cell says something new, and what. Raises Unreadable."""
        head = self.table.head[self.heads[name]]
        if cell == FORMULA:
            raise Unreadable(_("Hier steht eine Formel. Bitte fügen Sie das Ergebnis als Wert ein."), head)
        if same_cell(cell, _shown(card.form, name, now)):
            return False, now
        if name == "period" and isinstance(cell, date):
            return cell.isoformat() != now, cell.isoformat()
        value = self.reader.read(card.form.fields[name], cell, head)
        return str(value) != ("" if now is None else str(now)), value

    def _refuse_all(self, number: int, differing: Mapping[str, Any], why: str) -> None:
        for name in differing:
            self._refuse(number, name, why)

    def _take(self, number: int, card: AskedCard, now: Mapping[str, Any], differing: dict[str, Any]) -> None:
        """Keep the cells of a row that can be kept; a cell that the form refuses leaves the others."""
        wrong: set[str] = set()
        while taken := {name: value for name, value in differing.items() if name not in wrong}:
            says = {} if "says" in differing or now["says"] else {"says": RoundAnswer.Says.NEW.value}
            data = {**now, **says, **taken, "seen": mark_of(card.answer, dict(now))}
            form = with_data(card, {f"{card.form.prefix}-{name}": value for name, value in data.items()}, self.round)  # fmt: skip
            if form.is_valid():
                break
            for name, errors in form.errors.items():
                if name in taken:
                    self._refuse(number, name, " ".join(map(str, errors)))
            now_wrong = set(form.errors) & set(taken)
            if not now_wrong:
                self._refuse_all(number, taken, " ".join(str(one) for some in form.errors.values() for one in some))  # fmt: skip
                return
            wrong |= now_wrong
        else:
            return
        card.form = form
        try:
            card.answer = card.keep(self.round, self.unit, self.actor)
        except Conflict as error:
            current = error.current if isinstance(error.current, SaidInRound) else None
            self._refuse_all(number, taken, outdated_words(current))
        except ValidationError as error:
            self._refuse_all(number, taken, " ".join(error.messages))
        else:
            self.found.taken += len(taken)
