"""Public budgets and their lines in the interface, with the measures that people matched and released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Schema

from insek.people.actors import ANONYMOUS
from insek.steering.budget_models import BudgetLine, BudgetMatch, BudgetPlan
from insek.thread.models import Item
from insek.web.context import concept_of

from .answers import Answer, columns
from .schemas import Standing


class Budget(Schema):
    """A budget (Haushaltsplan or Nachtrag) that the city published; drafts never are."""

    key: str
    title: str
    sort: str = Field(description="`plan` or `supplement`.")
    stage: str = Field(description="`adopted` by the council or `approved` by the supervisory authority.")
    first_year: int
    last_year: int
    as_of: dt.date
    standing: Standing
    source_title: str | None
    source_url: str | None
    note: str | None
    url: str


class Budgets(Schema):
    items: list[Budget]


class BudgetEntry(Schema):
    """A line of a public budget, in whole euros; several years as `2027: 120000`."""

    key: str
    budget: str = Field(description="Key of its budget.")
    standing: Standing = Field(description="That of its budget.")
    title: str
    product: str | None
    product_name: str | None
    account: str | None
    investment: str | None
    budget_part: str | None = Field(
        description="`result` (Ergebnishaushalt), `financial` (Finanzhaushalt) or not said."
    )
    side: str = Field(description="`expenditure` or `revenue`.")
    duty: str | None = Field(
        description="Whether it is obligatory or voluntary, as the budget or a person says; null: not said."
    )
    amounts: list[str] = Field(description="Year and amount.", examples=[["2027: 120000", "2028: 400500"]])
    commitments: list[str] = Field(description="Year and what may be committed (Verpflichtungsermächtigung).")
    total_eur: int | None = Field(description="Costs in all, where the budget says so.")
    measures: list[str] = Field(
        description="Ids of public measures that a person matched it to and that were released with the budget."
    )
    is_without_measure: bool = Field(
        description="Whether a person said that it pays no measure of the concept."
    )
    url: str


class BudgetEntries(Schema):
    items: list[BudgetEntry]


def _public(request: HttpRequest) -> Any:
    return BudgetPlan.objects.filter(concept=concept_of(request), is_public=True)


def budget_answers(request: HttpRequest) -> list[Answer]:
    """The public budgets, the newest first. One query."""
    names = (
        "key",
        "title",
        "sort",
        "stage",
        "first_year",
        "last_year",
        "as_of",
        "standing",
        "source_title",
        "source_url",
        "note",
    )
    return [
        {
            **columns(plan, *names),
            "url": request.build_absolute_uri(f"{reverse('budget')}?haushalt={plan.key}"),
        }
        for plan in _public(request)
    ]


def _years(amounts: dict[str, Any]) -> list[str]:
    return [f"{year}: {int(amounts[year])}" for year in sorted(amounts)]


def line_answers(request: HttpRequest) -> list[Answer]:
    """The lines of the public budgets, in their order. Four queries."""
    return list(_lines(request))


def _lines(request: HttpRequest) -> Iterator[Answer]:
    plans = {plan.pk: plan for plan in _public(request)}
    seen = Item.objects.visible_to(ANONYMOUS).filter(kind="measure").values("pk")
    matched: dict[str, list[str]] = {}
    rows = BudgetMatch.objects.filter(line__budget_plan__in=plans, is_released=True, measure__in=seen)
    for key, measure in rows.order_by("measure").values_list("line", "measure"):
        matched.setdefault(key, []).append(measure)
    names = (
        "key", "title", "product", "product_name", "account", "investment", "side", "duty", "total_eur", "is_without_measure",
    )  # fmt: skip
    for line in BudgetLine.objects.filter(budget_plan__in=plans).order_by(
        "-budget_plan__first_year", "budget_plan", "position", "pk"
    ):
        plan = plans[line.budget_plan_id]
        yield {
            **columns(line, *names), "budget": plan.key, "standing": plan.standing, "budget_part": line.budget or None,
            "amounts": _years(line.amounts), "commitments": _years(line.commitments), "measures": matched.get(line.pk, []),
            "url": request.build_absolute_uri(reverse("budget-line", args=[plan.key, line.key])),
        }  # fmt: skip
