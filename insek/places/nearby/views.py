"""„Was ist in meiner Straße geplant?“: a place by its name or point, and what of the concept lies near it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insek.concept.asker import Asker
from insek.engines.text.folding import sort_key
from insek.items.why import read_with_states, states_of
from insek.people.actors import actor_of
from insek.people.breadcrumbs import breadcrumb
from insek.thread.kinds import kind_names
from insek.thread.models import Item
from insek.thread.shared_cache import cached
from insek.web.context import asker_of, concept_of, concept_or_404
from insek.web.display import noun_inside, number_words, shown_items
from insek.web.listed import listed

from ..names.finding import (
    DISTRICT,
    LONGEST,
    FoundPlace,
    PlacesFound,
    district_at,
    district_names,
    find_places,
    meant,
)
from ..names.index import index_of
from ..outside.showing import outside_context, with_outside_layers
from ..queries import is_outside
from .around import NEAR, NearItem, is_planned, lying_in_district, naming, near_place, planned_kind
from .around_map import map_around
from .offers import offers_at

SHORTEST_SUGGESTED = 2
POINT = "point"
SAME_POINT = 0.0005
"""Degrees within which a point is that of the place whose name stands beside it."""


@require_safe
@with_outside_layers
def nearby(request: HttpRequest) -> HttpResponse:
    """The page: a field for the place; where one is meant, what lies near it; where more may be meant, the choice."""
    asker, concept = asker_of(request), concept_of(request)
    words, point = _words_of(request), _point_of(request)
    context: dict[str, Any] = {
        "words": words,
        "page_title": _("Was ist in meiner Nähe geplant?"),
        "active_nav": "map",
        "breadcrumb": breadcrumb((_("Stadtkarte"), reverse("city-map")), (_("In meiner Nähe"), "")),
        "noindex": bool(words or point),
        "districts": _all_districts(asker),
    }
    if concept is None or not (words or point):
        return render(request, "places/nearby.html", context)
    found = at_point(asker, point, words) if point else meant(concept, words, asker.actor)
    place = found.only
    context |= {
        "corrected": found.places[0].name if found.is_corrected and found.places else "",
        "missing_number": found.missing_number,
        "unplaced": found.unplaced,
        "credits": index_of(concept.key, concept.city).credits,
    }
    if place is None:
        context["choices"] = [shown_place(one) for one in found.places]
        return render(request, "places/nearby.html", context)
    context |= {**_page_of(asker, place), **outside_context(asker), "offers": offers_at(asker, place)}
    return render(request, "places/nearby.html", context)


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Places that begin as something typed, for the field of a page: words, kind, district, longitude, latitude."""
    words = _words_of(request)
    concept = concept_or_404(request)
    found = (
        find_places(concept, words, actor_of(request)) if len(words) >= SHORTEST_SUGGESTED else PlacesFound()
    )
    places = [
        {
            **suggested(place),
            "box": [round(value, 5) for value in place.box],
            "outside": is_outside(concept, actor_of(request), place.lon, place.lat),
        }
        for place in found.places
    ]
    response = JsonResponse({"places": places})
    response["Cache-Control"] = "private, max-age=60"
    return response


def suggested(place: FoundPlace) -> dict[str, Any]:
    """A place as the field offers it."""
    return {
        "label": place.label,
        "whole": place.whole,
        "kind": place.kind_label,
        "district": place.district,
        "lon": round(place.lon, 6),
        "lat": round(place.lat, 6),
    }


def shown_place(place: FoundPlace) -> dict[str, str]:
    """A place to choose: its words and the address of its page."""
    about = ", ".join(part for part in (place.kind_label, place.district) if part)
    return {"label": place.label, "about": about, "url": address_of_place(place)}


def address_of_place(place: FoundPlace) -> str:
    """The address of what lies near a place; the point tells places of one name apart."""
    if place.kind == DISTRICT:
        return reverse("item", args=[place.pk])
    query = {"wo": place.whole, "punkt": f"{place.lat:.5f},{place.lon:.5f}"}
    return f"{reverse('nearby')}?{urlencode(query)}"


def _all_districts(asker: Asker) -> list[tuple[str, str]]:
    """Title and address of each district, by title."""
    if asker.concept is None:
        return []
    rows = sorted(district_names(asker.concept, asker.actor), key=lambda one: sort_key(one.title))
    return [(one.title, reverse("item", args=[one.pk])) for one in rows]


def _words_of(request: HttpRequest) -> str:
    """The place that is asked for, no longer than is looked at."""
    return request.GET.get("wo", "").replace("\x00", "").strip()[:LONGEST]


def _point_of(request: HttpRequest) -> tuple[float, float] | None:
    """Longitude and latitude of the address, None where it has none that can be read."""
    try:
        lat, lon = (float(part) for part in request.GET.get("punkt", "")[:40].split(","))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def at_point(asker: Asker, point: tuple[float, float], words: str) -> PlacesFound:
    """The place at a point: the one of these words where it lies there, else the point itself."""
    lon, lat = point
    assert asker.concept is not None
    found = find_places(asker.concept, words, asker.actor) if words else PlacesFound()
    here = [one for one in found.places if max(abs(one.lon - lon), abs(one.lat - lat)) < SAME_POINT]
    if here:
        return PlacesFound((here[0],), missing_number=found.missing_number)
    district = district_at(district_names(asker.concept, asker.actor), lon, lat)
    return PlacesFound(
        (FoundPlace(POINT, _("Punkt auf der Karte"), lon, lat, (lon, lat, lon, lat), district),)
    )


