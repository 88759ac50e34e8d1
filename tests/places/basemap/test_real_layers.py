"""The base map made of the real layers of a core city, where they are; an extract is written from them first."""

import gzip
import json
from pathlib import Path
from xml.sax.saxutils import quoteattr

import mapbox_vector_tile
import shapely
from pmtiles.reader import MmapSource, all_tiles

from insek.places.basemap.archive import open_base_map
from insek.places.basemap.features import BaseAbout
from insek.places.basemap.openstreetmap import read_openstreetmap
from insek.places.basemap.shapes import base_shapes
from insek.places.basemap.tiling import write_tiles
from tests.places.test_demo_base import FACTS, with_facts

BOX = (7.762, 49.432, 7.794, 49.449)
"""Enough of the core city to say that all is there, and read in some seconds."""
MOST_BYTES = 400_000


def tags_of(layer, said):
    """The tags that a feature of a layer had in OpenStreetMap."""
    kind = said["class"]
    tags = {
        "strassen": {"highway": kind}, "wege": {"highway": kind}, "bahn": {"railway": kind}, "gebaeude": {"building": kind},
        "gewaesser": {"waterway": kind} if kind in {"river", "stream", "canal"} else {"natural": "water"},
        "landnutzung": {said.get("key", "landuse"): kind},
    }[layer]  # fmt: skip
    return tags | {key: said[key] for key in ("name", "ref") if said.get(key)}


def extract_of(folder, target):
    """An extract in OSM's own words, from the layers."""
    nodes, ways = {}, []
    for layer in ("strassen", "wege", "bahn", "gewaesser", "landnutzung", "gebaeude"):
        for feature in json.loads((folder / f"osm_{layer}.geojson").read_text(encoding="utf-8"))["features"]:
            geometry = feature["geometry"]
            if geometry["type"] not in {"LineString", "Polygon"}:
                continue
            points = (
                geometry["coordinates"] if geometry["type"] == "LineString" else geometry["coordinates"][0]
            )
            refs = [nodes.setdefault(tuple(point), len(nodes) + 1) for point in points]
            ways.append((refs, tags_of(layer, feature["properties"])))
    with target.open("w", encoding="utf-8") as file:
        file.write('<osm version="0.6">\n')
        for (longitude, latitude), number in nodes.items():
            file.write(f'<node id="{number}" version="1" lat="{latitude}" lon="{longitude}"/>\n')
        for number, (refs, tags) in enumerate(ways, 1):
            said = "".join(
                f"<tag k={quoteattr(key)} v={quoteattr(str(value))}/>" for key, value in tags.items()
            )
            parts = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            file.write(f'<way id="{number}" version="1">{parts}{said}</way>\n')
        file.write("</osm>\n")


@with_facts
def test_the_real_streets_houses_and_waters_are_in_the_tiles(tmp_path: Path):
    extract, target = tmp_path / "kernstadt.osm", tmp_path / "base.pmtiles"
    extract_of(FACTS, extract)
    write_tiles(read_openstreetmap(extract, BOX), BaseAbout(("©",)), target, box=BOX)
    base = open_base_map(target, "real")
    with target.open("rb") as file:
        packed = dict(all_tiles(MmapSource(file)))
    assert max(map(len, packed.values())) < MOST_BYTES
    near = [
        mapbox_vector_tile.decode(gzip.decompress(tile)) for (z, _x, _y), tile in packed.items() if z == 14
    ]

    def said(layer, key):
        return [
            one["properties"].get(key)
            for tile in near
            for one in tile.get(layer, {"features": []})["features"]
        ]

    def known(name):
        """The features of a layer that lie in the box, with their shapes."""
        features = json.loads((FACTS / f"osm_{name}.geojson").read_text(encoding="utf-8"))["features"]
        found = [(one["properties"], shapely.geometry.shape(one["geometry"])) for one in features]
        return [(properties, shape) for properties, shape in found if shapely.box(*BOX).contains(shape)]

    streets = {name for properties, _shape in known("strassen") if (name := properties.get("name"))}
    assert streets <= set(said("road", "name")) and len(streets) > 100
    assert len(said("building", "class")) >= 0.95 * len(known("gebaeude"))
    waters = [shape for _properties, shape in known("gewaesser")]
    drawn = base_shapes(base, BOX, 14).areas["water"]
    large = [shape for shape in waters if shape.geom_type == "Polygon" and shape.area > 1e-7]
    assert large and all(drawn.intersection(shape).area > 0.9 * shape.area for shape in large)
