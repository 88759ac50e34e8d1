"""Layers of other services on the maps: what a page offers, and what its browser may then ask for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from insek.concept.asker import Asker
from insek.concept.models import Concept
from insek.people.actors import ANONYMOUS, Actor
from insek.people.models import german_mark
from insek.thread.shared_cache import cached
from insek.web.context import asker_of

from ..areas.showing import areas_context
from ..outside_models import OutsideLayer
from .addresses import MOST_FEATURES, origin_of


@dataclass(frozen=True)
class OfferedLayer:
    """A layer that a map offers."""

    title: str
    title_lang: str
    host: str
    purpose: str
    is_internal: bool
    origin: str
    spec: str
    """For the browser, as JSON: sort, pattern, zooms, attribution."""


def offered_layers(concept: Concept | None, actor: Actor) -> list[OfferedLayer]:
    """What this person is offered. One query, kept until anything changes."""
    if concept is None:
        return []

    def offered() -> list[OfferedLayer]:
        rows = OutsideLayer.objects.filter(concept=concept, is_on=True)
        return [_shown(row) for row in rows if row.is_public or actor.user_id is not None]

    return cached(concept, actor, ("outside layers", actor.user_id is not None), offered)


def _shown(row: OutsideLayer) -> OfferedLayer:
    origin = origin_of(row.pattern or row.address)
    spec = {
        "sort": row.sort, "pattern": row.pattern, "zooms": [row.min_zoom, row.max_zoom], "attribution": row.attribution,
        "most": MOST_FEATURES,
    }  # fmt: skip
    return OfferedLayer(
        row.shown_title, german_mark(row.title_en), origin.removeprefix("https://"), row.shown_purpose, not row.is_public,
        origin, json.dumps(spec),
    )  # fmt: skip


def with_outside_layers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page with a map that offers the layers: only there a browser may ask their hosts."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return allow_outside(view(request, *args, **kwargs), asker_of(request))

    return allowed


def allowed_hosts(asker: Asker) -> list[str]:
    """The hosts of the layers that this person is offered."""
    return list(dict.fromkeys(layer.origin for layer in offered_layers(asker.concept, asker.actor)))


def allow_outside(response: HttpResponse, asker: Asker) -> HttpResponse:
    """Let the browser ask the hosts of the layers that this person is offered."""
    if hosts := allowed_hosts(asker):
        response._csp_update = {"img-src": hosts, "connect-src": hosts}  # type: ignore[attr-defined]  # what django-csp's decorator sets
    return response


def outside_context(asker: Asker) -> dict[str, Any]:
    """What the template of such a page needs."""
    return {"outside_layers": offered_layers(asker.concept, asker.actor), **areas_context(asker)}


def detail_layers(asker: Asker) -> dict[str, Any]:
    """The same for the page of an item, which is drawn by an earlier room; nothing where no layer is on."""
    layers = offered_layers(asker.concept, asker.actor)
    return {"outside_layers": layers, "allowed_hosts": allowed_hosts(asker)} if layers else {}


def named_in_privacy(concept: Concept | None) -> list[tuple[str, str, str]]:
    """Title, host and purpose of everything that a visitor's browser may be sent to, for the privacy page. One query."""
    found = [(layer.title, layer.host, layer.purpose) for layer in offered_layers(concept, ANONYMOUS)]
    if settings.INSEK_BASEMAP_STYLE.startswith("http"):
        found.insert(0, ("", origin_of(settings.INSEK_BASEMAP_STYLE).partition("://")[2], ""))
    return found
