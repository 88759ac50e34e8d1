"""Shapes compared and said in words."""

from __future__ import annotations

from decimal import Decimal

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.geometry import metric_area, metric_length
from insek.web.display import number_words

from .models import District
from .outlines import PLACES, canonical

SAME = 2e-7
"""Degrees by which a point may differ that went to another reference system and back: two centimetres."""


def single(shape: BaseGeometry) -> BaseGeometry:
    """A shape of one part as such: formats such as GeoPackage write it as one of several."""
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def same_shape(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Whether two shapes are the same but for what turning coordinates round and back changes."""
    if one is None or other is None:
        return one is other
    return bool(shapely.equals_exact(canonical(single(one)), canonical(single(other)), tolerance=SAME))


def shape_words(shape: BaseGeometry | None, concept: Concept) -> str:
    """What a shape is and how large, in words."""
    if shape is None:
        return ""
    dimension = shapely.get_dimensions(shape)
    if dimension == 2:
        return _("Fläche, %(size)s ha") % {
            "size": number_words(metric_area(shape, concept.metric_crs) / 1e4, 1)
        }
    if dimension == 1:
        return _("Linie, %(size)s m") % {"size": number_words(metric_length(shape, concept.metric_crs), 0)}
    count = len(shapely.get_parts(shape))
    return ngettext("%(count)s Punkt", "%(count)s Punkte", count) % {"count": count}


def centre_of(district: District | None, area: BaseGeometry) -> dict[str, str]:
    """A centre for an area, where there is none or it lies outside, as history keeps it."""
    lon, lat = (district.centre_lon, district.centre_lat) if district is not None else (None, None)
    if lon is not None and lat is not None and area.covers(shapely.Point(float(lon), float(lat))):
        return {}
    inside = area.representative_point()
    return {
        "centre_lon": str(Decimal(f"{inside.x:.{PLACES}f}")),
        "centre_lat": str(Decimal(f"{inside.y:.{PLACES}f}")),
    }
