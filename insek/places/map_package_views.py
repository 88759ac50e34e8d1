"""The map of a kind as a file for QGIS, for those who work on it."""

from __future__ import annotations

import rules
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.items.list_tools import ListTool, register_list_tool
from insek.items.pages import ItemPages
from insek.people.actors import Actor, actor_of
from insek.people.models import Right
from insek.thread.kinds import kind_named
from insek.web.context import concept_or_404

from .map_package import TooMany, map_package

TYPE = "application/geopackage+sqlite3"
_offered: set[str] = set()


def offer_map_file(kind: str) -> None:
    """Let the list of a kind lead to its map as a file, and to reading one in."""
    _offered.add(kind)


@login_required
@require_safe
def map_file(request: HttpRequest, kind: str) -> HttpResponse:
    """What lies somewhere of a kind whose list offers it, and may be seen, as a GeoPackage."""
    if kind not in _offered:
        raise Http404
    concept = concept_or_404(request)
    try:
        content = map_package(concept, kind, actor_of(request))
    except TooMany:
        return HttpResponse(_("Das sind zu viele Inhalte für eine Datei."), status=413, content_type="text/plain; charset=utf-8")  # fmt: skip
    name = f"{concept.key}-{kind_named(kind).list_path}.gpkg"
    response = HttpResponse(content, content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def saving(pages: ItemPages, actor: Actor) -> ListTool | None:
    """The link to the file."""
    if pages.kind not in _offered or actor.user_id is None:
        return None
    return ListTool(label=_("Als GeoPackage (QGIS)"), url=reverse("map-package", args=[pages.kind]), icon="download")  # fmt: skip


def reading(pages: ItemPages, actor: Actor) -> ListTool | None:
    """The link to reading a map file in."""
    if pages.kind not in _offered or not (actor.has(Right.EDIT) and rules.test_rule("intake.read_in", actor)):
        return None
    return ListTool(label=_("Karte einlesen"), url=reverse("intake-begin", args=[f"items.{pages.kind}"]), icon="map")  # fmt: skip


register_list_tool(saving)
register_list_tool(reading)
