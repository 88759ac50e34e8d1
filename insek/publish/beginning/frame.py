"""The frame of a step: one question, one form, and the way back to the overview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.views.shared import http_status


def step_page(
    request: HttpRequest,
    form: Any,
    title: str,
    lead: str,
    submit: str,
    *,
    cancel: str = "beginning",
    there: list[str] | None = None,
    ways: Sequence[tuple[str, Any]] = (),
    multipart: bool = False,
    template: str = "publish/beginning/step.html",
    more: Mapping[str, Any] = {},
) -> HttpResponse:
    """A page of one step; ``there`` is what is entered already, ``ways`` are other pages that do the same."""
    context = {
        "form": form,
        "there": there or [],
        "ways": ways,
        "multipart": multipart,
        "page_title": title,
        "page_lead": lead,
        "submit_label": submit,
        "cancel_url": reverse(cancel),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Ihre Stadt einrichten"), reverse("beginning")), (title, "")),
        "noindex": True,
        **more,
    }
    return render(request, template, context, status=http_status(form, []))
