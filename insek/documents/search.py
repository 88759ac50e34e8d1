"""Finding pages of documents: all words of a query on one page, those first that are most about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from insek.concept.models import Concept
from insek.engines.text import excerpt, query_terms
from insek.people.actors import Actor
from insek.thread.postings import number_of

from .models import Document, DocumentPage, PagePosting
from .spelling import corrected

MOST_WORDS = 6
MOST_FOUND = 200
MOST_LOOKED_AT = 5_000
"""Pages with a frequent word that are looked at, those first that are most about it."""


@dataclass(frozen=True)
class FoundPage:
    """A page that was found, with an excerpt in pieces, each with whether it was searched for."""

    page: DocumentPage
    document: Document
    excerpt: list[tuple[str, bool]]
    is_corrected: bool = False
    """Whether it was found by words that are spelled a little otherwise than what was typed."""


def find_pages(
    query: str, concept: Concept | None, actor: Actor, *, most: int = MOST_FOUND
) -> list[FoundPage]:
    """The pages that have all words, best first; a word that no page has may be a typing error away from one.

    One query a word, and one for the pages; two more for a word that is corrected.
    """
    groups = query_terms(query)[:MOST_WORDS]
    if not groups or concept is None:
        return []
    scores: dict[int, float] | None = None
    seen = Document.objects.visible_to(actor).filter(concept=concept, state=Document.State.DONE)
    is_corrected = False
    for place, group in enumerate(groups):
        found = _pages_with(group, seen)
        if (
            not found
            and (nearest := frozenset(corrected(list(group))))
            and (found := _pages_with(nearest, seen))
        ):
            groups[place], is_corrected = nearest, True
        scores = (
            {page: float(weight) for page, weight in found.items()}
            if scores is None
            else {page: score + found[page] for page, score in scores.items() if page in found}
        )
        if not scores:
            return []
    first = sorted(scores or {}, key=lambda page: (-(scores or {})[page], page))[:most]
    pages = {page.pk: page for page in DocumentPage.objects.filter(pk__in=first).select_related("document")}
    return [
        FoundPage(pages[key], pages[key].document, excerpt(pages[key].text, groups, 220), is_corrected)
        for key in first
        if key in pages
    ]


def _pages_with(terms: Iterable[str], seen: QuerySet[Document]) -> dict[int, float]:
    """The pages with one of these terms, and how much they are about it."""
    rows = PagePosting.objects.filter(word__in=[number_of(term) for term in terms], page__document__in=seen)
    best = rows.values("page").annotate(most=Sum("weight")).order_by("-most", "page")
    return dict(best.values_list("page", "most")[:MOST_LOOKED_AT])
