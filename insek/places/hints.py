"""Coordinates as examples in hints: those of the middle of the city, else some in the middle of the country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Max, Min

from insek.concept.models import Concept
from insek.engines.typed_metres import GAUSS_KRUEGER, UTM, in_metres
from insek.people.actors import ANONYMOUS
from insek.thread.shared_cache import cached
from insek.web.number_fields import sign_here

from .models import District


@dataclass(frozen=True)
class CoordinateHint:
    """A position as people may write it."""

    lon: float
    lat: float
    epsg: int = 25832

    @property
    def words(self) -> Mapping[str, str]:
        """The position in all its spellings, for the patterns of hints."""
        epsg = self.epsg if self.epsg in UTM else 25832
        zone = min(max(round(self.lon / 3), min(GAUSS_KRUEGER)), max(GAUSS_KRUEGER))
        sign = sign_here()
        return {
            "degrees": f"{self.lon:.3f} {self.lat:.3f}", "lon": f"{self.lon:.1f}", "lat": f"{self.lat:.1f}",
            "utm": f"{epsg - 25800} {_metres(self, epsg)}", "gauss": _metres(self, GAUSS_KRUEGER[zone]),
            "lat_lon": f"{self.lat:.4f} {self.lon:.4f}".replace(".", sign),
        }  # fmt: skip


NEUTRAL = CoordinateHint(10.0, 51.0)
"""Where no city is drawn yet."""


def _metres(hint: CoordinateHint, epsg: int) -> str:
    east, north = in_metres(round(hint.lon, 3), round(hint.lat, 3), epsg)
    return f"{round(east, -3):.0f} {round(north, -3):.0f}"


def coordinate_hint(concept: Concept | None) -> CoordinateHint:
    """The middle of the city. One query, kept until anything changes."""
    if concept is None:
        return NEUTRAL

    def middle() -> CoordinateHint:
        box = District.objects.of(concept).aggregate(Min("west"), Min("south"), Max("east"), Max("north"))
        west, south, east, north = box["west__min"], box["south__min"], box["east__max"], box["north__max"]
        if west is None:
            return NEUTRAL
        return CoordinateHint((west + east) / 2, (south + north) / 2, concept.metric_crs)

    return cached(concept, ANONYMOUS, "coordinate hint", middle)
