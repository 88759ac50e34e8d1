"""How every answer of the interface and the feed goes out: readable from everywhere, without cookies, with its licence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.encoding import iri_to_uri
from django.views.decorators.csrf import csrf_exempt

from insek.web.context import concept_of

READING = "GET, HEAD, OPTIONS"
LICENCES = {
    "dl-de/by-2-0": "https://www.govdata.de/dl-de/by-2-0",
    "dl-de/zero-2-0": "https://www.govdata.de/dl-de/zero-2-0",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""Addresses of the licences a concept may name; any other is explained on the page about the concept."""


def problem(
    status: int,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    *,
    more: dict[str, Any] | None = None,
    **headers: str,
) -> HttpResponse:
    """An error as RFC 9457 wants it; ``more`` are further properties, left out where they are empty."""
    body: dict[str, Any] = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail,
    }  # fmt: skip
    if errors:
        body["errors"] = errors
    body |= {name: value for name, value in (more or {}).items() if value}
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )
    for name, value in headers.items():
        response.headers[name] = value
    return response


def licence_address(request: HttpRequest) -> str:
    """Where the licence of the content can be read; empty where there is no concept or no licence."""
    concept = concept_of(request)
    if concept is None or not concept.licence:
        return ""
    known = LICENCES.get(concept.licence.lower().replace(" ", "-").removeprefix("/"))
    return known or request.build_absolute_uri(reverse("about"))


def add_link(response: HttpResponseBase, address: str, relation: str, *more: str) -> None:
    """Add to the header Link (RFC 8288)."""
    given = response.headers.get("Link", "")
    entry = "; ".join([f"<{iri_to_uri(address)}>", f'rel="{relation}"', *more])
    response.headers["Link"] = f"{given}, {entry}" if given else entry


def public_reading(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """GET and OPTIONS for everybody from everywhere; unchanged answers are 304, all else is refused with 405.

    HEAD arrives here as GET (``web.middleware.HeadMiddleware``).
    """

    @csrf_exempt
    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response.headers["Allow"] = READING
            response.headers["Access-Control-Allow-Methods"] = READING
            response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match, If-Modified-Since"
            response.headers["Access-Control-Max-Age"] = "86400"
        elif request.method != "GET":
            response = problem(405, "This interface can only be read.", Allow=READING)
        else:
            response = _answer(view, request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return reading


def _answer(
    view: Callable[..., HttpResponseBase], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    response = view(request, *args, **kwargs)
    licence = licence_address(request)
    if licence:
        add_link(response, licence, "license")
    response.headers.setdefault("Cache-Control", "no-cache")
    if response.status_code != 200:
        return response
    add_link(response, request.build_absolute_uri(reverse("api-openapi")), "service-desc")
    if not response.streaming and isinstance(response, HttpResponse):
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response.headers["ETag"] = etag
        unchanged = get_conditional_response(request, etag=etag, response=response)
        if unchanged is not None and unchanged is not response:
            unchanged.headers["Link"] = response.headers["Link"]
            return unchanged
    return response
