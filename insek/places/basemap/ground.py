"""The base map below the still pictures of the pages: a file of its own, fetched once for all pages.

The page takes it in with its own colours, so it names these and brings none: light, dark, paper and forced colours need no
other file. A picture of the whole city stands on one file, an extract on one of a grid of extracts, so that there are few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from ..picture import Projection
from .archive import BaseMap
from .extracts import CELLS, WHOLE, Extract
from .lettering import DistrictLabel, names_svg
from .openstreetmap import Box
from .shapes import AREAS, LINES, base_shapes, zoom_for

FINE = 0.6
"""Pixels of the extract by which a line may be off."""
SMALLEST = 6.0
"""Square pixels below which a part of an area is left out."""
METRES = 111_320
WIDTHS = {"stream": "1.25", "minor": "1.25", "main": "2", "motorway": "2.5", "rail": "1"}
CASED = ("main", "motorway")
COLOURS = {"minor": "casing"}
"""Lines that are drawn in the colour of another name."""


def ground_svg(
    base: BaseMap, paper: Projection, extract: Extract, districts: Sequence[DistrictLabel] = ()
) -> bytes:
    """The file: groups of areas (``flaechen``), lines (``linien``) and names (``namen``), in the pixels of the picture of the city.

    Names keep away from those of districts, which each page writes itself.
    """
    left, top, width, height = extract.frame(paper)
    scale = width / paper.width
    box = _box(paper, left, top, width, height)
    metres = METRES / paper.scale * scale
    shapes = base_shapes(base, box, zoom_for(metres, (box[1] + box[3]) / 2))
    unit = 1 if scale > 0.7 else 10  # extracts are drawn in tenths of the pixels of the whole
    pen = _Pen(paper, unit, FINE * scale * unit, SMALLEST * (scale * unit) ** 2, (left, top, width, height))
    areas = [
        f'<path fill="var(--map-{part})" d="{path}"/>'
        for part in AREAS
        if part in shapes.areas and (path := pen.path(shapes.areas[part]))
    ]
    lines = list(_lines(pen, {part: shapes.lines[part] for part in LINES if part in shapes.lines}))
    seen = 1.0 if extract == WHOLE else scale * CELLS / (CELLS + 1)
    names = names_svg(base, paper, extract.frame(paper), seen, METRES / paper.scale * seen, districts)
    turn = "" if unit == 1 else f' transform="scale({1 / unit})"'
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><g id="flaechen"{turn}>{"".join(areas)}</g>'
        f'<g id="linien"{turn} fill="none" stroke-linejoin="round" stroke-linecap="round">{"".join(lines)}</g>{names}</svg>'
    )
    return text.encode()


def _lines(pen: _Pen, lines: dict[str, BaseGeometry]) -> Iterator[str]:
    for part, shape in lines.items():
        path = pen.path(shape)
        if not path:
            continue
        if part in CASED:
            yield _line(path, "casing", str(float(WIDTHS[part]) + 1))
        yield _line(path, COLOURS.get(part, part), WIDTHS[part])


def _line(path: str, colour: str, width: str) -> str:
    return f'<path stroke="var(--map-{colour})" stroke-width="{width}" vector-effect="non-scaling-stroke" d="{path}"/>'


def _box(paper: Projection, left: float, top: float, width: float, height: float) -> Box:
    """West, south, east, north of a part of the picture."""
    west, north = paper.position(left, top)
    east, south = paper.position(left + width, top + height)
    return west, south, east, north


class _Pen:
    """Turns shapes in degrees to short path data: relative steps in whole units."""

    def __init__(
        self,
        paper: Projection,
        unit: int,
        fine: float,
        smallest: float,
        frame: tuple[float, float, float, float],
    ) -> None:
        self.paper, self.unit, self.fine, self.smallest = paper, unit, fine, smallest
        left, top, width, height = (value * unit for value in frame)
        self.frame = (left, top, left + width, top + height)

    def path(self, shape: BaseGeometry) -> str:
        """The data of an SVG path; empty where nothing is left."""
        drawn = shapely.simplify(
            shapely.clip_by_rect(shapely.transform(shape, self._placed), *self.frame), self.fine
        )
        parts = []
        for part in shapely.get_parts(drawn):
            if part.geom_type == "LineString":
                parts.append(_steps(part.coords, ""))
            elif part.geom_type == "Polygon" and part.area >= self.smallest:
                rings = [
                    part.exterior,
                    *(ring for ring in part.interiors if shapely.Polygon(ring).area >= self.smallest),
                ]
                parts += [_steps(ring.coords[:-1], "z") for ring in rings]
        return "".join(parts)

    def _placed(self, xy: np.ndarray) -> np.ndarray:
        return np.array([self.paper.place(x, y) for x, y in xy]) * self.unit


def _steps(points: object, end: str) -> str:
    whole = np.round(np.asarray(points)).astype(int)
    steps = np.diff(whole, axis=0)
    steps = steps[steps.any(axis=1)]
    if len(steps) < (2 if end else 1):
        return ""
    said = "".join(f"{dx}{'' if dy < 0 else ' '}{dy}" if dx < 0 or not number else f" {dx}{'' if dy < 0 else ' '}{dy}" for number, (dx, dy) in enumerate(steps))  # fmt: skip
    return f"M{whole[0][0]} {whole[0][1]}l{said}{end}"
