"""`insek import basemap FILE`: the base map made of a file in a process of its own, and put in the place of the one before."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _

from insek.concept.models import Concept
from insek.web.display import number_words

from ..models import District, NameSource
from ..names.rows import NameRow
from ..names.writing import write_names
from .archive import BaseMap, base_path, open_base_map
from .features import UnreadableBase
from .openstreetmap import Box

MARGIN_KM = 5.0
"""Kilometres around the city that are kept."""
KILOMETRES = 111.32
"""Kilometres of one degree of latitude."""
SECONDS = 1800
NEAR_CITY = 0.01
"""Degrees around the city in which names are kept, a kilometre: outlines may be drawn by hand."""
ENDINGS = (".osm.pbf", ".gpkg", ".geojson", ".json", ".pmtiles")


class BaseMapRefused(Exception):
    """The file is no base map; the one before stays. The message says why."""


@dataclass(frozen=True)
class BaseMapReport:
    """What was read in."""

    features: int
    """0 where tiles were taken as they are."""
    base: BaseMap

    def __str__(self) -> str:
        size = _("%(size)s MB") % {"size": number_words(self.base.size / 1e6, 1)}
        about = " · ".join(self.base.about.attribution)
        if not self.features:
            return _(
                "Die Grundkarte ist übernommen, wie sie ist (%(size)s). Auf jeder Karte steht: %(about)s"
            ) % {
                "size": size,
                "about": about,
            }
        return _(
            "Die Grundkarte ist gemacht: %(count)s Objekte, %(size)s. Auf jeder Karte steht: %(about)s"
        ) % {
            "count": number_words(self.features, 0),
            "size": size,
            "about": about,
        }


Said = Callable[[str], object]


def import_base_map(
    path: Path,
    *,
    concept: Concept | None,
    mapping: Path | None = None,
    attribution: str = "",
    margin: float = MARGIN_KM,
    said: Said = lambda _words: None,
    title: str = "",
) -> BaseMapReport:
    """Make the base map of a file (.osm.pbf, .gpkg with a mapping, .geojson, a folder of these, .pmtiles as it is).

    Cut to the city and ``margin`` kilometres around; without an outline of the city everything is kept. ``said`` hears how
    far it is, in words; ``title`` is what the file is called, where not by its name. Raises BaseMapRefused and leaves the base map before as it was.
    """
    path = path.resolve()
    if not path.exists():
        raise BaseMapRefused(_("„%(name)s“ gibt es nicht.") % {"name": path.name})
    if path.is_file() and not path.name.endswith(ENDINGS):
        raise BaseMapRefused(
            _("„%(name)s“ endet auf keine dieser Endungen: %(endings)s.")
            % {"name": path.name, "endings": ", ".join(ENDINGS)}
        )
    if path.suffix == ".gpkg" and mapping is None:
        raise BaseMapRefused(
            _(
                "Zu einem GeoPackage gehört eine Zuordnung seiner Tabellen: --mapping DATEI (siehe docs/operators/base-map.md)."
            )
        )
    target = base_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished, names = target.with_suffix(".part"), target.with_suffix(".names")
    try:
        if path.suffix == ".pmtiles":
            shutil.copyfile(path, unfinished)
            features = 0
        else:
            box = box_around(concept, margin)
            features = _made(
                {
                    "source": str(path), "target": str(unfinished), "box": box, "attribution": attribution,
                    "mapping": str(mapping.resolve()) if mapping else "", "names": str(names), "title": title,
                },
                said,
            )  # fmt: skip
        base = open_base_map(unfinished, name=title or path.name)
        if not base.about.attribution:
            raise UnreadableBase(_("Die Datei sagt nicht, wer sie gemacht hat."))
        _keep(unfinished)
        unfinished.replace(target)
        if concept is not None and names.exists():
            _keep_names(names, concept, base.about.attribution)
    except UnreadableBase as error:
        raise BaseMapRefused(
            _("Die Grundkarte wird nicht übernommen, die bisherige bleibt: %(reason)s") % {"reason": error}
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
        names.unlink(missing_ok=True)
    return BaseMapReport(features, base)


def _keep(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _keep_names(file: Path, concept: Concept, attribution: Sequence[str]) -> None:
    """The names of the base map into the gazetteer, those in the city and close to it."""
    rows = [
        NameRow(**{**row, "box": tuple(row["box"]), "houses": tuple(tuple(house) for house in row["houses"])})
        for row in json.loads(file.read_bytes())
    ]
    outlines = District.objects.of(concept).filter(level=District.Level.CITY).exclude(geometry=None)
    city = shapely.union_all([row.geometry for row in outlines])
    if not city.is_empty:
        shapely.prepare(city)
        near = shapely.dwithin(city, shapely.points([(row.lon, row.lat) for row in rows]), NEAR_CITY)
        rows = [row for row, is_near in zip(rows, near, strict=True) if is_near]
    write_names(rows, city=concept.key, sort=NameSource.Sort.BASE, attribution=" · ".join(attribution))


def box_around(concept: Concept | None, margin: float) -> Box | None:
    """West, south, east, north of the city's outline with ``margin`` kilometres around. One query."""
    rows = District.objects.of(concept).exclude(geometry=None) if concept else District.objects.none()
    shapes = [row.geometry for row in rows]
    if not shapes:
        return None
    west, south, east, north = (float(value) for value in shapely.total_bounds(shapes))
    up = margin / KILOMETRES
    across = up / math.cos(math.radians((south + north) / 2))
    return west - across, south - up, east + across, north + up


def _made(order: dict[str, Any], said: Said) -> int:
    """Let the worker make the tiles; returns the number of features. Raises UnreadableBase."""
    worker = subprocess.Popen(  # noqa: S603  (our own interpreter and module, the order is an argument)
        [sys.executable, "-m", "insek.places.basemap.worker", json.dumps(order)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    assert worker.stdout is not None
    try:
        return _heard(worker.stdout, said)
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()


def _heard(lines: Iterable[str], said: Said) -> int:
    for line in lines:
        words = json.loads(line)
        if "error" in words:
            raise UnreadableBase(words["error"])
        if "result" in words:
            return int(words["result"]["features"])
        if words["step"] == "reading":
            said(_("Lesen: %(part)s") % {"part": words["part"]})
        else:
            said(_("Kacheln: %(done)s von %(of)s Stufen") % words)
    raise UnreadableBase(_("Das Programm, das die Kacheln macht, wurde beendet. Reichte der Speicher?"))
