"""The stops and stations that are shipped with a city. Nothing is asked from anybody."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import shapely


@cache
def stops_of(city: str) -> bytes:
    """The stops and stations that are shipped with a city, empty where there are none."""
    folder = files("insek").joinpath("cities", "layers")
    known = {entry.name: entry for entry in folder.iterdir()}
    if city not in known:
        return b""
    shipped = known[city].joinpath("stops.geojson")
    return shipped.read_bytes() if shipped.is_file() else b""


@cache
def named_stops(city: str) -> dict[str, shapely.Point]:
    """Each stop by its name; several platforms of one name are one place in their middle."""
    content = stops_of(city)
    places: dict[str, list[tuple[float, float]]] = {}
    for feature in json.loads(content)["features"] if content else ():
        places.setdefault(feature["properties"]["name"], []).append(feature["geometry"]["coordinates"])
    return {name: shapely.MultiPoint(points).centroid for name, points in sorted(places.items())}
