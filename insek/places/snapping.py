"""Lines that drawing takes hold of: the borders of districts and what other items have drawn, exactly as they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from insek.people.actors import actor_of
from insek.thread.models import Item
from insek.web.context import asker_of, concept_or_404

from .models import Location
from .queries import map_places
from .section import section_of

MOST_POSITIONS = 20_000
"""Positions that a browser is given; a larger part of the map has to be looked at from nearer."""
MOST_ITEMS = 600


@login_required
@require_safe
def snap_lines(request: HttpRequest) -> JsonResponse:
    """Name and positions of every line and border in a section of the map, but those of the item that is drawn. Three queries.

    ``is_full`` says that there was more than a browser should hold; then there are none.
    """
    concept, actor, section = concept_or_404(request), actor_of(request), section_of(asker_of(request))
    if section is None:
        if request.GET.get("ausschnitt"):
            raise Http404
        return JsonResponse(
            {"lines": [], "is_full": True}
        )  # all of the map is more than a browser should hold
    west, south, east, north = section.box
    frame = shapely.box(west, south, east, north)
    places = [
        (row.item.title, row.geometry) for row in map_places(concept, actor) if row.geometry is not None
    ]
    visible = Item.objects.visible_to(actor).filter(concept=concept)
    rows = (
        Location.objects.filter(
            item__in=visible, west__lte=east, east__gte=west, south__lte=north, north__gte=south
        )
        .exclude(item=request.GET.get("ohne", "")[:20].replace("\x00", ""))
        .order_by("pk")
        .values_list("item__title", "geometry")
    )
    drawn = list(rows[: MOST_ITEMS + 1])
    found: list[tuple[str, Any]] = []
    count = 0
    for name, shape in [*places, *drawn[:MOST_ITEMS]]:
        for line in _lines(shape):
            if shapely.intersects(
                frame, shapely.LineString(line) if len(line) > 1 else shapely.Point(line[0])
            ):
                count += len(line)
                found.append((name, line))
    is_full = count > MOST_POSITIONS or len(drawn) > MOST_ITEMS
    answer = JsonResponse({"lines": [] if is_full else found, "is_full": is_full})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _lines(shape: Any) -> Iterator[list[tuple[float, float]]]:
    """The positions of the lines, borders and points of a shape."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield list(ring.coords)
        else:
            yield list(part.coords)
