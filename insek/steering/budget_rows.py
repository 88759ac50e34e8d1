"""Which line of a budget pays which measure, declared as rows of the measure."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.people.actors import Actor
from insek.people.models import Right
from insek.thread.rows import RowField, Rows, register_rows

from .budget_models import BudgetMatch


def _released_with_budget(match: BudgetMatch, actor: Actor) -> None:
    """What somebody confirms who releases is public with a public budget; of others it waits until the budget is released anew."""
    match.is_released = match.line.budget_plan.is_public and actor.has(Right.RELEASE)


def _of_one_concept(match: BudgetMatch, actor: Actor) -> None:
    if match.line.budget_plan.concept_id != match.measure.item.concept_id:
        raise ValidationError({"line": _("Die Zeile gehört zum Haushalt eines anderen Konzepts.")})


def match_words(match: BudgetMatch) -> str:
    """A match in one line: the line and its budget."""
    line = match.line
    return ", ".join(filter(None, [line.title, line.number, line.budget_plan.title]))


MATCHES = Rows(
    name="budget_match",
    table="budget_matches",
    model_path="steering.BudgetMatch",
    kind="measure",
    owner="measure",
    label=gettext_lazy("Haushaltszeile"),
    plural=gettext_lazy("Haushaltszeilen"),
    note="Lines of budgets that pay measures, as people confirmed. The public gets those that were released with a public budget.",
    order=66,
    rule="steering.edit_budget",
    acts={
        "add": gettext_lazy("Haushaltszeile zuordnen"),
        "change": gettext_lazy("Zuordnung zum Haushalt ändern"),
        "remove": gettext_lazy("Zuordnung zum Haushalt lösen"),
    },
    called=match_words,
    called_by="line",
    public={"is_released": True},
    defaults=_released_with_budget,
    check=_of_one_concept,
    fields=(
        RowField("line", gettext_lazy("Zeile im Haushalt"), "Key of the line of the budget.", refers="budget_lines"),
        RowField("note", gettext_lazy("Anmerkung"), "Note."),
        RowField("is_released", gettext_lazy("Mit dem Haushalt veröffentlicht"), "Whether it was released with its budget.", required=True),
        RowField("confirmed_on", gettext_lazy("Bestätigt am"), "Day on which a person confirmed it.", shown=False),
    ),
)  # fmt: skip
register_rows(MATCHES)
