"""What the page of a measure says of the budget: the lines that pay it."""

from __future__ import annotations

from typing import Any

from insek.concept.asker import Asker
from insek.items.pages import add_to_detail, ask_with_detail, is_beside
from insek.people.prepared import prepared
from insek.thread.models import Item

from .budget_models import BudgetMatch
from .budget_words import amounts_words, line_heading, line_url


def lines_of_measure(asker: Asker, item: Item) -> dict[str, Any]:
    """The lines of budgets that pay a measure, of the newest budget first. One query where there are any."""
    if not is_beside(item, "budget_matches"):
        return {}
    rows = BudgetMatch.objects.select_related("line__budget_plan").order_by(
        "-line__budget_plan__first_year", "-line__budget_plan__as_of", "line__position", "key"
    )
    if not asker.actor.sees_internal:
        rows = rows.filter(is_released=True, line__budget_plan__is_public=True)
    found = prepared(("budget lines", asker.actor.sees_internal), lambda pk: rows.filter(measure=pk), item.pk)
    shown = [
        {
            "title": line_heading(row.line), "url": line_url(row.line), "amounts": amounts_words(row.line), "plan": row.line.budget_plan,
            "side": row.line.get_side_display(), "note": row.note, "is_internal": not (row.is_released and row.line.budget_plan.is_public),
        }
        for row in found
    ]  # fmt: skip
    return {"added_sections": ["steering/_budget_lines.html"], "budget_lines": shown} if shown else {}


ask_with_detail("measure", "budget_matches", lambda pk: BudgetMatch.objects.filter(measure=pk))
add_to_detail("measure", lines_of_measure)
