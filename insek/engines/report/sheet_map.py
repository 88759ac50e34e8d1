"""The map of a printed sheet: in a true scale, filling its frame, with signs, numbers and names none of which covers another.

All geometry is in metres of the city's plane; a sheet is drawn in points (1/72 inch), so that 1 m is ``72 / 0.0254 / scale``
points and the scale printed on it holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from .maps import drawn_element, hatching
from .pictures import FONT, INK, MUTED, PAPER
from .words import printable

POINT_MM = 25.4 / 72
SCALES = (
    500, 750, 1_000, 1_250, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 7_500, 10_000, 12_500, 15_000, 17_500,
    *range(20_000, 100_000, 5_000), *range(100_000, 200_000, 25_000), 200_000, 250_000, 500_000,
)  # fmt: skip
"""The scales a sheet may have; the largest that holds the extent is taken."""
ROOM = 1.05
"""How much larger than the extent the frame is at least."""
GROUND = {"built": "#f1ede6", "works": "#ebe8ee", "green": "#e4efdc", "wood": "#d2e3c8", "water": "#b9d6e6"}
WAYS = {
    "stream": ("#a9cbdd", 0.7), "minor": ("#d9d4cb", 0.5), "main": ("#c4b9a4", 1.1), "motorway": ("#b59f77", 1.6), "rail": ("#8f8f8f", 0.6),
}  # fmt: skip
"""The base map in light colours; a grey sheet has the greys of the same lightness."""
NAME, DISTRICT, NUMBER = 6.2, 8, 7
"""Sizes of letters in points: names of the base map, of districts, numbers of elements."""
WIDE = 0.54
"""Width of a letter as a share of its size, about."""
MOST_NAMES = 60
SIGN = 6.2
"""Half of what a point sign takes, in points."""
BENT = 0.32
TRIES = 14


@dataclass(frozen=True)
class SheetElement:
    """Something with a sign. ``number`` stands beside it, ``group`` is its line of the legend."""

    geometry: BaseGeometry
    sign: Mapping[str, Any]
    number: str = ""
    key: str = ""


@dataclass(frozen=True)
class SheetDistrict:
    """An outline with its name; the chosen ones stand out."""

    geometry: BaseGeometry
    name: str
    is_chosen: bool = False


@dataclass(frozen=True)
class SheetName:
    """A name of the base map on its point or along its line; what says most comes first."""

    text: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class SheetPlan:
    """What a sheet shows. ``box`` is what must be seen, in metres; ``frame`` the size of the map in millimetres."""

    box: tuple[float, float, float, float]
    frame: tuple[float, float]
    elements: Sequence[SheetElement] = ()
    districts: Sequence[SheetDistrict] = ()
    outline: BaseGeometry | None = None
    areas: Mapping[str, BaseGeometry] = field(default_factory=dict)
    lines: Mapping[str, BaseGeometry] = field(default_factory=dict)
    names: Sequence[SheetName] = ()
    is_grey: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DrawnSheet:
    """The map as SVG, its scale, and the keys of the elements that are on it and of those whose number found no room."""

    svg: str
    scale: int
    shown: tuple[str, ...]
    unnumbered: tuple[str, ...]
    base_parts: tuple[str, ...]


def scale_for(box: tuple[float, float, float, float], frame: tuple[float, float]) -> int:
    """The largest scale at which a box in metres fits a frame in millimetres."""
    west, south, east, north = box
    needed = max((east - west) * ROOM / frame[0], (north - south) * ROOM / frame[1]) * 1000
    return next((scale for scale in SCALES if scale >= needed), SCALES[-1])


def grey(colour: str) -> str:
    """The grey of the same lightness (Rec. 709)."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    level = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return f"#{level:02x}{level:02x}{level:02x}"


