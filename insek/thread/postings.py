"""The index of search as two tables of our own, the same on SQLite and PostgreSQL: what items have which term, and how much.

A term is known by a number made of its letters, so that an item is written without asking for the terms there are. Weights are
worked out when an item is written: a term of the title counts most, more in a short title; in the text it counts by
how often it is there and how long the text is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from django.db import connection

from insek.engines.text import counted_terms

from .kinds import kind_named
from .models import Item, Posting, SearchEntry, Word

MOST_TERMS = 20_000
"""More different terms than this in one item are not indexed; a long concept chapter has about 3,000."""
IN_TITLE, IN_TEXT = 100, 40
"""The most a term can weigh by its place."""
USUAL_LENGTH = 60
"""Words of a text of usual length; in longer ones a single occurrence says less."""
AT_ONCE = 500


class AnalysisInTransaction(RuntimeError):
    """The slow analysis was asked for while a transaction may keep others waiting."""


@dataclass(frozen=True)
class Terms:
    """The terms of one item with their weights; ``is_whole`` is False where new words wait for their analysis."""

    weights: dict[str, float]
    is_whole: bool = True


def in_transaction() -> bool:
    """Whether a transaction is open that others may wait for; the one in which a test runs is none."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def weighed(title: str, texts: Iterable[str], *, only_known: bool) -> dict[str, float]:
    """The terms of title and texts with their weights."""
    weights: dict[str, float] = {}
    counts, length = counted_terms(title, only_known=only_known)
    for term, count in counts.items():
        weights[term] = IN_TITLE * min(1.0, count) * (0.5 + 2.5 / (4 + length))
    counts, length = counted_terms(together(texts), only_known=only_known)
    long = 0.4 + 0.6 * length / USUAL_LENGTH
    for term, count in counts.items():
        weights[term] = weights.get(term, 0) + IN_TEXT * count / (count + long)
    if len(weights) > MOST_TERMS:
        kept = sorted(weights, key=lambda term: (-weights[term], term))[:MOST_TERMS]
        weights = {term: weights[term] for term in kept}
    return weights


def together(texts: Iterable[str]) -> str:
    """The texts of an item as one."""
    return "\n".join(text for text in texts if text)


def number_of(term: str) -> int:
    """The number that stands for a term: 63 bits, so that two of a million terms do not meet."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest()) >> 1


def store_terms(item: Item, terms: Terms) -> None:
    """Write the terms of an item, replacing earlier ones; where new words wait for their analysis, its entry says so."""
    waiting = not terms.is_whole
    entry, created = SearchEntry.objects.get_or_create(item=item, defaults={"waiting": waiting})
    if not created and entry.waiting != waiting:
        SearchEntry.objects.filter(pk=entry.pk).update(waiting=waiting)
    before = {} if created else dict(Posting.objects.filter(item=item).values_list("word", "weight"))
    wanted = {posting.word: posting for posting in _postings(item, terms)}
    gone = [word for word, weight in before.items() if word not in wanted or wanted[word].weight != weight]
    for start in range(0, len(gone), AT_ONCE):
        Posting.objects.filter(item=item, word__in=gone[start : start + AT_ONCE]).delete()
    new = [posting for word, posting in wanted.items() if before.get(word) != posting.weight]
    Posting.objects.bulk_create(new, batch_size=AT_ONCE)
    _name([term for term in terms.weights if number_of(term) not in before])
    _forget([word for word in before if word not in wanted])


def store_new(entries: Sequence[tuple[Item, Terms]]) -> None:
    """Write the terms of many items that have none yet."""
    SearchEntry.objects.bulk_create(
        [SearchEntry(item=item, waiting=not terms.is_whole) for item, terms in entries], batch_size=AT_ONCE
    )
    Posting.objects.bulk_create(
        [posting for item, terms in entries for posting in _postings(item, terms)], batch_size=AT_ONCE
    )
    _name(dict.fromkeys(term for _item, terms in entries for term in terms.weights))


def remove(item_ids: Sequence[str]) -> None:
    """Forget the terms of items that are about to be deleted, and the words that only they had."""
    for start in range(0, len(item_ids), AT_ONCE):
        postings = Posting.objects.filter(item__in=item_ids[start : start + AT_ONCE])
        words = list(postings.values_list("word", flat=True).distinct())
        postings.delete()
        _forget(words)


def _postings(item: Item, terms: Terms) -> list[Posting]:
    rank = kind_named(item.kind).search_rank / 100
    return [
        Posting(item=item, word=number_of(term), weight=max(1, round(10 * rank * weight)))
        for term, weight in sorted(terms.weights.items())
    ]


def _name(terms: Iterable[str]) -> None:
    """Keep how terms are written. In one order, so that two who write at once do not wait for each other in a ring."""
    rows = [Word(id=number_of(term), term=term) for term in sorted(terms)]
    Word.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _forget(words: Sequence[int]) -> None:
    """Forget how terms are written that no item has any more."""
    for start in range(0, len(words), AT_ONCE):
        some = words[start : start + AT_ONCE]
        used = set(Posting.objects.filter(word__in=some).values_list("word", flat=True).distinct())
        Word.objects.filter(pk__in=[word for word in some if word not in used]).delete()
