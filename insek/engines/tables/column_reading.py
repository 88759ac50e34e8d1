"""Reading a column as what it is wanted as: the one door to the readers of numbers, times, money, words and references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median

from insek.engines.numbers import decimal_sign
from insek.engines.text.folding import fold

from .book import cell_shown
from .column_cells import ColumnCell, ColumnReading, Option, shown_short
from .money import MoneyRead, NotMoney, gross_in, read_money, unit_in_head
from .notes import Decisions, Note, OpenQuestion
from .notes import german as _
from .number_columns import NumberKind, read_numbers
from .references import KnownNumbers, read_references
from .time_columns import read_days, read_horizons, read_periods, read_years
from .word_columns import WordRules, read_words

KINDS = ("text", "number", "percent", "year", "period", "date", "horizon", "money", "choice", "place", "unit", "item", "priority", "references", "yesno")  # fmt: skip
"""What a column may be wanted as."""
MOST_ROWS = 50
_YES = frozenset({"ja", "yes", "true", "wahr", "x", "1", "✓", "✔", "●", "•", "j", "y", "ok"})
_NO = frozenset({"nein", "no", "false", "falsch", "0", "n", "–", "-", "—", "○"})
_OPEN = Note("open", _("Wartet auf Ihre Antwort."))


def read_column(
    kind: str,
    cells: Sequence[ColumnCell],
    *,
    key: str,
    head: str = "",
    options: Sequence[Option] = (),
    decisions: Decisions | None = None,
    numbers: NumberKind | None = None,
    words: WordRules | None = None,
    known: Iterable[str] = (),
    periods: frozenset[str] = frozenset(),
) -> ColumnReading:
    """The cells of a column read as one of ``KINDS``.

    Parameters
    ----------
    key : name under which questions of this column are asked and decided; stable for the file
    options : the words of ``choice``, ``place``, ``unit``, ``item`` and ``priority`` (there from high to low)
    numbers : how numbers are wanted
    words : how words are read; by default one a cell, several for ``unit``
    known : the numbers that ``references`` may name
    periods : kinds of spans that ``period`` may have; empty for all
    """
    decided = decisions or {}
    if kind == "number":
        return read_numbers(cells, key=key, head=head, kind=numbers, decisions=decided)
    if kind == "percent":
        return read_numbers(cells, key=key, head=head, kind=NumberKind(percent="percent"), decisions=decided)
    if kind in {"date", "year", "horizon"}:
        read = {"date": read_days, "year": read_years, "horizon": read_horizons}[kind]
        return read(cells, key=key, head=head, decisions=decided)
    if kind == "period":
        return read_periods(cells, key=key, head=head, decisions=decided, kinds=periods)
    if kind == "money":
        return read_sums(cells, key=key, head=head, decisions=decided)
    if kind in {"choice", "place", "unit", "item", "priority"}:
        rules = words or WordRules(several=kind == "unit", ranked=kind == "priority", what=kind)
        return read_words(cells, options, key=key, head=head, rules=rules, decisions=decided)
    if kind == "references":
        return _references(cells, head, KnownNumbers(known))
    if kind == "yesno":
        return _yes_or_no(cells, head)
    if kind == "text":
        return _texts(cells)
    raise ValueError(kind)


def read_sums(
    cells: Sequence[ColumnCell], *, key: str, head: str = "", decisions: Decisions | None = None
) -> ColumnReading:
    """Sums of money of a column, each cell as a list of ``MoneyRead`` in euros; bare numbers count the unit of the head or the one that is said."""
    decided = decisions or {}
    reading = ColumnReading()
    texts = [cell.text for cell in cells if isinstance(cell.value, str)]
    sign = decimal_sign([text for text in texts if re.fullmatch(r"[\d.,' ]+", text)], ())
    sign = "," if sign == "?" else sign
    gross = gross_in(head)
    unit = _unit(cells, key, head, decided, reading, sign)
    dash = _dash(cells, key, head, decided, reading)
    for cell in cells:
        if cell.broken is not None:
            reading.add(cell, None, "wrong")
        elif cell.value is None:
            reading.add(cell)
        elif cell.text in {"-", "–", "—"}:
            sums = {
                "open": [MoneyRead(open=True, text=cell.text)],
                "nothing": [MoneyRead(nothing=True, text=cell.text)],
            }.get(dash)
            reading.add(cell, sums, "open" if dash == "" else "")
        elif isinstance(cell.value, int | float) and not isinstance(cell.value, bool) and not cell.percent:
            number = cell_shown(cell.value)
            _add_sums(
                reading, cell, read_money(number, unit=unit or 1, sign=","), gross, head, waits=unit == 0
            )
        else:
            try:
                sums = read_money(cell.text, unit=unit or 1, sign=sign)
            except NotMoney as error:
                words = _("„%(text)s“ ist als Betrag nicht eindeutig. Bitte schreiben Sie ihn aus, zum Beispiel 1.250.000 €.") if error.code == "unclear" else _("„%(text)s“ ist kein Betrag. Bitte schreiben Sie zum Beispiel 250.000 €, 1,5–2,0 Mio. € oder offen.")  # fmt: skip
                reading.refuse(
                    cell, head, Note(f"money_{error.code}", words, {"text": shown_short(cell.text)})
                )
                continue
            _add_sums(reading, cell, sums, gross, head, waits=unit == 0 and any(one.bare for one in sums))
    return reading


def _add_sums(
    reading: ColumnReading, cell: ColumnCell, sums: Sequence[MoneyRead], gross: str, head: str, *, waits: bool
) -> None:
    from dataclasses import replace

    from .column_cells import problem_of

    told = [replace(one, gross=one.gross or gross) for one in sums]
    reading.add(cell, told, "open" if waits else "", _OPEN if waits else None)
    if len(told) > 1:
        note = Note(
            "several_sums",
            _(
                "Hier stehen mehrere Beträge; jeder wird eine eigene Kostenzeile. Bitte prüfen Sie, ob einer in einem anderen enthalten ist."
            ),
        )
        reading.problems.append(problem_of(cell, head, note, severe=False))


def _unit(
    cells: Sequence[ColumnCell], key: str, head: str, decided: Decisions, reading: ColumnReading, sign: str
) -> int:
    """Euros of one of the column's unit; 0 while it is asked: where the head says nothing and the numbers are small."""
    told = unit_in_head(head)
    if told > 1:
        return told
    answer = decided.get(f"money_unit:{key}", "")
    if answer in {"1", "1000", "1000000"}:
        return int(answer)
    bare: list[tuple[ColumnCell, float]] = []
    for cell in cells:
        if isinstance(cell.value, bool) or cell.value is None:
            continue
        try:
            sums = read_money(cell_shown(cell.value), sign=sign)
        except NotMoney:
            continue
        if len(sums) == 1 and sums[0].bare and (amount := sums[0].high or sums[0].low):
            bare.append((cell, float(amount)))
    if not bare or told == 1 or median(amount for _cell, amount in bare) >= 10_000:
        return 1
    usual = median(amount for _cell, amount in bare)
    reading.questions.append(
        OpenQuestion(
            f"money_unit:{key}", Note("money_unit", _("In Spalte „%(head)s“ steht „%(text)s“. Sind das Euro, Tausend oder Millionen Euro?"), {"head": head, "text": bare[0][0].text}),
            (("1", Note("1", _("Euro"))), ("1000", Note("1000", _("Tausend Euro"))), ("1000000", Note("1000000", _("Millionen Euro")))),
            "1000" if usual >= 20 else "", head, tuple(cell.text for cell, _amount in bare)[:5], tuple(cell.row for cell, _amount in bare)[:MOST_ROWS],
        )
    )  # fmt: skip
    return 0


