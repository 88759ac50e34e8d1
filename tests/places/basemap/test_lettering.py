"""Names on still pictures: main streets along their course, squares and stations, free of each other and of districts' names."""

from __future__ import annotations

import itertools

import pytest
import shapely

from insek.places.basemap import lettering
from insek.places.basemap.archive import open_base_map
from insek.places.basemap.extracts import WHOLE, Extract
from insek.places.basemap.features import BaseAbout, BaseFeature
from insek.places.basemap.ground import ground_svg
from insek.places.basemap.lettering import MOST, DistrictLabel, lettered
from insek.places.basemap.tiling import write_tiles
from insek.places.picture import Projection

BOX = (7.70, 49.40, 7.80, 49.46)
PAPER = Projection(BOX)


def street(name, *points, kind="primary", ref=""):
    return BaseFeature("road", kind, shapely.LineString(points), name, ref)


def place(name, x, y, kind="square"):
    return BaseFeature("place", kind, shapely.Point(x, y), name)


@pytest.fixture
def base_of(tmp_path):
    numbers = itertools.count()

    def make(*features):
        target = tmp_path / f"{next(numbers)}.pmtiles"
        write_tiles(features, BaseAbout(("© Stadt",)), target, box=BOX)
        return open_base_map(target, target.name)

    return make


def found(base, districts=(), metres=6.0):
    return {one.text: one for one in lettered(base, PAPER, WHOLE.frame(PAPER), 1.0, metres, districts)}


def test_a_street_is_named_along_its_course_and_a_short_or_crooked_one_is_not(base_of):
    zigzag = [(7.72 + number * 0.0012, 49.42 + number % 2 * 0.0012) for number in range(8)]
    base = base_of(
        street("Lange Straße", (7.71, 49.41), (7.75, 49.43)), street("Kurze Straße", (7.76, 49.45), (7.762, 49.45)),
        street("Krumme Straße", *zigzag), street("Weg", (7.74, 49.41), (7.79, 49.41), kind="path"),
    )  # fmt: skip
    names = found(base)
    assert set(names) == {"Lange Straße"}
    one = names["Lange Straße"]
    line = shapely.LineString([PAPER.place(7.71, 49.41), PAPER.place(7.75, 49.43)])
    assert line.distance(shapely.Point(one.x, one.y)) < 2 and -60 < one.angle < -10
    assert line.intersection(one.box).length > 50


def test_roads_that_are_known_by_their_number_are_named_by_it(base_of):
    base = base_of(street("Autobahn", (7.71, 49.42), (7.79, 49.42), kind="motorway", ref="A 6"))
    assert set(found(base)) == {"A 6"}


def test_names_keep_away_from_each_other_and_from_those_of_districts(base_of):
    features = [
        place(f"Marktplatz {number}", 7.75 + number % 5 * 0.004, 49.43 + number // 5 * 0.001)
        for number in range(40)
    ]
    names = list(found(base_of(*features)).values())
    assert 3 < len(names) <= MOST
    assert not any(one.box.intersects(other.box) for one, other in itertools.combinations(names, 2))
    x, y = PAPER.place(7.75, 49.43)
    base = base_of(place("Platz", 7.75, 49.43), place("Oberdorf", 7.72, 49.41, "village"))
    assert set(found(base)) == {"Platz", "Oberdorf"}
    beside = [
        DistrictLabel(x, y + 4, "Ein sehr langer Stadtteil"),
        DistrictLabel(300, 20, "Oberdorf/Unterdorf"),
    ]
    assert set(found(base, beside)) <= {"Platz"}, "a district has its name from the page"
    if "Platz" in found(base, beside):
        assert abs(found(base, beside)["Platz"].y - y) > 10


def test_what_is_fine_is_named_only_from_near_and_the_nearer_the_more(base_of):
    base = base_of(
        place("Bahnhof", 7.72, 49.42, "station"), place("Markt", 7.75, 49.43), place("Schule", 7.78, 49.45, "landmark")
    )  # fmt: skip
    assert [set(found(base, metres=metres)) for metres in (20, 8, 3)] == [
        {"Bahnhof"}, {"Bahnhof", "Markt"}, {"Bahnhof", "Markt", "Schule"}
    ]  # fmt: skip


def test_the_file_has_a_group_of_names_of_few_bytes_and_words_are_words(base_of):
    many = [
        place(f"Platz <{number}> & Co", 7.701 + number * 0.003, 49.401 + number % 6 * 0.01)
        for number in range(30)
    ]
    svg = ground_svg(base_of(*many), PAPER, Extract(3, 1, 1)).decode()
    group = svg[svg.index('<g id="namen"') :]
    assert "&lt;" in group and "&amp; Co" in group and "<1" not in group
    assert 0 < group.count("<text") <= MOST and len(group) < 4_000
    assert 'fill="var(--map-name)"' in group


def test_tiles_of_others_are_read_by_their_own_words(base_of, monkeypatch):
    base = base_of(place("Markt", 7.75, 49.43))
    theirs = {"places": {"extent": 4096, "features": [
        {"geometry": {"type": "Point", "coordinates": [2000, 2000]}, "properties": {"kind": "locality", "name": "Musterstadt"}},
        {"geometry": {"type": "Point", "coordinates": [100, 100]}, "properties": {"kind": "country", "name": "Land"}},
    ]}}  # fmt: skip
    monkeypatch.setattr(lettering.mapbox_vector_tile, "decode", lambda *_values, **_words: theirs)
    object.__setattr__(base, "schema", "protomaps")
    assert {one[1] for one in lettering._of_tile(base, 14, 8545, 5595, 5.0)} <= {"Musterstadt"}
