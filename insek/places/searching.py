"""Search by place: what lies in a district that a query names, whether its text says so or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial

from insek.concept.models import Concept
from insek.engines.text import fold
from insek.people.actors import Actor
from insek.thread.models import Item
from insek.thread.shared_cache import cached, content_version

from .layers import lies_in
from .models import District
from .queries import MOST_PLACES

_WORD = re.compile(r"[^\W_]{4,}")
MOST_LYING = 5000
"""Where more lies in a district, its name says too little."""
MOST_MEANT = 2
"""A word that more districts share ("Innenstadt") names none of them."""


def places_named(
    asked: Sequence[frozenset[str]], actor: Actor, concept: Concept | None
) -> list[frozenset[str]]:
    """For each word, what lies in the districts that it names, whoever may see that. One query where nothing changed."""
    concepts = [concept] if concept is not None else list(Concept.objects.all())
    found: list[set[str]] = [set() for _terms in asked]
    for each in concepts:
        named = cached(each, actor, "names of places", partial(_names, each, actor))
        for ids, terms in zip(found, asked, strict=True):
            meant = [pk for pk, words in named if not terms.isdisjoint(words)]
            for pk in meant if len(meant) <= MOST_MEANT else ():
                ids |= lying_in(content_version(each), each, pk)
    return [frozenset(ids) for ids in found]


def _names(concept: Concept, actor: Actor) -> list[tuple[str, frozenset[str]]]:
    """The districts of a concept that the actor may see, with the words that name each. One query."""
    districts = (
        Item.objects.filter(district__level__in=set(District.Level.values) - {District.Level.CITY})
        .checked_for(actor, concept=concept)
        .values_list("pk", "title")[:MOST_PLACES]
    )
    return [
        (pk, frozenset({fold(word) for word in _WORD.findall(title)} | {_joined(title)}))
        for pk, title in districts
    ]


@lru_cache(maxsize=64)
def lying_in(version: str, concept: Concept, place: str) -> frozenset[str]:
    """What lies in a district, whoever may see it; kept until anything in the concept changes (``version``)."""
    items = Item.objects.filter(lies_in(concept, place)).order_by()
    found = frozenset(items.values_list("pk", flat=True)[: MOST_LYING + 1])
    return found if len(found) <= MOST_LYING else frozenset()


def _joined(title: str) -> str:
    return "".join(fold(word) for word in re.findall(r"[^\W_]+", title))
