"""The city map with its tiles, and the page on which an item gets its place."""

from __future__ import annotations

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

from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import breadcrumb
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.release.models import Proposal
from insek.thread.kinds import kind_named
from insek.thread.models import Item, ItemQuerySet
from insek.thread.shared_cache import cached, content_version
from insek.web.context import asker_of, concept_of, kind_names_of
from insek.web.display import count_words, shown_items
from insek.web.paging import COUNT_LIMIT, BadCursor, KeysetPage, bounded_count, keyset_page, pager

from .gazetteer import named_stops, stops_of
from .geometry_field import LocationForm, centres
from .layers import MapFilter, colour_of, filter_of, filter_parts, kinds_on_map, on_map
from .locations import location_of
from .models import District
from .pages import map_ground
from .picture import drawing
from .queries import map_places
from .releasing import place_or_propose, revised_place
from .still import ground_address
from .tiles import MOST_ZOOM, tile

PAGE_SIZE = 25
HOUR = 3600
TILE_TYPE = "application/vnd.mapbox-vector-tile"


@require_safe
def city_map_page(request: HttpRequest) -> HttpResponse:
    """Everything that has a place: on the map, and as a list that says the same."""
    concept, actor = concept_of(request), actor_of(request)
    chosen = filter_of(asker_of(request))
    items = on_map(chosen.apply(concept, actor))
    try:
        page = _page(request, chosen, items)
    except BadCursor as error:
        raise Http404 from error
    names = kind_names_of(request)
    kinds = kinds_on_map(concept, actor) if concept else []
    districts = map_places(concept, actor) if concept else []

    def address(cursor: str) -> str:
        return f"?{urlencode({**chosen.values, 'nach': cursor})}"

    context = {
        "rows": shown_items(page.rows, names),
        **pager(page, address),
        "filters": filter_parts(asker_of(request), chosen),
        "reset_url": request.path if chosen.values else "",
        "result_label": count_words(_count(request, chosen, items), COUNT_LIMIT, _("Eintrag"), _("Einträge")),
        "legend": [
            {"letter": kind_named(kind).prefix, "label": names(kind, plural=True), "colour": colour_of(kind)}
            for kind in kinds
            if kind != "district" and chosen.kind in ("", kind)
        ],
        "map_data": {
            "ground": ground_address(asker_of(request)),
            "tiles": _tile_address(request, chosen.values),
            "stops": reverse("stops") if stops_of(concept.key if concept else "") else "",
            "item": reverse("item", args=["ITEM"]),
            "colours": {kind: colour_of(kind) for kind in kinds},
            "letters": {kind: kind_named(kind).prefix for kind in kinds},
            "names": {kind: [names(kind), names(kind, plural=True)] for kind in kinds},
        },
        "picture": _picture(request, chosen, districts),
        "has_stops": bool(stops_of(concept.key if concept else "")),
        "page_title": _("Stadtkarte"),
        "page_lead": _("Alles im Konzept, was einen Ort hat."),
        "active_nav": "map",
        "breadcrumb": breadcrumb((_("Stadtkarte"), "")),
        "noindex": bool(chosen.values),
    }
    return render(request, "places/city_map.html", context)


HOUR = 3600


@require_safe
def map_ground_data(request: HttpRequest) -> HttpResponse:
    """Outline and districts for the maps that move; fetched when somebody wants one, kept by a browser as long as nothing changes."""
    concept, actor = concept_of(request), actor_of(request)
    if concept is None:
        raise Http404
    response = JsonResponse(map_ground(asker_of(request)))
    if actor.user_id is not None:
        response["Cache-Control"] = "private, no-store"
        return response
    current = request.GET.get("v") == content_version(concept, actor)
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
    return cached(
        concept, actor, ("map picture", chosen), lambda: drawing(districts, items, names, chosen.kind)
    )


def _page(request: HttpRequest, chosen: MapFilter, items: ItemQuerySet) -> KeysetPage[Item]:
    """One page of the list; for visitors looked for once after each change. Raises BadCursor."""
    concept, actor, cursor = concept_of(request), actor_of(request), request.GET.get("nach", "")

    def looked_for() -> tuple[list[str], str, str]:
        page = keyset_page(
            items.only("pk", "sort_key"), order=("sort_key", "pk"), cursor=cursor, size=PAGE_SIZE
        )
        return [item.pk for item in page.rows], page.next_cursor, page.previous_cursor

    if concept is None:
        return KeysetPage([], "", "")
    ids, following, before = cached(concept, actor, ("map page", chosen, cursor), looked_for)
    known = Item.objects.visible_to(actor).order_by().in_bulk(ids) if ids else {}
    return KeysetPage([known[pk] for pk in ids if pk in known], following, before)


def _count(request: HttpRequest, chosen: MapFilter, items: ItemQuerySet) -> int:
    """How many have a place; for visitors counted once after each change."""
    concept = concept_of(request)
    if concept is None:
        return 0
    return cached(concept, actor_of(request), ("map count", chosen), lambda: bounded_count(items))


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


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("location")
def item_location(request: HttpRequest, item_id: str) -> HttpResponse:
    """The page on which an item gets its point, line or area."""
    item, pages = visible_item(request, item_id)
    actor = actor_of(request)
    require(actor, "thread.edit_item", item)
    if item.kind == "district":
        raise Http404  # a district's area comes from a geodata file
    form = LocationForm(posted(request), item=item, location=location_of(item), actor=actor)
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
                        request, _("Der Ort wartet auf Freigabe. Öffentlich zu sehen ist noch der bisherige.")
                    )
                else:
                    messages.success(request, _("Der Ort ist gespeichert."))
                return redirect(saved.url)
    context: dict[str, Any] = {
        "form": form,
        "item": item,
        "draw": {
            "ground": ground_address(asker_of(request)),
            "centres": centres(item.concept, actor),
            "stops": _stop_positions(item),
        },
        "page_title": _("Ort von %(item)s") % {"item": item.number or item.title},
        "page_lead": item.title,
        "active_nav": item.kind,
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (_("Ort"), "")),
        "noindex": True,
    }
    return render(request, "places/item_location.html", context, status=status)


def _stop_positions(item: Item) -> dict[str, str]:
    """Stops by name, as the text field says positions, for draw.js."""
    return {name: f"{point.x:.6f} {point.y:.6f}" for name, point in named_stops(item.concept.key).items()}
