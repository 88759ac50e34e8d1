"""Texts of heads: line breaks and hyphens taken out, footnote signs dropped, and the key under which heads are equal."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from insek.engines.text.folding import fold

from .book import CellValue, cell_shown

_HYPHEN = re.compile(r"(?<=[a-zäöüß])[-\u00ad\u2010]\s*[\r\n]+\s*(?=[a-zäöüß])")
_HARD_HYPHEN = re.compile(r"[-\u2010]\s*[\r\n]+\s*")
_FOOTNOTE = re.compile(r"(?<=\S)\s?(?:[¹²³⁴⁵⁶⁷⁸⁹⁰]+\)?|\*{1,3}\)?|(?<=[^\W\d])\d\))$")
_NO_WORD = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=20_000, typed=True)
def plain_head(value: CellValue) -> str:
    """The text of a head in one line: "Umsetzungs-↵zeitraum" is Umsetzungszeitraum, "lfd.↵Nr." is lfd. Nr., "Ortsteil¹" is Ortsteil."""
    text = value.strftime("%d.%m.%Y") if isinstance(value, date) else cell_shown(value)
    text = _HARD_HYPHEN.sub("-", _HYPHEN.sub("", text))
    return without_footnote(" ".join(text.replace("\u00ad", "").split()))


def without_footnote(text: str) -> str:
    """A text without the footnote sign at its end."""
    return _FOOTNOTE.sub("", text)


@lru_cache(maxsize=20_000)
def head_key(head: str) -> str:
    """The key of a head, under which mappings are kept: letters and digits only, folded."""
    return _NO_WORD.sub(" ", fold(head)).strip()


def joined_head(parts: list[str]) -> str:
    """The parts of several head rows as one text; what is repeated is said once."""
    told: list[str] = []
    for part in parts:
        if part and head_key(part) not in {head_key(one) for one in told}:
            told.append(part)
    return " · ".join(told)
