"""The title of a contribution: its first sentence, which does not end at a point that ends no sentence."""

from __future__ import annotations

import re

LONGEST_TITLE = 90

_BREAK = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_END = re.compile(r"[.!?…]+[\"'“”»«)\]]*(?=\s)|[。！？]|[؟۔।](?=\s)")
"""Where a sentence may end: before a space, or at a sign with no other meaning."""
_WORD = re.compile(r"[^\W_]+\Z")
_SHORT = frozenset(
    [
        "str",
        "straße",
        "abs",
        "allg",
        "aug",
        "betr",
        "bsp",
        "bspw",
        "bzgl",
        "bzw",
        "ca",
        "chr",
        "dez",
        "dipl",
        "dr",
        "eigtl",
        "einschl",
        "etc",
        "evtl",
        "exkl",
        "feb",
        "ff",
        "fr",
        "gegr",
        "geb",
        "gem",
        "ggf",
        "hbf",
        "hl",
        "hr",
        "hrsg",
        "inkl",
        "ing",
        "insb",
        "int",
        "jan",
        "jh",
        "jhd",
        "jr",
        "kath",
        "kfz",
        "lkw",
        "max",
        "med",
        "mind",
        "min",
        "mio",
        "mo",
        "mrd",
        "nov",
        "nr",
        "okt",
        "päd",
        "pkw",
        "pl",
        "prof",
        "rd",
        "rep",
        "resp",
        "sa",
        "sept",
        "sog",
        "sr",
        "st",
        "std",
        "stv",
        "tel",
        "tsd",
        "usw",
        "vgl",
        "vs",
        "wg",
        "zb",
        "zit",
        "zt",
        "zzgl",
    ]
)
"""Short forms behind which a sentence usually goes on; those without a vowel, and single letters, need no entry."""
_VOWEL = re.compile(r"[aeiouyäöü]", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-zÄÖÜäöüß]+\Z")


def title_from_text(text: str) -> str:
    """The first sentence of a contribution as its title, cut at a word. Never empty for a text with letters."""
    line = next((line for line in _BREAK.split(text.strip()) if line.strip()), "").strip()
    first = _first_sentence(line)
    if first.endswith(".") and not first.endswith("..") and not _goes_on(first[:-1], ""):
        first = first[:-1].rstrip()
    if len(first) <= LONGEST_TITLE:
        return first
    cut = first[:LONGEST_TITLE]
    if not first[LONGEST_TITLE].isspace() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(",;:–- \u200d\ufe0f") + " …"


def _first_sentence(line: str) -> str:
    for end in _END.finditer(line):
        before, rest = line[: end.start()], line[end.end() :].lstrip()
        if end[0] != "." or not _goes_on(before, rest):
            return line[: end.end()].strip()
    return line


def _goes_on(before: str, rest: str) -> bool:
    """Whether a point ends a short form, a day or another ordinal and not the sentence: "Pariser Str.", "3. Oktober"."""
    hit = _WORD.search(before)
    if hit is None:
        return False
    word = hit[0]
    if word.isdigit():
        return len(word) <= 2
    if rest and _first_letter(rest).islower() and any(letter.isupper() for letter in before):
        return True
    if not _LATIN.match(word):
        return False
    low = word.lower()
    return (
        len(low) == 1
        or low in _SHORT
        or (low.endswith("str") and len(low) > 3)
        or (len(low) <= 4 and not _VOWEL.search(low))
    )


def _first_letter(text: str) -> str:
    return next((letter for letter in text if letter.isalpha()), "")
