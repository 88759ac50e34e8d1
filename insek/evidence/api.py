"""What the public interface says of an indicator beyond its columns: the latest value for the whole city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insek.engines.tables.official_signs import WITHOUT_VALUE
from insek.people.actors import ANONYMOUS
from insek.places.models import District
from insek.thread.models import Item
from insek.web.api import Property, register_property

from .models import Observation
from .queries import latest_values

WITH_VALUE = [name for name in Observation.Quality.values if name not in WITHOUT_VALUE]


def latest(items: Sequence[Item]) -> Mapping[str, Any]:
    """Period, value and quality of the latest value for the city. Two queries."""
    visible = set(
        Item.objects.visible_to(ANONYMOUS)
        .filter(kind="district", district__level=District.Level.CITY)
        .values_list("pk", flat=True)
    )
    return {
        pk: {"period": value.period, "value": float(value.known), "quality": value.quality}
        for pk, value in latest_values(item.pk for item in items).items()
        if value.district_id in visible
    }


register_property(
    "indicator",
    Property(
        "latest",
        {
            "type": ["object", "null"],
            "description": "Latest value for the whole city; all values are under /indicators/{id}/observations.",
            "properties": {
                "period": {"type": "string"},
                "value": {"type": "number"},
                "quality": {"type": "string", "enum": WITH_VALUE},
            },
            "required": ["period", "value", "quality"],
        },
        latest,
    ),
)
