"""Map files in, shapes in degrees out: every format, reference systems, mended and missing shapes."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from pyproj import Transformer

from insek.engines.layers.layer_files import is_layer_file
from insek.engines.layers.reading_layers import layer_from_json, layer_json, list_layers, read_layer
from insek.engines.layers.reading_layers_apart import list_layers_apart, read_layer_apart
from insek.engines.layers.reference_systems import are_swapped, kilometres, likely_systems
from insek.engines.tables.columns import Wanted, propose_columns
from insek.engines.tables.notes import FileRefused
from tests.engines.tables.sheets_made import case

CITY = (7.77, 49.44)
SQUARES = [shapely.box(7.70 + east, 49.40, 7.72 + east, 49.42) for east in (0.0, 0.03)]
NAMES = ["Mühlhof", "Öde"]
DRIVERS = {
    "gpkg": ("GPKG", ".gpkg"),
    "geojson": ("GeoJSON", ".geojson"),
    "kml": ("KML", ".kml"),
    "gml": ("GML", ".gml"),
    "fgb": ("FlatGeobuf", ".fgb"),
    "shp": ("ESRI Shapefile", ".shp"),
}


def in_system(shapes, epsg):
    change = Transformer.from_crs(4326, epsg, always_xy=True)
    return [
        shapely.transform(one, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))
        for one in shapes
    ]


def layer_file(
    folder: Path,
    kind: str,
    *,
    shapes=SQUARES,
    epsg: int = 4326,
    crs: bool = True,
    fields=("nr", "name"),
    parts=None,
) -> bytes:
    """A file with two areas, as GDAL writes it; a shapefile as zip."""
    driver, suffix = DRIVERS[kind]
    path = folder / f"bezirke{suffix}"
    pyogrio.raw.write(
        path, np.array([shapely.to_wkb(one) for one in (shapes if epsg == 4326 else in_system(shapes, epsg))], dtype=object),
        [np.array(["01", "02"], dtype=object), np.array(NAMES, dtype=object)], list(fields), geometry_type="Polygon", driver=driver,
        crs=f"EPSG:{epsg}" if crs else None,
    )  # fmt: skip
    if kind != "shp":
        return path.read_bytes()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part in sorted(folder.glob("bezirke.*")):
            if part.suffix in (parts or {".shp", ".shx", ".dbf", ".prj", ".cpg"}):
                archive.write(part, f"Ordner/{part.name}")
    return target.getvalue()


def collection(shapes, **more) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": shape and json.loads(shapely.to_geojson(shape)),
        }
        for name, shape in zip(NAMES, shapes, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features} | more, ensure_ascii=False).encode()


def shapes_of(read):
    return [shapely.from_wkb(one.wkb) if one.wkb else None for one in read.features]


def refusal(data, **how):
    with pytest.raises(FileRefused) as refused:
        read_layer(data, **how)
    return refused.value.note.code


@pytest.mark.parametrize("kind", DRIVERS)
def test_every_format_gives_the_same_areas(tmp_path, kind):
    data = layer_file(tmp_path, kind)
    read = read_layer(data, near=CITY)
    assert is_layer_file(data) or kind == "shp"
    assert (read.epsg, read.questions, read.problems) == (4326, [], [])
    for shape, square in zip(sorted(shapes_of(read), key=lambda one: one.bounds), SQUARES, strict=True):
        assert shape.symmetric_difference(square).area < 1e-8
    assert {value for one in read.features for value in one.values} >= {"01", "02", *NAMES}


@pytest.mark.parametrize(
    ("epsg", "metres"), [(25832, 0.1), (25833, 0.1), (31466, 5.0), (31467, 5.0), (3857, 0.1), (4258, 1.0)]
)
def test_reference_systems_come_to_degrees(tmp_path, epsg, metres):
    read = read_layer(layer_file(tmp_path, "shp", epsg=epsg), near=CITY)
    corner = shapes_of(read)[0].bounds[:2]
    assert read.epsg == epsg
    assert kilometres(corner, (7.70, 49.40)) * 1000 < metres
    assert [note.code for note in read.notes] == (["gauss_krueger"] if epsg in {31466, 31467} else [])


def test_a_missing_reference_system_is_asked_for_and_proposed(tmp_path):
    data = layer_file(tmp_path, "shp", epsg=25832, parts={".shp", ".shx", ".dbf", ".cpg"})
    read = read_layer(data, near=CITY)
    assert [(question.key, question.proposed) for question in read.questions] == [("crs", "25832")]
    assert shapes_of(read) == [None, None]
    answered = read_layer(data, near=CITY, decisions={"crs": "25832"})
    assert kilometres(shapes_of(answered)[0].bounds[:2], (7.70, 49.40)) < 0.001


def test_a_reference_system_that_cannot_be_is_asked_for():
    metric = collection(in_system(SQUARES, 25832))
    assert [(question.key, question.proposed) for question in read_layer(metric, near=CITY).questions] == [
        ("crs", "25832")
    ]
    assert len([one for one in shapes_of(read_layer(metric, decisions={"crs": "25832"})) if one]) == 2


@pytest.mark.parametrize("epsg", [25832, 31466, 31467, 31468, 4647, 3857])
def test_the_numbers_tell_the_reference_system(epsg):
    lon = {31468: 11.5}.get(epsg, 7.77)
    bounds = shapely.total_bounds(in_system([shapely.box(lon, 49.40, lon + 0.05, 49.45)], epsg))
    assert likely_systems(tuple(map(float, bounds)), (lon, 49.42))[0] == epsg


def test_swapped_degrees_are_noticed():
    turned = [shapely.transform(one, lambda xy: xy[:, ::-1]) for one in SQUARES]
    data = collection(turned)
    for near in (CITY, None):
        assert [(question.key, question.proposed) for question in read_layer(data, near=near).questions] == [
            ("swapped", "yes")
        ]
    assert shapes_of(read_layer(data, near=CITY, decisions={"swapped": "yes"}))[0].equals(
        shapely.box(7.70, 49.40, 7.72, 49.42)
    )
    assert not are_swapped((7.7, 49.4, 7.8, 49.5), CITY)


def test_a_bowtie_is_mended_and_a_missing_shape_is_named():
    bowtie = shapely.Polygon([(7.70, 49.40), (7.72, 49.42), (7.72, 49.40), (7.70, 49.42)])
    read = read_layer(collection([bowtie, None]), near=CITY)
    assert [(problem.row, problem.note.code, problem.severe) for problem in read.problems] == [
        (1, "mended", False),
        (2, "no_geometry", True),
    ]
    assert shapes_of(read)[0].is_valid and shapes_of(read)[1] is None
    assert "Öde" in str(read.problems[1].note)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_geojson_in_any_encoding_and_as_a_bare_array(encoding):
    features = json.loads(collection(SQUARES))["features"]
    for value in (features, {"type": "FeatureCollection", "features": features}):
        read = read_layer(json.dumps(value, ensure_ascii=False).encode(encoding), near=CITY)
        assert [one.name for one in read.features] == NAMES
    assert len(read_layer(shapely.to_geojson(SQUARES[0]).encode()).features) == 1


def test_umlauts_of_an_old_shapefile(tmp_path):
    data = layer_file(tmp_path, "shp", parts={".shp", ".shx", ".dbf", ".prj"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for encoding in ("utf-8", "cp1252"):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in parts.items():
                if name.endswith(".dbf"):
                    for word in NAMES:  # the field is as wide as before
                        for old in ("utf-8", "cp1252", "latin-1"):
                            new = word.encode(encoding)
                            content = content.replace(
                                word.encode(old).ljust(len(word) + 1), new.ljust(len(word) + 1)
                            )
                archive.writestr(name, content)
        assert [one.name for one in read_layer(target.getvalue(), near=CITY).features] == NAMES


def curved(folder: Path) -> bytes:
    """A GeoPackage with a curved area: the plain one is written, its shape exchanged (ISO WKB, curve polygon of a circle)."""
    layer_file(folder, "gpkg")
    path = folder / "bezirke.gpkg"
    points = [(7.70, 49.41), (7.71, 49.42), (7.72, 49.41), (7.71, 49.40), (7.70, 49.41)]
    ring = (
        b"\x01"
        + (8).to_bytes(4, "little")
        + len(points).to_bytes(4, "little")
        + np.array(points, dtype="<f8").tobytes()
    )
    curve = (
        b"GP\x00\x01"
        + (4326).to_bytes(4, "little")
        + b"\x01"
        + (10).to_bytes(4, "little")
        + (1).to_bytes(4, "little")
        + ring
    )
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE bezirke SET geom = ?", (curve,))
    connection.close()
    return path.read_bytes()


def test_curves_become_straight_pieces_and_it_is_said(tmp_path):
    read = read_layer(curved(tmp_path), near=CITY)
    assert [note.code for note in read.notes] == ["curves"]
    assert shapely.get_num_coordinates(shapes_of(read)[0]) > 20


def test_of_several_layers_one_is_chosen(tmp_path):
    layer_file(tmp_path, "gpkg")
    pyogrio.raw.write(
        tmp_path / "bezirke.gpkg",
        np.array([shapely.to_wkb(shapely.Point(7.7, 49.4))], dtype=object),
        [np.array(["x"], dtype=object)],
        ["art"],
        layer="punkte",
        geometry_type="Point",
        driver="GPKG",
        crs="EPSG:4326",
        append=False,
    )
    data = (tmp_path / "bezirke.gpkg").read_bytes()
    assert [(one.name, one.geometry, one.features) for one in list_layers(data)] == [
        ("bezirke", "Polygon", 2),
        ("punkte", "Point", 1),
    ]
    assert refusal(data) == "choose_layer"
    assert len(read_layer(data, layer="punkte").features) == 1


def test_attributes_are_a_table_whose_columns_are_proposed(tmp_path):
    table = read_layer(layer_file(tmp_path, "gpkg", fields=("STT_NR", "Bezeichnung")), near=CITY).as_table()
    proposals = propose_columns(
        table, [Wanted("number", "Nummer"), Wanted("name", "Name", words=("Bezeichnung",))]
    )
    assert [one.key for one in proposals] == ["number", "name"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"Ort;Wert\nA;1\n", "no_map"), (b'{"a": 1}', "no_map"), (b'{"type": "FeatureCollection", "features": []}', "empty"), (b'{"type": "Feature", ', "json"), (b"PK\x03\x04x", "broken"),
        (b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "b">]><kml xmlns="http://www.opengis.net/kml/2.2"/>', "entities"), (b"SQLite format 3\x00rubbish", "broken"),
        (b"\x00\x00\x27\x0a" + b"\x00" * 96, "shape_alone"), (b"<OGRVRTDataSource/>", "no_map"),
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused(data, code):
    assert refusal(data) == code


def test_a_shapefile_without_all_parts_says_which(tmp_path):
    with pytest.raises(FileRefused, match=r"fehlt \.shx, \.dbf"):
        read_layer(layer_file(tmp_path, "shp", parts={".shp", ".prj"}))


def test_layers_are_read_in_a_process_of_their_own():
    data = collection([SQUARES[0], None])
    here = read_layer(data, near=CITY)
    assert read_layer_apart(data, near=CITY) == here == layer_from_json(layer_json(here))
    assert list_layers_apart(data) == list_layers(data)


# --- cases ------------------------------------------------------------------------------------------------------------

PLAIN = [
    "s18.gpkg",
    "s18.kml",
    "s18.gml",
    "s18.fgb",
    "shp25832.zip",
    "shp31466.zip",
    "int_nr.geojson",
    "stt_name.geojson",
    "umlaut_fields.geojson",
    "utf16.geojson",
    "latin1.geojson",
    "list.geojson",
    "bowtie.geojson",
]


@pytest.mark.parametrize("name", PLAIN)
def test_cases_have_18_districts(name):
    read = read_layer(case(f"geo/{name}"), near=CITY)
    shapes = shapes_of(read)
    assert (len(shapes), all(one is not None and one.is_valid for one in shapes), read.questions) == (
        18,
        True,
        [],
    )
    west, south, _east, _north = shapely.total_bounds(shapes)
    assert kilometres((float(west), float(south)), (7.626733, 49.358469)) * 1000 < (
        4 if "31466" in name else 1.5
    )
    assert [problem.note.code for problem in read.problems] == (
        ["mended"] if name == "bowtie.geojson" else []
    )


def test_cases_that_are_asked_or_named():
    assert [one.key for one in read_layer(case("geo/noprj25832.zip"), near=CITY).questions] == ["crs"]
    assert [one.key for one in read_layer(case("geo/swapped.geojson"), near=CITY).questions] == ["swapped"]
    assert [
        (one.row, one.note.code) for one in read_layer(case("geo/nullgeom.geojson"), near=CITY).problems
    ] == [(4, "no_geometry")]
    assert [one.code for one in read_layer(case("geo/curve.gpkg"), near=CITY).notes] == ["curves"]
    assert [one.name for one in list_layers(case("geo/multi.gpkg"))] == ["stadtteile", "ortsbezirke", "poi"]
