"""What can be asked of goals: what measures them, what stands below them and where they happen."""

from __future__ import annotations

from typing import Any

from insek.concept.asker import Asker
from insek.items.pages import ask_with_detail, is_beside
from insek.people.prepared import prepared
from insek.thread.audience import gated
from insek.thread.models import Item, ItemQuerySet, Link

from .models import Goal

MEASURED = 30
"""Indicators of one goal that its page looks at; the why panel has them all."""
BELOW = 60
"""Goals below a goal on its page; the list of goals has them all."""
PLACES = 40
"""Places of one goal that are counted."""


def indicators_measuring(asker: Asker, goal: Item) -> list[Item]:
    """The visible indicators at which a goal is measured, by number. One query where there are any, once a request."""
    if not is_beside(goal, "measured_by"):
        return []
    actor = asker.actor

    def read(pk: Any) -> ItemQuerySet:
        measuring = Link.objects.filter(source=pk, kind="measured_by").values("target")
        return Item.objects.visible_to(actor).filter(pk__in=measuring).select_related("indicator")[:MEASURED]

    return asker.once(
        f"measures {goal.pk}",
        lambda: prepared(gated(actor, "indicators that measure a goal"), read, goal.pk),
    )


def subgoals_of(asker: Asker, goal: Item) -> list[Item]:
    """The visible goals just below a goal, by number. One query where there are any, once a request."""
    if not is_beside(goal, "subgoals"):
        return []
    actor = asker.actor

    def read(pk: Any) -> ItemQuerySet:
        rows = Item.objects.visible_to(actor).filter(kind="goal", goal__parent=pk)
        return rows.select_related("goal")[:BELOW]

    return asker.once(f"below {goal.pk}", lambda: prepared(gated(actor, "goals below"), read, goal.pk))


def places_of(asker: Asker, goal: Item) -> list[Item]:
    """The visible places of the visible measures of a goal, by number. One query where there are measures."""
    if not is_beside(goal, "measures"):
        return []
    visible = Item.objects.visible_to(asker.actor)

    def read(pk: Any) -> ItemQuerySet:
        measures = visible.filter(
            pk__in=Link.objects.filter(source=pk, kind="implemented_by").values("target")
        )
        links = Link.objects.filter(kind="located_in", source__in=measures.values("pk"))
        places = visible.filter(kind="district", pk__in=links.values("target"))
        return places.order_by("sort_key", "pk")[:PLACES]

    return prepared(gated(asker.actor, "places of a goal"), read, goal.pk)


ask_with_detail("goal", "measured_by", lambda pk: Link.objects.filter(source=pk, kind="measured_by"))
ask_with_detail("goal", "measures", lambda pk: Link.objects.filter(source=pk, kind="implemented_by"))
ask_with_detail("goal", "subgoals", lambda pk: Goal.objects.filter(parent=pk))
