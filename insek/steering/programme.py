"""One funded programme (Gesamtmaßnahme): what its measures cost and who pays them (§ 149 BauGB), and how each of them stands.

A programme is what lines of funding name so. Its costs are the cost lines of these measures without what follows once they are there;
its financing are all their lines of funding, of other programmes too. docs/methods/costs.md says how amounts add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from insek.concept.asker import Asker
from insek.engines.periods import in_time, is_period
from insek.strategy.fact_sheet import FundingLine
from insek.strategy.sums import (
    CostGroup,
    FundingGroup,
    Money,
    add_funding,
    by_year,
    mixes_prices,
    money_in,
    total_of,
)
from insek.strategy.totals import Span, funded_eur
from insek.thread.models import Item, ItemQuerySet

from .queries import AssessedMeasure, assessed_measures

State = FundingLine.State
GRANTED = (State.GRANTED, State.DRAWN)


@dataclass
class ProgrammeMeasure:
    """A measure of a programme as the monitoring lists it."""

    item: Item
    row: AssessedMeasure
    costs: Span | None
    endless_yearly: Span | None
    """What is paid every year and nobody says from when or until when; ``costs`` does not hold it."""
    open_costs: int
    """Lines of costs without an amount."""
    funding: list[FundingLine] = field(default_factory=list)

    def funded(self, *states: str) -> int | None:
        """What lines in these states bring; None where there are some and none names an amount."""
        amounts = [funded_eur(line) for line in self.funding if line.state in states]
        known = [amount for amount in amounts if amount is not None]
        return sum(known) if known or not amounts else None

    @property
    def own_share(self) -> int | None:
        """What the city pays itself, by its lines of funding; None where none says so."""
        return _own_share(self.funding)

    @property
    def granted_until(self) -> str:
        """The first end of a grant that runs; empty where none is known."""
        ends = [line.granted_until for line in self.funding if line.state in GRANTED]
        return min(filter(is_period, ends), key=in_time, default="")

    @property
    def bound_until(self) -> str:
        """Until when the last of what was paid is bound; what was refused binds nobody."""
        ends = [line.bound_until for line in self.funding if line.state != State.REFUSED]
        return max(filter(is_period, ends), key=in_time, default="")


def _own_share(lines: Iterable[FundingLine]) -> int | None:
    said = [line.own_share_eur for line in lines if line.state != State.REFUSED]
    known = [amount for amount in said if amount is not None]
    return sum(known) if known else None


@dataclass
class FundedProgramme:
    """The overview of costs and financing of a programme, and its measures."""

    name: str
    measures: list[ProgrammeMeasure]
    total: CostGroup
    years: list[CostGroup]
    """What falls into each year; what is paid every year without years stands in ``endless_yearly`` alone."""
    sources: list[FundingGroup]
    has_examples: bool
    endless: int = 0
    """Lines of costs that come every year, and nobody says from when or until when."""
    endless_yearly: Span | None = None
    """What they come to in one year."""

    @property
    def funded(self) -> int | None:
        """What all sources bring, without what was refused; None where there are lines and none names an amount."""
        known = [amount for group in self.sources if (amount := brought_by(group)) is not None]
        return sum(known) if known or not self.open_funding else None

    @property
    def own_share(self) -> int | None:
        """What the city pays itself; None where no line says so."""
        return _own_share(line for each in self.measures for line in each.funding)

    @property
    def paid(self) -> int | None:
        """What all pay together, as far as it is said; None where there are lines and none names an amount."""
        if self.funded is None and self.own_share is None:
            return None
        return (self.funded or 0) + (self.own_share or 0)

    @property
    def open_costs(self) -> int:
        """Lines of costs without an amount."""
        return sum(each.open_costs for each in self.measures)

    @property
    def open_funding(self) -> int:
        """Lines of funding without an amount, but for those that were refused."""
        return sum(group.open_lines for group in self.sources)

    @property
    def mixes_prices(self) -> bool:
        """Whether amounts of different prices, or gross and net, stand in one sum."""
        return mixes_prices([self.total])

    @property
    def knows_uncovered(self) -> bool:
        """Whether anything can be said of what nobody pays yet."""
        return self.total.total is not None and self.paid is not None

    @property
    def uncovered(self) -> tuple[int, int | None]:
        """What nobody pays yet: of the lower and of the upper end of the costs, never below 0; the upper is None where it is open."""
        span = self.total.total
        if span is None or self.paid is None:
            return 0, 0
        return max(0, span.low - self.paid), None if span.high is None else max(0, span.high - self.paid)


def brought_by(group: FundingGroup) -> int | None:
    """What a source brings without what was refused; None where all its lines are without an amount."""
    named = any(state != State.REFUSED for state in group.by_state)
    return group.total if named or not group.open_lines else None


def programmes_of(asker: Asker) -> dict[str, str]:
    """The programmes that visible lines of funding name: how they are compared -> how they are written. One query."""
    lines = FundingLine.objects.filter(measure__item__in=_measures(asker)).exclude(programme="")
    if not asker.actor.sees_internal:
        lines = lines.filter(is_internal=False)
    names = lines.order_by("programme", "pk").values_list("programme", flat=True)
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.strip().casefold(), name.strip())
    return found


def _measures(asker: Asker) -> ItemQuerySet:
    return Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="measure")


def funded_programme(asker: Asker, key: str, name: str) -> FundedProgramme:
    """All that is known of a programme. Some seven queries."""
    items = _measures(asker).select_related("measure__responsible").order_by("sort_key", "pk")
    found = list(items)
    money = money_in(asker, found, items)
    mine = {item.pk for line, item in money.funding if line.programme.strip().casefold() == key}
    of_programme = [item for item in found if item.pk in mine]
    costs = [each for each in money.costs if each.item.pk in mine and not each.line.is_follow_up]
    funding = [(line, item) for line, item in money.funding if item.pk in mine]
    own = Money(of_programme, costs, funding)
    groups: dict[tuple[str, str], FundingGroup] = {}
    for line, item in funding:
        called = ", ".join(filter(None, [line.source, line.programme]))
        add_funding(groups.setdefault((line.source.casefold(), line.programme.casefold()), FundingGroup(called, called)), line, item)  # fmt: skip
    measures = []
    for row in assessed_measures(of_programme, asker.actor):
        priced = [each for each in costs if each.item.pk == row.item.pk]
        open_lines = sum(each.span is None for each in priced)
        lines = [line for line, item in funding if item.pk == row.item.pk]
        its = Money([row.item], priced, [])
        measures.append(
            ProgrammeMeasure(row.item, row, total_of(its).total, its.endless_yearly, open_lines, lines)
        )
    examples = any(item.is_example for item in of_programme) or any(line.standing == "example" for line, _item in funding)  # fmt: skip
    return FundedProgramme(
        name, measures, total_of(own), [group for group in by_year(own) if group.total is not None],
        sorted(groups.values(), key=lambda group: (-group.total, group.name)), examples, own.endless, own.endless_yearly,
    )  # fmt: skip
