"""The postings that one query asks for, read once: rare words as a whole, very frequent ones from the top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from .models import ItemQuerySet, Posting, SearchEntry
from .postings import number_of

AT_ONCE = 200
MOST_IDS = 5000
"""Ids that are asked for together; SQLite takes 32,000 values in a query."""


class SeenItem(NamedTuple):
    """What the order of results needs of an item that the actor may see."""

    kind: str
    updated_at: datetime
    sort_key: str


class Lookup:
    """Postings and items of one query. ``depth``: a term that more items have is read from the top only; ``checked``
    gives those of some items that the actor may see."""

    def __init__(self, checked: Callable[[Q], ItemQuerySet], depth: int) -> None:
        self.checked, self.depth = checked, depth
        self._items = -1
        self._counts: dict[str, int] = {}
        self._postings: dict[str, dict[str, int]] = {}
        self._seen: dict[str, SeenItem | None] = {}

    def load(self, terms: Iterable[str]) -> None:
        """Read the postings of terms; at most two queries and one for each very frequent term."""
        new = [term for term in dict.fromkeys(terms) if term not in self._counts]
        if not new:
            return
        self._count(new)
        names = {number_of(term): term for term in new if 0 < self._counts[term] <= self.depth}
        self._postings |= {term: {} for term in new}
        if names:
            rows = Posting.objects.filter(word__in=names).values_list("word", "item_id", "weight")
            for word, item, weight in rows.iterator(chunk_size=5000):
                self._postings[names[word]][item] = weight
        for term in new:
            if self.is_cut(term):
                top = Posting.objects.filter(word=number_of(term)).order_by("-weight", "item_id")
                self._postings[term] = dict(top.values_list("item_id", "weight")[: self.depth])

    def _count(self, terms: Sequence[str]) -> None:
        """How many items have each term, counted up to one more than is read."""
        for start in range(0, len(terms), AT_ONCE):
            some = terms[start : start + AT_ONCE]
            each = (
                "SELECT %s, (SELECT count(*) FROM (SELECT 1 FROM thread_posting WHERE word = %s LIMIT %s) x)"
            )
            values = [value for term in some for value in (term, number_of(term), self.depth + 1)]
            with connection.cursor() as cursor:
                cursor.execute(" UNION ALL ".join([each] * len(some)), values)
                self._counts |= dict(cursor.fetchall())

    def load_in(self, ids: Sequence[str], terms: Sequence[str]) -> bool:
        """Read the postings of terms in some items only; whether there was anything to read."""
        names = {number_of(term): term for term in terms}
        for start in range(0, len(ids) if names else 0, MOST_IDS):
            rows = Posting.objects.filter(item__in=ids[start : start + MOST_IDS], word__in=names)
            for word, item, weight in rows.values_list("word", "item_id", "weight"):
                self._postings.setdefault(names[word], {})[item] = weight
        return bool(names)

    def count(self, term: str) -> int:
        """How many items have a term."""
        return self._counts.get(term, 0)

    def is_cut(self, term: str) -> bool:
        """Whether more items have a term than were read."""
        return self._counts.get(term, 0) > self.depth

    def items_with(self, term: str) -> Mapping[str, int]:
        """The items that have a term, as far as they were read, with their weights."""
        return self._postings.get(term, {})

    def see(self, ids: Iterable[str]) -> dict[str, SeenItem]:
        """Those of some items that the actor may see. One query for what was not asked before."""
        ids = list(ids)
        new = [pk for pk in ids if pk not in self._seen]
        for start in range(0, len(new), MOST_IDS):
            some = new[start : start + MOST_IDS]
            rows = self.checked(Q(pk__in=some)).order_by().values_list("pk", "kind", "updated_at", "sort_key")
            self._seen |= dict.fromkeys(some)
            self._seen |= {
                pk: SeenItem(kind, updated_at, sort_key) for pk, kind, updated_at, sort_key in rows
            }
        return {pk: seen for pk in ids if (seen := self._seen[pk]) is not None}

    def count_items(self) -> int:
        """How many items there are in the index."""
        if self._items < 0:
            self._items = SearchEntry.objects.count()
        return self._items
