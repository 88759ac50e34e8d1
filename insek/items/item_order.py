"""The order of the items of a kind: where somebody puts one, and below which other. Numbers stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import rules
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.concept.asker import Asker
from insek.people.actors import Actor
from insek.people.models import Right, german_mark
from insek.release.acts import Act, register_act
from insek.release.models import Proposal
from insek.release.plain_values import from_plain
from insek.release.releases import act_or_propose
from insek.thread import services
from insek.thread.kinds import Kind, all_kinds, kind_names
from insek.thread.models import Item
from insek.thread.ordering import hand_key_between

from .list_tools import ListTool, register_list_tool
from .ordering import Move, Ordering, OrderRow, register_ordering
from .pages import ItemPages

ACT = "put"


def _put(item: Item, payload: dict[str, Any], actor: Actor) -> Item:
    new = from_plain(item, payload)
    return services.update_item(item, expected_version=item.version, values=new.values, actor=actor)


register_act(Act(ACT, gettext_lazy("Anders einordnen"), _put, overwrites=True))


@dataclass(frozen=True)
class _Placed:
    """What the order of a kind is made of, of one item."""

    pk: str
    key: str
    above: str


def items_ordering(asker: Asker, of: str) -> Ordering | None:
    """The order of a kind, of which ``of`` is the address of the list; ``?feld=`` shortens it to a field of action."""
    kind = next((each for each in all_kinds() if each.is_ordered and each.list_path == of), None)
    concept = asker.concept
    if kind is None or concept is None:
        return None
    if not asker.actor.has(Right.EDIT):
        raise PermissionDenied
    chosen = str(asker.asked.get("feld", "")).replace("\x00", "")
    found = Item.objects.visible_to(asker.actor).filter(concept=concept, kind=kind.name)
    if chosen:
        found = found.filter(fields__key=chosen)
    found = found.only("pk", "number", "title", "title_en", "version", "hand_key", "sort_key", "visibility")
    above = _above(kind)
    parents = dict(found.order_by().values_list("pk", above)) if above else {}
    items = list(found.order_by("sort_key", "pk"))
    keys = {item.pk for item in items}
    waits = set(
        Proposal.objects.waiting()
        .filter(concept=concept, act=ACT, item_kind=kind.name)
        .values_list("item_id", flat=True)
    )
    rows = [
        OrderRow(
            key=item.pk, label=f"{item.number} {item.shown_title}".strip(), version=item.version, url=item.url,
            note=_("Eine Änderung der Stelle wartet auf Freigabe.") if item.pk in waits else "",
            above=parent if (parent := parents.get(item.pk) or "") in keys else "",
            lang=german_mark(item.title_en), by_hand=bool(item.hand_key),
        )
        for item in items
    ]  # fmt: skip
    names = kind_names(asker)
    here = reverse("ordering", args=["inhalte", of])
    fields = [(_("Alle Felder"), here, not chosen)]
    fields += [(str(field), f"{here}?feld={field.key}", field.key == chosen) for field in asker.fields]
    return Ordering(
        title=_("%(kind)s ordnen") % {"kind": names(kind.name, plural=True)},
        back_url=reverse(kind.list_name),
        rows=rows,
        move=partial(_move, kind, asker.actor, rows),
        is_nested=bool(kind.parent), may_reset=True,
        note=_("Nummern und Adressen bleiben, wie sie sind. Was öffentlich ist, ändert seine Stelle für alle; wer nicht freigeben darf, schlägt es vor."),
        filters=fields if len(fields) > 2 else (),
    )  # fmt: skip


def _above(kind: Kind) -> str:
    return f"{kind.name}__{kind.parent}" if kind.parent else ""


def _move(kind: Kind, actor: Actor, rows: list[OrderRow], move: Move) -> Any:
    """Put an item somewhere: one change of that item alone. Raises PermissionDenied, Conflict, ValidationError."""
    item = Item.objects.visible_to(actor).get(pk=move.key)
    if not rules.test_rule("thread.edit_item", actor, item):
        raise PermissionDenied
    shown = next(row for row in rows if row.key == move.key)
    payload: dict[str, Any] = {"hand_key": ""}
    if kind.parent and move.above != shown.above:
        payload[f"{kind.parent}_id"] = move.above or None
    if move.place is not None:
        siblings = [row.key for row in rows if row.above == move.above and row.key != move.key]
        payload["hand_key"] = _key_at(kind, item, move.above, siblings, move.place)
    if payload["hand_key"] == item.hand_key and len(payload) == 1:
        return item
    return act_or_propose(
        ACT, item, payload, actor=actor, note=_said(rows, move), expected_version=move.version
    )


def _said(rows: list[OrderRow], move: Move) -> str:
    """Where it goes in words, for whoever releases it."""
    siblings = [row for row in rows if row.above == move.above and row.key != move.key]
    labels = {row.key: row.label for row in rows}
    under = _(" unter „%(item)s“") % {"item": labels[move.above]} if move.above else ""
    if move.place is None:
        return _("Neue Stelle%(under)s: nach der Nummer") % {"under": under}
    if move.place <= 1 or not siblings:
        return _("Neue Stelle%(under)s: ganz oben") % {"under": under}
    before = siblings[min(move.place - 1, len(siblings)) - 1]
    return _("Neue Stelle%(under)s: hinter „%(item)s“") % {"under": under, "item": before.label}


def _key_at(kind: Kind, item: Item, above: str, siblings: list[str], place: int) -> str:
    """The key of an item at a place among others, of which it is none; directly behind the one before, with what is below that one."""
    if not siblings:
        return ""
    names = ("pk", "sort_key", *([_above(kind)] if kind.parent else ()))
    stored = Item.objects.filter(concept=item.concept_id, kind=kind.name).order_by("sort_key", "pk")
    placed = {
        pk: _Placed(pk, key, next(iter(rest), None) or "") for pk, key, *rest in stored.values_list(*names)
    }
    moved = _subtree(placed, item.pk)
    if above in moved:
        raise ValidationError(_("Ein Inhalt kann nicht unter sich selbst stehen."))
    keys = sorted(one.key for pk, one in placed.items() if pk not in moved)
    over = Item.objects.get(pk=above) if above else None
    at = min(max(place, 1), len(siblings) + 1) - 1
    limit = placed[siblings[at]].key if at < len(siblings) else None
    if at == 0:
        low = max((key for key in keys if limit is not None and key < limit), default="")
        return hand_key_between(over, low, limit)
    here = placed[siblings[at - 1]].key
    below = [placed[pk].key for pk in _subtree(placed, siblings[at - 1])]
    low = max((key for key in below if limit is None or key < limit), default=here)
    low = max(low, here)
    return hand_key_between(over, low, next((key for key in keys if key > low), None))


def _subtree(placed: dict[str, _Placed], pk: str) -> set[str]:
    found = {pk}
    while more := {one.pk for one in placed.values() if one.above in found} - found:
        found |= more
    return found


def _offered(pages: ItemPages, actor: Actor) -> ListTool | None:
    """The way from a list to its order."""
    if not pages.spec.is_ordered or not actor.has(Right.EDIT):
        return None
    return ListTool(_("Ordnen"), reverse("ordering", args=["inhalte", pages.spec.list_path]), "list")


register_ordering("inhalte", items_ordering)
register_list_tool(_offered)
