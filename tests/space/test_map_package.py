"""Spatial elements as a GeoPackage for QGIS and back; and a sign is drawn only as what it is for."""

from __future__ import annotations

import sqlite3
from xml.etree import ElementTree

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.exceptions import ValidationError
from django.urls import reverse

from insek.items.pages import pages_of
from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.places.map_package import map_package
from insek.places.models import Location
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_actor, make_item, make_user
from tests.intake.reading import begin, go_on, write
from tests.items.test_saved_views import client_of
from tests.reading import words

AREA, LINE, POINT = shapely.box(7.70, 49.40, 7.72, 49.42), shapely.LineString([(7.70, 49.43), (7.75, 49.44)]), shapely.Point(7.76, 49.45)  # fmt: skip


def element(title, shape, **values):
    item = make_item("feature", title=title, visibility="internal", **values)
    return set_location(item, shape, expected_version=item.version, actor=PROGRAM)


@pytest.fixture
def plan(concept):
    element("Talraum", AREA, number="R 1", sign="green", horizon="short", text="Bleibt frei.\n\nFür *alle*.")
    element("Achse", LINE, number="R 2", sign="axis", variant="Kompakt")
    element("Bahnhof", POINT, number="R 3", sign="node")
    make_item("feature", title="Ohne Ort", sign="node")
    return concept


@pytest.fixture
def file(plan, tmp_path):
    path = tmp_path / "plan.gpkg"
    path.write_bytes(map_package(plan, "feature", make_actor()))
    return path


def test_the_file_holds_a_layer_for_each_shape_with_the_signs_as_styles(plan, file):
    names = ["raumkonzept_elemente_flaechen", "raumkonzept_elemente_linien", "raumkonzept_elemente_punkte"]
    assert [str(name) for name, sort in pyogrio.list_layers(file) if sort] == names
    meta, _index, shapes, columns = pyogrio.raw.read(file, layer=names[0])
    row = dict(zip(meta["fields"], [column[0] for column in columns], strict=True))
    item = Item.objects.get(number="R 1")
    assert (row["insek_id"], row["Nummer"], row["Titel"], row["Planzeichen"], row["Zeithorizont"]) == (item.pk, "R 1", "Talraum", "Grünzug", "kurzfristig")  # fmt: skip
    assert meta["crs"] == "EPSG:25832" and shapely.from_wkb(shapes[0]).geom_type == "MultiPolygon"
    styles = dict(sqlite3.connect(file).execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))  # fmt: skip
    assert sorted(styles) == names
    style = ElementTree.fromstring(styles[names[0]].split("\n", 1)[1])
    assert style.find("renderer-v2").get("attr") == "Planzeichen"
    kinds = [each.get("value") for each in style.findall("renderer-v2/categories/category")]
    assert kinds == [
        "Gewerbestandort",
        "Grünzug",
        "Schwerpunktraum",
        "Siedlungsschwerpunkt",
        "Wissensstandort",
    ], "also what is to be drawn"
    told = {
        each.get("name"): each.get("value")
        for each in style.findall("renderer-v2/symbols/symbol")[1].iter("Option")
    }
    assert (told["color"], told["style"]) == ("47,122,77,255", "dense6"), "as the portal draws it"
    rising = {
        each.get("name"): each.get("value")
        for each in style.findall("renderer-v2/symbols/symbol")[3].iter("Option")
    }
    assert rising["style"] == "b_diagonal", "rises to the right, as on the portal"
    assert style.find("renderer-v2/symbols/symbol").get("type") == "fill"


def test_the_same_content_gives_the_same_bytes(plan, file):
    assert map_package(plan, "feature", make_actor()) == file.read_bytes()


