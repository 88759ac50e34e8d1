"""The features of a base map, read from GeoJSON."""

import json

import pytest
import shapely

from insek.places.basemap.features import (
    BaseAbout,
    BaseFeature,
    UnreadableBase,
    read_base_about,
    read_base_features,
)


def collection(*features, **said):
    """A FeatureCollection as text."""
    return json.dumps({"type": "FeatureCollection", "features": list(features), **said})


def feature(geometry, **properties):
    """One feature."""
    return {"type": "Feature", "geometry": shapely.geometry.mapping(geometry), "properties": properties}


LINE = shapely.LineString([(7.7, 49.4), (7.8, 49.45)])
POINT = shapely.Point(7.77, 49.44)


def test_a_folder_is_read_file_by_file_and_says_each_thing_about_itself_once(tmp_path):
    road = feature(LINE, **{"class": "primary", "name": " Pariser  Straße", "ref": "B 37", "lanes": 2})
    told = {"attribution": "© Stadt", "as_of": "2021", "licence": "CC0"}
    (tmp_path / "b.geojson").write_text(collection(road, layer="road", metadata=told))
    house = feature(POINT, layer="building", street="Königstraße", number=12)
    (tmp_path / "a.geojson").write_text(collection(house, metadata={**told, "as_of": "2024"}))
    (tmp_path / "README.md").write_text("words")
    assert list(read_base_features(tmp_path)) == [
        BaseFeature("building", "", POINT, street="Königstraße", number="12"),
        BaseFeature("road", "primary", LINE, "Pariser Straße", "B 37"),
    ]
    assert read_base_about(tmp_path) == BaseAbout(("© Stadt",), ("CC0",), as_of="2024")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "no JSON"),
        ("[]", "no FeatureCollection"),
        (collection(feature(LINE, layer="street")), "feature 1: layer “street” is none of landuse"),
        (collection({"geometry": None, "properties": {"layer": "road"}}), "feature 1: no geometry"),
        (collection("road"), "feature 1: no feature with a geometry"),
        (collection(feature(shapely.Point(409_000, 5_477_000), layer="place")), "no longitude and latitude"),
    ],
)
def test_what_is_no_base_map_is_refused_with_the_place_of_the_fault(tmp_path, content, reason):
    file = tmp_path / "base.geojson"
    file.write_text(content)
    with pytest.raises(UnreadableBase, match=f"base.geojson.*{reason}"):
        list(read_base_features(file))