def _dash(
    cells: Sequence[ColumnCell], key: str, head: str, decided: Decisions, reading: ColumnReading
) -> str:
    found = [cell for cell in cells if cell.text in {"-", "–", "—"}]
    if not found:
        return "open"
    answer = decided.get(f"dash:{key}", "")
    if answer in {"open", "nothing", "empty"}:
        return answer
    reading.questions.append(
        OpenQuestion(
            f"dash:{key}", Note("dash", _("Was bedeutet „%(text)s“ in Spalte „%(head)s“?"), {"text": found[0].text, "head": head}),
            (("open", Note("open", _("noch offen"))), ("nothing", Note("nothing", _("keine Kosten"))), ("empty", Note("empty", _("keine Angabe")))),
            "open", head, ("–",), tuple(cell.row for cell in found)[:MOST_ROWS],
        )
    )  # fmt: skip
    return ""


def _references(cells: Sequence[ColumnCell], head: str, known: KnownNumbers) -> ColumnReading:
    from .column_cells import problem_of

    reading = ColumnReading()
    for cell in cells:
        found = read_references(cell.text, known) if cell.value is not None else read_references("-", known)
        reading.add(cell, found)
        if found.unknown:
            note = Note(
                "unknown_number",
                _("Die Nummer %(numbers)s kommt in dieser Liste nicht vor."),
                {"numbers": ", ".join(found.unknown)},
            )
            reading.problems.append(problem_of(cell, head, note, severe=False))
        elif not found.known and not found.nothing:
            note = Note(
                "no_number_named",
                _("„%(text)s“ nennt keine Nummer; der Text bleibt als Bemerkung erhalten."),
                {"text": shown_short(cell.text)},
            )
            reading.problems.append(problem_of(cell, head, note, severe=False))
    return reading


def _yes_or_no(cells: Sequence[ColumnCell], head: str) -> ColumnReading:
    reading = ColumnReading()
    for cell in cells:
        word = fold(cell.text)
        if cell.value is None:
            reading.add(cell)
        elif isinstance(cell.value, bool):
            reading.add(cell, cell.value)
        elif word in _YES or word in _NO:
            reading.add(cell, word in _YES)
        else:
            reading.refuse(
                cell,
                head,
                Note("yes_or_no", _("„%(text)s“ ist weder ja noch nein."), {"text": shown_short(cell.text)}),
            )
    return reading


def _texts(cells: Sequence[ColumnCell]) -> ColumnReading:
    """Texts with their lines; spaces at the ends and of other kinds are evened."""
    reading = ColumnReading()
    for cell in cells:
        if cell.value is None:
            reading.add(cell)
            continue
        lines = [
            " ".join(line.replace("\u00a0", " ").split())
            for line in cell.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        ]
        reading.add(cell, "\n".join(lines).strip())
    return reading
