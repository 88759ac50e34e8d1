"""The way to a page of the staff area, the same on all of them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _


def staff_trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Start > Mein Bereich > ... > this page."""
    trail = [(_("Start"), reverse("start")), (_("Mein Bereich"), reverse("home")), *steps]
    return [{"label": label, "url": url} for label, url in trail]
