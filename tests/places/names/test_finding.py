"""The gazetteer: read in from tables and a base map, found as people write it, quickly and the same on both databases."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insek.people.actors import ANONYMOUS
from insek.places.basemap.features import BaseFeature
from insek.places.basemap.making import import_base_map
from insek.places.models import District, HouseNumber, NamedPlace, NameSource
from insek.places.names.exchange import plain_table
from insek.places.names.finding import find_places, meant
from insek.places.names.from_file import NamesRefused, import_names
from insek.places.names.gathering import NameGatherer
from insek.places.names.index import index_of
from insek.places.names.rows import NameRow
from insek.places.names.writing import write_names
from tests.factories import make_concept, make_item
from tests.speed import quickest

HOUSES_5 = """nba;oid;qua;landschl;land;regbezschl;regbez;kreisschl;kreis;gmdschl;gmd;ottschl;ott;strschl;str;hnr;adz;zone;ostwert;nordwert
N;DERP1;A;07;Rheinland-Pfalz;3;;12;Musterstadt;000;Musterstadt;0001;Innenstadt;00001;Königstraße;12;;32;410550,1;5477300,5
N;DERP2;A;07;Rheinland-Pfalz;3;;12;Musterstadt;000;Musterstadt;0001;Innenstadt;00001;Königstraße;12;a;32;410560,1;5477310,5
N;DERP3;A;07;Rheinland-Pfalz;3;;12;Musterstadt;000;Musterstadt;0002;Oberdorf;00002;Hauptstraße;1;;32;414000,0;5480000,0
N;DERP4;A;07;Rheinland-Pfalz;3;;12;Musterstadt;000;Musterstadt;0003;Unterdorf;00003;Hauptstraße;1;;32;406000,0;5470000,0
N;DERP5;A;07;Rheinland-Pfalz;3;;13;Anderswo;000;Anderswo;0001;;00009;Fernstraße;1;;32;430000,0;5490000,0
"""
HOUSES_4 = """# ohne Kopfzeile
N;DERP1;A;07;3;12;000;0001;00001;12;;32410550,100;5477300,500;Königstraße;67655;Musterstadt;;Innenstadt
"""


@pytest.fixture
def city(db: None):
    return make_concept(key="hausen", city="Musterstadt", ags="07312000")


def found(city, text: str) -> list[str]:
    return [place.whole for place in find_places(city, text, ANONYMOUS).places]


def read_in(city, tmp_path: Path, text: str, sort: str = "houses"):
    path = tmp_path / "adressen.csv"
    path.write_text(text, encoding="utf-8")
    return import_names(path, concept=city, sort=sort, attribution="© Vermessung")


def test_house_coordinates_are_read_in_and_an_address_has_its_point(city, tmp_path):
    report = read_in(city, tmp_path, HOUSES_5)
    assert (report.names, report.houses, report.lines.elsewhere) == (3, 4, 1)
    assert "Ausgelassen: 1 Zeilen anderer Gemeinden" in str(report)
    [place] = find_places(city, "Königstr. 12a, 67655 Musterstadt", ANONYMOUS).places
    assert (place.whole, place.kind_label) == ("Königstraße 12a, Innenstadt", "Adresse")
    assert (place.lon, place.lat) == (pytest.approx(7.7676, abs=2e-3), pytest.approx(49.442, abs=2e-3))
    assert found(city, "konigstrasse 12b") == ["Königstraße 12, Innenstadt"], (
        "the house, where its letter is unknown"
    )
    unknown = find_places(city, "Königstraße 99", ANONYMOUS)
    assert [place.label for place in unknown.places] == ["Königstraße"] and unknown.missing_number == "99"


def test_two_streets_of_one_name_are_two_and_the_part_of_the_city_tells_them_apart(city, tmp_path):
    read_in(city, tmp_path, HOUSES_5)
    assert found(city, "Hauptstraße 1") == ["Hauptstraße 1, Oberdorf", "Hauptstraße 1, Unterdorf"]
    assert found(city, "Hauptstraße 1, Unterdorf") == ["Hauptstraße 1, Unterdorf"]
    assert meant(city, "Hauptstraße", ANONYMOUS).only is None
    assert meant(city, "Hauptstraße, Oberdorf", ANONYMOUS).only


def test_the_older_layout_without_a_heading_is_read_too(city, tmp_path):
    assert read_in(city, tmp_path, HOUSES_4).houses == 1
    [place] = find_places(city, "Königstraße 12", ANONYMOUS).places
    assert (place.lon, place.lat) == (pytest.approx(7.7676, abs=2e-3), pytest.approx(49.442, abs=2e-3))


def test_a_missing_head_is_put_in_and_rows_keep_their_numbers_where_they_can():
    table, is_moved = plain_table(HOUSES_4.encode())
    assert table.decode().splitlines()[0].startswith("Gemeindeschlüssel;") and not is_moved
    assert (
        table.decode().splitlines()[1] == "07312000;00001;Königstraße;12;;410550,100;5477300,500;Innenstadt"
    )
    table, is_moved = plain_table(HOUSES_4.partition("\n")[2].encode("cp1252"))
    assert is_moved and len(table.decode().splitlines()) == 2 and "Königstraße" in table.decode()
    for other in ("", "a;b\n1;2\n", "str;hnr;ostwert;nordwert\nA;1;2;3\n"):
        assert plain_table(other.encode()) is None


def test_reading_in_again_replaces_and_a_refused_file_changes_nothing(city, tmp_path):
    read_in(city, tmp_path, HOUSES_5)
    for wrong in (
        "a;b\n1;2\n",
        "strasse;hnr;x;y\n;;;\nA;1;zwei;drei\n",
        HOUSES_5.replace(";12;Mu", ";99;Mu"),
        "",
    ):
        with pytest.raises(NamesRefused) as refused:
            read_in(city, tmp_path, wrong)
        assert str(refused.value)
    with pytest.raises(NamesRefused, match="in welcher Spalte dies steht: Straße"):
        read_in(city, tmp_path, "farbe;menge\nrot;1\nblau;2\n")
    with pytest.raises(NamesRefused, match="--attribution"):
        import_names(tmp_path / "adressen.csv", concept=city, sort="houses")
    assert NamedPlace.objects.count() == 3
    read_in(city, tmp_path, "strasse;hausnummer;lon;lat\nNeue Straße;3 b;7.77;49.44\n")
    assert found(city, "Neue Str. 3b") == ["Neue Straße 3b"] and found(city, "Königstraße") == []
    assert (NamedPlace.objects.count(), HouseNumber.objects.count(), NameSource.objects.count()) == (1, 1, 1)


def test_a_writing_that_broke_off_does_not_count_and_goes_with_the_next(city):
    NameSource.objects.create(city="hausen", sort="base", is_valid=False).places.create(
        kind="street",
        name="Halbe Straße",
        key="halbestr",
        lon=7.7,
        lat=49.4,
        west=7.7,
        south=49.4,
        east=7.7,
        north=49.4,
    )
    assert found(city, "Halbe Straße") == []
    write_names(
        [NameRow("street", "Ganze Straße", 7.7, 49.4, (7.7, 49.4, 7.7, 49.4))], city="hausen", sort="base"
    )
    assert found(city, "Halbe") == [] and found(city, "Ganze") == ["Ganze Straße"]
    assert NameSource.objects.count() == 1


def test_a_street_register_says_the_districts_and_an_official_outline_says_them_too(city, tmp_path):
    for code, title, west in (("01", "Osten", 7.75), ("02", "Westen", 7.70)):
        row = District.objects.get(
            item=make_item("district", concept=city, code=code, title=title, level="stadtteil")
        )
        row.geometry, row.schematic = shapely.box(west, 49.4, west + 0.05, 49.5), code == "02"
        row.save()
    read_in(
        city,
        tmp_path,
        "name,lon,lat,districts\nErste Straße,7.72,49.45,02\nZweite Straße,7.76,49.45,\nDritte Straße,7.71,49.45,\n",
        "streets",
    )
    assert found(city, "Erste Straße") == ["Erste Straße, Westen"]
    assert found(city, "Zweite Straße") == ["Zweite Straße, Osten"]
    assert found(city, "Dritte Straße") == ["Dritte Straße"], "a drawn outline says nothing of a point"
    [place] = find_places(city, "Stadtteil Osten", ANONYMOUS).places
    assert (place.kind, place.kind_label, bool(place.pk)) == ("district", "Stadtteil", True)


def test_a_base_map_gives_streets_with_their_houses_places_and_stops_each_once():
    gatherer = NameGatherer()
    line = shapely.LineString
    for feature in (
        BaseFeature("road", "residential", line([(7.70, 49.40), (7.701, 49.40)]), "Lange Straße"),
        BaseFeature("road", "residential", line([(7.701, 49.40), (7.702, 49.40)]), "Lange Straße"),
        BaseFeature("road", "residential", line([(7.80, 49.40), (7.801, 49.40)]), "Lange Straße"),
        BaseFeature(
            "building", "", shapely.box(7.7, 49.4, 7.7001, 49.4001), street="Lange Straße", number="7 b"
        ),
        BaseFeature(
            "building", "", shapely.box(7.9, 49.4, 7.9001, 49.4001), street="Ferne Gasse", number="1-3"
        ),
        BaseFeature("road", "motorway", line([(7.7, 49.4), (7.8, 49.5)]), "Brücke", "A 6"),
        BaseFeature("place", "village", shapely.Point(7.75, 49.45), "Oberdorf"),
        BaseFeature("landuse", "park", shapely.box(7.7, 49.4, 7.704, 49.41), "Volkspark"),
        BaseFeature("place", "city", shapely.Point(7.75, 49.45), "Musterstadt"),
    ):
        gatherer.add(feature)
    rows = {(row.kind, row.name, round(row.box[0], 2)): row for row in gatherer.rows()}
    assert set(rows) == {
        ("street", "Lange Straße", 7.7), ("street", "Lange Straße", 7.8), ("street", "Ferne Gasse", 7.9),
        ("part", "Oberdorf", 7.75), ("place", "Volkspark", 7.7),
    }  # fmt: skip
    assert [house[:2] for house in rows["street", "Lange Straße", 7.7].houses] == [(7, "b")]
    assert [house[:2] for house in rows["street", "Ferne Gasse", 7.9].houses] == [(1, "")]


def test_the_names_of_a_base_map_come_with_it(city, tmp_path, settings):
    settings.INSEK_DATA_DIR = tmp_path / "data"
    features = [
        {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[7.7, 49.4], [7.71, 49.4]]},
         "properties": {"layer": "road", "class": "residential", "name": "Lange Straße"}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [7.7, 49.4]},
         "properties": {"layer": "building", "street": "Lange Straße", "number": "7"}},
    ]  # fmt: skip
    path = tmp_path / "base.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    import_base_map(path, concept=city, attribution="© Invented")
    [place] = find_places(city, "Lange Str. 7", ANONYMOUS).places
    assert (place.label, place.lon) == ("Lange Straße 7", 7.7)
    assert index_of("hausen").credits == ("© Invented",)


def test_whoever_is_named_by_what_was_read_is_not_named_again(city):
    said = "© OpenStreetMap-Mitwirkende (ODbL); Haltestellen: DB InfraGO AG (CC BY 4.0)"
    NameSource.objects.create(city="kaiserslautern", sort="base", attribution=said, is_valid=True)
    assert index_of("kaiserslautern").credits == (said,)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Königstraße 12", "Königstraße, Innenstadt-Südwest"), ("Königstr. 12", "Königstraße, Innenstadt-Südwest"),
        ("Bahnhof", "Hauptbahnhof"), ("Hauptbanhof", "Hauptbahnhof"), ("Rathaus", "Rathaus"), ("Betzenberg", "Betzenberg"),
        ("Ortsteil Mölschbach", "Mölschbach"), ("eisenbanstrasse", "Eisenbahnstraße, Innenstadt-Ost"), ("Pfaff-Gelände", "Pfaff-Gelände"),
        ("Zoo", "Zoo"), ("Stiftsplatz", "Stiftsplatz, Innenstadt-Ost"), ("Volkspark", "Volkspark"), ("Uni", "Universität"), ("mannh", "Mannheimer Straße"),
    ],
)  # fmt: skip
def test_the_demo_finds_what_a_citizen_types(typed, first, demo_names):
    assert found(demo_names, typed)[0] == first
    assert "Hermann-Hesse-Straße" not in " ".join(found(demo_names, typed)), "across two words"


@pytest.fixture
def demo_names(db: None):
    concept = make_concept(key="kaiserslautern", city="Kaiserslautern")
    for code, title in (
        ("01", "Innenstadt-Ost"),
        ("02", "Innenstadt-Südwest"),
        ("06", "Betzenberg"),
        ("14", "Mölschbach"),
    ):
        make_item(
            "district",
            concept=concept,
            code=code,
            title=title,
            level="stadtteil",
            centre_lon=Decimal("7.8"),
            centre_lat=Decimal("49.4"),
        )
    return concept


def test_a_large_city_is_found_in_few_queries_and_milliseconds(city):
    """3,000 streets with their houses: what is asked is a prefix, a house number, and a name with a typing error."""
    heads = [
        f"{one}{other}"
        for one in ("Eichen", "Buchen", "Linden", "Ahorn", "Erlen")
        for other in ("tal", "berg", "hain", "bach", "feld", "au")
    ]
    rows = []
    for number in range(3000):
        lon, lat = 7.6 + number % 60 / 200, 49.3 + number // 60 / 200
        houses = tuple((house, "", lon, lat) for house in range(1, 6))
        name = f"{heads[number % len(heads)]}-{chr(97 + number // 30 % 26)}{chr(97 + number // 780)}-Straße"
        rows.append(NameRow("street", name, lon, lat, (lon, lat, lon, lat), houses=houses))
    assert write_names(rows, city="hausen", sort="houses", attribution="x") == 15_000
    find_places(city, "Eichental", ANONYMOUS)
    for typed in ("Eichen", "Eichental-aa-Straße 7", "Eichentahl-aa-Straße", "Quatschgasse 3"):
        with CaptureQueriesContext(connection) as asked:
            places = find_places(city, typed, ANONYMOUS).places
        assert len(asked) <= 4, asked.captured_queries
        assert quickest(lambda typed=typed: find_places(city, typed, ANONYMOUS), 0.05) <= 0.05, typed
        assert bool(places) == (typed != "Quatschgasse 3")
