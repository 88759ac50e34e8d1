"""Layers of areas on the maps: what a page offers, and what of a layer a browser is given for what it shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import shapely
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.engines.geometry import to_geojson
from insek.people.actors import Actor
from insek.people.models import german_mark
from insek.thread.shared_cache import cached

from ..area_models import Area, AreaDelivery, AreaLayer
from .classes import colour_of_step
from .keeping import unpack

NEAR_ZOOM = 13.5
"""From here on single areas are drawn; from further away the areas of a class as one."""
MOST_AREAS = 3_000
"""Areas in one section; where there are more, they are drawn as from afar."""
PIXEL = 360 / 512
"""Degrees of a pixel at zoom 0."""


@dataclass(frozen=True)
class OfferedAreas:
    """A layer that a map offers, with its legend."""

    pk: int
    title: str
    title_lang: str
    meaning: str
    meaning_lang: str
    credit: str
    is_internal: bool
    legend: tuple[tuple[str, str], ...]
    """Colour and name of each class, the highest first."""
    data_url: str
    spec: str
    """For the browser, as JSON."""


def offered_areas(concept: Concept | None, actor: Actor) -> list[OfferedAreas]:
    """The layers this person is offered. One query, kept until anything changes."""
    if concept is None:
        return []

    def offered() -> list[OfferedAreas]:
        rows = AreaLayer.objects.filter(concept=concept, is_on=True, current__isnull=False)
        rows = rows.select_related("current").defer("current__coarse")
        return [_shown(row) for row in rows if row.is_public or actor.user_id is not None]

    return cached(concept, actor, ("area layers", actor.user_id is not None), offered)


def _shown(row: AreaLayer) -> OfferedAreas:
    current = row.current
    assert current is not None
    address = reverse("area-layer-data", args=[row.pk])
    count = len(current.classes)
    legend = tuple((colour_of_step(row.hue, step, count), one["label"]) for step, one in enumerate(current.classes))  # fmt: skip
    spec = {
        "sort": "areas", "pattern": f"{address}?bbox={{west}},{{south}},{{east}},{{north}}&zoom={{zoom}}&v={current.pk}", "zooms": [0, 22],
        "attribution": credit_of(current), "most": MOST_AREAS,
    }  # fmt: skip
    return OfferedAreas(
        row.pk, row.shown_title, german_mark(row.title_en), row.shown_meaning, german_mark(row.meaning_en), credit_of(current), not row.is_public,
        legend[::-1], address, json.dumps(spec),
    )  # fmt: skip


def credit_of(delivery: AreaDelivery) -> str:
    """Source, date and licence of a delivery."""
    day = _("Stand %(date)s") % {"date": date_format(delivery.as_of, "SHORT_DATE_FORMAT")} if delivery.as_of else ""  # fmt: skip
    return ", ".join(filter(None, [delivery.source, day, delivery.licence]))


def layer_for(concept: Concept | None, actor: Actor, pk: int) -> AreaLayer | None:
    """A layer that this person may read; also one that maps do not offer, for who sets up maps. One query."""
    row = AreaLayer.objects.filter(concept=concept, pk=pk, current__isnull=False).select_related("current").first()  # fmt: skip
    if row is None or (not (row.is_public and row.is_on) and actor.user_id is None):
        return None
    return row


def whole_layer(row: AreaLayer) -> dict[str, Any]:
    """All areas with what is known of them, as GeoJSON. One query."""
    current = row.current
    assert current is not None
    return {
        "type": "FeatureCollection", "name": row.title, "source": current.source, "licence": current.licence,
        "as_of": current.as_of.isoformat() if current.as_of else None, "unit": current.unit or None,
        "features": [
            {
                "type": "Feature", "geometry": to_geojson(area.geometry, 6),
                "properties": {"class": current.classes[area.step]["label"], "value": float(area.value) if area.value is not None else None, "name": area.name or None},
            }
            for area in Area.objects.filter(delivery=current).order_by("pk").iterator()
        ],
    }  # fmt: skip


def section_of_layer(row: AreaLayer, box: tuple[float, float, float, float], zoom: float) -> dict[str, Any]:
    """What a map draws of a layer in what it shows: cut to it, simplified to a pixel, or from afar whole classes. Up to one query."""
    current = row.current
    assert current is not None
    colours = [colour_of_step(row.hue, step, len(current.classes)) for step in range(len(current.classes))]
    areas = _areas_in(current, box, zoom) if zoom >= NEAR_ZOOM else None
    if areas is None:
        features = [(step, geometry) for step, geometry in enumerate(unpack(current.coarse)) if geometry]
    else:
        features = areas
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": geometry, "properties": {"colour": colours[step], "class": current.classes[step]["label"]}}
            for step, geometry in sorted(features, key=lambda one: one[0])
        ],
    }  # fmt: skip


def _areas_in(
    current: AreaDelivery, box: tuple[float, float, float, float], zoom: float
) -> list[tuple[int, Any]] | None:
    """Class and geometry of the areas in a box; None where they are too many."""
    west, south, east, north = box
    rows = Area.objects.filter(delivery=current, west__lte=east, east__gte=west, south__lte=north, north__gte=south)  # fmt: skip
    known = list(rows.values_list("step", "geometry")[: MOST_AREAS + 1])
    if len(known) > MOST_AREAS:
        return None
    pixel = PIXEL / 2**zoom
    across, up = (east - west) / 2, (north - south) / 2
    found = []
    for step, geometry in known:
        shape = shapely.simplify(geometry, pixel / 2)
        if shape.area < pixel**2:
            continue
        cut = shapely.clip_by_rect(shape, west - across, south - up, east + across, north + up)
        parts = [part for part in shapely.get_parts(cut) if part.geom_type == "Polygon"]
        if parts:
            found.append((step, to_geojson(shapely.MultiPolygon(parts), 6)))
    return found


def areas_context(asker: Asker) -> dict[str, Any]:
    """What the template of a page with a map needs."""
    return {"area_layers": offered_areas(asker.concept, asker.actor)}
