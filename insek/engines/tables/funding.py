"""Who pays, as planning offices write it: "Städtebauförderung (66 2/3 %)", "Land 70 %, Eigenanteil 18 T€", "NKI, 3,1 Mio. €"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from insek.engines.numbers import NotANumber, read_number

from .money import NotMoney, read_money

LONGEST = 600
_RATE = re.compile(r"(?:förder(?:quote|satz)|zuschuss|quote|bis zu|ca\.?|rd\.?|max\.?|zu)?\s*:?\s*(?P<whole>\d{1,3}(?:[.,]\d{1,2})?)(?:\s+(?P<over>\d)/(?P<under>\d))?\s?(?:%|prozent\b|v\.\s?h\.)", re.IGNORECASE)  # fmt: skip
_SUM = re.compile(
    r"(?:ca\.?\s|rd\.?\s|rund\s|bis zu\s|etwa\s)?\d[\d.,’' \u00a0]*(?:\s?(?:-|–|bis)\s?\d[\d.,]*)?\s?(?:(?:mrd|mio|tsd)\.?\s?(?:€|eur(?:o)?\b)?|t\s?€|teur\b|k\s?€|€|eur(?:o)?\b|t\s?euro\b)(?:\s?(?:p\.\s?a\.|jährlich|/\s?jahr))?",
    re.IGNORECASE,
)  # fmt: skip
_OWN = re.compile(r"eigen(?:anteil|mittel|leistung)|kommunaler (?:mit)?(?:leistungs)?anteil|städtischer anteil|own share", re.IGNORECASE)  # fmt: skip
_SPLIT = re.compile(r"\s*[;\n]\s*")
_COMMA = re.compile(
    r",\s+(?=[^\d\s])|\s+[+/|]\s+|\s+und\s+(?=eigen)|(?<=[€%])\s+(?:und|sowie|&)\s+|(?<=€)\)?\s+(?=[A-ZÄÖÜ])",
    re.IGNORECASE,
)
_STATES = re.compile(r"\b(?:bewilligt|beantragt|abgelehnt|abgerufen|ausgezahlt|geplant|vorgesehen|antrag (?:gestellt|läuft)|in aussicht)\b", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class FundingRead:
    """One source of money as a cell names it."""

    source: str
    """Who gives it, without the figures; empty for what the city pays itself."""
    amount: Decimal | None = None
    """Whole euros; of a range the lower end is not taken: then there is none."""
    rate: Decimal | None = None
    """Percent of the costs."""
    own: bool = False
    """Whether it is what the city pays itself."""
    text: str = ""
    exact: bool = True
    """Whether source, amount and rate say all of it, but for how far it has come."""


def read_funding(text: str, *, unit: int = 1) -> list[FundingRead]:
    """The sources of money of a cell, one for each line or part between semicolons; commas divide where each part has a figure of its own."""
    found: list[FundingRead] = []
    for part in filter(None, _SPLIT.split(text[:LONGEST].strip())):
        parts = [one for one in _COMMA.split(part) if one.strip()]
        told = [_read(one, unit) for one in parts]
        figured = [one.amount is not None or one.rate is not None for one in told]
        if len(told) > 1 and (all(figured) or (figured[0] and all(has or one.own for has, one in zip(figured[1:], told[1:], strict=True)))):  # fmt: skip
            found += told
        elif len(told) > 1 and told[-1].own:
            found += [_read(", ".join(parts[:-1]), unit), told[-1]]
        else:
            found.append(_read(part, unit))
    return _joined(found)


def _joined(found: list[FundingRead]) -> list[FundingRead]:
    """A part that is only a rate or an amount belongs to the source before it: "KLIMOPASS, Förderquote 50 %"."""
    kept: list[FundingRead] = []
    for one in found:
        if kept and not one.source and not one.own:
            before = kept[-1]
            kept[-1] = replace(
                before, amount=before.amount if one.amount is None else one.amount, rate=before.rate if one.rate is None else one.rate,
                text=f"{before.text}, {one.text}", exact=before.exact and one.exact,
            )  # fmt: skip
        else:
            kept.append(one)
    return kept


def _read(part: str, unit: int) -> FundingRead:
    plain = " ".join(part.split())
    rate, rest = _rate_in(plain)
    amount, rest, exact = _amount_in(rest, unit)
    own = bool(_OWN.search(rest))
    if own and amount is None:
        return FundingRead(plain, text=plain)  # nobody says how much: it is a source like others
    source = _STATES.sub(" ", rest)
    if own:
        source = _OWN.sub(" ", source)
    source = re.sub(r"\(\s*[,:]?\s*\)|\[\s*\]", " ", source)
    source = " ".join(source.split()).strip(" ,;:–-(")
    if source.count("(") > source.count(")"):
        source += ")"
    elif source.count(")") > source.count("("):
        source = source.rstrip(") ")
    return FundingRead(source, amount, rate, own, plain, exact)


def _rate_in(plain: str) -> tuple[Decimal | None, str]:
    hit = _RATE.search(plain)
    if hit is None:
        return None, plain
    try:
        rate = read_number(hit["whole"], ",")
    except NotANumber:
        return None, plain
    if hit["over"] and hit["under"] != "0":
        rate += Decimal(int(hit["over"])) / Decimal(int(hit["under"]))
    rate = round(rate, 2)
    if not 0 <= rate <= 100:
        return None, plain
    return rate, f"{plain[: hit.start()]} {plain[hit.end() :]}"


def _amount_in(plain: str, unit: int) -> tuple[Decimal | None, str, bool]:
    """The sum of a part, what is left of it, and whether the sum is exactly this one."""
    hits = [hit for hit in _SUM.finditer(plain) if hit[0].strip()]
    if len(hits) != 1:
        return None, plain, True
    try:
        [money] = read_money(hits[0][0].strip(), unit=unit)
    except (NotMoney, ValueError):
        return None, plain, True
    if money.is_range or money.low is None:
        return None, plain, True
    rest = f"{plain[: hits[0].start()]} {plain[hits[0].end() :]}"
    return money.low, rest, not (money.about or money.yearly)
