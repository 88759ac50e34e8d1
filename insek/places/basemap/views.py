"""The tiles of the base map as they are served: public, ready made, kept by browsers for good."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from insek.web.context import asker_of

from ..picture import Projection
from ..still import ground_picture, ground_version
from .archive import BaseMap, current_base_map, plain
from .extracts import Extract, is_near
from .ground import ground_svg
from .lettering import DistrictLabel
from .openstreetmap import Box

TILE_TYPE = "application/vnd.mapbox-vector-tile"
HOUR = 3600
FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def base_tile(request: HttpRequest, generation: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile; under the address of an older generation the present one, which is then not kept."""
    base = current_base_map()
    if base is None or not base.zooms[0] <= z <= base.zooms[1] or x >= 2**z or y >= 2**z:
        raise Http404
    tag = f'"{base.generation}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response = HttpResponse(status=304)
    else:
        content = base.tile(z, x, y)
        packed = bool(content) and "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(content if packed else plain(content), content_type=TILE_TYPE)
        if packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = tag
    response["Cache-Control"] = FOR_GOOD if generation == base.generation else "public, no-cache"
    response["Vary"] = "Accept-Encoding"
    return response


@require_safe
def base_picture(request: HttpRequest, level: int, column: int, row: int) -> HttpResponse:
    """The base map below still pictures, for the whole city or an extract; see ``ground.py``."""
    asker, base = asker_of(request), current_base_map()
    ground, extract = ground_picture(asker), Extract(level, column, row)
    if base is None or ground is None or not is_near(extract, ground.projection):
        raise Http404
    districts = tuple(DistrictLabel(one["x"], one["y"], one["text"]) for one in ground.names)
    response = HttpResponse(_kept_picture(base, ground.box, extract, districts), content_type="image/svg+xml")
    who = "public" if asker.actor.user_id is None else "private"
    current = request.GET.get("v") == ground_version(asker)
    response["Cache-Control"] = f"{who}, max-age={HOUR}" if current else f"{who}, no-cache"
    response["Vary"] = "Cookie"
    return response


@lru_cache(maxsize=128)
def _kept_picture(base: BaseMap, box: Box, extract: Extract, districts: tuple[DistrictLabel, ...]) -> bytes:
    return ground_svg(base, Projection(box), extract, districts)


def base_for_browser(base: BaseMap | None) -> dict[str, Any] | None:
    """What a map that moves needs to know of the base map; None where there is none."""
    if base is None:
        return None
    address = reverse("base-tile", args=[base.generation, 0, 0, 0]).removesuffix("0/0/0.mvt")
    return {
        "tiles": f"{address}{{z}}/{{x}}/{{y}}.mvt",
        "zooms": list(base.zooms),
        "extent": list(base.extent),
        "schema": base.schema,
        "attribution": " · ".join(base.about.attribution),
    }
