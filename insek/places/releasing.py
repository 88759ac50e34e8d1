"""The place of a public item waits for its release."""

from __future__ import annotations

from typing import Any

import shapely
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from insek.people.actors import Actor
from insek.release.acts import Act, Differences, register_act
from insek.release.also_published import AlsoPublished, Before, register_also_published
from insek.release.changes import geometry_words
from insek.release.models import Proposal
from insek.release.releases import NothingChanges, act_or_propose
from insek.release.revising import revised
from insek.thread.history import UNDOES
from insek.thread.models import Item

from .locations import location_of, plain_place, set_location


def place_or_propose(
    item: Item,
    geometry: BaseGeometry | None,
    *,
    note: str = "",
    expected_version: int,
    actor: Actor,
    reason: str = "",
) -> Item | Proposal:
    """Say where an item lies, or propose it where the public would see it. Raises what ``set_location`` raises."""
    payload = {"geometry": geometry.wkt if geometry is not None else None, "note": note}
    try:
        return act_or_propose(
            "location", item, payload, actor=actor, note=reason, expected_version=expected_version
        )
    except NothingChanges:
        return item


def _perform(item: Item, payload: dict[str, Any], actor: Actor) -> Item:
    geometry = shapely.from_wkt(payload["geometry"]) if payload["geometry"] else None
    return set_location(item, geometry, note=payload["note"], expected_version=item.version, actor=actor)


def _rows(proposal: Proposal, item: Item) -> Differences:
    now = plain_place(location_of(item))
    return {
        name: [now.get(name), after]
        for name, (_before, after) in proposal.differences.items()
        if name != UNDOES and now.get(name) != after
    }


def revised_place(item: Item) -> dict[str, Any]:
    """The place that a proposal would set which is being revised, for the form."""
    proposal = revised("location", item)
    if proposal is None:
        return {}
    text = proposal.payload["geometry"]
    return {"geometry": shapely.from_wkt(text) if text else None, "note": proposal.payload["note"]}


def place_also_published(item: Item, actor: Actor, before: Before) -> list[AlsoPublished]:
    """Where an item lies becomes public with it. One query."""
    place = location_of(item)
    if place is None:
        return []
    words = [
        geometry_words(shapely.to_wkt(place.geometry, rounding_precision=7)),
        *([place.note] if place.note else []),
    ]
    return [AlsoPublished(gettext("Der Ort auf der Karte von"), str(item), item.url, words)]


register_also_published(place_also_published)
register_act(
    Act(
        "location",
        _("Ort ändern"),
        _perform,
        _rows,
        form_at=lambda item, payload: reverse("item-location", args=[item.pk]),
        overwrites=True,
        always_waits=True,
    )
)
