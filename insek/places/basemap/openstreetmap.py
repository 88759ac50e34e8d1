"""An extract of OpenStreetMap (.osm.pbf) read as a base map, through the OSM driver that pyogrio brings along.

Tags become the classes of ``features.CLASSES``; what a base map does not show (fences, power lines, shops) is left out.
Only what meets the box is built; the whole file has to be gone through all the same, once for points, lines and areas each.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from .features import BaseFeature

ATTRIBUTION = "© OpenStreetMap-Mitwirkende (ODbL)"
LICENCE = "ODbL 1.0"
Box = tuple[float, float, float, float]
Tags = Mapping[str, str]

COLUMNS = {
    "points": "name,place,railway,highway,amenity,tourism,historic,leisure,addr:street,addr:housenumber",
    "lines": "name,ref,highway,railway,waterway,service,tunnel,footway",
    "multipolygons": (
        "name,building,landuse,leisure,natural,water,waterway,amenity,tourism,historic,place,highway,"
        "boundary,admin_level,addr:street,addr:housenumber"
    ),
}
WANTED = {
    "points": "place IS NOT NULL OR railway IS NOT NULL OR highway = 'bus_stop' OR addr_housenumber IS NOT NULL OR (name IS NOT NULL"
    " AND (amenity IS NOT NULL OR tourism IS NOT NULL OR historic IS NOT NULL OR leisure IS NOT NULL))",
    "lines": "highway IS NOT NULL OR railway IS NOT NULL OR waterway IS NOT NULL",
    "multipolygons": "building IS NOT NULL OR landuse IS NOT NULL OR leisure IS NOT NULL OR natural IS NOT NULL OR waterway IS NOT NULL"
    " OR amenity IS NOT NULL OR place IS NOT NULL OR highway IS NOT NULL OR boundary = 'administrative'",
}
CLOSED = "amenity,boundary,building,landuse,leisure,natural,place,tourism,historic,waterway=riverbank"
"""Closed ways with these are areas; a closed highway or railway stays a line."""

LANDUSE = {
    "residential": "residential", "commercial": "commercial", "retail": "retail", "industrial": "industrial",
    "garages": "residential", "railway": "railway", "military": "military", "cemetery": "cemetery",
    "allotments": "garden", "recreation_ground": "park", "village_green": "park", "meadow": "meadow", "grass": "meadow",
    "farmland": "farmland", "farmyard": "farmland", "orchard": "farmland", "vineyard": "farmland", "quarry": "industrial",
    "construction": "industrial", "brownfield": "industrial",
}  # fmt: skip
LEISURE = {
    "park": "park", "garden": "park", "playground": "park", "dog_park": "park", "pitch": "sport", "sports_centre": "sport",
    "stadium": "sport", "track": "sport", "golf_course": "sport", "swimming_pool": "sport", "nature_reserve": "",
}  # fmt: skip
AMENITY = {
    "school": "public", "university": "public", "college": "public", "hospital": "public", "kindergarten": "public",
    "grave_yard": "cemetery",
}  # fmt: skip
ROADS = {
    "motorway": "motorway", "trunk": "trunk", "primary": "primary", "secondary": "secondary", "tertiary": "tertiary",
    "unclassified": "residential", "residential": "residential", "living_street": "residential", "road": "residential",
    "pedestrian": "pedestrian", "service": "service", "track": "track", "cycleway": "cycleway", "path": "path",
    "footway": "path", "steps": "path", "bridleway": "path",
}  # fmt: skip
WATERWAYS = {"river": "river", "stream": "stream", "canal": "canal", "ditch": "stream", "drain": "stream"}
WATER = {"river": "river", "lake": "lake", "reservoir": "lake", "basin": "basin", "canal": "river"}
RAILS = {"rail": "rail", "narrow_gauge": "rail", "light_rail": "light_rail", "tram": "light_rail", "subway": "light_rail",
         "disused": "disused", "abandoned": "disused"}  # fmt: skip
SETTLEMENTS = {"city", "town", "village", "suburb", "quarter", "hamlet", "square", "locality"}
NAMED = {"neighbourhood": "quarter", "isolated_dwelling": "hamlet", "farm": "hamlet"}
LANDMARKS = {
    "amenity": {
        "townhall",
        "university",
        "hospital",
        "theatre",
        "library",
        "school",
        "college",
        "courthouse",
    },
    "tourism": {"museum", "zoo", "gallery"},
    "historic": {"castle", "monument", "ruins"},
    "leisure": {"stadium", "sports_centre"},
}


def read_openstreetmap(
    path: Path, box: Box | None, *, said: Callable[[str], object] = lambda _layer: None
) -> Iterator[BaseFeature]:
    """The features of an extract that meet a box (west, south, east, north); ``said`` hears which part is being read."""
    import pyogrio
    import pyogrio.raw

    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "osm.ini"
        settings.write_text(_settings())
        pyogrio.set_gdal_config_options(
            {"OSM_CONFIG_FILE": str(settings), "OSM_MAX_TMPFILE_SIZE": "256", "CPL_TMPDIR": folder}
        )
        for layer, make in (("points", of_point), ("lines", of_line), ("multipolygons", of_area)):
            said(layer)
            where = WANTED[layer]
            meta, _ids, shapes, values = pyogrio.raw.read(path, layer=layer, bbox=box, where=where)
            columns = [str(name).replace("addr_", "addr:") for name in meta["fields"]]
            geometries = shapely.from_wkb(shapes, on_invalid="ignore")
            for number, geometry in enumerate(geometries):
                if geometry is None or geometry.is_empty:
                    continue
                tags = {
                    name: column[number]
                    for name, column in zip(columns, values, strict=True)
                    if column[number] is not None
                }
                yield from make(geometry, tags)


def _settings() -> str:
    """What GDAL shall take out of the file; the name of the section [general] is the one since GDAL 3.10."""
    parts = [f"[general]\nclosed_ways_are_polygons={CLOSED}"]
    for layer in ("points", "lines", "multipolygons", "multilinestrings", "other_relations"):
        parts.append(f"[{layer}]\nosm_id=no\nother_tags=no\nattributes={COLUMNS.get(layer, 'name')}")
    return "\n".join(parts) + "\n"


def of_point(geometry: BaseGeometry, tags: Tags) -> Iterator[BaseFeature]:
    """A node: a place, a stop, an address, a building one knows."""
    name = tags.get("name", "")
    if tags.get("addr:housenumber") and tags.get("addr:street"):
        yield _address(geometry, tags)
    if name and (kind := _place(tags)):
        yield BaseFeature("place", kind, geometry, name)


def of_line(geometry: BaseGeometry, tags: Tags) -> Iterator[BaseFeature]:
    """A way that is no area: road, rail or watercourse."""
    highway, railway, waterway = (tags.get(key, "") for key in ("highway", "railway", "waterway"))
    name, ref = tags.get("name", ""), tags.get("ref", "").split(";")[0]
    if kind := ROADS.get(highway.removesuffix("_link")):
        if tags.get("footway") not in {"sidewalk", "crossing"}:
            is_link = highway.endswith("_link")
            yield BaseFeature("road", kind, geometry, "" if is_link else name, "" if is_link else ref)
    elif kind := RAILS.get(railway):
        yield BaseFeature("rail", "siding" if kind == "rail" and tags.get("service") else kind, geometry)
    elif (kind := WATERWAYS.get(waterway)) and tags.get("tunnel") in {None, "no"}:
        yield BaseFeature("waterway", kind, geometry, name)


def of_area(geometry: BaseGeometry, tags: Tags) -> Iterator[BaseFeature]:
    """A closed way or a relation: land use, wood, water, building, boundary."""
    name = tags.get("name", "")
    if tags.get("building", "no") != "no":
        if tags.get("addr:housenumber") and tags.get("addr:street"):
            yield _address(geometry, tags, _building(tags))
        else:
            yield BaseFeature("building", _building(tags), geometry)
    elif tags.get("boundary") == "administrative":
        if level := {"6": "city", "8": "city", "9": "district", "10": "district"}.get(
            tags.get("admin_level", "")
        ):
            yield BaseFeature("boundary", level, geometry, name)
        return
    elif tags.get("natural") == "water" or tags.get("waterway") == "riverbank" or tags.get("landuse") in {"basin", "reservoir"}:  # fmt: skip
        yield BaseFeature("water", WATER.get(tags.get("water", ""), "pond"), geometry, name)
    elif tags.get("landuse") == "forest" or tags.get("natural") == "wood":
        yield BaseFeature("wood", "wood", geometry, name)
    elif tags.get("natural") in {"scrub", "heath"}:
        yield BaseFeature("wood", "scrub", geometry, name)
    elif tags.get("natural") == "grassland":
        yield BaseFeature("landuse", "meadow", geometry, name)
    elif tags.get("place") == "square" or tags.get("highway") == "pedestrian":
        yield BaseFeature("landuse", "square", geometry, name)
    elif (
        kind := LEISURE.get(tags.get("leisure", ""))
        or AMENITY.get(tags.get("amenity", ""))
        or LANDUSE.get(tags.get("landuse", ""))
    ):
        yield BaseFeature("landuse", kind, geometry, name)
    if name and (kind := _place(tags)):
        yield BaseFeature("place", kind, shapely.point_on_surface(geometry), name)


def _address(geometry: BaseGeometry, tags: Tags, kind: str = "") -> BaseFeature:
    return BaseFeature(
        "building", kind, geometry, street=tags["addr:street"], number=tags["addr:housenumber"]
    )


def _building(tags: Tags) -> str:
    return "public" if tags.get("amenity") in LANDMARKS["amenity"] or tags.get("building") == "public" else ""


def _place(tags: Tags) -> str:
    """The class of a named place; empty for what is none."""
    if place := tags.get("place", ""):
        return place if place in SETTLEMENTS else NAMED.get(place, "")
    if tags.get("railway") in {"station", "halt"}:
        return "station"
    if tags.get("railway") == "tram_stop" or tags.get("highway") == "bus_stop":
        return "stop"
    return "landmark" if any(tags.get(key) in values for key, values in LANDMARKS.items()) else ""
