"""What a request carries: what a form was sent with, and what was made for it once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, QueryDict

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


def once(request: HttpRequest, name: str, make: Callable[[], Kept]) -> Kept:
    """What was made for this request under this name; made the first time it is asked for."""
    kept: dict[str, Any] = request.__dict__.setdefault("_insek_kept", {})
    if name not in kept:
        kept[name] = make()
    made: Kept = kept[name]
    return made
