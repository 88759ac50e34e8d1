"""What all measures together cost and who pays them: by year, field, unit, source and programme. docs/methods/costs.md says how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Standing
from insek.people.actors import Actor
from insek.people.models import Unit
from insek.thread.models import Item, ItemQuerySet
from insek.web.display import fields_of

from .fact_sheet import CostLine, FundingLine
from .money_words import span_words
from .totals import Span, funded_eur, span_of

WITHOUT = ""
"""The key of the group of what has none."""


def plus(one: Span | None, other: Span | None) -> Span | None:
    """Two sums together; None is nothing said."""
    if one is None or other is None:
        return one or other
    return one + other


@dataclass
class CostGroup:
    """The costs of some measures: of a year, a field or a unit."""

    key: str
    name: str
    once: Span | None = None
    yearly: Span | None = None
    """What comes every year, in one year."""
    all_years: Span | None = None
    """The same over its years, as far as they are known."""
    named: set[str] = field(default_factory=set)
    """Measures with an amount."""
    measures: set[str] = field(default_factory=set)
    price_years: set[int] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)

    @property
    def total(self) -> Span | None:
        """What is paid once, and every year over its years."""
        return plus(self.once, self.all_years)


@dataclass
class FundingGroup:
    """What a source or programme pays, by how far that has come."""

    key: str
    name: str
    by_state: dict[str, int] = field(default_factory=dict)
    own_share: int = 0
    measures: set[str] = field(default_factory=set)
    open_lines: int = 0
    computed: bool = False

    @property
    def total(self) -> int:
        """All but what was refused."""
        return sum(amount for state, amount in self.by_state.items() if state != FundingLine.State.REFUSED)


@dataclass(frozen=True)
class Priced:
    """A line of costs with the measure it belongs to."""

    line: CostLine
    item: Item
    span: Span | None
    years: tuple[int, int] | None
    """First and last year, of the line or else of the measure."""

    @property
    def is_yearly(self) -> bool:
        """Whether it is paid every year."""
        return self.line.rhythm == CostLine.Rhythm.YEARLY

    @property
    def is_endless(self) -> bool:
        """Whether it is paid every year and nobody says from when or until when."""
        return self.is_yearly and self.span is not None and self.years is None


@dataclass
class Money:
    """What the measures of a question cost and who pays them."""

    items: list[Item]
    costs: list[Priced]
    funding: list[tuple[FundingLine, Item]]

    @property
    def named(self) -> int:
        """Measures that name an amount."""
        return len({each.item.pk for each in self.costs if each.span is not None})

    @property
    def has_examples(self) -> bool:
        """Whether an amount of costs is an example, by its line or its measure."""
        return any(
            each.item.is_example or each.line.standing == Standing.EXAMPLE
            for each in self.costs
            if each.span is not None
        )

    @property
    def open_lines(self) -> int:
        """Lines without an amount."""
        return sum(each.span is None for each in self.costs)

    @property
    def endless(self) -> int:
        """Yearly lines of which nobody says from when or until when."""
        return sum(each.is_endless for each in self.costs)

    @property
    def endless_yearly(self) -> Span | None:
        """What these come to in one year; no sum over years holds it."""
        together: Span | None = None
        for each in self.costs:
            if each.is_endless:
                together = plus(together, each.span)
        return together

    @property
    def by_measure_years(self) -> int:
        """Lines that name no year of their own and are counted in the years of their measure."""
        return sum(
            each.years is not None and each.line.from_year is None and each.line.to_year is None
            for each in self.costs
            if each.span is not None
        )


def money_of(asker: Asker, items: ItemQuerySet) -> Money:
    """The lines of measures that one may read. Three queries."""
    found = list(
        items.select_related("measure")
        .only(
            "pk", "number", "title", "title_en", "standing", "kind", "sort_key", "concept_id", "measure__start_year",
            "measure__end_year", "measure__responsible_id",
        )
        .order_by("sort_key", "pk")
    )  # fmt: skip
    return money_in(asker, found, items)


def money_in(asker: Asker, found: list[Item], items: ItemQuerySet) -> Money:
    """The same of measures that are read already, with their own rows; ``items`` is where they came from. Two queries."""
    by_id = {item.pk: item for item in found}
    horizon = asker.concept.horizon_to if asker.concept else None
    costs = [
        Priced(line, item, span_of(line), years_of(line, item, horizon))
        for line, item in _readable(CostLine, items, by_id, asker.actor)
    ]
    return Money(found, costs, _readable(FundingLine, items, by_id, asker.actor))


def _readable(
    model: Any, items: ItemQuerySet, by_id: dict[str, Item], actor: Actor
) -> list[tuple[Any, Item]]:
    rows = model.objects.filter(measure__in=items.order_by().values("pk")).order_by(
        "measure", "position", "key"
    )
    if not actor.sees_internal:
        rows = rows.filter(is_internal=False)
    return [(row, by_id[row.measure_id]) for row in rows if row.measure_id in by_id]


def years_of(line: CostLine, item: Item, horizon: int | None) -> tuple[int, int] | None:
    """First and last year of a line: its own, else those of the measure; what comes every year ends with the concept at the latest."""
    measure = item.measure
    begin, end = line.from_year, line.to_year
    if line.rhythm == CostLine.Rhythm.YEARLY:
        begin = begin or measure.start_year
        if line.is_follow_up:
            begin = line.from_year or (measure.end_year and measure.end_year + 1) or measure.start_year
            end = end or horizon
        else:
            end = end or measure.end_year or horizon
        return (begin, end) if begin and end and end >= begin else None
    if begin is None and end is None:
        begin, end = measure.start_year, measure.end_year
    begin, end = begin or end, end or begin
    return (begin, end) if begin and end else None


def _count(group: CostGroup, each: Priced) -> None:
    group.measures.add(each.item.pk)
    if each.span is None:
        return
    group.named.add(each.item.pk)
    group.bases.add(each.line.basis)
    if each.line.price_year:
        group.price_years.add(each.line.price_year)


def _add(group: CostGroup, each: Priced) -> None:
    _count(group, each)
    if each.span is None:
        return
    if each.is_yearly:
        group.yearly = plus(group.yearly, each.span)
        if each.years is not None:
            group.all_years = plus(group.all_years, each.span.times(each.years[1] - each.years[0] + 1))
    else:
        group.once = plus(group.once, each.span)


def total_of(money: Money) -> CostGroup:
    """All measures together, each line once."""
    group = CostGroup("", _("Zusammen"), measures={item.pk for item in money.items})
    for each in money.costs:
        _add(group, each)
    return group


def by_year(money: Money) -> list[CostGroup]:
    """What falls into each year: single years, then what is known for several years together, then what names none."""
    groups: dict[tuple[int, int], CostGroup] = {}
    without = CostGroup(WITHOUT, _("ohne Jahr"))
    for each in money.costs:
        if each.span is None:
            continue
        if each.years is None:
            _add(without, each)
            continue
        begin, end = each.years
        spans = [(year, year) for year in range(begin, end + 1)] if each.is_yearly else [(begin, end)]
        for span in spans:
            key = f"{span[0]}" if span[0] == span[1] else f"{span[0]}-{span[1]}"
            group = groups.setdefault(span, CostGroup(key, span_words(*span)))
            _count(group, each)
            if each.is_yearly:
                group.yearly = plus(group.yearly, each.span)
                group.all_years = plus(group.all_years, each.span)
            else:
                group.once = plus(group.once, each.span)
    ordered = [groups[span] for span in sorted(groups, key=lambda span: (span[0] != span[1], span))]
    return [*ordered, *([without] if without.named else [])]


def _grouped(
    money: Money, keys: Callable[[Item], Sequence[tuple[str, str]]], without: str
) -> list[CostGroup]:
    groups: dict[str, CostGroup] = {}
    none = CostGroup(WITHOUT, without)

    def groups_of(item: Item) -> list[CostGroup]:
        found = [groups.setdefault(key, CostGroup(key, name)) for key, name in keys(item)]
        return found or [none]

    for item in money.items:
        for group in groups_of(item):
            group.measures.add(item.pk)
    for each in money.costs:
        for group in groups_of(each.item):
            _add(group, each)
    return [*groups.values(), *([none] if none.measures else [])]


def by_field(money: Money) -> list[CostGroup]:
    """By field of action; a measure in several counts in each. Two queries."""
    fields = fields_of([item.pk for item in money.items])
    order: dict[str, str] = {}
    for found in fields.values():
        order |= {each.key: each.name for each in found}
    return _grouped(
        money,
        lambda item: [(each.key, each.name) for each in fields.get(item.pk, ())],
        _("ohne Handlungsfeld"),
    )


def by_unit(money: Money) -> list[CostGroup]:
    """By the unit in charge. One query."""
    units = {unit.pk: unit for unit in Unit.objects.all()}
    found = _grouped(
        money,
        lambda item: [
            (unit.key, str(unit))
            for unit in [units.get(item.measure.responsible_id or 0)]
            if unit is not None
        ],
        _("noch niemand zuständig"),
    )
    return sorted(found, key=lambda group: (group.key == WITHOUT, group.name))


def by_price(money: Money) -> list[CostGroup]:
    """By the year of the prices, so that nobody adds up what is not alike unawares."""
    groups: dict[int, CostGroup] = {}
    for each in money.costs:
        year = each.line.price_year or 0
        name = _("Preise von %(year)s") % {"year": year} if year else _("ohne Preisstand")
        _add(groups.setdefault(year, CostGroup(str(year or ""), name)), each)
    return [groups[year] for year in sorted(groups, key=lambda year: (year == 0, year))]


def funding_by(money: Money, column: str, without: str) -> list[FundingGroup]:
    """Funding by source or programme, the largest first."""
    groups: dict[str, FundingGroup] = {}
    for line, item in money.funding:
        name = str(getattr(line, column)).strip()
        group = groups.setdefault(name.casefold(), FundingGroup(name, name or without))
        add_funding(group, line, item)
    return sorted(groups.values(), key=lambda group: (group.key == WITHOUT, -group.total, group.name))


def add_funding(group: FundingGroup, line: FundingLine, item: Item) -> None:
    """Count a line of funding in a group; of one that was refused only what was asked for, apart."""
    group.measures.add(item.pk)
    amount = funded_eur(line)
    if amount is not None:
        group.computed = group.computed or line.amount_eur is None
        group.by_state[line.state] = group.by_state.get(line.state, 0) + amount
    if line.state == FundingLine.State.REFUSED:
        return
    group.open_lines += amount is None
    group.own_share += line.own_share_eur or 0


def mixes_prices(groups: Iterable[CostGroup]) -> bool:
    """Whether amounts of different prices or bases stand in one sum."""
    return any(len(group.price_years) > 1 or len(group.bases - {""}) > 1 for group in groups)


def price_note(groups: Iterable[CostGroup]) -> str:
    """That amounts of different prices or bases stand in one sum; empty where they do not."""
    if not mixes_prices(groups):
        return ""
    return _(
        "Beträge verschiedener Preisstände, brutto und netto sind zusammengezählt, wie sie genannt sind, und nicht umgerechnet. "
        "Welche Preisstände in einer Summe stehen, sagt die Spalte „Preisstand“."
    )
