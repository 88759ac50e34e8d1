"""The resources of OGC API - Features, Part 1: Core (OGC 17-069r4). Addresses in answers are those by which it was asked."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from insek import clock
from insek.concept.models import Concept
from insek.engines.text import shortened
from insek.thread.identity import is_id
from insek.thread.models import Tombstone
from insek.web.context import concept_of

from ..api.answers import Addresses
from ..api.filters import moment
from ..api.http import licence_address, problem
from ..api.kinds import ApiKind
from ..api.operations import withdrawn_item
from .collections import Box, collection_kinds, collection_of, extent_of, page, single_feature, title_of
from .openapi import openapi_document

LIMIT, MOST = 100, 1000
JSON, GEOJSON, OPENAPI = (
    "application/json",
    "application/geo+json",
    "application/vnd.oai.openapi+json;version=3.0",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
]
FORMATS = {"", "json", "geojson"}


class Wrong(Exception):
    """A parameter that cannot be understood; the text says which and what is right."""


def _address(request: HttpRequest, name: str, *args: str, **query: Any) -> str:
    whole = request.build_absolute_uri(reverse(name, args=args))
    return f"{whole}?{urlencode(query)}" if query else whole


def _link(href: str, rel: str, kind: str = JSON, title: str = "") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, **({"title": title} if title else {})}


def _answer(body: dict[str, Any], kind: str = JSON) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False, allow_nan=False), content_type=kind)


def _known(request: HttpRequest, *names: str) -> None:
    """A misspelt parameter must not quietly give everything. Raises Wrong."""
    for name in request.GET:
        if name not in {"f", *names}:
            raise Wrong(f"unknown parameter {shortened(name, 60)}; known here: {', '.join(sorted({'f', *names}))}")  # fmt: skip
    if request.GET.get("f", "") not in FORMATS:
        raise Wrong("f: json")


def landing(request: HttpRequest) -> HttpResponse:
    """What this is, and where the rest is."""
    try:
        _known(request)
    except Wrong as wrong:
        return problem(400, str(wrong))
    concept = concept_of(request)
    return _answer({
        "title": concept.title if concept else "INSEK",
        "description": "What lies somewhere in this concept and is public. OGC API - Features, Part 1: Core.",
        "links": [
            _link(_address(request, "ogc-landing"), "self", title="This document"),
            _link(_address(request, "ogc-api"), "service-desc", OPENAPI, "The description of the interface"),
            _link(_address(request, "api"), "service-doc", "text/html", "Documentation"),
            _link(_address(request, "ogc-conformance"), "conformance", title="What it conforms to"),
            _link(_address(request, "ogc-collections"), "data", title="The collections"),
        ],
    })  # fmt: skip


def conformance(request: HttpRequest) -> HttpResponse:
    """The classes it conforms to."""
    try:
        _known(request)
    except Wrong as wrong:
        return problem(400, str(wrong))
    return _answer({"conformsTo": CONFORMS})


def api(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    kinds = collection_kinds(concept_of(request))
    root = _address(request, "ogc-landing").rstrip("/")
    return _answer(openapi_document(root, [kind.plural for kind in kinds], LIMIT, MOST), OPENAPI)


def _collection(request: HttpRequest, concept: Concept, kind: ApiKind) -> dict[str, Any]:
    box = extent_of(concept, kind)
    licence = licence_address(request)
    return {
        "id": kind.plural,
        "title": title_of(kind, concept),
        "description": str(kind.kind.explanation),
        "itemType": "feature",
        "crs": [CRS84],
        **({"extent": {"spatial": {"bbox": [list(box)], "crs": CRS84}}} if box else {}),
        "links": [
            _link(_address(request, "ogc-collection", kind.plural), "self"),
            _link(_address(request, "ogc-items", kind.plural), "items", GEOJSON, title_of(kind, concept)),
            *([_link(licence, "license", "text/html")] if licence else []),
        ],
    }  # fmt: skip


def collections(request: HttpRequest) -> HttpResponse:
    """All collections."""
    try:
        _known(request)
    except Wrong as wrong:
        return problem(400, str(wrong))
    concept = concept_of(request)
    found = [_collection(request, concept, kind) for kind in collection_kinds(concept)] if concept else []
    links = [_link(_address(request, "ogc-collections"), "self")]
    return _answer({"links": links, "collections": found})


def collection(request: HttpRequest, name: str) -> HttpResponse:
    """One collection."""
    try:
        _known(request)
    except Wrong as wrong:
        return problem(400, str(wrong))
    concept = concept_of(request)
    kind = collection_of(concept, name)
    if concept is None or kind is None:
        return _no_collection(request)
    return _answer(_collection(request, concept, kind))


def _no_collection(request: HttpRequest) -> HttpResponse:
    return problem(404, f"There is no such collection; see {_address(request, 'ogc-collections')}")


def items(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the features of a collection."""
    concept = concept_of(request)
    kind = collection_of(concept, name)
    if concept is None or kind is None:
        return _no_collection(request)
    try:
        _known(request, "limit", "bbox", "datetime", "after")
        limit, boxes = _limit(request.GET.get("limit", "")), _boxes(request.GET.get("bbox", ""))
        _check_datetime(request.GET.get("datetime", ""))
        after = request.GET.get("after", "")
        if after and not is_id(after):
            raise Wrong("after: taken from the link to the next page, not to be made by hand")
    except Wrong as wrong:
        return problem(400, str(wrong))
    found = page(concept, kind, boxes=boxes, limit=limit, after=after, item_url=Addresses(request).item)
    links = [
        _link(request.build_absolute_uri(), "self", GEOJSON),
        _link(_address(request, "ogc-collection", name), "collection"),
    ]
    if found.following:
        asked = {key: value for key, value in request.GET.items() if key != "after"}
        links.append(_link(_address(request, "ogc-items", name, **asked, after=found.following), "next", GEOJSON))  # fmt: skip
    return _answer({
        "type": "FeatureCollection", "features": found.features, "links": links, "numberMatched": found.matched, "numberReturned": len(found.features),
        "timeStamp": clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }, GEOJSON)  # fmt: skip


