"""Number formats of a workbook: what a cell shows, where that changes what it means."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_FIXED = re.compile(r"(?:#,##)?0+(?:\.(0+))?", re.ASCII)


def _bare(code: str) -> str:
    """The part for positive numbers, without texts in quotes, colours and fillers."""
    return _LITERAL.sub("", code).split(";")[0].strip()


def is_percent(code: str) -> bool:
    """Whether the cell shows a hundred times its number and a percent sign."""
    return "%" in _bare(code)


def precision(code: str) -> str:
    """What a date is shown as: ``day``, ``month`` (with its year) or ``year``."""
    letters = _bare(code).lower()
    if "d" in letters or "t" in letters or ("y" not in letters and "j" not in letters):
        return "day"
    return "month" if "m" in letters else "year"


def number_text(number: Decimal, code: str) -> str:
    """A number with the decimals that the sheet shows, never fewer than it has; a percentage with its sign."""
    bare = _bare(code)
    percent = is_percent(code)
    if percent:
        number = (number * 100).normalize()
    hit = _FIXED.match(bare)
    places = len(hit[1] or "") if hit else 0
    if hit and -int(number.normalize().as_tuple().exponent) <= places:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{number:f} %" if percent else f"{number:f}"
