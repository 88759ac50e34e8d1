"""The latest figures of the districts in which a place lies, beside those of the city."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from insek.concept.asker import Asker
from insek.evidence.models import Observation
from insek.evidence.queries import latest_values, values_of_district
from insek.evidence.words import quality_words, shown_value
from insek.places.queries import city
from insek.web.display import period_words

from .collecting import Dossier

MOST_DISTRICTS = 3
MOST_FIGURES = 15


def figures_of(asker: Asker, dossier: Dossier) -> dict[str, Any] | None:
    """A table of the latest values, a column for each district; None where there are none. One query a district and two."""
    assert asker.concept is not None
    if dossier.place.is_city:
        whole = city(asker.concept, asker.actor)
        districts = [whole] if whole else []
    else:
        districts = dossier.applying.districts[:MOST_DISTRICTS]
    values: dict[str, dict[str, Observation]] = {}
    first: dict[str, Observation] = {}
    is_cut = False
    for district in districts:
        rows = values_of_district(district, asker.actor, size=MOST_FIGURES + 1)
        is_cut |= len(rows) > MOST_FIGURES
        for row in rows[:MOST_FIGURES]:
            first.setdefault(row.indicator_id, row)
            values.setdefault(row.indicator_id, {})[district.pk] = row
    if not values:
        return None
    latest = {} if dossier.place.is_city else latest_values(list(values))
    sources = dict.fromkeys(
        row.source_title or row.source_url for rows in values.values() for row in rows.values()
    )
    notes = [
        _("Quelle: %(source)s.") % {"source": "; ".join(filter(None, sources))} if any(sources) else "",
        _("Gezeigt sind die ersten %(count)s Zahlen je Raum; auf der Seite des Raums stehen alle.")
        % {"count": MOST_FIGURES}
        if is_cut
        else "",
    ]
    return {
        "id": "zahlen",
        "caption": _("Zahlen der Räume, in denen der Ort liegt"),
        "hide_caption": True,
        "columns": [
            {"label": _("Indikator")},
            *({"label": district.item.shown_title, "numeric": True} for district in districts),
            *([{"label": _("Stadt"), "numeric": True}] if latest else []),
        ],
        "rows": [
            [
                {"text": row.indicator.title_text, "url": row.indicator.item.url},
                *(_cell(values[pk].get(district.pk)) for district in districts),
                *([_cell(latest.get(pk))] if latest else []),
            ]
            for pk, row in first.items()
        ],
        "note": " ".join(filter(None, notes)),
        "is_example": any(row.indicator.item.is_example for row in first.values()),
    }


def _cell(row: Observation | None) -> dict[str, Any]:
    """A value with its period, and how it came about unless it was counted."""
    if row is None:
        return {"text": "–", "numeric": True}
    note = ", ".join(filter(None, [period_words(row.period), quality_words(row)]))
    return {"text": shown_value(row), "numeric": True, "note": f"({note})"}
