"""What a form was sent with."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with: None when it is only shown, and an empty form stays a form that was sent."""
    return request.POST if request.method == "POST" else None
