"""Where a point lies: in the city, in its surroundings, or far away. City and surroundings belong together."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.geometry import to_metric
from insek.people.actors import ANONYMOUS
from insek.places.models import District
from insek.thread.shared_cache import cached

from .models import Contribution

SURROUNDINGS = 15_000
"""Metres around the city in which a place is taken, after asking; farther away it is a slip of the pen."""


class Whereabouts(StrEnum):
    """How a point lies to the city."""

    CITY = "city"
    AROUND = "around"
    FAR = "far"


def whereabouts(concept: Concept, lon: float, lat: float) -> Whereabouts:
    """How a point lies to the city; a city without an outline takes every point. One query, kept."""
    return lies(outline_of(concept), concept.metric_crs, lon, lat)


def outline_of(concept: Concept) -> BaseGeometry | None:
    """The outline of the city, internal or not, kept until something changes; shown to nobody. One query."""
    # for visitors, because a contribution that comes in does not empty what is theirs, and every change of a district does
    return cached(concept, ANONYMOUS, "outline of the city", lambda: _outline(concept))


def _outline(concept: Concept) -> BaseGeometry | None:
    cities = District.objects.of(concept).filter(level=District.Level.CITY, west__isnull=False)
    row = cities.only("geometry").order_by("pk").first()
    return row.geometry if row is not None else None


def lies(outline: BaseGeometry | None, epsg: int, lon: float, lat: float) -> Whereabouts:
    """How a point lies to an outline (degrees)."""
    if outline is None:
        return Whereabouts.CITY
    west, south, east, north = outline.bounds
    point = shapely.Point(lon, lat)
    if west <= lon <= east and south <= lat <= north and outline.covers(point):
        return Whereabouts.CITY
    # a degree is no more than 112 km, so that what lies two degrees off need not be measured, nor can it be near the poles
    if not (west - 2 <= lon <= east + 2 and south - 2 <= lat <= north + 2):
        return Whereabouts.FAR
    metres = to_metric(point, epsg).distance(_on_plane(shapely.to_wkb(outline), epsg))
    return Whereabouts.AROUND if metres <= SURROUNDINGS else Whereabouts.FAR


@lru_cache(maxsize=4)
def _on_plane(outline: bytes, epsg: int) -> BaseGeometry:
    return to_metric(shapely.from_wkb(outline), epsg)


def is_outside(row: Contribution, outline: BaseGeometry | None) -> bool:
    """Whether the point of a contribution lies outside an outline of the city."""
    if row.lon is None or row.lat is None or outline is None:
        return False
    return not outline.covers(shapely.Point(float(row.lon), float(row.lat)))


def far_words() -> str:
    """Why a point far away is refused."""
    return _("Dieser Ort liegt weit außerhalb der Stadt. Bitte prüfen Sie ihn, oder lassen Sie ihn weg.")


def around_words() -> str:
    """What is asked of a point in the surroundings."""
    return _(
        "Dieser Ort liegt außerhalb der Stadt. Bitte bestätigen Sie, dass er stimmt, oder ändern Sie ihn."
    )


def districts_of_contributions(concept: Concept, ids: Sequence[str]) -> dict[str, set[str]]:
    """The district that each contribution is about, with those it is a part of not named. One query."""
    rows = Contribution.objects.filter(item__concept=concept).exclude(district=None)
    wanted = set(ids)
    return {item: {district} for item, district in rows.values_list("item", "district") if item in wanted}
