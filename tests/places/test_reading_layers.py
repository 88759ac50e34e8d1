"""Map files read in on the pages: districts, places of items of other kinds, and what is refused with what to do."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.urls import reverse

from insek.intake.models import Batch
from insek.places.models import District, Location
from insek.release.models import Proposal
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.engines.layers.test_reading_layers import in_system
from tests.factories import make_actor, make_item, make_user
from tests.intake.reading import begin, go_on, sent_by, write
from tests.items.test_saved_views import client_of
from tests.reading import words

GEO = next(
    (path for folder in Path(__file__).resolve().parents if (path := folder / "shared" / "cases" / "geo").is_dir()), Path("nowhere")
)  # fmt: skip
WEST, EAST = shapely.box(7.70, 49.40, 7.75, 49.45), shapely.box(7.75, 49.40, 7.80, 49.45)
CITY = shapely.box(7.70, 49.40, 7.80, 49.45)


@pytest.fixture
def lead(db):
    return make_user("project-lead")


def layer(path: Path, shapes, columns: dict[str, list], *, epsg: int = 4326, crs: bool = True, kind="Polygon", append=False, name="ebene") -> bytes:  # fmt: skip
    """A GeoPackage as GDAL writes it."""
    arrays = [np.array(values, dtype=object) for values in columns.values()]
    wkb = np.array([None if one is None else shapely.to_wkb(one) for one in (shapes if epsg == 4326 else in_system(shapes, epsg))], dtype=object)  # fmt: skip
    if not crs:
        warnings.filterwarnings("ignore", message="'crs' was not provided")
    pyogrio.raw.write(
        path, wkb, arrays, list(columns), geometry_type=kind, driver="GPKG", crs=f"EPSG:{epsg}" if crs else None, layer=name, append=append,
    )  # fmt: skip
    return path.read_bytes()


def geojson(*features) -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": said, "geometry": shape and json.loads(shapely.to_geojson(shape))}
                for said, shape in features
            ],
        }
    ).encode()  # fmt: skip


def read_in(client, target, data, columns=None, words=None, name="karte.gpkg"):
    batch = begin(client, target, data, name)
    page = go_on(client, batch, columns or {}, words or {})
    batch.refresh_from_db()
    return batch, page


def districts():
    return {row.item.title: row for row in District.objects.select_related("item", "parent__item")}


def test_districts_come_into_an_empty_city_with_the_city_from_its_parts_and_go_again(concept, lead, tmp_path):
    client = client_of(lead)
    data = layer(tmp_path / "b.gpkg", [WEST, EAST], {"nr": ["01", "02"], "name": ["West", "Ost"]}, epsg=25832)
    batch = begin(client, "items.district", data, "bezirke.gpkg")
    first = words(client.get(reverse("reading-table", args=[batch.pk])))
    assert "Gelesen sind 2 Elemente" in first and "ETRS89 / UTM Zone 32 (EPSG:25832)" in first
    page = client.get(client.post(reverse("reading-table", args=[batch.pk]), {"weiter": "1"})["Location"])
    sent = sent_by(page, **{"alle.level": "ortsbezirk"})
    assert (sent["spalte.0"], sent["spalte.1"]) == ("code", "title")
    answer = client.post(reverse("reading-columns", args=[batch.pk]), sent)
    preview = client.get(answer["Location"])
    text = words(preview)
    assert "3 Neu" in text and "aus ihren Teilen gebildet" in text and "Karte mit 2 Formen" in preview.content.decode()  # fmt: skip
    assert not District.objects.exists()
    write(client, batch)
    found = districts()
    assert {title: (row.code, row.level, row.schematic) for title, row in found.items()} == {
        "West": ("01", "ortsbezirk", False),
        "Ost": ("02", "ortsbezirk", False),
        "Musterstadt": ("", "city", False),
    }
    assert found["Musterstadt"].geometry.symmetric_difference(CITY).area < 1e-9
    assert found["West"].geometry.covers(shapely.Point(float(found["West"].centre_lon), float(found["West"].centre_lat)))  # fmt: skip
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert not District.objects.exists()


@pytest.fixture
def city(concept):
    whole = make_item("district", concept=concept, title="Musterstadt", level="city", geometry=CITY.buffer(0.002), schematic=True, visibility="internal")  # fmt: skip
    for title, code, shape in (("West", "01", WEST.buffer(-0.01)), ("Ost", "02", EAST.buffer(-0.01))):
        make_item("district", concept=concept, title=title, code=code, level="ortsbezirk", parent=whole.district, geometry=shape, schematic=True, visibility="internal")  # fmt: skip
    return concept


def test_areas_take_the_place_of_drawn_ones_by_key_and_can_be_taken_back(city, lead, tmp_path):
    client, drawn = client_of(lead), districts()["West"].geometry
    batch, page = read_in(client, "items.district", geojson(({"nr": 1}, WEST), ({"nr": 2}, EAST)))
    assert "3 Anders als bisher" in words(page)  # the city too, from its parts
    write(client, batch)
    found = districts()
    assert set(found) == {"West", "Ost", "Musterstadt"}
    assert {row.code for row in found.values()} == {"01", "02", ""} and not found["West"].schematic
    assert found["West"].geometry.equals(WEST) and found["Musterstadt"].geometry.symmetric_difference(CITY).area < 1e-9  # fmt: skip
    _again, page = read_in(client, "items.district", geojson(({"nr": 1}, WEST), ({"nr": 2}, EAST)))
    assert "2 Schon so" in words(page)
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert districts()["West"].geometry.equals(drawn) and districts()["Musterstadt"].schematic


def test_parts_are_joined_a_new_one_finds_the_district_it_lies_in_and_what_cannot_be_is_said(city, lead):
    client = client_of(lead)
    half = shapely.box(7.70, 49.40, 7.72, 49.42)
    other = shapely.box(7.72, 49.42, 7.74, 49.44)
    data = geojson(
        ({"name": "Neubau", "ebene": "Stadtteil"}, half), ({"name": "Neubau", "ebene": "Stadtteil"}, other),
        ({"name": "Fern", "ebene": "Stadtteil"}, shapely.box(9, 50, 9.1, 50.1)), ({"name": "Ohne", "ebene": "Stadtteil"}, None),
        ({"name": "Darüber", "ebene": "Stadtteil"}, shapely.box(7.70, 49.40, 7.715, 49.42)), ({"name": "Linie", "ebene": "Stadtteil"}, shapely.LineString([(7.71, 49.41), (7.72, 49.41)])),
    )  # fmt: skip
    batch, page = read_in(client, "items.district", data, name="neu.geojson")
    text = words(page)
    assert "Aus mehreren Teilen zusammengesetzt: Zeilen 1, 2." in text
    refused = dict(batch.entries.filter(result="refused").values_list("title", "reason"))
    assert "100 % außerhalb der Stadt" in refused["Fern"] and "hat keine Geometrie" in refused["Ohne"]
    assert "überdecken sich" in refused["Darüber"] and "kein Polygon" in refused["Linie"]
    assert "überdecken sich" in refused["Neubau"]  # which of the two is right nobody can know
    data = geojson(({"name": "Neubau", "ebene": "Stadtteil"}, half), ({"name": "Neubau", "ebene": "Stadtteil"}, other))  # fmt: skip
    write(client, read_in(client, "items.district", data, name="neu.geojson")[0])
    new = districts()["Neubau"]
    assert new.geometry.geom_type == "MultiPolygon" and new.level == "stadtteil"
    assert new.parent.item.title == "Musterstadt"  # the drawn West covers too little of it


def test_several_layers_are_chosen_from_and_a_missing_reference_system_is_asked_for(concept, lead, tmp_path):
    client = client_of(lead)
    layer(tmp_path / "b.gpkg", [shapely.Point(7.72, 49.42)], {"was": ["x"]}, kind="Point", name="poi")
    data = layer(tmp_path / "b.gpkg", [WEST, EAST], {"nr": ["01", "02"], "name": ["West", "Ost"]}, epsg=25832, crs=False, name="bezirke", append=True)  # fmt: skip
    batch = begin(client, "items.district", data, "b.gpkg")
    address = reverse("reading-table", args=[batch.pk])
    answer = client.post(address, {"weiter": "1", "blatt": "bezirke"})
    assert answer["Location"] == address  # another layer is looked at first
    page = client.get(address)
    assert "Die Datei sagt nicht, in welchem Bezugssystem" in words(page)
    assert sent_by(page)["frage.crs"] == "25832"
    assert client.get(reverse("reading-columns", args=[batch.pk]))["Location"] == address
    wrong = client.post(address, {"anderes": "4326", "weiter": "1"})
    assert wrong.status_code == 400 and "passt nicht" in words(wrong)
    answer = client.post(address, sent_by(page, weiter="1"))
    assert answer["Location"].endswith("/spalten")
    batch.refresh_from_db()
    assert batch.total == 2


def test_what_is_no_map_is_refused_with_what_to_do(concept, lead):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of(lead)
    answer = client.post(reverse("intake-begin", args=["items.district"]), {"file": SimpleUploadedFile("a.geojson", b'{"type": "FeatureCollection", "features": []}')})  # fmt: skip
    assert answer.status_code == 400 and not Batch.objects.exists()
    assert "enthält keine Flächen, Linien oder Punkte" in words(answer)


def test_elements_come_in_with_their_signs_and_again_only_what_is_new(city, lead, tmp_path):
    client = client_of(lead)
    spots = [WEST.buffer(-0.01), EAST.buffer(-0.01), shapely.box(9, 50, 9.1, 50.1)]
    said = {"bez": ["Innenstadt", "Vogelweh", "Fern"], "typ": ["SIED", "GRZ", "SIED"], "wann": ["kurzfristig", "langfristig", ""]}  # fmt: skip
    data = layer(tmp_path / "e.gpkg", spots, said, epsg=25833)
    columns = {"bez": "title", "typ": "sign", "wann": "horizon"}
    batch, page = read_in(client, "items.feature", data, columns, {"sied": "centre", "grz": "green"})
    text = words(page)
    assert "2 Neu" in text and "außerhalb der Stadt" in text
    write(client, batch)
    found = {item.title: item for item in Item.objects.filter(kind="feature").select_related("feature", "location")}  # fmt: skip
    assert {title: (item.feature.sign, item.feature.horizon) for title, item in found.items()} == {
        "Innenstadt": ("centre", "short"),
        "Vogelweh": ("green", "long"),
    }
    assert found["Innenstadt"].location.geometry.hausdorff_distance(spots[0]) < 1e-6
    # the same file again: nothing changes but what moved
    spots[1] = EAST.buffer(-0.015)
    data = layer(tmp_path / "f.gpkg", spots, said, epsg=25833)
    again, page = read_in(client, "items.feature", data, columns)  # the words are known by now
    assert "1 Schon so" in words(page) and "1 Anders als bisher" in words(page)
    write(client, again)
    place = Location.objects.get(item=found["Vogelweh"])
    assert place.geometry.hausdorff_distance(spots[1]) < 1e-6
    client.post(reverse("reading-undo", args=[again.pk]))
    assert Location.objects.get(item=found["Vogelweh"]).geometry.hausdorff_distance(EAST.buffer(-0.01)) < 1e-6
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert [item.title for item in Item.objects.filter(kind="feature")] == [
        "Vogelweh"
    ]  # changed since, so it stays
    assert Location.objects.get().item.title == "Vogelweh"


def test_the_place_of_what_is_public_waits_and_what_somebody_touched_stays(city, tmp_path):
    practice = make_user("planner")
    item = make_item("measure", title="Brücke", concept=city, visibility="internal")
    public = make_item("measure", title="Platz", concept=city, visibility="public")
    client = client_of(practice)
    data = geojson(({"name": "Brücke"}, shapely.Point(7.72, 49.42)), ({"name": "Platz"}, shapely.Point(7.73, 49.42)))  # fmt: skip
    batch, _page = read_in(client, "items.measure", data, name="orte.geojson")
    write(client, batch)
    assert Location.objects.get().item_id == item.pk
    assert Proposal.objects.get().item_id == public.pk
    item.refresh_from_db()
    update_item(item, expected_version=item.version, values={"title": "Die Brücke"}, actor=make_actor())
    client.post(reverse("reading-undo", args=[batch.pk]))
    assert Location.objects.get().item_id == item.pk  # touched since: it stays and says so
    assert batch.entries.get(item_id=item.pk).reason.startswith("Seitdem geändert")
    assert Proposal.objects.get().state == "withdrawn"


CASES = ["s18.gpkg", "s18.kml", "s18.gml", "s18.fgb", "shp25832.zip", "shp31466.zip", "noprj25832.zip", "multi.gpkg", "bowtie.geojson", "swapped.geojson", "stt_name.geojson",
         "umlaut_fields.geojson", "utf16.geojson", "latin1.geojson", "list.geojson", "nullgeom.geojson", "int_nr.geojson"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not GEO.is_dir(), reason="the files of the shapes are not here")
@pytest.mark.parametrize("name", CASES)
def test_all_shapes_of_files_come_in(concept, lead, name):
    client = client_of(lead)
    if name == "int_nr.geojson":  # it has keys only, so the districts are there already
        for number in range(1, 19):
            make_item(
                "district",
                concept=concept,
                title=f"Teil {number}",
                code=f"{number:02}",
                level="stadtteil",
                visibility="internal",
            )
    batch = begin(client, "items.district", (GEO / name).read_bytes(), name)
    address = reverse("reading-table", args=[batch.pk])
    answer = client.post(address, sent_by(client.get(address), weiter="1"))
    assert answer["Location"].endswith("/spalten"), words(client.get(address))
    page = client.get(answer["Location"])
    sent = sent_by(page, **{"alle.level": "stadtteil"})
    for head, what in {"umlaut_fields.geojson": ("code", "title")}.get(name, ()) and [("0", "code"), ("1", "title")]:  # fmt: skip
        sent[f"spalte.{head}"] = what
    sent = {key: "" if value == "level" else value for key, value in sent.items()}
    assert "code" in sent.values()
    client.post(reverse("reading-columns", args=[batch.pk]), sent)
    client.post(reverse("reading-words", args=[batch.pk]), {})
    write(client, batch)
    expected = 17 if name == "nullgeom.geojson" else 18
    drawn = District.objects.filter(level="stadtteil", west__isnull=False)
    assert drawn.count() == expected, list(batch.entries.values_list("title", "result", "reason"))
    assert set(drawn.values_list("code", flat=True)) <= {f"{number:02}" for number in range(1, 19)} | {str(number) for number in range(1, 10)}  # fmt: skip
