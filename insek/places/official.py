"""Official boundaries take the place of drawn ones: `insek import places FILE`."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept
from insek.engines.text import fold, shortened
from insek.people.actors import PROGRAM, Actor, require
from insek.people.locking import Conflict
from insek.thread import indexing, services
from insek.thread.kinds import kind_named

from .geofile import FileFeature, UnreadableFile, read_features
from .models import District
from .outlines import PLACES, canonical, fault_of, lies_outside

CODE_NAMES = ("id", "code", "schluessel", "schlussel", "nr", "nummer", "key", "gebietsid", "ags")
"""Folded names of properties that may hold a district's id or official key."""
TITLE_NAMES = (
    "name",
    "title",
    "titel",
    "bezeichnung",
    "gebietsname",
    "ortsbezirk",
    "stadtteil",
    "pgis txt",
    "gen",
)
"""Folded names of properties that may hold its name."""
OVERLAP = 0.01
"""Share of the smaller of two districts that may belong to both: boundaries are digitised, not exact."""


class PlacesRefused(Exception):
    """The file is refused as a whole; nothing was changed. ``problems`` says what is wrong, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(str(self))

    def __str__(self) -> str:
        head = _("Die Flächen werden nicht übernommen, nichts wurde verändert.")
        return "\n".join([head, *(f"- {problem}" for problem in self.problems)])


@dataclass(frozen=True)
class PlacesReport:
    """What was replaced, and what the file did not hold."""

    replaced: list[str]
    untouched: list[str] = field(default_factory=list)
    city_from_parts: bool = False

    def __str__(self) -> str:
        lines = [_("%(count)s Flächen übernommen.") % {"count": len(self.replaced)}]
        if self.city_from_parts:
            lines.append(_("Die Fläche der Stadt wurde aus ihren Teilen gebildet."))
        if self.untouched:
            lines.append(_("Nicht in der Datei: %(names)s.") % {"names": ", ".join(self.untouched)})
        return "\n".join(lines)


def import_places(path: Path | str, *, concept: Concept, actor: Actor = PROGRAM) -> PlacesReport:
    """Replace the areas of districts by those of an official file.

    A feature belongs to the district whose id, official key or name one of its properties gives. Where the file holds
    all parts of the city but not the city, its area becomes their union. Centres that then lie outside are moved in.
    Raises PlacesRefused with everything that is wrong, and PermissionDenied.
    """
    require(actor, "thread.edit_item")
    try:
        features = read_features(Path(path))
    except UnreadableFile as error:
        raise PlacesRefused([str(error)]) from None
    districts = {
        district.pk: district
        for district in District.objects.of(concept).select_related("item").order_by("item__sort_key")
    }
    problems: list[str] = []
    areas = _matched(features, districts, problems)
    if problems:
        raise PlacesRefused(problems)
    city = next((each for each in districts.values() if each.level == District.Level.CITY), None)
    parts = {
        pk for pk, each in districts.items() if each.level != District.Level.CITY and each.valid_to is None
    }
    from_parts = city is not None and city.pk not in areas and parts <= areas.keys()
    if city is not None and from_parts:
        areas[city.pk] = canonical(shapely.union_all([areas[pk] for pk in parts]))
    _check_position(areas, districts, city, problems)
    _check_overlaps(areas, districts, problems)
    if problems:
        raise PlacesRefused(problems)
    _replace(areas, districts, actor)
    named = {pk: str(each.item) for pk, each in districts.items()}
    return PlacesReport(
        [name for pk, name in named.items() if pk in areas],
        [name for pk, name in named.items() if pk not in areas],
        from_parts,
    )


def _matched(
    features: list[FileFeature], districts: dict[str, District], problems: list[str]
) -> dict[str, BaseGeometry]:
    by_code = {each.code: pk for pk, each in districts.items() if each.code} | {pk: pk for pk in districts}
    by_title: dict[str, list[str]] = {}
    for pk, each in districts.items():
        by_title.setdefault(fold(each.item.title), []).append(pk)
    areas: dict[str, BaseGeometry] = {}
    if not features:
        problems.append(_("Die Datei enthält keine Flächen."))
    for feature in features:
        codes = {by_code[value] for value in _values(feature, CODE_NAMES) if value in by_code}
        titles = {pk for value in _values(feature, TITLE_NAMES) for pk in by_title.get(fold(value), [])}
        found = (codes & titles) or (codes | titles)
        label = _label(feature)
        if not found:
            problems.append(
                _("%(feature)s: passt zu keinem Raum, weder nach Schlüssel noch nach Namen.")
                % {"feature": label}
            )
        elif len(found) > 1:
            names = ", ".join(sorted(str(districts[pk].item) for pk in found))
            problems.append(
                _("%(feature)s: passt zu mehreren Räumen (%(names)s).") % {"feature": label, "names": names}
            )
        else:
            [pk] = found
            fault = _("sie fehlt") if feature.area is None else fault_of(feature.area)
            if pk in areas:
                problems.append(
                    _(
                        "%(feature)s: der Raum „%(name)s“ kommt mehrfach vor. Seine Teile zu einem MultiPolygon verbinden."
                    )
                    % {"feature": label, "name": districts[pk].item}
                )
            elif fault:
                problems.append(
                    _("%(feature)s: Die Fläche ist nicht brauchbar: %(fault)s.")
                    % {"feature": label, "fault": fault}
                )
            areas[pk] = shapely.Polygon() if fault else canonical(feature.area)
    return areas


def _values(feature: FileFeature, names: tuple[str, ...]) -> list[str]:
    return [
        str(value).strip()
        for name, value in feature.properties.items()
        if fold(name).replace("_", " ") in names and value is not None
    ]


def _label(feature: FileFeature) -> str:
    said = next(iter(_values(feature, TITLE_NAMES) + _values(feature, CODE_NAMES)), "")
    if said:
        return _("Fläche %(number)s („%(name)s“)") % {"number": feature.number, "name": shortened(said, 60)}
    return _("Fläche %(number)s") % {"number": feature.number}


def _check_position(
    areas: dict[str, BaseGeometry], districts: dict[str, District], city: District | None, problems: list[str]
) -> None:
    """What is new lies where the city was so far, and the parts lie in the city as it will be."""
    if city is None:
        return
    checks: list[tuple[BaseGeometry, bool]] = []
    old: Any = city.geometry
    if old is not None:
        checks.append((old, city.schematic))
    if city.pk in areas:
        checks.append((areas[city.pk], False))
    for pk, area in areas.items():
        for outline, drawn in checks:
            if share := lies_outside(area, outline, drawn=drawn):
                problems.append(
                    _(
                        "„%(name)s“ liegt zu %(share)s %% außerhalb der Stadt. Stimmt das Bezugssystem, ist es die richtige Datei?"
                    )
                    % {"name": districts[pk].item, "share": round(100 * share)}
                )
                break


def _check_overlaps(
    areas: dict[str, BaseGeometry], districts: dict[str, District], problems: list[str]
) -> None:
    after: dict[str, Any] = {
        pk: each.geometry
        for pk, each in districts.items()
        if not each.schematic and each.geometry is not None
    }
    after |= areas
    for one, other in combinations([pk for pk in districts if pk in after], 2):
        if (
            other in _above(one, districts)
            or one in _above(other, districts)
            or not after[one].intersects(after[other])
        ):
            continue
        shared = after[one].intersection(after[other]).area
        if shared > OVERLAP * min(after[one].area, after[other].area):
            problems.append(
                _("„%(one)s“ und „%(other)s“ überdecken sich.")
                % {"one": districts[one].item, "other": districts[other].item}
            )


def _above(pk: str, districts: dict[str, District]) -> set[str]:
    """The districts a district belongs to; the city is above all."""
    above = {each.pk for each in districts.values() if each.level == District.Level.CITY}
    here = districts[pk].parent_id
    while here is not None and here not in above:
        above.add(here)
        here = districts[here].parent_id
    return above


def _replace(areas: dict[str, BaseGeometry], districts: dict[str, District], actor: Actor) -> None:
    spec = kind_named("district")
    for pk in areas:  # the words are analysed here, so that it is quick inside the transaction
        indexing.analyse_item(spec, districts[pk].item, districts[pk])
    try:
        with transaction.atomic():
            for pk, area in areas.items():
                item = districts[pk].item
                values = {"geometry": area, "schematic": False, **_centre(districts[pk], area)}
                services.update_item(item, expected_version=item.version, values=values, actor=actor)
    except Conflict as conflict:
        raise PlacesRefused(
            [_("„%(name)s“ wurde gerade geändert. Noch einmal versuchen.") % {"name": conflict.current}]
        ) from None


def _centre(district: District, area: BaseGeometry) -> dict[str, Any]:
    """A new centre where the old one lies outside."""
    longitude, latitude = district.centre_lon, district.centre_lat
    if (
        longitude is not None
        and latitude is not None
        and area.covers(shapely.Point(float(longitude), float(latitude)))
    ):
        return {}
    inside = area.representative_point()
    return {"centre_lon": Decimal(f"{inside.x:.{PLACES}f}"), "centre_lat": Decimal(f"{inside.y:.{PLACES}f}")}
