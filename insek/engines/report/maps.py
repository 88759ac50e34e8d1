"""Maps of a report as SVG: the city with chosen districts and places, and the plan of the spatial concept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol
from xml.sax.saxutils import escape, quoteattr

from insek.engines.text import shortened

from .base_map import PaperBase, PaperPlane, credit, drawn_below, drawn_lines
from .pictures import COPPER, FONT, FOREST_SOFT, INK, LINE, MUTED, PAPER
from .words import printable

Ring = list[list[float]]
Geometry = Mapping[str, Any]
CREDIT_FOOT = 9
"""Height of the strip below a map that names who made its base."""
FOOT = 26
"""Height of the strip below a plan that holds scale and north."""
KILOMETRES = 111.32
"""Kilometres of one degree of latitude."""
COPPER_SOFT = "#ecd3c1"
PEN = 0.6
"""Widths of plan signs are given for the screen; on paper lines are finer."""


def _rings(geometry: Geometry | None) -> Iterable[Ring]:
    if not geometry:
        return []
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in parts for ring in polygon]


def _single(geometry: Geometry | None) -> Iterator[tuple[str, Any]]:
    """The simple parts of a geometry: their kind and coordinates."""
    if not geometry:
        return
    if geometry["type"] == "GeometryCollection":
        for each in geometry["geometries"]:
            yield from _single(each)
    elif geometry["type"].startswith("Multi"):
        for coordinates in geometry["coordinates"]:
            yield geometry["type"].removeprefix("Multi"), coordinates
    else:
        yield geometry["type"], geometry["coordinates"]


def _points(geometry: Geometry | None) -> Iterator[list[float]]:
    for kind, coordinates in _single(geometry):
        if kind == "Point":
            yield coordinates
        elif kind == "LineString":
            yield from coordinates
        else:
            yield from (point for ring in coordinates for point in ring)


class PointedPlane(PaperPlane, Protocol):
    """A plane on which single points can be found."""

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        """A point as a point of the picture."""


class Plane:
    """Degrees turned to a plane, with north on top and the whole in a square of ``size``."""

    def __init__(self, points: Iterable[Sequence[float]], size: float, margin: float = 2) -> None:
        every = list(points)
        self.west, east = min(x for x, *_ in every), max(x for x, *_ in every)
        south, self.north = min(y for _x, y, *_ in every), max(y for _x, y, *_ in every)
        self.squeeze = math.cos(math.radians((south + self.north) / 2))
        span = max((east - self.west) * self.squeeze, self.north - south, 1e-9)
        self.scale, self.margin = (size - 2 * margin) / span, margin
        self.width = (east - self.west) * self.squeeze * self.scale + 2 * margin
        self.height = (self.north - south) * self.scale + 2 * margin

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        """A point in degrees as a point of the picture."""
        return (
            (point[0] - self.west) * self.squeeze * self.scale + self.margin,
            (self.north - point[1]) * self.scale + self.margin,
        )

    def line(self, points: Iterable[Sequence[float]]) -> str:
        """A line as SVG path."""
        return "M" + "L".join("{:.1f} {:.1f}".format(*self.at(point)) for point in points)

    def area(self, rings: Iterable[Ring]) -> str:
        """An area as SVG path."""
        return "".join(f"{self.line(ring)}Z" for ring in rings)

    def svg(self, parts: Iterable[str], foot: float = 0) -> str:
        """The parts as a picture."""
        height = self.height + foot
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.1f} {height:.1f}" '
            f'width="{self.width:.1f}" height="{height:.1f}">{"".join(parts)}</svg>'
        )


def _text(x: float, y: float, text: object, *, size: float = 8, weight: int = 400, colour: str = INK) -> str:
    shown = printable(text).replace("\u00ad", "")
    label = escape(shortened(shown, 40))
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size}" font-weight="{weight}" text-anchor="middle" '
        f'fill={quoteattr(colour)} stroke="{PAPER}" stroke-width="2.2" stroke-linejoin="round" paint-order="stroke">{label}</text>'
    )


def district_map(
    features: Mapping[str, Any],
    *,
    outline: Geometry | None = None,
    chosen: Iterable[str] = (),
    places: Sequence[Geometry] = (),
    size: float = 300,
    dark: bool = False,
    base: PaperBase | None = None,
) -> str:
    """The districts of a GeoJSON collection; the chosen ones stand out, and exact places stand out most.

    On a base map the districts are only outlined, and the chosen ones let it shine through.
    """
    areas = [(each["properties"], list(_rings(each["geometry"]))) for each in features["features"]]
    edge = list(_rings(outline))
    points = [point for rings in [*(rings for _p, rings in areas), edge] for ring in rings for point in ring]
    if not points:
        return ""
    plane = Plane([*points, *(point for place in places for point in _points(place))], size)
    picked = set(chosen)
    usual = ("#14524a", "#3f7c72") if dark else (FOREST_SOFT, PAPER)
    strong = COPPER_SOFT if places else COPPER
    base = None if dark else base
    parts = list(drawn_below(plane, base, edge))
    if edge:
        colour = "#3f7c72" if dark else MUTED
        parts.append(f'<path d="{plane.area(edge)}" fill="none" stroke="{colour}" stroke-width="0.8"/>')
    for properties, rings in sorted(areas, key=lambda area: area[0]["id"] in picked):
        is_picked = properties["id"] in picked
        fill, line = (strong, PAPER) if is_picked else usual
        if base:
            fill, line = (fill, COPPER) if is_picked else ("none", "#a7afab")
        shine = ' fill-opacity="0.5"' if base and is_picked else ""
        parts.append(
            f'<path d="{plane.area(rings)}" fill="{fill}"{shine} stroke="{line}" stroke-width="0.8" fill-rule="evenodd"/>'
        )
    parts += [_place(plane, place) for place in places]
    named = list(credit(plane, base, FONT))
    # who made the base stands below the city, not across its southern tip
    foot = CREDIT_FOOT if named else 0
    return plane.svg([*parts, *(f'<g transform="translate(0 {foot})">{each}</g>' for each in named)], foot)


def _middle(plane: Plane, points: Sequence[Sequence[float]]) -> tuple[float, float]:
    drawn = [plane.at(point) for point in points]
    xs, ys = [x for x, _y in drawn], [y for _x, y in drawn]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _place(plane: Plane, geometry: Geometry) -> str:
    made = []
    for kind, coordinates in _single(geometry):
        if kind == "Point":
            x, y = plane.at(coordinates)
            made.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{plane.width / 48:.1f}" fill="{COPPER}" stroke="{PAPER}" stroke-width="2"/>'
            )
        elif kind == "LineString":
            way = plane.line(coordinates)
            for colour, width in ((PAPER, 7), (COPPER, 4)):
                made.append(
                    f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'
                )
        else:
            made.append(
                f'<path d="{plane.area(coordinates)}" fill="{COPPER}" stroke="{PAPER}" stroke-width="1.5" fill-rule="evenodd"/>'
            )
    return "".join(made)


# --- the plan of the spatial concept -------------------------------------------------------------------------------

_HATCHES = {
    "right": "M-1 7L7 -1M-1 1L1 -1M5 7L7 5", "left": "M-1 -1L7 7M5 -1L7 1M-1 5L1 7",
    "cross": "M-1 7L7 -1M-1 -1L7 7", "level": "M0 3L6 3", "upright": "M3 0L3 6",
}  # fmt: skip


def hatching(sign: Mapping[str, Any]) -> str:
    """The hatching of a sign as an SVG pattern."""
    colour = quoteattr(sign["colour"])
    drawn = (
        f'<circle cx="1.5" cy="1.5" r="0.9" fill={colour}/><circle cx="4.5" cy="4.5" r="0.9" fill={colour}/>'
        if sign["hatch"] == "dots"
        else f'<path d="{_HATCHES[sign["hatch"]]}" stroke={colour} stroke-width="0.9" fill="none"/>'
    )
    return (
        f'<pattern id={quoteattr("h-" + sign["key"])} width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill={colour} fill-opacity="0.1"/>{drawn}</pattern>'
    )


def _dashes(sign: Mapping[str, Any]) -> str:
    if not sign["dash"]:
        return ' stroke-linecap="round"'
    lengths = " ".join(f"{part * sign['width'] * PEN:.1f}" for part in sign["dash"])
    return f' stroke-dasharray="{lengths}"'


def _arrow(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    turn = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    return (
        f'<path d="M0 0L-7 -4L-5 0L-7 4Z" transform="translate({end[0]:.1f} {end[1]:.1f}) rotate({turn:.1f})" '
        f"fill={quoteattr(colour)}/>"
    )


def drawn_element(plane: PointedPlane, kind: str, coordinates: Any, sign: Mapping[str, Any]) -> str:
    """A simple part of an element with its sign as SVG."""
    colour = quoteattr(sign["colour"])
    if kind == "Point":
        x, y = plane.at(coordinates)
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.6" fill={colour} stroke="{PAPER}" stroke-width="1.4"/>'
            f'<text x="{x:.1f}" y="{y + 2.5:.1f}" font-family="{FONT}" font-size="7" font-weight="600" text-anchor="middle" '
            f'fill="{PAPER}">{escape(sign["letter"])}</text>'
        )
    if kind == "LineString":
        way, points = plane.line(coordinates), [plane.at(point) for point in coordinates]
        made = f'<path d="{way}" fill="none" stroke={colour} stroke-width="{sign["width"] * PEN:.1f}" stroke-linejoin="round"{_dashes(sign)}/>'
        return made + (_arrow(points[-2], points[-1], sign["colour"]) if sign["arrow"] else "")
    fill = f"url(#h-{sign['key']})" if sign["hatch"] else sign["colour"]
    return (
        f'<path d="{plane.area(coordinates)}" fill={quoteattr(fill)} stroke={colour} stroke-width="1.3" '
        'stroke-linejoin="round" fill-rule="evenodd"/>'
    )


_ORDER = {"Polygon": 0, "LineString": 1, "Point": 2}
_AROUND = ((0, 0), (0, -11), (0, 11), (17, 0), (-17, 0), (15, -10), (-15, -10), (15, 10), (-15, 10))


def plan_map(
    districts: Mapping[str, Any],
    elements: Sequence[Mapping[str, Any]],
    *,
    outline: Geometry | None = None,
    size: float = 450,
    words: Mapping[str, str] | None = None,
    shades: Mapping[str, str] | None = None,
    base: PaperBase | None = None,
) -> str:
    """The elements of a spatial concept with their plan signs on the city; empty where nothing is drawn.

    An element is ``{geometry, sign, number}``; ``words`` say ``north`` and ``kilometres``, ``shades`` the colours of districts.
    """
    shades = shades or {}
    areas = [list(_rings(each["geometry"])) for each in districts["features"]]
    plain = "#f4f7f5" if shades or not base else "none"
    fills = [shades.get(each["properties"]["id"], plain) for each in districts["features"]]
    edge = list(_rings(outline))
    shapes = [
        (kind, coordinates, each)
        for each in elements
        for kind, coordinates in _single(each["geometry"])
        if kind in _ORDER
    ]
    points = [point for rings in [*areas, edge] for ring in rings for point in ring]
    points += [point for each in elements for point in _points(each["geometry"])]
    if not points or not (shapes or shades):
        return ""
    plane = Plane(points, size, margin=10)
    signs = {each["sign"]["key"]: each["sign"] for each in elements}
    parts = [
        "<defs>", *(hatching(sign) for sign in signs.values() if sign["hatch"]), "</defs>",
        *drawn_below(plane, base, edge),
        *(f'<path d="{plane.area(rings)}" fill="{fill}" stroke="{LINE if not shades else PAPER}" stroke-width="0.7" fill-rule="evenodd"/>' for rings, fill in zip(areas, fills, strict=True)),
        *(drawn_lines(plane, base) if shades else ()),
        *([f'<path d="{plane.area(edge)}" fill="none" stroke="{MUTED}" stroke-width="1"/>'] if edge else []),
    ]  # fmt: skip
    shapes.sort(key=lambda shape: _ORDER[shape[0]])
    parts += [drawn_element(plane, kind, coordinates, each["sign"]) for kind, coordinates, each in shapes]
    parts += _numbers(plane, shapes)
    parts += credit(plane, base, FONT)
    parts += _foot(plane, {"north": "N", "kilometres": "km", **(words or {})})
    return plane.svg(parts, FOOT)


def _numbers(plane: Plane, shapes: Sequence[tuple[str, Any, Mapping[str, Any]]]) -> Iterator[str]:
    """The numbers of the elements, none over another."""
    taken: list[tuple[float, float]] = [
        plane.at(coordinates) for kind, coordinates, _each in shapes if kind == "Point"
    ]
    for kind, coordinates, each in shapes:
        number = str(each["number"])
        if not number:
            continue
        if kind == "Point":
            x, y = plane.at(coordinates)
            y -= 11
        elif kind == "LineString":
            x, y = plane.at(coordinates[len(coordinates) // 2]) if len(coordinates) > 2 else _middle(plane, coordinates)  # fmt: skip
        else:
            x, y = _middle(plane, coordinates[0])
        spots = [(x + dx, y + dy) for dx, dy in _AROUND]
        free = (
            spot for spot in spots
            if all(abs(spot[0] - other[0]) > 17 or abs(spot[1] - other[1]) > 9 for other in taken)
        )  # fmt: skip
        x, y = next(free, spots[0])
        taken.append((x, y))
        yield _text(x, y + 2.8, number.replace(" ", "\u00a0"), size=8, weight=600)


def _foot(plane: Plane, words: Mapping[str, str]) -> Iterator[str]:
    """Scale and north."""
    one = plane.scale / KILOMETRES
    length = next((km for km in (10, 5, 2, 1, 0.5) if km * one <= plane.width * 0.3), 0.5)
    x, y = plane.margin, plane.height + 12
    yield (
        f'<path d="M{x:.1f} {y - 4:.1f}V{y:.1f}H{x + length * one:.1f}V{y - 4:.1f}" fill="none" stroke="{INK}" stroke-width="1"/>'
    )
    yield _text(x + length * one / 2, y + 10, f"{length:g} {words['kilometres']}".replace(".", ","), size=7.5)
    x = plane.width - plane.margin - 8
    yield f'<path d="M{x:.1f} {y - 9:.1f}L{x - 4:.1f} {y + 3:.1f}L{x:.1f} {y:.1f}L{x + 4:.1f} {y + 3:.1f}Z" fill="{INK}"/>'
    yield _text(x, y + 11, words["north"], size=7.5, weight=600)


def swatch(sign: Mapping[str, Any]) -> str:
    """A plan sign as it is in the legend."""
    plane = Plane([(0, 0), (34, 18)], 34, margin=0)
    plane.squeeze, plane.height = 1, 18
    plane.scale = 1
    shapes = {
        "area": ("Polygon", [[[2, 2], [32, 2], [32, 16], [2, 16], [2, 2]]]),
        "line": ("LineString", [[2, 9], [32, 9]]),
        "point": ("Point", [17, 9]),
    }
    plane.north = 18
    hatch = f"<defs>{hatching(sign)}</defs>" if sign["hatch"] else ""
    return plane.svg([hatch, drawn_element(plane, *shapes[sign["shape"]], sign)])


_AREA = [[[8, 12], [70, 6], [112, 26], [92, 66], [30, 62], [8, 12]]]


def sample(sign: Mapping[str, Any]) -> str:
    """A plan sign as it is drawn on a map on paper, large enough to judge it."""
    plane = Plane([(0, 0), (120, 72)], 120, margin=0)
    plane.squeeze, plane.scale, plane.height, plane.north = 1, 1, 72, 72
    shapes = {
        "area": ("Polygon", _AREA, (60, 40)),
        "line": ("LineString", [[8, 16], [44, 44], [76, 32], [112, 60]], (52, 34)),
        "point": ("Point", [60, 36], None),
    }
    kind, coordinates, beside = shapes[sign["shape"]]
    parts = [
        f"<defs>{hatching(sign)}</defs>" if sign["hatch"] else "",
        drawn_element(plane, kind, coordinates, sign),
    ]
    if beside:
        parts.append(_text(beside[0], 72 - beside[1] + 3, sign["letter"], size=9, weight=600))
    return plane.svg(parts)
