"""The names of a city in the memory of a process, and how one of them is found.

A large city has some 4,000 names; they are read again only when something was read in (``NameSource``), which one short
query asks. House numbers, some 60,000, stay in the table and are asked for by street and number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import shapely
from shapely.geometry.base import BaseGeometry

from insek.engines.place_names import key_starts, name_key, name_words, plain_key
from insek.thread.vocabulary import distance

from ..name_models import NamedPlace, NameSource, StreetWithoutPlace
from .gathering import flat_metres
from .rows import NameRow
from .shipped import CREDITS, shipped_base, shipped_stops, shipped_streets

SAME = 500.0
"""Metres within which two things of one name are one: a square and the stop on it."""
KIND_ORDER = ("part", "place", "station", "square", "street", "stop")
"""Which of two things of one name stays, and which of two that are found equally well comes first."""
SORT_ORDER = (NameSource.Sort.STREETS, NameSource.Sort.HOUSES, NameSource.Sort.BASE)
"""Whose spelling, districts and houses count where several know a street."""
ALIASES = {
    "bahnhof": "hauptbahnhof",
    "hbf": "hauptbahnhof",
    "bf": "hauptbahnhof",
    "uni": "universitaet",
    "vhs": "volkshochschule",
}
"""What people say for what is written otherwise, both as keys."""
SHORTEST_CORRECTED = 4
LONG = 8
"""From this length on a name may have two typing errors."""
MOST = 8


@dataclass(frozen=True)
class KnownName:
    """A name in memory."""

    kind: str
    name: str
    key: str
    lon: float
    lat: float
    box: tuple[float, float, float, float]
    codes: str = ""
    beside: str = ""
    shape: bytes = b""
    """Where it runs (WKB), empty for a point."""
    streets: tuple[int, ...] = ()
    """Rows of the table that may have its house numbers, those of the city's own houses first."""
    rank: int = 0
    """The city's own register comes before the base map, that before what is shipped."""
    official_key: str = ""

    @property
    def is_course(self) -> bool:
        """Whether it is known how it runs."""
        return bool(self.shape) and shapely.get_dimensions(shapely.from_wkb(self.shape)) == 1


