"""When nothing can be written for a while: a page that says so and what to do, never one that says that we made a mistake."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from insek.thread.replacing import is_being_replaced

BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
FULL = ("database or disk is full", "disk full", "No space left", "disk I/O error", "readonly database")
SAFE = ("GET", "HEAD", "OPTIONS")


class ReplacementMiddleware:
    """Asks whoever sends something to wait while a package takes the place of the whole concept; reading goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE and is_being_replaced():
            return _later(
                _("Das Konzept wird gerade ersetzt"),
                _("Bis das fertig ist, lässt sich nichts speichern; lesen können Sie weiter. Es dauert meist weniger als eine Minute."),
                wait=30,
            )  # fmt: skip
        return self.get_response(request)


def error_page(request: HttpRequest) -> HttpResponseBase:
    """The page of an error that nobody foresaw, and 503 for a database that is busy or a disk that is full."""
    error = sys.exc_info()[1]
    while error is not None:
        if isinstance(error, DatabaseError | OSError):
            if any(text in str(error) for text in BUSY):
                return _later(
                    _("Gerade wird zu viel auf einmal geschrieben"),
                    _("Ihre Eingabe ist deshalb noch nicht gespeichert. Bitte gehen Sie zurück und senden Sie sie gleich noch einmal."),
                    wait=10,
                )  # fmt: skip
            if any(text in str(error) for text in FULL):
                return _later(
                    _("Hier lässt sich gerade nichts speichern"),
                    _("Der Speicherplatz des Servers ist erschöpft. Ihre Eingabe ist nicht gespeichert, alles davor ist sicher; lesen können Sie weiter. Bitte heben Sie Ihren Text auf und versuchen Sie es später noch einmal."),
                    wait=300,
                )  # fmt: skip
        error = error.__cause__ or error.__context__
    return server_error(request)


def _later(title: str, words: str, *, wait: int) -> HttpResponse:
    """A page that needs no database. The browser keeps what was typed, as after every answer that saved nothing."""
    page = render_to_string("503.html", {"title": title, "words": words})
    return HttpResponse(page, status=503, headers={"Retry-After": str(wait), "Cache-Control": "no-store"})
