"""Characters that may be printed: nothing that steers, nothing private, nothing the font has no sign for."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parents[2] / "web" / "static" / "vendor" / "fonts"
"""Fira Sans as TrueType with ``coverage.json``, made by ``python -m insek.web.assets``."""
PLAIN = [[0x20, 0x7E], [0xA0, 0x17F], [0x2010, 0x2026], [0x20AC, 0x20AC]]
"""What is surely there when the fonts were not built: Latin letters and the signs between them."""
STAND_IN = "?"
RAW = {"svg", "cover", "href", "id", "ref", "url", "colour", "anchor", "tone"}
"""Keys whose values are pictures and addresses, not texts."""
LONGEST_WORD = 28
_long = re.compile(rf"[^\s\u00ad\u200b-]{{{LONGEST_WORD},}}")
_refused = {"Cc", "Cf", "Co", "Cs", "Cn"}


@lru_cache(maxsize=1)
def _coverage() -> tuple[list[int], list[int]]:
    file = FONTS / "coverage.json"
    ranges = json.loads(file.read_text(encoding="ascii")) if file.exists() else PLAIN
    return [first for first, _last in ranges], [last for _first, last in ranges]


@lru_cache(maxsize=4096)
def _sign(character: str) -> str:
    if character in "\n\u00ad":
        return character
    category = unicodedata.category(character)
    if category in _refused or "\ufe00" <= character <= "\ufe0f":
        return " " if character == "\t" else ""
    firsts, lasts = _coverage()
    place = bisect_right(firsts, ord(character)) - 1
    return character if place >= 0 and ord(character) <= lasts[place] else STAND_IN


def clean(text: object) -> str:
    """A text that can be set: composed, without control and private characters, long words with places to break."""
    composed = unicodedata.normalize("NFC", str(text or ""))
    kept = "".join(map(_sign, composed.replace("\r\n", "\n")))
    return _long.sub(lambda match: _breakable(match[0]), kept)


def _breakable(word: str) -> str:
    return "\u00ad".join(word[start : start + 12] for start in range(0, len(word), 12))


def cleaned(value: Any) -> Any:
    """The same data with every text in it cleaned; pictures and addresses stay as they are."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: each if key in RAW else cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(each) for each in value]
    return value
