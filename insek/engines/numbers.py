"""Numbers as people write them, German and English: the one reader for forms, sheets, imports and targets.

What can be read in one way only is read, in whichever notation it stands: ``1,234.5`` in a German form is 1234.5. What fits
both notations is read in that of the page or of the column: ``101.500`` is a hundred thousand in German. Groups have three
digits, so ``12 34`` is no number. A column of a file is looked at as a whole (``decimal_sign``) before its cells are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

LONGEST = 40
"""Characters of a number."""
SIGNS = {"de": ",", "en": "."}
"""What comes before the decimals in a language of the pages."""
PERCENT = ("%", "Prozent", "percent", "v. H.", "vH")
EURO = ("€", "EUR", "Euro")

_SPACES = re.compile("[\u0009 \u00a0\u2000-\u200a\u202f\u205f]")
_GROUPING = {",": ". '", ".": ", '"}
"""What may be between groups of three digits."""


def _shape(sign: str) -> re.Pattern[str]:
    groups = rf"[1-9]\d{{0,2}}([{_GROUPING[sign]}])\d{{3}}(?:\1\d{{3}})*"
    return re.compile(rf"(?:\d+|{groups})(?:[{sign}]\d+)?|[{sign}]\d+", re.ASCII)


_SHAPES = {sign: _shape(sign) for sign in _GROUPING}
_UNGROUPED = re.compile(r"\d+(?:[.,]\d+)?|[.,]\d+", re.ASCII)
_NO_CENTS = re.compile(r",\s?[-–—]{1,2}$")
_MINUS = ("-", "−", "–")


class NotANumber(ValueError):
    """A text that is no number, or could be two; ``text`` is what was there."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def read_number(text: str, sign: str = ",", *, strict: bool = False, units: Iterable[str] = ()) -> Decimal:
    """A number as it is written where ``sign`` comes before the decimals. Raises NotANumber.

    ``units`` may follow it. With ``strict`` the other notation is refused, as in a column whose notation is known.
    """
    negative, plain = _stripped(text, units)
    for tried in (sign,) if strict else (sign, "," if sign == "." else "."):
        if _SHAPES[tried].fullmatch(plain):
            ungrouped = plain.translate(dict.fromkeys(map(ord, _GROUPING[tried])))
            number = Decimal(ungrouped.replace(",", "."))
            return -number if negative else number
    raise NotANumber(text)


def read_coordinate(text: str) -> Decimal:
    """A coordinate: never grouped, so point and comma both come before the decimals. Raises NotANumber."""
    negative, plain = _stripped(text, ("°",))
    if not _UNGROUPED.fullmatch(plain):
        raise NotANumber(text)
    number = Decimal(plain.replace(",", "."))
    return -number if negative else number


def has_unit(text: str, units: Iterable[str]) -> bool:
    """Whether one of the units follows a number."""
    text = _even(text).casefold()
    return any(text.endswith(unit.casefold()) for unit in units if unit)


def decimal_sign(texts: Iterable[str], units: Iterable[str] = PERCENT) -> str:
    """Which sign comes before the decimals in a column: ``,`` or ``.``; ``?`` where it is left open."""
    units = tuple(units)
    found: set[str] = set()
    open_to_both = False
    for text in texts:
        _negative, plain = _stripped(text, units)
        if "," in plain or "." in plain:
            fits = {sign for sign, shape in _SHAPES.items() if shape.fullmatch(plain)}
            if len(fits) == 1:
                found |= fits
            open_to_both = open_to_both or len(fits) == 2
    if len(found) == 1:
        return found.pop()
    return "?" if found or open_to_both else ","


def _even(text: str) -> str:
    """One kind of space, one kind of apostrophe."""
    return _SPACES.sub(" ", text).replace("’", "'").strip()


def _stripped(text: str, units: Iterable[str]) -> tuple[bool, str]:
    """Whether a minus comes before it, and the digits with their signs."""
    plain = _even(text) if len(text) <= 4 * LONGEST else ""
    folded = plain.casefold()
    for unit in sorted(filter(None, units), key=len, reverse=True):
        if folded.endswith(unit.casefold()):
            plain = plain[: len(plain) - len(unit)].rstrip()
            break
    plain = _NO_CENTS.sub("", plain)
    negative = plain.startswith(_MINUS)
    if negative or plain.startswith("+"):
        plain = plain[1:].lstrip()
    return negative, plain if len(plain) <= LONGEST else ""
