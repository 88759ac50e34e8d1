"""From what a sheet shows to its PDF: measured in the city's metric system, drawn, set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek import clock
from insek.concept.asker import Asker
from insek.concept.models import Concept, Edition
from insek.engines.geometry import to_metric
from insek.engines.report.map_sheet import SheetLayout, to_sheet_pdf
from insek.engines.report.maps import swatch
from insek.engines.report.sheet_map import (
    GROUND,
    POINT_MM,
    WAYS,
    DrawnSheet,
    SheetDistrict,
    SheetElement,
    SheetPlan,
    SheetPlane,
    draw_sheet,
    grey,
    scale_for,
)
from insek.thread.models import Item, Visibility
from insek.web.display import date_words, number_words

from ..basemap.paper import SheetBase, sheet_base
from ..models import District
from ..queries import map_places
from .content import OnSheet, SheetContent, SheetOutline

LEAST = 700.0
"""Metres that a sheet shows at least, so that a point has its surroundings."""
MOST_NAMED = 12


@dataclass(frozen=True)
class SheetChoice:
    """How a sheet is made. ``is_wide`` is None for what suits the extent."""

    paper: str = "a4"
    is_wide: bool | None = None
    whole_city: bool = False
    is_grey: bool = False
    has_base: bool = True


@dataclass(frozen=True)
class MadeSheet:
    """A sheet as PDF with what it came to."""

    content: bytes
    scale: int
    is_wide: bool
    is_internal: bool


def make_sheet(
    asker: Asker,
    content: SheetContent,
    choice: SheetChoice,
    *,
    origin: str = "",
    progress: Callable[[int], Any] = lambda percent: None,
) -> MadeSheet | None:
    """The sheet as PDF; None where no outline of the city is known. Some four queries."""
    concept = asker.concept
    if concept is None:
        return None
    places = content.outlines if content.outlines is not None else _outlines(asker, concept)
    if not (places or content.shown):
        return None
    crs = concept.metric_crs
    city = next((row for row in places if row.is_city), None)
    box = _box(content, choice, places, crs)
    groups = _groups(content.shown)
    layout = _layout(box, choice, len(groups))
    progress(15)
    base = _base(concept, box, layout, choice)
    progress(40)
    plan = SheetPlan(
        box=box,
        frame=layout.frame,
        elements=[
            SheetElement(to_metric(each.geometry, crs), each.sign, each.item.number, each.item.pk)
            for each in content.shown
        ],
        districts=[
            SheetDistrict(to_metric(row.geometry, crs), row.title, row.pk in content.chosen)
            for row in places
            if row is not city
        ],
        outline=to_metric(city.geometry, crs) if city is not None else None,
        areas=base.areas if base else {},
        lines=base.lines if base else {},
        names=base.names if base else (),
        is_grey=choice.is_grey,
        words=_words(),
    )
    drawn = draw_sheet(plan)
    progress(60)
    there = [each for each in content.shown if each.item.pk in drawn.shown]
    made = to_sheet_pdf(
        _document(asker, concept, content, choice, drawn, there, base, places, origin), layout
    )
    internal = any(each.item.visibility != Visibility.PUBLIC for each in there)
    return MadeSheet(made, drawn.scale, layout.is_wide, internal)


def _outlines(asker: Asker, concept: Concept) -> list[SheetOutline]:
    """The city and its parts as they are today. Two queries."""
    return [
        SheetOutline(row.pk, row.item.title, row.geometry, row.level == District.Level.CITY, row.schematic)
        for row in map_places(concept, asker.actor)
        if row.geometry is not None
    ]


def _box(
    content: SheetContent, choice: SheetChoice, places: Sequence[SheetOutline], crs: int
) -> tuple[float, float, float, float]:
    """What must be seen, in metres: the extent, else the city, else what is shown; never less than LEAST."""
    shapes = [content.extent] if content.extent is not None and not choice.whole_city else []
    shapes = shapes or [row.geometry for row in places if row.is_city]
    shapes = shapes or [row.geometry for row in places] or [each.geometry for each in content.shown]
    west, south, east, north = shapely.total_bounds([to_metric(shape, crs) for shape in shapes])
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = max(east - west, LEAST) / 2, max(north - south, LEAST) / 2
    return float(x - half_x), float(y - half_y), float(x + half_x), float(y + half_y)


def _layout(box: tuple[float, float, float, float], choice: SheetChoice, rows: int) -> SheetLayout:
    """The paper as chosen, else the way up on which the extent is larger."""
    upright, wide = (SheetLayout(choice.paper, is_wide, rows + 1) for is_wide in (False, True))
    if choice.is_wide is not None:
        return wide if choice.is_wide else upright
    return wide if scale_for(box, wide.frame) <= scale_for(box, upright.frame) else upright


def _base(
    concept: Concept, box: tuple[float, float, float, float], layout: SheetLayout, choice: SheetChoice
) -> SheetBase | None:
    if not choice.has_base:
        return None
    plane = SheetPlane(box, layout.frame)
    return sheet_base(plane.seen, concept.metric_crs, plane.scale * POINT_MM / 1000)


def _groups(shown: Sequence[OnSheet]) -> dict[str, OnSheet]:
    """The lines of the legend: one for each sign."""
    groups: dict[str, OnSheet] = {}
    for each in shown:
        groups.setdefault(str(each.sign["key"]), each)
    return groups


def _words() -> dict[str, str]:
    german = (get_language() or "de").startswith("de")
    return {
        "north": _("N"), "kilometres": _("km"), "metres": _("m"), "decimal": "," if german else ".",
        "thousands": "." if german else ",",
    }  # fmt: skip


def _document(
    asker: Asker, concept: Concept, content: SheetContent, choice: SheetChoice, drawn: DrawnSheet, there: Sequence[OnSheet],
    base: SheetBase | None, places: Sequence[SheetOutline], origin: str,
) -> dict[str, Any]:  # fmt: skip
    groups = _groups(there)
    tone = grey if choice.is_grey else str
    legend = [
        {"svg": swatch({**each.sign, "colour": tone(each.sign["colour"])}), "name": each.group, "note": ""}
        for each in groups.values()
    ]
    legend += _ground_rows(drawn, tone)
    scale = number_words(drawn.scale)
    day = clock.today() if content.state else _changed_on(asker)
    return {
        "title": content.title,
        "subtitle": content.subtitle,
        "city": f"{concept} · {concept.city_name}" if str(concept) != concept.city_name else concept.city_name,
        "lang": (get_language() or "de")[:2],
        "date": day.isoformat(),
        "state": content.state or _state(concept, day),
        "marks": _marks(there),
        "svg": drawn.svg,
        "alt": _in_words(content, groups, there, scale),
        "legend": legend,
        "notes": [*content.notes, *_notes(drawn, there, choice)],
        "sources": _sources(concept, base, places),
        "address": f"{origin}{content.back}" if origin else "",
        "register": _register(groups, there, drawn, origin),
        "words": {
            "legend": _("Legende"),
            "register": _("Was auf der Karte steht"),
            "example": _("Beispiel"),
        },
    }  # fmt: skip


def _changed_on(asker: Asker) -> Any:
    visible = Item.objects.visible_to(asker.actor).filter(concept=asker.concept)
    return timezone.localdate(visible.aggregate(last=Max("updated_at"))["last"] or clock.now())


def _state(concept: Concept, day: Any) -> str:
    """The day of the contents, and which edition is in force beside them. One query."""
    said = _("Stand der Inhalte: %(date)s") % {"date": date_words(day)}
    adopted = concept.editions.filter(status=Edition.Status.ADOPTED).order_by("-date").first()
    if adopted is None:
        return said + " · " + _("noch nicht beschlossen")
    return said + " · " + _("in Kraft: %(edition)s") % {"edition": adopted}


def _marks(there: Sequence[OnSheet]) -> list[dict[str, str]]:
    marks = []
    if any(each.item.is_example for each in there):
        marks.append({"label": _("Mit Beispielen"), "tone": "example"})
    if any(each.item.visibility != Visibility.PUBLIC for each in there):
        marks.append({"label": _("Mit Internem, nicht öffentlich"), "tone": "bad"})
    return marks


def _ground_rows(drawn: DrawnSheet, tone: Any) -> list[dict[str, str]]:
    """What of the base map is told in the legend."""
    names = {"wood": _("Wald"), "water": _("Gewässer"), "built": _("Siedlung"), "rail": _("Bahn")}
    rows = []
    for part, name in names.items():
        if part not in drawn.base_parts:
            continue
        shape = (
            f'<rect x="2" y="2" width="30" height="14" fill="{tone(GROUND[part])}" stroke="#b9c0bc" stroke-width="0.5"/>'
            if part in GROUND
            else f'<path d="M2 9H32" stroke="{tone(WAYS[part][0])}" stroke-width="1.4"/>'
        )
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 34 18" width="34" height="18">{shape}</svg>'
        rows.append({"svg": svg, "name": name, "note": ""})
    return rows


def _in_words(content: SheetContent, groups: dict[str, OnSheet], there: Sequence[OnSheet], scale: str) -> str:
    """The sheet for those who do not see it: what it is, its scale, and what is on it by sign."""
    said = [_("Karte: %(title)s, Maßstab 1 zu %(scale)s.") % {"title": content.title, "scale": scale}]
    for key, first in groups.items():
        here = [each for each in there if each.sign["key"] == key]
        named = ", ".join(str(each.item) for each in here[:MOST_NAMED])
        more = (
            _(" und %(count)s weitere") % {"count": len(here) - MOST_NAMED} if len(here) > MOST_NAMED else ""
        )
        said.append(f"{first.group}: {named}{more}.")
    if not there:
        said.append(_("Es ist nichts eingezeichnet."))
    return " ".join(said)


def _notes(drawn: DrawnSheet, there: Sequence[OnSheet], choice: SheetChoice) -> list[str]:
    notes = [
        _(
            "Der Maßstab gilt, wenn das Blatt in Originalgröße (%(size)s, 100 %%) gedruckt ist. Norden ist oben (Gitternord)."
        )
        % {"size": choice.paper.upper()}
    ]
    if drawn.unnumbered:
        notes.append(
            _("%(count)s Zeichen stehen aus Platzmangel ohne Nummer auf der Karte.")
            % {"count": number_words(len(drawn.unnumbered))}
        )
    if there:
        notes.append(_("Die Nummern erklärt das Verzeichnis auf der nächsten Seite."))
    return notes


def _sources(concept: Concept, base: SheetBase | None, places: Sequence[SheetOutline]) -> list[str]:
    said = [_("Inhalte: %(concept)s, %(city)s") % {"concept": concept, "city": concept.city_name}]
    if base is not None and base.credit:
        said.append(_("Grundkarte: %(source)s") % {"source": base.credit})
    if any(row.is_schematic for row in places):
        said.append(_("Grenzen der Stadtteile schematisch, nicht amtlich"))
    said.append(_("Bezugssystem EPSG:%(crs)s") % {"crs": concept.metric_crs})
    return said


def _register(
    groups: dict[str, OnSheet], there: Sequence[OnSheet], drawn: DrawnSheet, origin: str
) -> list[dict[str, Any]]:
    """Everything on the sheet by sign, with number, title and address."""
    unnumbered = set(drawn.unnumbered)
    return [
        {
            "name": first.group,
            "entries": [
                {
                    "number": each.item.number or str(each.sign["letter"]),
                    "title": each.item.shown_title,
                    "href": f"{origin}{each.item.url}" if origin else "",
                    "example": each.item.is_example,
                    "note": _("auf der Karte ohne Nummer") if each.item.pk in unnumbered else "",
                }
                for each in there
                if each.sign["key"] == key
            ],
        }
        for key, first in groups.items()
    ]
