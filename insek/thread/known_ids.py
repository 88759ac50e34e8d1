"""Queries that start from known ids: a few ids are put through the gate, instead of looking through all that is visible.

A database without statistics takes every index for a short list. ``filter(pk__in=Item.objects.visible_to(actor))``
then reads all public items to find five; asked for five ids it reads five.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from insek.concept.models import Concept
from insek.people.prepared import prepared

from .models import Item, ItemQuerySet

PORTION = 60
MOST_AT_ONCE = 2_000


def kind_of(item_id: str) -> str | None:
    """The kind of an item, whoever may see it; None where there is none. One query.

    Written out because every page of an item asks it first: the ORM takes ten times as long to write it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM thread_item WHERE id = %s", [item_id])
        row = cursor.fetchone()
    return row[0] if row else None


def with_own_row(kind: str, item_id: str) -> Item:
    """An item of a kind with its own row, whoever may see it. One query, written once. Raises Item.DoesNotExist."""
    found = prepared(
        ("item with its own row", kind),
        lambda pk: Item.objects.select_related(kind).filter(pk=pk).order_by(),
        item_id,
    )
    if not found:
        raise Item.DoesNotExist
    return found[0]


def is_seen(items: ItemQuerySet, path: str) -> Exists:
    """Whether the item that a row names is among ``items``: looked up for each known row.

    ``rows.filter(is_seen(Item.objects.visible_to(actor), "goal"))`` starts from the rows; ``goal__in`` would start from
    all that is visible.
    """
    return Exists(items.order_by().filter(pk=OuterRef(path)))


def first_seen(ids: QuerySet[Any, str], items: ItemQuerySet, *, concept: Concept, size: int) -> list[Item]:
    """The first items of a concept in the order of ``ids``, which are read in growing portions until there are enough.

    ``ids`` is an ordered list of keys with an index behind its order, ``items`` what is behind the gate, of any concept:
    the concept is looked at here, since a condition on it, or an order, would let the database walk a whole index instead
    of taking the keys. Two queries where the first portion is enough.
    """
    found: list[Item] = []
    unsorted = items.order_by()
    start, portion = 0, PORTION
    while len(found) < size:
        some = list(ids[start : start + portion])
        known = unsorted.in_bulk(some)
        found += [known[pk] for pk in some if pk in known and known[pk].concept_id == concept.pk]
        if len(some) < portion:
            break
        start, portion = start + portion, min(MOST_AT_ONCE, portion * 4)
    return found[:size]
