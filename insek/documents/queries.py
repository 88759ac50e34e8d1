"""What can be asked of documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.db.models.functions import Length
from django.urls import reverse

from insek.concept.asker import Asker
from insek.items.more_found import FurtherFound
from insek.thread.models import Item

from .finding_again import lost_passages
from .models import Document, DocumentPage, Passage
from .search import find_pages

SHOWN_FOUND = 5
LEAST_TEXT = 20
"""Characters of a page that are no text yet, such as its number."""


def passages_of_item(asker: Asker, item: Item) -> dict[str, Any]:
    """The passages that an item rests on, for its page. Two queries, none for an item that names no document and came of no other."""
    if not item.document and not getattr(item, "has_lineage", False):
        return {}
    seen = Document.objects.visible_to(asker.actor)
    rows = list(Passage.objects.filter(item=item, document__in=seen).select_related("document"))
    if not rows:
        return {}
    lost = lost_passages(rows)
    shown = [{**shown_passage(row), "is_lost": row.pk in lost} for row in rows]
    return {"passages": shown, "added_sections": ["documents/_passages.html"]}


def shown_passage(passage: Passage) -> dict[str, Any]:
    """A passage as pages show it."""
    document = passage.document
    address = reverse("document-page", args=[document.pk, passage.page])
    return {
        "passage": passage, "document": document, "url": f"{address}#absatz-{passage.first}",
        "paragraphs": passage.quotation.split("\n\n"),
    }  # fmt: skip


def further_found(asker: Asker, query: str) -> FurtherFound | None:
    """The first pages of documents that have the words of a search. Three queries, one where there is no document."""
    if not Document.objects.visible_to(asker.actor).filter(concept=asker.concept).exists():
        return None
    found = find_pages(query, asker.concept, asker.actor, most=SHOWN_FOUND + 1)
    if not found:
        return None
    context = {"found_pages": found[:SHOWN_FOUND], "more_pages": len(found) > SHOWN_FOUND}
    return FurtherFound("documents/_found.html", context)


def headings_of(document: Document) -> list[dict[str, Any]]:
    """The table of contents: the headings of the first two levels with their pages. One query."""
    rows = DocumentPage.objects.filter(document=document).values_list("number", "label", "blocks")
    found = []
    for number, label, blocks in rows:
        for place, block in enumerate(blocks):
            if block["type"] == "heading" and block["level"] <= 4 and len(block["text"]) < 160:
                found.append(
                    {
                        "text": block["text"],
                        "level": block["level"],
                        "page": number,
                        "label": label,
                        "place": place,
                    }
                )
    return found


def cited_in(document: Document, asker: Asker) -> list[dict[str, Any]]:
    """What was taken from a document, as far as this person may see it, in the order of its pages. Two queries."""
    rows = Passage.objects.filter(document=document).select_related("item", "field")
    seen = set(
        Item.objects.visible_to(asker.actor).filter(passages__document=document).values_list("pk", flat=True)
    )
    return [
        {"passage": row, "made": row.item or row.field, "kind": row.item.kind if row.item else ""}
        for row in rows
        if row.field_id or row.item_id in seen
    ]


def counts_of_passages(documents: list[Document]) -> dict[int, int]:
    """How many passages each document has. One query."""
    rows = Passage.objects.filter(document__in=documents).order_by().values_list("document")
    return dict(rows.annotate(count=Count("pk")))


def pages_without_text(documents: Sequence[Document]) -> dict[int, int]:
    """How many pages of each document have no text to speak of: empty ones, and those that are pictures. One query."""
    rows = DocumentPage.objects.filter(document__in=documents).annotate(length=Length("text"))
    bare = rows.filter(length__lte=LEAST_TEXT).order_by().values_list("document")
    return dict(bare.annotate(count=Count("pk")))
