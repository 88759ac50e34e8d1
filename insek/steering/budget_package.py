"""Budgets and their lines in a concept package; the public gets budgets that are public."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from insek.package import Column, Package, Problems, Table, register_table
from insek.strategy.fact_sheet import STANDINGS, CostLine

from .budget_models import BudgetLine, BudgetPlan


def _of_public_budgets(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(budget_plan__is_public=True)


def _check_amounts(package: Package, problems: Problems) -> None:
    """Amounts are whole euros by year."""
    for row in package.table("budget_lines"):
        for name in ("amounts", "commitments"):
            value = {} if row.broken else row.values[name] or {}
            sound = isinstance(value, dict) and all(
                year.isdigit() and len(year) == 4 and isinstance(euros, int) and not isinstance(euros, bool)
                for year, euros in value.items()
            )
            if not sound:
                problems.add(
                    "wrong_type", file=row.table.path, row=row.line, column=name,
                    message=_("Das sind keine Beträge nach Jahren."),
                    advice=_("Etwa {\"2026\": 120000}: Jahr und ganze Euro."),
                )  # fmt: skip


def _with_amounts(line: BudgetLine) -> None:
    """No commitments are none."""
    line.amounts, line.commitments = line.amounts or {}, line.commitments or {}


register_table(
    Table(
        name="budget_plans",
        model_path="steering.BudgetPlan",
        note="Budgets of the city: plans of a year, drafts, supplements.",
        order=9,
        public=lambda rows: rows.filter(is_public=True),
        own_columns=(
            Column("key", "key", "Short name in the package: a-z, 0-9 and hyphens.", required=True),
            Column("title", "text", "Name.", required=True),
            Column("sort", "choice", "Plan or supplement.", required=True, choices=BudgetPlan.Sort.values),
            Column("stage", "choice", "Draft, adopted or approved.", required=True, choices=BudgetPlan.Stage.values),
            Column("first_year", "integer", "First year it is for.", required=True),
            Column("last_year", "integer", "Last year it is for; the same but for a budget of two years.", required=True),
            Column("as_of", "date", "Day of its figures.", required=True),
            Column("standing", "choice", "How far it can be relied on; an example is made up.", required=True,
                   choices=[value for value, _label in STANDINGS]),
            Column("source_title", "text", "Name of the source."),
            Column("source_url", "url", "Address of the source."),
            Column("note", "text", "Note."),
            Column("is_public", "boolean", "Whether everybody may see it; never of a draft.", required=True),
        ),
    )
)  # fmt: skip
register_table(
    Table(
        name="budget_lines",
        model_path="steering.BudgetLine",
        note="Lines of budgets: product, account or investment, with amounts by year.",
        order=65,
        scope="budget_plan__concept",
        public=_of_public_budgets,
        prepare=_with_amounts,
        check=_check_amounts,
        own_columns=(
            Column("key", "key", "Short name in the package: a-z, 0-9 and hyphens.", required=True),
            Column("budget_plan", "reference", "Key of the budget.", required=True, refers="budget_plans"),
            Column("position", "integer", "Place in the budget.", required=True),
            Column("identity", "text", "Of what makes it the same line in another budget.", required=True),
            Column("title", "text", "What it is for.", required=True),
            Column("product", "text", "Number of the product."),
            Column("product_name", "text", "Name of the product."),
            Column("account", "text", "Number of the account."),
            Column("investment", "text", "Number of the investment."),
            Column("budget", "choice", "Budget of results or of finances.", choices=CostLine.Budget.values),
            Column("side", "choice", "Expenditure or revenue.", required=True, choices=BudgetLine.Side.values),
            Column("duty", "choice", "Whether the task is obligatory or voluntary.", choices=CostLine.Duty.values),
            Column("amounts", "json", "Whole euros by year.", required=True),
            Column("commitments", "json", "Whole euros by year that may be committed beforehand (Verpflichtungsermächtigung); {} for none.", required=True),
            Column("total_eur", "integer", "Cost of the whole, in whole euros."),
            Column("is_without_measure", "boolean", "Whether a person said that it pays no measure.", required=True),
        ),
    )
)  # fmt: skip
