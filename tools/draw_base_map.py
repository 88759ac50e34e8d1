"""Draw the demo's base map of Kaiserslautern: `python tools/draw_base_map.py FOLDER`.

FOLDER holds the layers from which the facts are taken (an OpenStreetMap extract of the core city of April 2013 as GeoJSON, and
stops and stations); they are not part of this project. Written is a map of our own, much generalised, beside the stops:
`insek/cities/layers/kaiserslautern/basemap/*.geojson` and `streets.csv`. The same input gives the same bytes.

How it is drawn, so that nothing in it is invented:

- Corners are taken from the facts and rounded to four decimals (some 10 m); what lies between them is left out as long as
  the line stays within ``COARSE`` metres of the true one, around built-up area ``ROUGH``, of ponds and parks ``FINE``.
- Of carriageways and tracks side by side one is kept; ends that lie close together become one.
- Built-up area is what lies close around buildings, drawn together with the areas mapped as built upon; gaps are closed,
  small parts left out. Woods and other land are single areas, as far as they are mapped in the core city.
- Outside the core city there are only names of places and stops, and the railway as straight lines from station to station.
- Of streets that are no main roads there is a name, one point in the middle and the districts they lie in (``streets.csv``).

`tests/places/test_demo_base.py` measures the result against the facts, where these are at hand.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import shapely
import shapely.ops
from base_map_choices import (
    LAND,
    LANDMARKS,
    LINES_OUTSIDE,
    NAMED_BY_STOP,
    NAMED_LAND,
    ROADS,
    SHOWN_NAMES,
    SQUARES,
    STOP_NAMES,
    VILLAGES,
)  # fmt: skip
from shapely.geometry.base import BaseGeometry

from insek.engines.geometry import to_degrees, to_metric

TARGET = Path(__file__).parents[1] / "insek" / "cities" / "layers" / "kaiserslautern"
METRIC_CRS = 25832
PLACES = 4
COARSE = 30.0
ROUGH = 42.0
FINE = 12.0
"""Metres by which a line may differ from the true one: roads and rails; built-up area; ponds and parks."""
SIDE_BY_SIDE = 45.0
"""Metres within which two carriageways or tracks become one."""
TRACKS = 60.0
"""The same of tracks."""
SIDING = 600.0
"""Metres of a track that is more than a siding."""
SHORT = 120.0
"""Metres of a piece of road that is left out."""
NEAR = 40.0
"""Metres within which the ends of lines become one."""
LEAST_BUILT_UP = 30_000.0
LEAST_LAND = 15_000.0
LEAST_POND = 400.0
"""Square metres of an area that is still drawn."""

ATTRIBUTION = "© OpenStreetMap-Mitwirkende (ODbL); Haltestellen: DB InfraGO AG (CC BY 4.0)"
ABOUT = {
    "attribution": ATTRIBUTION,
    "licence": "ODbL 1.0",
    "source": "Kernstadt: OpenStreetMap, April 2013; Haltestellen und Bahnhöfe: DB InfraGO AG (CC BY 4.0), OpenStreetMap",
    "as_of": "2013-04",
    "note": "Stark vereinfacht für die Vorführung gezeichnet mit tools/draw_base_map.py; außerhalb der Kernstadt nur Haltestellen, Ortsnamen und die Bahn von Bahnhof zu Bahnhof.",
}


class Facts:
    """The layers in a folder, their shapes in metres."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def layer(self, name: str) -> Iterator[tuple[dict[str, Any], BaseGeometry]]:
        """Properties and shape of each feature."""
        collection = json.loads((self.folder / f"{name}.geojson").read_text(encoding="utf-8"))
        for feature in collection["features"]:
            shape = to_metric(shapely.from_geojson(json.dumps(feature["geometry"])), METRIC_CRS)
            yield feature["properties"], shapely.force_2d(shape)


def main_roads(facts: Facts) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """One line for each stretch of a main road with its name, class and number."""
    groups: dict[tuple[str, str, str], list[BaseGeometry]] = defaultdict(list)
    for said, shape in facts.layer("osm_strassen"):
        kind = said["class"].removesuffix("_link")
        if kind in ROADS and not said["class"].endswith("_link"):
            groups[kind, said.get("name") or "", said.get("ref") or ""].append(shape)
    found = []
    taken: dict[str, list[BaseGeometry]] = defaultdict(list)
    for key in sorted(groups, key=lambda key: (ROADS.index(key[0]), key[1:])):
        kind, name, ref = key
        about = {"class": kind, "name": name, "ref": ref}
        # the same street may change its class: what runs beside it already is not drawn twice
        for line in one_of_each(
            groups[key], taken[name or ref or kind], least=0 if kind == "motorway" else SHORT
        ):
            found.append(({name: value for name, value in about.items() if value}, line))
    return found


