"""Looking ahead: what the spatial concept shows today, and what joins it in the short, the middle and the long term."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.thread.models import Item

from .models import Feature
from .pages import variant_filter

STEP = "bis"
STEPS = ("", *Feature.Horizon.values)
"""The horizons in the order of time; an element without one is there today."""
WORDS = {"": "heute", "short": "kurzfristig", "medium": "mittelfristig", "long": "langfristig"}
"""How an address says a step."""


def requested_horizon(word: str) -> str | None:
    """The horizon an address names; None for all. Raises Http404."""
    if not word:
        return None
    for step, known in WORDS.items():
        if known == word:
            return step
    raise Http404


def steps_ahead(asker: Asker, items: list[Item], chosen: str | None, variant: str) -> list[dict[str, Any]]:
    """The steps that have elements, for the page: how many are in the city up to each. Costs no query."""
    concept = asker.concept
    year = concept.horizon_to if concept else None
    labels = {"": _("Heute"), **dict(Feature.Horizon.choices)}
    counts = [sum(item.feature.horizon == step for item in items) for step in STEPS]
    if sum(count > 0 for count in counts) < 2:
        return []  # all belongs to one time: there is nothing to look ahead to
    kept = {variant_filter.name: variant} if variant else {}

    def address(word: str) -> str:
        query = urlencode({**kept, **({STEP: word} if word else {})})
        return f"{asker.path}?{query}#ausblick" if query else f"{asker.path}#ausblick"

    found = [
        {
            "label": labels[step],
            "note": _("bis %(year)s") % {"year": year} if year and step == STEPS[-1] else "",
            "count": sum(counts[: place + 1]),
            "url": address(WORDS[step]),
            "chosen": step == chosen,
            "passed": chosen is not None and place < STEPS.index(chosen),
        }
        for place, step in enumerate(STEPS)
        if counts[place]
    ]
    everything = {
        "label": _("Alles"),
        "note": "",
        "count": len(items),
        "url": address(""),
        "chosen": chosen is None,
    }
    return [everything, *found]
