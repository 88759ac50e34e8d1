"""The picture of the shapes of a map file, for the preview of reading it in."""

from __future__ import annotations

from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.intake.models import BatchEntry
from insek.intake.targets import Reading

from .models import District
from .picture import Projection

MOST_DRAWN = 1_500


def reading_picture(reading: Reading) -> dict[str, Any]:
    """What the template draws: the outline of the city as it is, and the shapes with those that cannot come in marked.

    Two queries.
    """
    missing = {
        "missing": reading.batch.task.get("missing", []),
        "missing_count": reading.batch.task.get("missing_count", 0),
    }
    template = {"template": "places/_reading_picture.html", **missing}
    if not reading.shapes:
        return template
    shapes = list(reading.shapes.items())
    ground = [
        row.geometry
        for row in District.objects.of(reading.concept).filter(level=District.Level.CITY).exclude(west=None)
    ]
    west, south, east, north = shapely.total_bounds(
        [*[shape for _row, shape in shapes[:MOST_DRAWN]], *ground]
    )
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return template
    paper = Projection((float(west), float(south), float(east), float(north)))
    refused = set(
        reading.batch.entries.filter(result=BatchEntry.Result.REFUSED).values_list("row", flat=True)
    )
    lines, points = [], []
    for row, shape in shapes[:MOST_DRAWN]:
        if shapely.get_dimensions(shape) == 0:
            for point in shapely.get_parts(shape):
                x, y = paper.place(point.x, point.y)
                points.append({"x": f"{x:.5g}", "y": f"{y:.5g}", "is_bad": row in refused})
        else:
            is_area = shapely.get_dimensions(shape) == 2
            lines.append({"path": paper.path(shape), "is_area": is_area, "is_bad": row in refused})
    words = ngettext("Karte mit einer Form", "Karte mit %(count)s Formen", len(shapes)) % {"count": len(shapes)}  # fmt: skip
    if bad := sum(row in refused for row, _shape in shapes):
        words = f"{words}; {_('davon kommen so nicht mit: %(count)s') % {'count': bad}}"
    return {
        **template,
        "width": paper.width,
        "height": paper.height,
        "outline": [paper.path(area) for area in ground],
        "lines": lines,
        "points": points,
        "words": words,
        "cut": len(shapes) - MOST_DRAWN if len(shapes) > MOST_DRAWN else 0,
        "has_bad": bool(bad),
    }
