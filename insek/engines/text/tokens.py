"""Dividing a text into words and numbers as people write them, and the one term that stands for each."""

import re
from collections.abc import Iterator

from insek.engines.text.folding import fold

LONGEST_WORD = 64
"""Letters of a word that count; longer words are cut, in the index and in the query alike."""
TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)+)|(?P<gender>[^\W\d_]{2,}[:*_·/](?:innen|in)(?!\w))|[^\W_]+(?:['’][^\W_]+)*"
)
_GENDERED = re.compile(r"(?<![^\W_])([^\W\d_]{2,})[:*_·/](?:innen|in)(?!\w)")
_GENDERED_INSIDE = re.compile(r"(?<![^\W_])([^\W\d_]{2,})[:*_·/]innen(?=[^\W\d_])")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?$")
QUOTED = re.compile(r'"([^"]*)"|„([^“”"]*)[“”"]|»([^«]*)«')
_HYPHENS = re.compile(r"(?<![^\W_])[^\W\d_]+(?:[-‐‑][^\W_]+)+")
_BROKEN = re.compile(
    r"(?<![^\W_])([^\W\d_]{2,40})[-‐‑]\s{1,9}(?!(?:und|oder|bzw|sowie|statt|als|bis|noch|wie|auch)\b)([a-zäöüß][^\W\d_]{1,40})"
)
"""A word that a document broke at the end of a line: "Wohnraum-" and "versorgung" on the next."""
_AND = r"(?:und|oder|bzw\.?|sowie|statt|als auch|bis)"
_SUSPENDED = re.compile(
    rf"(?<![^\W_])([^\W\d_]{{2,40}})[-‐‑](?=,?\s{{1,3}}(?:[^\W\d_]{{2,40}}[-‐‑],?\s{{1,3}}){{0,3}}{_AND}\s{{1,3}}([^\W\d_]{{4,40}}))"
)
"""The first of two compounds with a common end: "Fuß- und Radweg"."""
_SUSPENDED_HEAD = re.compile(rf"(?<![^\W_])([^\W\d_]{{4,40}})\s{{1,3}}{_AND}\s{{1,3}}[-‐‑]([^\W\d_]{{3,40}})")
"""The second of two compounds with a common beginning: "Radwege und -abstellanlagen"."""
_NUMBERED = re.compile(r"(?<![^\W_])([A-ZÄÖÜ]{1,2}|[a-zäöü]{1,2}(?=\d))[ \u00a0]?(\d+(?:[.,]\d+)*)(?![^\W_])")
"""A number with its letters: "M 17", "M17", "z3.2", "B 270"."""
_REFERENCE = re.compile(r"(?<![\d/])0*(\d{1,6})/((?:19|20)\d\d)(?![\d/])")
"""The number of a paper: "0466/2020", "466/2020"."""
PAIR = "\0"
"""Stands between the two words of a suspended hyphen in the list of analysed words."""
NOT_ALNUM = re.compile(r"[\W_]+")


def term_of(word: str) -> str:
    """Return the one term that stands for a word as written, letters and digits only; empty where it has none."""
    return as_term(word) if word else ""


def without_gender(text: str) -> str:
    """Return a text with the plain word for each gendered form ("Bürger:innen", "Radfahrer*in", "Bürger*innenbeteiligung")."""
    return _GENDERED_INSIDE.sub(r"\1", _GENDERED.sub(r"\1", text))


def as_term(word: str) -> str:
    """Return the one term that stands for a word as written: letters and digits only."""
    if word[0].isdigit() and not word.isalnum():
        if _THOUSANDS.match(word):
            word = word.replace(".", "")
        word = word.replace(".", "p").replace(",", "p")
    return NOT_ALNUM.sub("", fold(word[: 2 * LONGEST_WORD]))[:LONGEST_WORD]


def split_words(text: str) -> Iterator[str]:
    """Yield the words of a cleaned text; gendered forms as two words, numbers whole and in pieces."""
    for hit in TOKEN.finditer(text):
        if hit.lastgroup == "gender":
            stem = re.split(r"[:*_·/]", hit[0])[0]
            yield stem
            yield stem + "in" * (not hit[0].endswith("innen")) + "innen" * hit[0].endswith("innen")
        else:
            yield hit[0]


def numbered_terms(text: str) -> Iterator[str]:
    """Yield the terms of numbers as people write them: "M 17" and "M17" give "m17", "0466/2020" gives "466s2020"."""
    for hit in _NUMBERED.finditer(text):
        yield as_term(hit[1] + as_term(hit[2]))
    for hit in _REFERENCE.finditer(text):
        yield f"{hit[1]}s{hit[2]}"


def all_words(text: str) -> Iterator[str]:
    """Yield the words of a cleaned text, then what was one word before a hyphen or a line's end divided it."""
    yield from split_words(text)
    for hit in _HYPHENS.finditer(text):
        yield NOT_ALNUM.sub("", hit[0])
    if "-" in text or "‐" in text or "‑" in text:
        for hit in _BROKEN.finditer(text):
            yield hit[1] + hit[2]
        for hit in _SUSPENDED.finditer(text):
            yield f"{hit[1]}-{PAIR}{hit[2]}"
        for hit in _SUSPENDED_HEAD.finditer(text):
            yield f"{hit[1]}{PAIR}-{hit[2]}"