def one_of_each(
    lines: Iterable[BaseGeometry], kept: list[BaseGeometry], *, least: float, gap: float = SIDE_BY_SIDE
) -> Iterator[BaseGeometry]:
    """The longest lines first, of others what does not run beside one of those; adds to ``kept``."""
    merged = shapely.line_merge(shapely.union_all(list(lines)))
    for line in sorted(shapely.get_parts(merged), key=lambda part: (-part.length, part.bounds)):
        near = shapely.union_all([shapely.buffer(one, gap) for one in kept])
        for part in shapely.get_parts(shapely.line_merge(shapely.difference(line, near))):
            if part.length > least and part.geom_type == "LineString":
                kept.append(part)
                yield part


def joined_ends(
    lines: list[BaseGeometry], reach: float = NEAR, onto: float = SIDE_BY_SIDE + NEAR
) -> list[BaseGeometry]:
    """The lines, with ends that lie close together made one, and others drawn to a line they nearly reach."""
    corners = [[tuple(point) for point in shapely.get_coordinates(line)] for line in lines]
    ends = [(number, place) for number in range(len(lines)) for place in (0, -1)]
    moved: set[tuple[int, int]] = set()
    for number, place in ends:
        if (number, place) in moved:
            continue
        here = shapely.Point(corners[number][place])
        close = [
            (other, side)
            for other, side in ends
            if (other, side) not in moved and here.distance(shapely.Point(corners[other][side])) <= reach
        ]
        if len(close) > 1:
            middle = shapely.MultiPoint([corners[other][side] for other, side in close]).centroid
            for other, side in close:
                corners[other][side] = (middle.x, middle.y)
            moved.update(close)
            continue
        others = [line for other, line in enumerate(lines) if other != number]
        beside = min(others, key=here.distance)
        if 0 < here.distance(beside) <= onto:
            there = beside.interpolate(beside.project(here))
            corners[number].insert(0 if place == 0 else len(corners[number]), (there.x, there.y))
    return [shapely.LineString(line) for line in corners]


def railways(facts: Facts) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """The tracks of the core city, one of those side by side, and lines from station to station outside of it."""
    main: list[BaseGeometry] = []
    others: list[BaseGeometry] = []
    for said, shape in facts.layer("osm_bahn"):
        if said["class"] == "rail":
            (main if said.get("usage") == "main" else others).append(shape)
    kept: list[BaseGeometry] = []
    lines = [
        *one_of_each(main, kept, least=SHORT, gap=TRACKS),
        *one_of_each(others, kept, least=SIDING, gap=TRACKS),
    ]
    drawn = [({"class": "rail"}, line) for line in joined_ends(lines, NEAR, TRACKS + NEAR)]
    stations = {said["name"]: shape for said, shape in facts.layer("bahnhoefe")}
    edge = [shapely.Point(point) for _about, line in drawn for point in (line.coords[0], line.coords[-1])]
    for start, *names in LINES_OUTSIDE:
        here = min(edge, key=stations[start].distance)
        drawn.append(({"class": "rail"}, shapely.LineString([here, *(stations[name] for name in names)])))
    return drawn


def built_up(facts: Facts) -> BaseGeometry:
    """What is built upon: close around buildings, and what is mapped as residential; without gaps and small parts."""
    houses = shapely.union_all(
        [shapely.buffer(shape, 35, quad_segs=2) for _said, shape in facts.layer("osm_gebaeude")]
    )
    land = [
        shape
        for said, shape in facts.layer("osm_landnutzung")
        if said["class"] in ("residential", "construction")
    ]
    whole = shapely.union_all([shapely.buffer(houses, -28, quad_segs=2), *land])
    parts = [part for part in shapely.get_parts(whole) if part.area >= LEAST_BUILT_UP]
    solid = [
        shapely.Polygon(
            part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= LEAST_BUILT_UP]
        )
        for part in parts
    ]
    return shapely.simplify(shapely.union_all(solid), ROUGH)


