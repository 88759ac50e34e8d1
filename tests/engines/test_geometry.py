"""Plain geometry: reading, rounding, measuring."""

import json
import math
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from insek.engines.geometry import (
    GeometryError,
    bounds,
    from_geojson,
    from_wkb,
    inside,
    metric_area,
    metric_length,
    rounded,
    to_degrees,
    to_geojson,
    to_metric,
    to_wkb,
)

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[7.7, 49.4], [7.8, 49.4], [7.8, 49.5], [7.7, 49.5], [7.7, 49.4]]],
}
POSITIONS = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def test_area_and_length_are_metric() -> None:
    """A tenth of a degree at 49.45 north is 11.12 km by 7.25 km on the ellipsoid (Vincenty)."""
    square = from_geojson(SQUARE)
    assert metric_area(square, 25832) == pytest.approx(11.122e3 * 7.255e3, rel=2e-3)
    assert metric_length(square, 25832) == pytest.approx(2 * (11.122e3 + 7.255e3), rel=2e-3)
    assert metric_area(shapely.Point(7.7, 49.4), 25832) == 0


def test_the_way_to_the_plane_and_back_is_exact() -> None:
    square = from_geojson(SQUARE)
    assert rounded(to_degrees(to_metric(square, 25832), 25832)).equals(square)


@given(st.lists(POSITIONS, min_size=1, max_size=20))
def test_wkb_keeps_seven_places(positions: list[tuple[float, float]]) -> None:
    points = shapely.MultiPoint(positions)
    kept = from_wkb(to_wkb(points))
    assert shapely.equals_exact(kept, points, tolerance=0.8e-7)
    assert to_wkb(kept) == to_wkb(points)


@given(st.lists(POSITIONS, min_size=3, max_size=12))
def test_any_ring_becomes_valid_or_is_refused(positions: list[tuple[float, float]]) -> None:
    try:
        shape = from_geojson({"type": "Polygon", "coordinates": [positions]})
    except GeometryError as error:
        assert error.code in {"invalid", "coordinates"}
        return
    assert shape.is_valid and shape.geom_type in {"Polygon", "MultiPolygon"} and shape.area > 0
    assert from_geojson(to_geojson(shape)).equals(shape)


def test_a_bow_tie_is_mended() -> None:
    tie = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    assert from_geojson(tie).area == pytest.approx(2)
    assert from_geojson(tie).geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Point", "coordinates": [7.7, 49.4]},
        {"type": "MultiPoint", "coordinates": [[7.7, 49.4]]},
        {"type": "LineString", "coordinates": [[7.7, 49.4], [7.8, 49.5]]},
        {"type": "MultiLineString", "coordinates": [[[7.7, 49.4], [7.8, 49.5]]]},
        SQUARE,
        {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]},
    ],
)
def test_each_type_comes_back_as_it_was(shape: dict[str, Any]) -> None:
    assert to_geojson(from_geojson(json.dumps(shape))) == shape
    assert to_geojson(from_geojson({"type": "Feature", "geometry": shape, "properties": {}})) == shape


def test_heights_are_dropped_and_rings_closed_and_turned() -> None:
    shape = {
        "type": "Polygon",
        "coordinates": [[[7.7, 49.4, 230], [7.7, 49.5, 230], [7.8, 49.5, 1], [7.8, 49.4, 9]]],
    }
    ring = to_geojson(from_geojson(shape))["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw and ring[0] == ring[-1] and {len(place) for place in ring} == {2}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("{", "json"),
        ("[1]", "json"),
        ("[" * 100_000, "json"),
        ("null", "json"),
        ({"type": "Feature", "geometry": None}, "type"),
        ({"type": "Circle", "coordinates": [1, 2]}, "type"),
        ({"type": ["Point"], "coordinates": [1, 2]}, "type"),
        ({"type": "GeometryCollection", "geometries": []}, "type"),
        ({"type": "Point"}, "coordinates"),
        ({"type": "Point", "coordinates": [1]}, "coordinates"),
        ({"type": "Point", "coordinates": ["7", "49"]}, "coordinates"),
        ({"type": "Point", "coordinates": [True, False]}, "coordinates"),
        ({"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}, "coordinates"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}, "coordinates"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "coordinates"),
        ({"type": "Point", "coordinates": [math.nan, 1]}, "range"),
        ({"type": "Point", "coordinates": [math.inf, 1]}, "range"),
        ({"type": "Point", "coordinates": [10**400, 1]}, "range"),
        ({"type": "Point", "coordinates": [410000, 5476000]}, "range"),
        ({"type": "MultiPoint", "coordinates": []}, "empty"),
        ({"type": "MultiPoint", "coordinates": [[0, 0]] * 21}, "vertices"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [3, 3], [1, 1]]]}, "invalid"),
        ({"type": "LineString", "coordinates": [[1, 1], [1, 1]]}, "invalid"),
    ],
)
def test_what_is_no_geometry_is_refused(value: Any, code: str) -> None:
    with pytest.raises(GeometryError) as refusal:
        from_geojson(value, most_vertices=20)
    assert refusal.value.code == code


def test_a_type_that_is_not_wanted_is_refused() -> None:
    with pytest.raises(GeometryError, match="Polygon, MultiPolygon"):
        from_geojson({"type": "Point", "coordinates": [1, 2]}, kinds=("Polygon", "MultiPolygon"))


def test_broken_binary_is_refused() -> None:
    with pytest.raises(GeometryError):
        from_wkb(b"\x00nonsense")


def test_inside_counts_the_border() -> None:
    square = from_geojson(SQUARE)
    assert inside(shapely.Point(7.7, 49.4), square)
    assert inside(square, square)
    assert not inside(shapely.Point(7.6999, 49.4), square)
    assert inside(shapely.Point(7.6999, 49.4), square, tolerance=0.0002)
    assert not inside(shapely.Point(), square)


def test_bounds() -> None:
    assert bounds(from_geojson(SQUARE)) == (7.7, 49.4, 7.8, 49.5)
    assert bounds(shapely.Point()) is None
    assert bounds(None) is None
