"""The order of rows beside an item: steps, costs, questions of a questionnaire, the way of a paper."""

from __future__ import annotations

from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.people.actors import Actor
from insek.release.models import Proposal
from insek.release.row_proposals import change_or_propose, row_of
from insek.thread.models import Item
from insek.thread.rows import Rows, rows_named

from .ordering import Move, Ordering, OrderRow, register_ordering

COLUMN = "position"


def is_in_order(rows: Rows) -> bool:
    """Whether rows have a place among those of their item that people choose."""
    return rows.life == "edited" and rows.field(COLUMN) is not None


def order_url(rows: Rows, item: Item) -> str:
    """The page on which the rows of an item are put in order."""
    return reverse("ordering", args=["zeilen", f"{item.pk}-{rows.name}"])


def rows_ordering(asker: Asker, of: str) -> Ordering | None:
    """The rows of one sort of one item; ``of`` names both."""
    pk, _sign, name = of.partition("-")
    rows = rows_named(name)
    item = Item.objects.visible_to(asker.actor).filter(pk=pk.lower()).first()
    if rows is None or item is None or item.kind != rows.kind or not is_in_order(rows):
        return None
    if not rules.test_rule(rows.rule, asker.actor, item):
        raise PermissionDenied
    found = list(rows.visible_to(rows.of_item(item), asker.actor).order_by(COLUMN, "key"))
    return Ordering(
        title=_("%(rows)s ordnen: %(item)s") % {"rows": rows.plural, "item": item},
        back_url=item.url,
        rows=[OrderRow(row.key, _words(rows, row), row.version, item.url) for row in found],
        move=lambda move: _move(rows, item, [row.key for row in found], move, asker.actor),
        note=_("So stehen sie auf der Seite, im Bericht und in Tabellen."),
    )


def _words(rows: Rows, row: Any) -> str:
    called = (
        getattr(row, rows.called_by, None) if rows.called_by != "title" or hasattr(row, "title") else None
    )
    return str(called) if called else rows.called(row)


def _move(rows: Rows, item: Item, keys: list[str], move: Move, actor: Actor) -> Any:
    """Put a row at a place; rows that are numbered make room by themselves, others get the numbers of their places."""
    assert move.place is not None, "rows have no number to go by"
    order = [key for key in keys if key != move.key]
    order.insert(min(max(move.place, 1), len(order) + 1) - 1, move.key)
    if rows.numbered is not None:
        row = row_of(rows, item, move.key)
        return change_or_propose(
            rows, row, {COLUMN: order.index(move.key) + 1}, expected_version=move.version, actor=actor
        )
    done: Any = None
    with transaction.atomic():
        for place, key in enumerate(order, 1):
            row = row_of(rows, item, key)
            if getattr(row, COLUMN) == place and key != move.key:
                continue
            version = move.version if key == move.key else row.version
            made = change_or_propose(rows, row, {COLUMN: place}, expected_version=version, actor=actor)
            done = made if isinstance(made, Proposal) or done is None else done
    return done


register_ordering("zeilen", rows_ordering)
