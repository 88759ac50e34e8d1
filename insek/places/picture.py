"""The first view of the city map: a picture drawn here, light and without scripts; the map that moves comes when asked for.

Districts are paths, what has a place is a circle with the letter of its kind or with the number of what lies close by.
The list below the picture says the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from shapely.geometry.base import BaseGeometry

from insek.thread.kinds import kind_named
from insek.thread.models import ItemQuerySet
from insek.web.display import with_example_word

from .layers import colour_of, located_rows
from .models import District
from .tiles import Box, gathered

if TYPE_CHECKING:
    from .still import BaseBelow

WIDTH = 800
EDGE = 16
"""Pixels left free around the city."""
TALLEST = 640
CELL = 46
"""Pixels of a cell in which what lies together becomes one circle."""
FINE = 0.8
"""Pixels by which an outline may be simplified."""
ROUNDS = 40
MOST_CIRCLES = 300
MOST_SHAPES = 60
LETTER = 7.2
"""Pixels of a letter of a name, about."""
SHIFTS = (0, -16, 16, -30, 30)
"""Where a name may stand: inside its area, or above or below."""

Frame = tuple[float, float, float, float]


class Projection:
    """Degrees to pixels: the city fills the width, or the height where it is tall."""

    def __init__(self, box: Box) -> None:
        self.west, self.south, self.east, self.north = box
        self.squeeze = math.cos(math.radians((self.south + self.north) / 2))
        wide = max((self.east - self.west) * self.squeeze, 1e-6)
        tall = max(self.north - self.south, 1e-6)
        self.scale = min((WIDTH - 2 * EDGE) / wide, (TALLEST - 2 * EDGE) / tall)
        self.height = round(tall * self.scale) + 2 * EDGE
        self.width = round(wide * self.scale) + 2 * EDGE

    @property
    def frame(self) -> str:
        """What a script needs to tell places from pixels, and pixels from places."""
        values = (self.west, self.north, self.squeeze * self.scale, self.scale, EDGE)
        return " ".join(f"{value:.7g}" for value in values)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """One position."""
        x = EDGE + (longitude - self.west) * self.squeeze * self.scale
        return x, EDGE + (self.north - latitude) * self.scale

    def position(self, x: float, y: float) -> tuple[float, float]:
        """The longitude and latitude of a pixel."""
        return self.west + (x - EDGE) / (self.squeeze * self.scale), self.north - (y - EDGE) / self.scale

    def path(self, shape: BaseGeometry) -> str:
        """A line or an area as the data of an SVG path, in whole pixels."""
        drawn = shapely.simplify(
            shapely.transform(shape, lambda xy: np.array([self.place(*point) for point in xy])), FINE
        )
        if shapely.get_dimensions(drawn) == 1:
            lines = [(part.coords, "") for part in shapely.get_parts(drawn)]
        else:
            areas = [part for part in shapely.get_parts(drawn) if part.geom_type == "Polygon"]
            lines = [(ring.coords[:-1], "Z") for part in areas for ring in (part.exterior, *part.interiors)]
        return "".join("M" + "L".join(f"{round(x)} {round(y)}" for x, y in line) + end for line, end in lines)


def drawing(
    districts: Sequence[District],
    items: ItemQuerySet,
    names: Callable[..., str],
    kind: str = "",
    base: BaseBelow | None = None,
) -> str:
    """The picture as it is in a page; empty where no place is drawn. Three queries for each located table."""
    drawn = picture(districts, items, names, kind)
    context = {"picture": drawn, "base": base}
    return SafeString(render_to_string("places/_picture.html", context).strip()) if drawn else ""


def picture(
    districts: Sequence[District], items: ItemQuerySet, names: Callable[..., str], kind: str = ""
) -> dict[str, Any]:
    """What the template draws; empty where no place is drawn. Three queries for each located table."""
    drawn = [row for row in districts if row.geometry is not None]
    if not drawn:
        return {}
    box = shapely.total_bounds([row.geometry for row in drawn])
    paper = Projection((float(box[0]), float(box[1]), float(box[2]), float(box[3])))
    parts = [row for row in drawn if row.level != District.Level.CITY]
    circles = circles_of(paper, items, names, kind)
    return {
        "width": paper.width,
        "height": paper.height,
        "frame": paper.frame,
        "outline": [paper.path(row.geometry) for row in drawn if row.level == District.Level.CITY],
        "districts": [{"path": paper.path(row.geometry), "title": row.item.title} for row in parts],
        "shapes": _shapes(paper, items, kind),
        "names": names_that_fit(paper, parts, circles),
        "circles": circles,
    }


def names_that_fit(
    paper: Projection, parts: Iterable[District], circles: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Names that fit: the largest areas first, none over another, and beside the circles where there is room."""
    taken: list[Frame] = []
    dots = [
        (one["x"] - one["r"], one["y"] - one["r"], one["x"] + one["r"], one["y"] + one["r"])
        for one in circles
    ]
    names = []
    for row in sorted(parts, key=lambda row: -shapely.area(row.geometry)):
        point = shapely.point_on_surface(row.geometry)
        x, y = paper.place(point.x, point.y)
        half = LETTER * len(row.item.title) / 2
        x = min(max(x, half + 2), paper.width - half - 2)
        frames = [(x - half, y + shift - 9, x + half, y + shift + 9) for shift in SHIFTS]
        free = [frame for frame in frames if not any(_meet(frame, other) for other in taken)]
        if not free:
            continue
        frame = min(free, key=lambda frame: sum(_meet(frame, dot) for dot in dots))
        taken.append(frame)
        names.append({"x": round(x), "y": round(frame[1] + 13), "text": row.item.title})
    return names


