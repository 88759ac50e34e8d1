"""The tables of pages of a PDF, found by their lines (pdfplumber). Looked at a few pages at a time."""

from __future__ import annotations

from pathlib import Path

from .joining import joined
from .pdf import open_pdf

MOST_PAGES = 15
Table = list[list[str]]


def table_from(path: Path, number: int) -> Table:
    """The biggest table of a page, from 1, with what continues it on the pages after; empty where there is none.

    A head that comes again on each page is there once. Raises UnreadableDocument.
    """
    import pdfplumber

    opened = open_pdf(path)
    last = min(len(opened), number + MOST_PAGES - 1)
    opened.close()
    whole: Table = []
    with pdfplumber.open(path, pages=list(range(number, last + 1))) as document:
        for page in document.pages:
            found = [_clean(table) for table in page.extract_tables()]
            same = [
                table
                for table in found
                if len(table) > 1 and len(table[0]) > 1 and (not whole or len(table[0]) == len(whole[0]))
            ]
            if not same:
                break
            part = max(same, key=len)
            whole += part[1:] if whole and part[0] == whole[0] else part
            page.close()
    return whole


def _clean(table: list[list[str | None]]) -> Table:
    return [[joined((cell or "").split("\n")) for cell in row] for row in table]
