"""Where the plans apply: the perimeter of each, drawn, by districts, in words, or not known; on one map and in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from shapely.geometry.base import BaseGeometry

from insek.concept.asker import Asker
from insek.engines.geometry import metric_area
from insek.engines.tables.common_words import WHOLE_CITY
from insek.engines.text import fold
from insek.people.actors import Actor
from insek.places.lying import drawn_items, lying_in_each
from insek.places.models import District
from insek.places.pages import city_map
from insek.places.queries import map_places
from insek.thread.models import Link
from insek.web.display import number_words

from .timeline import PlanInTime

DRAWN, DISTRICTS, CITY, NAMED, UNKNOWN = "drawn", "districts", "city", "named", "unknown"
WHOLE = frozenset(fold(word) for word in WHOLE_CITY)


@dataclass(frozen=True)
class Perimeter:
    """The area of one plan, and how it is known."""

    plan: PlanInTime
    known_by: str
    districts: tuple[District, ...] = ()
    shape: BaseGeometry | None = None
    hectares: float | None = None

    @property
    def words(self) -> str:
        """The area as it is entered."""
        return str(self.plan.item.plan.area)

    @property
    def known_words(self) -> str:
        """How it is known."""
        return {
            DRAWN: _("eingezeichnet"),
            DISTRICTS: _("über Stadtteile verknüpft"),
            CITY: _("ganze Stadt"),
            NAMED: _("nur mit Worten genannt"),
            UNKNOWN: _("kein Gebiet eingetragen"),
        }[self.known_by]

    @property
    def hectares_words(self) -> str:
        """Its size, where it is drawn as an area."""
        return _("%(area)s ha") % {"area": number_words(self.hectares, 1)} if self.hectares else ""


@dataclass(frozen=True)
class AllPerimeters:
    """The perimeters of all plans with the places of the city."""

    rows: tuple[Perimeter, ...]
    places: tuple[District, ...]

    @property
    def lying(self) -> list[tuple[str, str]]:
        """Pairs of plan and district, where a plan is drawn in a district or made for it."""
        return [(row.plan.item.pk, place.pk) for row in self.rows for place in row.districts]

    @property
    def nowhere(self) -> list[PlanInTime]:
        """Plans in force of which an area is told in words that no district is linked with."""
        return [row.plan for row in self.rows if row.known_by == NAMED and row.plan.is_in_force]

    @property
    def sentence(self) -> str:
        """How many plans have an area on the map, and how many have none."""
        counts = {
            key: sum(row.known_by == key for row in self.rows)
            for key in (DRAWN, DISTRICTS, CITY, NAMED, UNKNOWN)
        }
        own = counts[DRAWN] + counts[DISTRICTS]
        said = [
            ngettext("%(n)s Planwerk hat ein Gebiet auf der Karte", "%(n)s Planwerke haben ein Gebiet auf der Karte", own) % {"n": own},
            ngettext("%(n)s ist für die ganze Stadt", "%(n)s sind für die ganze Stadt", counts[CITY]) % {"n": counts[CITY]},
        ]  # fmt: skip
        if counts[NAMED]:
            said.append(
                ngettext("bei %(n)s ist es nur mit Worten genannt", "bei %(n)s ist es nur mit Worten genannt", counts[NAMED]) % {"n": counts[NAMED]}
            )  # fmt: skip
        if counts[UNKNOWN]:
            said.append(
                ngettext("bei %(n)s ist keines eingetragen", "bei %(n)s ist keines eingetragen", counts[UNKNOWN]) % {"n": counts[UNKNOWN]}
            )  # fmt: skip
        return f"{', '.join(said)}."


def perimeters_of(plans: Sequence[PlanInTime], asker: Asker) -> AllPerimeters:
    """The perimeter of each plan: what is drawn, else the districts it is linked with, else the words. Three queries."""
    concept, actor = asker.concept, asker.actor
    if concept is None or not plans:
        return AllPerimeters((), ())
    places = map_places(concept, actor)
    ids = [one.item.pk for one in plans]
    linked = _linked(ids, actor)
    drawn = dict(drawn_items(ids))
    by_place = lying_in_each(places, linked, list(drawn.items()))
    city = {place.pk for place in places if place.level == District.Level.CITY}
    titles = WHOLE | {fold(place.item.title) for place in places if place.pk in city}
    rows = []
    for one in plans:
        pk = one.item.pk
        shape = drawn.get(pk)
        own = {place.pk for place in places if pk in linked.get(place.pk, ())}
        touched = {place.pk for place in places if pk in by_place.get(place.pk, ()) and place.pk not in city}
        named = fold(one.item.plan.area).strip()
        if shape is not None:
            known = DRAWN
        elif own & city or (not own and named in titles):
            known = CITY
        elif own:
            known, touched = DISTRICTS, own
        else:
            known = NAMED if named else UNKNOWN
        inside = () if known == CITY else tuple(place for place in places if place.pk in touched)
        area = metric_area(shape, concept.metric_crs) / 1e4 if shape is not None else None
        rows.append(Perimeter(one, known, inside, shape, area or None))
    return AllPerimeters(tuple(rows), tuple(places))


def _linked(ids: Sequence[str], actor: Actor) -> dict[str, set[str]]:
    """By district the plans that are linked with it."""
    found: dict[str, set[str]] = {}
    links = Link.objects.visible_to(actor).filter(kind="located_in", source__in=ids)
    for source, target in links.values_list("source", "target"):
        found.setdefault(target, set()).add(source)
    return found


def perimeter_map(asker: Asker, all_of_them: AllPerimeters) -> dict[str, Any]:
    """The map: districts by how many plans in force are made for them, and what is drawn; with the list that says the same; {} without places."""
    if not all_of_them.places:
        return {}
    counts: dict[str, int] = {}
    for row in all_of_them.rows:
        if row.plan.is_in_force:
            for place in row.districts:
                counts[place.pk] = counts.get(place.pk, 0) + 1
    shapes = [
        (row.shape, {"colour": "#a4572b", "letter": "", "hatch": "right", "name": row.plan.item.shown_title, "url": row.plan.url})
        for row in all_of_them.rows
        if row.shape is not None
    ]  # fmt: skip
    labels = {
        pk: ngettext("%(n)s geltendes Planwerk", "%(n)s geltende Planwerke", n) % {"n": n}
        for pk, n in counts.items()
    }
    shown = city_map(
        asker, all_of_them.places, id="gebiete-karte", title=_("Karte der Gebiete"), labels=labels, signs=shapes,
        values={pk: float(n) for pk, n in counts.items()}, order=sorted(counts, key=lambda pk: -counts[pk]),
    )  # fmt: skip
    return {
        **shown,
        "places": [place for place in shown["places"] if place["id"] in counts],
        "places_title": _("Stadtteile mit eigenen Planwerken"),
        "legend_title": _("Geltende Planwerke, deren Gebiet hier liegt") if counts else "",
        "note": _("Schraffiert: eingezeichnete Gebiete. Ohne Farbe: kein geltendes Planwerk eigens dafür; was für die ganze Stadt gilt, gilt auch hier.")
        if shapes
        else _("Ohne Farbe: kein geltendes Planwerk eigens dafür; was für die ganze Stadt gilt, gilt auch hier."),
    }  # fmt: skip
