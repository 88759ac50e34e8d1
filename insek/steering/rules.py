"""Who may report, plan steps, set a state by hand, set targets, lead a round of reports and answer in one, and work on a budget."""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Q

from insek.notices.models import UnitDuty
from insek.people.actors import Actor, holds
from insek.people.models import Right, Unit
from insek.thread.rules import owns


def is_named_for(actor: Actor, unit_id: int | None) -> bool:
    """Somebody said that this person answers for the unit, stands in or leads it, whichever unit they belong to. One query."""
    if actor.user_id is None or unit_id is None:
        return False
    return UnitDuty.objects.filter(user=actor.user_id, unit=unit_id).exists()


def units_spoken_for(actor: Actor) -> list[Unit]:
    """The own unit, where the actor may report on its measures, and those the actor is named for. One query."""
    named = Q(duties__user=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
    if actor.unit_id is not None and actor.has(Right.EDIT_OWN_MEASURES):
        named |= Q(pk=actor.unit_id)
    return list(Unit.objects.filter(named).distinct())


def voice_for(actor: Actor, unit: Unit) -> Actor:
    """Who acts on the page of a unit: whoever is named for it speaks as one of the unit, also from another one. At most one query."""
    of_unit = actor.unit_id == unit.pk and actor.has(Right.EDIT_OWN_MEASURES)
    if of_unit or not is_named_for(actor, unit.pk):
        return actor
    one_of_unit = Actor(actor.user_id, actor.name, unit.pk, actor.rights, actor.roles)
    return one_of_unit.with_rights(Right.EDIT_OWN_MEASURES, Right.SEE_INTERNAL)


@rules.predicate
def is_named_for_measure(actor: Actor, item: Any) -> bool:
    """The actor is named for the unit that is responsible for this measure."""
    return item is not None and item.kind == "measure" and is_named_for(actor, item.measure.responsible_id)


rules.add_rule("steering.report", holds(Right.EDIT) | owns | is_named_for_measure)
rules.add_rule("steering.plan_steps", holds(Right.EDIT) | owns | is_named_for_measure)
rules.add_rule("steering.override_status", holds(Right.RELEASE))
rules.add_rule("steering.set_target", holds(Right.EDIT))
rules.add_rule("steering.see_waiting", holds(Right.SEE_INTERNAL))


@rules.predicate
def speaks_for_unit(actor: Actor, unit: Any) -> bool:
    """The actor belongs to the unit and may report on its measures, or is named as answering for it or leading it."""
    if unit is None:
        return False
    if actor.unit_id == unit.pk and actor.has(Right.EDIT_OWN_MEASURES):
        return True
    return is_named_for(actor, unit.pk)


rules.add_rule("steering.speak_in_round", speaks_for_unit)
rules.add_rule("steering.lead_round", holds(Right.RELEASE))
rules.add_rule("steering.answer_round", holds(Right.RELEASE) | speaks_for_unit)
rules.add_rule("steering.edit_budget", holds(Right.EDIT))
rules.add_rule("steering.publish_budget", holds(Right.RELEASE))