def _meet(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _shapes(paper: Projection, items: ItemQuerySet, kind: str) -> list[dict[str, Any]]:
    """Lines and areas below the circles, unless there are so many that nothing could be told apart. One query a table."""
    found = []
    for rows in located_rows(items, kind):
        drawn = rows.exclude(west=F("east"), south=F("north")).order_by("pk").values("kind", "geometry")
        found += list(drawn[: MOST_SHAPES + 1])
    if len(found) > MOST_SHAPES:
        return []
    return [
        {
            "path": paper.path(row["geometry"]),
            "colour": colour_of(row["kind"]),
            "is_area": shapely.get_dimensions(row["geometry"]) == 2,
        }
        for row in found
    ]


def circles_of(
    paper: Projection, items: ItemQuerySet, names: Callable[..., str], kind: str
) -> list[dict[str, Any]]:
    """One circle for what lies in a cell, moved apart so that all can be read."""
    box = (paper.west, paper.south, paper.east, paper.north)
    columns, lines = max(1, paper.width // CELL), max(1, paper.height // CELL)
    cells = [cell for rows in located_rows(items, kind) for cell in gathered(rows, box, columns, lines)]
    cells = sorted(cells, key=lambda cell: (-cell["n"], cell["kind"], cell["first"]))[:MOST_CIRCLES]
    if not cells:
        return []
    radius = np.array(
        [11.0 if cell["n"] == 1 else min(22.0, 12 + 2.4 * math.log2(cell["n"])) for cell in cells]
    )
    middle = apart(np.array([paper.place(cell["lon"], cell["lat"]) for cell in cells]), radius)
    return [
        {
            "x": round(float(x), 1),
            "y": round(float(y), 1),
            "r": round(float(r)),
            "count": cell["n"],
            "colour": colour_of(cell["kind"]),
            "letter": kind_named(cell["kind"]).prefix,
            "label": f"{names(cell['kind'])}: {with_example_word(cell['title'], cell['standing'])}"
            if cell["n"] == 1
            else f"{cell['n']} {names(cell['kind'], plural=True)}",
            "url": reverse("item", args=[cell["first"]]) if cell["n"] == 1 else "",
            "lon": round(cell["lon"], 5),
            "lat": round(cell["lat"], 5),
        }
        for cell, (x, y), r in zip(cells, middle, radius, strict=True)
    ]


def apart(middle: Any, radius: Any) -> Any:
    """Move circles until hardly any covers another; each goes half the way."""
    middle = middle.copy()
    wanted = radius[:, None] + radius[None, :] + 2
    np.fill_diagonal(wanted, 0)
    turn = np.arange(len(middle)) * 2.4  # a direction of its own for each of those in the same place
    for _round in range(ROUNDS):
        gap = middle[:, None] - middle[None, :]
        far = np.hypot(gap[..., 0], gap[..., 1])
        same = far < 0.01
        gap[same] = np.stack((np.cos(turn), np.sin(turn)), -1)[np.nonzero(same)[0]]
        push = np.clip(wanted - far, 0, None) / 2
        np.fill_diagonal(push, 0)
        if push.max(initial=0) < 0.5:
            break
        middle += (gap / np.maximum(far, 1)[..., None] * push[..., None]).sum(axis=1) * 0.6
    return middle
