"""Sessions that last as long as they are used, and what a browser must know to keep what was typed.

A form tells under ``kept`` which draft on the device it is (static/insek/work.js). When it was saved, the answer names that draft
in a cookie that scripts read and delete at once; in every other case the draft stays and is offered again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import WARNING, get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

EXTENDED = "extended"
"""Where the session keeps when its end was last put off, in seconds since 1970."""
EVERY = 60 * 60
"""Seconds after which a session in use is written again, not before."""
SAVED = "insek-saved"
"""The cookie that names a draft that was saved."""
_DRAFT = re.compile(r"[0-9-]{3,40}", re.ASCII)


def person_key(user_id: int) -> str:
    """Under which drafts of a person are kept on a device: the same for the same person, and says nothing else."""
    return salted_hmac("insek.people.drafts", str(user_id), algorithm="sha256").hexdigest()[:16]


def begin(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """A session that begins need not be extended at the next page."""
    request.session[EXTENDED] = int(time.time())


user_logged_in.connect(begin, dispatch_uid="insek.people.sessions")


class SessionLifetimeMiddleware:
    """Puts off the end of a session in use, leads back to the form after a login, and says what was saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session:
            if session.get(EXTENDED, 0) < time.time() - EVERY:
                session[EXTENDED] = int(time.time())
            if request.method == "POST" and _was_saved(request, response):
                response.set_cookie(
                    SAVED,
                    request.POST["kept"],
                    max_age=60,
                    samesite="Lax",
                    secure=settings.SESSION_COOKIE_SECURE,
                )
        elif request.method == "POST" and _asks_for_login(response):
            return _back_to_the_form(request, response)
        return response


def _was_saved(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a form that names its draft led on, without a word that something went wrong."""
    if not _DRAFT.fullmatch(request.POST.get("kept", "")) or response.status_code not in {302, 303}:
        return False
    told: Any = get_messages(request)
    return not _asks_for_login(response) and not any(
        message.level >= WARNING for message in getattr(told, "_queued_messages", ())
    )


def _asks_for_login(response: HttpResponse) -> bool:
    if not isinstance(response, HttpResponseRedirect):
        return False
    return urlsplit(response.url).path == urlsplit(resolve_url(settings.LOGIN_URL)).path


def _back_to_the_form(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """After the login comes the page with the form, which may have another address than the one it was sent to."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    ):
        return response
    parts = urlsplit(came_from)
    again = redirect_to_login(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    for name, value in response.headers.items():
        again.headers.setdefault(name, value)
    return again
