"""Where an item lies: checked against the city, with history, and never over somebody else's change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek import clock
from insek.concept.models import Concept
from insek.people.actors import Actor, require
from insek.people.locking import Conflict, claim_version
from insek.thread import history
from insek.thread.cleaning import clean_text
from insek.thread.models import Change, Item
from insek.thread.services import require_release_of

from .hints import CoordinateHint
from .models import District, Location
from .outlines import canonical

TOLERANCE = 0.001
"""Degrees (some 100 m) by which a location may reach over the official boundary of the city."""
TOLERANCE_SCHEMATIC = 0.01
"""The same where the city is only drawn by hand."""


def allowed_ground(city: District | None) -> BaseGeometry | None:
    """Where locations may lie: the city and a margin; None where no city is drawn. Costs no query."""
    if city is None or city.geometry is None:
        return None
    return shapely.buffer(city.geometry, TOLERANCE_SCHEMATIC if city.schematic else TOLERANCE)


def city_of(concept: Concept) -> District | None:
    """The city as a whole, whoever asks: its outline is the limit for all. One query."""
    return District.objects.of(concept).filter(level=District.Level.CITY).order_by("pk").first()


def check_inside(geometry: BaseGeometry, concept: Concept) -> None:
    """Refuse what lies outside the city. Raises ValidationError. One query."""
    ground = allowed_ground(city_of(concept))
    if ground is None or shapely.covers(ground, geometry):
        return
    raise ValidationError(outside_words(ground, geometry))


def outside_words(ground: BaseGeometry, geometry: BaseGeometry) -> str:
    """Why a place outside the city is refused, in words that help."""
    if shapely.covers(ground, shapely.transform(geometry, lambda xy: xy[:, ::-1])):
        return (
            _(
                "Länge und Breite sind vertauscht: Bitte zuerst die Länge (etwa %(lon)s), dann die Breite (etwa %(lat)s) angeben."
            )
            % CoordinateHint(ground.centroid.x, ground.centroid.y).words
        )
    return _("Der Ort liegt außerhalb der Stadt. Bitte die Koordinaten prüfen.")


PlaceCheck = Callable[[BaseGeometry, Item | None, Mapping[str, Any]], None]
_checks: dict[str, PlaceCheck] = {}


def register_place_check(kind: str, check: PlaceCheck) -> None:
    """Let a room refuse shapes for items of a kind: it is given the shape, the item (None for a new one) and what
    of the item is about to change, and raises ValidationError."""
    _checks[kind] = check


def check_place(
    kind: str, geometry: BaseGeometry, item: Item | None, values: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """Refuse a shape that an item of a kind cannot have. Raises ValidationError."""
    if kind in _checks:
        _checks[kind](geometry, item, values)


def location_of(item: Item) -> Location | None:
    """Where an item lies. One query."""
    return Location.objects.filter(item=item).first()


def set_location(
    item: Item, geometry: BaseGeometry | None, *, note: str = "", expected_version: int, actor: Actor
) -> Item:
    """Say where an item lies; None takes it off the map. Saving the same place again changes nothing.

    A public item's place changes at the hands of those who may release it; others propose (``releasing``).

    Raises Conflict when somebody was faster, PermissionDenied, and ValidationError for a place outside the city.
    """
    require(actor, "thread.edit_item", item)
    note = clean_text(note).strip() if geometry is not None else ""
    if len(note) > 200:
        raise ValidationError(_("Die Anmerkung ist länger als 200 Zeichen."))
    if geometry is not None:
        check_inside(geometry, item.concept)
        check_place(item.kind, geometry, item)
        geometry = canonical(geometry)
    with transaction.atomic():
        before = location_of(item)
        changed = history.differences(
            plain_place(before), plain_place(Location(geometry=geometry, note=note) if geometry else None)
        )
        fresh = Item.objects.get(pk=item.pk)
        if fresh.version != expected_version:
            raise Conflict(fresh)
        if not changed:
            return fresh
        require_release_of(actor, fresh)
        claim_version(fresh, expected_version, updated_at=clock.now())
        if geometry is None:
            Location.objects.filter(item=item).delete()
        else:
            Location(item=fresh, geometry=geometry, note=note).save()
        fresh.refresh_from_db()
        history.record(fresh, Change.Action.UPDATED, actor=actor, changed=changed, held=True)
    return fresh


def plain_place(location: Location | None) -> dict[str, object]:
    """A place as history keeps it; nothing where there is none."""
    if location is None:
        return {}
    return {
        "location": shapely.to_wkt(location.geometry, rounding_precision=7),
        "location_note": location.note,
    }
