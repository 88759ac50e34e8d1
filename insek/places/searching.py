"""Search by place: what lies in a district that a query names, whether its text says so or not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Q

from insek.engines.text import fold
from insek.people.actors import Actor
from insek.thread.models import Item

from .layers import lies_in
from .models import District
from .queries import MOST_PLACES

_WORD = re.compile(r"[^\W_]{4,}")
MOST_MEANT = 2
"""A word that more districts share ("Innenstadt") names none of them."""


def places_named(asked: Sequence[frozenset[str]], actor: Actor) -> list[Q | None]:
    """For each word, what lies in the districts that it names. One query, and those of ``lies_in`` for each of them."""
    districts = list(
        Item.objects.visible_to(actor)
        .filter(kind="district")
        .exclude(district__level=District.Level.CITY)
        .select_related("concept")
        .only("pk", "title", "concept")[:MOST_PLACES]
    )
    named = [
        ({fold(word) for word in _WORD.findall(row.title)} | {_joined(row.title)}, row) for row in districts
    ]
    found: list[Q | None] = []
    for terms in asked:
        meant = [row for words, row in named if not terms.isdisjoint(words)]
        place = Q()
        for row in meant if len(meant) <= MOST_MEANT else ():
            place |= lies_in(row.concept, row.pk)
        found.append(place or None)
    return found


def _joined(title: str) -> str:
    return "".join(fold(word) for word in re.findall(r"[^\W_]+", title))
