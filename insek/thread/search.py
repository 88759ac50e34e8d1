"""Full-text search over items: German analysis in engines.text, one search table per database behind the gate.

SQLite keeps an FTS5 table, PostgreSQL a tsvector column with a GIN index. Both hold the same folded terms, so both
find the same set. Terms from number and title count as title hits and come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Value, When
from django.db.models.expressions import RawSQL

from insek.engines.text import index_terms, known_terms, query_terms
from insek.people.actors import Actor

from .models import Item, ItemQuerySet, SearchEntry

MAX_TERMS = 20_000
"""More different terms than this in one item are not indexed; a long concept chapter has about 3,000."""


class AnalysisInTransaction(RuntimeError):
    """The slow analysis was asked for while a transaction may keep others waiting."""


@dataclass(frozen=True)
class Terms:
    """The terms of one item under which it is stored; ``is_whole`` is False where new words wait for their analysis."""

    title: str
    body: str
    is_whole: bool = True


def in_transaction() -> bool:
    """Whether a transaction is open that others may wait for; the one in which a test runs is none."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def analyse(title: str, texts: Iterable[str]) -> Terms:
    """German analysis, slow on new words. Raises AnalysisInTransaction for new words inside a transaction."""
    if in_transaction():
        terms = known(title, texts)
        if not terms.is_whole:
            raise AnalysisInTransaction(
                "analyse before the transaction, or store what is known and let the job do the rest"
            )
        return terms
    return _terms(index_terms(title), index_terms(_together(texts)))


def known(title: str, texts: Iterable[str]) -> Terms:
    """What is known without the model: quick, whatever the words."""
    head, head_is_whole = known_terms(title)
    body, body_is_whole = known_terms(_together(texts))
    return _terms(head, body, is_whole=head_is_whole and body_is_whole)


def _together(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _terms(title: Iterable[str], body: Iterable[str], *, is_whole: bool = True) -> Terms:
    head = sorted(set(title))[:MAX_TERMS]
    rest = sorted(set(body) - set(head))[:MAX_TERMS]
    return Terms(" ".join(head), " ".join(rest), is_whole)


def store_terms(item: Item, terms: Terms) -> None:
    """Write the terms of an item, replacing earlier ones; where new words wait for their analysis, its entry says so."""
    waiting = not terms.is_whole
    entry, created = SearchEntry.objects.get_or_create(item=item, defaults={"waiting": waiting})
    if not created and entry.waiting != waiting:
        SearchEntry.objects.filter(pk=entry.pk).update(waiting=waiting)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM thread_searchtext WHERE rowid = %s", [entry.pk])
            cursor.execute(
                "INSERT INTO thread_searchtext (rowid, title, body) VALUES (%s, %s, %s)",
                [entry.pk, terms.title, terms.body],
            )
        else:
            cursor.execute(
                "INSERT INTO thread_searchtext (entry_id, terms) VALUES (%s,"
                " setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B'))"
                " ON CONFLICT (entry_id) DO UPDATE SET terms = EXCLUDED.terms",
                [entry.pk, terms.title, terms.body],
            )


def store_new(entries: Sequence[tuple[Item, Terms]]) -> None:
    """Write the terms of many items that have none yet."""
    made = SearchEntry.objects.bulk_create(
        [SearchEntry(item=item) for item, _terms in entries], batch_size=500
    )
    if connection.vendor == "sqlite":
        sql = "INSERT INTO thread_searchtext (rowid, title, body) VALUES (%s, %s, %s)"
    else:
        sql = (
            "INSERT INTO thread_searchtext (entry_id, terms) VALUES (%s,"
            " setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B'))"
        )
    rows = [(entry.pk, terms.title, terms.body) for entry, (_item, terms) in zip(made, entries, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def remove(item_ids: Sequence[str]) -> None:
    """Forget the terms of items that are about to be deleted."""
    entries = list(SearchEntry.objects.filter(item__in=item_ids).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        column = "rowid" if connection.vendor == "sqlite" else "entry_id"
        cursor.executemany(f"DELETE FROM thread_searchtext WHERE {column} = %s", [[pk] for pk in entries])  # noqa: S608  (the column is one of our own names)


def search_items(query: str, actor: Actor, items: ItemQuerySet | None = None, **wanted: Any) -> ItemQuerySet:
    """Items that the actor may see and that contain every word of the query, title hits first.

    Nothing to search for gives nothing. ``wanted`` are conditions such as ``concept``, checked of what was found; ``items``
    are few, or are found otherwise too. Costs one query when evaluated; to count them, or to filter by them, ask ``hits``.
    """
    if not (groups := _groups(query)):
        return Item.objects.none()
    _everywhere, in_title = _match(groups)
    return (
        hits(query, actor, items, **wanted)
        .annotate(
            hit=Case(When(pk__in=in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        .order_by("hit", "sort_key", "pk")
    )


def hits(query: str, actor: Actor, items: ItemQuerySet | None = None, **wanted: Any) -> ItemQuerySet:
    """The same items in the order they have, without looking for the place of the words: half the work."""
    groups = _groups(query)
    if not groups:
        return Item.objects.none()
    if items is None:
        return Item.objects.filter(pk__in=_match(groups)[0]).checked_for(actor, **wanted)
    return items.visible_to(actor).filter(pk__in=_match(groups)[0], **wanted)


def _groups(query: str) -> list[list[str]]:
    return [sorted(group) for group in query_terms(query) if group][:12]


def _match(groups: list[list[str]]) -> tuple[Any, Any]:
    """Sub-selects of the item ids that match anywhere, and in the title."""
    if connection.vendor == "sqlite":
        sql = (
            "SELECT e.item_id FROM thread_searchtext JOIN thread_searchentry e ON e.id = thread_searchtext.rowid"
            " WHERE thread_searchtext MATCH %s"
        )
        expression = " AND ".join("(" + " OR ".join(f'"{term}"' for term in group) + ")" for group in groups)
        title = f"{{title}} : ({expression})"
    else:
        sql = (
            "SELECT e.item_id FROM thread_searchtext t JOIN thread_searchentry e ON e.id = t.entry_id"
            " WHERE t.terms @@ to_tsquery('simple', %s)"
        )
        expression = " & ".join("(" + " | ".join(f"'{term}'" for term in group) + ")" for group in groups)
        title = " & ".join("(" + " | ".join(f"'{term}':A" for term in group) + ")" for group in groups)
    return RawSQL(sql, [expression]), RawSQL(sql, [title])  # noqa: S611  (terms are folded to a-z0-9 and bound)
