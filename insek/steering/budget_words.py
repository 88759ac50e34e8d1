"""Lines of a budget in words."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.strategy.money_words import euro

from .budget_models import BudgetLine, BudgetPlan

NOT_MATCHED = gettext_lazy("Noch hat niemand gesagt, zu welcher Maßnahme sie gehört.")
NOT_NAMED = gettext_lazy("Öffentlich ist keine Maßnahme genannt.")
"""What the public reads of a line: whether somebody matched it to what is internal is not for them."""


def open_words(is_internal: bool) -> str:
    """What is said of a line to which one sees no measure."""
    return _("noch nicht zugeordnet") if is_internal else _("keine Maßnahme öffentlich genannt")


def line_heading(line: BudgetLine) -> str:
    """A line in one heading: its number and what it is for."""
    return " ".join(filter(None, [line.number, line.title]))


def line_url(line: BudgetLine) -> str:
    """The page of a line."""
    return reverse("budget-line", args=[line.budget_plan.key, line.key])


def amounts_words(line: BudgetLine) -> str:
    """The amounts of a line by year, and what may be committed."""
    said = [f"{year}: {euro(int(amount))}" for year, amount in sorted(line.amounts.items())]
    if line.commitments:
        bound = ", ".join(f"{year}: {euro(int(amount))}" for year, amount in sorted(line.commitments.items()))
        said.append(_("Verpflichtungsermächtigungen %(amounts)s") % {"amounts": bound})
    return "; ".join(said)


def plan_words(plan: BudgetPlan) -> str:
    """A budget with its stage and day."""
    return f"{plan.title} ({plan.get_stage_display()})"
