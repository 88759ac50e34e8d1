"""What a base map consists of, whatever file it came from: features of nine layers, in WGS 84.

A source is a folder (or a part of the package) of GeoJSON files, or one such file. Each file is a FeatureCollection:

    {"type": "FeatureCollection",
     "metadata": {"attribution": "© …", "licence": "…", "source": "…", "as_of": "2024", "note": "…"},
     "layer": "road",
     "features": [{"type": "Feature", "geometry": …,
                   "properties": {"class": "primary", "name": "Pariser Straße", "ref": "B 37"}}]}

``layer`` of a feature may stand in its own properties instead. A building, or a point of the layer building, with
``street`` and ``number`` is an address. Unknown properties are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

LAYERS = ("landuse", "wood", "water", "waterway", "rail", "road", "building", "place", "boundary")
"""From what is drawn first to what stands on top."""
CLASSES = {
    "landuse": (
        "residential", "commercial", "retail", "industrial", "public", "railway", "military", "park", "garden",
        "cemetery", "sport", "meadow", "farmland", "square",
    ),
    "wood": ("wood", "scrub"),
    "water": ("lake", "pond", "river", "basin"),
    "waterway": ("river", "stream", "canal"),
    "rail": ("rail", "siding", "light_rail", "disused"),
    "road": (
        "motorway", "trunk", "primary", "secondary", "tertiary", "residential", "pedestrian", "service", "track",
        "cycleway", "path",
    ),
    "building": ("", "public"),
    "place": (
        "city", "town", "village", "suburb", "quarter", "hamlet", "locality", "square", "station", "stop", "junction",
        "landmark",
    ),
    "boundary": ("city", "district"),
}  # fmt: skip
"""The classes that are drawn in a way of their own; any other is drawn as its layer is."""
MOST_BYTES = 400 * 1024 * 1024
"""A GeoJSON file larger than this does not fit into memory when it is read; use a GeoPackage."""


class UnreadableBase(Exception):
    """A file is no base map; the message says why, in English, for whoever reads it in."""


@dataclass(frozen=True)
class BaseFeature:
    """One feature of a base map; ``geometry`` in WGS 84, longitude before latitude."""

    layer: str
    kind: str
    """Its class: ``primary`` of a road, ``park`` of land use; see ``CLASSES``."""
    geometry: BaseGeometry
    name: str = ""
    ref: str = ""
    """The number of a road: "A 6", "B 37"."""
    street: str = ""
    number: str = ""
    """Street and house number of an address."""


@dataclass(frozen=True)
class BaseAbout:
    """Who made a base map and what may be said of it. Plain text: whoever puts it on a page escapes it."""

    attribution: tuple[str, ...] = ()
    """What must stand on every map, one line for each source."""
    licence: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    as_of: str = ""
    """The latest date of the data as the sources say it."""
    note: tuple[str, ...] = ()


Source = Traversable | Path


def read_base_features(source: Source) -> Iterator[BaseFeature]:
    """The features of a folder of GeoJSON files or of one file, file by file in the order of their names.

    Raises UnreadableBase.
    """
    for name, collection in _collections(source):
        for number, feature in enumerate(collection["features"], 1):
            yield _feature(feature, collection, f"{name}, feature {number}")


def read_base_about(source: Source) -> BaseAbout:
    """What the files say about themselves, each statement once. Raises UnreadableBase."""
    said = [
        {key: str(value) for key, value in (collection.get("metadata") or {}).items() if value}
        for _name, collection in _collections(source)
    ]

    def once(key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one[key] for one in said if key in one))

    return BaseAbout(
        attribution=once("attribution"),
        licence=once("licence"),
        source=once("source"),
        as_of=max(once("as_of"), default=""),
        note=once("note"),
    )


def _collections(source: Source) -> Iterable[tuple[str, dict[str, Any]]]:
    if source.is_dir():
        files = sorted(
            (file for file in source.iterdir() if file.name.endswith((".geojson", ".json"))),
            key=lambda file: file.name,
        )
        if not files:
            raise UnreadableBase(f"{source.name}: no .geojson file in it")
    elif source.is_file():
        files = [source]
    else:
        raise UnreadableBase(f"{source.name}: there is no such file")
    for file in files:
        yield file.name, _collection(file)


def _collection(file: Source) -> dict[str, Any]:
    if isinstance(file, Path) and file.stat().st_size > MOST_BYTES:
        raise UnreadableBase(f"{file.name}: larger than {MOST_BYTES // 1024**2} MB")
    try:
        found = json.loads(file.read_bytes())
    except ValueError as error:
        raise UnreadableBase(f"{file.name}: no JSON ({error})") from None
    if not isinstance(found, dict) or not isinstance(found.get("features"), list):
        raise UnreadableBase(f"{file.name}: no FeatureCollection")
    return found


def _feature(feature: Any, collection: dict[str, Any], where: str) -> BaseFeature:
    try:
        said = feature.get("properties") or {}
        layer = str(said.get("layer") or collection.get("layer") or "")
        geometry = shapely.from_geojson(json.dumps(feature["geometry"])) if feature["geometry"] else None
    except (AttributeError, KeyError, TypeError, shapely.GEOSException) as error:
        raise UnreadableBase(f"{where}: no feature with a geometry ({error})") from None
    if layer not in LAYERS:
        raise UnreadableBase(f"{where}: layer “{layer}” is none of {', '.join(LAYERS)}")
    if geometry is None or geometry.is_empty:
        raise UnreadableBase(f"{where}: no geometry")
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise UnreadableBase(f"{where}: its coordinates are no longitude and latitude")

    def text(name: str) -> str:
        return " ".join(str(said.get(name) or "").split())

    return BaseFeature(
        layer, text("class"), geometry, text("name"), text("ref"), text("street"), text("number")
    )
