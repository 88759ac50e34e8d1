"""A printed concept as the reader turns its pages: where chapters begin, how full a sheet is, where charts and headings are."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter

import numpy as np
import pikepdf
import pytest

TOP, BOTTOM = 25, 22
"""Margins of a sheet in millimetres."""
DOTS, INK = 20, 200
"""Dots of an inch in which pages are looked at, and what is darker than paper there."""


def starts_of(pdf: pikepdf.Pdf, level: int) -> list[tuple[str, int]]:
    """Bookmarks of a level with the index of their page."""
    places = {page.objgen: number for number, page in enumerate(pdf.pages)}
    found: list[tuple[str, int]] = []

    def walk(entries, depth):
        for entry in entries:
            if depth == level:
                found.append((str(entry.title), places[entry.destination[0].objgen]))
            walk(entry.children, depth + 1)

    with pdf.open_outline() as outline:
        walk(outline.root, 1)
    return found


def fills_of(made: bytes, tmp_path) -> list[tuple[float, float]]:
    """How far down each page is printed on, and how high its largest gap is, as shares of what may be printed on.

    What is looked at is the ink, so that pictures count as words do.
    """
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    file = tmp_path / "look.pdf"
    file.write_bytes(made)
    command = ["pdftoppm", "-gray", "-r", str(DOTS), str(file)]
    read = subprocess.run(command, capture_output=True, check=True).stdout
    fills, at = [], 0
    while at < len(read):
        _kind, size, _most, _rest = read[at : at + 40].split(b"\n", 3)
        wide, high = map(int, size.split())
        at += len(b"\n".join((_kind, size, _most))) + 1
        page = np.frombuffer(read, np.uint8, wide * high, at).reshape(high, wide)
        at += wide * high
        inside = page[round(TOP * DOTS / 25.4) : high - round(BOTTOM * DOTS / 25.4)]
        inked = np.flatnonzero((inside < INK).any(axis=1))
        gaps = np.diff(np.concatenate([[-1], inked])) - 1
        fills.append(
            (float(inked[-1] + 1) / len(inside), float(gaps.max()) / len(inside))
            if len(inked)
            else (0.0, 1.0)
        )
    return fills


def tags_of(pdf: pikepdf.Pdf) -> tuple[list[tuple[str, int]], Counter[int]]:
    """The tags in the order of reading with the number of their page, and the charts on each page."""
    places = {page.objgen: number + 1 for number, page in enumerate(pdf.pages)}
    charts: Counter[int] = Counter()
    order: list[tuple[str, int]] = []

    def first_page(node) -> int:
        while isinstance(node, pikepdf.Dictionary | pikepdf.Array):
            if isinstance(node, pikepdf.Array):
                node = node[0] if len(node) else None
            elif "/Pg" in node:
                return places.get(node.Pg.objgen, 0)
            else:
                node = node.get("/K")
        return 0

    def walk(node) -> None:
        if isinstance(node, pikepdf.Array):
            for each in node:
                walk(each)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            if page := first_page(node):
                order.append((str(node.S), page))
                charts[page] += str(node.get("/Alt", "")).startswith("Diagramm")
            if "/K" in node:
                walk(node.K)

    walk(pdf.Root.StructTreeRoot.K)
    return order, charts
