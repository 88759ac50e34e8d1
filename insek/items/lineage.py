"""What came of an item that is gone, and what an item came of, as pages say it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.people.actors import Actor
from insek.thread.lineage import Lineage, LineageWay, came_of
from insek.thread.models import Item, Tombstone
from insek.web.display import date_words

from .pages import EVERY_KIND, add_to_detail
from .signposts import Signpost, add_signposts


def successors_of(item_id: str, actor: Actor) -> list[Item]:
    """The items of today that came of one that is gone, as far as the actor may see them. A query a step and one."""
    ids = came_of(item_id)
    seen = {item.pk: item for item in Item.objects.visible_to(actor).filter(pk__in=ids)}
    return [seen[pk] for pk in ids if pk in seen]


def lineage_of(asker: Asker, item: Item) -> dict[str, Any]:
    """What an item came of and what was split from it, for its page. Three queries, none where there is nothing."""
    if not getattr(item, "has_lineage", False):
        return {}
    rows = list(Lineage.objects.filter(Q(before=item.pk) | Q(after=item.pk)))
    ids = {pk for row in rows for pk in (row.before, row.after)} - {item.pk}
    seen = {other.pk: other for other in Item.objects.visible_to(asker.actor).filter(pk__in=ids)}
    known = set(
        Tombstone.objects.filter(pk__in=ids - seen.keys())
        .visible_to(asker.actor)
        .values_list("pk", flat=True)
    )
    lines = []
    for row in rows:
        is_after = row.after == item.pk
        other = seen.get(row.before if is_after else row.after)
        if other is None and not (is_after and row.before in known):
            continue
        told = (
            (_("Hier aufgegangen") if row.way == LineageWay.MERGED else _("Abgeteilt von"))
            if is_after
            else (_("Aufgegangen in") if row.way == LineageWay.MERGED else _("Davon abgeteilt"))
        )
        lines.append(
            {
                "label": told, "item": other, "title": row.before_title, "reason": row.reason,
                "day": date_words(row.on),
            }
        )  # fmt: skip
    return {"lineage": lines, "closing_sections": ["items/_lineage.html"]} if lines else {}


def signs_of_old_numbers(asker: Asker, query: str) -> list[Signpost]:
    """Where the number of an item leads that was merged into another. One query for words that are no such number, else three."""
    number = query.strip()
    if asker.concept is None or not number or len(number) > 30 or not any(sign.isdigit() for sign in number):
        return []
    stones = (
        Tombstone.objects.filter(concept=asker.concept, number__iexact=number)
        .visible_to(asker.actor)
        .filter(Exists(Lineage.objects.filter(before=OuterRef("pk"))))
    )
    return [
        Signpost(stone.number, _("ist aufgegangen in"), str(item), reverse("item", args=[item.pk]))
        for stone in stones[:3]
        for item in successors_of(stone.pk, asker.actor)
    ]


add_signposts(signs_of_old_numbers)
add_to_detail(EVERY_KIND, lineage_of)