class SheetPlane:
    """Metres to points of a sheet, the middle of the box in the middle of the frame."""

    def __init__(self, box: tuple[float, float, float, float], frame: tuple[float, float]) -> None:
        self.scale = scale_for(box, frame)
        self.width, self.height = frame[0] / POINT_MM, frame[1] / POINT_MM
        self.points = 1000 / self.scale / POINT_MM
        """Points of a metre."""
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        self.west = middle[0] - self.width / self.points / 2
        self.north = middle[1] + self.height / self.points / 2

    @property
    def seen(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the frame in metres."""
        east, south = self.west + self.width / self.points, self.north - self.height / self.points
        return self.west, south, east, self.north

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        """A point in metres as a point of the sheet."""
        return (point[0] - self.west) * self.points, (self.north - point[1]) * self.points

    def placed(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape in metres as a shape of the sheet."""
        return affinity.affine_transform(
            shape, [self.points, 0, 0, -self.points, -self.west * self.points, self.north * self.points]
        )

    def line(self, points: Iterable[Sequence[float]]) -> str:
        """A line as SVG path."""
        return "M" + "L".join("{:.1f} {:.1f}".format(*self.at(point)) for point in points)

    def area(self, rings: Iterable[Any]) -> str:
        """An area as SVG path."""
        return "".join(f"{self.line(ring)}Z" for ring in rings)


def draw_sheet(plan: SheetPlan) -> DrawnSheet:
    """Draw the map of a sheet: base map, districts, elements, then numbers and names where they are free."""
    plane = SheetPlane(plan.box, plan.frame)
    frame = shapely.box(*plane.seen)
    tone = grey if plan.is_grey else str
    elements = [each for each in plan.elements if shapely.intersects(frame, each.geometry)]
    elements.sort(key=lambda each: -shapely.get_dimensions(each.geometry))
    signs = {each.sign["key"]: {**each.sign, "colour": tone(each.sign["colour"])} for each in elements}
    writing = _Writing(plane)
    parts = [
        "<defs>",
        *(hatching(sign) for sign in signs.values() if sign.get("hatch")),
        f'<clipPath id="rahmen"><rect width="{plane.width:.1f}" height="{plane.height:.1f}"/></clipPath></defs>',
        '<g clip-path="url(#rahmen)">',
    ]
    base = list(_base(plane, plan, frame, tone))
    parts += [path for _part, path in base]
    if plan.outline is not None:
        rings = _rings(plan.outline)
        parts.append(
            f'<path d="M0 0H{plane.width:.1f}V{plane.height:.1f}H0Z{plane.area(rings)}" fill="#ffffff" fill-opacity="0.55" fill-rule="evenodd"/>'
            f'<path d="{plane.area(rings)}" fill="none" stroke="{MUTED}" stroke-width="1.1"/>'
        )
    parts += _districts(plane, plan, tone)
    for each in elements:
        sign = signs[each.sign["key"]]
        for kind, coordinates in _simple(each.geometry, frame):
            if kind == "LineString":
                parts.append(
                    f'<path d="{plane.line(coordinates)}" fill="none" stroke="{PAPER}" stroke-opacity="0.8" stroke-width="{sign["width"] * 0.6 + 2.2:.1f}" stroke-linejoin="round"/>'
                )
            parts.append(drawn_element(plane, kind, coordinates, sign))
        writing.keep_free(each.geometry)
    parts.append("</g>")
    unnumbered = [each.key for each in elements if each.number and not writing.number(each)]
    for district in sorted(plan.districts, key=lambda one: (not one.is_chosen, -shapely.area(one.geometry))):
        writing.district(district, frame)
    known = {part.casefold() for each in plan.districts for part in (each.name, *each.name.split("/"))}
    for name in plan.names[: 6 * MOST_NAMES]:
        if writing.count >= MOST_NAMES:
            break
        if name.text.casefold() not in known:
            writing.name(name, frame)
            known.add(name.text.casefold())
    parts += writing.parts
    parts += _scale_and_north(plane, plan.words)
    parts.append(
        f'<rect x="0.4" y="0.4" width="{plane.width - 0.8:.1f}" height="{plane.height - 0.8:.1f}" fill="none" stroke="{INK}" stroke-width="0.8"/>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plane.width:.1f} {plane.height:.1f}" '
        f'width="{plane.width:.1f}" height="{plane.height:.1f}">{"".join(parts)}</svg>'
    )
    shown = tuple(dict.fromkeys(each.key for each in elements))
    return DrawnSheet(svg, plane.scale, shown, tuple(unnumbered), tuple(part for part, _path in base))


def _rings(shape: BaseGeometry) -> list[Any]:
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [ring.coords for part in polygons for ring in (part.exterior, *part.interiors)]


def _base(plane: SheetPlane, plan: SheetPlan, frame: BaseGeometry, tone: Any) -> Iterator[tuple[str, str]]:
    """The base map as part and path, cut to the frame."""
    fine = 0.35 / plane.points
    for part, colour in GROUND.items():
        shape = plan.areas.get(part)
        if shape is None:
            continue
        cut = shapely.simplify(shapely.clip_by_rect(shape, *frame.bounds), fine)
        if rings := _rings(cut):
            yield part, f'<path d="{plane.area(rings)}" fill="{tone(colour)}" fill-rule="evenodd"/>'
    for part, (colour, width) in WAYS.items():
        shape = plan.lines.get(part)
        if shape is None:
            continue
        cut = shapely.simplify(shapely.clip_by_rect(shape, *frame.bounds), fine)
        lines = [one.coords for one in shapely.get_parts(cut) if one.geom_type == "LineString"]
        if lines:
            path = "".join(plane.line(points) for points in lines)
            yield (
                part,
                f'<path d="{path}" fill="none" stroke="{tone(colour)}" stroke-width="{width}" stroke-linejoin="round"/>',
            )


def _districts(plane: SheetPlane, plan: SheetPlan, tone: Any) -> Iterator[str]:
    for each in sorted(plan.districts, key=lambda one: one.is_chosen):
        path = plane.area(_rings(each.geometry))
        if each.is_chosen:
            yield f'<path d="{path}" fill="{tone("#f6e3d3")}" fill-opacity="0.45" stroke="{tone("#a44e16")}" stroke-width="1.4"/>'
        else:
            yield f'<path d="{path}" fill="none" stroke="{tone("#8d9793")}" stroke-width="0.6" stroke-dasharray="3 1.6"/>'


def _simple(geometry: BaseGeometry, frame: BaseGeometry) -> Iterator[tuple[str, Any]]:
    """The simple parts of an element: kind and coordinates."""
    for part in shapely.get_parts(geometry):
        if part.geom_type == "GeometryCollection":
            yield from _simple(part, frame)
        elif part.geom_type == "Polygon":
            yield "Polygon", [list(ring.coords) for ring in (part.exterior, *part.interiors)]
        elif part.geom_type == "LineString":
            yield "LineString", list(part.coords)
        elif part.geom_type == "Point":
            yield "Point", (part.x, part.y)


class _Writing:
    """Letters on the sheet: each takes its room, and what finds none is left out."""

    def __init__(self, plane: SheetPlane) -> None:
        self.plane = plane
        self.parts: list[str] = []
        self.count = 0
        self.inside = shapely.box(3, 3, plane.width - 3, plane.height - 3)
        wide, tall = CORNER
        self.taken: list[BaseGeometry] = [shapely.box(0, plane.height - tall, wide, plane.height)]

    def keep_free(self, geometry: BaseGeometry) -> None:
        """No letters over a point or line sign; areas may be written on."""
        placed = self.plane.placed(geometry)
        for part in shapely.get_parts(placed):
            if part.geom_type == "Point":
                self.taken.append(shapely.box(part.x - SIGN, part.y - SIGN, part.x + SIGN, part.y + SIGN))
            elif part.geom_type == "LineString":
                self.taken.append(part.buffer(2.6, quad_segs=2))

    def _free(self, box: BaseGeometry) -> bool:
        return bool(self.inside.contains(box)) and not any(box.intersects(other) for other in self.taken)

    def number(self, element: SheetElement) -> bool:
        """The number of an element beside its sign, or inside its area. Whether it found room."""
        text = printable(element.number).replace(" ", "\u00a0")
        half, tall = len(text) * NUMBER * WIDE / 2 + 1, NUMBER
        placed = self.plane.placed(element.geometry)
        dimension = shapely.get_dimensions(placed)
        for x, y in _spots(placed, dimension, half):
            box = shapely.box(x - half, y - tall / 2, x + half, y + tall / 2)
            if self._free(box):
                self.taken.append(box)
                self.parts.append(_text(x, y, text, size=NUMBER, weight=600))
                return True
        return False

    def district(self, district: SheetDistrict, frame: BaseGeometry) -> None:
        """The name of a district inside what is seen of it."""
        seen = shapely.intersection(shapely.make_valid(district.geometry), frame)
        if seen.is_empty or shapely.get_dimensions(seen) != 2:
            return
        point = self.plane.placed(shapely.point_on_surface(seen))
        half = len(district.name) * DISTRICT * (WIDE + 0.06) / 2 + 1
        for dx, dy in ((0, 0), (0, -14), (0, 14), (-24, 0), (24, 0), (0, -28), (0, 28)):
            x, y = point.x + dx, point.y + dy
            box = shapely.box(x - half, y - DISTRICT / 2 - 1, x + half, y + DISTRICT / 2 + 1)
            if self._free(box):
                self.taken.append(box)
                self.parts.append(
                    _text(x, y, district.name, size=DISTRICT, weight=500, colour=MUTED, spacing=0.5)
                )
                return

    def name(self, name: SheetName, frame: BaseGeometry) -> None:
        """A name of the base map, on its point or along its line where this is straight enough."""
        text = printable(name.text)
        wide, tall = len(text) * NAME * WIDE + 2, NAME + 2
        if shapely.get_dimensions(name.geometry) == 0:
            point = self.plane.placed(name.geometry)
            places = [
                (point.x, point.y + dy, 0.0, shapely.box(point.x - wide / 2, point.y + dy - tall / 2, point.x + wide / 2, point.y + dy + tall / 2))
                for dy in (0, -tall, tall)
            ]  # fmt: skip
        else:
            places = list(_along(self.plane.placed(shapely.intersection(name.geometry, frame)), wide, tall))
        for x, y, angle, box in places:
            if self._free(box):
                self.taken.append(box.buffer(2))
                self.count += 1
                turn = f' transform="rotate({angle:.0f} {x:.1f} {y:.1f})"' if abs(angle) >= 1 else ""
                self.parts.append(_text(x, y, text, size=NAME, colour="#5c615e", turn=turn))
                return


def _spots(placed: BaseGeometry, dimension: int, half: float) -> Iterator[tuple[float, float]]:
    """Where the number of an element may stand, the best first."""
    if dimension == 2:
        largest = max(shapely.get_parts(placed), key=shapely.area)
        point = shapely.point_on_surface(largest)
        for dx, dy in ((0, 0), (0, -9), (0, 9), (half * 2, 0), (-half * 2, 0), (0, -18), (0, 18)):
            yield point.x + dx, point.y + dy
        west, north, east, south = largest.bounds
        yield from (
            (point.x, north - 6),
            (point.x, south + 6),
            (east + half + 2, point.y),
            (west - half - 2, point.y),
        )
    elif dimension == 1:
        longest = max(shapely.get_parts(placed), key=shapely.length)
        for share in (0.5, 0.35, 0.65, 0.2, 0.8):
            point = shapely.line_interpolate_point(longest, share, normalized=True)
            for dx, dy in ((0, -9), (0, 9), (half + 6, 0), (-half - 6, 0), (half + 4, -8), (-half - 4, 8)):
                yield point.x + dx, point.y + dy
    else:
        point = shapely.get_parts(placed)[0]
        beside = SIGN + half + 1
        for right, down in (
            (beside, 0), (-beside, 0), (0, -SIGN - 5), (0, SIGN + 5), (beside, -8), (-beside, -8), (beside, 8), (-beside, 8),
            (0, -SIGN - 13), (0, SIGN + 13),
        ):  # fmt: skip
            yield point.x + right, point.y + down


def _along(
    shape: BaseGeometry, wide: float, tall: float
) -> Iterator[tuple[float, float, float, BaseGeometry]]:
    """Straight stretches of lines that hold a name, from their middle outwards: place, angle, and the room it takes."""
    lines = [
        one for one in shapely.get_parts(shape) if one.geom_type == "LineString" and one.length >= wide * 1.05
    ]
    for line in sorted(lines, key=lambda one: -one.length)[:3]:
        room = line.length - wide
        for number in range(TRIES):
            begin = room * (0.5 + (number + 1) // 2 * (-1) ** number / TRIES)
            piece = substring(line, begin, begin + wide)
            (x1, y1), (x2, y2) = piece.coords[0], piece.coords[-1]
            if shapely.hausdorff_distance(piece, shapely.LineString([(x1, y1), (x2, y2)])) > BENT * tall:
                continue
            angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
            angle -= 180 * round(angle / 180)
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            flat = shapely.box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
            yield x, y, angle, affinity.rotate(flat, angle, origin=(x, y))


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    weight: int = 400,
    colour: str = INK,
    spacing: float = 0,
    turn: str = "",
) -> str:
    spaced = f' letter-spacing="{spacing}"' if spacing else ""
    return (
        f'<text x="{x:.1f}" y="{y + size * 0.35:.1f}" font-family="{FONT}" font-size="{size}" font-weight="{weight}" text-anchor="middle"'
        f'{spaced}{turn} fill={quoteattr(colour)} stroke="{PAPER}" stroke-width="2" stroke-linejoin="round" paint-order="stroke">{escape(text)}</text>'
    )


CORNER = (176.0, 34.0)
"""Width and height of the corner that holds scale and north, in points."""
KILOMETRE = 1000


def _scale_and_north(plane: SheetPlane, words: Mapping[str, str]) -> Iterator[str]:
    """The bar of the scale with its number, and the arrow to the north, on a plate in the lower left corner."""
    wide, tall = CORNER
    top = plane.height - tall
    yield f'<rect x="0" y="{top:.1f}" width="{wide}" height="{tall}" fill="{PAPER}" fill-opacity="0.92"/>'
    longest = wide - 62
    length = max(
        (
            value
            for power in range(6)
            for value in (10**power, 2 * 10**power, 5 * 10**power)
            if value * plane.points <= longest
        ),
        default=1,
    )
    x, y, end = 30.0, top + 20, 30 + length * plane.points
    middle = (x + end) / 2
    yield (
        f'<path d="M{x:.1f} {y:.1f}H{end:.1f}" stroke="{INK}" stroke-width="3.4"/>'
        f'<path d="M{middle:.1f} {y:.1f}H{end - 0.4:.1f}" stroke="{PAPER}" stroke-width="2.4"/>'
    )
    in_km = length >= KILOMETRE
    unit = words.get("kilometres", "km") if in_km else words.get("metres", "m")
    decimal = words.get("decimal", ",")
    half = f"{length / 2 / (KILOMETRE if in_km else 1):g}".replace(".", decimal)
    whole = f"{length / (KILOMETRE if in_km else 1):g}".replace(".", decimal)
    for place, label in ((x, "0"), (middle, half), (end, f"{whole} {unit}")):
        yield _text(place, y + 8, label, size=6.4)
    thousands = words.get("thousands", ".")
    number = f"{plane.scale:,}".replace(",", thousands)
    yield _text((x + end) / 2, y - 9, f"1 : {number}", size=8, weight=600)
    a = 13.0
    yield f'<path d="M{a} {top + 5:.1f}L{a - 4.6} {top + 20:.1f}L{a} {top + 16.5:.1f}L{a + 4.6} {top + 20:.1f}Z" fill="{INK}"/>'
    yield _text(a, top + 27, words.get("north", "N"), size=7.5, weight=600)
