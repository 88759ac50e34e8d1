"""What is to be reached: stops and names of the gazetteer, items that are drawn, areas of a layer, or an own list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.geometry import to_metric
from insek.engines.numbers import NotANumber, read_coordinate
from insek.engines.reach.network import Floats
from insek.engines.text import shortened
from insek.people.actors import ANONYMOUS
from insek.places.area_models import Area, AreaLayer
from insek.places.layers import all_layers
from insek.places.models import Location
from insek.places.names.index import index_of
from insek.thread.kinds import all_kinds
from insek.thread.models import Item

STOPS, STATIONS, NAMES, LIST = "stops", "stations", "names", "list"
OF_KIND, OF_LAYER = "kind:", "layer:"
NEED_WORDS = {NAMES}
MOST = 3_000
"""Facilities of one analysis."""
ALONG = 50.0
"""Metres between the points at which an area or a line is reached."""
MOST_ALONG = 400
LONGEST_NAME = 120


@dataclass(frozen=True)
class Facilities:
    """``names`` and ``spots`` (longitude, latitude) of each; ``points`` (m, 2) in metres where they are entered, ``owner`` whose each is."""

    names: list[str] = field(default_factory=list)
    spots: list[tuple[float, float]] = field(default_factory=list)
    points: Floats = field(default_factory=lambda: np.empty((0, 2)))
    owner: Any = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    is_cut: bool = False

    def __len__(self) -> int:
        return len(self.names)


def choices_of(concept: Concept) -> list[tuple[str, str]]:
    """What can be chosen in this city: only what the public sees, since a result shows where it lies. Two or three queries."""
    found = [
        (STOPS, _("Haltestellen und Bahnhöfe")),
        (STATIONS, _("Bahnhöfe")),
        (NAMES, _("Benannte Orte und Gebäude der Karte, nach Wörtern im Namen")),
    ]
    seen = Item.objects.visible_to(ANONYMOUS).filter(concept=concept)
    drawn = set(
        Location.objects.filter(item__in=seen).values_list("item__kind").annotate(many=Count("pk")).values_list("item__kind", flat=True)
    )  # fmt: skip
    drawn |= {layer.kind for layer in all_layers() if not layer.is_ground}
    found += [(f"{OF_KIND}{kind.name}", str(kind.plural)) for kind in all_kinds() if kind.name in drawn]
    layers = AreaLayer.objects.filter(concept=concept, is_public=True, is_on=True, current__isnull=False)
    found += [(f"{OF_LAYER}{key}", title) for key, title in layers.values_list("key", "title")]
    return [*found, (LIST, _("Eigene Liste"))]


def label_of(concept: Concept, facilities: str, words: str = "") -> str:
    """What a choice is called; itself where it is there no more."""
    label = dict(choices_of(concept)).get(facilities, facilities)
    return f"{label} ({words})" if words else label


def gather_facilities(concept: Concept, facilities: str, words: str, points: str) -> Facilities:
    """All that are chosen, each once. A few queries."""
    wanted = [word.strip().casefold() for word in words.split(",") if word.strip()]

    def fits(*names: str) -> bool:
        return not wanted or any(word in name.casefold() for word in wanted for name in names)

    found = _found(concept, facilities, points, fits)
    if facilities in NEED_WORDS and not wanted:
        return Facilities()
    known: dict[tuple[str, float, float], tuple[str, BaseGeometry]] = {}
    for name, shape in found:
        middle = shapely.point_on_surface(shape) if shapely.get_dimensions(shape) else shapely.centroid(shape)
        known.setdefault((name, round(middle.x, 5), round(middle.y, 5)), (name, shape))
    order = sorted(known)
    names: list[str] = []
    spots: list[tuple[float, float]] = []
    at: list[Floats] = []
    owner: list[int] = []
    for key in order[:MOST]:
        entries = entries_of(to_metric(known[key][1], concept.metric_crs))
        at.append(entries)
        owner += [len(names)] * len(entries)
        names.append(shortened(key[0], LONGEST_NAME))
        spots.append((key[1], key[2]))
    return Facilities(
        names, spots, np.concatenate(at) if at else np.empty((0, 2)), np.array(owner, dtype=np.intp), len(order) > MOST
    )  # fmt: skip


Named = Iterable[tuple[str, BaseGeometry]]


def _found(concept: Concept, facilities: str, points: str, fits: Callable[..., bool]) -> Named:
    if facilities in (STOPS, STATIONS, NAMES):
        kinds = {STOPS: {"stop", "station"}, STATIONS: {"station"}}.get(facilities)
        for one in index_of(concept.key, concept.city).names:
            if (kinds is None or one.kind in kinds) and one.kind != "street" and fits(one.name):
                yield one.name, shapely.Point(one.lon, one.lat)
    elif facilities.startswith(OF_KIND):
        yield from _of_kind(concept, facilities.removeprefix(OF_KIND), fits)
    elif facilities.startswith(OF_LAYER):
        yield from _of_layer(concept, facilities.removeprefix(OF_LAYER), fits)
    elif facilities == LIST:
        for name, lat, lon in read_points(points):
            if fits(name):
                yield name, shapely.Point(lon, lat)


def _of_kind(concept: Concept, kind: str, fits: Callable[..., bool]) -> Named:
    seen = Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind=kind)
    models = {
        Location,
        *(layer.model for layer in all_layers() if layer.kind == kind and not layer.is_ground),
    }
    for model in sorted(models, key=lambda one: one.__name__):
        rows = model.objects.filter(item__in=seen).exclude(geometry=None)
        for title, shape in rows.values_list("item__title", "geometry"):
            if fits(title):
                yield title, shape


def _of_layer(concept: Concept, key: str, fits: Callable[..., bool]) -> Named:
    layer = (
        AreaLayer.objects.filter(concept=concept, key=key, is_public=True, is_on=True)
        .exclude(current=None)
        .select_related("current")
        .first()
    )
    if layer is None or layer.current is None:
        return
    labels = [one["label"] for one in layer.current.classes]
    rows = (
        Area.objects.filter(delivery=layer.current_id).order_by("pk").values_list("name", "step", "geometry")
    )
    for name, step, shape in rows.iterator(chunk_size=2_000):
        label = labels[step] if step < len(labels) else ""
        if fits(name, label):
            yield name or label or layer.title, shape


def entries_of(shape: BaseGeometry) -> Floats:
    """Where something is entered: a point itself, a line along it, an area along its border."""
    if shapely.get_dimensions(shape) == 0:
        return shapely.get_coordinates(shape)[:MOST_ALONG]
    lines = shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape
    step = max(ALONG, shapely.length(lines) / MOST_ALONG)
    return shapely.get_coordinates(shapely.segmentize(lines, step))[: 4 * MOST_ALONG]


def read_points(text: str) -> list[tuple[str, float, float]]:
    """Name, latitude, longitude of each line of an own list. Raises ValidationError with the number of the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("\t", ";").split(";")]
        try:
            name, lat, lon = parts[0], float(read_coordinate(parts[1])), float(read_coordinate(parts[2]))
        except (IndexError, NotANumber):
            raise ValidationError(_("Zeile %(number)s: erwartet wird „Name; Breite; Länge“.") % {"number": number}) from None  # fmt: skip
        if not name or not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise ValidationError(
                _("Zeile %(number)s: Name fehlt, oder die Koordinaten liegen außerhalb der Erde.") % {"number": number}
            )  # fmt: skip
        found.append((name, lat, lon))
    if len(found) > MOST:
        raise ValidationError(_("Höchstens %(most)s Zeilen.") % {"most": MOST})
    return found
