"""How many people live within reach of something that is drawn: a measure, an element of the spatial concept, any item with a place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker
from insek.engines.geometry import to_metric
from insek.engines.reach.network import CYCLING, WALKING, Floats
from insek.items.pages import EVERY_KIND, add_to_detail, ask_with_detail, is_beside
from insek.places.models import Location
from insek.places.queries import map_places
from insek.thread.models import Item, Visibility
from insek.web.display import number_words, period_words

from .facilities import entries_of
from .measuring import ReachGround, by_area, measured
from .models import ReachAnalysis, ReachRun
from .shown import is_estimate, people_words, percent_words

MINUTES = (5, 10, 15)
MODES = {ReachAnalysis.Mode.WALKING: WALKING, ReachAnalysis.Mode.CYCLING: CYCLING}
FEWEST = 50
"""People of a district below which no share is told: each would weigh too much."""


def ground_runs(asker: Asker) -> QuerySet[ReachRun]:
    """The results whose people the reader may see, the newest first."""
    seen = Item.objects.visible_to(asker.actor)
    rows = ReachRun.objects.filter(state=ReachRun.State.DONE, analysis__item__concept=asker.concept)
    rows = rows.filter(analysis__item__in=seen, analysis__people__item__in=seen)
    return rows.defer("ground").order_by("-finished_at", "-pk")


def metres_to(ground: ReachGround, shape: BaseGeometry) -> Floats:
    """Metres from where people live to a shape in metres: to its border or line; none for who lives inside."""
    entries = entries_of(shape)
    metres, _whose = measured(ground, entries, np.zeros(len(entries), dtype=np.intp))
    if shapely.get_dimensions(shape) == 2:
        shapely.prepare(shape)
        metres = np.where(shapely.contains_xy(shape, ground.points), 0.0, metres)
    return metres


def near_context(
    asker: Asker, item: Item, location: Location, run: ReachRun, ground: ReachGround, *, mode: str, minutes: int, path: str
) -> dict[str, Any]:  # fmt: skip
    """What the page says: all minutes for the city, and one of them by district. One query, kept."""
    assert asker.concept is not None
    metres = metres_to(ground, to_metric(location.geometry, asker.concept.metric_crs))
    areas = len(run.result["areas"])
    rows, whole = by_area(ground, metres, areas, minutes * MODES[ReachAnalysis.Mode(mode)])
    known = {row.pk: row for row in map_places(asker.concept, asker.actor)}
    said = {
        "people": people_words(whole.reaching),
        "minutes": minutes,
        "mode": ReachAnalysis.Mode(mode).label,
    }
    by_district = [
        (known[area["pk"]], row)
        for area, row in zip(run.result["areas"], rows, strict=True)
        if area["pk"] in known and row.reaching >= 5
    ]
    return {
        "sentence": _("Rund %(people)s Menschen wohnen %(mode)s höchstens %(minutes)s Minuten entfernt.") % said,
        "estimated": is_estimate(run.result),
        "all_table": _all_minutes(ground, metres),
        "choices": [
            {
                "label": f"{value.label}, {_('%(minutes)s Minuten') % {'minutes': number}}",
                "url": f"{path}?{urlencode({'wie': value, 'minuten': number})}",
                "chosen": (value, number) == (mode, minutes),
            }
            for value in ReachAnalysis.Mode
            for number in MINUTES
        ],
        "table": {
            "id": "nach-raeumen",
            "caption": _("Nach Räumen, %(mode)s in %(minutes)s Minuten") % said,
            "columns": [
                {"label": _("Raum")}, {"label": _("Menschen in Reichweite"), "numeric": True},
                {"label": _("Anteil des Raums"), "numeric": True},
            ],
            "rows": [
                [
                    {"text": district.item.title, "url": district.item.url, "is_content": True},
                    {"text": people_words(row.reaching), "numeric": True},
                    {"text": percent_words(row.share) if row.people >= FEWEST else "–", "numeric": True},
                ]
                for district, row in sorted(by_district, key=lambda one: -one[1].reaching)
            ],
        } if by_district else None,
        "period": period_words(run.result["period"]),
        "sources": "; ".join(run.result["sources"]),
    }  # fmt: skip


def _all_minutes(ground: ReachGround, metres: Floats) -> dict[str, Any]:
    def people(mode: ReachAnalysis.Mode, minutes: int) -> dict[str, Any]:
        within = metres <= minutes * MODES[mode]
        return {"text": people_words(float(ground.people[within].sum())), "numeric": True}

    return {
        "id": "minuten",
        "caption": _("Menschen in Reichweite, ganze Stadt"),
        "columns": [{"label": _("Wie")}, *({"label": _("%(minutes)s Minuten") % {"minutes": number_words(number)}, "numeric": True} for number in MINUTES)],
        "rows": [[_upper(str(mode.label)), *(people(mode, number) for number in MINUTES)] for mode in MODES],
    }  # fmt: skip


def _upper(words: str) -> str:
    """With a capital letter, as a line begins."""
    return words[:1].upper() + words[1:]


def near_link(asker: Asker, item: Item) -> dict[str, Any]:
    """The way to that page from an item that is drawn, where there is a result everybody sees. No query."""
    if (
        item.kind == "district"
        or getattr(item, "location", None) is None
        or not is_beside(item, "reach_runs")
    ):
        return {}
    return {"side_sections": ["evidence/_near_link.html"]}


def _public_runs(_pk: Any) -> QuerySet[ReachRun]:
    public = {
        "analysis__item__visibility": Visibility.PUBLIC,
        "analysis__people__item__visibility": Visibility.PUBLIC,
    }
    return ReachRun.objects.filter(state=ReachRun.State.DONE, **public)


ask_with_detail(EVERY_KIND, "reach_runs", _public_runs)
add_to_detail(EVERY_KIND, near_link)
