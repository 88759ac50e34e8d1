"""The streets, houses, schools and playgrounds of a real core city, where they are at hand: through the tiles of a base map, against the lines themselves."""

import json
import time

import numpy as np
import pytest
import shapely

from insek.engines.reach.distances import nearest
from insek.engines.reach.network import network_of
from insek.evidence.reaching.runs import VERSION
from insek.places.basemap.archive import base_path, current_base_map
from insek.places.basemap.features import BaseAbout
from insek.places.basemap.openstreetmap import read_openstreetmap
from insek.places.basemap.tiling import write_tiles
from insek.places.basemap.ways import lived_ground
from tests.factories import make_item
from tests.places.basemap.test_real_layers import extract_of
from tests.places.test_demo_base import CORE_CITY, FACTS, facts, with_facts

from .conftest import analysis_of, computed, record

pytestmark = [pytest.mark.django_db, with_facts]
KINDS = ("school", "playground", "doctors", "kindergarten", "pharmacy")


@pytest.fixture
def base(settings, tmp_path):
    """The base map of the core city."""
    settings.MEDIA_ROOT = tmp_path
    extract = tmp_path / "kernstadt.osm"
    extract_of(FACTS, extract)
    base_path().parent.mkdir(parents=True)
    write_tiles(
        read_openstreetmap(extract, CORE_CITY.bounds), BaseAbout(("©",)), base_path(), box=CORE_CITY.bounds
    )
    return current_base_map()


def spots(kind):
    return shapely.get_coordinates(
        [shapely.centroid(shape) for said, shape in facts("osm_poi") if said["class"] == kind]
    )


def test_distances_over_the_tiles_are_those_over_the_lines(base):
    ground = lived_ground(base, CORE_CITY.bounds, 25832)
    over_tiles = network_of(ground.ways)
    lines = [
        shapely.get_coordinates(shape)
        for name in ("osm_strassen", "osm_wege")
        for said, shape in facts(name)
        if not said["class"].startswith("motorway") and shape.geom_type == "LineString"
    ]
    over_lines = network_of(lines)
    assert over_tiles.left_out < 0.02
    assert over_tiles.graph.sum() == pytest.approx(over_lines.graph.sum(), rel=0.05)
    assert ground.local > 0.7
    for kind in KINDS:
        far = [nearest(net, spots(kind), ground.houses).metres for net in (over_tiles, over_lines)]
        both = np.isfinite(far[0]) & np.isfinite(far[1])
        assert both.mean() > 0.98
        off = far[0][both] - far[1][both]
        assert abs(np.median(off)) < 5, kind
        assert (np.abs(off) < 60).mean() > 0.9, kind


def test_houses_are_those_of_the_layer_without_garages_and_works(base):
    ground = lived_ground(base, CORE_CITY.bounds, 25832)
    large = [shape for said, shape in facts("osm_gebaeude") if shape.area >= 40 and said["class"] == "yes"]
    assert 0.75 * len(large) < len(ground.houses) < 1.1 * len(large)
    assert ground.built is not None


def test_a_whole_analysis_of_the_core_city(base, concept):
    collection = json.loads((FACTS / "stadtteile_18.geojson").read_text(encoding="utf-8"))
    indicator = make_item("indicator", title="Einwohner").indicator
    values = []
    for feature in collection["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        district = make_item(
            "district", title=feature["properties"]["name"], level="stadtteil", geometry=shape
        ).district
        values.append((district, feature["properties"]["population"]))
    record(indicator, *values)
    list_of = [
        f"{said.get('name') or 'Schule'}; {shape.y:.6f}; {shape.x:.6f}"
        for said, shape in _in_degrees("osm_poi")
        if said["class"] == "school"
    ]
    began = time.process_time()
    run = computed(analysis_of(indicator, points="\n".join(list_of)))
    assert time.process_time() - began < 60
    rows = run.result["areas"]
    assert run.version == VERSION
    assert sum(row["people"] for row in rows) == pytest.approx(
        sum(number for _place, number in values), abs=20
    )
    inner = [row for row in rows if row["by_network"] and row["rule"] == "buildings"]
    assert len(inner) >= 8, "the districts that the layers cover go by the streets"
    assert all(not row["by_network"] for row in rows if row not in inner and row["rule"] == "whole")
    assert 0.6 < sum(row["reaching"] for row in inner) / sum(row["people"] for row in inner) <= 1


def _in_degrees(name):
    collection = json.loads((FACTS / f"{name}.geojson").read_text(encoding="utf-8"))
    return [
        (one["properties"], shapely.centroid(shapely.from_geojson(json.dumps(one["geometry"]))))
        for one in collection["features"]
    ]
