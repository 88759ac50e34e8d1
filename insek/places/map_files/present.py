"""What there is now below the maps and in the gazetteer: source, date, extent, how much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.web.display import number_words

from ..basemap.archive import OWN, base_path, current_base_map
from ..models import HouseNumber, NamedPlace, NameSource, StreetWithoutPlace

KILOMETRES = 111.32
BASE = "basemap"
"""What the base map is called in addresses; what its names are, the gazetteer says (``NameSource.Sort``)."""


@dataclass(frozen=True)
class PresentFile:
    """What was read in of a sort."""

    sort: str
    label: str
    facts: list[tuple[str, Any]]
    """Label and value; empty where nothing was read in."""
    date: datetime | None = None

    @property
    def way_in(self) -> str:
        """Where it is read in: tables with a preview, base maps as a file."""
        if self.sort == BASE:
            return reverse("map-upload")
        return reverse("intake-begin", args=[self.sort])


def what_there_is(concept: Concept) -> list[PresentFile]:
    """The base map, houses and streets of a city. Six queries."""
    sources = {row.sort: row for row in NameSource.objects.filter(city=concept.key, is_valid=True)}
    names = _counted(NamedPlace.objects.filter(source__in=sources.values()).values_list("source__sort"))
    houses = _counted(
        HouseNumber.objects.filter(street__source__in=sources.values()).values_list("street__source__sort")
    )
    nowhere = _counted(
        StreetWithoutPlace.objects.filter(source__in=sources.values()).values_list("source__sort")
    )
    with_key = _counted(
        NamedPlace.objects.filter(source__in=sources.values())
        .exclude(official_key="")
        .values_list("source__sort")
    )
    found = [_base(names.get(NameSource.Sort.BASE, 0))]
    for sort in (NameSource.Sort.HOUSES, NameSource.Sort.STREETS):
        source = sources.get(sort)
        facts: list[tuple[str, Any]] = []
        if source is not None:
            facts = [
                (_("Straßen und Plätze"), number_words(names.get(sort, 0), 0)),
                (
                    _("mit amtlichem Schlüssel"),
                    number_words(with_key[sort], 0) if with_key.get(sort) else "",
                ),
                (_("ohne Ort"), number_words(nowhere[sort], 0) if nowhere.get(sort) else ""),
                (_("Hausnummern"), number_words(houses[sort], 0) if houses.get(sort) else ""),
                (_("Quelle"), source.attribution),
                (_("Stand"), date_format(source.as_of, "SHORT_DATE_FORMAT") if source.as_of else ""),
                (_("Datei"), source.file_name),
            ]
        found.append(PresentFile(sort, str(sort.label), _said(facts), source.read_at if source else None))
    return found


def _counted(rows: Any) -> dict[str, int]:
    return dict(rows.order_by().annotate(Count("pk")))


def _said(facts: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(label, value) for label, value in facts if value]


def _base(names: int) -> PresentFile:
    sort, label = BASE, str(NameSource.Sort.BASE.label)
    base = current_base_map()
    if base is None:
        broken = base_path().exists()
        return PresentFile(
            sort,
            label,
            [(_("Zustand"), _("Die Datei ist beschädigt. Bitte neu einlesen."))] if broken else [],
        )
    west, south, east, north = base.extent
    across = (east - west) * KILOMETRES * math.cos(math.radians((south + north) / 2))
    facts = [
        (_("Datei"), base.title),
        (_("Nennung"), " · ".join(base.about.attribution)),
        (_("Lizenz"), " · ".join(base.about.licence)),
        (_("Quelle"), " · ".join(base.about.source)),
        (_("Stand der Daten"), base.about.as_of),
        (
            _("Ausdehnung"),
            _("%(across)s mal %(up)s Kilometer (%(west)s bis %(east)s Ost, %(south)s bis %(north)s Nord)")
            % {
                "across": number_words(across, 0), "up": number_words((north - south) * KILOMETRES, 0),
                "west": number_words(west, 2), "east": number_words(east, 2), "south": number_words(south, 2), "north": number_words(north, 2),
            },
        ),
        (_("Objekte"), number_words(base.features, 0) if base.features else ""),
        (_("Namen"), number_words(names, 0) if names else ""),
        (_("Zoomstufen"), f"{base.zooms[0]}–{base.zooms[1]}"),
        (_("Größe"), _("%(size)s MB") % {"size": number_words(base.size / 1e6, 1)}),
        (_("Ebenen"), _("der Protomaps-Grundkarte, wie sie kamen") if base.schema != OWN else ""),
    ]  # fmt: skip
    return PresentFile(sort, label, _said(facts), datetime.fromtimestamp(base_path().stat().st_mtime, UTC))