def test_read_in_again_it_changes_nothing_and_after_an_edit_the_same_element(plan, file):
    client = client_of(make_user("project-lead"))
    layer = "raumkonzept_elemente_flaechen"

    def read(data):
        batch = begin(client, "items.feature", data, "plan.gpkg")
        client.post(reverse("reading-table", args=[batch.pk]), {"blatt": layer})
        return batch, go_on(client, batch)

    text = words(read(file.read_bytes())[1])
    assert "1 Schon so" in text and "Anders als bisher" not in text
    assert "2 Inhalte mit Ort sind nicht in der Datei; sie bleiben, wie sie sind" in text
    meta, _index, shapes, columns = pyogrio.raw.read(file, layer=layer)
    moved = shapely.transform(shapely.from_wkb(shapes[0]), lambda xy: xy + 50)
    new = shapely.transform(moved, lambda xy: xy + np.array([5000.0, 0.0]))
    values = {name: [column[0], None] for name, column in zip(meta["fields"], columns, strict=True)}
    values["Titel"] = ["Talraum am Bach", "Neuer Park"]
    values["Planzeichen"][1] = "Grünzug"
    edited = file.with_name("edited.gpkg")
    pyogrio.raw.write(
        edited, np.array([shapely.to_wkb(moved), shapely.to_wkb(new)], dtype=object), [np.array(each, dtype=object) for each in values.values()],
        list(values), geometry_type="MultiPolygon", driver="GPKG", crs=meta["crs"], layer=layer,
    )  # fmt: skip
    batch, page = read(edited.read_bytes())
    assert "1 Neu" in words(page) and "1 Anders als bisher" in words(page)
    write(client, batch)
    item = Item.objects.get(number="R 1")
    assert item.title == "Talraum am Bach" and item.text == "Bleibt frei.\n\nFür *alle*."
    assert Location.objects.get(item=item).geometry.distance(AREA) + 40 > 30 and not Location.objects.get(item=item).geometry.equals(AREA)  # fmt: skip
    assert Item.objects.filter(kind="feature").count() == 5


def test_a_point_cannot_be_the_sign_of_an_area(plan):
    item = Item.objects.select_related("feature").get(number="R 3")
    with pytest.raises(ValidationError, match="„Grünzug“ ist ein Planzeichen für Flächen; gezeichnet ist ein Punkt"):  # fmt: skip
        update_item(item, expected_version=item.version, values={"sign": "green"}, actor=make_actor())
    with pytest.raises(ValidationError, match="gezeichnet ist eine Fläche"):
        set_location(item, AREA, expected_version=item.version, actor=PROGRAM)
    with pytest.raises(ValidationError, match="keine gültige Option"):
        update_item(item, expected_version=item.version, values={"sign": "gibtsnicht"}, actor=make_actor())
    client = client_of(make_user("project-lead"))
    page = client.post(reverse("item-location", args=[item.pk]), {"version": item.version, "geometry": "Linie\n7.70 49.43\n7.75 49.44"})  # fmt: skip
    assert page.status_code == 400 and "gezeichnet ist eine Linie" in words(page)


def test_a_place_is_typed_in_metres_and_shown_back(plan):
    item = Item.objects.get(number="R 3")
    client = client_of(make_user("project-lead"))
    address = reverse("item-location", args=[item.pk])
    page = client.post(
        address, {"version": item.version, "geometry": "32U 410765.65 5477543.43"}, follow=True
    )
    assert "Gelesen als ETRS89 / UTM Zone 32." in page.content.decode()
    place = Location.objects.get(item=item).geometry
    assert (round(place.x, 3), round(place.y, 3)) == (7.769, 49.444)
    assert "410765.65 5477543.43" in words(client.get(address))


def test_only_who_is_signed_in_gets_the_file(client, plan):
    address = reverse("map-package", args=["feature"])
    assert client.get(address).status_code == 302
    insider = client_of(make_user("project-lead"))
    assert insider.get(address)["Content-Type"] == "application/geopackage+sqlite3"
    assert insider.get(reverse("map-package", args=["gibtsnicht"])).status_code == 404
    assert insider.get(reverse("map-package", args=["contribution"])).status_code == 404


def test_who_may_not_edit_gets_the_same_columns(plan, tmp_path):
    for kind in ("feature", "district"):
        heads = []
        for role in ("project-lead", "council"):
            path = tmp_path / f"{kind}-{role}.gpkg"
            path.write_bytes(client_of(make_user(role)).get(reverse("map-package", args=[kind])).content)
            layer = str(pyogrio.list_layers(path)[0][0])
            heads.append(list(pyogrio.read_info(path, layer=layer)["fields"]))
        assert heads[0] == heads[1] and "Titel" in heads[0]


def test_a_form_can_be_made_for_who_may_change_nothing(concept):
    for role in ("council", "department", "administrator"):
        for kind in ("goal", "district", "feature", "resolution"):
            form = pages_of(kind).form(concept=concept, actor=make_actor(role))
            assert "title" not in form.fields, (role, kind)
