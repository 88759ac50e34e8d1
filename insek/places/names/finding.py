"""From what somebody types to places: addresses, streets, stops, districts, with a choice where more may be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.place_names import begun_key, name_key, name_words, read_address
from insek.people.actors import Actor
from insek.thread.shared_cache import cached

from ..models import District, HouseNumber, NamedPlace
from ..queries import map_places
from .index import MOST, KnownName, index_of

DISTRICT = "district"
LONGEST = 120
"""Letters of a question that are looked at."""
MOST_STREETS = 20


@dataclass(frozen=True)
class FoundPlace:
    """A place that was found. ``box`` is what it fills (degrees), ``district`` the title of the district it lies in."""

    kind: str
    name: str
    lon: float
    lat: float
    box: tuple[float, float, float, float]
    district: str = ""
    number: str = ""
    """The house number that was found."""
    pk: str = ""
    """The id of a district."""
    codes: tuple[str, ...] = ()
    shape: bytes = b""
    """Where it runs (WKB), empty for a point."""

    @property
    def label(self) -> str:
        """Name and house number."""
        return f"{self.name} {self.number}".strip()

    @property
    def whole(self) -> str:
        """Name, number and district; what the field takes back as this place."""
        return f"{self.label}, {self.district}" if self.district else self.label

    @property
    def kind_label(self) -> str:
        """What it is."""
        if self.kind == DISTRICT:
            return _("Stadtteil")
        return _("Adresse") if self.number else str(NamedPlace.Kind(self.kind).label)


@dataclass(frozen=True)
class PlacesFound:
    """What was found for a text, best first."""

    places: tuple[FoundPlace, ...] = ()
    is_corrected: bool = False
    """A typing error was read over."""
    missing_number: str = ""
    """The house number that was asked for and is not known; the street is shown instead."""

    unplaced: str = ""
    """The street of the register that was asked for; nothing says where it lies, ``places`` are at most the districts it belongs to."""

    @property
    def only(self) -> FoundPlace | None:
        """The one place that is meant, None where more may be."""
        return self.places[0] if len(self.places) == 1 else None


@dataclass(frozen=True)
class DistrictName:
    """A district as finding needs it, in plain values."""

    pk: str
    code: str
    title: str
    lon: float
    lat: float
    box: tuple[float, float, float, float]
    outline: bytes
    """Its official outline (WKB), empty where it is drawn by hand."""


def find_places(concept: Concept, text: str, actor: Actor, most: int = MOST) -> PlacesFound:
    """The places a text may mean. Two queries for visitors, one more for a house number."""
    address = read_address(text[:LONGEST])
    index = index_of(concept.key, concept.city)
    districts = district_names(concept, actor)
    names, corrected = index.best(begun_key(address.name), most=MOST_STREETS)
    if not names and address.number:  # a name that ends with a number
        names, corrected = index.best(begun_key(text[:LONGEST]), most=MOST_STREETS)
    unplaced = index.unplaced.get(name_key(address.name), ())
    if unplaced and not any(name.key == name_key(address.name) for name in names):
        codes = {code for street in unplaced for code in street.codes.split()[:1]}
        parts = [_district_place(one) for one in districts if one.code and one.code in codes]
        return PlacesFound(tuple(parts[:most]), unplaced=unplaced[0].name)
    names = _those_beside(names, address.beside, districts)
    exact = [name for name in names if name.key == name_key(address.name)]
    if exact and (address.number or address.beside):
        names = exact
    parts = [] if address.number else _districts_named(address.name, districts)
    taken = {name_key(part.name) for part in parts}
    names = [name for name in names if not (name.kind == NamedPlace.Kind.PART and name.key in taken)]
    houses = _houses(names, address.number, address.suffix) if address.number else {}
    found = [found_place(name, districts, houses.get(name.streets)) for name in names]
    if houses:
        found.sort(key=lambda place: not place.number)
        if not address.beside:
            found = [place for place in found if place.number]
    places = (*parts, *found)[:most]
    missing = f"{address.number}{address.suffix}" if address.number and places and not houses else ""
    return PlacesFound(places, corrected and not parts, missing)


def meant(concept: Concept, text: str, actor: Actor) -> PlacesFound:
    """The place a text names exactly, alone; else all it may mean. Queries as ``find_places``."""
    found = find_places(concept, text, actor)
    if found.unplaced:
        return found
    key = name_key(read_address(text).name)
    exact = [place for place in found.places if name_key(place.name) == key]
    if len({place.whole for place in exact}) == 1 or (exact and exact[0].kind == DISTRICT):
        return PlacesFound((exact[0],), missing_number=found.missing_number)
    if exact and len(exact) < len(found.places):
        return PlacesFound(tuple(exact), missing_number=found.missing_number)
    return found


def _those_beside(
    names: Sequence[KnownName], beside: str, districts: Sequence[DistrictName]
) -> list[KnownName]:
    """The names in the part of the city that stands behind the comma; all where none lies there."""
    wanted = set(name_words(beside))
    if not wanted:
        return list(names)
    known = [
        name
        for name in names
        if wanted
        & {word for part in (name.beside, _district_of(name, districts)) for word in name_words(part)}
    ]
    return known or list(names)


def _district_of(name: KnownName, districts: Sequence[DistrictName]) -> str:
    """The district that the source names, else the one in whose official outline the point lies."""
    code = name.codes.split(" ")[0]
    if code:
        return next((district.title for district in districts if district.code == code), name.beside)
    return district_at(districts, name.lon, name.lat) or name.beside


def district_at(districts: Sequence[DistrictName], lon: float, lat: float) -> str:
    """The title of the district in whose official outline a point lies; empty where none is known."""
    for district in districts:
        west, south, east, north = district.box
        near = district.outline and west <= lon <= east and south <= lat <= north
        if near and shapely.from_wkb(district.outline).covers(shapely.Point(lon, lat)):
            return district.title
    return ""


def found_place(
    name: KnownName, districts: Sequence[DistrictName], house: tuple[str, float, float] | None = None
) -> FoundPlace:
    """A name of the index as a place, or a house in its street."""
    district = _district_of(name, districts)
    codes = tuple(name.codes.split())
    if house is None:
        return FoundPlace(
            name.kind, name.name, name.lon, name.lat, name.box, district, codes=codes, shape=name.shape
        )
    number, lon, lat = house
    official = district_at(districts, lon, lat)
    return FoundPlace(
        name.kind, name.name, lon, lat, (lon, lat, lon, lat), official or district, number, codes=codes
    )


def _houses(
    names: Sequence[KnownName], number: int, suffix: str
) -> dict[tuple[int, ...], tuple[str, float, float]]:
    """The house of this number in each street; without the letter where that is not known. One query."""
    streets = {street: name.streets for name in names for street in name.streets}
    if not streets:
        return {}
    rows = HouseNumber.objects.filter(street__in=streets, number=number, suffix__in={suffix, ""})
    found: dict[tuple[int, ...], tuple[str, float, float]] = {}
    for row in sorted(
        rows, key=lambda row: (row.suffix != suffix, streets[row.street_id].index(row.street_id))
    ):
        found.setdefault(streets[row.street_id], (f"{row.number}{row.suffix}", row.lon, row.lat))
    return found


def _districts_named(text: str, districts: Sequence[DistrictName]) -> list[FoundPlace]:
    """The districts that a text names or begins to name: "Betzenberg", "Uniwohnstadt", "Ortsteil Mölschbach"."""
    words = [
        word
        for word in name_words(text)
        if word not in ("ortsteil", "stadtteil", "ortsbezirk", "stadtviertel")
    ]
    key = "".join(words)
    if len(key) < 3:
        return []
    found = [
        district
        for district in districts
        if any(
            name_key(part) == key or (len(key) > 3 and name_key(part).startswith(key))
            for part in (district.title, *district.title.split("/"))
        )
    ]
    return [_district_place(one) for one in found]


def _district_place(one: DistrictName) -> FoundPlace:
    return FoundPlace(DISTRICT, one.title, one.lon, one.lat, one.box, pk=one.pk, codes=(one.code,))


def district_names(concept: Concept, actor: Actor) -> list[DistrictName]:
    """The districts an actor may see, without the city; kept for visitors. One query."""
    return cached(concept, actor, "district names", lambda: _district_names(map_places(concept, actor)))


def _district_names(rows: Sequence[District]) -> list[DistrictName]:
    found = []
    for row in rows:
        area: BaseGeometry | None = row.geometry
        if row.level == District.Level.CITY:
            continue
        if row.centre_lon is not None and row.centre_lat is not None:
            lon, lat = float(row.centre_lon), float(row.centre_lat)
        elif area is not None:
            point = area.representative_point()
            lon, lat = point.x, point.y
        else:
            continue
        box = area.bounds if area is not None else (lon, lat, lon, lat)
        outline = shapely.to_wkb(area) if area is not None and not row.schematic else b""
        found.append(DistrictName(row.pk, row.code, row.item.title, lon, lat, box, outline))
    return found
