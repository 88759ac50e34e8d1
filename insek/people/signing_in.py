"""The one door: whoever proved to be somebody, by whatever way, comes through ``sign_in`` and meets the second factor there."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from .models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITING = "second-factor-for"
"""Key of the session: who has proved to know the password, or to have the account, and is asked for a code."""
PATIENCE = 10 * 60
"""Seconds after which whoever was asked for a code begins anew."""


def sign_in(
    request: HttpRequest, user: User, *, next_url: str, from_service: bool = False, kept: dict[str, Any] | None = None
) -> HttpResponse:  # fmt: skip
    """Sign somebody in and lead on, or ask for the second factor first. ``kept`` goes into the session of the person.

    ``next_url`` was checked by whoever calls. Whoever comes from the service is not asked again where the service asks itself.
    """
    asked_there = from_service and settings.INSEK_OIDC_SECOND_FACTOR == "provider"
    if user.factor_key and not asked_there:
        request.session.cycle_key()
        request.session[WAITING] = {
            "user": user.pk,
            "hash": user.get_session_auth_hash(),
            "until": int(time.time()) + PATIENCE,
            "next": next_url,
            "kept": kept or {},
        }
        return redirect("second-factor")
    return _signed_in(request, user, next_url, kept or {})


def who_waits(request: HttpRequest) -> User | None:
    """Who is asked for a code in this session; nobody where that took too long or the password changed meanwhile. One query."""
    waiting = request.session.get(WAITING)
    if not isinstance(waiting, dict) or waiting["until"] < time.time():
        request.session.pop(WAITING, None)
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), waiting["hash"]):
        del request.session[WAITING]
        return None
    return user


def let_in(request: HttpRequest, user: User) -> HttpResponse:
    """The code was right: sign in whom ``who_waits`` named."""
    waiting = request.session.pop(WAITING)
    return _signed_in(request, user, waiting["next"], waiting["kept"])


def _signed_in(request: HttpRequest, user: User, next_url: str, kept: dict[str, Any]) -> HttpResponse:
    request.session.pop(WAITING, None)
    login(request, user, backend=BACKEND)
    for name, value in kept.items():
        request.session[name] = value
    from .actors import actor_for

    if actor_for(user).roles_in_waiting:
        return redirect("own-factor")
    return HttpResponseRedirect(next_url)


def begin_anew() -> HttpResponse:
    """To the page for signing in, where there is nobody to ask for a code."""
    return HttpResponseRedirect(reverse("login"))
