"""The schematic map of Kaiserslautern: sound by itself, and near the real districts where their file is at hand."""

import csv
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import shapely
from shapely import Polygon

from insek.engines.geometry import from_geojson, metric_area

ROOT = Path(__file__).parents[2]
CITY = ROOT / "insek" / "cities" / "kaiserslautern"
TRUE_DISTRICTS = ROOT.parent / "shared" / "data" / "kaiserslautern" / "geo" / "stadtteile_18.geojson"
METRIC_CRS = 25832
CITY_AREA_KM2 = 139.7

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with (CITY / "districts.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@pytest.fixture(scope="module")
def drawn() -> dict[str, Polygon]:
    features = json.loads((CITY / "districts.geojson").read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["id"]: from_geojson(feature) for feature in features}


@pytest.fixture(scope="module")
def true_districts() -> dict[str, Polygon]:
    if not TRUE_DISTRICTS.exists():
        pytest.skip(
            "The file of the real districts (../shared) is not here: the map is not compared with it."
        )
    features = json.loads(TRUE_DISTRICTS.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["id"]: from_geojson(feature) for feature in features}


def centre(row: Row) -> shapely.Point:
    return shapely.Point(float(row["centre_lon"]), float(row["centre_lat"]))


def test_every_district_and_the_city_are_drawn(rows: list[Row], drawn: dict[str, Polygon]) -> None:
    assert list(drawn) == sorted(row["id"] for row in rows)
    assert {shape.geom_type for shape in drawn.values()} == {"Polygon"}
    assert all(shape.is_valid and not shape.interiors for shape in drawn.values())


def test_cells_fill_the_city_without_overlaps(rows: list[Row], drawn: dict[str, Polygon]) -> None:
    city = next(row["id"] for row in rows if row["level"] == "city")
    cells = np.array([shape for key, shape in drawn.items() if key != city])
    assert shapely.coverage_is_valid(cells)
    assert shapely.coverage_union_all(cells).equals(drawn[city])
    assert metric_area(drawn[city], METRIC_CRS) / 1e6 == pytest.approx(CITY_AREA_KM2, rel=0.03)


def test_each_centre_lies_in_its_cell(rows: list[Row], drawn: dict[str, Polygon]) -> None:
    assert [row["title"] for row in rows if not drawn[row["id"]].contains(centre(row))] == []


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_districts", ROOT / "tools" / "draw_districts.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_map_is_what_the_tool_draws(tool: ModuleType, rows: list[Row], drawn: dict[str, Polygon]) -> None:
    """Compared within a few metres: the last digit may differ between versions of the geometry libraries."""
    again = tool.drawn(rows)
    assert sorted(again) == list(drawn)
    assert all(shapely.hausdorff_distance(again[key], shape) < 1e-4 for key, shape in drawn.items())


def test_each_centre_lies_in_its_real_district(rows: list[Row], true_districts: dict[str, Polygon]) -> None:
    numbered = [row for row in rows if row["code"] in true_districts]
    assert len(numbered) == len(true_districts) == 18
    assert [row["title"] for row in numbered if not true_districts[row["code"]].contains(centre(row))] == []


def test_each_area_is_within_a_fifth_of_the_real_one(
    rows: list[Row], drawn: dict[str, Polygon], true_districts: dict[str, Polygon]
) -> None:
    for row in rows:
        if row["code"] in true_districts:
            area = metric_area(drawn[row["id"]], METRIC_CRS)
            assert area == pytest.approx(metric_area(true_districts[row["code"]], METRIC_CRS), rel=0.2), row[
                "title"
            ]
