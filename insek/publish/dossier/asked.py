"""Which place an address of the dossier asks about: a drawn shape, a street or address, or an item that has a place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek import clock
from insek.concept.asker import Asker
from insek.council.models import CheckPlace
from insek.engines.geometry import metric_area, metric_length
from insek.engines.holidays import state_of
from insek.items.why import PLACE
from insek.places.geotext import shape_label
from insek.places.layers import all_layers
from insek.places.locations import check_inside
from insek.places.models import District, Location
from insek.places.names.finding import DISTRICT, LONGEST, FoundPlace, find_places, meant
from insek.places.nearby.views import at_point
from insek.thread.identity import is_id
from insek.thread.kinds import kind_names
from insek.thread.models import Item, Link
from insek.web.display import number_words

from .addresses import shape_of_address
from .deadline import ConsentClock

SHAPE, ITEM, WORDS, POINT, NUMBER = "form", "von", "wo", "punkt", "nummer"
REACH, PURPOSE, RECEIVED = "umkreis", "zweck", "eingang"
REACHES = (0, 100, 300, 800)
USUAL_REACH = 100
CONSENT, PLAN = "zustimmung", "bauleitplan"


@dataclass(frozen=True)
class AskedPlace:
    """The place that is asked about, in degrees; ``districts`` are those that an item without a drawing is linked with."""

    name: str
    about: str
    values: dict[str, str]
    """What leads back to it, for addresses."""
    shape: BaseGeometry | None = None
    item: Item | None = None
    district: District | None = None
    """Where a district itself is asked about."""
    districts: tuple[str, ...] = ()
    is_city: bool = False
    notes: tuple[str, ...] = ()
    """What is not exact about it."""


@dataclass
class AskedDossier:
    """All that an address says."""

    place: AskedPlace | None = None
    choices: Sequence[FoundPlace] = ()
    problem: str = ""
    words: str = ""
    number: str = ""
    reach: int = USUAL_REACH
    purpose: str = ""
    received: date | None = None
    received_problem: str = ""
    clock: ConsentClock | None = None

    @property
    def all_values(self) -> dict[str, str]:
        """The whole address."""
        said = dict(self.place.values if self.place else {})
        if self.reach != USUAL_REACH:
            said[REACH] = str(self.reach)
        if self.purpose:
            said[PURPOSE] = self.purpose
        if self.received is not None:
            said[RECEIVED] = self.received.isoformat()
        return said


def asked_dossier(asker: Asker) -> AskedDossier:
    """What the address asks. Up to six queries. Raises Http404 for an item that is not there for who asks."""
    asked = AskedDossier(reach=_reach(asker.asked.get(REACH, "")))
    purpose = asker.asked.get(PURPOSE, "")
    asked.purpose = purpose if purpose in (CONSENT, PLAN) else ""
    if asked.purpose == CONSENT:
        _read_received(asker, asked)
    if asker.concept is None:
        return asked
    shape, item = asker.asked.get(SHAPE, ""), asker.asked.get(ITEM, "")
    asked.words = asker.asked.get(WORDS, "").replace("\x00", "").strip()[:LONGEST]
    asked.number = asker.asked.get(NUMBER, "").replace("\x00", "").strip()[:LONGEST]
    if shape:
        try:
            asked.place = drawn_place(asker, shape)
        except ValidationError as error:
            asked.problem = " ".join(error.messages)
    elif item:
        asked.place = _item_place(asker, _item(asker, item))
    elif asked.number:
        _read_number(asker, asked)
    elif asked.words or asker.asked.get(POINT):
        _read_words(asker, asked)
    return asked


def _reach(text: str) -> int:
    return int(text) if text in {str(each) for each in REACHES} else USUAL_REACH


def _read_received(asker: Asker, asked: AskedDossier) -> None:
    text = asker.asked.get(RECEIVED, "").strip()
    if not text:
        return
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    today = clock.today()
    if day is None or not 2025 <= day.year <= 2200:
        asked.received_problem = _(
            "Bitte den Tag des Eingangs angeben, frühestens 2025: § 36a BauGB gilt seit dem 30. Oktober 2025."
        )
        return
    if day > today:
        asked.received_problem = _(
            "Dieser Tag liegt in der Zukunft; die Frist ist trotzdem von ihm an gerechnet."
        )
    asked.received = day
    asked.clock = ConsentClock(day, today, state_of(asker.concept.ags if asker.concept else ""))


def drawn_place(asker: Asker, text: str) -> AskedPlace:
    """The place that was drawn. Raises ValidationError for what cannot be read or lies outside of the city."""
    shape = shape_of_address(text)
    concept = asker.concept
    assert concept is not None
    check_inside(shape, concept)
    return AskedPlace(drawn_words(shape, concept.metric_crs), "", {SHAPE: text}, shape)


def drawn_words(shape: BaseGeometry, crs: int) -> str:
    """A drawn shape by its sort and size."""
    label = shape_label(shape)
    dimension = shapely.get_dimensions(shape)
    if dimension == 2:
        return _("Gezeichnete Fläche, %(area)s") % {"area": area_words(metric_area(shape, crs))}
    if dimension == 1:
        return _("Gezeichnete Linie, %(length)s m") % {"length": number_words(metric_length(shape, crs))}
    point = shape.centroid
    return f"{label} {number_words(point.y, 5)}, {number_words(point.x, 5)}"


def area_words(square_metres: float) -> str:
    """An area as one says it: in square metres up to a hectare."""
    if square_metres < 10_000:
        return _("%(area)s m²") % {"area": number_words(square_metres)}
    return _("%(area)s ha") % {"area": number_words(square_metres / 10_000, 1)}


def _item(asker: Asker, pk: str) -> Item:
    if not is_id(pk):
        raise Http404
    found = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _read_number(asker: Asker, asked: AskedDossier) -> None:
    """An item by its number: M 12, R 3."""
    number = " ".join(asked.number.upper().split())
    spelled = {number, number.replace(" ", "")}
    letters = number.rstrip("0123456789. ")
    spelled.add(f"{letters} {number[len(letters) :].strip()}")
    rows = Item.objects.visible_to(asker.actor).filter(concept=asker.concept, number__in=spelled)
    found = rows.order_by("pk").first()
    if found is None:
        asked.problem = _("Die Nummer „%(number)s“ gibt es hier nicht.") % {"number": asked.number}
        return
    asked.place = _item_place(asker, found)


def _item_place(asker: Asker, item: Item) -> AskedPlace:
    """The place of an item: a district, what is drawn of it, else the districts it is linked with. Up to three queries."""
    names = kind_names(asker)
    name = f"{item.number} {item.shown_title}".strip()
    values = {ITEM: item.pk}
    if item.kind == "district":
        district = District.objects.get(pk=item.pk)
        district.item = item
        notes = []
        if district.geometry is None and district.level != District.Level.CITY:
            notes.append(
                _("Von diesem Raum ist kein Umriss bekannt: Gefunden wird nur, was mit ihm verknüpft ist.")
            )
        is_city = district.level == District.Level.CITY
        return AskedPlace(
            item.shown_title, district.level_words, values, None if is_city else district.geometry, item, district,
            (item.pk,), is_city, tuple(notes),
        )  # fmt: skip
    located = [layer.model for layer in all_layers() if layer.kind == item.kind] or [Location]
    shape = located[0].objects.filter(pk=item.pk).values_list("geometry", flat=True).first()
    links = Link.objects.visible_to(asker.actor).filter(source=item, kind=PLACE)
    linked = tuple(links.order_by("target__sort_key", "pk").values_list("target", flat=True)[:50])
    if item.kind == "concept_check":
        linked = tuple(
            CheckPlace.objects.filter(check_row=item.pk).order_by("pk").values_list("district", flat=True)
        )
    notes = []
    if shape is None and linked:
        notes.append(_("Eingezeichnet ist hier nichts; gezeigt wird, was für die verknüpften Räume gilt."))
    elif shape is None:
        notes.append(_("Ein Ort ist hier nicht eingetragen; gezeigt wird nur, was für die ganze Stadt gilt."))
    return AskedPlace(name, str(names(item.kind)), values, shape, item, None, linked, False, tuple(notes))


def _read_words(asker: Asker, asked: AskedDossier) -> None:
    """A place by its words, with the point that tells places of one name apart."""
    concept = asker.concept
    assert concept is not None
    point = _point(asker.asked.get(POINT, ""))
    found = at_point(asker, point, asked.words) if point else meant(concept, asked.words, asker.actor)
    if found.only is None:
        asked.choices = found.places or find_places(concept, asked.words, asker.actor).places
        if not asked.choices:
            asked.problem = _(
                "„%(words)s“ ist hier nicht bekannt. Versuchen Sie es mit dem Namen der Straße allein, oder zeichnen Sie den Ort."
            ) % {"words": asked.words}
        return
    place = found.only
    if place.kind == DISTRICT:
        asked.place = _item_place(asker, _item(asker, place.pk))
        return
    shape = shapely.from_wkb(place.shape) if place.shape else shapely.Point(place.lon, place.lat)
    try:
        check_inside(shapely.Point(place.lon, place.lat), concept)
    except ValidationError as error:
        asked.problem = " ".join(error.messages)
        return
    notes = []
    if found.missing_number:
        notes.append(
            _("Die Hausnummer %(number)s ist hier nicht bekannt; gezeigt wird die ganze Straße.")
            % {"number": found.missing_number}
        )
    if place.number:
        notes.append(
            _("Eine Adresse ist hier ein Punkt: Wie groß das Grundstück ist, weiß das Programm nicht. Genauer wird es mit einer gezeichneten Fläche.")
        )  # fmt: skip
    elif place.shape:
        notes.append(_("Die Straße ist als vereinfachte Linie bekannt, nicht als Fläche."))
    about = ", ".join(
        part for part in (place.kind_label if place.kind != "point" else "", place.district) if part
    )
    values = {WORDS: place.whole, POINT: f"{place.lat:.5f},{place.lon:.5f}"}
    if place.kind == "point":
        values = {POINT: values[POINT]}
    asked.place = AskedPlace(place.label, about, values, shape, notes=tuple(notes))


LONGEST_POINT = 40
"""Characters of a point in an address at most."""


def _point(text: str) -> tuple[float, float] | None:
    if len(text) > LONGEST_POINT:
        return None
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        return None
    good = math.isfinite(lat) and math.isfinite(lon) and -180 <= lon <= 180 and -90 <= lat <= 90
    return (lon, lat) if good else None
