"""A PDF: its pages as blocks, and pictures of its pages."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .content import PARAGRAPH, Content, ReadPage, UnreadableDocument
from .joining import cleaned, is_divided, with_line
from .margins import body_size, without_running_heads
from .pdf_blocks import blocks_of, set_levels
from .pdf_lines import Piece, pieces_of
from .reading_order import regions_of

MOST_PAGES = 2000
MOST_PIECES = 20_000
"""Pieces of text that one page may have; more are no page that somebody reads."""
SIDES = (200, 2400)


def open_pdf(path: Path) -> Any:
    """The file as pdfium opens it. Raises UnreadableDocument."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        code = (
            "encrypted" if "password" in str(error).lower() or "security" in str(error).lower() else "broken"
        )
        raise UnreadableDocument(code, str(error)[:200]) from error
    if count == 0:
        raise UnreadableDocument("empty")
    if count > MOST_PAGES:
        raise UnreadableDocument("pages", str(count))
    return document


def read_pdf(path: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> Content:
    """All pages as blocks. Raises UnreadableDocument."""
    document = open_pdf(path)
    all_pieces: list[list[Piece]] = []
    sizes: list[tuple[float, float]] = []
    pictures: list[bool] = []
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        pieces = pieces_of(page, height)
        if len(pieces) > MOST_PIECES:
            raise UnreadableDocument("size", f"page {number + 1}")
        pictures.append(len(pieces) < 5 and _has_pictures(page))
        all_pieces.append(_seen(pieces, width, height))
        sizes.append((max(width, 1.0), max(height, 1.0)))
        page.close()
        if number % 20 == 19:
            progress(number + 1, len(document))
    body = body_size(all_pieces)
    heights = [height for _width, height in sizes]
    edges = without_running_heads(all_pieces, heights, body)
    pages = []
    for number, (edge, (width, height)) in enumerate(zip(edges, sizes, strict=True)):
        blocks = blocks_of(regions_of(edge.pieces), body, width, height)
        pages.append(
            ReadPage(number + 1, blocks, edge.label, round(width, 1), round(height, 1), pictures[number])
        )
    set_levels([page.blocks for page in pages])
    _put_words_together(pages)
    title = str(document.get_metadata_value("Title") or "").strip()
    document.close()
    return Content("pdf", pages, cleaned(title)[:300], sum(len(edge.left_out) for edge in edges))


def _seen(pieces: list[Piece], width: float, height: float) -> list[Piece]:
    """What stands on the page: cut marks and what was laid outside are not read."""
    return [
        one
        for one in pieces
        if one.right > 0
        and one.left < width
        and one.bottom > 0
        and one.top < height
        and one.size < height / 3
    ]


def _has_pictures(page: Any) -> bool:
    import pypdfium2.raw as pdfium

    return any(True for _one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _put_words_together(pages: list[ReadPage]) -> None:
    """A word divided at the end of a page is read on the page where it begins."""
    for page, following in itertools.pairwise(pages):
        last = next((block for block in reversed(page.blocks) if block.type == PARAGRAPH), None)
        first = following.blocks[0] if following.blocks else None
        if last is None or last is not page.blocks[-1] or not is_divided(last.text):
            continue
        if first is None or first.type != PARAGRAPH or not first.text[:1].islower():
            continue
        word, _space, rest = first.text.partition(" ")
        last.text = with_line(last.text, word)
        first.text = rest or first.text
        if not rest:
            following.blocks.pop(0)
    for page in pages:
        for block in page.blocks:
            block.text = cleaned(block.text)


def picture_of(path: Path, number: int, width: int) -> bytes:
    """One page, from 1, as a JPEG of so many points in width. Raises UnreadableDocument."""
    document = open_pdf(path)
    if not 1 <= number <= len(document):
        raise UnreadableDocument("pages", str(number))
    page = document[number - 1]
    wide, high = page.get_size()
    width = max(SIDES[0], min(SIDES[1], width))
    scale = min(width / max(wide, 1.0), 2 * SIDES[1] / max(high, 1.0))
    image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=82, optimize=True, progressive=True)
    return kept.getvalue()
