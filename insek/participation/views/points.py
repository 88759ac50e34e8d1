"""The points of the map beside the list of contributions: fetched apart, when somebody wants the map."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from insek.items.filtered import filtered
from insek.items.pages import pages_of
from insek.thread.shared_cache import cached, content_version
from insek.web.context import asker_of

from .. import queries

HOUR = 3600


@require_safe
def contribution_points(request: HttpRequest) -> HttpResponse:
    """All points of what the filters leave, as lists of id, title, longitude and latitude.

    For visitors made once after each change; a browser keeps them as long as nothing changes. Unknown filters give 404.
    """
    asker = asker_of(request)
    items, _filters = filtered(asker, pages_of("contribution"))
    if asker.concept is None or asker.actor.user_id is not None:
        private = JsonResponse({"points": queries.points(items) if asker.concept else []})
        private["Cache-Control"] = "private, no-store"
        return private
    version = content_version(asker.concept)
    name = ("points", tuple(sorted((key, str(value)) for key, value in asker.asked.items() if key != "v")))
    answer = cached(
        asker.concept, asker.actor, name, lambda: JsonResponse({"points": queries.points(items)}).content
    )
    response = HttpResponse(answer, content_type="application/json")
    current = request.GET.get("v") == version
    response["Cache-Control"] = f"public, max-age={HOUR}" if current else "public, no-cache"
    response["Vary"] = "Cookie"
    return response
