"""What does not fit together in a table: sums and their rows, figures and earlier ones, parts and the whole, rows that are there twice.

Nothing here changes a figure. What is certainly wrong is a problem of its row; what is only odd is asked or noticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from .column_cells import shown_short
from .found_table import FoundRow, FoundTable
from .likeness import name_letters
from .notes import Decisions, Note, OpenQuestion, RowProblem
from .notes import german as _
from .number_columns import NumberKind, read_numbers
from .observation_totals import ReadObservation

JUMP = Decimal(2)
"""A figure that is more than so many times the earlier one, or less than one part of it, is asked about."""
NEARLY_ALL = Decimal("0.9")
"""A district with this share of the city's figure is asked about."""
MOST = 50
_ZERO = Decimal(0)


def check_sums(table: FoundTable, columns: Sequence[int], kind: NumberKind | None = None) -> list[RowProblem]:
    """Rows of sums against the rows they sum up: all above, or all since the sum before; a difference by rounding is none.

    A sum over rows with unknown or protected figures cannot be checked and is not.
    """
    found: list[RowProblem] = []
    for column in columns:
        head = next(one.shown for one in table.columns if one.index == column)
        values = _numbers(table, column, table.rows, kind)
        sums = _numbers(table, column, table.sums, kind, empty=None)
        for place, total in enumerate(table.sums):
            told = sums[place]
            if told is None:
                continue
            same = [
                (row, value)
                for row, value in zip(table.rows, values, strict=True)
                if row.sheet == total.sheet and row.number < total.number
            ]
            before = max(
                (one.number for one in table.sums if one.sheet == total.sheet and one.number < total.number),
                default=0,
            )
            groups = [[value for _row, value in same], [value for row, value in same if row.number > before]]
            if any(None in group or not group for group in groups):
                continue
            added = [sum((value for value in group if value is not None), Decimal(0)) for group in groups]
            if not any(abs(one - told) <= _rounding(told, len(same)) for one in added):
                note = Note(
                    "sum", _("Die Summe in dieser Zeile ist %(told)s, die Zeilen darüber ergeben %(added)s. Bitte prüfen Sie, ob eine Zeile fehlt oder doppelt ist."),
                    {"told": _shown(told), "added": _shown(added[1] if before else added[0])},
                )  # fmt: skip
                found.append(RowProblem(total.number, note, total.sheet, head, _shown(told), severe=False))
    return found


def _numbers(
    table: FoundTable,
    column: int,
    rows: Sequence[FoundRow],
    kind: NumberKind | None,
    empty: Decimal | None = _ZERO,
) -> list[Decimal | None]:
    """The figures of a column; None for what is not known, 0 for nil, ``empty`` for what is not there."""
    reading = read_numbers(table.cells(column, rows), key="sums", kind=kind)
    return [
        one.value
        if isinstance(one.value, Decimal) and one.status != "open"
        else (empty if not one.text and not one.status else None)
        for one in reading.cells
    ]


def _rounding(total: Decimal, rows: int) -> Decimal:
    """Half a unit of the last place for each row."""
    places = max(0, -int(total.as_tuple().exponent))
    return Decimal(rows + 1) / 2 * Decimal(1).scaleb(-places) if places else Decimal(0)


def check_earlier(
    observations: Sequence[ReadObservation],
    earlier: Mapping[tuple[str, str], Decimal],
    *,
    names: Mapping[str, str],
    city: str = "",
    labels: Mapping[str, str] | None = None,
    additive: frozenset[str] = frozenset(),
    decisions: Decisions | None = None,
) -> list[OpenQuestion]:
    """Figures that are far from the earlier one of their place, and districts with the figure of the whole city.

    Parameters
    ----------
    earlier : (indicator, place) -> the last figure there is; the city's own under the key ``city``
    names : key of a place -> its name
    city : key of the city as a place
    additive : indicators whose districts add up to the city, so that none may have nearly all of it
    """
    decided, words = decisions or {}, labels or {}
    found: list[OpenQuestion] = []
    totals = [one for one in observations if one.cut.is_total and one.value is not None]
    in_file = {(one.indicator, one.span.end): one.value for one in totals if one.place == city}
    for one in totals:
        assert one.value is not None
        whole = in_file.get((one.indicator, one.span.end)) or earlier.get((one.indicator, city))
        before = earlier.get((one.indicator, one.place))
        told = {
            "place": names.get(one.place, one.place),
            "value": _shown(one.value),
            "indicator": words.get(one.indicator, one.indicator),
            "time": one.span.text,
        }
        if (
            one.place != city
            and one.indicator in additive
            and whole
            and one.value >= NEARLY_ALL * whole
            and len(names) > 2
        ):
            note = Note(
                "whole_city",
                _(
                    "%(place)s: %(value)s (%(indicator)s, %(time)s) ist so viel wie die ganze Stadt (%(other)s). Stimmt das?"
                ),
                told | {"other": _shown(whole)},
            )
        elif before and (one.value > JUMP * before or one.value * JUMP < before) and before > 0:
            note = Note(
                "jump",
                _("%(place)s: %(value)s (%(indicator)s, %(time)s), vorher %(other)s. Stimmt das?"),
                told | {"other": _shown(before)},
            )
        else:
            continue
        key = f"earlier:{one.sheet}:{one.row}:{name_letters(one.column)}"
        if key not in decided and len(found) < MOST:
            found.append(
                OpenQuestion(key, note, _KEEP_OR_LEAVE, "", one.column, (_shown(one.value),), (one.row,))
            )
    return found


