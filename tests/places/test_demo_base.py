"""The demo's base map and street register: what is in them, and how close they come to the facts they are drawn from.

The facts are no part of the project. They are looked for beside it, or in the folder that ``INSEK_TEST_GEODATA`` names; without
them the second half is skipped.
"""

import csv
import json
import os
from collections import defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import shapely

from insek.engines.geometry import to_metric

LAYERS = files("insek").joinpath("cities", "layers", "kaiserslautern")
CORE_CITY = shapely.box(7.717, 49.418, 7.821, 49.457)
"""The extent of the layers of the core city."""
VERTEX, LINE = 60, 150
"""Metres by which a corner, and a line between corners, may be off."""
STEP = 50

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "kaiserslautern" / "geo"
FACTS = Path(os.environ.get("INSEK_TEST_GEODATA", SHARED))
with_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason="The layers of the core city (../shared) are not here: nothing is measured."
)


@cache
def base() -> dict[str, list[tuple[dict[str, str], shapely.Geometry]]]:
    found = {}
    for file in LAYERS.joinpath("basemap").iterdir():
        collection = json.loads(file.read_text(encoding="utf-8"))
        found[collection["layer"]] = [
            (feature["properties"], shapely.from_geojson(json.dumps(feature["geometry"])))
            for feature in collection["features"]
        ]
    return found


def streets() -> list[dict[str, str]]:
    return list(csv.DictReader(LAYERS.joinpath("streets.csv").read_text(encoding="utf-8").splitlines()))


def facts(name: str) -> list[tuple[dict[str, str], shapely.Geometry]]:
    collection = json.loads((FACTS / f"{name}.geojson").read_text(encoding="utf-8"))
    return [
        (feature["properties"], to_metric(shapely.from_geojson(json.dumps(feature["geometry"])), 25832))
        for feature in collection["features"]
    ]


def test_the_base_map_has_what_one_knows_the_city_by_and_says_where_it_is_from() -> None:
    found = base()
    names = {said["name"] for layer in found.values() for said, _shape in layer if "name" in said}
    assert {
        "Betzenberg",
        "Pfaff-Gelände",
        "Hauptbahnhof",
        "Rathaus",
        "Volkspark",
        "Lauter",
        "Mölschbach",
    } <= names
    assert {"A 6", "B 37", "L 395", "L 502", "L 503"} <= {said.get("ref") for said, _shape in found["road"]}
    assert set(found) == {"landuse", "wood", "water", "waterway", "rail", "road", "place"}
    assert 110 <= len(found["place"]) <= 150
    assert len({said["name"] for said, _shape in found["place"]}) == len(found["place"]), (
        "a name stands twice"
    )
    assert (
        sum(len(shapely.get_coordinates(shape)) for layer in found.values() for _said, shape in layer) < 2_000
    )
    assert all(shape.is_valid and not shape.is_empty for layer in found.values() for _said, shape in layer)
    for file in LAYERS.joinpath("basemap").iterdir():
        about = json.loads(file.read_text(encoding="utf-8"))["metadata"]
        assert (
            about["attribution"]
            == "© OpenStreetMap-Mitwirkende (ODbL); Haltestellen: DB InfraGO AG (CC BY 4.0)"
            and about["licence"] == "ODbL 1.0"
        )


def test_the_street_register_names_each_street_once_with_a_point_and_its_districts() -> None:
    rows = streets()
    assert len(rows) > 500 and len({row["name"] for row in rows}) == len(rows)
    assert all(CORE_CITY.covers(shapely.Point(float(row["lon"]), float(row["lat"]))) for row in rows)
    by_name = {row["name"]: row["districts"].split() for row in rows}
    assert by_name["Königstraße"] == ["02", "03"] and by_name["Zum Betzenberg"] == ["06"]


def test_outside_the_core_city_there_are_only_places_and_the_railway_between_stations() -> None:
    """The stops are shipped beside; the rail goes from one to the next, and no other line leaves the core city."""
    stops = json.loads(LAYERS.joinpath("stops.geojson").read_text(encoding="utf-8"))["features"]
    known = shapely.MultiPoint([feature["geometry"]["coordinates"] for feature in stops])
    for layer, features in base().items():
        for said, shape in features:
            outside = [
                point
                for point in shapely.points(shapely.get_coordinates(shape))
                if not CORE_CITY.covers(point)
            ]
            if layer in ("place", "rail"):
                assert all(point.distance(known) < 0.001 for point in outside), said
            else:
                assert not outside, (layer, said)


def true_shapes() -> dict[str, shapely.STRtree]:
    """What each layer is measured against, in metres: lines, edges of areas, houses and points."""
    roads, land = facts("osm_strassen"), facts("osm_landnutzung")
    edges = [shapely.boundary(shape) for _said, shape in land]
    points = [shape for name in ("osm_poi", "haltestellen", "bahnhoefe") for _said, shape in facts(name)]
    water = [
        shapely.boundary(one) if one.geom_type == "Polygon" else one for _said, one in facts("osm_gewaesser")
    ]
    true = {
        "road": [shape for _said, shape in roads],
        "rail": [shape for _said, shape in facts("osm_bahn")],
        "water": water,
        "waterway": water,
        "wood": edges,
        "landuse": [*edges, *(shape for _said, shape in facts("osm_gebaeude"))],
        "place": [*points, *(shape for said, shape in [*roads, *land] if said.get("name"))],
    }
    return {layer: shapely.STRtree(shapes) for layer, shapes in true.items()}


@with_facts
def test_corners_lie_within_60_metres_and_lines_within_150_of_the_true_ones() -> None:
    true = true_shapes()
    core = to_metric(CORE_CITY, 25832)
    for layer, features in base().items():
        for said, shape in features:
            shape = to_metric(shape, 25832)
            corners = [
                point for point in shapely.points(shapely.get_coordinates(shape)) if core.covers(point)
            ]
            along = list(shapely.points(shapely.get_coordinates(shapely.segmentize(shape, STEP))))
            if not core.covers(shape) and layer == "rail":
                along = []  # straight from the last known track to the next station: no track is known there
            for points, most in ((corners, VERTEX), (along, LINE)):
                _pairs, off = true[layer].query_nearest(points, return_distance=True)
                assert max(off, default=0) <= most, f"{layer} {said}: {max(off):.0f} m off"


@with_facts
def test_named_roads_and_places_lie_where_these_are() -> None:
    named: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for said, shape in facts("osm_strassen"):
        named[said.get("name") or ""].append(shape)
    for said, shape in base()["road"]:
        if "name" in said:
            true = shapely.union_all(named[said["name"]])
            corners = shapely.points(shapely.get_coordinates(to_metric(shape, 25832)))
            assert max(shapely.distance(corners, true)) <= 2 * VERTEX, said
    for row in streets():
        point = to_metric(shapely.Point(float(row["lon"]), float(row["lat"])), 25832)
        assert point.distance(shapely.union_all(named[row["name"]])) <= 15, row
    stops = defaultdict(list)
    for said, shape in [*facts("haltestellen"), *facts("osm_poi"), *facts("osm_landnutzung")]:
        stops[said.get("name") or ""].append(shape)
    places = {said["name"]: to_metric(shape, 25832) for said, shape in base()["place"]}
    for name, true in (
        ("Betzenberg", "Betzenberg"),
        ("Pfaff-Gelände", "ehemaliges Pfaff Gelände"),
        ("Zoo", "Siegelbach Zoo"),
    ):
        assert places[name].distance(shapely.union_all(stops[true])) <= VERTEX
