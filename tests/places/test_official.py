"""Official boundaries take the place of drawn ones."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.core.exceptions import PermissionDenied

from insek.concept.models import Concept
from insek.engines.geometry import metric_area, to_metric
from insek.package import import_package, package_files
from insek.people.actors import ANONYMOUS
from insek.places import geofile
from insek.places.models import District
from insek.places.official import PlacesRefused, import_places
from insek.places.outlines import canonical
from insek.places.pages import area_words, sheet
from insek.thread.models import Change, Item
from tests.factories import make_concept, make_item

CITY = Path(__file__).parents[2] / "insek" / "cities" / "kaiserslautern"
REAL = (
    Path(__file__).parents[2].parent / "shared" / "data" / "kaiserslautern" / "geo" / "stadtteile_18.geojson"
)
WEST, EAST = shapely.box(7.6, 49.3, 7.75, 49.5), shapely.box(7.75, 49.3, 7.9, 49.5)
DRAWN = shapely.box(7.61, 49.31, 7.89, 49.49)


@pytest.fixture
def city(db):
    """A city of two drawn districts, West and Öst/lich."""
    concept = make_concept()
    whole = make_item(
        "district", concept=concept, number="O 0", title="Musterstadt", level="city", geometry=DRAWN
    )
    for number, (title, code, x) in enumerate([("West", "01", 7.65), ("Öst/lich", "02", 7.85)], 1):
        make_item(
            "district", concept=concept, number=f"O {number}", title=title, code=code, parent=whole.district,
            geometry=shapely.box(x - 0.02, 49.35, x + 0.02, 49.45), centre_lon=Decimal(str(x)), centre_lat=Decimal("49.4"),
        )  # fmt: skip
    return concept


def district(title):
    return District.objects.select_related("item").get(item__title=title)


def written(path, *features):
    """A GeoJSON file of (properties, shape)."""
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": properties,
                        "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
                    }
                    for properties, shape in features
                ],
            }
        )
    )
    return path


def refused(path, concept):
    before = {each.pk: (each.geometry.wkt, each.schematic) for each in District.objects.all()}
    with pytest.raises(PlacesRefused) as error:
        import_places(path, concept=concept)
    assert {each.pk: (each.geometry.wkt, each.schematic) for each in District.objects.all()} == before
    assert not Change.objects.exclude(action="created").exists()
    return error.value.problems


def test_areas_are_replaced_by_code_and_by_name(city, tmp_path):
    report = import_places(
        written(tmp_path / "a.geojson", ({"Nr": "01"}, WEST), ({"NAME": "OEST/LICH"}, EAST)), concept=city
    )
    assert [name.split()[-1] for name in report.replaced] == ["Musterstadt", "West", "Öst/lich"]
    assert report.city_from_parts
    west = district("West")
    assert west.geometry.equals(WEST) and not west.schematic
    assert (west.west, west.north) == (7.6, 49.5)
    assert district("Musterstadt").geometry.equals(shapely.box(7.6, 49.3, 7.9, 49.5))
    assert (west.centre_lon, west.item.version) == (Decimal("7.65"), 2)
    [change] = Change.objects.filter(item_id=west.pk).exclude(action="created")
    assert change.differences.keys() == {"geometry", "schematic"}


def test_a_centre_that_lies_outside_is_moved_in(city, tmp_path):
    north = shapely.box(7.6, 49.45, 7.75, 49.5)
    import_places(written(tmp_path / "a.geojson", ({"id": "01"}, north)), concept=city)
    west = district("West")
    assert north.contains(shapely.Point(float(west.centre_lon), float(west.centre_lat)))


def test_a_file_may_hold_a_part_of_the_districts(city, tmp_path):
    report = import_places(written(tmp_path / "a.geojson", ({"id": "01"}, WEST)), concept=city)
    assert report.untouched == ["O 0 Musterstadt", "O 2 Öst/lich"]
    assert not report.city_from_parts
    assert district("Öst/lich").schematic
    assert "Nicht in der Datei" in str(report)


def test_the_same_file_twice_changes_nothing_more(city, tmp_path):
    path = written(tmp_path / "a.geojson", ({"id": "01"}, WEST))
    import_places(path, concept=city)
    import_places(path, concept=city)
    assert district("West").item.version == 2


@pytest.mark.parametrize(("ending", "driver"), [("gpkg", "GPKG"), ("shp", "ESRI Shapefile")])
def test_geopackage_and_shapefile_in_metres(city, tmp_path, ending, driver):
    path = tmp_path / f"amtlich.{ending}"
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(to_metric(shape, 25832)) for shape in (WEST, EAST)], dtype=object),
        field_data=[np.array(["01", "02"], dtype=object), np.array([1.5, 2.5])],
        fields=np.array(["SCHLUESSEL", "flaeche"]),
        geometry_type="Polygon",
        crs="EPSG:25832",
        driver=driver,
    )
    import_places(path, concept=city)
    assert district("West").geometry.symmetric_difference(WEST).area < 1e-6


def test_features_that_fit_nothing_are_named(city, tmp_path):
    path = written(tmp_path / "a.geojson", ({"id": "01"}, WEST), ({"name": "Süd"}, EAST), ({"x": 1}, EAST))
    assert refused(path, city) == [
        "Fläche 2 („Süd“): passt zu keinem Raum, weder nach Schlüssel noch nach Namen.",
        "Fläche 3: passt zu keinem Raum, weder nach Schlüssel noch nach Namen.",
    ]


def test_a_key_and_a_name_that_disagree_are_refused(city, tmp_path):
    [problem] = refused(written(tmp_path / "a.geojson", ({"id": "02", "name": "West"}, WEST)), city)
    assert "passt zu mehreren Räumen (O 1 West, O 2 Öst/lich)" in problem


def test_two_features_for_one_district_are_refused(city, tmp_path):
    [problem] = refused(written(tmp_path / "a.geojson", ({"id": "01"}, WEST), ({"name": "West"}, EAST)), city)
    assert "kommt mehrfach vor" in problem


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        (shapely.Polygon([(7.6, 49.3), (7.7, 49.5), (7.7, 49.3), (7.6, 49.5)]), "nicht gültig"),
        (None, "sie fehlt"),
        (shapely.LineString([(7.6, 49.3), (7.7, 49.4)]), "kein Polygon"),
    ],
)
def test_areas_that_are_none_are_refused(city, tmp_path, shape, word):
    path = written(tmp_path / "a.geojson", ({"id": "01"}, shape), ({"id": "02"}, EAST))
    assert any(word in problem for problem in refused(path, city))


def test_areas_of_another_city_are_refused(city, tmp_path):
    elsewhere = shapely.box(8.6, 49.3, 8.75, 49.5)
    [problem] = refused(written(tmp_path / "a.geojson", ({"id": "01"}, elsewhere)), city)
    assert "„O 1 West“ liegt zu 100 % außerhalb der Stadt" in problem


def test_swapped_axes_are_refused(city, tmp_path):
    swapped = shapely.transform(WEST, lambda xy: xy[:, ::-1])
    [problem] = refused(written(tmp_path / "a.geojson", ({"id": "01"}, swapped)), city)
    assert "Bezugssystem" in problem


def test_areas_that_overlap_are_refused(city, tmp_path):
    wide = shapely.box(7.7, 49.3, 7.9, 49.5)
    [problem] = refused(written(tmp_path / "a.geojson", ({"id": "01"}, WEST), ({"id": "02"}, wide)), city)
    assert problem == "„O 1 West“ und „O 2 Öst/lich“ überdecken sich."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.kml", b"<kml/>"),
        ("a.geojson", b"<kml/>"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": ['),
        ("a.gpkg", b"SQLite format 3\0" + bytes(100)),
        ("a.shp", b"\0\0\x27\x0a" + bytes(10)),
        ("a.json", b'<OGRVRTDataSource><OGRVRTLayer name="/etc/passwd"/></OGRVRTDataSource>'),
    ],
)
def test_files_that_are_something_else_are_refused(city, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    [problem] = refused(tmp_path / name, city)
    assert problem


def test_a_missing_and_an_empty_file_are_refused(city, tmp_path):
    assert refused(tmp_path / "nichts.geojson", city) == ["„nichts.geojson“ gibt es nicht."]
    assert refused(written(tmp_path / "leer.geojson"), city)


def test_a_file_that_is_too_large_is_refused(city, tmp_path, monkeypatch):
    monkeypatch.setattr(geofile, "MOST_BYTES", 10)
    [problem] = refused(written(tmp_path / "a.geojson", ({"id": "01"}, WEST)), city)
    assert "größer als" in problem


def test_a_worker_that_takes_too_long_is_stopped(city, tmp_path, monkeypatch):
    monkeypatch.setattr(geofile, "SECONDS", 0.01)
    [problem] = refused(written(tmp_path / "a.geojson", ({"id": "01"}, WEST)), city)
    assert "dauerte länger" in problem


def test_only_who_may_edit_may_replace(city, tmp_path):
    with pytest.raises(PermissionDenied):
        import_places(written(tmp_path / "a.geojson", ({"id": "01"}, WEST)), concept=city, actor=ANONYMOUS)


def test_an_area_has_one_form_however_it_was_drawn():
    turned = shapely.Polygon([(1, 1), (0, 1), (0, 0), (1, 0)])
    assert (
        canonical(turned).wkt
        == canonical(shapely.box(0, 0, 1, 1)).wkt
        == canonical(shapely.reverse(turned)).wkt
    )
    assert canonical(turned).exterior.is_ccw


@pytest.mark.django_db
def test_the_real_districts_of_kaiserslautern():
    if not REAL.exists():
        pytest.skip("The file of the real districts (../shared) is not here: importing it is not tried.")
    import_package(CITY)
    concept = Concept.objects.get()
    report = import_places(REAL, concept=concept)
    assert len(report.replaced) == 19 and report.untouched == [] and report.city_from_parts
    assert not District.objects.filter(schematic=True).exists()
    whole = District.objects.get(level="city")
    assert metric_area(whole.geometry, 25832) / 1e6 == pytest.approx(140.4, rel=0.01)
    assert Item.objects.filter(kind="district", version=2).count() == 19
    files = package_files(concept)
    assert len(json.loads(files["districts.geojson"])["features"]) == 19


@pytest.mark.django_db
def test_a_package_with_the_real_districts_comes_out_as_it_went_in(tmp_path):
    if not REAL.exists():
        pytest.skip("The file of the real districts (../shared) is not here: its round trip is not tried.")
    import_package(CITY)
    concept = Concept.objects.get()
    import_places(REAL, concept=concept)
    files = package_files(concept)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    import_package(tmp_path, replace=True)
    assert package_files(concept) == files


def test_a_place_has_the_area_of_its_official_outline_in_the_unit_of_the_statistics(city, tmp_path):
    item = district("Öst/lich").item
    assert area_words(item) == "", "a schematic drawing measures nothing but itself"
    item.district.schematic = False
    assert re.fullmatch(r"[\d.]+,\d ha", area_words(item))
    lines = {row["label"]: row["value"] for row in sheet(item)}
    assert lines["Fläche"] == area_words(item)
