"""The steps of a check, for tests: begun, filled, finished through the services."""

from insek.council import checking
from insek.council.models import Check
from insek.people.actors import PROGRAM
from insek.thread.models import Item
from insek.thread.services import create_item, update_item

CREATE = "/pruefungen/neu"
"""The address of the form."""


def begin(concept, paper=None, actor=PROGRAM, **values):
    subject = {"subject": "paper", "paper": paper} if paper else {"subject": "budget"}
    own = {"title": "Neuer Radweg", "weight": "local", **subject, **values}
    return create_item(kind="concept_check", concept=concept, values=own, actor=actor).concept_check


def fresh(check):
    return Check.objects.select_related("item__concept", "paper__item", "edition").get(pk=check.pk)


def touch(check, goal, effect="supports", reason="Er schließt eine Lücke", certainty="medium", actor=PROGRAM):
    check = fresh(check)
    said = check.goals.filter(goal=goal.pk).first()
    return checking.set_goal(
        check,
        goal,
        effect=effect,
        reason=reason,
        certainty=certainty,
        expected_version=said.version if said else 0,
        actor=actor,
    )


def finish(check, actor=PROGRAM):
    check = fresh(check)
    return checking.finish_check(check, expected_version=check.item.version, actor=actor).concept_check


def change(check, actor=PROGRAM, **values):
    item = Item.objects.get(pk=check.pk)
    return update_item(item, expected_version=item.version, values=values, actor=actor).concept_check