@dataclass
class NameIndex:
    """All names of a city: by key, by how they may be begun, and by length with a picture of their letters."""

    names: list[KnownName] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """The words of each name, folded."""
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_plain: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    starts: list[tuple[str, int]] = field(default_factory=list)
    by_length: dict[int, list[tuple[int, str, int]]] = field(default_factory=lambda: defaultdict(list))
    unplaced: dict[str, list[StreetWithoutPlace]] = field(default_factory=dict)
    """Streets of the register of which nothing says where they lie, by key."""
    credits: tuple[str, ...] = ()
    stamp: object = None

    def exactly(self, key: str) -> list[int]:
        """Names of this key, or that people call so."""
        return (
            self.by_key.get(key)
            or self.by_key.get(ALIASES.get(key, ""), [])
            or self.by_plain.get(plain_key(key), [])
        )

    def beginning(self, key: str) -> list[int]:
        """Names that begin so, or one of whose words does."""
        place, found = bisect_left(self.starts, (key, -1)), []
        while place < len(self.starts) and self.starts[place][0].startswith(key):
            found.append(self.starts[place][1])
            place += 1
        return found

    def holding(self, key: str) -> list[int]:
        """Names one of whose words has this inside: "bahnhof" in "Westbahnhof"."""
        return [number for number, words in enumerate(self.words) if key in words]

    def nearly(self, key: str) -> list[int]:
        """Names one typing error away, two for long ones; the nearest only."""
        most = 2 if len(key) >= LONG else 1
        plain = plain_key(key)
        letters = _letters(plain)
        # of one more piece than there may be errors, one stands in the name as it was typed, about where it was typed
        step = -(-len(plain) // (most + 1))
        pieces = [(place, plain[place : place + step]) for place in range(0, len(plain), step)]
        found: list[tuple[int, int]] = []
        for length in range(len(plain) - most, len(plain) + most + 1):
            for picture, known, number in self.by_length.get(length, ()):
                if (picture ^ letters).bit_count() > 2 * most:
                    continue
                if not any(
                    piece in known[max(0, at - most) : at + most + len(piece)] for at, piece in pieces
                ):
                    continue
                errors = errors_between(plain, known, most)
                if errors <= most:
                    most = min(most, max(errors, 1))
                    found.append((errors, number))
        nearest = min((errors for errors, _number in found), default=0)
        return [number for errors, number in found if errors == nearest]

    def best(self, key: str, most: int = MOST) -> tuple[list[KnownName], bool]:
        """The names somebody may mean by a key, best first; and whether a typing error was read over."""
        if not key:
            return [], False
        found: dict[int, tuple[int, int, int, str]] = {}
        for rank, numbers in enumerate(
            (self.exactly(key), self.beginning(key), self.holding(key) if len(key) > 3 else [])
        ):
            for number in numbers:
                known = self.names[number]
                found.setdefault(number, (rank, KIND_ORDER.index(known.kind), len(known.key), known.name))
        corrected = not found and len(key) >= SHORTEST_CORRECTED
        if corrected:
            numbers = self.nearly(key)
            found = {number: (0, 0, 0, self.names[number].name) for number in numbers}
        ranked = sorted(found, key=lambda number: found[number])
        return [self.names[number] for number in ranked[:most]], corrected and bool(found)


_indexes: dict[str, NameIndex] = {}
MOST_CITIES = 4


def index_of(city: str, city_name: str = "") -> NameIndex:
    """The names of a city as they are now. One query, four more after something was read in."""
    sources = NameSource.objects.filter(city=city, is_valid=True).order_by("pk")
    read = list(sources.values_list("pk", "sort", "attribution", "read_at"))
    stamp = (city_name, tuple(read))
    index = _indexes.get(city)
    if index is not None and index.stamp == stamp:
        return index
    known = [each[:3] for each in read]
    index = make_index(_all_rows(city, {sort: pk for pk, sort, _said in known}, city_name))
    for street in StreetWithoutPlace.objects.filter(source__in=[pk for pk, _sort, _said in known]).order_by(
        "pk"
    ):
        if street.key not in index.by_key:
            index.unplaced.setdefault(street.key, []).append(street)
    said = [attribution for _pk, _sort, attribution in known if attribution]
    shipped = len(known) < 2 and (shipped_stops(city) or shipped_streets(city))
    unsaid = [words for words in CREDITS if not any(words.partition(" (")[0] in each for each in said)]
    index.credits = tuple(dict.fromkeys([*said, *(unsaid if shipped else ())]))
    index.stamp = stamp
    if city not in _indexes and len(_indexes) >= MOST_CITIES:
        _indexes.clear()
    _indexes[city] = index
    return index


def make_index(rows: Iterable[KnownName]) -> NameIndex:
    """The index of some names; of those that are one thing the best is kept."""
    index = NameIndex()
    by_key: dict[str, list[KnownName]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    for key in sorted(by_key):
        index.names += _once(by_key[key])
    for number, known in enumerate(index.names):
        index.words.append(" ".join(name_words(known.name)))
        index.by_key[known.key].append(number)
        plain = plain_key(known.key)
        index.by_plain[plain].append(number)
        index.starts += [(start, number) for start in key_starts(known.name)]
        index.by_length[len(plain)].append((_letters(plain), plain, number))
    index.starts.sort()
    return index


def _once(rows: list[KnownName]) -> list[KnownName]:
    """Of things of one name that lie together the one that counts most, with what the others know of it."""
    kept: list[KnownName] = []
    for row in sorted(
        rows,
        key=lambda row: (KIND_ORDER.index(row.kind), row.rank, -len(row.streets), not row.shape, row.codes == ""),
    ):  # fmt: skip
        place = next((place for place, other in enumerate(kept) if _apart(row, other) <= SAME), None)
        if place is None:
            kept.append(row)
            continue
        other = kept[place]
        course = row if (not other.shape and row.shape) or (row.is_course and not other.is_course) else other
        kept[place] = replace(
            other, lon=course.lon, lat=course.lat, box=course.box, shape=course.shape,
            codes=other.codes or row.codes, beside=other.beside or row.beside, streets=(*other.streets, *row.streets),
            official_key=other.official_key or row.official_key,
        )  # fmt: skip
    return kept


def _apart(one: KnownName, other: KnownName) -> float:
    """Metres between the boxes of two names."""
    west, south, east, north = one.box
    across = max(0.0, other.box[0] - east, west - other.box[2])
    up = max(0.0, other.box[1] - north, south - other.box[3])
    return flat_metres(across, up, one.lat)


def known_streets(city: str, city_name: str = "") -> dict[str, list[KnownName]]:
    """The streets and squares of a city by key, without those of a street register, which may not say where they lie."""
    sources = NameSource.objects.filter(city=city, is_valid=True).exclude(sort=NameSource.Sort.STREETS)
    found: dict[str, list[KnownName]] = defaultdict(list)
    for row in _all_rows(city, dict(sources.values_list("sort", "pk")), city_name):
        if row.kind in (NamedPlace.Kind.STREET, NamedPlace.Kind.SQUARE):
            found[row.key].append(row)
    return {key: _once(rows) for key, rows in found.items()}


def _all_rows(city: str, sources: dict[str, int], city_name: str) -> Iterator[KnownName]:
    """The names that were read in, and those that are shipped where nothing of their sort was."""
    ranks = {sources[sort]: rank for rank, sort in enumerate(SORT_ORDER) if sort in sources}
    for row in NamedPlace.objects.filter(source__in=sources.values()).order_by("pk"):
        streets = (row.pk,) if row.kind in (NamedPlace.Kind.STREET, NamedPlace.Kind.SQUARE) else ()
        box = (row.west, row.south, row.east, row.north)
        shape: BaseGeometry | None = row.shape
        wkb = shapely.to_wkb(shape) if shape is not None else b""
        yield KnownName(
            row.kind, row.name, row.key, row.lon, row.lat, box, row.codes, row.beside, wkb, streets,
            ranks[row.source_id], row.official_key,
        )  # fmt: skip
    shipped: list[NameRow] = []
    if NameSource.Sort.BASE not in sources:
        shipped += shipped_base(city)
    if NameSource.Sort.STREETS not in sources and NameSource.Sort.HOUSES not in sources:
        shipped += shipped_streets(city)
    shipped += shipped_stops(city)
    for one in shipped:
        name = _without_city(one.name, city_name)
        wkb = bytes.fromhex(one.shape)
        yield KnownName(
            one.kind, name, name_key(name), one.lon, one.lat, one.box, one.codes, one.beside, wkb, rank=len(SORT_ORDER)
        )  # fmt: skip


def _without_city(name: str, city_name: str) -> str:
    """A stop without the name of the city before it: "Hauptbahnhof" of "Kaiserslautern Hbf"."""
    bare = name.removeprefix(f"{city_name} ") if city_name else name
    return "Hauptbahnhof" if name_words(bare) == ["hbf"] else bare


def errors_between(one: str, other: str, most: int) -> int:
    """The typing errors between two keys, counted where they differ: what they begin and end with in common is passed over."""
    shortest = min(len(one), len(other))
    start = next((place for place in range(shortest) if one[place] != other[place]), shortest)
    end = next(
        (place for place in range(shortest - start) if one[-1 - place] != other[-1 - place]), shortest - start
    )
    return distance(one[start : len(one) - end], other[start : len(other) - end], most)


def _letters(key: str) -> int:
    """One bit for each letter that a key has."""
    picture = 0
    for letter in key:
        picture |= 1 << (ord(letter) & 63)
    return picture
