"""Tiles made by others in the words of the Protomaps basemap, version 4 and before: opened, drawn and named."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import mapbox_vector_tile
import pytest
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from insek.places.basemap.archive import base_path, current_base_map
from insek.places.basemap.extracts import WHOLE
from insek.places.basemap.ground import ground_svg
from insek.places.basemap.lettering import lettered
from insek.places.basemap.making import BaseMapRefused, import_base_map
from insek.places.basemap.shapes import base_shapes
from insek.places.picture import Projection
from insek.places.tiles import tile_box

Z, X, Y = 13, 4272, 2797
WEST, SOUTH, EAST, NORTH = tile_box(Z, X, Y)
HTML = '<a href="https://www.openstreetmap.org/copyright" target="_blank">&copy; OpenStreetMap</a>'
ROOT = Path(__file__).parents[3]


def feature(geometry, **said):
    return {"geometry": geometry, "properties": said}


def line(y, size=4000):
    return shapely.LineString([(48, y), (size, y)])


def box(x, y, size=900):
    return shapely.box(x, y, x + size, y + size)


def layers_of(version):
    """A town in the words of a version: layer by layer, as its makers describe them."""
    kind = "kind" if version == 4 else "pmap:kind"
    detail = f"{kind}_detail"
    river = [feature(line(300), **{kind: "river", "name": "Bach"})]
    rail = [feature(line(600), **{kind: "rail"})]
    wood = [feature(box(2500, 2500), **{kind: "wood"})]
    found = {
        "earth": [feature(box(0, 0, 4096), **{kind: "earth"})],
        "landuse": [feature(box(500, 2500), **{kind: "residential"}), feature(box(1500, 2500), **{kind: "forest"}), *(wood if version == 4 else [])],
        "water": [feature(box(3300, 3300, 500), **{kind: "river"}), *(river if version == 4 else [])],
        "buildings": [feature(box(600, 2600, 60), **{kind: "building"}), feature(shapely.Point(610, 2610), **{kind: "address", "addr_housenumber": "1"})],
        "roads": [
            feature(line(1000), **{kind: "highway", detail: "motorway", "ref": "A 6"}),
            feature(line(1500), **{kind: "major_road", detail: "primary", "name": "Lange Straße"}),
            feature(line(2000), **{kind: "minor_road", detail: "residential", "name": "Kleine Straße"}),
            *(rail if version == 4 else []),
        ],
        "places": [feature(shapely.Point(3000, 1200), **{kind: "locality", detail: "village", "name": "Musterdorf"})],
    }  # fmt: skip
    if version < 4:
        found |= {"natural": wood, "physical_line": river, "transit": rail}
    return found


@pytest.fixture(params=[4, 3])
def theirs(request, tmp_path, settings):
    """A file of others, read in as it is."""
    settings.MEDIA_ROOT = tmp_path / "files"
    path = tmp_path / "stadt.pmtiles"
    write(path, request.param)
    import_base_map(path, concept=None)
    return current_base_map(), request.param


def write(path, version, attribution=HTML):
    layers = layers_of(version)
    kind = "kind" if version == 4 else "pmap:kind"
    content = mapbox_vector_tile.encode(
        [{"name": name, "features": found} for name, found in layers.items()],
        default_options={"y_coord_down": True, "extents": 4096},
    )
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(Z, X, Y), gzip.compress(content))
        corners = {"min_lon_e7": WEST, "min_lat_e7": SOUTH, "max_lon_e7": EAST, "max_lat_e7": NORTH}
        header = {name: round(value * 1e7) for name, value in corners.items()}
        header |= {
            "center_zoom": Z,
            "center_lon_e7": 0,
            "center_lat_e7": 0,
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
        }
        described = [{"id": name, "fields": {kind: "String", "name": "String"}} for name in layers]
        writer.finalize(header, {"name": "Basemap", "attribution": attribution, "vector_layers": described})


def test_who_made_it_is_said_as_text_and_the_version_is_known(theirs):
    base, version = theirs
    assert base.about.attribution == ("© OpenStreetMap",)
    assert base.schema == ("protomaps" if version == 4 else "protomaps-3")
    assert base.zooms == (Z, Z) and base.features == 0


def test_it_is_drawn_whole_and_lines_are_no_areas(theirs):
    base, _version = theirs
    shapes = base_shapes(base, (WEST, SOUTH, EAST, NORTH), Z)
    assert set(shapes.areas) == {"built", "wood", "water"} and set(shapes.lines) == {
        "stream",
        "minor",
        "main",
        "motorway",
        "rail",
    }
    assert all(shapely.get_dimensions(one) == 2 for one in shapes.areas.values())
    assert all(shapely.get_dimensions(one) == 1 for one in shapes.lines.values())
    assert len(shapely.get_parts(shapes.areas["wood"])) == 2
    svg = ground_svg(base, Projection((WEST, SOUTH, EAST, NORTH)), WHOLE).decode()
    assert all(
        f"var(--map-{part})" in svg for part in ("built", "wood", "water", "stream", "motorway", "rail")
    )


def test_its_names_stand_on_the_pictures(theirs):
    base, _version = theirs
    paper = Projection((WEST, SOUTH, EAST, NORTH))
    assert {one.text for one in lettered(base, paper, WHOLE.frame(paper), 1.0, 5.0, ())} == {
        "A 6",
        "Lange Straße",
        "Musterdorf",
    }


def test_a_file_that_is_broken_is_called_by_its_name(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    (tmp_path / "halb.pmtiles").write_bytes(b"PMTiles\x03")
    with pytest.raises(BaseMapRefused, match=r"halb\.pmtiles: no PMTiles file of version 3"):
        import_base_map(tmp_path / "halb.pmtiles", concept=None)
    assert not base_path().exists()


@pytest.mark.skipif(
    shutil.which("node") is None, reason="no Node.js here: the style of the browser is not compared"
)
def test_the_style_of_the_browser_knows_the_same_words(theirs):
    """The layers of base_style.js, asked which features of the tile they take, by MapLibre's own filters where they are there."""
    base, _version = theirs
    script = (
        "import { drawBase } from './insek/web/static/insek/base_style.js';"
        "const layers = []; const map = { getSource: () => null, addSource() {}, setPaintProperty() {}, getLayer: () => null, addLayer: (one) => layers.push(one) };"
        "globalThis.location = { href: 'https://insek.example/' };"
        f"drawBase(map, {{ base: {{ tiles: '/x', zooms: [0, 14], extent: [0, 0, 1, 1], schema: {json.dumps(base.schema)} }}, outline: null }}, {{}}, []);"
        "console.log(JSON.stringify(layers));"
    )
    said = subprocess.run(
        ["node", "--input-type=module", "-e", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    layers = {one["id"]: one for one in json.loads(said.stdout)}

    def labels(part):
        if isinstance(part, list):
            if part[:1] == ["match"]:
                yield part[2]
            for each in part:
                yield from labels(each)

    # MapLibre leaves out a layer whose filter names a class twice
    assert [
        one["id"]
        for one in layers.values()
        for named in labels(one.get("filter"))
        if len(set(named)) < len(named)
    ] == []
    key = "kind" if base.schema == "protomaps" else "pmap:kind"
    assert key in json.dumps(layers["base-motorway"]["filter"]) and "highway" in json.dumps(
        layers["base-motorway"]["filter"]
    )
    assert "Polygon" in json.dumps(layers["base-water"]["filter"]) and "LineString" in json.dumps(
        layers["base-stream"]["filter"]
    )
    assert layers["base-rail"]["source-layer"] == ("roads" if base.schema == "protomaps" else "transit")
