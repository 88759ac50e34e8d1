"""What shapes of a map file become: the area of a district, or the place of an item of any other kind.

Districts: an area belongs where the city is, districts of one level do not lie over each other, and where a file holds all
parts of the city but not the city, its area is their union.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.intake.items_said import SaidRow
from insek.intake.models import BatchEntry
from insek.intake.shapes import (
    SHAPE,
    PlannedShape,
    ShapeKeeper,
    register_heads,
    register_identity,
    register_shape_keeper,
)
from insek.intake.targets import Reading
from insek.people.actors import Actor
from insek.people.models import Right
from insek.release.models import Proposal
from insek.thread.labels import FIELD_LABELS
from insek.thread.models import Item, Visibility

from .locations import allowed_ground, check_place, city_of, outside_words
from .models import District, Location
from .outlines import PLACES, canonical, fault_of
from .read_districts import DistrictsTogether
from .read_picture import reading_picture
from .releasing import place_or_propose
from .shape_words import centre_of, same_shape, shape_words, single

GROUND, PLACED = "ground", "placed"


class PlaceKeeper(ShapeKeeper):
    """Areas of districts, places of all other items."""

    def joins(self, kind: str) -> bool:
        """A district may come in several parts; two elements of one name may be two."""
        return kind == "district"

    def near(self, concept: Concept) -> tuple[float, float] | None:
        """The middle of the city, or of what is drawn of it. Up to two queries."""
        areas = [each.geometry for each in District.objects.of(concept).exclude(west=None).only("geometry")]
        if not areas:
            return None
        west, south, east, north = shapely.total_bounds(areas)
        return (float(west + east) / 2, float(south + north) / 2)

    def take(
        self, kind: str, said: SaidRow, shape: BaseGeometry, item: Item | None, reading: Reading
    ) -> None:
        """An area of a district is a value of its row; other places stand beside the item."""
        if kind == "district":
            _take_area(said, shape, item, reading)
        else:
            _take_place(kind, said, shape, item, reading)

    def finish(self, kind: str, reading: Reading, planned: Sequence[PlannedShape]) -> list[BatchEntry]:
        """Districts are looked at together; of other kinds it is said what is on the map and not in the file."""
        if kind == "district":
            return DistrictsTogether(reading, planned).finish()
        _say_missing(kind, reading, planned)
        return []

    def put(self, item: Item, part: dict[str, Any], *, version: int, actor: Actor) -> Item | Proposal:
        """The place of the item."""
        return place_or_propose(
            item, shapely.from_wkt(part["wkt"]), note=part["note"], expected_version=version, actor=actor
        )

    def put_back(self, item: Item, part: dict[str, Any], *, actor: Actor) -> Item | Proposal:
        """The place it had before, or none."""
        before = shapely.from_wkt(part["before"]) if part["before"] else None
        return place_or_propose(
            item, before, note=part["note"] if before else "", expected_version=item.version, actor=actor
        )

    def preview(self, reading: Reading) -> dict[str, Any]:
        """A picture of what comes in over the outline of the city."""
        return reading_picture(reading)


def _take_area(said: SaidRow, shape: BaseGeometry, item: Item | None, reading: Reading) -> None:
    area = single(shape)
    if fault := fault_of(area):
        raise ValidationError(_("Die Fläche ist nicht brauchbar: %(fault)s.") % {"fault": fault})
    area = canonical(area)
    district = item.district if item is not None else None
    said.shape = area
    if district is None and reading.actor.has(Right.RELEASE):
        said.values.setdefault("visibility", Visibility.PUBLIC.value)  # without districts there is no map
    if district is not None and same_shape(district.geometry, area):
        if district.schematic:
            said.values["schematic"] = False
        return
    said.values |= {"geometry": area.wkt, "schematic": False, **centre_of(district, area)}
    said.shown[str(FIELD_LABELS["geometry"])] = shape_words(area, reading.concept)
    said.words["geometry"] = shape_words(district.geometry, reading.concept) if district is not None else ""


def _take_place(kind: str, said: SaidRow, shape: BaseGeometry, item: Item | None, reading: Reading) -> None:
    if GROUND not in reading.scratch:
        reading.scratch[GROUND] = allowed_ground(city_of(reading.concept))
        placed = Location.objects.filter(item__concept=reading.concept, item__kind=kind)
        reading.scratch[PLACED] = {row.pk: row for row in placed}
    place = canonical(single(shape))
    ground: BaseGeometry | None = reading.scratch[GROUND]
    if ground is not None and not shapely.covers(ground, place):
        raise ValidationError(outside_words(ground, place))
    values = said.values
    check_place(kind, place, item, values)
    before: Location | None = reading.scratch[PLACED].get(item.pk) if item is not None else None
    said.shape = place
    if before is not None and same_shape(before.geometry, place):
        return
    words = shape_words(place, reading.concept)
    label = str(FIELD_LABELS["location"])
    said.parts.append({
        "do": SHAPE, "wkt": shapely.to_wkt(place, rounding_precision=PLACES), "note": before.note if before else "",
        "before": shapely.to_wkt(before.geometry, rounding_precision=PLACES) if before else "",
        "shown": [label, shape_words(before.geometry if before else None, reading.concept), words],
    })  # fmt: skip
    if item is None:
        said.shown[label] = words


def _say_missing(kind: str, reading: Reading, planned: Sequence[PlannedShape]) -> None:
    """Keep what has a place and is not in a file that names items of ours: it stays, and is listed."""
    there = {each.item.pk for each in planned if each.item is not None}
    missing: list[str] = []
    if there:
        rows = Item.objects.visible_to(reading.actor).filter(
            concept=reading.concept, kind=kind, location__isnull=False
        )
        missing = [str(item) for item in rows.exclude(pk__in=there).order_by("sort_key", "pk")]
    reading.batch.task = {**reading.batch.task, "missing": missing[:200], "missing_count": len(missing)}


register_shape_keeper(PlaceKeeper())
register_identity("district", "code")
register_heads(
    "district",
    code="id|id2|nr|nummer|code|schlüssel|gebietsid|gebiets id|ags|key|kennziffer|stt nr|stadtteilschlüssel|stadtteil nr|bezirksnummer|bezirk nr|raumkennung",
    title="name|bezeichnung|gebietsname|stadtteil|ortsbezirk|ortsteil|bezirk|stt name|pgis txt|gen|titel|stadtteilname",
    number="raumnummer",
    level="ebene|art|kind|typ|gebietsart",
    parent="gehört zu|liegt in|übergeordnet|parent",
)