_KEEP_OR_LEAVE = (("keep", Note("keep", _("ja, einlesen"))), ("leave", Note("leave", _("nein, weglassen"))))


def left_by_answer(observations: Sequence[ReadObservation], decisions: Decisions) -> list[ReadObservation]:
    """The observations without those that were left out as an answer to ``check_earlier``."""
    return [
        one for one in observations if decisions.get(f"earlier:{one.sheet}:{one.row}:{name_letters(one.column)}") != "leave"
    ]  # fmt: skip


def find_doubles(observations: Sequence[ReadObservation]) -> list[RowProblem]:
    """Figures that are there twice: different ones are a problem of both rows, equal ones are noticed at the second."""
    seen: dict[tuple[object, ...], ReadObservation] = {}
    found: list[RowProblem] = []
    for one in observations:
        first = seen.setdefault(one.identity, one)
        if first is one:
            continue
        equal = (first.value, first.status) == (one.value, one.status)
        words = (
            _("Dieselbe Zahl steht schon in Zeile %(row)s.")
            if equal
            else _(
                "Für denselben Ort und dieselbe Zeit steht in Zeile %(row)s eine andere Zahl (%(other)s). Bitte lassen Sie eine der Zeilen weg."
            )
        )
        note = Note("double", words, {"row": str(first.row), "other": _shown(first.value)})
        found.append(RowProblem(one.row, note, one.sheet, one.column, _shown(one.value), severe=not equal))
    return found


def find_double_rows(table: FoundTable, columns: Sequence[int]) -> list[RowProblem]:
    """Rows with the same number or title as an earlier one; ``columns`` are those that tell rows apart, each for itself."""
    found: list[RowProblem] = []
    for column in columns:
        head = next(one.shown for one in table.columns if one.index == column)
        seen: dict[str, FoundRow] = {}
        for row in table.rows:
            text = str(row.values[column] if row.values[column] is not None else "").strip()
            letters = name_letters(text)
            if not letters:
                continue
            if letters in seen:
                first = seen[letters]
                where = f"{first.number} ({first.sheet})" if first.sheet != row.sheet else str(first.number)
                note = Note(
                    "double_row",
                    _("„%(text)s“ steht auch in Zeile %(row)s. Bitte prüfen Sie, ob es dasselbe ist."),
                    {"text": shown_short(text), "row": where},
                )
                found.append(RowProblem(row.number, note, row.sheet, head, shown_short(text), severe=False))
            else:
                seen[letters] = row
    return found


def check_required(table: FoundTable, columns: Mapping[int, str]) -> list[RowProblem]:
    """Rows without what each row needs; ``columns`` are the needed ones with their label."""
    found: list[RowProblem] = []
    for column, label in columns.items():
        for row in table.rows:
            value = row.values[column]
            if value is None or not str(value).strip():
                note = Note(
                    "missing",
                    _("„%(label)s“ fehlt. Bitte tragen Sie es ein oder lassen Sie die Zeile weg."),
                    {"label": label},
                )
                found.append(RowProblem(row.number, note, row.sheet, label))
    return found


def _shown(number: Decimal | None) -> str:
    if number is None:
        return "–"
    text = f"{number:,f}" if abs(number) >= 10_000 else f"{number:f}"
    return text.replace(",", "\u202f").replace(".", ",")
