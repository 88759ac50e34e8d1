"""Documents for tests, as if they had been read."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from insek.concept.models import Concept
from insek.documents.jobs import _keep_pages
from insek.documents.models import Document
from insek.engines.documents.content import Block, Content, ReadPage
from insek.engines.documents.pdf_blocks import NUMBER


def block(text: str, kind: str = "paragraph", level: int = 0) -> Block:
    """One block; the number of a heading is read from it."""
    match = NUMBER.match(text) if kind == "heading" else None
    return Block(kind, text, level=level, number=match[1] if match else "")


def row(*cells: str) -> Block:
    """A row of a form or table."""
    return Block("row", " ".join(cells), cells=list(cells))


def make_document(concept: Concept, *pages: list[Block], **values: Any) -> Document:
    """A document with these pages; its file is no PDF."""
    number = Document.objects.count() + 1
    defaults = {
        "title": "INSEK 2030",
        "format": "pdf",
        "file_name": "insek.pdf",
        "sha256": f"{number:064d}",
        "state": "done",
    }
    document = Document(concept=concept, total=len(pages), done=len(pages), **{**defaults, **values})
    document.file.save(f"{document.sha256}.{document.format}", ContentFile(b"%PDF-1.7 test"), save=False)
    document.save()
    _keep_pages(
        document,
        Content("pdf", [ReadPage(place, blocks, str(place + 10)) for place, blocks in enumerate(pages, 1)]),
    )
    return document
