"""What a statement says in figures and names: how much, until when, who; by rules.

A year, a date, a paragraph, a number of a paper or house is no quantity. Who acts is read from the words that name offices,
companies and authorities, and from names that are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from insek.engines.numbers import NotANumber, read_number

_FACTORS = {"mio": 1_000_000, "million": 1_000_000, "millionen": 1_000_000, "mrd": 1_000_000_000, "milliarde": 1_000_000_000,
            "milliarden": 1_000_000_000, "tsd": 1_000, "tausend": 1_000}  # fmt: skip
_BOUNDS = {
    "mindestens": "least", "wenigstens": "least", "mehr als": "least", "über": "least", "höchstens": "most", "maximal": "most",
    "bis zu": "most", "nicht mehr als": "most", "weniger als": "most", "unter": "most", "rund": "about", "etwa": "about", "circa": "about",
    "ca.": "about", "knapp": "about", "gut": "about", "um": "change", "auf": "to", "von": "from",
}  # fmt: skip
_BOUND = "|".join(re.escape(word) for word in sorted(_BOUNDS, key=len, reverse=True))
_UNIT_SIGNS = r"%|Prozentpunkte\w*|Prozent|€|EUR\b|Euro\b|ha\b|Hektar\b|km/h|km²|km\b|Kilometer\w*|m²|qm\b|m³|m\b|Meter\w*|kWp?\b|MWh?\b|GWh\b|kWh\b|t\b|Tonnen\b|°C|dB\(A\)|l\b|Liter\b"
_UNIT = (
    rf"(?:(?P<factor>Mio\.?|Mrd\.?|Tsd\.?|Million(?:en)?|Milliarden?|Tausend)\s*)?"
    rf"(?P<unit>{_UNIT_SIGNS}|(?:(?:neue|weitere|zusätzliche|geförderte|öffentliche|barrierefreie|bezahlbare|neuen|weiteren|zusätzlichen|bezahlbaren) )?[A-ZÄÖÜ][\wäöüß-]{{2,}}(?:innen)?)?"
)
_QUANTITY = re.compile(
    rf"(?<![\w.,/§-])(?:(?P<bound>(?i:{_BOUND}))\s+)?(?P<number>[-−–]?\d{{1,3}}(?:[. ]\d{{3}})+(?:,\d+)?|[-−–]?\d+(?:,\d+)?)(?![\d.,]*\d|/\d|\.\d)\s?{_UNIT}"
)
_NO_UNITS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember Abs Absatz Satz Nr Nummer BauGB ROG GemO Uhr BauNVO"
_NO_UNIT = frozenset(_NO_UNITS.split())
_NOT_COUNTED = re.compile(
    r"(?:§+|Art\.|Artikel|Abs\.|Absatz|Nr\.|Nummer|Ziffer|Kapitel|Kap\.|Seite|S\.|Anlage|Abbildung|Abb\.|Tabelle|Tab\.|Flurstück|Flst\.|DIN|Los|Punkt|TOP|"
    r"\w*[Ss]traße|\w*[Pp]latz|\w*weg|\w*allee|str\.|Linie|Buslinie|B|L|K|A|Bebauungsplan|Projekt|Maßnahme|Stufe|Phase|seit|Jahr|Jahre|Stand|im|vom|am)\s*$"
)
_YEAR = re.compile(r"(?<![\d.,/-])((?:19|20)\d\d)(?![\d,/]|\.\d)")
_UNTIL = re.compile(
    r"\b(?:bis|spätestens|zum|ab)\b(?:\s+(?:zum|spätestens|Ende|Mitte|Anfang|Jahr|Jahres|Jahresende|des|im|in|das|einschließlich|\d{1,2}\.|Januar|Februar|März|April|Mai|Juni|"
    r"Juli|August|September|Oktober|November|Dezember|\d{1,2}\.\d{1,2}\.))*\s*((?:19|20)\d\d)\b"
)
_SINCE = re.compile(
    r"\bseit\s+(?:(?:dem|Jahr|Jahre|Anfang|Mitte|Ende|\d{1,2}\.|[A-ZÄÖÜ][a-zäöü]+)\s+){0,3}((?:19|20)\d\d)\b"
)
_WHO = re.compile(
    r"(?:[Dd](?:ie|er|as|en|em|es)\s+)?(?P<who>Stadtverwaltung|Stadtwerke(?:\s+[A-ZÄÖÜ][a-zäöüß]+)?|Stadtrat|Gemeinderat|Ortsbeirat|Ortschaftsrat|Kreisverwaltung|Landkreis|Land(?=[ ,])|Bund(?=[ ,])|"
    r"Verwaltung|Eigenbetrieb\w*|Wohnungsbaugesellschaft\w*|Wirtschaftsförderung\w*|Verkehrsverbund\w*|Zweckverband\w*|Planungsgemeinschaft\w*|"
    r"[A-ZÄÖÜ][a-zäöüß]+amt(?:es|s)?(?=\W)|Referat\s+[A-ZÄÖÜ]\w+|Dezernat\s+\w+|[A-ZÄÖÜ][\w-]*\s?(?:GmbH|AG|e\. ?V\.)|Deutsche Bahn|Universität|Hochschule)"
)
_STADT = re.compile(r"\b[Dd]ie Stadt(?:\s[A-ZÄÖÜ][a-zäöüß]+)?(?=\s)")
_LEAD = re.compile(
    r"^(?:(?:Unser |Das |Ein |Oberstes |Übergeordnetes )?Ziel(?: der Planung| des Konzepts| der Stadt(?: \w+)?)? (?:ist es,?|ist,|ist|soll(?:te)? es sein,?)\s*(?:daher,?\s*)?|"
    r"Es (?:wird angestrebt|ist vorgesehen|ist geplant|ist das Ziel),\s*|(?:Darüber hinaus|Zudem|Außerdem|Ferner|Des Weiteren|Weiterhin|Hierzu|Dazu|Daher|Deshalb),?\s+)"
)  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: `least`, `most`, `about`, `change` (by), `from` or `to` where the sentence says so."""

    number: Decimal
    unit: str
    bound: str
    words: str


