"""A base map made of files: an extract of OpenStreetMap, a GeoPackage with its mapping, GeoJSON, PMTiles as they are."""

import gzip
import json
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pyogrio.raw
import pytest
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from insek.places.basemap import openstreetmap, tiling
from insek.places.basemap.archive import base_path, current_base_map, open_base_map
from insek.places.basemap.features import BaseAbout, BaseFeature, UnreadableBase
from insek.places.basemap.geopackage import read_geopackage, read_mapping
from insek.places.basemap.making import BaseMapRefused, box_around, import_base_map
from tests.factories import make_concept, make_item

EXTRACT = Path(__file__).with_name("invented.osm.pbf")
BOX = (7.74, 49.42, 7.80, 49.46)
PLACE = (14, 8545, 5595)
"""The tile in which the invented village lies."""


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Each test has a folder of files of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"


def drawn(tile):
    """What a tile says: by layer the sorted properties of its features."""
    layers = mapbox_vector_tile.decode(gzip.decompress(tile), default_options={"y_coord_down": True})
    return {name: [one["properties"] for one in layer["features"]] for name, layer in layers.items()}


def test_an_extract_is_told_in_our_own_classes():
    found = list(openstreetmap.read_openstreetmap(EXTRACT, BOX))
    assert {(one.layer, one.kind, one.name, one.ref, one.street, one.number) for one in found} == {
        ("place", "village", "Musterdorf", "", "", ""),
        ("place", "station", "Musterdorf Bahnhof", "", "", ""),
        ("building", "", "", "", "Hauptstraße", "3a"),
        ("building", "", "", "", "Hauptstraße", "1"),
        ("road", "primary", "Hauptstraße", "B 1", "", ""),
        ("water", "lake", "Mustersee", "", "", ""),
        ("waterway", "stream", "Musterbach", "", "", ""),
        ("rail", "rail", "", "", "", ""),
        ("wood", "wood", "Musterwald", "", "", ""),
    }
    wood = next(one.geometry for one in found if one.layer == "wood")
    lake = next(one.geometry for one in found if one.layer == "water")
    assert not wood.intersects(shapely.point_on_surface(lake)), "the lake is cut out of the wood"


def test_the_base_map_of_an_extract_is_cut_to_the_city_made_and_put_in_place(db):
    concept = make_concept()
    make_item("district", concept=concept, level="city", geometry=shapely.box(7.755, 49.435, 7.785, 49.455))
    heard = []
    assert current_base_map() is None
    report = import_base_map(EXTRACT, concept=concept, margin=2, said=heard.append)
    assert heard[0] == "Lesen: points" and heard[-1] == "Kacheln: 7 von 7 Stufen"
    assert str(report) == (
        "Die Grundkarte ist gemacht: 10 Objekte, 0,0 MB. Auf jeder Karte steht: © OpenStreetMap-Mitwirkende (ODbL)"
    )
    base = current_base_map()
    assert base is not None and base.zooms == (8, 14) and base.schema == "insek"
    assert base.extent == pytest.approx(box_around(concept, 2), abs=1e-6)
    near = drawn(base.tile(*PLACE))
    assert near["road"] == [{"class": "primary", "name": "Hauptstraße", "ref": "B 1"}], (
        "two pieces are one street"
    )
    assert near["building"] == [{"number": "3a"}, {"number": "1"}]
    far = drawn(base.tile(8, *(value >> 6 for value in PLACE[1:])))
    assert set(far) == {"wood", "road"}, "far off only what is large"
    assert base.tile(14, 0, 0) == b""
    # a second one takes its place under another address; a broken one does not
    broken = base_path().with_name("broken.osm.pbf")
    broken.write_bytes(b"no extract")
    with pytest.raises(BaseMapRefused, match="die bisherige bleibt"):
        import_base_map(broken, concept=concept)
    assert current_base_map() is base
    import_base_map(EXTRACT, concept=concept, attribution="© Muster <b>")
    again = current_base_map()
    assert again.generation != base.generation and again.about.attribution == ("© Muster <b>",)
    assert {file.name for file in base_path().parent.iterdir()} == {"base.pmtiles", broken.name}


