"""The city map with its tiles, and the page on which an item gets its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from insek.engines.geometry import to_geojson
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.people.actors import Actor, actor_of, require
from insek.people.breadcrumbs import breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.release.models import Proposal
from insek.release.waiting_changes import waits_message
from insek.thread.kinds import kind_named
from insek.thread.models import Item
from insek.thread.shared_cache import cached, content_version
from insek.web.context import asker_of, concept_of, kind_names_of
from insek.web.paging import BadCursor

from .basemap.archive import current_base_map
from .basemap.views import base_for_browser
from .gazetteer import stops_of
from .geometry_field import LocationForm, centres
from .geotext import metres_shown, systems_typed
from .layers import MapFilter, colour_of, filter_of, filter_parts, kinds_on_map, layer_switches
from .locations import location_of
from .map_list import map_list
from .models import District
from .names.in_text import places_in_text, shape_of
from .outside.showing import outside_context, with_outside_layers
from .pages import map_ground
from .picture import drawing
from .queries import map_places
from .releasing import place_or_propose, revised_place
from .section import section_of
from .sheets.content import sheet_address
from .still import base_below, ground_address, ground_version
from .tiles import MOST_ZOOM, tile

HOUR = 3600
TILE_TYPE = "application/vnd.mapbox-vector-tile"


@require_safe
@with_outside_layers
def city_map_page(request: HttpRequest) -> HttpResponse:
    """Everything that has a place: on the map, and as a list that says the same."""
    concept, actor = concept_of(request), actor_of(request)
    asker = asker_of(request)
    chosen, section = filter_of(asker), section_of(asker)
    try:
        shown_list = map_list(asker, chosen, section)
    except BadCursor as error:
        raise Http404 from error
    if getattr(request, "htmx", False):
        part = render(request, "places/_city_list.html", shown_list)
        part["Cache-Control"] = "no-store"
        return part
    names = kind_names_of(request)
    kinds = kinds_on_map(concept, actor) if concept else []
    districts = map_places(concept, actor) if concept else []
    context = {
        **shown_list,
        "filters": filter_parts(asker, chosen),
        "reset_url": request.path if chosen.values else "",
        "layers": layer_switches(asker, chosen),
        "hidden": [{"name": chosen.OFF, "value": ",".join(chosen.off)}] if chosen.off else [],
        "is_filtered": bool(chosen.field or chosen.theme or chosen.place or chosen.kind),
        "map_data": {
            "ground": ground_address(asker),
            "section": section.box if section else None,
            "tiles": _tile_address(request, chosen.values),
            "stops": reverse("stops") if stops_of(concept.key if concept else "") else "",
            "item": reverse("item", args=["ITEM"]),
            "colours": {kind: colour_of(kind) for kind in kinds},
            "letters": {kind: kind_named(kind).prefix for kind in kinds},
            "names": {kind: [names(kind), names(kind, plural=True)] for kind in kinds},
        },
        "picture": _picture(request, chosen, districts),
        "schematic": any(row.schematic and row.west is not None for row in districts),
        **outside_context(asker),
        "sheet_url": sheet_address("karte", **chosen.values),
        "has_stops": bool(stops_of(concept.key if concept else "")),
        "page_title": _("Stadtkarte"),
        "page_lead": _("Alles im Konzept, was einen Ort hat."),
        "active_nav": "map",
        "breadcrumb": breadcrumb((_("Stadtkarte"), "")),
        "noindex": bool(chosen.values or section),
    }
    return render(request, "places/city_map.html", context)


HOUR = 3600


@require_safe
def map_ground_data(request: HttpRequest) -> HttpResponse:
    """Outline and districts for the maps that move; fetched when somebody wants one, kept by a browser as long as nothing changes."""
    concept, actor = concept_of(request), actor_of(request)
    if concept is None:
        raise Http404
    base = current_base_map()
    response = JsonResponse({**map_ground(asker_of(request)), "base": base_for_browser(base)})
    if actor.user_id is not None:
        response["Cache-Control"] = "private, no-store"
        return response
    current = request.GET.get("v") == ground_version(asker_of(request))
    response["Cache-Control"] = f"public, max-age={HOUR}" if current else "public, no-cache"
    response["Vary"] = "Cookie"
    return response


def _picture(request: HttpRequest, chosen: MapFilter, districts: Sequence[District]) -> str:
    """The picture of what the filters leave; for visitors drawn once after each change."""
    concept, actor = concept_of(request), actor_of(request)
    if concept is None:
        return ""
    names = kind_names_of(request)
    items = chosen.apply(concept, actor)  # what has no place is in no located table
    base = base_below(asker_of(request))
    return cached(
        concept,
        actor,
        ("map picture", chosen, base),
        lambda: drawing(districts, items, names, chosen.kind, base),
    )


def _tile_address(request: HttpRequest, values: dict[str, str]) -> str:
    """The address of the tiles with the filters and the version of the content; {z}, {x} and {y} are left to the browser."""
    base = reverse("tile", args=[0, 0, 0]).removesuffix("0/0/0.mvt")
    query = urlencode({**values, "v": content_version(concept_of(request), actor_of(request))})
    return f"{base}{{z}}/{{x}}/{{y}}.mvt?{query}"


@require_safe
def map_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of the city map, behind the gate; what everybody may see can be kept for an hour."""
    if z > MOST_ZOOM or x >= 2**z or y >= 2**z:
        raise Http404
    actor = actor_of(request)
    chosen = filter_of(asker_of(request))
    concept = concept_of(request)
    version = content_version(concept, actor)
    tag = f'"{version}"'
    anonymous = actor.user_id is None
    if anonymous and request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response = HttpResponse(status=304)
    else:
        content = tile(chosen.apply(concept, actor), z, x, y, kind=chosen.kind)
        response = HttpResponse(content, content_type=TILE_TYPE)
    if not anonymous:
        response["Cache-Control"] = "private, no-store"
        return response
    response["ETag"] = tag
    current = request.GET.get("v") == version
    response["Cache-Control"] = f"public, max-age={HOUR}" if current else "public, no-cache"
    response["Vary"] = "Cookie"
    return response


