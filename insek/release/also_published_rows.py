"""Rows beside an item become public with it: every declared column of each is named before its release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from insek.people.actors import Actor
from insek.thread.models import Change, Item
from insek.thread.rows import Rows, all_rows, rows_of_kind

from .also_published import AlsoPublished, Before, is_public_by_then, register_also_published
from .changes import shown_changes


def words_of_rows(rows: Rows, found: Iterable[Any], actor: Actor) -> list[str]:
    """What rows say, a line for each, with the word for every column that holds something. One query for each table named."""
    lines = [Change(differences={rows.name: [None, rows.plain(row)]}) for row in found]
    return [
        " · ".join(
            f"{row.label.partition(': ')[2]}: {''.join(text for _kind, text in row.words)}"
            for row in line.rows
        )
        for line in shown_changes(lines, rows.kind, actor)
    ]


def also_published_rows(item: Item, actor: Actor, before: Before) -> list[AlsoPublished]:
    """The rows of an item that everybody will read, and those of public items whose other end it is. Two queries a sort."""
    found = []
    by_then = Item.objects.filter(is_public_by_then([*before, item.pk]))
    for rows in rows_of_kind(item.kind):
        public = rows.public_among(rows.of_item(item), by_then)
        if words := words_of_rows(rows, public, actor):
            found.append(AlsoPublished(_("%(rows)s von") % {"rows": rows.plural}, str(item), item.url, words))
    for rows in all_rows():
        for name in rows.also:
            if rows.column(name).related_model is not type(getattr(item, item.kind)):
                continue
            beside_it = rows.public_among(rows.objects.filter(**{name: item.pk}), by_then)
            owned = beside_it.filter(is_public_by_then(before, f"{rows.owner}__item"))
            by_owner: dict[str, list[Any]] = {}
            for row in owned.select_related(f"{rows.owner}__item"):
                by_owner.setdefault(getattr(row, rows.column(rows.owner).attname), []).append(row)
            for each in by_owner.values():
                other = rows.item_of(each[0])
                words = words_of_rows(rows, each, actor)
                found.append(
                    AlsoPublished(_("%(rows)s von") % {"rows": rows.plural}, str(other), other.url, words)
                )
    return found


register_also_published(also_published_rows)
