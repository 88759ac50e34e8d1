"""What a request carries: what a form was sent with, and what was made for it once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

Kept = TypeVar("Kept")


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with: None when it is only shown, and an empty form stays a form that was sent.

    A browser sends two signs for a line break and counts one; so do the limits of forms.
    """
    if request.method != "POST":
        return None
    if not any("\r" in value for _name, values in request.POST.lists() for value in values):
        return request.POST
    even = request.POST.copy()
    for name, values in request.POST.lists():
        even.setlist(name, [value.replace("\r\n", "\n").replace("\r", "\n") for value in values])
    return even


def posted_version(request: HttpRequest) -> int:
    """The version that a button without a form of its own was shown with."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


MAX_QUERY = 200
"""Characters of a search."""


def search_words(request: HttpRequest, sent: Mapping[str, str]) -> str:
    """The words of the search field ``q``; where they are too many, the first ones, and the page says so."""
    typed = sent.get("q", "").replace("\x00", "").strip()
    if len(typed) > MAX_QUERY:
        told = _("Die Suche nimmt höchstens %(limit)s Zeichen. Gesucht ist nach dem Anfang Ihrer Eingabe.")
        messages.warning(request, told % {"limit": MAX_QUERY})
    return typed[:MAX_QUERY].rstrip()


def once(request: HttpRequest, name: str, make: Callable[[], Kept]) -> Kept:
    """What was made for this request under this name; made the first time it is asked for."""
    kept: dict[str, Any] = request.__dict__.setdefault("_insek_kept", {})
    if name not in kept:
        kept[name] = make()
    made: Kept = kept[name]
    return made
