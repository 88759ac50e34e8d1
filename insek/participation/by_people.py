"""Contributions for each 1,000 inhabitants, by district: where people speak up, and where few do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import shapely
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insek.concept.asker import Asker
from insek.engines.geometry import to_metric
from insek.evidence.reaching.living import LivedAreas, NothingToSpread, areas_of, in_areas
from insek.evidence.reaching.models import ReachAnalysis
from insek.items.list_tools import ListTool, register_list_tool
from insek.items.pages import ItemPages
from insek.people.actors import Actor
from insek.places.models import District
from insek.places.pages import city_map
from insek.places.queries import map_places
from insek.thread.models import Item
from insek.web.display import number_words, period_words

from .models import Contribution

FEWEST = 5
"""Contributions below which no rate is told: one more would change it by a fifth and more."""
FEWEST_PEOPLE = 500
"""Inhabitants below which none is told."""


@dataclass(frozen=True)
class SpokenArea:
    """A district with its contributions and people; ``rate`` for each 1,000, None where either is too few."""

    district: District
    contributions: int
    people: int
    rate: Decimal | None


@dataclass(frozen=True)
class SpokenCity:
    """All districts, what lies in none of them, and where the people are from."""

    areas: list[SpokenArea]
    elsewhere: int
    period: str
    sources: list[str]
    indicator: Item


def rate_of(contributions: int, people: int) -> Decimal | None:
    """Contributions for each 1,000 people, to a tenth; None where either is too few to say anything."""
    if contributions < FEWEST or people < FEWEST_PEOPLE:
        return None
    return (Decimal(1_000 * contributions) / people).quantize(Decimal("0.1"))


def spoken_city(asker: Asker) -> SpokenCity | None:
    """Public contributions by the districts that the first analysis of reachability counts its people in; None without one. Five queries."""
    concept = asker.concept
    seen = Item.objects.visible_to(asker.actor)
    first = (
        ReachAnalysis.objects.filter(item__in=seen, people__item__in=seen, item__concept=concept)
        .select_related("people__item")
        .order_by("item__sort_key", "pk")
        .first()
    )
    if concept is None or first is None:
        return None
    try:
        areas = areas_of(concept, first.people_id)
    except NothingToSpread:
        return None
    rows = Contribution.objects.filter(
        item__in=seen.filter(concept=concept, kind="contribution"), state=Contribution.State.PUBLIC
    )
    counts, elsewhere = _counted(list(rows.values_list("lon", "lat", "district")), areas, concept.metric_crs)
    known = {row.pk for row in map_places(concept, asker.actor)}
    found = [
        SpokenArea(district, counts[number], round(people), rate_of(counts[number], round(people)))
        for number, (district, people) in enumerate(zip(areas.districts, areas.people.tolist(), strict=True))
        if district.pk in known
    ]
    return SpokenCity(found, elsewhere, areas.period, areas.sources, first.people.item)


def _counted(places: list[tuple[Any, Any, Any]], areas: LivedAreas, crs: int) -> tuple[list[int], int]:
    """How many lie in each area, by their point, else by the district that was named; and how many in none."""
    number_of = {district.pk: number for number, district in enumerate(areas.districts)}
    spots = [
        (float(lon), float(lat)) for lon, lat, _district in places if lon is not None and lat is not None
    ]
    lying = iter(
        in_areas(shapely.get_coordinates(to_metric(shapely.multipoints(spots), crs)), areas.outlines).tolist()
        if spots
        else ()
    )
    counts = np.zeros(len(areas.districts) + 1, dtype=int)
    for lon, lat, district in places:
        number = next(lying) if lon is not None and lat is not None else -1
        counts[number if number >= 0 else number_of.get(district, -1)] += 1
    return counts[:-1].tolist(), int(counts[-1])


def rate_words(rate: Decimal | None) -> str:
    """A rate; a dash where there is none to tell."""
    return "–" if rate is None else number_words(rate, 1)


def spoken_context(asker: Asker, city: SpokenCity) -> dict[str, Any]:
    """Map, table and what has to be known to read them."""
    values = {area.district.pk: float(area.rate) for area in city.areas if area.rate is not None}
    order = sorted(city.areas, key=lambda area: (area.rate is None, -(area.rate or 0)))
    shown_map = city_map(
        asker,
        [area.district for area in city.areas],
        id="je-einwohner-karte",
        title=_("Auf der Karte"),
        values=values,
        labels={area.district.pk: rate_words(area.rate) for area in city.areas},
        order=[area.district.pk for area in order],
        decimals=1,
    )
    shown_map["legend_title"] = _("Beiträge je 1.000 Menschen")

    def numeric(text: str) -> dict[str, Any]:
        return {"text": text, "numeric": True}

    return {
        "map": shown_map,
        "table": {
            "id": "je-einwohner",
            "caption": _("Beiträge nach Räumen; Einwohnerzahlen %(period)s") % {"period": period_words(city.period)},
            "columns": [
                {"label": _("Raum")}, {"label": _("Beiträge"), "numeric": True}, {"label": _("Menschen"), "numeric": True},
                {"label": _("je 1.000 Menschen"), "numeric": True},
            ],
            "rows": [
                [
                    {"text": area.district.item.title, "url": area.district.item.url, "is_content": True},
                    numeric(number_words(area.contributions)), numeric(number_words(area.people)), numeric(rate_words(area.rate)),
                ]
                for area in city.areas
            ],
        },
        "notes": _notes(city),
        "sources": "; ".join(city.sources),
        "indicator": city.indicator,
    }  # fmt: skip


def _notes(city: SpokenCity) -> list[str]:
    notes = [
        _("Ein Strich heißt: weniger als %(fewest)s Beiträge oder weniger als %(people)s Menschen. Eine Rate sagte dort nichts, ein einziger Beitrag mehr änderte sie stark.")
        % {"fewest": FEWEST, "people": FEWEST_PEOPLE},
        _("Wer mehrere Beiträge schreibt, zählt mehrfach, und ein Beitrag über einen Ort kommt nicht immer von dort. Wenige Beiträge heißen nicht, dass alle zufrieden sind."),
    ]  # fmt: skip
    if city.elsewhere:
        notes.append(
            ngettext(
                "Ein Beitrag nennt keinen Ort in einem dieser Räume.",
                "%(count)s Beiträge nennen keinen Ort in einem dieser Räume.",
                city.elsewhere,
            )
            % {"count": number_words(city.elsewhere)}
        )
    return notes


def _by_people(pages: ItemPages, actor: Actor) -> ListTool | None:
    """The way from the list of contributions to this page."""
    if pages.kind != "contribution":
        return None
    return ListTool(label=_("Je 1.000 Menschen"), url=reverse("contributions-by-people"), icon="chart")


register_list_tool(_by_people)
