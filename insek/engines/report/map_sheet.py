"""A map on one sheet of A4 or A3 as PDF: title, map in a true scale, legend, sources, and a register that says it in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .pdf import compiled

PAPERS = {"a4": (210.0, 297.0), "a3": (297.0, 420.0)}
MARGIN, HEAD, FOOT, GAP = 10.0, 15.0, 11.0, 4.0
"""Millimetres around the sheet, and of what stands above, below and beside the map."""
SIDE = {"a4": 54.0, "a3": 70.0}
COLUMNS = {"a4": 3, "a3": 4}
ROW = 6.4
"""Height of a line of the legend; its names have up to two lines."""


@dataclass(frozen=True)
class SheetLayout:
    """The paper of a sheet and the frame of its map, in millimetres."""

    paper: str
    is_wide: bool
    legend_rows: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the paper."""
        short, long = PAPERS[self.paper]
        return (long, short) if self.is_wide else (short, long)

    @property
    def columns(self) -> int:
        """Columns of the legend."""
        return 1 if self.is_wide else COLUMNS[self.paper]

    @property
    def band(self) -> float:
        """Height of the legend below an upright map."""
        return 6 + math.ceil(self.legend_rows / self.columns) * ROW if self.legend_rows else 0

    @property
    def frame(self) -> tuple[float, float]:
        """Width and height of the map."""
        width, height = self.size
        across, down = width - 2 * MARGIN, height - 2 * MARGIN - HEAD - FOOT
        if self.is_wide:
            return across - SIDE[self.paper] - GAP, down
        return across, down - (self.band + GAP if self.band else 0)


def to_sheet_pdf(document: dict[str, Any], layout: SheetLayout) -> bytes:
    """The sheet as PDF. Raises NotTypeset."""
    width, height = layout.size
    across, down = layout.frame
    return compiled("mapsheet.typ", {
        **document,
        "layout": {
            "width": width, "height": height, "margin": MARGIN, "head": HEAD, "foot": FOOT, "gap": GAP, "wide": layout.is_wide,
            "side": SIDE[layout.paper], "columns": layout.columns, "map_width": across, "map_height": down, "band": layout.band,
        },
    })  # fmt: skip
