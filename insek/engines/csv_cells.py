"""Texts in CSV cells: none that a spreadsheet takes for a formula, and back to what was typed."""

from __future__ import annotations

import re
from typing import Any

_FORMULA = re.compile("[=+\\-@＝＋－＠\t\r]")
_NUMBER = re.compile(r"[+-]\d[\d .,\u00a0\u202f]*( ?%)?", re.ASCII)
_LIST = re.compile(r"[-+] (?=\S)")
_BULLETS = re.compile(r"^[-+] (?=\S)", re.MULTILINE)
_SHOWN_BULLETS = re.compile(r"^• (?=\S)", re.MULTILINE)
_APOSTROPHE = re.compile("'\\s*[=+\\-@＝＋－＠\t\r]")


def harmless_cell(value: Any) -> str:
    """Text for a cell that a spreadsheet does not take for a formula (CSV injection).

    A list keeps its looks with points instead of dashes, numbers stay as they are, all else gets an apostrophe.
    """
    text = "" if value is None else str(value)
    if text[:1].isalnum():  # most cells, at a tenth of the time
        return text
    if not _FORMULA.match(text.lstrip(" \n\u00a0\u200b\ufeff")) or _NUMBER.fullmatch(text):
        return text
    return _BULLETS.sub("• ", text) if _LIST.match(text) else f"'{text}"


def as_typed(text: str) -> str:
    """What stood there before ``harmless_cell``: a list with dashes, no apostrophe before what looks like a formula."""
    if text.startswith("• "):
        return _SHOWN_BULLETS.sub("- ", text)
    return text[1:] if _APOSTROPHE.match(text) else text
