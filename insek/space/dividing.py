"""Dividing the area of an element by a line, and joining it with that of another: each through the services of places and items."""

from __future__ import annotations

import shapely
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.engines.cutting import cut_by_line, joined
from insek.engines.geometry import to_degrees, to_metric
from insek.engines.text import shortened
from insek.people.actors import Actor, require
from insek.places.models import Location
from insek.places.releasing import place_or_propose
from insek.release.models import Proposal
from insek.thread.models import Item, Visibility
from insek.thread.services import create_item

MOST_PIECES = 10
PASSED_ON = ("sign", "horizon", "variant", "start_year", "end_year")
"""What a piece has from the element it was cut from; dwellings and a typed area stay with the first."""


def is_area(item: Item) -> bool:
    """Whether an element is drawn as an area."""
    place: Location | None = getattr(item, "location", None)
    return place is not None and shapely.get_dimensions(place.geometry) == 2


def area_of(item: Item) -> BaseGeometry:
    """The area of an element in degrees. Raises ValidationError where it has none."""
    if not is_area(item):
        raise ValidationError(_("„%(item)s“ ist nicht als Fläche gezeichnet.") % {"item": item})
    geometry: BaseGeometry = item.location.geometry
    return geometry


def pieces_of(item: Item, line: BaseGeometry) -> list[BaseGeometry]:
    """The pieces in degrees, the largest first. Raises ValidationError where the line does not cut."""
    if line.geom_type not in {"LineString", "MultiLineString"}:
        raise ValidationError(_("Zum Teilen braucht es eine Linie."))
    crs = item.concept.metric_crs
    pieces = cut_by_line(to_metric(area_of(item), crs), to_metric(line, crs))
    if len(pieces) < 2:
        raise ValidationError(_("Die Linie teilt die Fläche nicht: Sie muss von Rand zu Rand gehen."))
    if len(pieces) > MOST_PIECES:
        raise ValidationError(
            _("Die Linie teilt die Fläche in mehr als %(count)s Stücke.") % {"count": MOST_PIECES}
        )
    return [to_degrees(piece, crs) for piece in pieces]


def divide(
    item: Item, line: BaseGeometry, *, expected_version: int, actor: Actor
) -> tuple[Item | Proposal, list[Item]]:
    """Cut the area of an element: the largest piece stays with it, each other becomes an internal element of its own.

    All of it or nothing. What is public waits for its release; until then the public sees the whole area.
    Raises PermissionDenied, Conflict, ValidationError.
    """
    require(actor, "thread.edit_item", item)
    require(actor, "thread.create_item", item.kind)
    first, *others = pieces_of(item, line)
    row = item.feature
    with transaction.atomic():
        saved = place_or_propose(
            item, first, note=item.location.note, expected_version=expected_version, actor=actor
        )
        made = []
        for number, piece in enumerate(others, 2):
            new = create_item(
                kind=item.kind,
                concept=item.concept,
                values={
                    "title": _("%(title)s, Teil %(number)s")
                    % {"title": shortened(item.title, 180), "number": number},
                    "standing": "example" if item.is_example else "working",
                    "visibility": Visibility.INTERNAL,
                    **{name: getattr(row, name) for name in PASSED_ON},
                },
                actor=actor,
                fields=item.fields.all(),
                themes=item.themes.all(),
                index_later=True,
            )
            place_or_propose(new, piece, expected_version=new.version, actor=actor)
            made.append(new)
    return saved, made


def join(
    item: Item, other: Item, *, expected_version: int, other_version: int, takes_place: bool, actor: Actor
) -> Item | Proposal:
    """Add the area of another element to one; the other then has no place where ``takes_place``, so that nothing counts twice.

    Raises PermissionDenied, Conflict, ValidationError.
    """
    require(actor, "thread.edit_item", item)
    crs = item.concept.metric_crs
    together = to_degrees(joined(to_metric(area_of(item), crs), to_metric(area_of(other), crs)), crs)
    with transaction.atomic():
        saved = place_or_propose(
            item, together, note=item.location.note, expected_version=expected_version, actor=actor
        )
        if takes_place:
            require(actor, "thread.edit_item", other)
            place_or_propose(other, None, expected_version=other_version, actor=actor)
    return saved
