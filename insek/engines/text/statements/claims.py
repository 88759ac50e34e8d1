"""What a sentence claims of a quantity, so that two sentences can be held against each other: a range, of what, per what, by when.

Units are brought to one (ha and km² to m², t to kg), fractions in words are numbers. "At least", "at most" and "about" are ranges, so that two
claims contradict each other only where their ranges have nothing in common. What is a change ("um 40 Prozent senken") has its
direction and the year it is counted from. docs/methods/comparing.md explains it and says how good it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from ..folding import fold
from .parts import Quantity, quantities_in, year_of

ABOUT = Decimal("0.1")
"""How far a value may be from "about" so much, as a share of it."""
_TO_ONE: dict[str, tuple[str, int]] = {
    "%": ("%", 1), "prozent": ("%", 1), "prozentpunkte": ("%p", 1), "prozentpunkten": ("%p", 1), "prozentpunkt": ("%p", 1),
    "€": ("eur", 1), "eur": ("eur", 1), "euro": ("eur", 1), "ha": ("m2", 10_000), "hektar": ("m2", 10_000), "km²": ("m2", 1_000_000),
    "m²": ("m2", 1), "qm": ("m2", 1), "quadratmeter": ("m2", 1), "quadratmetern": ("m2", 1), "quadratkilometer": ("m2", 1_000_000),
    "quadratkilometern": ("m2", 1_000_000), "km": ("m", 1_000), "kilometer": ("m", 1_000),
    "kilometern": ("m", 1_000), "m": ("m", 1), "meter": ("m", 1), "metern": ("m", 1), "t": ("kg", 1_000), "tonnen": ("kg", 1_000),
    "kwh": ("kwh", 1), "mwh": ("kwh", 1_000), "gwh": ("kwh", 1_000_000), "kw": ("kw", 1), "kwp": ("kw", 1), "mw": ("kw", 1_000), "mwp": ("kw", 1_000),
    "km/h": ("km/h", 1), "l": ("l", 1), "liter": ("l", 1), "m³": ("l", 1_000), "we": ("wohnung", 1), "wohneinheiten": ("wohnung", 1),
    "wohneinheit": ("wohnung", 1), "wohnungen": ("wohnung", 1),
}  # fmt: skip
_MORE = re.compile(r"^(?:neuen?|weiteren?|zusätzlichen?) ", re.IGNORECASE)
_FRACTIONS: dict[str, int | Decimal] = {
    "drei viertel": 75, "dreiviertel": 75, "zwei drittel": Decimal("66.67"), "ein drittel": Decimal("33.33"), "ein viertel": 25, "ein fünftel": 20,
    "ein zehntel": 10, "die hälfte": 50, "zur hälfte": 50, "der hälfte": 50, "halbieren": 50, "halbiert": 50, "halbierung": 50, "verdoppeln": 100, "verdoppelt": 100,
    "verdoppelung": 100, "verdopplung": 100,
}  # fmt: skip
_CHANGING = ("halbier", "verdop")
_FRACTION = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(_FRACTIONS, key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_DOWN = re.compile(r"senk|reduzier|minder|verringer|abnehm|abnahme|weniger|rückgang|zurückgeh|einspar|halbier|sinken|sinkt|vermeid|abbau|verkleiner", re.IGNORECASE)  # fmt: skip
_UP = re.compile(r"steiger|erhöh|wachs|zunehm|zunahme|anheb|ausbau|vergrößer|verdop|steigen|steigt|anstieg|mehr als bisher", re.IGNORECASE)  # fmt: skip
_BY = re.compile(r"\bum\s+(?:(?:mindestens|wenigstens|höchstens|maximal|rund|etwa|circa|ca\.|bis zu|mehr als|weniger als|über|knapp|gut)\s+)?$", re.IGNORECASE)  # fmt: skip
_BOUND = re.compile(r"(?:(?P<least>mindestens|wenigstens|mehr als|über)|(?P<most>höchstens|maximal|bis zu|weniger als|unter)|(?P<about>rund|etwa|circa|ca\.|knapp|gut))\s+$", re.IGNORECASE)  # fmt: skip
_BASE = re.compile(r"(?:gegenüber|verglichen mit|im Vergleich zu[mr]?|bezogen auf|Basisjahr|im Verhältnis zu)\s+(?:dem |der |das |den |Jahr |Jahres |Stand |Basisjahr |Wert |von |in )*((?:19|20)\d\d)", re.IGNORECASE)  # fmt: skip
_PER = re.compile(
    r"\b(?:pro|je)\s+(Jahr|Monat|Tag|Stunde|Woche|Kopf|Einwohner\w*|Person|Haushalt|Wohnung|Wohneinheit|Hektar|Quadratmeter|Kind|Stellplatz)\b|(/\s?(?:Jahr|a\b|ha\b|EW\b))|\b(jährlich\w*|alljährlich|monatlich\w*|täglich\w*|jedes Jahr|im Jahr(?! \d))",
    re.IGNORECASE,
)  # fmt: skip
_PER_YEAR = ("jahr", "/a")


@dataclass(frozen=True)
class Claim:
    """A range of values of one thing: from ``low`` to ``high`` (None: without end), both ends among them."""

    low: Decimal | None
    high: Decimal | None
    unit: str
    """Of what, brought to one unit and folded."""
    words: str
    """As it stands there."""
    per: str = ""
    year: int | None = None
    base_year: int | None = None
    change: int | None = None
    """For a change its direction: 1 up, -1 down, 0 not told; None for a level."""

    @property
    def of(self) -> tuple[str, str, int | None, int | None, bool]:
        """What two claims must have in common to be about the same value, beside the thing itself."""
        return (self.unit, self.per, self.year, self.base_year, self.change is not None)

    def contradicts(self, other: Claim) -> bool:
        """Whether both cannot be true of the same thing at the same place and time. A year that is not named is no year."""
        if self.of != other.of:
            return False
        if self.change is not None and other.change is not None and self.change != other.change:
            return bool(self.change and other.change)
        return (self.high is not None and other.low is not None and self.high < other.low) or (
            other.high is not None and self.low is not None and other.high < self.low
        )


def claims_in(text: str, year: int | None = None) -> list[Claim]:
    """What a sentence claims of quantities, in order; ``year`` stands for the one that is read from it."""
    when = year or year_of(_BASE.sub("", text))
    base = _BASE.search(text)
    per = _per(text)
    found = quantities_in(text)
    is_way = any(one.bound == "to" for one in found)
    claims = []
    for one in found:
        if one.bound == "from" and is_way:
            continue  # where it begins, not what it shall be
        claims.append(_claim(one, text, per, when, int(base[1]) if base else None))
    if not found:
        claims += _fractions(text, per, when, int(base[1]) if base else None)
    return claims


def claim_of(number: Decimal, unit: str, bound: str, year: int | None) -> Claim:
    """The claim that somebody entered: a number with its unit, bound and year."""
    quantity = Quantity(number, unit, bound, f"{number} {unit}".strip())
    return replace(_claim(quantity, quantity.words, "", year, None), change=0 if bound == "change" else None)


def _claim(one: Quantity, text: str, per: str, year: int | None, base: int | None) -> Claim:
    unit, factor = _unit(one.unit)
    value = abs(one.number) * factor
    at = text.find(one.words)
    before = text[:at] if at >= 0 else ""
    is_change = one.bound == "change" or bool(_BY.search(f"{before}{_bound_words(one)}"))
    low: Decimal | None = value
    high: Decimal | None = value
    if one.bound == "least":
        high = None
    elif one.bound == "most":
        low = None
    elif one.bound == "about":
        low, high = value * (1 - ABOUT), value * (1 + ABOUT)
    return Claim(low, high, unit, one.words, per, year, base, _direction(text) if is_change else None)


def _bound_words(one: Quantity) -> str:
    """The words of a quantity before its number."""
    return re.split(r"[-−–]?\d", one.words, maxsplit=1)[0]


def _fractions(text: str, per: str, year: int | None, base: int | None) -> list[Claim]:
    claims = []
    for hit in _FRACTION.finditer(text):
        value = Decimal(_FRACTIONS[hit[0].casefold()])
        before = text[: hit.start()]
        is_change = hit[0].casefold().startswith(_CHANGING) or bool(_BY.search(before))
        bound = _BOUND.search(before)
        low, high = (
            (None if bound and bound["most"] else value),
            (None if bound and bound["least"] else value),
        )
        if bound and bound["about"]:
            low, high = value * (1 - ABOUT), value * (1 + ABOUT)
        claims.append(Claim(low, high, "%", hit[0], per, year, base, _direction(text) if is_change else None))
    return claims


def _direction(text: str) -> int:
    down, up = bool(_DOWN.search(text)), bool(_UP.search(text))
    return 0 if down == up else -1 if down else 1


def _unit(words: str) -> tuple[str, int]:
    plain = _MORE.sub("", words)
    folded = fold(plain).strip()
    for key in (plain.casefold(), folded):
        if key in _TO_ONE:
            return _TO_ONE[key]
    return re.sub(r"(?:innen|en|er|e|n|s)$", "", folded), 1


def _per(text: str) -> str:
    hit = _PER.search(text)
    if hit is None:
        return ""
    word = next(part for part in hit.groups() if part).casefold()
    return (
        "jahr"
        if word.startswith(("jähr", "alljähr", "jedes jahr", "im jahr")) or word.strip("/ ") in {"jahr", "a"}
        else fold(word).strip("/ ")
    )


def thing_of(text: str) -> str:
    """The sentence without its figures, years and bounds: what it is about."""
    rest = _BASE.sub(" ", text)
    for one in quantities_in(rest):
        rest = rest.replace(one.words, " " if _is_sign(one.unit) else f" {one.unit} ", 1)
    rest = re.sub(
        r"\b(?:bis|spätestens|zum|ab|im|Jahr|Jahre|Ende|Mitte)\s+(?=(?:zum |Ende |Jahr |Jahres )*(?:19|20)\d\d)",
        " ",
        rest,
    )
    rest = re.sub(r"(?:19|20)\d\d", " ", rest)
    return re.sub(r"\s+", " ", _FRACTION.sub(" ", rest)).strip()


def _is_sign(unit: str) -> bool:
    return _unit(unit)[0] in {"%", "%p", "eur", "m2", "m", "kg", "kwh", "kw", "km/h", "l"}
