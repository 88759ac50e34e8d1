"""Passages after a document was read anew: their words are looked for where they stand now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from insek.engines.text import fold
from insek.thread.pieces import in_pieces

from .jobs import register_after_reading
from .models import Document, DocumentPage, Passage

MOST_BLOCKS = 12
"""Blocks of one page that a passage may go over."""


def plain_words(words: str) -> str:
    """What makes two readings of the same words the same: their letters and digits, however lines, words and hyphens are divided."""
    return "".join(sign for sign in fold(words) if sign.isalnum())


def find_again(document: Document) -> int:
    """Say of each passage where its words stand now: where they were, else the nearest page that has them. Returns how many moved.

    Words that stand nowhere any more stay with their old place: they are the quotation that a person took, and pages say so.
    """
    passages = list(Passage.objects.filter(document=document))
    if not passages:
        return 0
    pages = {
        number: [plain_words(block["text"]) for block in blocks]
        for number, blocks in DocumentPage.objects.filter(document=document).values_list("number", "blocks")
    }
    moved = []
    for passage in passages:
        wanted = plain_words(passage.quotation)
        old = (passage.page, passage.first, passage.last)
        if not wanted or wanted in "".join(pages.get(old[0], [])[old[1] : old[2] + 1]):
            continue
        for number in sorted(pages, key=lambda number: (abs(number - old[0]), number)):
            if (found := _blocks_with(wanted, pages[number])) is not None:
                passage.page, passage.first, passage.last = number, *found
                moved.append(passage)
                break
    in_pieces(moved, lambda some: Passage.objects.bulk_update(some, ["page", "first", "last"]))
    return len(moved)


def _blocks_with(wanted: str, blocks: Sequence[str]) -> tuple[int, int] | None:
    """The fewest blocks beside each other that have the words."""
    if wanted not in "".join(blocks):
        return None
    return next((run for run in _runs(len(blocks)) if wanted in "".join(blocks[run[0] : run[1] + 1])), None)


def _runs(count: int) -> Iterator[tuple[int, int]]:
    for length in range(min(count, MOST_BLOCKS)):
        for first in range(count - length):
            yield first, first + length


def stands_there(passage: Passage, blocks: Sequence[dict[str, Any]]) -> bool:
    """Whether the words of a passage stand in its blocks of its page."""
    there = "".join(plain_words(block["text"]) for block in blocks[passage.first : passage.last + 1])
    return plain_words(passage.quotation) in there


def lost_passages(passages: Sequence[Passage]) -> set[int]:
    """Those whose words do not stand where they say: the document was read otherwise since. One query, none without passages."""
    if not passages:
        return set()
    rows = DocumentPage.objects.filter(
        document__in={one.document_id for one in passages}, number__in={one.page for one in passages}
    )
    blocks = {(key, number): some for key, number, some in rows.values_list("document", "number", "blocks")}
    return {one.pk for one in passages if not stands_there(one, blocks.get((one.document_id, one.page), []))}


register_after_reading(find_again)