def _page_of(asker: Asker, place: FoundPlace) -> dict[str, Any]:
    """What the page of a place says; for visitors worked out once after each change."""
    concept = asker.concept
    assert concept is not None
    return cached(concept, asker.actor, ("nearby", place), lambda: _made_page(asker, place))


def _made_page(asker: Asker, place: FoundPlace) -> dict[str, Any]:
    concept, actor = asker.concept, asker.actor
    assert concept is not None
    is_district = place.kind == DISTRICT
    near = lying_in_district(concept, actor, place.pk) if is_district else near_place(concept, actor, place)
    named = naming(concept, actor, place, {one.pk for one in near})
    rows = _rows(asker, [*near, *named])
    planned = [rows[one.pk] for one in near if is_planned(one.kind) and one.pk in rows]
    others = [one for one in near if not is_planned(one.kind) and one.pk in rows]
    return {
        "place": {
            "label": place.label,
            "about": _about(place),
            "is_district": is_district,
            "is_outside": is_outside(concept, actor, place.lon, place.lat),
        },
        "page_title": _("Was ist hier geplant: %(place)s") % {"place": place.label},
        "planned": listed(planned, first=8) if planned else None,
        "others": _by_kind(asker, others, rows),
        "named": listed([rows[one.pk] for one in named if one.pk in rows], first=4) if named else None,
        "summary": _summary(asker, len(planned), is_district=is_district),
        "places": _districts_of(asker, place),
        "map": _map(asker, place, [one.pk for one in near]),
    }


def _about(place: FoundPlace) -> str:
    """What and where it is, in a line."""
    return ", ".join(
        part for part in (place.kind_label if place.kind != POINT else "", place.district) if part
    )


def _by_kind(asker: Asker, near: Sequence[NearItem], rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What else lies there, one list for each kind."""
    names = kind_names(asker)
    return [
        {"label": names(kind, plural=True), "list": listed([rows[one.pk] for one in members], first=3)}
        for kind, members in groupby(near, key=lambda one: one.kind)
    ]


def _summary(asker: Asker, count: int, *, is_district: bool) -> str:
    """How much is planned there, in a line."""
    where = (
        _("in diesem Stadtteil")
        if is_district
        else _("im Umkreis von %(metres)s Metern") % {"metres": number_words(NEAR)}
    )
    if not count:
        return _("Auf der Karte ist %(where)s nichts Geplantes verzeichnet") % {"where": where}
    noun = kind_names(asker)(planned_kind(), plural=count != 1)
    return f"{number_words(count)} {noun_inside(noun)} {where}"


def _rows(asker: Asker, near: Sequence[NearItem]) -> dict[str, dict[str, Any]]:
    """The rows of the list, by item; state and distance are said in words. Some five queries."""
    ids = {one.pk for one in near}
    items = (
        list(read_with_states(Item.objects.visible_to(asker.actor).filter(pk__in=ids).order_by()))
        if ids
        else []
    )
    names = kind_names(asker)
    states = states_of(asker, items)
    metres = {one.pk: one.metres for one in near}
    rows = {}
    for item in shown_items(items, names):
        state = states.get(item.pk)
        far = metres[item.pk]
        rows[item.pk] = {
            "item": item,
            "state": state.mark if state else None,
            "text": " · ".join(part for part in (state.who if state else "", metres_words(far)) if part),
            "text_is_own": True,
            "fact": state.fact if state else "",
            "fields": item.fields,
        }
    return rows


def metres_words(metres: int | None) -> str:
    """A distance, rounded as it can be known; empty where there is none."""
    if metres is None:
        return ""
    return _("hier") if metres < 30 else _("%(metres)s m entfernt") % {"metres": number_words(metres)}


def _districts_of(asker: Asker, place: FoundPlace) -> list[dict[str, str]]:
    """The districts in which a place lies, with the way to their pages."""
    assert asker.concept is not None
    districts = district_names(asker.concept, asker.actor)
    if place.kind == DISTRICT:
        found = [one for one in districts if one.pk == place.pk]
    else:
        found = [one for one in districts if one.code in place.codes]
        found = found or [one for one in districts if place.district and one.title == place.district]
    return [{"title": one.title, "url": reverse("item", args=[one.pk])} for one in found]


def _map(asker: Asker, place: FoundPlace, ids: Sequence[str]) -> dict[str, Any]:
    """The map around the place, with what lies near it."""
    point = shapely.Point(place.lon, place.lat)
    around = point
    if place.shape:
        around = shapely.from_wkb(place.shape)
    elif place.kind == DISTRICT:
        around = shapely.box(*place.box)
    return map_around(asker, around, ids, name=place.label, here=point)
