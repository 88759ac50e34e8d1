"""OGC API - Features: what it answers, what it refuses, that it shows nothing internal, and that GDAL reads it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import shapely
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.thread.services import delete_item
from tests.factories import make_item

SQUARE = shapely.box(7.7, 49.4, 7.8, 49.5)


@pytest.fixture
def city(concept):
    """A city with three public measures that lie somewhere, one that does not, and an internal one."""
    concept.licence = "dl-de/by-2-0"
    concept.save()
    make_item("district", title="Musterstadt", level="city", geometry=SQUARE)
    for number, (lon, lat) in enumerate([(7.71, 49.41), (7.75, 49.45), (7.79, 49.49)], 1):
        item = make_item("measure", title=f"Maßnahme {number}", number=f"M {number}")
        set_location(item, shapely.Point(lon, lat), expected_version=item.version, actor=PROGRAM)
    make_item("measure", title="Ohne Ort")
    secret = make_item("measure", title="Geheim", visibility="internal")
    set_location(secret, shapely.Point(7.72, 49.42), expected_version=secret.version, actor=PROGRAM)
    return secret


def get(client, address, status=200, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, answer.content
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer


def links(body):
    return {link["rel"]: link["href"] for link in body["links"]}


def test_from_the_landing_page_everything_is_found_by_links_behind_a_proxy(client, city):
    front = {"X-Forwarded-Proto": "https", "Host": "testserver"}
    body = get(client, reverse("ogc-landing"), **front).json()
    found = links(body)
    assert {"self", "service-desc", "conformance", "data"} <= set(found)
    assert all(address.startswith("https://testserver/") for address in found.values())
    conforms = get(client, found["conformance"]).json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in conforms
    described = get(client, found["service-desc"])
    assert described["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert described.json()["openapi"].startswith("3.0")
    collections = get(client, found["data"], **front).json()["collections"]
    assert [each["id"] for each in collections] == ["districts", "measures"]
    measures = collections[1]
    assert measures["extent"]["spatial"]["bbox"] == [[7.71, 49.41, 7.79, 49.49]]
    assert measures["crs"] == ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
    one = get(client, links(measures)["self"], **front).json()
    assert one == measures and one["links"][-1]["rel"] == "license"


def test_pages_follow_each_other_and_hold_each_feature_once(client, city):
    address, seen = reverse("ogc-items", args=["measures"]) + "?limit=2", []
    while address:
        answer = get(client, address)
        body = answer.json()
        assert answer["Content-Type"] == "application/geo+json"
        assert (body["numberMatched"], body["numberReturned"]) == (3, len(body["features"]))
        seen += [feature["properties"]["title"] for feature in body["features"]]
        address = links(body).get("next", "")
    assert sorted(seen) == ["Maßnahme 1", "Maßnahme 2", "Maßnahme 3"]
    feature = body["features"][0]
    single = get(client, reverse("ogc-feature", args=["measures", feature["id"]])).json()
    assert {name: single[name] for name in feature} == feature
    assert feature["properties"]["insek_id"] == feature["id"]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("bbox=7.7,49.4,7.72,49.42", ["Maßnahme 1"]), ("bbox=7.7,49.4,0,7.76,49.46,99", ["Maßnahme 1", "Maßnahme 2"]), ("bbox=170,40,-170,60", []),
        ("limit=100000&datetime=2020-01-01T00:00:00Z/..", ["Maßnahme 1", "Maßnahme 2", "Maßnahme 3"]), ("f=json&limit=1000&bbox=-180,-90,180,90", ["Maßnahme 1", "Maßnahme 2", "Maßnahme 3"]),
    ],
)  # fmt: skip
def test_what_is_asked_for_comes(client, city, asked, titles):
    body = get(client, reverse("ogc-items", args=["measures"]) + f"?{asked}").json()
    assert sorted(feature["properties"]["title"] for feature in body["features"]) == titles
    assert body["numberMatched"] == len(titles)


@pytest.mark.parametrize(
    "asked",
    ["limit=0", "limit=x", "limit=-1", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=7,50,8,49", "bbox=nan,1,2,3", "datetime=gestern", "datetime=../..", "after=%00", "bboks=1,2,3,4", "f=xml"],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(client, city, asked):
    answer = get(client, reverse("ogc-items", args=["measures"]) + f"?{asked}", 400)
    assert answer["Content-Type"] == "application/problem+json" and answer.json()["detail"]


def test_nothing_internal_is_told_and_what_is_deleted_is_gone(client, city, django_assert_max_num_queries):
    assert get(client, reverse("ogc-feature", args=["measures", city.pk]), 404)
    assert "Geheim" not in get(client, reverse("ogc-items", args=["measures"])).content.decode()
    for wrong in ("goals", "gibtsnicht"):
        get(client, reverse("ogc-items", args=[wrong]), 404)
    get(client, "/ogc/gibtsnicht/x", 404)
    public = make_item("measure", title="Weg")
    delete_item(public, expected_version=public.version, actor=PROGRAM)
    get(client, reverse("ogc-feature", args=["measures", public.pk]), 410)
    with django_assert_max_num_queries(26):
        get(client, reverse("ogc-items", args=["measures"]) + "?bbox=7,49,8,50")


GDAL = """
import json, sys, pyogrio, pyogrio.raw, shapely
where = "OAPIF:" + sys.argv[1]
def read(**how):
    meta, _index, shapes, columns = pyogrio.raw.read(where, layer="measures", **how)
    titles = columns[list(meta["fields"]).index("title")]
    return {str(title): shapely.from_wkb(shape).coords[0] for title, shape in zip(titles, shapes)}, str(meta["crs"])
names = [str(name) for name, _sort in pyogrio.list_layers(where)]
print(json.dumps([names, read(PAGE_SIZE="2"), read(bbox=(7.7, 49.4, 7.72, 49.42))[0]]))
"""
"""Run apart: GDAL lets nothing else run in its process while it waits, the server of the test among it."""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_gdal_reads_it_as_qgis_does(live_server, city):
    """Layers, all features page by page, and those in a box."""
    done = subprocess.run(
        [sys.executable, "-c", GDAL, f"{live_server.url}/ogc"], capture_output=True, timeout=240, check=True
    )
    names, (measures, crs), in_box = json.loads(done.stdout)
    assert names == ["districts", "measures"]
    assert measures == {"Maßnahme 1": [7.71, 49.41], "Maßnahme 2": [7.75, 49.45], "Maßnahme 3": [7.79, 49.49]}
    assert in_box == {"Maßnahme 1": [7.71, 49.41]}
    assert "4326" in crs or "CRS84" in crs