def areas(facts: Facts) -> dict[str, list[tuple[dict[str, Any], BaseGeometry]]]:
    """Land by layer: what is worth drawing of each class, with its name where it has one on the map."""
    found: dict[str, list[tuple[dict[str, Any], BaseGeometry]]] = defaultdict(list)
    found["landuse"] = [
        ({"class": "residential"}, part) for part in largest_first(shapely.get_parts(built_up(facts)))
    ]
    grouped: dict[tuple[str, str], list[BaseGeometry]] = defaultdict(list)
    for said, shape in facts.layer("osm_landnutzung"):
        kind, name = said["class"], said.get("name") or ""
        name = name if name in NAMED_LAND else ""
        if said["key"] in ("landuse", "leisure") and kind in LAND and shape.area > 0:
            grouped[LAND[kind], name].append(shape)
        elif kind in ("forest", "wood", "scrub"):
            grouped["wood", ""].append(shape)
    for (kind, name), shapes in sorted(grouped.items()):
        for part in largest_first(shapely.get_parts(shapely.union_all(shapes))):
            if part.area >= LEAST_LAND or name:
                about = {"class": kind} | ({"name": SHOWN_NAMES.get(name, name)} if name else {})
                layer = "wood" if kind == "wood" else "landuse"
                found[layer].append((about, shapely.simplify(shapely.Polygon(part.exterior), FINE)))
    return found


