"""The section of the city map that somebody looks at: what of the list lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db.models import Exists, F, OuterRef, Q

from insek.concept.asker import Asker
from insek.thread.models import ItemQuerySet

from .layers import all_layers
from .models import Location

SECTION = "ausschnitt"
MOVING = "bewegen"
MOST_SHAPES = 2_000
"""Lines and areas whose exact course is looked at; of more the box decides."""


@dataclass(frozen=True)
class MapSection:
    """A box in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def words(self) -> str:
        """As it stands in an address."""
        return ",".join(f"{value:.5f}" for value in (self.west, self.south, self.east, self.north))

    @property
    def box(self) -> list[float]:
        """For a browser."""
        return [self.west, self.south, self.east, self.north]

    def only(self, items: ItemQuerySet) -> ItemQuerySet:
        """The items that lie in it at least in part. One query for each located table where lines or areas are drawn."""
        meets = {
            "west__lte": self.east, "east__gte": self.west, "south__lte": self.north, "north__gte": self.south,
        }  # fmt: skip
        here = Q(Exists(Location.objects.filter(pk=OuterRef("pk"), **meets)))
        for layer in all_layers():
            here |= Q(Exists(layer.model.objects.filter(pk=OuterRef("pk"), **meets)), kind=layer.kind)
        missed: list[str] = []
        frame = shapely.box(*self.box)
        for model in {Location, *(layer.model for layer in all_layers())}:
            missed += _beside(model.objects.filter(**meets), frame)
        return items.filter(here).exclude(pk__in=missed)


def _beside(rows: Any, frame: shapely.Polygon) -> list[str]:
    """Of rows whose box meets a frame those that run past it."""
    known = rows.exclude(west=F("east"), south=F("north")).exclude(geometry=None).order_by("pk")
    shapes = list(known.values_list("pk", "geometry")[:MOST_SHAPES])
    if not shapes:
        return []
    apart = ~shapely.intersects(np.array([geometry for _pk, geometry in shapes], dtype=object), frame)
    return [pk for (pk, _geometry), is_apart in zip(shapes, apart, strict=True) if is_apart]


def section_of(asker: Asker) -> MapSection | None:
    """The section that an address names; None where it names none that can be read."""
    try:
        west, south, east, north = (float(part) for part in asker.asked.get(SECTION, "")[:80].split(","))
    except ValueError:
        return None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None
    return MapSection(west, south, east, north)
