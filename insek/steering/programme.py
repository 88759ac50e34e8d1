"""One funded programme (Gesamtmaßnahme): what its measures cost and who pays them (§ 149 BauGB), and how each of them stands.

A programme is what lines of funding name so. Its costs are the cost lines of these measures without what follows once they are there;
its financing are all their lines of funding, of other programmes too. docs/methods/costs.md says how amounts add up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from insek.concept.asker import Asker
from insek.strategy.fact_sheet import FundingLine
from insek.strategy.sums import CostGroup, FundingGroup, Money, add_funding, by_year, money_in, total_of
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
    open_costs: int
    """Lines of costs without an amount."""
    funding: list[FundingLine] = field(default_factory=list)

    def funded(self, *states: str) -> int:
        """What lines in these states bring."""
        return sum(funded_eur(line) or 0 for line in self.funding if line.state in states)

    @property
    def own_share(self) -> int:
        """What the city pays itself, by its lines of funding."""
        return sum(line.own_share_eur or 0 for line in self.funding if line.state != State.REFUSED)

    @property
    def granted_until(self) -> str:
        """The first end of a grant that runs; empty where none is known."""
        return min((line.granted_until for line in self.funding if line.state in GRANTED and line.granted_until), default="")  # fmt: skip

    @property
    def bound_until(self) -> str:
        """Until when the last of what was paid is bound."""
        return max((line.bound_until for line in self.funding if line.bound_until), default="")


@dataclass
class FundedProgramme:
    """The overview of costs and financing of a programme, and its measures."""

    name: str
    measures: list[ProgrammeMeasure]
    total: CostGroup
    years: list[CostGroup]
    sources: list[FundingGroup]
    has_examples: bool

    @property
    def funded(self) -> int:
        """What all sources bring, without what was refused."""
        return sum(group.total for group in self.sources)

    @property
    def own_share(self) -> int:
        """What the city pays itself."""
        return sum(group.own_share for group in self.sources)

    @property
    def open_costs(self) -> int:
        """Lines of costs without an amount."""
        return sum(each.open_costs for each in self.measures)

    @property
    def uncovered(self) -> tuple[int, int | None]:
        """What nobody pays yet: of the lower and of the upper end of the costs, never below 0; the upper is None where it is open."""
        span = self.total.total
        if span is None:
            return 0, 0
        paid = self.funded + self.own_share
        return max(0, span.low - paid), None if span.high is None else max(0, span.high - paid)


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
        measures.append(
            ProgrammeMeasure(row.item, row, total_of(Money([row.item], priced, [])).total, open_lines, lines)
        )
    examples = any(item.is_example for item in of_programme) or any(line.standing == "example" for line, _item in funding)  # fmt: skip
    return FundedProgramme(name, measures, total_of(own), by_year(own), sorted(groups.values(), key=lambda group: (-group.total, group.name)), examples)  # fmt: skip
