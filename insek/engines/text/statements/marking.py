"""The legal marking of a statement and how firm its wording is: two things, told apart.

What binds is the marking: in a regional plan Z (goal, to be observed) and G (principle, to be weighed), in a statute its paragraph. A
"soll" in a goal of regional planning binds more than a "muss" in a concept. The firmness says only how it is worded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GOAL, PRINCIPLE, PREPARED, NOTE, STATUTE = "goal", "principle", "prepared", "note", "statute"
MUST, SHALL, WILL, INTENDED, SHOULD, MAY, TOLD = "must", "shall", "will", "intended", "should", "may", "told"

_MARKS = re.compile(
    r"^\s*(?:\(?(?P<letter>Z|G|N|V|B)\)?(?:\s?(?P<number>\d+(?:\.\d+)*))?(?:\s*\([^)]*\))?[\s:.)–-]+(?=[A-ZÄÖÜ„(])"
    r"|(?P<word>Ziel|Grundsatz)\s(?P<wordnumber>\d+(?:\.\d+)*)\b"
    r"|(?P<paragraph>§\s?\d+[a-z]?)(?:\s+(?:Abs\.\s?\d+|\(\d+\)))?(?=\s))"
)
_PREPARED = re.compile(
    r"in Aufstellung befindlich\w*\s+(?:Ziel|Grundsatz)|Ziel\w* in Aufstellung|§\s?3\s?(?:Abs\.\s?1|\(1\))\s?Nr\.\s?4\s?ROG",
    re.I,
)
_CITES = re.compile(
    r"§+\s?\d+[a-z]?(?:\s?(?:Abs\.|Absatz)\s?\d+[a-z]?|\s?\(\d+\))?(?:\s?(?:Satz|S\.)\s?\d+)?(?:\s?(?:Nr\.|Nummer)\s?\d+)?(?:\s?(?P<law>[A-ZÄÖÜ][\wäöü]*(?:GB|VO|G|O|gesetz|ordnung|satzung)\b(?:\s[A-Z]{2,4}\b)?))?"
)
_LETTERS = {"Z": GOAL, "G": PRINCIPLE, "N": NOTE}
_FIRMNESS = (
    (INTENDED, r"\bziele?\b[^.]{0,60}\b(?:ist|sind|soll)\b|\b(?:hat|haben) (?:das|zum) ziel\b"),
    (MUST, r"\bmuss\b|\bmüssen\b|\bverpflichtet\b|\bist sicherzustellen\b|\bsind\b[^.;]*\bzu \w+en\b|\bist\b[^.;]*\bzu \w+en\b|\b(?:ist|sind)\b[^.;]*\w+zu\w{3,}en\b|"
           r"\bd(?:arf|ürfen)\b[^.;]*\b(?:nicht|kein\w*|nur)\b|\bunzulässig\b|\buntersagt\b|\bverboten\b|\bausgeschlossen\b|\bfestgesetzt\b|\bbeauftragt\b|\bbeschließt\b|\bzwingend\b"),
    (SHALL, r"\bsoll(?:en)?\b"),
    (SHOULD, r"\bsollten?\b|\bempfohlen\b|\bempfiehlt\b|\bschlägt\b[^.]*\bvor\b|\bvorgeschlagen\b|\bwünschenswert\b|\bsinnvoll\b"),
    (INTENDED, r"\bange?strebt\b|\bstreb(?:t|en)\b|\bziel\b|\bmöchten?\b|\bwollen\b|\bwill\b|\banvisiert\b|\bbeabsichtigt\b|\bgilt es\b"),
    (MAY, r"\bk(?:ann|önnen|önnten?)\b|\bd(?:arf|ürfen)\b|\bzulässig\b"),
    (WILL, r"\bw(?:ird|erden)\b|\bvorgesehen\b|\bgeplant\b"),
)  # fmt: skip
_FIRM = tuple((name, re.compile(pattern, re.I)) for name, pattern in _FIRMNESS)


@dataclass(frozen=True)
class Marking:
    """What a statement is marked as: a goal or principle of regional planning with its number, a paragraph of a statute."""

    sort: str
    words: str
    """As it stands there: `Z 31`, `§ 4`."""


def marking_of(text: str, before: str = "") -> Marking | None:
    """The marking at the beginning of a paragraph; ``before`` is what stands just before it, such as a bullet that was a mark."""
    hit = _MARKS.match(f"{before.lstrip()}{text}" if before.strip() else text)
    if hit is None:
        return None
    if hit["paragraph"]:
        cited = _CITES.match(text.lstrip())
        return None if cited and cited["law"] else Marking(STATUTE, hit["paragraph"])
    prepared = bool(_PREPARED.search(text))
    if hit["word"]:
        sort = GOAL if hit["word"] == "Ziel" else PRINCIPLE
        return Marking(PREPARED if prepared and sort == GOAL else sort, f"{hit['word']} {hit['wordnumber']}")
    sort = _LETTERS.get(hit["letter"], "")
    if not sort or (not hit["number"] and "(" not in hit[0]):
        return None
    words = " ".join(part for part in (hit["letter"], hit["number"]) if part)
    return Marking(PREPARED if prepared and sort == GOAL else sort, words)


def without_marking(text: str) -> str:
    """The words after the marking."""
    hit = _MARKS.match(text)
    return text[hit.end() :].strip() if hit and marking_of(text) else text


def cites(text: str) -> list[str]:
    """The paragraphs of laws that a sentence names."""
    return list(dict.fromkeys(hit[0].strip() for hit in _CITES.finditer(text)))


def firmness_of(text: str) -> str:
    """How firm the wording is; the firmest word counts. What only says how something is, is `told`."""
    return next((name for name, pattern in _FIRM if pattern.search(text)), TOLD)
