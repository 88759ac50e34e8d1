"""Typing errors in what is searched for in documents: the words of all pages, compared as the ordinary search compares its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Count, Exists, Max, Min, OuterRef
from django_tasks import task

from insek.engines.text import counted_terms
from insek.thread.pieces import in_pieces
from insek.thread.postings import number_of
from insek.thread.vocabulary import Vocabulary, nearly

from .models import DocumentPage, PagePosting, PageWord

SHORTEST = 4
MOST_CORRECTIONS = 3
_vocabulary = Vocabulary()


def keep_words(terms: Iterable[str]) -> None:
    """Note how terms of pages are spelled."""
    rows = [PageWord(id=number_of(term), term=term) for term in sorted(set(terms)) if _is_word(term)]
    in_pieces(rows, lambda piece: PageWord.objects.bulk_create(piece, ignore_conflicts=True))


def forget_unused() -> None:
    """Forget the words that no page has any more."""
    used = PagePosting.objects.filter(word=OuterRef("pk"))
    PageWord.objects.filter(~Exists(used)).delete()


def corrected(terms: Sequence[str]) -> list[str]:
    """Words of pages that are a typing error away from one of these terms, the nearest only. One query, two where words changed."""
    known = _known()
    found = sorted({one for term in terms if _is_word(term) for one in nearly(term, known)})
    return [word for errors, word in found if errors == found[0][0]][:MOST_CORRECTIONS]


def _is_word(term: str) -> bool:
    return SHORTEST <= len(term) <= 64 and term.isascii() and term.isalpha()


def _known() -> Vocabulary:
    """The words of all pages as they are now. One query, two where they changed."""
    global _vocabulary
    told = PageWord.objects.aggregate(count=Count("pk"), least=Min("pk"), most=Max("pk"))
    stamp = (told["count"], told["least"] or 0, told["most"] or 0)
    if stamp == _vocabulary.stamp:
        return _vocabulary
    if not told["count"] and PagePosting.objects.exists():
        name_words.enqueue()  # documents from before their words were kept: there for the next search
    terms = sorted(PageWord.objects.values_list("term", flat=True))
    known = Vocabulary(words=terms, stamp=stamp, size=len(terms))
    known.sort_by_look()
    _vocabulary = known
    return known


@task()
def name_words() -> None:
    """Note the spelling of all words of documents that were read before this was kept."""
    if PageWord.objects.exists():
        return
    for text in DocumentPage.objects.values_list("text", flat=True).iterator(chunk_size=50):
        keep_words(counted_terms(text)[0])
