"""The still picture of a map: what a page shows before anybody wants the map that moves, and on paper.

It is drawn here, needs no script and is light. The ground (outline, districts and where their names stand) is worked out
once for all visitors; a picture puts on it what its page shows: shaded or chosen districts, plan signs, points. The list
beside it says the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker
from insek.engines.classes import equal_count
from insek.thread.shared_cache import cached, content_version

from .basemap.archive import current_base_map
from .basemap.extracts import WHOLE, Extract, extract_for, fitting_width
from .models import District
from .picture import Projection, names_that_fit
from .queries import map_places

AROUND_A_POINT = 2_000
"""Metres around a point that is shown alone: with the district around it."""
METRES_A_DEGREE = 111_320
ROOM = 0.3
"""Share of a shape's own size that is left free around it."""
LETTERS = 13
"""Size of a name in a picture of the whole city."""


@dataclass(frozen=True)
class GroundPart:
    """A district of the ground: its outline as path data, and where its name stands."""

    pk: str
    title: str
    url: str
    path: str


@dataclass(frozen=True)
class Ground:
    """The ground of every map, in the pixels of a picture of the whole city."""

    box: tuple[float, float, float, float]
    width: int
    height: int
    outline: list[str]
    parts: list[GroundPart]
    names: list[dict[str, Any]]

    @property
    def projection(self) -> Projection:
        """Degrees to pixels."""
        return Projection(self.box)


def ground_picture(asker: Asker) -> Ground | None:
    """The ground as this person sees it; None without any outline. Two queries, for visitors one."""
    concept = asker.concept
    if concept is None:
        return None
    return cached(concept, asker.actor, "ground picture", lambda: _ground(map_places(concept, asker.actor)))


def _ground(rows: Sequence[District]) -> Ground | None:
    drawn = [row for row in rows if row.geometry is not None]
    if not drawn:
        return None
    west, south, east, north = shapely.total_bounds([row.geometry for row in drawn])
    paper = Projection((float(west), float(south), float(east), float(north)))
    parts = [row for row in drawn if row.level != District.Level.CITY]
    return Ground(
        box=(float(west), float(south), float(east), float(north)),
        width=paper.width,
        height=paper.height,
        outline=[paper.path(row.geometry) for row in drawn if row.level == District.Level.CITY],
        parts=[GroundPart(row.pk, row.item.title, row.item.url, paper.path(row.geometry)) for row in parts],
        names=names_that_fit(paper, parts, []),
    )


def ground_address(asker: Asker) -> str:
    """Where the map that moves fetches its ground from."""
    return f"{reverse('map-ground')}?v={ground_version(asker)}"


def ground_version(asker: Asker) -> str:
    """Another one as soon as the content of the concept or the base map is another."""
    base = current_base_map()
    version = content_version(asker.concept, asker.actor)
    return f"{version}.{base.generation}" if base else version


@dataclass(frozen=True)
class Shade:
    """The shade of a class of values: how much of the strong colour is in it."""

    percent: int

    @property
    def colour(self) -> str:
        """The colour in both themes."""
        return f"color-mix(in srgb, var(--forest) {self.percent}%, var(--forest-soft))"

    @property
    def ink(self) -> str:
        """What is readable on it."""
        return "var(--paper)" if self.percent > DARK_FROM else "var(--ink)"


DARK_FROM = 55
"""From this percentage on the colour of the page reads better on a shade than ink, in light and dark."""


CLASSES = 5


def classes_of(values: Collection[float]) -> list[float]:
    """Upper values of at most five classes of about equal size."""
    return list(equal_count(values, CLASSES).limits)


def shades_of(limits: Sequence[float]) -> list[Shade]:
    """A shade for each class, from light to strong."""
    if len(limits) < 2:
        return [Shade(60)] * len(limits)
    return [Shade(round(12 + 78 * place / (len(limits) - 1))) for place in range(len(limits))]


@dataclass(frozen=True)
class Still:
    """What a picture shows on the ground. ``signs`` are shapes with the sign they are drawn by, ``points`` positions."""

    shades: Mapping[str, Shade] = field(default_factory=dict)
    chosen: Collection[str] = ()
    signs: Sequence[tuple[BaseGeometry, Mapping[str, Any]]] = ()
    points: Sequence[tuple[float, float]] = ()
    is_cropped: bool = False
    """Only what is around the signs and points, not the whole city."""
    around: BaseGeometry | None = None
    """What that is around, instead of all signs and points."""
    is_shaded: bool = False
    """Districts are areas of their own and lead to their pages; else they are the ground."""
    has_values: bool = False
    """Shaded by values; a district without one stays blank."""
    only: Collection[str] | None = None
    """The districts that are drawn, where not all are: of two that lie in each other only one."""
    address: str = ""
    """Where a picture of many points is fetched from; it is drawn apart, see ``crowd``."""


@dataclass(frozen=True)
class BaseBelow:
    """The base map below a picture: where its file is fetched from, and who made it."""

    address: str
    attribution: str


