"""Addresses of the interface; the same in every language."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse_lazy
from django.views.generic import RedirectView

from .document import interface, openapi_document
from .http import problem, public_reading


def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    body = json.dumps(openapi_document(), ensure_ascii=False, indent=2)
    return HttpResponse(body, content_type="application/json")


def missing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below /api/v1/."""
    return problem(404, "There is no such operation; see /api/v1/openapi.json.")


def _operations() -> list[URLPattern]:
    """The addresses that ninja made, each answering as public_reading says; ninja's own start page is left out."""
    patterns: list[Any] = interface().urls[0]
    return [
        URLPattern(pattern.pattern, public_reading(pattern.callback), pattern.default_args, pattern.name)
        for pattern in patterns
        if pattern.name != "api-root"
    ]


urlpatterns = [
    path("", public_reading(RedirectView.as_view(url=reverse_lazy("api"))), name="api-root"),
    path("openapi.json", public_reading(openapi), name="api-openapi"),
    *_operations(),
    path("<path:rest>", public_reading(missing), name="api-missing"),
]
