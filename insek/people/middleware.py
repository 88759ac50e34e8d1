"""Puts the actor on the request, read only when somebody asks for it, and keeps answers for one person out of caches."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .actors import actor_for


class ActorMiddleware:
    """Sets ``request.actor``, lazily: a public page without a session cookie costs no query.

    What was made for somebody is kept by nobody: an answer for which the session was read is ``private, no-store``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_for(request.user))  # type: ignore[attr-defined]  # put here, read by actor_of alone
        response = self.get_response(request)
        session = request.session
        if (
            session.accessed
            and not session.is_empty()
            and "no-store" not in response.get("Cache-Control", "")
        ):
            response.headers["Cache-Control"] = "private, no-store"
        return response
