"""What a budget says of the measures: who is paid, who is not, what serves no goal, what stops. docs/methods/budget-matching.md says how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.engines.budget.heads import digits
from insek.engines.text import fold
from insek.people.actors import Actor
from insek.strategy.fact_sheet import CostLine, FundingLine
from insek.strategy.sums import WITHOUT, money_in
from insek.strategy.totals import funded_eur
from insek.thread.models import Item, Link
from insek.web.display import fields_of

from .budget_models import BudgetLine, BudgetMatch, BudgetPlan
from .queries import assessed_measures
from .states import FINISHED

Side, Duty = BudgetLine.Side, CostLine.Duty
PRIORITY = 1


def plans_for(asker: Asker) -> list[BudgetPlan]:
    """The budgets that one may see, the newest first. One query."""
    plans = BudgetPlan.objects.filter(concept=asker.concept)
    return list(plans if asker.actor.sees_internal else plans.filter(is_public=True))


def first_shown(plans: Sequence[BudgetPlan]) -> BudgetPlan | None:
    """The newest budget; a supplement, which lists changes alone, only where there is nothing else."""
    return next((plan for plan in plans if not plan.is_supplement), plans[0] if plans else None)


def plan_before(plans: Sequence[BudgetPlan], plan: BudgetPlan) -> BudgetPlan | None:
    """What a budget is compared with: for the same years the stage before it, else the newest of the year before; never a supplement."""
    earlier = [each for each in plans if not each.is_supplement and (each.first_year, each.as_of, each.pk) < (plan.first_year, plan.as_of, plan.pk)]  # fmt: skip
    same = [each for each in earlier if each.first_year == plan.first_year]
    return max(same or earlier, key=lambda each: (each.first_year, each.as_of, each.pk), default=None)


@dataclass
class LineState:
    """A line of a budget with the measures that it pays, as far as one may see them."""

    line: BudgetLine
    total: int
    """What is planned in all years of the budget and its financial planning."""
    measures: list[Item] = field(default_factory=list)
    serves_goal: bool = False
    counts: bool = True
    """Whether it counts in sums of the budget: not where it pays what the budget of results has already."""
    paid_by: list[Item] = field(default_factory=list)
    """Measures to which the payment of the same money was matched."""

    @property
    def for_measures(self) -> list[Item]:
        """The measures that its money is for."""
        return list(dict.fromkeys([*self.measures, *self.paid_by]))

    @property
    def is_open(self) -> bool:
        """Whether nobody has said yet what it pays."""
        return not self.measures and not self.line.is_without_measure

    @property
    def is_expenditure(self) -> bool:
        """Whether money goes out."""
        return self.line.side == Side.EXPENDITURE


@dataclass
class MeasureMoney:
    """What a budget has for a measure, and what the measure says of itself."""

    item: Item
    lines: list[LineState] = field(default_factory=list)
    is_finished: bool = False
    follow_up_eur: int = 0
    """What follows every year, by its cost lines."""
    granted_eur: int = 0
    """Of its lines of funding, what is granted or drawn."""
    asked_eur: int = 0
    """What is applied for or an idea."""
    ends: list[str] = field(default_factory=list)

    def total(self, side: str = Side.EXPENDITURE, wanted: Callable[[LineState], bool] = lambda line: True) -> int:  # fmt: skip
        """The sum of its lines; running payments count where it has no line of results that they pay."""
        lines = [each for each in self.lines if each.line.side == side]
        has_results = any(each.line.budget == CostLine.Budget.RESULT for each in lines)
        return sum(each.total for each in lines if wanted(each) and not (has_results and each.line.is_running_payment))  # fmt: skip

    @property
    def spent(self) -> int:
        """What goes out for it."""
        return self.total()

    @property
    def received(self) -> int:
        """What comes in for it."""
        return self.total(Side.REVENUE)

    @property
    def own_share(self) -> int:
        """What is left for the city."""
        return self.spent - self.received

    @property
    def voluntary(self) -> int:
        """Of what goes out, what is voluntary."""
        return self.total(wanted=lambda each: each.line.duty == Duty.VOLUNTARY)

    @property
    def is_priority(self) -> bool:
        """Whether the city said that it comes first."""
        return self.item.measure.priority == PRIORITY or self.item.measure.is_lighthouse

    @property
    def running(self) -> int:
        """What the budget of results has for it, or running payments."""
        return self.total(wanted=lambda each: each.line.budget == CostLine.Budget.RESULT or each.line.is_running_payment)  # fmt: skip


@dataclass
class BudgetState:
    """A budget with all that is known of it; sums count each line once."""

    plan: BudgetPlan
    years: list[int]
    lines: list[LineState]
    measures: list[MeasureMoney]
    goals_of: dict[str, list[Item]]
    places_of: dict[str, list[Item]]
    fields_of: dict[str, list[tuple[str, str]]]
    is_internal: bool = False
    """Whether one sees what is not public: who does not, cannot know that nobody matched a line."""

    def sum_of(self, lines: Iterable[LineState], year: int | None = None) -> int:
        """What lines come to, in a year or in all."""
        return sum(each.total if year is None else each.line.amount(year) for each in lines)

    def going_out(self) -> list[LineState]:
        """The lines of what is spent."""
        return [each for each in self.lines if each.is_expenditure and each.counts]

    def coming_in(self) -> list[LineState]:
        """The lines of what is received."""
        return [each for each in self.lines if not each.is_expenditure and each.counts]

    def counted_as_result(self) -> list[LineState]:
        """Running payments, whose money the budget of results has already."""
        return [each for each in self.lines if not each.counts]

    def investments(self) -> list[LineState]:
        """The lines of investments."""
        return [each for each in self.lines if each.line.is_investment]

    def without_goal(self) -> list[LineState]:
        """Investments that serve no goal: said to pay no measure, or paying one that serves none."""
        return [each for each in self.investments() if not each.is_open and not each.serves_goal]

    def not_judged(self) -> list[LineState]:
        """Investments of which nobody has said what they pay."""
        return [each for each in self.investments() if each.is_open]

    def priority_without_money(self) -> list[MeasureMoney]:
        """Measures that come first, are not done, and have nothing in this budget."""
        return [each for each in self.measures if each.is_priority and not each.is_finished and not each.spent]  # fmt: skip

    def paid(self) -> list[MeasureMoney]:
        """Measures that have money in this budget."""
        return [each for each in self.measures if each.lines]

    def stopping(self) -> list[MeasureMoney]:
        """Measures that are paid by voluntary lines, those that lose most first."""
        found = [each for each in self.measures if each.voluntary]
        return sorted(found, key=lambda each: (-each.voluntary, each.item.sort_key, each.item.pk))

    def grouped(self, by: str) -> list[tuple[str, list[LineState]]]:
        """Lines of what is spent by field, goal or district of the measures they pay; a line counts once in each group."""
        known = {"feld": self._by_field, "ziel": self._by_goal, "bezirk": self._by_place}[by]
        groups: dict[str, list[LineState]] = {}
        rest: list[LineState] = []
        for each in self.going_out():
            names = dict.fromkeys(name for item in each.for_measures for name in known(item))
            for name in names:
                groups.setdefault(name, []).append(each)
            if not names:
                rest.append(each)
        ordered = sorted(groups.items(), key=lambda pair: (-self.sum_of(pair[1]), pair[0]))
        return [*ordered, *([(WITHOUT, rest)] if rest else [])]

    def _by_field(self, item: Item) -> list[str]:
        return [name for _key, name in self.fields_of.get(item.pk, ())]

    def _by_goal(self, item: Item) -> list[str]:
        return [f"{goal.number} {goal.shown_title}".strip() for goal in self.goals_of.get(item.pk, ())]

    def _by_place(self, item: Item) -> list[str]:
        return [place.shown_title for place in self.places_of.get(item.pk, ())]


def state_of_budget(
    asker: Asker, plan: BudgetPlan, *, field_key: str = "", district: str = ""
) -> BudgetState:
    """All that is said of a budget, of the measures of a field or district alone where one is chosen. Some twelve queries."""
    actor = asker.actor
    lines = list(BudgetLine.objects.filter(budget_plan=plan).order_by("position", "pk"))
    for line in lines:
        line.budget_plan = plan
    years = sorted({int(year) for line in lines for year in {*line.amounts, *line.commitments} if int(year) >= plan.first_year})  # fmt: skip
    items = Item.objects.visible_to(actor).filter(concept=asker.concept, kind="measure")
    if field_key:
        items = items.filter(fields__key=field_key)
    if district:
        items = items.filter(pk__in=Link.objects.filter(kind="located_in", target=district).values("source"))
    measures = list(items.select_related("measure").order_by("sort_key", "pk"))
    by_id = {item.pk: item for item in measures}
    ids = list(by_id)
    goals, places = neighbours(actor, ids, "implemented_by"), neighbours(actor, ids, "located_in")
    named = {pk: [(each.key, each.name) for each in found] for pk, found in fields_of(ids).items()}
    states = {line.pk: LineState(line, sum(line.amount(year) for year in years)) for line in lines}
    money = _money_of_measures(asker, measures, items)
    for match in _matches(plan, actor):
        item = by_id.get(match.measure_id)
        if item is None:
            continue
        state = states[match.line_id]
        state.measures.append(item)
        state.serves_goal = state.serves_goal or bool(goals.get(item.pk))
        money[item.pk].lines.append(state)
    _count_once(list(states.values()))
    shown = list(states.values())
    if field_key or district:
        shown = [each for each in shown if each.for_measures]
    return BudgetState(plan, years, shown, list(money.values()), goals, places, named, actor.sees_internal)


def _count_once(lines: Sequence[LineState]) -> None:
    """Where a budget has results and finances, running payments count as results; the line of the same money is for their measures too."""
    results = [each for each in lines if each.line.budget == CostLine.Budget.RESULT]
    sides = {each.line.side for each in results}
    twins: dict[tuple[str, str, str], LineState] = {}
    for each in results:
        twins.setdefault(_same_money(each.line), each)
    for each in lines:
        each.counts = not (each.line.is_running_payment and each.line.side in sides)
        twin = twins.get(_same_money(each.line)) if not each.counts else None
        if twin is not None:
            twin.paid_by += each.measures


def _same_money(line: BudgetLine) -> tuple[str, str, str]:
    """Side, product and account without its class: 5233 is expense, 7233 its payment."""
    return line.side, fold(line.product).strip(), digits(line.account)[1:] or line.key


def _matches(plan: BudgetPlan, actor: Actor) -> list[BudgetMatch]:
    """The matches that one may see, in the order of the lines. One query."""
    rows = BudgetMatch.objects.filter(line__budget_plan=plan).order_by("line__position", "key")
    return list(rows if actor.sees_internal else rows.filter(is_released=True))


def neighbours(actor: Actor, ids: Sequence[str], kind: str) -> dict[str, list[Item]]:
    """Goals that measures serve, or districts they lie in, by measure. Two queries."""
    mine, other = ("target", "source") if kind == "implemented_by" else ("source", "target")
    links = list(
        Link.objects.visible_to(actor)
        .filter(**{"kind": kind, f"{mine}__in": list(ids)})
        .order_by("pk")
        .values_list(f"{mine}_id", f"{other}_id")
    )
    others = Item.objects.visible_to(actor).in_bulk({pk for _measure, pk in links})
    found: dict[str, list[Item]] = {}
    for measure, pk in links:
        if pk in others:
            found.setdefault(measure, []).append(others[pk])
    return {pk: sorted(each, key=lambda item: (item.sort_key, item.pk)) for pk, each in found.items()}


def _money_of_measures(asker: Asker, measures: list[Item], items: Any) -> dict[str, MeasureMoney]:
    """What measures say of their own costs and funding, and whether they are done. Some five queries."""
    money = {item.pk: MeasureMoney(item) for item in measures}
    for row in assessed_measures(measures, asker.actor):
        money[row.item.pk].is_finished = row.status.state in FINISHED
    own = money_in(asker, measures, items)
    for priced in own.costs:
        if priced.line.is_follow_up and priced.is_yearly and priced.span is not None:
            money[priced.item.pk].follow_up_eur += priced.span.low if priced.span.high is None else (priced.span.low + priced.span.high) // 2  # fmt: skip
    for line, item in own.funding:
        amount = funded_eur(line) or 0
        if line.state in {FundingLine.State.GRANTED, FundingLine.State.DRAWN}:
            money[item.pk].granted_eur += amount
        elif line.state != FundingLine.State.REFUSED:
            money[item.pk].asked_eur += amount
    return money


@dataclass(frozen=True)
class LineChange:
    """A line in two budgets."""

    before: BudgetLine | None
    after: BudgetLine | None
    was: int
    now: int

    @property
    def line(self) -> BudgetLine:
        """The line that names it."""
        line = self.after or self.before
        assert line is not None
        return line

    @property
    def difference(self) -> int:
        """How much more it is now."""
        return self.now - self.was


def changes_between(before: BudgetPlan, after: BudgetState) -> tuple[list[int], list[LineChange]]:
    """The years that both budgets name, and the lines whose sum over them changed, the largest first; what a supplement does not list stays. One query."""
    old = {line.identity: line for line in BudgetLine.objects.filter(budget_plan=before)}
    of_old = {int(year) for line in old.values() for year in line.amounts}
    years = [year for year in after.years if year in of_old]
    new = {each.line.identity: each.line for each in after.lines}
    found = []
    for identity in new.keys() if after.plan.is_supplement else old.keys() | new.keys():
        was, now = old.get(identity), new.get(identity)
        sums = [sum(line.amount(year) for year in years) if line is not None else 0 for line in (was, now)]
        if sums[0] != sums[1]:
            found.append(LineChange(was, now, sums[0], sums[1]))
    return years, sorted(found, key=lambda each: (-abs(each.difference), each.line.title, each.line.key))


def duty_words(duty: str) -> str:
    """Obligatory, voluntary, or not said."""
    return str(Duty(duty).label) if duty else _("ohne Angabe")
