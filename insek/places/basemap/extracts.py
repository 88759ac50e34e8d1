"""The extracts on which still pictures stand: a grid of few sizes and places, so that many pages share few files."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..picture import Projection

STEP = 1.4
"""Each level of extracts is by so much smaller than the one before."""
MOST_LEVEL = 8
CELLS = 4
"""Cells along the width of an extract; a file is one cell wider than the extract, so that this lies in it wherever it begins."""


@dataclass(frozen=True)
class Extract:
    """A file of the grid: level 0 is the whole city, ``column`` and ``row`` count cells."""

    level: int
    column: int
    row: int

    def frame(self, paper: Projection) -> tuple[float, float, float, float]:
        """Left, top, width and height in the pixels of the picture of the whole city."""
        if self.level == 0:
            return 0, 0, paper.width, paper.height
        cell = width_of(self.level, paper) / CELLS
        return self.column * cell, self.row * cell, (CELLS + 1) * cell, CELLS * cell


WHOLE = Extract(0, 0, 0)


def width_of(level: int, paper: Projection) -> float:
    """How wide an extract of a level is, in pixels of the picture of the whole city."""
    return float(paper.width / STEP**level)


def fitting_width(width: float, paper: Projection) -> float:
    """The width of the smallest extracts that hold a part of the picture being so wide."""
    return width_of(_level_of(width, paper), paper)


def _level_of(width: float, paper: Projection) -> int:
    return min(max(math.floor(math.log(paper.width / width, STEP) + 1e-9), 0), MOST_LEVEL)


def extract_for(x: float, y: float, width: float, paper: Projection) -> Extract:
    """The file on which a part of the picture stands, being ``width`` wide and five eighths as high."""
    level = _level_of(width, paper)
    if level == 0:
        return WHOLE
    cell = width_of(level, paper) / CELLS
    return Extract(level, math.floor(x / cell), math.floor(y / cell))


def is_near(extract: Extract, paper: Projection) -> bool:
    """Whether a file of the grid lies in the picture or close to it: nobody needs another."""
    left, top, width, height = extract.frame(paper)
    return (
        0 <= extract.level <= MOST_LEVEL
        and -2 * width <= left <= paper.width + width
        and -2 * height <= top <= paper.height + height
    )
