"""Numbers of a column: its notation is found once, signs of statistics are understood, and what is open is asked once for all.

Uses the project's one reader of numbers (``engines.numbers``). ``2.765`` is a question where nothing in the column tells
thousands from decimals, a proposal where many figures of the same size stand beside it without a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from insek.engines.numbers import PERCENT, NotANumber, decimal_sign, has_unit, read_number

from .column_cells import ColumnCell, ColumnReading, shown_short
from .notes import Decisions, Note, OpenQuestion
from .notes import german as _
from .official_signs import SignRead, read_sign

PLAIN_NEIGHBOURS = 5
"""So many figures of four digits without a point tell thousands from decimals."""
MOST_ROWS = 50
_OPEN = Note("open", _("Wartet auf Ihre Antwort."))


@dataclass(frozen=True)
class NumberKind:
    """What the numbers of a column are wanted as."""

    percent: str = ""
    """``percent``: 12.5 stands for 12.5 %; ``share``: 0.125 does; empty: neither."""
    sign: str = ","
    """What comes before decimals where the column leaves it open and nobody is asked (English pages: ``.``)."""
    whole: bool = False
    """Whether only whole numbers are possible."""
    units: Sequence[str] = ()
    """Units that may stand behind a number."""


@dataclass
class _Figure:
    """One cell on its way to a number."""

    cell: ColumnCell
    sign: SignRead
    number: Decimal | None = None
    status: str = ""
    percent: bool = False
    """Whether it said percent, by its sign or its format; ``number`` is in percent then."""
    waits: bool = False


def read_numbers(
    cells: Sequence[ColumnCell],
    *,
    key: str,
    head: str = "",
    kind: NumberKind | None = None,
    decisions: Decisions | None = None,
) -> ColumnReading:
    """The numbers of a column, or of all columns of figures of one sort, as Decimal."""
    return _Reader(key, head, kind or NumberKind(), decisions or {}).read(cells)


class _Reader:
    def __init__(self, key: str, head: str, kind: NumberKind, decisions: Decisions) -> None:
        self.key, self.head, self.kind, self.decisions = key, head, kind, decisions
        self.reading = ColumnReading()
        self.units = (*PERCENT, *kind.units)

    def read(self, cells: Sequence[ColumnCell]) -> ColumnReading:
        figures = [
            _Figure(cell, read_sign(cell.text) if isinstance(cell.value, str) else SignRead())
            for cell in cells
        ]
        worded = [one for one in figures if isinstance(one.cell.value, str)]
        notation = self._notation([one.sign.number for one in worded if one.sign.number], cells)
        brackets, zero = self._brackets(worded), self._zero(worded)
        refused: dict[int, Note] = {}
        for place, one in enumerate(figures):
            note = self._read(one, notation, brackets, zero)
            if note is not None:
                refused[place] = note
        self._as_percent(figures)
        for place, one in enumerate(figures):
            if place in refused:
                self.reading.refuse(one.cell, self.head, refused[place])
            elif one.waits:
                self.reading.add(one.cell, one.number, "open", _OPEN)
            else:
                self.reading.add(one.cell, one.number, one.status)
        return self.reading

    def _read(self, one: _Figure, notation: str, brackets: str, zero: str) -> Note | None:
        """Read one figure; what comes back says why it cannot be."""
        value = one.cell.value
        if one.cell.broken is not None:
            one.status = "wrong"
        elif isinstance(value, bool | date):
            return self._no_number(one)
        elif isinstance(value, str):
            return self._read_text(one, notation, brackets, zero)
        elif value is not None:
            one.number = Decimal(f"{value:.15g}" if isinstance(value, float) else value)
            if one.cell.percent:
                one.number, one.percent = one.number * 100, True
        return self._no_whole(one)

    def _read_text(self, one: _Figure, notation: str, brackets: str, zero: str) -> Note | None:
        sign = one.sign
        one.status = sign.status
        if not sign.number:
            one.number = sign.value
            return None
        if notation == "?" and _is_open(sign.number, self.units):
            one.waits = True
            return None
        try:
            one.number = read_number(
                sign.number, self.kind.sign if notation == "?" else notation, strict=notation != "?", units=self.units
            )  # fmt: skip
        except NotANumber:
            return self._no_number(one)
        one.percent = has_unit(sign.number, PERCENT)
        if sign.brackets:
            one.waits = brackets == ""
            one.number, one.status = (-one.number, "") if brackets == "negative" else (one.number, "limited")
        elif one.number == 0:
            one.waits = zero == ""
            one.status = "less_than_half" if zero == "less_than_half" else one.status
        return self._no_whole(one)

    def _no_number(self, one: _Figure) -> Note:
        words = _("Hier steht ein Datum; erwartet ist eine Zahl.") if isinstance(one.cell.value, date) else _("„%(text)s“ ist keine Zahl. Bitte tragen Sie eine Zahl ein oder lassen Sie die Zeile weg.")  # fmt: skip
        return Note("no_number", words, {"text": shown_short(one.cell.text)})

    def _no_whole(self, one: _Figure) -> Note | None:
        if self.kind.whole and one.number is not None and one.number != one.number.to_integral_value():
            return Note("whole", _("Erwartet ist eine ganze Zahl."))
        return None

    # --- notation -----------------------------------------------------------------------------------------------------

    def _notation(self, texts: Sequence[str], cells: Sequence[ColumnCell]) -> str:
        """``,`` or ``.`` before the decimals, or ``?`` where it is asked; then what is open in both ways waits."""
        sign = decimal_sign(texts, self.units)
        if sign != "?":
            return sign
        answer = self.decisions.get(f"thousands:{self.key}")
        if answer in {"thousands", "decimals"}:
            return _answered(texts, answer, self.units)
        grouped = [text for text in texts if _is_open(text, self.units)]
        if not grouped:
            return self.kind.sign
        if self._neighbours_tell(grouped, texts, cells):
            return "," if "." in grouped[0] else "."
        example = shown_short(grouped[0])
        as_thousands = read_number(grouped[0], "," if "." in example else ".", units=self.units)
        as_decimals = read_number(grouped[0], "." if "." in example else ",", units=self.units)
        self.reading.questions.append(
            OpenQuestion(
                f"thousands:{self.key}",
                Note("thousands", _("Ist „%(text)s“ in Spalte „%(head)s“ eine Zahl mit Tausenderpunkt oder mit Nachkommastellen?"), {"text": example, "head": self.head}),
                (
                    ("thousands", Note("thousands", _("%(number)s (Tausender)"), {"number": _shown(as_thousands)})),
                    ("decimals", Note("decimals", _("%(number)s (Nachkommastellen)"), {"number": _shown(as_decimals)})),
                ),
                "thousands", self.head, tuple(dict.fromkeys(map(shown_short, grouped)))[:5],
                tuple(cell.row for cell in cells if isinstance(cell.value, str) and _is_open(read_sign(cell.text).number, self.units))[:MOST_ROWS],
            )
        )  # fmt: skip
        return "?"

    def _neighbours_tell(
        self, grouped: Sequence[str], texts: Sequence[str], cells: Sequence[ColumnCell]
    ) -> bool:
        """Whether many plain figures of four digits are as large as the grouped ones would be with thousands, and far from the other way."""
        plain = [int(text) for text in texts if text.isascii() and text.isdigit() and 4 <= len(text) <= 15]
        plain += [int(cell.value) for cell in cells if isinstance(cell.value, int) and cell.value >= 1000]
        if len(plain) < PLAIN_NEIGHBOURS:
            return False
        usual = median(plain)
        sign = "," if "." in grouped[0] else "."
        return all(
            usual / 10 <= abs(read_number(text, sign, units=self.units)) <= usual * 10 for text in grouped
        )

    # --- what is asked once a column ----------------------------------------------------------------------------------

    def _brackets(self, worded: Sequence[_Figure]) -> str:
        """What brackets mean: ``limited``, ``negative``, or empty where it is asked."""
        inside = [one for one in worded if one.sign.brackets]
        if not inside:
            return "limited"
        answer = self.decisions.get(f"brackets:{self.key}", "")
        if answer in {"limited", "negative"}:
            return answer
        others = {one.sign.status for one in worded if not one.sign.brackets}
        if others & {"protected", "unknown", "uncertain", "meaningless", "later"}:
            return "limited"  # beside other signs of statistics it is one of them
        self._ask(
            "brackets", Note("brackets", _("Was bedeuten die Klammern bei „%(text)s“ in Spalte „%(head)s“?"), {"text": inside[0].cell.text, "head": self.head}),
            (("limited", Note("limited", _("eingeschränkt aussagekräftig"))), ("negative", Note("negative", _("eine negative Zahl")))),
            "limited", [one.cell for one in inside],
        )  # fmt: skip
        return ""

    def _zero(self, worded: Sequence[_Figure]) -> str:
        """What 0 means where – stands for nil: ``zero``, ``less_than_half``, or empty where it is asked."""
        zeros = [one for one in worded if one.sign.number in {"0", "0,0", "0.0"}]
        if not zeros or not any(one.sign.status == "nil" for one in worded):
            return "zero"
        answer = self.decisions.get(f"zero:{self.key}", "")
        if answer in {"zero", "less_than_half"}:
            return answer
        self._ask(
            "zero", Note("zero", _("In Spalte „%(head)s“ stehen „–“ und „0“. Was bedeutet die 0?"), {"head": self.head}),
            (("less_than_half", Note("less_than_half", _("mehr als nichts, aber weniger als die Hälfte der kleinsten Einheit"))), ("zero", Note("zero", _("genau null")))),
            "less_than_half", [one.cell for one in zeros],
        )  # fmt: skip
        return ""

    def _as_percent(self, figures: Sequence[_Figure]) -> None:
        """Bring percentages and bare numbers to what is wanted; what could be either is asked."""
        said = [one for one in figures if one.percent and one.number is not None]
        if self.kind.percent == "":
            answer = self.decisions.get(f"percent:{self.key}")
            if said and answer is None:
                self._ask(
                    "percent", Note("percent", _("In Spalte „%(head)s“ stehen Prozentwerte. Wie sollen sie eingelesen werden?"), {"head": self.head}),
                    (("percent", Note("percent", _("12,5 %% als 12,5"))), ("share", Note("share", _("12,5 %% als 0,125")))), "percent", [one.cell for one in said],
                )  # fmt: skip
            for one in said:
                one.waits = one.waits or answer is None
                one.number = one.number / 100 if answer == "share" and one.number is not None else one.number
            return
        bare = [one for one in figures if not one.percent and one.number and not one.waits]
        odd = self._odd(bare, said)
        if self.kind.percent == "share":
            for one in said:
                one.number = one.number / 100 if one.number is not None else None
        if not odd:
            return
        answer = self.decisions.get(f"bare_percent:{self.key}")
        if answer is None:
            text = odd[0].cell.text
            self._ask(
                "bare_percent",
                Note("bare_percent", _("In Spalte „%(head)s“ steht „%(text)s“ ohne Prozentzeichen. Ist das ein Prozentwert oder ein Anteil von 1?"), {"head": self.head, "text": text}),
                (("percent", Note("percent", _("Prozent: %(text)s %%"), {"text": text})), ("share", Note("share", _("Anteil von 1 (1 ist 100 %%)")))),
                "share" if self.kind.percent == "percent" else "percent", [one.cell for one in odd],
            )  # fmt: skip
        for one in odd:
            one.waits = answer is None
            if answer == "share" and self.kind.percent == "percent":
                one.number = (one.number or Decimal(0)) * 100
            elif answer == "percent" and self.kind.percent == "share":
                one.number = (one.number or Decimal(0)) / 100

    def _odd(self, bare: Sequence[_Figure], said: Sequence[_Figure]) -> list[_Figure]:
        """Bare numbers that may be meant the other way: up to 1 among percentages, over 1 among shares."""
        if self.kind.percent == "share":
            return [one for one in bare if abs(one.number or Decimal(0)) > 1]
        small = [one for one in bare if abs(one.number or Decimal(0)) <= 1]
        others = [abs(one.number) for one in (*said, *bare) if one.number is not None and abs(one.number) > 1]
        if others:
            return small if median(others) > 2 else []
        return small if len(small) > 2 else []

    def _ask(
        self,
        what: str,
        note: Note,
        choices: Sequence[tuple[str, Note]],
        proposed: str,
        cells: Iterable[ColumnCell],
    ) -> None:
        told = list(cells)
        self.reading.questions.append(
            OpenQuestion(
                f"{what}:{self.key}", note, tuple(choices), proposed, self.head,
                tuple(dict.fromkeys(shown_short(one.text) for one in told))[:5], tuple(one.row for one in told)[:MOST_ROWS],
            )
        )  # fmt: skip


def _is_open(text: str, units: Iterable[str]) -> bool:
    """Whether a text is a number in both notations, and not the same one."""
    if "." not in text and "," not in text:
        return False
    found = []
    for sign in (",", "."):
        try:
            found.append(read_number(text, sign, strict=True, units=units))
        except NotANumber:
            return False
    return found[0] != found[1]


def _answered(texts: Sequence[str], answer: str, units: Iterable[str]) -> str:
    grouped = next((text for text in texts if _is_open(text, units)), "1.000")
    point_groups = "." in grouped
    return "," if point_groups == (answer == "thousands") else "."


def _shown(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",")
