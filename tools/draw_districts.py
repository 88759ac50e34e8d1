"""Draw the schematic districts of Kaiserslautern: `python tools/draw_districts.py`.

The official boundaries are not free to be shipped, so the city package carries a map of our own: an outline of 43 corners
drawn by hand on a grid of 0.005° by 0.0025° (some 360 m by 280 m), and in it one cell around the centre of each
district, as large as the district's published area (`insek.engines.schematic`). The result is written to
`insek/cities/kaiserslautern/districts.geojson`; it is the same on every run. Ids and centres come from `districts.csv`
beside it. `insek import places` replaces the map by an official one.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import shapely
from shapely import Polygon

from insek.engines.geometry import rounded, to_degrees, to_geojson, to_metric
from insek.engines.schematic import schematic_districts

CITY = Path(__file__).parents[1] / "insek" / "cities" / "kaiserslautern"
METRIC_CRS = 25832
PLACES = 5
"""Decimal places of the corners, about a metre."""

# fmt: off
OUTLINE = [
    (7.6300, 49.4250), (7.6275, 49.4325), (7.6350, 49.4350), (7.6350, 49.4475), (7.6700, 49.4500), (7.6900, 49.4450),
    (7.7025, 49.4425), (7.7025, 49.4500), (7.6950, 49.4525), (7.6800, 49.4600), (7.6750, 49.4675), (7.6825, 49.4750),
    (7.6800, 49.4875), (7.7025, 49.4950), (7.7200, 49.4900), (7.7300, 49.4800), (7.7375, 49.4725), (7.7550, 49.4775),
    (7.7550, 49.4875), (7.7625, 49.4925), (7.7850, 49.4900), (7.8000, 49.4850), (7.8075, 49.4775), (7.8000, 49.4700),
    (7.8150, 49.4625), (7.8300, 49.4625), (7.8450, 49.4650), (7.8600, 49.4500), (7.8700, 49.4225), (7.8675, 49.4100),
    (7.8475, 49.4000), (7.8150, 49.3950), (7.8200, 49.3825), (7.8300, 49.3750), (7.8475, 49.3675), (7.8425, 49.3600),
    (7.8175, 49.3600), (7.7950, 49.3800), (7.7700, 49.3950), (7.7150, 49.3950), (7.7000, 49.3850), (7.6800, 49.4000),
    (7.6600, 49.4275),
]
# fmt: on
"""Corners of the city's schematic outline: longitude and latitude in degrees, counter-clockwise or not."""

AREAS = {
    "01": 128.5, "02": 84.8, "03": 163.8, "04": 413.4, "05": 1786.7, "06": 3013.9, "07": 941.4, "08": 243.9, "09": 465.6,
    "10": 639.0, "11": 1277.2, "12": 453.2, "13": 587.0, "14": 887.2, "15": 497.1, "16": 1342.8, "17": 486.5, "18": 631.5,
}  # fmt: skip
"""Published areas of the districts by their number, in hectares (index table of the student project gdv, 2025)."""


def drawn(rows: list[dict[str, str]]) -> dict[str, Polygon]:
    """Return the schematic polygon (degrees) of each district's id, and of the city's, from the rows of districts.csv."""
    districts = sorted((row for row in rows if row["code"] in AREAS), key=lambda row: row["code"])
    centres = shapely.points([(float(row["centre_lon"]), float(row["centre_lat"])) for row in districts])
    cells = schematic_districts(
        to_metric(Polygon(OUTLINE), METRIC_CRS),
        np.array([shapely.get_coordinates(to_metric(centre, METRIC_CRS))[0] for centre in centres]),
        np.array([AREAS[row["code"]] for row in districts]),
    )
    shapes = [rounded(to_degrees(cell, METRIC_CRS), PLACES) for cell in cells]
    city = next(row["id"] for row in rows if row["level"] == "city")
    return {city: shapely.coverage_union_all(shapes)} | {
        row["id"]: shape for row, shape in zip(districts, shapes, strict=True)
    }


def feature_collection(shapes: dict[str, Polygon]) -> str:
    """Return the GeoJSON text: one feature per line, sorted by id."""
    features = [
        {"type": "Feature", "properties": {"id": key}, "geometry": to_geojson(shapes[key])}
        for key in sorted(shapes)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def main() -> None:
    """Write districts.geojson beside districts.csv."""
    with (CITY / "districts.csv").open(encoding="utf-8", newline="") as table:
        shapes = drawn(list(csv.DictReader(table)))
    (CITY / "districts.geojson").write_text(feature_collection(shapes), encoding="utf-8")
    sys.stdout.write(f"{len(shapes)} shapes written to {CITY / 'districts.geojson'}\n")


if __name__ == "__main__":
    main()
