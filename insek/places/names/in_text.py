"""The places that a text names, as proposals: a machine reads, a person decides."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import cast

import shapely

from insek.concept.models import Concept
from insek.engines.names_in_text import NamesInText
from insek.people.actors import Actor

from ..models import NamedPlace
from ..queries import is_outside
from .finding import DISTRICT, DistrictName, FoundPlace, district_names, found_place
from .index import NameIndex, index_of

MOST = 6
"""Places that are proposed at most."""
LONGEST = 20_000
"""Letters of a text that are read."""
_finders: dict[str, tuple[object, NamesInText]] = {}


@dataclass(frozen=True)
class NamedPlaceInText:
    """A name that a text holds, with the places it may mean."""

    words: str
    places: tuple[FoundPlace, ...]

    @property
    def is_ambiguous(self) -> bool:
        """It may mean more than one."""
        return len(self.places) > 1


def places_in_text(concept: Concept, text: str, actor: Actor, most: int = MOST) -> list[NamedPlaceInText]:
    """The places in the city that a text names, each once, in the order of the text. Three queries."""
    index = index_of(concept.key, concept.city)
    districts = district_names(concept, actor)
    by_id = {one.pk: one for one in districts}
    found: list[NamedPlaceInText] = []
    seen: set[tuple[object, ...]] = set()
    for one in _finder(concept.key, index, districts).find(text[:LONGEST]):
        if one.ids in seen or len(found) == most:
            continue
        seen.add(one.ids)
        places = [
            _of_district(by_id[key])
            if isinstance(key, str)
            else found_place(index.names[cast(int, key)], districts)
            for key in one.ids
        ]
        inside = tuple(place for place in places if not is_outside(concept, actor, place.lon, place.lat))
        if inside:
            found.append(NamedPlaceInText(one.words.rstrip("-"), inside))
    return found


def _of_district(one: DistrictName) -> FoundPlace:
    return FoundPlace(DISTRICT, one.title, one.lon, one.lat, one.box, pk=one.pk, codes=(one.code,))


def _finder(city: str, index: NameIndex, districts: Sequence[DistrictName]) -> NamesInText:
    """The names of a city made ready once; a stop or a part that is called like a district is that district."""
    stamp = (index.stamp, tuple((one.pk, one.title) for one in districts))
    kept = _finders.get(city)
    if kept is not None and kept[0] == stamp:
        return kept[1]
    taken = {part.casefold() for one in districts for part in (one.title, *one.title.split("/"))}
    names: list[tuple[Hashable, str]] = [(one.pk, one.title) for one in districts]
    names += [
        (number, known.name)
        for number, known in enumerate(index.names)
        if known.name.casefold() not in taken
        or known.kind in (NamedPlace.Kind.STREET, NamedPlace.Kind.SQUARE)
    ]
    finder = NamesInText(names)
    _finders[city] = (stamp, finder)
    return finder


def shape_of(place: FoundPlace) -> shapely.Geometry:
    """What becomes the place of an item: the course of a street where it is known as a line, else the point."""
    if place.shape:
        shape = shapely.from_wkb(place.shape)
        if shapely.get_dimensions(shape) == 1:
            return shape
    return shapely.Point(place.lon, place.lat)
