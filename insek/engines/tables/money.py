"""Sums of money as planning offices write them: "ca. 1,2 Mio. €", "1,5–2,0 Mio. €", "80 T€ p. a.", "450.000,- €", "n. n.".

A sum is an amount or a range (an end may be open), exact or about, once or each year. What is not known is ``open``, what
costs nothing is ``nothing``; several sums in one cell ("Planung: 50 T€, Bau: 1,2 Mio. €") come as several, with their words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from insek.engines.numbers import NotANumber, read_number
from insek.engines.text.folding import fold

LONGEST = 400
"""Characters of a cell that can be sums; a longer one is a text."""
_NUMBER = r"\d[\d.,'’\u00a0\u2009\u202f]*(?:\s\d{3}(?!\d))*(?:,\s?[-–—]{1,2})?"
_FACTOR = r"(?:mrd\.?|milliarden?|mio\.?|millionen|million|mill\.|tsd\.?|tausend|t\s?(?=€|eur)|k\s?(?=€|eur)|m\s?(?=€)|t(?=\s|$))"
_CURRENCY = r"(?:€|eur(?:o)?\b)"
_SUM = re.compile(
    rf"(?P<before>ca\.?|circa|etwa|rd\.?|rund|ungefähr|geschätzt|schätzungsweise|~|≈|zirka|about)?\s*"
    rf"(?P<bound>bis zu|bis|max\.?|maximal|höchstens|unter|<|≤|mind\.?|mindestens|ab|über|mehr als|>|≥|von|zwischen)?\s*"
    rf"(?P<again>ca\.?|rd\.?|etwa|rund)?\s*(?:{_CURRENCY}\s*)?"
    rf"(?P<low>{_NUMBER})\s*(?P<low_factor>{_FACTOR})?\s*(?:{_CURRENCY})?"
    rf"(?:\s*(?:-|–|—|bis(?: zu)?|to|und(?=\s*\d[^a-z]*(?:mio|tsd|t€|€|eur)))\s*(?:ca\.?\s*)?(?P<high>{_NUMBER})\s*(?P<high_factor>{_FACTOR})?\s*(?:{_CURRENCY})?)?"
    rf"(?P<tail>\s*(?:\(?(?:netto|brutto)\)?|p\.?\s?a\.?|pro jahr|je jahr|jährlich|im jahr|jahr|/\s?(?:a\b|jahr|j\b)|per year|a year|einmalig|\+|je\b|pro\b))*",
    re.IGNORECASE,
)  # fmt: skip
_UNIT_FIRST = re.compile(rf"(?<![\w€])(?P<unit>(?:t|k|m)\s?€|[tk]\s?eur\b|(?:mio|tsd|mrd)\.?\s?(?:€|eur))\s*(?P<number>{_NUMBER})(?!\s*(?:€|eur|mio|t€|tsd))", re.IGNORECASE)  # fmt: skip
_YEARLY = re.compile(
    r"p\.?\s?a\.?(?![a-z])|(?:pro|je|im|per|a)\s(?:jahr|year)|j[äa]e?hrlich|/\s?(?:a\b|jahr|j\b)|laufend",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?<![a-z])(?:ca\.?|circa|zirka|etwa|rd\.?|rund|ungefähr|geschätzt|schätzung|grob|~|≈|about)(?![a-z])",
    re.IGNORECASE,
)
_FACTORS = {
    "mrd": 10**9,
    "mil": 10**6,
    "mio": 10**6,
    "m": 10**6,
    "tsd": 1000,
    "tau": 1000,
    "t": 1000,
    "k": 1000,
}
_OPEN = re.compile(
    r"n\.?\s?n\.?|n\.?\s?b\.?|k\.?\s?a\.?|tbd|t\.?b\.?d\.?|\?+|offen|noch offen|(?:derzeit |zurzeit |aktuell |momentan )?(?:noch )?(?:nicht|zu) (?:bezifferbar|beziffern|ermitteln|ermittelt|bekannt|klären|bestimmen|quantifizierbar|abschätzbar|absehbar|definieren|kalkulieren)|"
    r"(?:noch )?(?:zu|nicht) (?:ermitteln|klären|prüfen|benennen)|in klärung|wird (?:noch )?(?:ermittelt|geprüft|geklärt)|unbekannt|keine angaben?|abhängig von.*|folgt|unklar|je nach .*|to be determined|unknown|open",
    re.IGNORECASE,
)  # fmt: skip
_NOTHING = re.compile(r"kostenneutral|keine(?: kosten| zusätzlichen kosten| mehrkosten)?|ohne (?:kosten|mehrkosten|zusätzliche kosten)|kostenfrei|(?:0|0,00|0,-)\s?(?:€|eur)?|none|no costs?", re.IGNORECASE)  # fmt: skip
_UNIT_IN_HEAD = (
    (re.compile(r"mrd", re.IGNORECASE), 10**9), (re.compile(r"mio|million|m€|mill\b", re.IGNORECASE), 10**6),
    (re.compile(r"(?<![a-z])(?:t\s?€|teur|t\s?euro|tsd|tausend|k\s?€|keur|1\.?000\s?(?:€|eur))", re.IGNORECASE), 1000), (re.compile(r"€|eur", re.IGNORECASE), 1),
)  # fmt: skip


@dataclass(frozen=True)
class MoneyRead:
    """One sum in euros."""

    low: Decimal | None = None
    """The amount, or the lower end of a range; None where only the upper end is said."""
    high: Decimal | None = None
    """The upper end; equal to ``low`` for an amount, None where it is left open ("ab 2 Mio. €")."""
    about: bool = False
    yearly: bool = False
    open: bool = False
    """Nobody knows yet."""
    nothing: bool = False
    """It costs nothing."""
    gross: str = ""
    """``gross`` or ``net`` where the cell or the head says so."""
    label: str = ""
    """Words before the sum: "Planung"."""
    within: bool = False
    """Part of the sum before it: "davon Förderung"."""
    text: str = ""
    bare: bool = False
    """Without currency and factor: the unit is that of the column."""

    @property
    def is_range(self) -> bool:
        return not self.open and not self.nothing and self.low != self.high


class NotMoney(ValueError):
    """A text that is no sum of money; ``code`` is ``unknown`` or ``unclear`` (a number in two notations before Mio.)."""

    def __init__(self, text: str, code: str = "unknown") -> None:
        super().__init__(text)
        self.text, self.code = text, code


def unit_in_head(head: str) -> int:
    """How many euros the numbers of a column count by its head: 1000 for "Kosten in T€"; 0 where it says nothing."""
    return next((factor for pattern, factor in _UNIT_IN_HEAD if pattern.search(head)), 0)


def gross_in(text: str) -> str:
    """``gross``, ``net`` or nothing, as a head or a cell says it."""
    folded = fold(text)
    if "brutto" in folded or "gross" in folded:
        return "gross"
    return "net" if "netto" in folded else ""


def read_money(text: str, *, unit: int = 1, sign: str = ",") -> list[MoneyRead]:
    """The sums of a cell. Raises NotMoney.

    Parameters
    ----------
    unit : euros of one of the column's unit, for numbers that say none themselves
    sign : what comes before decimals where a number leaves it open
    """
    if len(text) > LONGEST:
        raise NotMoney(text[:LONGEST])
    text = _UNIT_FIRST.sub(r"\g<number> \g<unit>", text)
    plain = " ".join(text.replace("\r", "\n").split())
    bare = plain.strip(" .;()").rstrip("*")
    if _OPEN.fullmatch(bare):
        return [MoneyRead(open=True, text=plain)]
    if _NOTHING.fullmatch(bare):
        return [MoneyRead(Decimal(0), Decimal(0), nothing=True, text=plain)]
    whole = _read_one(plain, unit, sign)
    if whole is not None:
        return [whole]
    found: list[MoneyRead] = []
    for part in re.split(
        r"\s*(?:\n|;|(?<=[€a-zA-Z)])\s*,\s+(?=[^\d])|\s\+\s(?=\D|\d+[.,]?\d*\s?(?:mio|t€)))\s*",
        text.strip(),
        flags=re.IGNORECASE,
    ):
        if part.strip():
            found.append(_labelled(" ".join(part.split()), unit, sign, text))
    if len(found) > 1 and all(one.bare for one in found) and unit == 1:
        raise NotMoney(text)
    return found


def _labelled(part: str, unit: int, sign: str, text: str) -> MoneyRead:
    """A sum with words before or behind it: "Planung: 50.000 €", "davon Förderung 1 Mio. €", "50 T€ (Planung)"."""
    one = _read_one(part, unit, sign)
    if one is not None:
        return one
    hits = [hit for hit in _SUM.finditer(part) if hit[0].strip()]
    worded = [hit for hit in hits if re.search(rf"{_CURRENCY}|{_FACTOR}", hit[0], re.IGNORECASE)]
    if len(worded) != 1:
        raise NotMoney(text)
    hit = worded[0]
    words = " ".join(f"{part[: hit.start()]} {part[hit.end() :]}".split()).strip(" :;,()-–")
    if re.search(rf"\d\s*[x×*]|{_CURRENCY}|(?<!\w){_FACTOR}(?!\w)", words, re.IGNORECASE):
        raise NotMoney(text, "unclear")
    read = _sum_of(hit, unit, sign, text)
    return replace(read, label=words, within=fold(words).startswith(("davon", "darunter", "hiervon", "of which")), text=part, yearly=read.yearly or bool(_YEARLY.search(words)), about=read.about or bool(_ABOUT.search(words)))  # fmt: skip


def _read_one(plain: str, unit: int, sign: str) -> MoneyRead | None:
    """A text that is one sum and nothing else, but for words such as "geschätzt", "jährlich", "brutto"."""
    rest = re.sub(r"\((?:geschätzt|grob|schätzung|brutto|netto|brutto, geschätzt|einmalig|jährlich|p\. ?a\.)\)", "", plain, flags=re.IGNORECASE)  # fmt: skip
    rest = re.sub(
        r"^(?:jährlich|einmalig|insgesamt|gesamt|kosten)\s*:?\s*(?=ca|rd|\d)", "", rest, flags=re.IGNORECASE
    ).strip()
    hit = _SUM.fullmatch(rest)
    if hit is None:
        return None
    read = _sum_of(hit, unit, sign, plain)
    return replace(read, text=plain, yearly=bool(_YEARLY.search(plain)), about=bool(_ABOUT.search(plain)), gross=gross_in(plain))  # fmt: skip


def _sum_of(hit: re.Match[str], unit: int, sign: str, text: str) -> MoneyRead:
    worded = bool(re.search(_CURRENCY, hit[0], re.IGNORECASE))
    low_factor, high_factor = _factor(hit["low_factor"]), _factor(hit["high_factor"])
    bare = not worded and not low_factor and not high_factor
    usual = unit if bare else 1
    low = _amount(
        hit["low"], sign, text, low_factor or high_factor or usual, scaled=bool(low_factor or high_factor)
    )
    bound = fold(hit["bound"] or "").strip(" .")
    if hit["high"]:
        high = _amount(
            hit["high"],
            sign,
            text,
            high_factor or low_factor or usual,
            scaled=bool(high_factor or low_factor),
        )
        # "500 – 1,2 Mio. €": the first number counts the same unit only if that keeps the order
        if low > high and high_factor and not low_factor:
            low = low / high_factor * (1000 if high_factor == 10**6 else 1)
        if low > high:
            raise NotMoney(text, "unclear")
        return MoneyRead(low, high, text=hit[0], bare=bare)
    if bound in {"bis zu", "bis", "max", "maximal", "hoechstens", "unter", "<", "≤"}:
        return MoneyRead(None, low, text=hit[0], bare=bare)
    if bound in {"mind", "mindestens", "ab", "ueber", "mehr als", ">", "≥"}:
        return MoneyRead(low, None, text=hit[0], bare=bare)
    return MoneyRead(low, low, text=hit[0], bare=bare)


def _factor(word: str | None) -> int:
    if not word:
        return 0
    plain = fold(word).strip(" .")
    return _FACTORS.get(plain[:3]) or _FACTORS.get(plain[:1]) or 0


def _amount(text: str, sign: str, whole: str, factor: int, *, scaled: bool) -> Decimal:
    plain = text.strip().rstrip(".'’")
    try:
        number = read_number(plain, sign)
        if scaled and factor >= 10**6 and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", plain) and plain[-4] == ".":
            raise NotMoney(whole, "unclear")  # 1.250 Mio. €: 1,25 or 1250 millions
    except NotANumber as error:
        raise NotMoney(whole) from error
    return number * factor
