"""What contributors can do: send a contribution, correct it and take it back while nobody has moderated it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek import clock
from insek.concept.models import Concept, Field, Standing
from insek.people.actors import PROGRAM
from insek.places.models import District
from insek.thread import services as thread
from insek.thread.models import Change, Item

from .contacts import keep_contact
from .models import CORRECTABLE_HOURS, Contribution, Format, PersonalLink, digest_of
from .moderation import return_merged
from .surroundings import Whereabouts, far_words, whereabouts
from .titles import title_from_text


def district_at(concept: Concept, lon: float, lat: float) -> District | None:
    """The smallest district that holds a point. One query, bounded by the boxes of the districts."""
    point = shapely.Point(lon, lat)
    near = (
        District.objects.of(concept)
        .filter(west__lte=lon, east__gte=lon, south__lte=lat, north__gte=lat)
        .exclude(level=District.Level.CITY)
    )
    areas: list[tuple[BaseGeometry | Any, District]] = [(row.geometry, row) for row in near]
    found = [(area.area, row.pk, row) for area, row in areas if area is not None and area.covers(point)]
    return min(found, key=lambda entry: entry[:2])[2] if found else None


def place_values(
    concept: Concept, point: tuple[Decimal, Decimal] | None, district: District | None
) -> dict[str, Any]:
    """Point and district of a contribution; a point decides the district. Raises ValidationError for one far away."""
    if point is None:
        return {"lon": None, "lat": None, "district": district}
    lon, lat = point
    if whereabouts(concept, float(lon), float(lat)) == Whereabouts.FAR:
        raise ValidationError({"point": far_words()})
    return {"lon": lon, "lat": lat, "district": district_at(concept, float(lon), float(lat)) or district}


def submit_contribution(
    *,
    format: Format,
    text: str,
    type: str,
    topic: Field | None = None,
    point: tuple[Decimal, Decimal] | None = None,
    district: District | None = None,
    about: Item | None = None,
    email: str = "",
    checked: bool = False,
    key: str = "",
) -> tuple[Item, str]:
    """Take a contribution; internal until a moderator publishes it.

    ``key`` is what the form was shown with. The same text sent again with the same key, because the answer was lost on a
    bad line, is the same contribution.
    Returns the item and the secret of the personal link, which nobody can read again. Raises ValidationError.
    """
    if key and (known := contribution_behind(key)) is not None:
        if known.item.text == text:
            return known.item, key
        key = ""
    if not format.is_open():
        raise ValidationError(_("Hier werden gerade keine Beiträge angenommen."))
    concept = format.item.concept
    values: dict[str, Any] = {
        "title": title_from_text(text),
        "text": text,
        "standing": Standing.WORKING,
        "type": type,
        "format": format,
        "checked": checked,
        "about": about,
        **place_values(concept, point, district),
    }
    try:
        with transaction.atomic():
            item = thread.create_item(
                kind="contribution",
                concept=concept,
                values=values,
                actor=PROGRAM,
                fields=[topic] if topic is not None else (),
                index_later=True,
            )
            token = PersonalLink.make(item.contribution, key)
            if email:
                keep_contact(item.contribution, email)
    except IntegrityError:
        # sent twice at the same moment: the other one is there now
        known = contribution_behind(key) if key else None
        if known is None:
            raise
        return known.item, key
    return item, token


def contribution_behind(token: str) -> Contribution | None:
    """The contribution of a personal link. One query."""
    rows = Contribution.objects.select_related(
        "item__concept", "merged_into__item", "format__item", "district__item"
    )
    return rows.filter(personal_link__digest=digest_of(token)).first()


def is_correctable(contribution: Contribution) -> bool:
    """Whether the contributor may still correct or withdraw: for a day, while nobody has moderated."""
    latest = contribution.item.created_at + timedelta(hours=CORRECTABLE_HOURS)
    return contribution.state == Contribution.State.NEW and not contribution.reply and clock.now() < latest


def correct_contribution(contribution: Contribution, *, text: str, expected_version: int) -> Item:
    """Change one's own words. Raises ValidationError when it is too late, and Conflict."""
    _require_correctable(contribution)
    return thread.update_item(
        contribution.item,
        expected_version=expected_version,
        values={"title": title_from_text(text), "text": text},
        actor=PROGRAM,
        index_later=True,
    )


def withdraw_contribution(contribution: Contribution) -> None:
    """Take one's own contribution back: it is deleted with its contact, and its words leave the history too.

    What a moderator merged into it waits on its own again.
    """
    _require_correctable(contribution)
    with transaction.atomic():
        item = contribution.item
        return_merged(item, actor=PROGRAM)
        thread.delete_item(item, expected_version=item.version, actor=PROGRAM)
        Change.objects.filter(item_id=contribution.pk).update(differences={})


def _require_correctable(contribution: Contribution) -> None:
    if not is_correctable(contribution):
        raise ValidationError(
            _("Ihr Beitrag ist schon in Bearbeitung oder älter als ein Tag und bleibt, wie er ist.")
        )
