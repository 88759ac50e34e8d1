"""Layers of areas: read in with a legend, shown when chosen, asked where something lies, replaced and taken back as a whole."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.concept.models import Concept
from insek.intake import batches
from insek.package import PackageRefused, import_package, package_files
from insek.places.areas.classes import borders_of, ordered_classes
from insek.places.areas.keeping import unpack
from insek.places.models import Area, AreaDelivery, AreaLayer, District, Location
from insek.thread.models import Change
from tests.factories import make_item, make_user
from tests.intake.reading import write
from tests.items.test_saved_views import client_of
from tests.places.test_reading_register import read_in
from tests.reading import words
from tests.speed import quickest

SAID = {"title": "Hitzebelastung", "source": "Stadtklimaanalyse", "licence": "dl-de/by-2-0", "as_of": "30.6.2025", "meaning": "Wie stark sich Stadtteile am Tag aufheizen."}  # fmt: skip


def layer(*features) -> bytes:
    shapes = [{"type": "Feature", "properties": said, "geometry": json.loads(shapely.to_geojson(shape))} for said, shape in features]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": shapes}).encode()


HEAT = layer(
    ({"klasse": "hoch", "name": "Innenstadt"}, shapely.box(7.76, 49.44, 7.77, 49.45)),
    ({"klasse": "mittel", "name": ""}, shapely.box(7.77, 49.44, 7.78, 49.45)),
    ({"klasse": "gering", "name": ""}, shapely.box(7.78, 49.44, 7.79, 49.45)),
    ({"klasse": "hoch", "name": "Linie"}, shapely.LineString([(7.78, 49.44), (7.79, 49.45)])),
    ({"klasse": "hoch", "name": "Fern"}, shapely.box(9.78, 51.44, 9.79, 51.45)),
    ({"klasse": "hoch", "name": "Schleife"}, shapely.Polygon([(7.71, 49.41), (7.72, 49.42), (7.72, 49.41), (7.71, 49.42)])),
)  # fmt: skip


@pytest.fixture
def town(concept):
    row = District.objects.get(item=make_item("district", concept=concept, title="Musterstadt", level="city"))
    row.geometry, row.schematic = shapely.box(7.70, 49.40, 7.80, 49.50), False
    row.save()
    return concept


def placed(kind: str, shape) -> str:
    item = make_item(kind, title=f"Ort {shape.geom_type}", visibility="public")
    Location(item=item, geometry=shape).save()
    return reverse("item", args=[item.pk])


@pytest.mark.django_db
def test_a_heat_map_from_the_file_to_the_item_and_back(town, client, monkeypatch):
    monkeypatch.setattr(batches, "INLINE_READ", 500)
    lead = client_of(make_user("project-lead"))
    inside = placed("measure", shapely.Point(7.765, 49.445))
    across = placed("measure", shapely.LineString([(7.768, 49.445), (7.778, 49.445)]))
    assert "data-outside-layers" not in client.get(reverse("city-map")).content.decode()

    batch, page = read_in(lead, "areas", HEAT, SAID, name="hitze.geojson")
    assert "4 Neu" in page and "Eine Fläche liegt nicht in der Stadt" in page, page[:800]
    assert "gering eine Fläche mittel eine Fläche hoch 2 Flächen" in page and "Das ist keine Fläche" in page
    lead.post(reverse("reading-write", args=[batch.pk]))
    heat = AreaLayer.objects.get()
    assert (heat.current.source, heat.current.as_of.year, heat.is_public) == (
        "Stadtklimaanalyse",
        2025,
        False,
    )

    # at first for those who are signed in; visitors see nothing of it anywhere
    data = reverse("area-layer-data", args=[heat.pk])
    assert client.get(data).status_code == 404 and "Hitzebelastung" not in words(client.get(inside))
    assert "Liegt in: Hitzebelastung hoch (Innenstadt)" in words(lead.get(inside))
    form = {"title": "Hitzebelastung", "meaning": heat.meaning, "hue": "red", "position": "0", "is_on": "on", "is_public": "on"}  # fmt: skip
    assert lead.post(reverse("area-layer", args=[heat.pk]), {**form, "version": "0"}).status_code == 409
    assert lead.post(reverse("area-layer", args=[heat.pk]), {**form, "version": f"{AreaLayer.objects.get().version}"}).status_code == 302  # fmt: skip
    assert any(
        "Hitzebelastung" in str(one.differences["subject"]) for one in Change.objects.filter(item_id="")
    )

    for name in ("city-map", "nearby"):
        shown = client.get(reverse(name) + ("?q=" if name == "nearby" else ""))
        assert shown.status_code == 200
    page = client.get(reverse("city-map"))
    html = page.content.decode()
    assert "Wie stark sich Stadtteile" in html and "Stadtklimaanalyse, Stand 30.06.2025, dl-de/by-2-0" in html
    assert html.index(">hoch<") < html.index(">mittel<") < html.index(">gering<") and "checked" not in html.split("data-outside-layers")[1].split("</fieldset>")[0]  # fmt: skip
    whole = client.get(data).json()
    assert whole["licence"] == "dl-de/by-2-0" and len(whole["features"]) == 4
    assert whole["features"][0]["properties"] == {"class": "hoch", "value": None, "name": "Innenstadt"}
    far = client.get(data, {"bbox": "7.7,49.4,7.8,49.5", "zoom": "11"}).json()["features"]
    assert {one["properties"]["class"] for one in far} == {"hoch", "mittel", "gering"}
    near = client.get(data, {"bbox": "7.7605,49.4405,7.761,49.441", "zoom": "18"}).json()["features"]
    [area] = [shapely.from_geojson(json.dumps(one["geometry"])) for one in near]
    assert area.bounds == pytest.approx((7.76025, 49.44025, 7.76125, 49.44125), abs=1e-5), (
        "cut to what is shown"
    )
    for wrong in ("1,2,3", "9,1,2,3", "a,b,c,d"):
        assert client.get(data, {"bbox": wrong}).status_code == 404
    assert "Liegt in: Hitzebelastung hoch (Innenstadt)" in words(client.get(inside))
    assert "Liegt in: Hitzebelastung mittel; hoch (Innenstadt)" in words(client.get(across)), (
        "most of it first"
    )

    # a newer delivery replaces it under the same address, and goes again
    newer = layer(({"klasse": "sehr hoch", "name": "Alles"}, shapely.box(7.70, 49.40, 7.80, 49.50)))
    second, page = read_in(lead, "areas", newer, {**SAID, "source": "Neue Analyse"}, name="neu.geojson")
    assert "wird ersetzt" in page
    lead.post(reverse("reading-write", args=[second.pk]))
    assert "Liegt in: Hitzebelastung sehr hoch (Alles)" in words(client.get(inside)) and client.get(data).json()["source"] == "Neue Analyse"  # fmt: skip
    assert "Eine neuere hat sie ersetzt" in words(lead.post(reverse("reading-undo", args=[batch.pk]), follow=True))  # fmt: skip
    lead.post(reverse("reading-undo", args=[second.pk]))
    assert "Liegt in: Hitzebelastung hoch (Innenstadt)" in words(client.get(inside))
    lead.post(reverse("reading-undo", args=[batch.pk]))
    assert not AreaLayer.objects.exists() and not AreaDelivery.objects.exists() and not Area.objects.exists()
    assert "Hitzebelastung" not in words(client.get(inside))


@pytest.mark.django_db
def test_values_become_classes_and_a_layer_can_be_removed(town, monkeypatch):
    lead = client_of(make_user("project-lead"))
    noise = layer(*(({"lden": 50 + n}, shapely.box(7.71 + n * 0.002, 49.42, 7.712 + n * 0.002, 49.43)) for n in range(30)))  # fmt: skip
    said = {**SAID, "title": "Lärm", "unit": "dB(A)", "hue": "violet"}
    batch, page = read_in(lead, "areas", noise, said, {0: "value"}, name="laerm.geojson")
    assert "50 bis unter 56 dB(A)" in page and "74 bis 79 dB(A)" in page, page[:900]
    lead.post(reverse("reading-write", args=[batch.pk]))
    row = AreaLayer.objects.get()
    assert [one["count"] for one in row.current.classes] == [6] * 5
    assert "„Lärm“ ist gelöscht" in (lead.post(reverse("area-layer-delete", args=[row.pk]), {"version": row.version}, follow=True).content.decode())  # fmt: skip
    assert not AreaDelivery.objects.exists()


def test_classes_stand_from_low_to_high():
    def order(*names: str) -> list[str]:
        return ordered_classes({name: [] for name in names})

    assert order("sehr hoch", "gering", "hoch", "mittel", "sehr gering") == ["sehr gering", "gering", "mittel", "hoch", "sehr hoch"]  # fmt: skip
    assert order("HQ10", "HQ extrem", "HQ100") == ["HQ extrem", "HQ100", "HQ10"]
    assert order("65-70 dB", "> 75 dB", "55-60 dB") == ["55-60 dB", "65-70 dB", "> 75 dB"]
    assert order("Kaltluft", "Acker") == ["Acker", "Kaltluft"]
    assert ordered_classes({"b": [Decimal(1)], "a": [Decimal(2)]}) == ["b", "a"]
    assert borders_of([Decimal(n) for n in (3, 1, 2)]) == [1, 2, 3]


@pytest.mark.django_db
def test_ten_thousand_areas_are_drawn_from_afar_as_whole_classes_and_cost_other_pages_nothing(town, client):
    before = placed("measure", shapely.Point(7.765, 49.445))
    client.get(before)
    with CaptureQueriesContext(
        connection,
    ) as plain:
        client.get(before)
    from insek.places.areas.keeping import write_areas
    from insek.places.areas.rows import SaidArea

    row = AreaLayer.objects.create(concept=town, title="Raster", is_public=True)
    said = [
        SaidArea(None, shapely.box(7.70 + x * 0.001, 49.40 + y * 0.001, 7.701 + x * 0.001, 49.401 + y * 0.001), "", None, "", (x + y) % 3)  # type: ignore[arg-type]
        for x in range(100) for y in range(100)
    ]  # fmt: skip
    delivery = AreaDelivery(reading="00000000-0000-0000-0000-000000000001", source="x", licence="y", classes=[{"label": label, "count": 1} for label in "abc"])  # fmt: skip
    write_areas(row, delivery, said, actor=make_lead())
    data = reverse("area-layer-data", args=[row.pk])

    def asked():
        return [
            client.get(data, {"bbox": box, "zoom": zoom})
            for box, zoom in (("7.7,49.4,7.8,49.5", "12"), ("7.75,49.45,7.77,49.46", "15"))
        ]

    far, near = asked()
    took = quickest(asked, 1)
    assert len(far.json()["features"]) == 3 and 200 < len(near.json()["features"]) < 400
    assert took < 1, took
    client.get(before)
    with CaptureQueriesContext(connection) as now:
        page = client.get(before)
    assert "Liegt in: Raster" in words(page) and len(now) <= len(plain) + 3
    assert len(client.get(data, {"bbox": "7.7,49.4,7.8,49.5", "zoom": "16"}).json()["features"]) == 3, (
        "too many"
    )


@pytest.mark.django_db
def test_layers_go_with_the_package_and_come_back_as_they_were(town, monkeypatch, tmp_path, client):
    """The public package has what everybody is offered; a package from before there were layers leaves them."""
    monkeypatch.setattr(batches, "INLINE_READ", 500)
    lead = client_of(make_user("project-lead"))
    for title, data in (
        ("Hitze", HEAT),
        ("Lärm", layer(({"lden": "62.5"}, shapely.box(7.71, 49.41, 7.72, 49.42)))),
    ):
        batch, _page = read_in(
            lead, "areas", data, {**SAID, "title": title, "unit": "dB(A)"}, name="x.geojson"
        )
        write(lead, batch)
    AreaLayer.objects.filter(title="Hitze").update(is_public=True)
    files, public = (package_files(town, profile=profile) for profile in ("working", "public"))
    assert (
        files["area_layers.csv"].decode().count("\n") == 3
        and public["area_layers.csv"].decode().count("\n") == 2
    )
    assert "Hitze" in public["area_layers.csv"].decode() and b"dB" not in public["areas.geojson"]
    said = json.loads(files["areas.geojson"])
    assert ["gering", "mittel", "hoch"] in said["classes"].values()
    assert {"62.5"} == {each["properties"].get("value") for each in said["features"]} - {None}
    before = [
        (a.step, a.value, a.name, a.geometry.normalize().wkt, a.delivery.layer.title)
        for a in Area.objects.order_by("pk")
    ]
    kept = AreaLayer.objects.get(title="Hitze").current
    seen = (kept.classes, len(unpack(kept.coarse)))

    import_package(write_package(tmp_path / "a", files), replace=True)
    assert package_files(Concept.objects.get(), profile="working") == files
    after = [
        (a.step, a.value, a.name, a.geometry.normalize().wkt, a.delivery.layer.title)
        for a in Area.objects.order_by("pk")
    ]
    assert sorted(map(str, after)) == sorted(map(str, before))
    kept = AreaLayer.objects.get(title="Hitze").current
    assert (kept.classes, len(unpack(kept.coarse))) == seen
    assert AreaDelivery.objects.count() == 2 and Area.objects.count() == len(before)

    older = {name: data for name, data in files.items() if "area" not in name}
    described = json.loads(older["datapackage.json"])
    described["resources"] = [each for each in described["resources"] if "area" not in each["path"]]
    older["datapackage.json"] = json.dumps(described).encode()
    import_package(write_package(tmp_path / "b", older), replace=True)
    assert AreaLayer.objects.count() == 2 and Area.objects.count() == len(before)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (('"class":"hoch"', '"class":"tief"'), "wrong_type"), (('"hoch"]', '"mittel"]'), "bad_classes"),
        (('"Polygon"', '"Nichts"'), "bad_geometry"), (('"properties":{"class"', '"properties":{"layer":"x","class"'), ""),
    ],
)  # fmt: skip
def test_a_package_with_wrong_areas_is_refused(town, monkeypatch, tmp_path, wrong, code):
    monkeypatch.setattr(batches, "INLINE_READ", 500)
    lead = client_of(make_user("project-lead"))
    batch, _page = read_in(lead, "areas", HEAT, SAID, name="x.geojson")
    write(lead, batch)
    files = package_files(town, profile="working")
    broken = files["areas.geojson"].decode()
    assert wrong[0] in broken
    files["areas.geojson"] = (
        broken.replace(*wrong).replace('"layer":"x","class":"hoch","layer"', '"layer"').encode()
    )
    if not code:
        key = AreaLayer.objects.get().key
        files["areas.geojson"] = broken.replace(f'"layer":"{key}"', '"layer":"x"').encode()
        code = "unknown_reference"
    with pytest.raises(PackageRefused) as refused:
        import_package(write_package(tmp_path / "a", files), replace=True)
    assert code in {each.code for each in refused.value.problems}
    assert Area.objects.count() > 0


def write_package(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def make_lead():
    from insek.people.actors import actor_for

    return actor_for(make_user("project-lead"))
