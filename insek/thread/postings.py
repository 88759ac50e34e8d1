"""The index of search as two tables of our own, the same on SQLite and PostgreSQL: what items have which term, and how much.

A term is known by a number made of its letters, so that an item is written without asking for the terms there are. Weights are
worked out when an item is written: a term of the title counts most, more in a short title; in the text it counts by
how often it is there and how long the text is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from insek.engines import text as analysis
from insek.engines.text import counted_terms
from insek.people.prepared import prepared, prepared_for

from .kinds import kind_named
from .models import Item, Posting, SearchEntry, Word

MOST_TERMS = 20_000
"""More different terms than this in one item are not indexed; a long concept chapter has about 3,000."""
IN_TITLE, IN_TEXT = 100, 40
"""The most a term can weigh by its place."""
BESIDE = 0.5
"""What a word counts in texts beside the item's own, such as its source and notes."""
USUAL_LENGTH = 60
"""Words of a text of usual length; in longer ones a single occurrence says less."""
AT_ONCE = 500
WORDS_IN_USE = 7_301_964_112
"""The number of PostgreSQL's lock that writers of postings share."""


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


def weighed(title: str, texts: Sequence[str], *, only_known: bool) -> dict[str, float]:
    """The terms of title and texts with their weights; texts after the first (sources, notes) count half.

    Each line of ``title`` is a title of its own: the German one weighs the same whether there is an English one or not.
    """
    weights: dict[str, float] = {}
    for line in title.splitlines() or [""]:
        counts, length = counted_terms(line, only_known=only_known)
        for term, count in counts.items():
            weight = IN_TITLE * min(1.0, count) * (0.5 + 2.5 / (4 + length))
            weights[term] = max(weights.get(term, 0), weight)
    for share, text in ((1.0, together(texts[:1])), (BESIDE, together(texts[1:]))):
        counts, length = counted_terms(text, only_known=only_known)
        long = 0.4 + 0.6 * length / USUAL_LENGTH
        for term, count in counts.items():
            weights[term] = weights.get(term, 0) + share * IN_TEXT * count / (count + long)
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


@cache
def making() -> int:
    """Stands for how the index is made: the analysis with its lists of words, and the weights. Another one after an update of these."""
    parts = [
        Path(__file__),
        *sorted(
            path for path in Path(analysis.__file__).parent.rglob("*.*") if path.suffix in {".py", ".csv"}
        ),
    ]
    return number_of("\n".join(path.read_text(encoding="utf-8") for path in parts))


@transaction.atomic(savepoint=False)
def store_terms(item: Item, terms: Terms) -> None:
    """Write the terms of an item, replacing earlier ones; where new words wait for their analysis, its entry says so."""
    _begin_writing()
    state = {"waiting": not terms.is_whole, "made": making()}
    was = prepared(
        "entry of an item",
        lambda pk: SearchEntry.objects.filter(item=pk).values_list("waiting", "made"),
        item.pk,
    )
    before: dict[int, int] = {}
    if not was:
        entry, created = SearchEntry.objects.get_or_create(item=item, defaults=state)
        was = [] if created else [(entry.waiting, entry.made)]
    if was and was != [(state["waiting"], state["made"])]:
        SearchEntry.objects.filter(item=item).update(**state)
    if was:
        before = dict(
            prepared(
                "postings of an item",
                lambda pk: Posting.objects.filter(item=pk).values_list("word", "weight"),
                item.pk,
            )
        )
    wanted = _weights(item, terms)
    gone = [word for word, weight in before.items() if wanted.get(word) != weight]
    for start in range(0, len(gone), AT_ONCE):
        Posting.objects.filter(item=item, word__in=gone[start : start + AT_ONCE]).delete()
    new = [
        Posting(item=item, word=word, weight=weight)
        for word, weight in wanted.items()
        if before.get(word) != weight
    ]
    Posting.objects.bulk_create(new, batch_size=AT_ONCE)
    _name([term for term in terms.weights if number_of(term) not in before])
    _forget([word for word in before if word not in wanted])


@transaction.atomic(savepoint=False)
def store_new(entries: Sequence[tuple[Item, Terms]]) -> None:
    """Write the terms of many items that have none yet."""
    _begin_writing()
    SearchEntry.objects.bulk_create(
        [SearchEntry(item=item, waiting=not terms.is_whole, made=making()) for item, terms in entries],
        batch_size=AT_ONCE,
    )
    Posting.objects.bulk_create(
        [
            Posting(item=item, word=word, weight=weight)
            for item, terms in entries
            for word, weight in _weights(item, terms).items()
        ],
        batch_size=AT_ONCE,
    )
    _name(dict.fromkeys(term for _item, terms in entries for term in terms.weights))


def remove(item_ids: Sequence[str]) -> None:
    """Forget the terms of items that are about to be deleted, and the words that only they had."""
    for start in range(0, len(item_ids), AT_ONCE):
        postings = Posting.objects.filter(item__in=item_ids[start : start + AT_ONCE])
        words = list(postings.values_list("word", flat=True).distinct())
        postings.delete()
        _forget(words)


def _weights(item: Item, terms: Terms) -> dict[int, int]:
    """The numbers of the terms of an item, each with the weight that is stored."""
    rank = kind_named(item.kind).search_rank / 100
    return {
        number_of(term): max(1, round(10 * rank * weight)) for term, weight in sorted(terms.weights.items())
    }


def _name(terms: Iterable[str]) -> None:
    """Keep how terms are written. In one order, so that two who write at once do not wait for each other in a ring."""
    rows = [Word(id=number_of(term), term=term) for term in sorted(terms)]
    Word.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _begin_writing() -> None:
    """Let no word be forgotten until this transaction ends: nobody else sees yet that it is used. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WORDS_IN_USE])


def _may_forget() -> bool:
    """Whether nobody is writing postings right now, and nobody will until this transaction ends. Waits for nobody."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WORDS_IN_USE])
        return bool(cursor.fetchone()[0])


def _forget(words: Sequence[int]) -> None:
    """Forget how terms are written that no item has any more; on PostgreSQL once the act is done."""
    if connection.vendor == "postgresql" and in_transaction():
        transaction.on_commit(partial(_forget_unused, words), robust=True)
    else:
        _forget_unused(words)


def _forget_unused(words: Sequence[int]) -> None:
    """Forget those of some words that no item has; where somebody is writing, they stay until ``forget_unused_words``."""
    with transaction.atomic():
        for start in range(0, len(words), AT_ONCE) if words and _may_forget() else ():
            some = words[start : start + AT_ONCE]
            if unused := prepared_for("words that no item has", _unused, some):
                Word.objects.filter(pk__in=unused).delete()


def _unused(words: list[Any]) -> QuerySet[Word, int]:
    """Those of some words that no item has; each is looked up, a frequent one is not read."""
    has = Exists(Posting.objects.filter(word=OuterRef("pk")))
    return Word.objects.filter(~has, pk__in=words).values_list("pk", flat=True)


def forget_unused_words() -> None:
    """Forget the words that no item has and that could not be forgotten with the last that had them. Run by the clock."""
    if connection.vendor == "postgresql":
        used = Posting.objects.filter(word=OuterRef("pk"))
        _forget_unused(list(Word.objects.filter(~Exists(used)).values_list("pk", flat=True)))
