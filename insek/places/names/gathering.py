"""From features, houses and lines of a register to the names of the gazetteer: one row for each street, square, stop and place.

Two streets of one name in two villages are two; pieces of one street are one. They are told apart by how far they lie from
each other (``APART``), and by what the source says of the part of the city.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from insek.engines.place_names import name_key

from ..basemap.features import BaseFeature
from .kinds import PART, PLACE, SQUARE, STATION, STOP, STREET
from .rows import HouseLine, NameRow

FINE = 0.00005
"""Degrees by which a street is generalised, some five metres."""
APART = 700.0
"""Metres from which on two things of one name are two."""
LONGEST_CODES = 60
METRES = 111_320.0
"""Metres of a degree of latitude."""
KINDS = {
    "square": SQUARE, "station": STATION, "stop": STOP,
    "city": "", "town": PART, "village": PART, "suburb": PART,
    "quarter": PART, "hamlet": PART, "junction": "",
}  # fmt: skip
"""The kind of name for the class of a place; any other is a place, an empty one is left out."""
SQUARES = ("platz", "Platz", "markt", "Markt")
NAMED_LAYERS = frozenset({"landuse", "wood", "water", "waterway", "building"})
House = tuple[int, str, float, float]
"""Number, letter, longitude, latitude."""


class NameGatherer:
    """Takes the features of a base map one after the other; keeps of each name its points, not its geometry."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, str], list[BaseGeometry]] = defaultdict(list)
        self._houses: dict[str, list[House]] = defaultdict(list)
        self._written: dict[str, str] = {}

    def add(self, feature: BaseFeature) -> None:
        """Note what a feature is called, and its address where it has one."""
        if feature.street and feature.number:
            self._add_house(feature)
        kind = kind_of(feature)
        if kind and feature.name and len(feature.name) <= 120:
            key = name_key(feature.name)
            self._written.setdefault(key, feature.name)
            self._pieces[kind, key].append(outline_or_point(feature.geometry))

    def _add_house(self, feature: BaseFeature) -> None:
        digits = "".join(letter for letter in feature.number.split("-")[0] if letter.isdigit())
        letter = feature.number.split("-")[0].removeprefix(digits).strip().lower()
        if not digits or len(digits) > 4 or len(letter) > 8:
            return
        point = shapely.point_on_surface(feature.geometry)
        key = name_key(feature.street)
        self._written.setdefault(key, feature.street)
        self._houses[key].append((int(digits), letter, point.x, point.y))

    def rows(self) -> list[NameRow]:
        """The names, each place once."""
        found = []
        left = dict(self._houses)
        for (kind, key), pieces in sorted(self._pieces.items()):
            for places in together(pieces):
                group: list[BaseGeometry] = [pieces[place] for place in places]
                near: list[House] = []
                if kind in (STREET, SQUARE):
                    near, left[key] = near_to(group, left.get(key, []))
                found.append(_row(kind, self._written[key], group, near))
        for key, houses in sorted(left.items()):
            points = [shapely.Point(lon, lat) for _number, _letter, lon, lat in houses]
            for places in together(points):
                group = [points[place] for place in places]
                found.append(_row(STREET, self._written[key], group, [houses[place] for place in places]))
        return found


def kind_of(feature: BaseFeature) -> str:
    """The kind of name of a feature, empty where it gives none."""
    if feature.layer == "road" and feature.kind not in ("motorway", "track", "path"):
        return SQUARE if feature.name.endswith(SQUARES) else STREET
    if feature.layer == "place":
        return KINDS.get(feature.kind, PLACE)
    return PLACE if feature.layer in NAMED_LAYERS else ""


def outline_or_point(shape: BaseGeometry) -> BaseGeometry:
    """A shape as light as it can be kept: lines as they are, areas as a point inside."""
    return shape if shapely.get_dimensions(shape) < 2 else shapely.point_on_surface(shape)


