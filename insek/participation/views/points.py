"""The places of a list of contributions: drawn for the picture beside it, and as points for who wants the map that moves."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from insek.items.filtered import filtered
from insek.items.pages import pages_of
from insek.places.picture import circles_of
from insek.places.still import ground_picture
from insek.thread.models import ItemQuerySet
from insek.thread.shared_cache import cached, content_version
from insek.web.context import asker_of, kind_names_of

from .. import queries

HOUR = 3600


@require_safe
def contribution_points(request: HttpRequest) -> HttpResponse:
    """All points of what the filters leave, as lists of id, title, longitude and latitude. Unknown filters give 404."""
    return _kept_answer(
        request,
        "points",
        "application/json",
        lambda items: JsonResponse({"points": queries.points(items)}).content,
    )


@require_safe
def contribution_picture(request: HttpRequest) -> HttpResponse:
    """The same as circles for the picture of the city, many close together as one with their number.

    The page takes it in with its own colours, so it names these and brings none. Unknown filters give 404.
    """
    asker, names = asker_of(request), kind_names_of(request)

    def drawn(items: ItemQuerySet) -> bytes:
        ground = ground_picture(asker)
        circles = circles_of(ground.projection, items, names, "contribution") if ground else []
        return render_to_string("participation/crowd.svg", {"circles": circles}).strip().encode()

    return _kept_answer(request, "picture", "image/svg+xml", drawn)


def _kept_answer(
    request: HttpRequest, what: str, content_type: str, make: Callable[[ItemQuerySet], bytes]
) -> HttpResponse:
    """For visitors made once after each change; a browser keeps it as long as nothing changes."""
    asker = asker_of(request)
    items, _filters = filtered(asker, pages_of("contribution"))
    if asker.concept is None or asker.actor.user_id is not None:
        answer = make(items if asker.concept else items.none())
        private = HttpResponse(answer, content_type=content_type)
        private["Cache-Control"] = "private, no-store"
        return private
    version = content_version(asker.concept, asker.actor)
    name = (what, tuple(sorted((key, str(value)) for key, value in asker.asked.items() if key != "v")))
    answer = cached(asker.concept, asker.actor, name, lambda: make(items))
    response = HttpResponse(answer, content_type=content_type)
    current = request.GET.get("v") == version
    response["Cache-Control"] = f"public, max-age={HOUR}" if current else "public, no-cache"
    response["Vary"] = "Cookie"
    return response