def largest_first(shapes: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    """Larger areas before smaller ones, so that these are seen."""
    return sorted(shapes, key=lambda shape: (-shape.area, shape.bounds))


def waters(facts: Facts) -> dict[str, list[tuple[dict[str, Any], BaseGeometry]]]:
    """Ponds as areas, Lauter and brooks as lines."""
    found: dict[str, list[tuple[dict[str, Any], BaseGeometry]]] = defaultdict(list)
    ponds: dict[str, list[BaseGeometry]] = defaultdict(list)
    for number, (said, shape) in enumerate(facts.layer("osm_gewaesser")):
        if shape.geom_type == "Polygon":
            if said["class"] == "water" and shape.area >= LEAST_POND:
                ponds[said.get("name") or f" {number}"].append(shape)
        elif shape.geom_type == "LineString" and shape.length >= SHORT:
            about = {"class": said["class"]} | ({"name": said["name"]} if said.get("name") else {})
            found["waterway"].append((about, shapely.simplify(shape, COARSE / 2)))
    for name, shapes in sorted(ponds.items()):
        whole = largest_first(shapely.get_parts(shapely.union_all(shapes)))[0]
        about = {"class": "pond"} | (
            {"name": SHOWN_NAMES.get(name, name)} if not name.startswith(" ") else {}
        )
        found["water"].append((about, shapely.simplify(shapely.Polygon(whole.exterior), FINE / 3)))
    return found


def named_places(facts: Facts) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Villages, quarters, squares, stations and what one knows the city by, each with one point; a name once."""
    found: dict[str, tuple[str, BaseGeometry]] = {}

    def add(kind: str, name: str, shape: BaseGeometry) -> None:
        found.setdefault(SHOWN_NAMES.get(name, name), (kind, shapely.point_on_surface(shape)))

    stops: dict[str, list[BaseGeometry]] = defaultdict(list)
    for said, shape in facts.layer("haltestellen"):
        stops[said["name"]].append(shape)
    for name, stop in VILLAGES.items():
        add("village", name, middle_of(stops[stop]))
    for name, kind in NAMED_BY_STOP.items():
        bare = STOP_NAMES.get(name, name)
        add(kind, bare, middle_of(stops[name]))
    for said, shape in facts.layer("bahnhoefe"):
        name = SHOWN_NAMES.get(said["name"], said["name"])
        add("station", name if name not in found else f"Bahnhof {name}", shape)
    for said, shape in facts.layer("osm_landnutzung"):
        if said.get("name") in NAMED_LAND:
            add("landmark", said["name"], shape)
    for said, shape in sorted(facts.layer("osm_poi"), key=lambda one: (one[0].get("name") or "", one[1].wkt)):
        name, wanted = said.get("name") or "", LANDMARKS.get(said["class"], "")
        if name and (wanted == "*" or name in wanted.split("|")):
            add("landmark", name, shape)
    for name, shapes in sorted(street_shapes(facts).items()):
        if name.endswith(SQUARES):
            add("square", name, on_street(shapes))
    for said, shape in facts.layer("osm_landnutzung"):
        if str(said.get("name") or "").endswith(SQUARES) and said["class"] in (
            "park",
            "common",
            "village_green",
        ):
            add("square", said["name"], shape)
    order = ("village", "suburb", "quarter", "hamlet", "station", "square", "landmark", "locality")
    return [
        ({"class": kind, "name": name}, shape)
        for name, (kind, shape) in sorted(found.items(), key=lambda one: (order.index(one[1][0]), one[0]))
    ]


def middle_of(points: list[BaseGeometry]) -> BaseGeometry:
    """The point that lies nearest to the middle of several."""
    middle = shapely.MultiPoint([point.coords[0] for point in points]).centroid
    return min(points, key=lambda point: (point.distance(middle), point.wkt))


def street_shapes(facts: Facts) -> dict[str, list[BaseGeometry]]:
    """All lines of each named street or path."""
    streets: dict[str, list[BaseGeometry]] = defaultdict(list)
    for said, shape in facts.layer("osm_strassen"):
        if said.get("name") and said["class"] != "motorway":
            streets[said["name"]].append(shape)
    return streets


def on_street(lines: list[BaseGeometry]) -> BaseGeometry:
    """The point of a street that lies nearest to its middle."""
    whole = shapely.union_all(lines)
    return shapely.ops.nearest_points(whole, whole.centroid)[0]


def street_register(facts: Facts) -> list[tuple[str, float, float, str]]:
    """Name, longitude and latitude of the middle, and the keys of the districts of each street, by name."""
    lengths: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for said, shape in facts.layer("osm_strassen"):
        if said.get("name") and said.get("district_id"):
            lengths[said["name"]][said["district_id"]] += shape.length
    rows = []
    for name, lines in sorted(street_shapes(facts).items()):
        longitude, latitude = shapely.get_coordinates(to_degrees(on_street(lines), METRIC_CRS))[0]
        parts = lengths[name]
        known = [
            key
            for key in sorted(parts, key=lambda key: -parts[key])
            if parts[key] >= 0.1 * sum(parts.values())
        ]
        rows.append((name, round(float(longitude), PLACES), round(float(latitude), PLACES), " ".join(known)))
    return rows


LINES = ("road", "rail", "waterway")


def in_degrees(shape: BaseGeometry) -> BaseGeometry | None:
    """The shape as it is written: rounded, corners that fall together left out; None where nothing is left."""
    degrees = to_degrees(shape, METRIC_CRS)
    rounded = shapely.transform(degrees, lambda points: points.round(PLACES))
    rounded = shapely.remove_repeated_points(rounded)
    if not rounded.is_valid:
        rounded = max(shapely.get_parts(shapely.make_valid(rounded)), key=lambda part: part.area)
    return (
        None if rounded.is_empty or (rounded.geom_type == "LineString" and rounded.length == 0) else rounded
    )


def collection(layer: str, features: list[tuple[dict[str, Any], BaseGeometry]]) -> tuple[str, int]:
    """The GeoJSON text of a layer, one feature a line, and how many corners it has."""
    lines, corners = [], 0
    for said, shape in features:
        drawn = in_degrees(shape)
        if drawn is None or (layer in LINES and drawn.geom_type != "LineString"):
            continue
        corners += len(shapely.get_coordinates(drawn))
        feature = {"type": "Feature", "properties": said, "geometry": json.loads(shapely.to_geojson(drawn))}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = json.dumps({"metadata": ABOUT, "layer": layer}, ensure_ascii=False)[1:-1]
    return f'{{"type":"FeatureCollection",{head},"features":[\n' + ",\n".join(lines) + "\n]}\n", corners


def simplified(lines: list[tuple[dict[str, Any], BaseGeometry]]) -> list[tuple[dict[str, Any], BaseGeometry]]:
    return [(said, shapely.simplify(line, COARSE)) for said, line in lines]


def main(folder: Path) -> None:
    """Write the layers and the streets, and say how large they are."""
    facts = Facts(folder)
    roads = main_roads(facts)
    joined = joined_ends([line for _said, line in roads])
    layers = {
        **areas(facts),
        **waters(facts),
        "rail": simplified(railways(facts)),
        "road": simplified([(said, line) for (said, _old), line in zip(roads, joined, strict=True)]),
        "place": named_places(facts),
    }
    (TARGET / "basemap").mkdir(exist_ok=True)
    for layer, features in layers.items():
        text, corners = collection(layer, features)
        (TARGET / "basemap" / f"{layer}.geojson").write_text(text, encoding="utf-8")
        sys.stdout.write(f"{layer}: {len(features)} features, {corners} corners, {len(text)} bytes\n")
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["name", "lon", "lat", "districts"])
    writer.writerows(street_register(facts))
    (TARGET / "streets.csv").write_text(table.getvalue(), encoding="utf-8")
    sys.stdout.write(f"streets: {table.getvalue().count(chr(10)) - 1}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
