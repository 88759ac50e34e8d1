"""The base map under the maps of a report, in greys: what a map is about keeps its colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from xml.sax.saxutils import escape

from .words import printable

Ring = Sequence[Sequence[float]]
AREAS = {"built": "#efefec", "works": "#ebebeb", "green": "#eef0ec", "wood": "#e0e4de", "water": "#c9d3d8"}
LINES = {
    "stream": ("#c0ccd2", 0.6), "minor": ("#dedede", 0.5), "main": ("#c9c6c0", 0.9), "motorway": ("#b9b4aa", 1.3),
    "rail": ("#a9a9a9", 0.45),
}  # fmt: skip
VEIL = 'fill="#ffffff" fill-opacity="0.6" fill-rule="evenodd"'
"""What lies on the base map outside of the city."""
CREDIT_SIZE, CREDIT_SIZE_SMALL, SMALL = 5.2, 8, 320
"""Size of the credit; larger on small maps, which are printed at half their size."""


class PaperPlane(Protocol):
    """The plane on which a map is drawn, see ``maps.Plane``."""

    width: float
    height: float

    def line(self, points: Iterable[Sequence[float]]) -> str:
        """A line as SVG path."""

    def area(self, rings: Iterable[Any]) -> str:
        """An area as SVG path."""


@dataclass(frozen=True)
class PaperBase:
    """A base map for paper: by part its polygons (lists of rings) or its lines (lists of points), in degrees."""

    areas: Mapping[str, Sequence[Sequence[Ring]]]
    lines: Mapping[str, Sequence[Ring]]
    credit: str


def drawn_below(paper: PaperPlane, base: PaperBase | None, outline: Sequence[Any]) -> Iterator[str]:
    """The base map, lighter outside of the city's outline (rings)."""
    if base is None:
        return
    for part, colour in AREAS.items():
        if polygons := base.areas.get(part):
            path = "".join(paper.area(rings) for rings in polygons)
            yield f'<path d="{path}" fill="{colour}" fill-rule="evenodd"/>'
    yield from drawn_lines(paper, base)
    if outline:
        yield f'<path d="M0 0H{paper.width:.1f}V{paper.height:.1f}H0Z{paper.area(outline)}" {VEIL}/>'


def drawn_lines(paper: PaperPlane, base: PaperBase | None) -> Iterator[str]:
    """Only its lines: over districts that have the colour of a value."""
    for part, (colour, width) in LINES.items():
        if base and (lines := base.lines.get(part)):
            path = "".join(paper.line(points) for points in lines)
            yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'


def credit(paper: PaperPlane, base: PaperBase | None, font: str) -> Iterator[str]:
    """Who made the base map, in the corner of the map."""
    if base is None or not base.credit:
        return
    size = CREDIT_SIZE if paper.width > SMALL else CREDIT_SIZE_SMALL
    words = escape(printable(base.credit))
    yield (
        f'<text x="{paper.width - 2:.1f}" y="{paper.height - 2:.1f}" font-family="{font}" font-size="{size}" text-anchor="end" '
        f'fill="#4b5a54" stroke="#ffffff" stroke-width="1.6" stroke-linejoin="round" paint-order="stroke">{words}</text>'
    )
