"""What is missing at goals and measures, or overdue: filters of their lists, and what the page of the city's state counts.

Only what the reader may see counts, so that a list tells nothing of an internal link, cost or report.
"""

from __future__ import annotations

from collections.abc import Iterable

import rules
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.items.pages import Filter, Text, add_filters
from insek.people.actors import Actor
from insek.people.models import Unit
from insek.strategy.fact_sheet import CostLine
from insek.thread.models import Item, ItemQuerySet, Link

from .queries import AssessedMeasure, assessed_measures, without_report
from .states import FINISHED, MeasureState

SERVES = "implemented_by"
NOT_LATE = {*FINISHED, MeasureState.DEFERRED}
"""States in which no step is expected."""


def serves_a_goal(actor: Actor) -> Exists:
    """Whether a measure serves a goal, as far as the actor may see both."""
    return Exists(Link.objects.visible_to(actor).filter(kind=SERVES, target=OuterRef("pk")))


def is_served(actor: Actor) -> Exists:
    """Whether a measure serves this goal, as far as the actor may see both."""
    return Exists(Link.objects.visible_to(actor).filter(kind=SERVES, source=OuterRef("pk")))


def has_goals_below(actor: Actor) -> Exists:
    """Whether there are goals below this one: their measures are its own."""
    return Exists(Item.objects.visible_to(actor).order_by().filter(kind="goal", goal__parent=OuterRef("pk")))


def served_by(actor: Actor, unit: str) -> Exists:
    """Whether a measure of a unit, by its key, serves this goal."""
    served = Link.objects.visible_to(actor).filter(kind=SERVES, source=OuterRef("pk"))
    return Exists(served.filter(target__measure__responsible__key=unit))


def has_late_step(row: AssessedMeasure) -> bool:
    """Whether a step should be done and is not, of a measure of which that is expected."""
    return bool(row.facts.overdue) and row.status.state not in NOT_LATE


def with_costs(actor: Actor) -> Exists:
    """Whether a measure names an amount that the actor may read."""
    lines = CostLine.objects.filter(measure=OuterRef("pk")).exclude(amount_eur=None)
    return Exists(lines if actor.sees_internal else lines.filter(is_internal=False))


def _late(asker: Asker, items: ItemQuerySet) -> Iterable[str]:
    measures = items.visible_to(asker.actor).filter(kind="measure", concept=asker.concept)
    rows = assessed_measures(measures.select_related("measure"), asker.actor)
    return [row.item.pk for row in rows if has_late_step(row)]


def measure_filters(asker: Asker) -> list[Filter]:
    """Measures by what they lack, and by whether they name costs. Four queries where late steps are asked for."""
    actor = asker.actor

    def lacking(items: ItemQuerySet, value: str) -> ItemQuerySet:
        if value == "ziel":
            return items.filter(~serves_a_goal(actor))
        if value == "zustaendig":
            return items.filter(measure__responsible=None)
        if value == "schritt":
            return items.filter(pk__in=_late(asker, items))
        if asker.concept is None or not rules.test_rule("steering.see_waiting", actor):
            return items.none()
        return items.filter(pk__in=without_report(asker.concept).order_by().values("pk"))

    choices: list[tuple[str, Text]] = [
        ("ziel", _("ohne Ziel")),
        ("zustaendig", _("ohne Zuständigkeit")),
        ("schritt", _("mit überfälligem Schritt")),
    ]
    if rules.test_rule("steering.see_waiting", actor):
        choices.append(("bericht", _("mit fälligem Bericht")))

    def named(items: ItemQuerySet, value: str) -> ItemQuerySet:
        return items.filter(with_costs(actor) if value == "genannt" else ~with_costs(actor))

    costs: list[tuple[str, Text]] = [("genannt", _("mit Kosten")), ("offen", _("ohne Kosten"))]
    return [
        Filter("fehlt", _("Was fehlt"), lambda asker: choices, lacking),
        Filter("kosten", _("Kosten"), lambda asker: costs, named),
    ]


def goal_filters(asker: Asker) -> list[Filter]:
    """Goals by whether a measure serves them, and by whose. One query for the units."""
    actor = asker.actor

    def by_measure(items: ItemQuerySet, value: str) -> ItemQuerySet:
        without = items.filter(~is_served(actor))
        return items.filter(is_served(actor)) if value == "mit" else without.filter(~has_goals_below(actor))

    choices: list[tuple[str, Text]] = [("mit", _("mit Maßnahme")), ("ohne", _("ohne Maßnahme"))]
    return [
        Filter("massnahme", _("Maßnahme"), lambda asker: choices, by_measure),
        Filter(
            "zustaendig",
            _("Zuständig für eine Maßnahme"),
            lambda asker: [(unit.key, str(unit)) for unit in Unit.objects.all()],
            lambda items, value: items.filter(served_by(actor, value)),
        ),
    ]


add_filters("measure", measure_filters)
add_filters("goal", goal_filters)
