"""Keeping the index of search: at once what is known, the slow German analysis of new words never inside a transaction.

While SQLite's one writer waits, or somebody waits for an answer, an item is stored under what costs nothing: all terms of
words that this process knows, and the folded form of new ones, so that it is found by its own words at once. Its entry
then says that it waits, and a job adds the stems and the parts of compounds.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from insek.concept.models import Concept
from insek.engines.text import known_terms
from insek.people.locking import Conflict, hold_version

from . import postings
from .events import register_listener, tell
from .kinds import Kind, all_kinds, kind_named
from .models import Event, Item, SearchEntry
from .own_fields import search_texts
from .vocabulary import count_indexed

logger = logging.getLogger("insek.search")

AT_ONCE = 20
"""Waiting entries that are read together."""
RENEWED = 1_000
"""Entries of an earlier version of the program that are written anew at once."""
USUALLY_WAITING = 50
"""So many items may wait for the job at any time."""

_WAITING = (
    "SELECT COUNT(*) FROM (SELECT 1 FROM thread_searchentry WHERE waiting ORDER BY id LIMIT %s) waiting"
)
"""Written out because every search asks it."""

Texts = tuple[str, Sequence[str]]
"""What is indexed of an item: its title with the number and below it the English one, then its text (or an empty one), and what else belongs to it."""


def texts_of(spec: Kind, item: Item, row: Any) -> Texts:
    """What is indexed of an item with its own row."""
    others = [item.text_en, item.source_title, item.document, *spec.search_texts(row), *search_texts(item)]
    titles = postings.together((f"{item.number} {item.title}", item.title_en))
    return titles, [item.text, *(text for text in others if text)]


def analyse(title: str, texts: Sequence[str]) -> postings.Terms:
    """German analysis, slow on new words. Raises AnalysisInTransaction for new words inside a transaction."""
    if postings.in_transaction():
        terms = known(title, texts)
        if not terms.is_whole:
            raise postings.AnalysisInTransaction(
                "analyse before the transaction, or store what is known and let the job do the rest"
            )
        return terms
    return postings.Terms(postings.weighed(title, texts, only_known=False))


def known(title: str, texts: Sequence[str]) -> postings.Terms:
    """What is known without the model: quick, whatever the words."""
    is_whole = known_terms(title)[1] and known_terms(postings.together(texts))[1]
    return postings.Terms(postings.weighed(title, texts, only_known=True), is_whole)


def terms_of(texts: Texts, *, later: bool = False) -> postings.Terms:
    """The terms to store now: all of them, or inside a transaction, and ``later``, what is known without the model."""
    return known(*texts) if later or postings.in_transaction() else analyse(*texts)


def analyse_item(spec: Kind, item: Item, row: Any) -> postings.Terms:
    """All search terms of an item with its own row; slow on words not seen before, hence never inside a transaction."""
    return analyse(*texts_of(spec, item, row))


def analyse_waiting() -> int:
    """Complete all entries that wait, each in a short transaction of its own; returns their number."""
    return _index(Q(waiting=True))


def renew_index(most: int = RENEWED) -> int:
    """Index some of the items anew that an earlier version of the program has indexed otherwise; returns their number.

    Until then they are found as before. Run by the clock, in portions, so that a worker has time for other work.
    """
    return _index(~Q(made=postings.making()), most)


def _index(due: Q, most: int | None = None) -> int:
    """Index items anew. What cannot be analysed is logged, waits on and keeps nobody else waiting."""
    done, failed = 0, set[int]()
    while most is None or done < most:
        entries = SearchEntry.objects.filter(due).exclude(pk__in=failed).select_related("item")
        found = list(entries.order_by("pk")[:AT_ONCE])
        if not found:
            break
        for entry in found:
            try:
                done += _finish(entry)
            except Exception:
                logger.exception("item %s cannot be analysed for search", entry.item_id)
                failed.add(entry.pk)
    return done


def is_rebuilding() -> bool:
    """Whether the index is being written anew, as after an update: more waits than a few acts leave. One short query, or two."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [USUALLY_WAITING + 1])
        [waiting] = cursor.fetchone()
    return waiting > USUALLY_WAITING or (waiting > 0 and 2 * waiting > count_indexed())


def _finish(entry: SearchEntry) -> bool:
    """Analyse one item and store its terms, unless it changed meanwhile: then it is read again."""
    item = entry.item
    spec = kind_named(item.kind)
    terms = analyse_item(spec, item, spec.row(item))
    try:
        with transaction.atomic():
            hold_version(item, item.version)
            postings.store_terms(item, terms)
    except Conflict:
        return False
    return True


def complete(told: Sequence[Event]) -> None:
    """After an act: complete what it left waiting."""
    analyse_waiting()


register_listener("search", complete)


def reindex() -> int:
    """Index all items again; returns their number. Some 1,200 new words a second, known words cost nothing.

    Inside a transaction new words are left to the job.
    """
    done = 0
    for kind in all_kinds():
        for item in Item.objects.filter(kind=kind.name).select_related(kind.name).iterator(chunk_size=500):
            postings.store_terms(item, terms_of(texts_of(kind, item, kind.row(item))))
            done += 1
    for concept in Concept.objects.all():
        tell(concept_id=concept.pk, action="reindexed")
    return done