def test_a_geopackage_is_read_by_its_mapping(tmp_path):
    file, mapping = tmp_path / "stadt.gpkg", tmp_path / "stadt.json"
    roads = [shapely.LineString([(409_000, 5_477_000), (409_500, 5_477_000)])] * 2
    pyogrio.raw.write(
        file, np.array(shapely.to_wkb(roads)), [np.array(["1303", "1307"], object), np.array([37.0, np.nan])],
        ["widmung", "nummer"], layer="achsen", geometry_type="LineString", crs="EPSG:25832", driver="GPKG",
    )  # fmt: skip
    kinds = {"column": "widmung", "values": {"1303": "primary"}, "else": "residential"}
    table = {"table": "achsen", "layer": "road", "class": kinds, "ref": "nummer"}
    mapping.write_text(json.dumps({"attribution": "© Stadt", "tables": [table]}))
    found = list(read_geopackage(file, read_mapping(mapping), BOX))
    assert [(one.kind, one.ref) for one in found] == [("primary", "37"), ("residential", "")]
    assert found[0].geometry.coords[0] == pytest.approx((7.7443, 49.4385), abs=1e-3)
    for wrong, reason in [
        ({**table, "table": "wege"}, "has no table “wege”; it has achsen"),
        ({**table, "ref": "strasse"}, "achsen has no column strasse"),
    ]:
        with pytest.raises(UnreadableBase, match=reason):
            list(read_geopackage(file, {"tables": [wrong]}, None))
    mapping.write_text(json.dumps({"tables": [{"table": "achsen", "layer": "street"}]}))
    with pytest.raises(UnreadableBase, match="layer “street” of achsen is none of"):
        read_mapping(mapping)
    with pytest.raises(BaseMapRefused, match="--mapping"):
        import_base_map(file, concept=None)


def test_areas_of_a_class_grow_together_far_off_and_small_ones_vanish(tmp_path):
    west, east = shapely.box(7.70, 49.40, 7.7499, 49.45), shapely.box(7.75, 49.40, 7.80, 49.45)
    pond = shapely.box(7.71, 49.46, 7.7102, 49.4601)
    features = [BaseFeature("wood", "wood", area) for area in (west, east)]
    features.append(BaseFeature("water", "pond", pond, "Teich"))
    tiling.write_tiles(features, BaseAbout(("©",)), tmp_path / "base.pmtiles")
    base = open_base_map(tmp_path / "base.pmtiles")
    assert drawn(base.tile(9, 266, 174)) == {"wood": [{"class": "wood"}]}
    near = [drawn(base.tile(14, x, 5597)).get("wood", []) for x in (8543, 8546)]
    assert near == [[{"class": "wood"}]] * 2


def pmtiles_of(path, *layers, attribution="© Jemand", as_text=False):
    """A PMTiles file with one tile that says these layers."""
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(0, 0, 0), gzip.compress(b"tile"))
        header = dict.fromkeys(("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7", "center_zoom", "center_lon_e7", "center_lat_e7"), 0)  # fmt: skip
        header |= {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP}
        said = {"vector_layers": [{"id": name} for name in layers]}
        told = {"json": json.dumps(said)} if as_text else said
        writer.finalize(header, {"attribution": attribution, **told})
    return path


def test_pmtiles_are_taken_as_they_are_when_their_layers_can_be_drawn(tmp_path):
    known = pmtiles_of(tmp_path / "welt.pmtiles", "earth", "landuse", "water", "roads", "places")
    report = import_base_map(known, concept=None)
    assert "wie sie ist" in str(report) and report.base.schema == "protomaps"
    assert gzip.decompress(current_base_map().tile(0, 0, 0)) == b"tile"
    assert base_path().read_bytes() == known.read_bytes()
    converted = pmtiles_of(
        tmp_path / "aus-mbtiles.pmtiles", "earth", "landuse", "water", "roads", as_text=True
    )
    assert import_base_map(converted, concept=None).base.schema == "protomaps", (
        "as pmtiles-convert writes what GDAL made"
    )
    import_base_map(known, concept=None)
    for wrong, reason in [
        (pmtiles_of(tmp_path / "andere.pmtiles", "strassen"), "strassen"),
        (
            pmtiles_of(tmp_path / "ohne.pmtiles", "earth", "landuse", "water", "roads", attribution=""),
            "wer sie gemacht hat",
        ),
        (tmp_path / "fehlt.pmtiles", "gibt es nicht"),
        (EXTRACT.with_suffix(".osm").with_name("invented.osm"), "endet auf keine"),
    ]:
        with pytest.raises(BaseMapRefused, match=reason):
            import_base_map(wrong, concept=None)
    assert base_path().read_bytes() == known.read_bytes()
