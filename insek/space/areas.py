"""Areas of the spatial concept in hectares."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from insek.web.display import number_words

SQUARE_METRES = 10_000
"""Square metres of a hectare."""


def hectares(area: float | Decimal | None) -> str:
    """An area in words; empty for none."""
    return "" if area is None else _("%(area)s ha") % {"area": number_words(float(area), 1)}