@require_safe
def stops(request: HttpRequest) -> HttpResponse:
    """Stops and stations as GeoJSON; licence and origin are in the file."""
    concept = concept_of(request)
    content = stops_of(concept.key if concept else "")
    if not content:
        raise Http404
    response = HttpResponse(content, content_type="application/geo+json")
    response["Cache-Control"] = f"public, max-age={HOUR}"
    return response


def _proposed_places(item: Item, actor: Actor) -> list[dict[str, Any]]:
    """The places that title and text name, each to be taken over with one click. Three queries."""
    return [
        {
            "words": found.words,
            "is_ambiguous": found.is_ambiguous,
            "places": [
                {
                    "label": place.label,
                    "about": ", ".join(part for part in (place.kind_label, place.district) if part),
                    "geometry": json.dumps(to_geojson(shape_of(place), 6)),
                    "note": _("Aus dem Text vorgeschlagen: %(place)s") % {"place": place.label},
                }
                for place in found.places
            ],
        }
        for found in places_in_text(item.concept, f"{item.title}\n{item.text}", actor)
    ]


def _say_system(request: HttpRequest, item: Item) -> None:
    """Say in which reference system metres were understood."""
    system, is_rough = systems_typed(request.POST.get("geometry", ""), item.concept.metric_crs)
    if system:
        words = _("Gelesen als %(system)s.") % {"system": system}
        rough = _(
            "Gauß-Krüger-Koordinaten sind ohne amtliches Gitter umgerechnet; die Lage stimmt auf etwa 3 m."
        )
        messages.info(request, f"{words} {rough}" if is_rough else words)


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("location")
@with_outside_layers
def item_location(request: HttpRequest, item_id: str) -> HttpResponse:
    """The page on which an item gets its point, line or area."""
    item, pages = visible_item(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.edit_item", item)
    if item.kind == "district":
        raise Http404  # a district's area comes from a geodata file
    location = location_of(item)
    form = LocationForm(posted(request), item=item, location=location, actor=actor)
    form.initial = {**form.initial, **revised_place(item)}
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            data = form.cleaned_data
            try:
                saved = place_or_propose(
                    item,
                    data["geometry"],
                    note=data["note"],
                    expected_version=form.expected_version,
                    actor=actor,
                )
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as conflict:
                status = 409
                form.add_error(
                    None,
                    _(
                        "Inzwischen hat jemand anderes diesen Inhalt geändert. Ihr Ort steht noch hier; noch einmal speichern übernimmt ihn."
                    ),
                )
                form.data = {**request.POST.dict(), "version": str(conflict.current.version)}
            else:
                if isinstance(saved, Proposal):
                    messages.success(
                        request,
                        waits_message(
                            saved,
                            _("Der Ort wartet auf Freigabe. Öffentlich zu sehen ist noch der bisherige."),
                        ),
                    )
                else:
                    messages.success(request, _("Der Ort ist gespeichert."))
                _say_system(request, item)
                return redirect(saved.url)
    context: dict[str, Any] = {
        "form": form,
        "item": item,
        "draw": {
            "ground": ground_address(asker_of(request)),
            "centres": centres(item.concept, actor),
            "crs": item.concept.metric_crs,
            "snap": f"{reverse('snap-lines')}?ohne={item.pk}",
        },
        "metres": metres_shown(location.geometry if location else None, item.concept.metric_crs),
        "proposals": [] if location is not None else _proposed_places(item, actor),
        **outside_context(asker_of(request)),
        "page_title": _("Ort von %(item)s") % {"item": item.number or item.title},
        "page_lead": item.title,
        "active_nav": item.kind,
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (_("Ort"), "")),
        "noindex": True,
    }
    return render(request, "places/item_location.html", context, status=status)
