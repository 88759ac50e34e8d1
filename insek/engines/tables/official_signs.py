"""Signs with which official statistics say why there is no figure, and what they add to one (DIN 55301 and the offices' own)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .notes import Note
from .notes import german as _

STATUSES: dict[str, Note] = {
    "nil": Note("nil", _("nichts vorhanden (–)")),
    "less_than_half": Note("less_than_half", _("weniger als die Hälfte der kleinsten Einheit (0)")),
    "unknown": Note("unknown", _("unbekannt oder geheim (.)")),
    "later": Note("later", _("fällt später an (…)")),
    "uncertain": Note("uncertain", _("nicht sicher genug (/)")),
    "meaningless": Note("meaningless", _("nicht sinnvoll (x)")),
    "protected": Note("protected", _("geschützt (*)")),
    "limited": Note("limited", _("eingeschränkt aussagekräftig ( )")),
    "provisional": Note("provisional", _("vorläufig (p)")),
    "revised": Note("revised", _("berichtigt (r)")),
    "estimated": Note("estimated", _("geschätzt (s)")),
}
"""What a figure may be, and its words."""
WITHOUT_VALUE = frozenset({"unknown", "later", "uncertain", "meaningless", "protected"})

_SIGNS = {
    "-": "nil", "–": "nil", "—": "nil", "−": "nil", ".": "unknown", "·": "unknown", "…": "later", "...": "later", "..": "later", "/": "uncertain",
    "x": "meaningless", "*": "protected", "**": "protected", "***": "protected",
    "k.a.": "unknown", "ka": "unknown", "k.a": "unknown", "n.v.": "unknown", "n/a": "unknown", "na": "unknown", "nan": "unknown", "#nv": "unknown",
    "unbekannt": "unknown", "geheim": "protected", ":": "unknown",
}  # fmt: skip
_LETTERS = {"p": "provisional", "v": "provisional", "r": "revised", "s": "estimated", "e": "estimated"}
_WITH_LETTER = re.compile(r"(?P<number>.*\d)\s?(?P<letter>[pvrse])", re.IGNORECASE)
_BRACKETS = re.compile(r"\(\s*(?P<number>[^()]*\d[^()]*)\s*\)")
_FOOTNOTE = re.compile(r"(?<=[\d%])\s?(?:[¹²³⁴⁵⁶⁷⁸⁹⁰]+\)?|\*{1,3}|(?<=\s)\d\))$")


@dataclass(frozen=True)
class SignRead:
    """What a text says beside its number."""

    status: str = ""
    number: str = ""
    """The text of the number that is left; empty for a sign alone."""
    value: Decimal | None = None
    """0 for nil; else None."""
    brackets: bool = False
    """In brackets: limited in official statistics, negative in accounts."""


def read_sign(text: str) -> SignRead:
    """A cell's text taken apart into sign and number."""
    plain = text.strip()
    status = _SIGNS.get(plain.casefold().replace(" ", ""))
    if status:
        return SignRead(status, value=Decimal(0) if status == "nil" else None)
    if hit := _BRACKETS.fullmatch(plain):
        return SignRead("limited", hit["number"].strip(), brackets=True)
    if hit := _WITH_LETTER.fullmatch(plain):
        return SignRead(_LETTERS[hit["letter"].lower()], hit["number"].strip())
    return SignRead("", _FOOTNOTE.sub("", plain).strip())
