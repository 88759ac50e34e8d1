"""Keeping the index of search: at once what is known, the slow German analysis of new words never inside a transaction.

While SQLite's one writer waits, or somebody waits for an answer, an item is stored under what costs nothing: all terms of
words that this process knows, and the folded form of new ones, so that it is found by its own words at once. Its entry
then says that it waits, and a job adds the stems and the parts of compounds.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from insek.concept.models import Concept
from insek.engines.text import known_terms
from insek.people.locking import Conflict, hold_version

from . import postings
from .events import register_listener, tell
from .kinds import Kind, all_kinds, kind_named
from .models import Event, Item, SearchEntry

logger = logging.getLogger("insek.search")

AT_ONCE = 20
"""Waiting entries that are read together."""

Texts = tuple[str, Sequence[str]]
"""What is indexed of an item: its title with the number, and all its other texts."""


def texts_of(spec: Kind, item: Item, row: Any) -> Texts:
    """What is indexed of an item with its own row."""
    others = [item.text, item.source_title, item.document, *spec.search_texts(row)]
    return f"{item.number} {item.title}", [text for text in others if text]


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
    """Complete all entries that wait, each in a short transaction of its own; returns their number.

    What cannot be analysed is logged, waits on and keeps nobody else waiting.
    """
    done, failed = 0, set[int]()
    while True:
        entries = SearchEntry.objects.filter(waiting=True).exclude(pk__in=failed).select_related("item")
        found = list(entries.order_by("pk")[:AT_ONCE])
        if not found:
            return done
        for entry in found:
            try:
                done += _finish(entry)
            except Exception:
                logger.exception("item %s cannot be analysed for search", entry.item_id)
                failed.add(entry.pk)


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