def feature(request: HttpRequest, name: str, item_id: str) -> HttpResponse:
    """One feature."""
    try:
        _known(request)
    except Wrong as wrong:
        return problem(400, str(wrong))
    concept = concept_of(request)
    kind = collection_of(concept, name)
    if concept is None or kind is None:
        return _no_collection(request)
    found = single_feature(concept, kind, item_id, Addresses(request).item) if is_id(item_id) else None
    if found is None:
        gone = is_id(item_id) and Tombstone.objects.filter(pk=item_id, was_public=True, kind=kind.name).exists()  # fmt: skip
        if not gone and is_id(item_id) and withdrawn_item(item_id, kind=kind.name):
            told = f"It stood in an edition and is withdrawn; see {Addresses(request).item(item_id)}"
            return problem(410, told)
        return problem(410, "It is deleted.") if gone else problem(404, "There is no such feature.")
    return _answer({
        **found,
        "links": [
            _link(_address(request, "ogc-feature", name, item_id), "self", GEOJSON),
            _link(_address(request, "ogc-collection", name), "collection"),
            _link(Addresses(request).item(item_id), "alternate", "text/html"),
        ],
    }, GEOJSON)  # fmt: skip


def missing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below /ogc/."""
    return problem(404, f"There is nothing here; begin at {_address(request, 'ogc-landing')}")


def _limit(text: str) -> int:
    if not text:
        return LIMIT
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0):
        raise Wrong(f"limit: a whole number from 1 to {MOST}")
    return min(int(text), MOST)  # what is larger gives the most, as the standard wants


def _boxes(text: str) -> Sequence[Box]:
    """The box that is asked for, as two where it goes over the 180th meridian; heights of a box in space are left out."""
    if not text:
        return []
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[place] for place in (0, 1, 3, 4)]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise Wrong("bbox: west,south,east,north in degrees (WGS 84)")
    west, south, east, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise Wrong("bbox: longitudes from -180 to 180, latitudes from -90 to 90, south before north")
    if west > east:
        return [(west, south, 180.0, north), (-180.0, south, east, north)]
    return [(west, south, east, north)]


def _check_datetime(text: str) -> None:
    """Features have no time of their own, so every moment and interval fits; what is neither is refused. Raises Wrong."""
    if not text:
        return
    parts = text.split("/")
    if len(parts) > 2 or all(part in {"", ".."} for part in parts):
        raise Wrong("datetime: a moment, or two with / between; .. for an open end")
    for part in parts:
        if part in {"", ".."}:
            continue
        try:
            moment(part)
        except ValueError:
            raise Wrong("datetime: a moment as RFC 3339 writes it, such as 2026-11-01T08:00:00Z") from None