def quantities_in(text: str) -> list[Quantity]:
    """The quantities of a sentence, in order. A number without a unit is left out: it may be anything."""
    found = []
    for hit in _QUANTITY.finditer(text):
        unit, factor = hit["unit"] or "", hit["factor"]
        if (
            (not unit and not factor)
            or unit in _NO_UNIT
            or _NOT_COUNTED.search(text, max(0, hit.start() - 24), hit.start())
        ):
            continue
        if re.fullmatch(r"(?:19|20)\d\d", hit["number"]) and unit[:1].isupper() and not hit["bound"]:
            continue
        try:
            number = read_number(hit["number"].replace("–", "-").replace("−", "-"))
        except NotANumber:
            continue
        if factor:
            number *= _FACTORS[factor.rstrip(".").casefold()]
        found.append(Quantity(number, unit, _BOUNDS.get((hit["bound"] or "").casefold(), ""), hit[0].strip()))
    return found


def years_in(text: str) -> list[int]:
    """All years that a sentence names, in order, each once."""
    return list(dict.fromkeys(int(hit[1]) for hit in _YEAR.finditer(text)))


def year_of(text: str) -> int | None:
    """The year until which, or in which, it shall be: the one after "bis", else the only one that is named, but none since which something is."""
    until = [int(hit[1]) for hit in _UNTIL.finditer(text)]
    if until:
        return max(until)
    since = {int(hit[1]) for hit in _SINCE.finditer(text)}
    named = [year for year in years_in(text) if year not in since]
    return named[0] if len(named) == 1 else None


def who_in(text: str, names: Iterable[str] = ()) -> list[str]:
    """Who is named as acting: given names (units, companies) first, then offices by their words."""
    found = [name for name in names if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    found += [hit["who"].strip() for hit in _WHO.finditer(text)]
    if _STADT.search(text) and not found:
        found.append("Stadt")
    return list(dict.fromkeys(found))


def title_of(text: str) -> str:
    """What a statement is about, for a title: without its lead-in, with a capital."""
    rest = _LEAD.sub("", text, count=1).strip(" ,;:")
    rest = rest if len(rest.split()) > 2 else text
    return (rest[:1].upper() + rest[1:]).rstrip(".;:")