def flat(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Shapes (degrees) on a plane in metres, well enough within a city."""
    squeeze = math.cos(math.radians(shapes[0].bounds[1])) if shapes else 1.0
    return [shapely.transform(shape, lambda xy: xy * [squeeze * METRES, METRES]) for shape in shapes]


def flat_metres(across: float, up: float, latitude: float) -> float:
    """The length in metres of a way of some degrees to the east and to the north."""
    return math.hypot(across * math.cos(math.radians(latitude)), up) * METRES


def together(pieces: Sequence[BaseGeometry]) -> list[list[int]]:
    """The places of the pieces of one name in groups that lie apart from each other."""
    group_of = list(range(len(pieces)))
    if len(pieces) > 1:
        plane = flat(pieces)
        pairs = shapely.STRtree(plane).query(plane, predicate="dwithin", distance=APART)
        for one, other in zip(*pairs.tolist(), strict=True):
            if group_of[one] != group_of[other]:
                old, new = sorted((group_of[one], group_of[other]), reverse=True)
                group_of = [new if group == old else group for group in group_of]
    groups: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(group_of):
        groups[group].append(place)
    return list(groups.values())


def near_to(group: Sequence[BaseGeometry], houses: list[House]) -> tuple[list[House], list[House]]:
    """The houses that lie near a group of pieces, and the others."""
    if not houses:
        return [], []
    plane = flat([*group, *(shapely.Point(house[2], house[3]) for house in houses)])
    whole, points = shapely.union_all(plane[: len(group)]), plane[len(group) :]
    near = shapely.dwithin(points, whole, APART)
    pairs = list(zip(houses, near, strict=True))
    return [house for house, is_near in pairs if is_near], [house for house, is_near in pairs if not is_near]


def _row(
    kind: str,
    name: str,
    group: Sequence[BaseGeometry],
    houses: Iterable[House] = (),
    *,
    codes: str = "",
    beside: str = "",
    official_key: str = "",
) -> NameRow:
    whole = shapely.union_all(list(group))
    middle = shapely.shortest_line(whole, whole.centroid)
    lon, lat = shapely.get_coordinates(middle)[0]
    west, south, east, north = (round(value, 6) for value in whole.bounds)
    drawn = shapely.simplify(whole, FINE)
    shape = "" if drawn.geom_type == "Point" else shapely.to_wkb(drawn, hex=True)
    once = {(number, letter): (number, letter, round(x, 6), round(y, 6)) for number, letter, x, y in houses}
    return NameRow(
        kind,
        name,
        round(float(lon), 6),
        round(float(lat), 6),
        (west, south, east, north),
        codes,
        beside,
        shape,
        tuple(once.values()),
        official_key,
    )


def rows_of_points(lines: Sequence[HouseLine], shapes: Sequence[BaseGeometry]) -> list[NameRow]:
    """The streets of house coordinates or of a register, each with its houses; ``shapes`` say where each line lies (degrees): a point, or how a street runs."""
    streets: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    keys: dict[str, str] = {}
    for place, line in enumerate(lines):
        beside = "" if line.official_key else line.beside
        key = keys.get(line.street) or keys.setdefault(line.street, name_key(line.street))
        streets[key, beside, line.official_key].append(place)
    found = []
    for (_key, _beside, official_key), all_places in sorted(streets.items()):
        name = lines[all_places[0]].street
        kind = SQUARE if name.endswith(SQUARES) else STREET
        for group in together([shapes[place] for place in all_places]):
            places = [all_places[member] for member in group]
            houses = [
                (lines[place].number, lines[place].suffix, shapes[place].x, shapes[place].y)
                for place in places
                if lines[place].number
            ]
            codes = _most_first(code for place in places for code in lines[place].codes.split())
            [(beside, _count)] = Counter(lines[place].beside for place in places).most_common(1)
            found.append(
                _row(
                    kind, name, [shapes[place] for place in places], houses, codes=codes, beside=beside, official_key=official_key
                )
            )  # fmt: skip
    return found


def _most_first(words: Iterable[str]) -> str:
    """Words with blanks between, the most frequent first, as many as are kept."""
    counted = [word for word, _count in Counter(words).most_common() if word]
    while len(" ".join(counted)) > LONGEST_CODES:
        counted.pop()
    return " ".join(counted)
