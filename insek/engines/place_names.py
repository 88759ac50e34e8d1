"""Names of places as people write them: keys under which spellings of one name are equal, and addresses taken apart."""

from __future__ import annotations

import re
from typing import NamedTuple

from insek.engines.text.folding import fold

_WORDS = re.compile(r"[^0-9a-z]+")
_STREET = re.compile(r"strasse|str(?![a-z])|str\.")
_SQUARE = re.compile(r"(?<![a-z])pl\.?(?![a-z])|(?<=[a-z])pl\.(?![a-z])")
_ADDRESS = re.compile(
    r"(?P<name>.*[^\W\d_].*?)[\s.,]*?(?<!\d)\s*(?P<number>\d{1,4})\s*(?P<suffix>[a-z])?(?:\s*[-–/+]\s*\d{1,4}\s*[a-z]?)?",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"stra[sz]{0,3}e?$")
_POSTCODE = re.compile(r"\b\d{5}\b")
GENERIC = frozenset(
    {
        "str",
        "platz",
        "weg",
        "allee",
        "ring",
        "gasse",
        "am",
        "im",
        "an",
        "in",
        "auf",
        "der",
        "dem",
        "den",
        "die",
        "zum",
        "zur",
    }
)
"""Words with which no name is begun to be looked for: half of all names have them."""


class Address(NamedTuple):
    """What somebody typed, taken apart."""

    name: str
    number: int
    """House number, 0 where there is none."""
    suffix: str
    """The letter behind it, small."""
    beside: str
    """What stands behind a comma, such as the part of the city; without postcode."""


def name_words(text: str) -> list[str]:
    """The words of a name, folded, "Straße" and "Str." written as ``str``, "Pl." as ``platz``."""
    plain = _SQUARE.sub("platz ", _STREET.sub("str ", fold(text)))
    return [word for word in _WORDS.split(plain) if word]


def name_key(text: str) -> str:
    """The key of a name: equal for "Karl-Marx-Straße", "Karl Marx Str." and "karlmarxstrasse"."""
    return "".join(name_words(text))


def plain_key(key: str) -> str:
    """A key with umlauts as who has no keys for them may write them: "koenigstr" and "konigstr" are one."""
    return key.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def key_starts(text: str) -> list[str]:
    """The keys with which a name may be begun to be typed: that of all words, of all but the first, and so on."""
    words = name_words(text)
    return [
        "".join(words[place:])
        for place, word in enumerate(words)
        if place == 0 or (word not in GENERIC and len(word) > 2)
    ]


def read_address(text: str) -> Address:
    """Name, house number and what stands behind a comma: "Königstr. 12a, 67655 Kaiserslautern"."""
    first, *rest = text.split(",")
    beside = " ".join(_POSTCODE.sub(" ", " ".join(rest)).split())
    first = " ".join(_POSTCODE.sub(" ", first).split()) or first.strip()
    found = _ADDRESS.fullmatch(first)
    if found is None:
        return Address(first, 0, "", beside)
    return Address(found["name"].strip(), int(found["number"]), (found["suffix"] or "").lower(), beside)


def begun_key(text: str) -> str:
    """The key of a name that is being typed: "Königstra" begins like "Königstraße"."""
    return _UNFINISHED.sub("str", name_key(text))
