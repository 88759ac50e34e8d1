"""The postings that one query asks for, read once: rare words as a whole, very frequent ones from the top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from insek.people.prepared import prepared

from .models import Posting
from .postings import number_of
from .vocabulary import Vocabulary, count_indexed, vocabulary

AT_ONCE = 200


class SeenItem(NamedTuple):
    """What the order of results needs of an item that the actor may see."""

    kind: str
    updated_at: datetime
    sort_key: str


See = Callable[[frozenset[str]], Iterable[tuple[str, str, datetime, str]]]
"""Those of some ids that the actor may see, each with kind, last change and key of lists."""


class Lookup:
    """Postings and items of one query. ``depth``: a term that more items have is read from the top only."""

    def __init__(self, seen_of: See, depth: int) -> None:
        self.seen_of, self.depth = seen_of, depth
        self._items = -1
        self._counts: dict[str, int] = {}
        self._postings: dict[str, dict[str, int]] = {}
        self._seen: dict[str, SeenItem | None] = {}

    @cached_property
    def words(self) -> Vocabulary:
        """The words of this installation. One query, for the first word that asks for them."""
        return vocabulary()

    def load(self, terms: Iterable[str]) -> None:
        """Read the postings of terms; at most two queries and one for each very frequent term."""
        new = [term for term in dict.fromkeys(terms) if term not in self._counts]
        if not new:
            return
        self._count(new)
        names = {number_of(term): term for term in new if 0 < self._counts[term] <= self.depth}
        self._postings |= {term: {} for term in new}
        for word, item, weight in (
            prepared("postings of words", _postings_of, frozenset(names)) if names else ()
        ):
            self._postings[names[word]][item] = weight
        for term in new:
            if self.is_cut(term):
                self._postings[term] = dict(
                    prepared(
                        ("best postings of a word", self.depth),
                        lambda word: (
                            Posting.objects.filter(word=word)
                            .order_by("-weight", "item_id")
                            .values_list("item_id", "weight")[: self.depth]
                        ),
                        number_of(term),
                    )
                )

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
        if ids and names:
            rows = prepared(
                "postings in items",
                lambda ids, words: _postings_of(words).filter(item__among=ids),
                frozenset(ids),
                frozenset(names),
            )
            for word, item, weight in rows:
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
        if new:
            self._seen |= dict.fromkeys(new)
            self._seen |= {
                pk: SeenItem(kind, updated_at, sort_key)
                for pk, kind, updated_at, sort_key in self.seen_of(frozenset(new))
            }
        return {pk: seen for pk in ids if (seen := self._seen[pk]) is not None}

    def count_items(self) -> int:
        """How many items there are in the index, or were a moment ago."""
        if self._items < 0:
            self._items = count_indexed()
        return self._items


def _postings_of(words: frozenset[int]) -> QuerySet[Posting, tuple[int, str, int]]:
    return Posting.objects.filter(word__among=words).values_list("word", "item_id", "weight")
