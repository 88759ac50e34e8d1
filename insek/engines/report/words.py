"""Characters that may be printed: nothing that steers, nothing private, and words where the fonts have no sign."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parents[2] / "web" / "static" / "vendor" / "fonts"
"""Fira Sans, and Noto for Arabic, Hebrew and emoji, as TrueType with ``coverage.json``, made by ``python -m insek.web.assets``."""
PLAIN = [[0x20, 0x7E], [0xA0, 0x17F], [0x2010, 0x2026], [0x20AC, 0x20AC]]
"""What is surely there when the fonts were not built: Latin letters and the signs between them."""
STAND_IN = {"de": "[Schrift hier nicht druckbar]", "en": "[script cannot be printed here]"}
"""Stands once for a run of signs that no font has."""
RAW = {"svg", "cover", "href", "id", "ref", "url", "colour", "anchor", "tone", "page"}
"""Keys whose values are pictures and addresses, not texts."""
LONGEST_WORD = 28
_long = re.compile(rf"[^\s\u00ad\u200b-]{{{LONGEST_WORD},}}")
_refused = {"Cc", "Cf", "Co", "Cs", "Cn"}
_MISSING = "\ufffd"
_missing = re.compile("\ufffd[\ufffd\\s]*\ufffd|\ufffd")


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
    joins = character == "\u200c"  # of the emoji that others are joined from, no font has all parts
    if (category in _refused and not joins) or "\ufe00" <= character <= "\ufe0f":
        return " " if character == "\t" else ""
    firsts, lasts = _coverage()
    place = bisect_right(firsts, ord(character)) - 1
    known = place >= 0 and ord(character) <= lasts[place]
    return character if known else "" if joins else _MISSING


def printable(text: object, lang: str = "de", *, any_script: bool = False) -> str:
    """A text that can be set: composed, without control and private characters, long words with places to break.

    With ``any_script`` signs that our fonts do not have stay: whoever opens the document has fonts of their own.
    """
    composed = unicodedata.normalize("NFC", str(text or "")).replace("\r\n", "\n")
    if any_script:
        kept = "".join(sign for sign in composed if _may_stand(sign))
    else:
        kept = _missing.sub(STAND_IN.get(lang, STAND_IN["en"]), "".join(map(_sign, composed)))
    return _long.sub(lambda match: _breakable(match[0]), kept)


def _may_stand(sign: str) -> bool:
    return sign in "\n\t\u00ad\u200c\u200d" or unicodedata.category(sign) not in _refused


def _breakable(word: str) -> str:
    return "\u00ad".join(word[start : start + 12] for start in range(0, len(word), 12))


def cleaned(value: Any, lang: str = "de", *, any_script: bool = False) -> Any:
    """The same data with every text in it cleaned; pictures and addresses stay as they are."""
    if isinstance(value, str):
        return printable(value, lang, any_script=any_script)
    if isinstance(value, dict):
        return {
            key: each if key in RAW else cleaned(each, lang, any_script=any_script)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [cleaned(each, lang, any_script=any_script) for each in value]
    return value
