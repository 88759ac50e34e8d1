"""Reading areas from a file of a geographic information system, in a process of its own.

GDAL reads hundreds of formats and has had its share of faults. So only three formats are let in, by name and first bytes, the
size is limited, and the reading happens in a worker whose time and memory are limited: what breaks is the worker.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from .geoworker import MOST_FEATURES

FORMATS = {
    ".geojson": ("GeoJSON", b"{"),
    ".json": ("GeoJSON", b"{"),
    ".gpkg": ("GPKG", b"SQLite format 3\0"),
    ".shp": ("ESRI Shapefile", b"\0\0\x27\x0a"),
}
"""File name ending -> the GDAL driver that may read it, and the first bytes of such a file."""
MOST_BYTES = 100 * 1024 * 1024

SECONDS = 60


class UnreadableFile(Exception):
    """The file cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class FileFeature:
    """One feature of the file, in WGS 84. ``number`` counts from 1."""

    number: int
    properties: dict[str, Any]
    area: BaseGeometry | None


def read_features(path: Path) -> list[FileFeature]:
    """The features of a GeoJSON, GeoPackage or Shapefile. Raises UnreadableFile."""
    path = path.resolve()
    _refuse_unknown(path)
    try:
        worker = subprocess.run(  # noqa: S603  (our own interpreter and module, the path is an argument)
            [sys.executable, "-m", "insek.places.geoworker", str(path), FORMATS[path.suffix.lower()][0]],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFile(
            _("Das Lesen der Datei dauerte länger als %(seconds)s Sekunden. Die Flächen vereinfachen.")
            % {"seconds": SECONDS}
        ) from None
    try:
        answer = json.loads(worker.stdout)
    except ValueError:
        answer = {"error": "broken", "detail": worker.stderr.decode(errors="replace").strip()[-200:]}
    if "error" in answer:
        raise UnreadableFile(_message(answer))
    return [
        FileFeature(number, each["properties"], shapely.from_wkb(each["wkb"]) if each["wkb"] else None)
        for number, each in enumerate(answer["features"], 1)
    ]


def _refuse_unknown(path: Path) -> None:
    if not path.is_file():
        raise UnreadableFile(_("„%(name)s“ gibt es nicht.") % {"name": path.name})
    known = FORMATS.get(path.suffix.lower())
    with path.open("rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if known is None or not start.startswith(known[1]):
        raise UnreadableFile(
            _("„%(name)s“ ist weder GeoJSON (.geojson) noch GeoPackage (.gpkg) noch Shapefile (.shp).")
            % {"name": path.name}
        )
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFile(
            _("„%(name)s“ ist größer als %(size)s MB. Die Flächen vereinfachen.")
            % {"name": path.name, "size": MOST_BYTES // 1024**2}
        )


def _message(answer: dict[str, str]) -> str:
    messages = {
        "no_crs": _("Der Datei fehlt das Bezugssystem. Bei einem Shapefile gehört die .prj-Datei daneben."),
        "layers": _(
            "Die Datei hat nicht genau eine Ebene mit Flächen: %(detail)s. Eine Datei mit einer Ebene erzeugen."
        ),
        "driver": _("Die Datei ist nicht in dem Format geschrieben, das ihr Name sagt (%(detail)s)."),
        "too_many": _("Die Datei hat mehr als %(limit)s Flächen: %(detail)s."),
    }
    text = messages.get(answer["error"], _("Die Datei ist nicht lesbar: %(detail)s."))
    return text % {"detail": answer.get("detail", ""), "limit": MOST_FEATURES}
