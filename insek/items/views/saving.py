"""What a form answers whose act is done at once, or waits for its release."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from insek.release.models import Proposal


def answer_saved(request: HttpRequest, saved: Any, *, done: str, to: str) -> HttpResponse:
    """Say that it is done and go on to an address or a named page, or say that it waits and show the proposal."""
    if isinstance(saved, Proposal):
        if saved.edition_key:
            messages.success(
                request,
                _(
                    "Ihre Angaben liegen für die nächste Ausgabe bereit. Öffentlich gelten sie mit deren Beschluss."
                ),
            )
            return redirect(saved.url)
        still = _("Ihre Angaben warten auf Freigabe. Öffentlich zu sehen ist noch die bisherige Fassung.")
        messages.success(request, still)
        return redirect(saved.url)
    messages.success(request, done)
    return redirect(to)
