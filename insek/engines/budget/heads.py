"""What the columns and rows of a budget say: years, authorisations for later years, units, sums, sides, investments.

Town halls send a budget as a table with the years as columns ("Ansatz 2026", "Plan 2027 in T€", "VE 2028") or with one row
for each line and year. Accounts follow the frame of their state: with 6 begin payments received, with 7 payments made in every
state; with 4 and 5 revenue and expense where ``ACCOUNTS_4_5`` says so, with 3 and 4 elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from insek.engines.tables.money import unit_in_head
from insek.engines.text.folding import fold

AMOUNT, COMMITMENT, TOTAL, NOTHING = "amount", "commitment", "total", ""
REVENUE, EXPENDITURE = "revenue", "expenditure"
RESULT, FINANCIAL = "result", "financial"
ACCOUNTS_4_5 = frozenset({"05", "07", "10"})
"""States (first two digits of the AGS) whose frame has revenue under 4 and expense under 5: North Rhine-Westphalia, Rhineland-Palatinate, Saarland."""
EARLIEST, LATEST = 2000, 2100
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_COMMITMENT = re.compile(r"\bve\b|\bves\b|verpflichtung")
_TOTAL = re.compile(r"gesamt|insgesamt|\bgk\b")
_PAST = re.compile(
    r"ergebnis(?!haushalt|plan)|\bre\b|\bist\b|rechnung|bisher|vorl|spaeter|\babweichung|\bveraenderung|differenz"
)
_PLAN = re.compile(r"ansatz|\bplan|betrag|haushaltsjahr|finanzplan|\bhh|\bentwurf|^\W*$|euro|eur|€|\bsoll\b|ertrag|ertraege|aufwand|aufwendung|einzahlung|auszahlung|einnahme|ausgabe")  # fmt: skip
_FOLLOWING = re.compile(
    r"(\d)\W{0,2}\s?(?:folge|plan|finanzplan)\w*jahr|(?:jahr|hj|\bj)\s?\+\s?(\d)|\+\s?(\d)\s?(?:jahr|j\b)"
)
_NAMES_YEARS = re.compile(
    r"(?:haushalts|hh|kalender)?[\s.-]?jahr|hhj|hj|haushalts?plan|finanzplan|ergebnisplan|einnahme|ausgabe"
)
"""Heads of columns that say the year, the budget or the side of a row."""
_BEFORE = re.compile(r"vorjahr|jahr\s?[-−–]\s?1\b")
_REVENUE = re.compile(
    r"ertrag|ertraeg|einnahm|einzahl|zuwendungen (?:vom|des|von)|zuweisungen (?:vom|des|von)|beitraege von|erloes"
)
_EXPENDITURE = re.compile(
    r"aufwand|aufwend|ausgab|auszahl|investition an|zuschuesse an|baukosten|herstellung"
)
_SUM = re.compile(
    r"^(?:=\s*)?(?:(?:zwischen|gesamt|end|teil|haupt)?summen?\b|saldo\b|salden\b|gesamtbetrag|insgesamt|zusammen\b|uebertrag\b|"
    r"(?:teil|jahres|gesamt)?(?:ergebnis|ueberschuss|fehlbetrag|jahresergebnis|finanzmittel\w*)\b|nettobelastung|"
    r"(?:ordentliche|laufende)s? (?:ergebnis|ertraege|aufwendungen|einzahlungen|auszahlungen)\b)|\bsumme\s*:?$|\bsaldo\b"
)  # fmt: skip


@dataclass(frozen=True)
class HeadMeaning:
    """What a column of figures holds: ``sort`` is an amount, a commitment, a total or nothing that is kept."""

    sort: str = NOTHING
    year: int | None = None
    """The year it names; None where it counts for the first year of the budget, or names ``offset``."""
    offset: int = 0
    """Years after the first year of the budget, where no year is named."""
    side: str = ""
    unit: int = 0
    """Euros of one of its unit; 0 where the head does not say."""


def head_meaning(head: str) -> HeadMeaning:
    """What the head of a column of figures says. A result of a past year is no plan and is not kept."""
    folded = fold(head)
    named = _YEAR.findall(folded)
    year = int(named[-1]) if named and EARLIEST <= int(named[-1]) <= LATEST else None
    side = side_in_words(head)
    unit = unit_in_head(head)
    if _COMMITMENT.search(folded):
        following = _FOLLOWING.search(folded)
        return HeadMeaning(COMMITMENT, year, _number(following), side, unit)
    if _PAST.search(folded) or _NAMES_YEARS.fullmatch(folded.strip()):
        return HeadMeaning()
    if year is None and _TOTAL.search(folded):
        return HeadMeaning(TOTAL, None, 0, side, unit)
    if (following := _FOLLOWING.search(folded)) is not None:
        return HeadMeaning(AMOUNT, year, _number(following), side, unit)
    if _BEFORE.search(folded):
        return HeadMeaning(AMOUNT, year, -1, side, unit)
    if year is not None or _PLAN.search(folded):
        return HeadMeaning(AMOUNT, year, 0, side, unit)
    return HeadMeaning()


def _number(hit: re.Match[str] | None) -> int:
    return int(next(filter(None, hit.groups()))) if hit is not None else 0


def side_in_words(text: str) -> str:
    """Whether words speak of revenue or of expenditure; empty where they say neither, or both."""
    folded = fold(text)
    found = {name for name, pattern in ((REVENUE, _REVENUE), (EXPENDITURE, _EXPENDITURE)) if pattern.search(folded)}  # fmt: skip
    return found.pop() if len(found) == 1 else ""


def is_sum(title: str) -> bool:
    """Whether a row is a sum, a balance or carried forward, which would count its lines twice."""
    return bool(_SUM.search(fold(title).strip()))


def digits(number: str) -> str:
    """The digits of an account."""
    return "".join(re.findall(r"\d", number))


def side_of_account(account: str, state: str) -> str:
    """The side that the first digit of an account means in a state; empty where it means none."""
    first = digits(account)[:1]
    known = {"6": REVENUE, "7": EXPENDITURE}
    known |= {"4": REVENUE, "5": EXPENDITURE} if state in ACCOUNTS_4_5 else {"3": REVENUE, "4": EXPENDITURE}
    return known.get(first, "")


def budget_of_account(account: str, state: str) -> str:
    """Whether an account stands in the budget of results or of finances; empty where its first digit does not say."""
    first = digits(account)[:1]
    if first in {"6", "7"}:
        return FINANCIAL
    return RESULT if first in ({"4", "5"} if state in ACCOUNTS_4_5 else {"3", "4"}) else ""


def is_investment(budget: str, side: str, account: str, investment: str) -> bool:
    """Whether a line pays an investment: it has a number of one, or is a payment that is neither running nor for a loan."""
    if budget != FINANCIAL or side != EXPENDITURE:
        return False
    number = digits(account)
    return bool(investment) or not number.startswith("7") or number.startswith("78")


def is_running_payment(budget: str, account: str, investment: str) -> bool:
    """Whether a line pays or receives in the budget of finances what the budget of results has as expense or revenue: neither investment nor loan."""
    number = digits(account)
    return budget == FINANCIAL and not investment and number[:1] in {"6", "7"} and number[1:2] not in {"8", "9"}  # fmt: skip


def euros(number: Decimal, unit: int) -> int:
    """A figure of a column in whole euros."""
    return int((number * unit).to_integral_value(rounding=ROUND_HALF_UP))
