"""The goals of a check: rows beside the item, which its history, undoing and restoring know as one list.

They are set and put back as a whole, so they are an extension of the item and not declared as ``Rows``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from insek import clock
from insek.people.actors import Actor, require
from insek.people.locking import claim_version
from insek.strategy.models import Goal
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.extensions import ItemExtension
from insek.thread.models import Change, Item

from .models import Check, CheckGoal

NAME = "touched_goals"
"""What history calls them."""
VALUES = ("effect", "reason", "certainty")


def plain_goals(check: Check) -> list[dict[str, str]]:
    """The goals as history keeps them, with the words it shows. One query."""
    with override("de"):
        return [
            {
                "goal": row.goal_id,
                **{name: getattr(row, name) for name in VALUES},
                "title": f"{row.goal.item}: {row.get_effect_display()} ({row.get_certainty_display()}). {row.reason}",
            }
            for row in check.goals.select_related("goal__item")
        ]


def read(item: Item) -> dict[str, Any]:
    """What an item has of them; nothing where it is no check or names no goal. One query for a check."""
    if item.kind != "concept_check":
        return {}
    plain = plain_goals(item.concept_check)
    return {NAME: plain} if plain else {}


def set_goals(
    check: Check, wanted: Iterable[Mapping[str, str]], *, expected_version: int, actor: Actor
) -> Check:
    """Replace the goals that the check names; nothing is written where nothing changes.

    Naming a goal takes back the result that no goal is touched. Only public goals: the paragraph will be read in public. Raises
    PermissionDenied, Conflict, ValidationError.
    """
    require(actor, "council.edit_check", check)
    item = check.item
    before = {NAME: plain_goals(check), **_no_goal(check)}
    wanted = list(wanted)
    rows = _rows(check, wanted)
    with transaction.atomic():
        claim_version(item, expected_version, updated_at=clock.now())
        check.goals.all().delete()
        CheckGoal.objects.bulk_create(rows)
        if rows and check.touches_no_goal:
            check.touches_no_goal, check.no_goal_reason = False, ""
            check.save(update_fields=["touches_no_goal", "no_goal_reason"])
        changed = history.differences(before, {NAME: plain_goals(check), **_no_goal(check)})
        if not changed:
            item.version = expected_version
            transaction.set_rollback(True)
            return check
        history.record(item, Change.Action.UPDATED, actor=actor, changed=changed)
    return check


def _no_goal(check: Check) -> dict[str, Any]:
    return {"touches_no_goal": check.touches_no_goal, "no_goal_reason": check.no_goal_reason}


def _rows(check: Check, wanted: list[Mapping[str, str]]) -> list[CheckGoal]:
    """The rows to be written. Raises ValidationError."""
    goals = Goal.objects.filter(
        pk__in=[entry["goal"] for entry in wanted],
        item__concept=check.item.concept_id,
        item__visibility="public",
    ).in_bulk()
    if any(entry["goal"] not in goals for entry in wanted):
        raise ValidationError(_("Nur veröffentlichte Inhalte: Der Absatz wird öffentlich gelesen."))
    rows = []
    for entry in wanted:
        values = {name: clean_text(entry[name]).strip() for name in VALUES}
        row = CheckGoal(check_row=check, goal=goals[entry["goal"]], **values)
        row.full_clean(exclude={"check_row", "goal"}, validate_unique=False)
        rows.append(row)
    return rows


def put_back(item: Item, values: Mapping[str, Any], version: int, actor: Actor) -> Any:
    """Put a list of the history back. Raises what ``set_goals`` raises."""
    check = item.concept_check
    set_goals(check, values.get(NAME) or [], expected_version=version, actor=actor)
    return Item.objects.get(pk=item.pk)


TOUCHED = ItemExtension(names=frozenset({NAME}), read=read, put_back=put_back)