def base_below(asker: Asker, extract: Extract = WHOLE) -> BaseBelow | None:
    """The file of the base map for a part of the picture; None where there is no base map."""
    base = current_base_map()
    if base is None:
        return None
    where = reverse("base-picture", args=[extract.level, extract.column, extract.row])
    return BaseBelow(f"{where}?v={ground_version(asker)}", " · ".join(base.about.attribution))


def still_picture(asker: Asker, still: Still) -> SafeString:
    """The picture as it stands in a page; empty without a ground. Two queries, for visitors one."""
    ground = ground_picture(asker)
    if ground is None:
        return SafeString("")
    paper = ground.projection
    x, y, width, height = (
        _crop(ground, still) if still.is_cropped else (0.0, 0.0, ground.width, ground.height)
    )
    scale = width / ground.width
    base = base_below(asker, extract_for(x, y, width, paper) if still.is_cropped else WHOLE)
    empty = "transparent" if base and not still.has_values else "var(--forest-soft)"
    context = {
        "base": base,
        "ground": ground,
        "still": still,
        "frame": paper.frame,
        "view": f"{x:.5g} {y:.5g} {width:.5g} {height:.5g}",
        "parts": [
            {
                "part": part,
                "fill": shade.colour
                if (shade := still.shades.get(part.pk))
                else "var(--paper)"
                if still.has_values
                else empty,
                "is_chosen": part.pk in still.chosen,
            }
            for part in ground.parts
            if still.only is None or part.pk in still.only
        ]
        if still.is_shaded
        else [],
        "names": [
            {**name, "shade": still.shades.get(_pk_of(ground, name["text"]))}
            for name in ground.names
            if still.only is None or _pk_of(ground, name["text"]) in still.only
        ],
        "letters": f"{LETTERS * scale:.3g}",
        "line": f"{scale:.3g}",
        "signs": [_sign(paper, shape, sign, scale) for shape, sign in still.signs],
        "points": [_point(paper, point, scale) for point in still.points],
    }
    return SafeString(render_to_string("places/_still.html", context).strip())


def locator_picture(asker: Asker, pk: str) -> SafeString:
    """Where a district lies in the city: a very small picture without names; empty without a ground."""
    ground = ground_picture(asker)
    part = next((one for one in ground.parts if one.pk == pk), None) if ground else None
    if ground is None or part is None:
        return SafeString("")
    outlines = format_html_join(
        "", '<path class="locator__city" d="{}"/>', ((path,) for path in ground.outline)
    )
    return format_html(
        '<svg class="locator" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}<path class="locator__here" d="{}"/></svg>',
        ground.width, ground.height, outlines, part.path,
    )  # fmt: skip


def _pk_of(ground: Ground, title: str) -> str:
    return next((part.pk for part in ground.parts if part.title == title), "")


def _crop(ground: Ground, still: Still) -> tuple[float, float, float, float]:
    """The part of the picture around what it shows, in the shape of the whole."""
    paper = ground.projection
    shapes = [shape for shape, _sign in still.signs] + [shapely.Point(point) for point in still.points]
    shapes = [still.around] if still.around is not None else shapes
    west, south, east, north = shapely.total_bounds(shapes)
    left, top = paper.place(west, north)
    right, bottom = paper.place(east, south)
    least = 2 * AROUND_A_POINT / METRES_A_DEGREE * paper.scale
    width = max(least, (right - left) * (1 + 2 * ROOM), (bottom - top) * (1 + 2 * ROOM) * 1.6)
    width = fitting_width(min(width, float(ground.width)), paper)
    height = width / 1.6
    return (left + right - width) / 2, (top + bottom - height) / 2, width, height


def _point(paper: Projection, point: tuple[float, float], scale: float) -> dict[str, str]:
    x, y = paper.place(*point)
    return {"x": f"{x:.5g}", "y": f"{y:.5g}", "r": f"{12 * scale:.3g}"}


def _middle(shape: BaseGeometry) -> BaseGeometry:
    """Where the letter of a sign stands: of a line in its middle, of several that of the longest."""
    if shapely.get_dimensions(shape) != 1:
        return shapely.point_on_surface(shape)
    longest = max(shapely.get_parts(shape), key=lambda part: part.length)
    return shapely.line_interpolate_point(longest, 0.5, normalized=True)


def _sign(paper: Projection, shape: BaseGeometry, sign: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """A shape with its sign, as the template draws it."""
    middle = _middle(shape)
    x, y = paper.place(middle.x, middle.y)
    width = float(sign.get("width") or 3)
    return {
        "key": sign.get("key", ""),
        "colour": sign.get("colour", "#a4572b"),
        "letter": sign.get("letter", ""),
        "hatch": sign.get("hatch", ""),
        "dash": " ".join(f"{part * width:.3g}" for part in sign.get("dash", ())),
        "width": width,
        "is_point": shapely.get_dimensions(shape) == 0,
        "is_area": shapely.get_dimensions(shape) == 2,
        "path": paper.path(shape) if shapely.get_dimensions(shape) else "",
        "x": f"{x:.5g}",
        "y": f"{y:.5g}",
        "r": f"{(14 if sign.get('letter') else 12) * scale:.3g}",
        "text": f"{13 * scale:.3g}",
        "fresh": bool(sign.get("fresh")),
        "url": sign.get("url", ""),
        "title": sign.get("name", ""),
    }
