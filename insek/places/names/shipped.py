"""Names that come with the program for a city: its stops, its demo's base map and street register."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from ..basemap.features import read_base_features
from ..gazetteer import named_stops
from ..name_models import NamedPlace
from .gathering import SQUARES, NameGatherer
from .rows import NameRow

CREDITS = ("© OpenStreetMap-Mitwirkende", "DB InfraGO AG (CC BY 4.0)")


def folder_of(city: str) -> Traversable | None:
    """What is shipped with a city, None where nothing is."""
    layers = files("insek").joinpath("cities", "layers")
    return next((entry for entry in layers.iterdir() if entry.name == city and entry.is_dir()), None)


@cache
def shipped_stops(city: str) -> tuple[NameRow, ...]:
    """Stops and stations of a city, each name once."""
    rows = []
    for name, point in named_stops(city).items():
        rows.append(_point_row(NamedPlace.Kind.STOP, name, point.x, point.y))
    return tuple(rows)


@cache
def shipped_base(city: str) -> tuple[NameRow, ...]:
    """The names of the base map that comes with a city."""
    folder = folder_of(city)
    if folder is None or not folder.joinpath("basemap").is_dir():
        return ()
    gatherer = NameGatherer()
    for feature in read_base_features(folder.joinpath("basemap")):
        gatherer.add(feature)
    return tuple(gatherer.rows())


@cache
def shipped_streets(city: str) -> tuple[NameRow, ...]:
    """The street register that comes with a city."""
    folder = folder_of(city)
    if folder is None or not folder.joinpath("streets.csv").is_file():
        return ()
    rows = csv.DictReader(folder.joinpath("streets.csv").read_text(encoding="utf-8").splitlines())
    return tuple(
        _point_row(
            NamedPlace.Kind.SQUARE if row["name"].endswith(SQUARES) else NamedPlace.Kind.STREET,
            row["name"], float(row["lon"]), float(row["lat"]), row["districts"],
        )
        for row in rows
    )  # fmt: skip


def _point_row(kind: str, name: str, lon: float, lat: float, codes: str = "") -> NameRow:
    lon, lat = round(lon, 6), round(lat, 6)
    return NameRow(kind, name, lon, lat, (lon, lat, lon, lat), codes)
