"""How lines of costs add up: ranges stay ranges, what comes every year is apart, open lines are counted and not guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP

from .fact_sheet import CostLine, FundingLine


@dataclass(frozen=True)
class Span:
    """An amount between two bounds; ``high`` is None where there is none upwards."""

    low: int = 0
    high: int | None = 0
    about: bool = False

    def __add__(self, other: Span) -> Span:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Span(self.low + other.low, high, self.about or other.about)

    def times(self, count: int) -> Span:
        """So many times the same."""
        return Span(self.low * count, None if self.high is None else self.high * count, self.about)


def span_of(line: CostLine) -> Span | None:
    """The amount of a line; None where it is open."""
    if line.amount_eur is None:
        return None
    about = line.precision != CostLine.Precision.EXACT
    if line.precision == CostLine.Precision.AT_LEAST:
        return Span(line.amount_eur, None)
    if line.precision == CostLine.Precision.AT_MOST:
        return Span(0, line.amount_eur)
    return Span(line.amount_eur, line.amount_eur if line.up_to_eur is None else line.up_to_eur, about)


@dataclass
class MeasureCosts:
    """What one measure costs: once, every year, and afterwards."""

    once: Span | None = None
    yearly: Span | None = None
    follow_up: Span | None = None
    """What follows every year once it is there."""
    follow_up_once: Span | None = None
    open_lines: int = 0
    price_years: frozenset[int] = frozenset()
    bases: frozenset[str] = frozenset()
    """Gross, net, or "" where a line does not say."""


def costs_of(lines: Iterable[CostLine]) -> MeasureCosts:
    """The lines of one measure added up."""
    made = MeasureCosts()
    prices: set[int] = set()
    bases: set[str] = set()
    for line in lines:
        amount = span_of(line)
        if amount is None:
            made.open_lines += 1
            continue
        yearly = line.rhythm == CostLine.Rhythm.YEARLY
        name = {
            (False, False): "once", (True, False): "yearly", (True, True): "follow_up", (False, True): "follow_up_once",
        }[yearly, line.is_follow_up]  # fmt: skip
        so_far = getattr(made, name)
        setattr(made, name, amount if so_far is None else so_far + amount)
        bases.add(line.basis)
        if line.price_year:
            prices.add(line.price_year)
    made.price_years, made.bases = frozenset(prices), frozenset(bases)
    return made


def funded_eur(line: FundingLine) -> int | None:
    """What a line of funding brings: its amount, else its share of the eligible costs; None where neither is known."""
    if line.amount_eur is not None:
        return line.amount_eur
    if line.eligible_eur is None or line.share_percent is None:
        return None
    return int((line.eligible_eur * line.share_percent / 100).to_integral_value(rounding=ROUND_HALF_UP))
