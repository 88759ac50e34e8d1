"""How statements of plans are shown: the words, where they stand, how they bind, what can be checked."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.items.pages import Choice, Filter, ItemPages, KindColumn, register_pages
from insek.people.addresses import address_of
from insek.places.pages import place_filter
from insek.thread.models import Item, ItemQuerySet
from insek.web.display import number_words

from .forms import PlanStatementForm
from .models import PlanStatement
from .rubric import binding_of_statement

MOST_PLANS = 200
"""Plans to choose from in the filter."""


def amount_words(row: PlanStatement) -> str:
    """The number with its bound and unit; empty without one."""
    if row.amount is None:
        return ""
    bound = f"{row.get_bound_display()} " if row.bound else ""
    return f"{bound}{number_words(row.amount)} {row.amount_unit}".strip()


def facts(item: Item) -> list[tuple[Any, Any]]:
    """Sort, marking, number, year and who."""
    row = item.plan_statement
    return [
        (_("Art"), row.get_type_display()),
        (_("Kennzeichen"), row.marked_as),
        (_("Zahl"), amount_words(row)),
        (_("Bis wann"), str(row.target_year or "")),
        (_("Wer"), row.who),
    ]


def detail(asker: Asker, item: Item) -> dict[str, Any]:
    """The plan that says it, where one may see it, how the statement binds, how firm it is worded. Two queries."""
    row = item.plan_statement
    plan = Item.objects.visible_to(asker.actor).filter(pk=row.plan_id).select_related("plan").first()
    binding = binding_of_statement(row, plan.plan if plan else None)
    return {
        "plan": plan,
        "binding": binding,
        "take_url": address_of("evidence-take", item.pk)
        if asker.actor.user_id is not None and rules.test_rule("thread.link_items", asker.actor)
        else "",
        "firmness": row.get_firmness_display(),
        "marking": row.get_marking_display() if row.marking else "",
    }


def mark(item: Item) -> tuple[str, Any]:
    """Sign and word of the sort."""
    return "kind-plan_statement", item.plan_statement.get_type_display()


def _plans(asker: Asker) -> list[tuple[str, str]]:
    seen = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, kind="plan")
    return list(seen.order_by("title_key", "pk").values_list("pk", "title")[:MOST_PLANS])


def _of_plan(items: ItemQuerySet, value: str) -> ItemQuerySet:
    return items.filter(plan_statement__plan=value)


register_pages(
    ItemPages(
        kind="plan_statement",
        form=PlanStatementForm,
        detail_template="plans/statement.html",
        facts=facts,
        detail=detail,
        mark=mark,
        filters=(
            place_filter("plan_statement"),
            Filter(
                "art", gettext_lazy("Art"), lambda asker: PlanStatement.Type.choices,
                lambda items, value: items.filter(plan_statement__type=value),
            ),
            Filter("aus", gettext_lazy("Planwerk"), _plans, _of_plan),
            Filter(
                "kennzeichen", gettext_lazy("Kennzeichen"), lambda asker: [one for one in PlanStatement.Marking.choices if one[0]],
                lambda items, value: items.filter(plan_statement__marking=value),
            ),
        ),
        columns=(
            KindColumn("type", Choice("type", "plan_statement")),
            KindColumn("marking", Choice("marking", "plan_statement")),
            KindColumn("marked_as", lambda item: item.plan_statement.marked_as),
            KindColumn("firmness", Choice("firmness", "plan_statement")),
            KindColumn("target_year", lambda item: item.plan_statement.target_year),
            KindColumn("bound", Choice("bound", "plan_statement")),
            KindColumn("amount", lambda item: item.plan_statement.amount),
            KindColumn("amount_unit", lambda item: item.plan_statement.amount_unit),
            KindColumn("who", lambda item: item.plan_statement.who),
        ),
        bulk_fields=("type", "marking", "firmness", "target_year", "who"),
        reasons_empty=gettext_lazy("Eine Kernaussage steht am Anfang: Sie steht so im Planwerk."),
        consequences_empty=gettext_lazy("Noch folgt im Konzept nichts aus dieser Kernaussage."),
    )
)  # fmt: skip
