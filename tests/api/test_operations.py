"""What the operations answer: the concept, items of every kind, links, filters, pages, errors and headers."""

from __future__ import annotations

import csv
import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from insek.concept.models import Milestone
from insek.documents.models import Document, DocumentPage
from insek.people.actors import PROGRAM
from insek.publish.api.kinds import api_kinds
from insek.thread.kinds import all_kinds
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_item, make_link

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def get(client, path, **query):
    response = client.get(f"{V1}{path}", query)
    assert response.status_code == 200, (path, response.content[:400])
    return json.loads(response.getvalue())


def lines(response):
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(text[1:].splitlines(), delimiter=";"))


def test_the_concept_and_what_orders_it(client, city):
    Milestone.objects.create(
        concept=city.concept, key="start", date="2024-01-01", title="Auftakt", kind="event"
    )
    [concept] = get(client, "/concepts")["items"]
    assert (concept["city"], concept["licence_url"]) == ("Musterstadt", "https://www.govdata.de/dl-de/by-2-0")
    assert [field["key"] for field in get(client, "/fields")["items"]] == ["wohnen", "klima"]
    assert [theme["name"] for theme in get(client, "/themes")["items"]] == ["Inklusion"]
    assert get(client, "/milestones")["items"][0]["kind_label"] == "Veranstaltung"
    assert get(client, "/editions")["items"][0]["status"] == "draft"
    for name, title in (
        ("fields", "name"),
        ("themes", "name"),
        ("milestones", "title"),
        ("editions", "title"),
    ):
        assert lines(client.get(f"{V1}/{name}.csv"))[0][title]


def test_documents_are_those_that_are_released_and_name_nothing_internal(client, city, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    hidden = make_item("plan", visibility="internal")
    edition = city.goal.concept.editions.get()
    edition.is_announced = False
    edition.save()
    for sign, is_public in (("a", True), ("b", False)):
        document = Document.objects.create(
            concept=city.goal.concept, title=f"INSEK {sign}", sha256=sign * 64, file_name="x.pdf", format="pdf", size=7,
            is_public=is_public, about=hidden, edition=edition, file=ContentFile(b"%PDF-1.7", name="x.pdf"), state="done",
        )  # fmt: skip
        DocumentPage.objects.create(document=document, number=1)
    [told] = get(client, "/documents")["items"]
    assert (told["title"], told["sha256"], told["pages"], told["kind_label"]) == (
        "INSEK a",
        "a" * 64,
        1,
        "Konzept",
    )
    assert (told["about"], told["edition"]) == (None, None), (
        "neither an internal plan nor a draft nobody knows of"
    )
    assert b"".join(client.get(told["file_url"]).streaming_content) == b"%PDF-1.7"
    assert client.get(told["url"]).status_code == 200
    Item.objects.filter(pk=hidden.pk).update(visibility="public")
    assert get(client, "/documents")["items"][0]["about"] == hidden.pk
    [row] = lines(client.get(f"{V1}/documents.csv"))
    assert row["title"] == "INSEK a"


def test_an_item_says_everything_public(client, city):
    goal = get(client, f"/items/{city.goal.pk}")
    assert goal["kind_label"] == "Ziel" and goal["standing_label"] == "Beispiel"
    assert goal["properties"]["horizon_year"] == 2035 and goal["properties"]["parent"] == city.above.pk
    assert (goal["fields"], goal["themes"]) == (["wohnen"], ["inklusion"])
    assert goal["url"] == f"http://testserver/k/{city.goal.pk}"
    links = {link["kind"]: link for link in goal["links"]}
    assert links["justifies"]["direction"] == "reason"
    assert links["justifies"]["because"] == "Weil Wohnraum fehlt."
    assert links["justifies"]["label"] == "begründet durch"
    assert links["implemented_by"]["item"]["id"] == city.measure.pk
    measure = get(client, f"/items/{city.measure.pk}")["properties"]
    assert (measure["type"], measure["type_label"]) == ("investive", "investiv")
    assert measure["responsible"] == {"key": "bau", "name": "Referat bau"}


def test_every_kind_has_its_list_and_table(client, city):
    for kind in all_kinds():
        if not Item.objects.filter(kind=kind.name).exists():
            make_item(kind.name)
    described = {kind["name"]: kind for kind in get(client, "/kinds")["items"]}
    assert set(described) == {kind.name for kind in all_kinds()}
    for name, kind in described.items():
        items = get(client, f"/{kind['plural']}")["items"]
        assert items and {item["kind"] for item in items} == {name}
        for item in items:
            assert set(item["properties"]) == set(kind["properties"]["properties"])
        rows = lines(client.get(f"{V1}/{kind['plural']}.csv"))
        assert {row["id"] for row in rows} == {item["id"] for item in items}
        if kind["has_geometry"]:
            assert get(client, f"/{kind['plural']}.geojson")["type"] == "FeatureCollection"


def test_the_table_is_that_of_the_page_in_the_words_of_programs(client, city):
    page = client.get("/massnahmen/tabelle.csv").getvalue().decode("utf-8-sig").splitlines()
    own = client.get(f"{V1}/measures.csv").getvalue().decode("utf-8-sig").splitlines()
    assert page[0].startswith("Kennung;Nummer;Titel;") and own[0].startswith("id;number;title;")
    assert len(page) == len(own) and [line[:8] for line in page[1:]] == [line[:8] for line in own[1:]]
    every = lines(client.get(f"{V1}/items.csv", {"kind": "goal"}))
    assert {row["number"] for row in every} == {"Z 1", "Z 1.1"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"field": "wohnen"}, {"finding", "goal"}),
        ({"theme": "inklusion"}, {"goal"}),
        ({"standing": "example"}, {"goal"}),
        ({"kind": "measure"}, {"measure"}),
        ({"q": "Wohnung bauen"}, {"goal"}),
        ({"field": "wohnen", "kind": "finding"}, {"finding"}),
        ({"modified_since": "2999-01-01"}, set()),
        ({"modified_since": "2999-01-01T10:00:00+02:00"}, set()),
    ],
)
def test_filters(client, city, query, expected):
    items = get(client, "/items", **query)["items"]
    assert {item["id"] for item in items} == {getattr(city, name).pk for name in expected}


def test_by_district_and_by_change(client, city):
    there = get(client, "/items", district=city.place.pk)["items"]
    assert {item["id"] for item in there} == {city.place.pk, city.measure.pk}
    assert [row["id"] for row in get(client, "/measures", district=city.place.pk)["items"]] == [
        city.measure.pk
    ]
    Item.objects.exclude(pk=city.goal.pk).update(updated_at=timezone.now() - timedelta(days=9))
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert [item["id"] for item in get(client, "/items", modified_since=day)["items"]] == [city.goal.pk]


def test_places_and_values(client, city):
    response = client.get(f"{V1}/districts.geojson")
    assert response["Content-Type"] == "application/geo+json"
    [feature] = json.loads(response.getvalue())["features"]
    assert feature["geometry"]["type"] == "Polygon" and feature["properties"]["level_label"] == "Gesamtstadt"
    values = get(client, f"/indicators/{city.indicator.pk}/observations")
    assert [(row["period"], row["value"]) for row in values["items"]] == [("2023", 10.0), ("2024", 12.0)]
    assert values["breaks"] == [{"period": "2024", "reason": "Neue Zählung"}]
    rows = lines(client.get(f"{V1}/indicators/{city.indicator.pk}/observations.csv"))
    assert [row["value"] for row in rows] == ["10", "12"]
    latest = get(client, f"/items/{city.indicator.pk}")["properties"]["latest"]
    assert latest == {"period": "2024", "value": 12.0, "quality": "measured"}


def test_many_links_come_in_pages(client, city):
    for _number in range(120):
        make_link(city.goal, make_item("measure"), "implemented_by")
    goal = get(client, f"/items/{city.goal.pk}")
    assert len(goal["links"]) == 100
    seen, address = [], goal["links_url"]
    while address:
        page = client.get(address).json()
        seen += [link["item"]["id"] for link in page["items"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 122


def test_pages_lose_nothing_while_items_change(client, city):
    for _number in range(30):
        make_item("goal")
    Item.objects.filter(kind="goal").update(
        updated_at=timezone.now()
    )  # one moment for all, as after an import
    before = set(Item.objects.filter(kind="goal").values_list("pk", flat=True))
    seen, address = [], f"{V1}/goals?limit=7"
    while address:
        response = client.get(address)
        page = response.json()
        seen += [item["id"] for item in page["items"]]
        address = page["next"]
        assert ('rel="next"' in response["Link"]) == bool(address)
        if len(seen) == 14:  # one that was read changes, one that was not, and a new one is made
            changed = [seen[0], (before - set(seen)).pop()]
            for pk in changed:
                item = Item.objects.get(pk=pk)
                update_item(item, values={"text": "neu"}, expected_version=item.version, actor=PROGRAM)
            new = make_item("goal").pk
    assert before | {new} == set(seen)
    assert {pk for pk in seen if seen.count(pk) > 1} == {changed[0]}


def test_unknown_and_deleted_items(client, city):
    for pk, status in ((city.gone.pk, 410), ("aaaaaaaa", 404), ("%00", 404), ("Z 1", 404)):
        for path in (f"/items/{pk}", f"/items/{pk}/links"):
            response = client.get(f"{V1}{path}")
            assert response.status_code == status, path
            assert response["Content-Type"] == "application/problem+json"
            assert response.json()["status"] == status
    assert client.get(f"{V1}/indicators/{city.goal.pk}/observations").status_code == 404
    [stone] = get(client, "/tombstones")["items"]
    assert (stone["id"], stone["kind"], stone["number"]) == (city.gone.pk, "goal", "Z 9")
    assert get(client, "/tombstones", since="2999-01-01")["items"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "cursor=quatsch", "cursor=WyJuIiwgIngiLCAieSJd", "field=gibtsnicht", "field=%00",
     "theme=nein", "district=aaaaaaaa", "standing=true", "kind=x", "modified_since=gestern", "modified_since=1", "q=%00",
     "modified_since=2026-13-01", "feld=wohnen"],
)  # fmt: skip
def test_wrong_parameters_are_named(client, city, query):
    response = client.get(f"{V1}/items?{query}")
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    [error] = response.json()["errors"]
    assert error["parameter"] == query.split("=")[0]


def test_headers_of_every_answer(client, city):
    response = client.get(f"{V1}/goals")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert 'rel="license"' in response["Link"] and 'rel="service-desc"' in response["Link"]
    assert not response.cookies
    again = client.get(f"{V1}/goals", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    assert "Last-Modified" in client.get(f"{V1}/goals.csv")


def test_only_reading(client, city):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = client.generic(method, f"{V1}/goals")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    asked = client.options(f"{V1}/goals", headers={"origin": "https://example.org"})
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    for path in ("/goals", "/goals.csv", "/districts.geojson"):
        head = client.head(f"{V1}{path}")
        assert (head.status_code, head.content) == (200, b"")
    assert "Access-Control-Allow-Origin" not in client.get("/ziele/")
    assert client.get(f"{V1}/gibt/es/nicht").json()["status"] == 404


def test_staff_see_what_visitors_see(as_role, city):
    hidden = make_item("goal", visibility="internal")
    lead = as_role("project-lead")
    assert hidden.pk not in [item["id"] for item in get(lead, "/goals")["items"]]
    assert lead.get(f"{V1}/items/{hidden.pk}").status_code == 404


def test_without_a_concept_lists_are_empty(client):
    assert get(client, "/concepts") == {"items": []}
    for kind in api_kinds().values():
        assert get(client, f"/{kind.plural}") == {"items": [], "next": None}
    assert get(client, "/items") == {"items": [], "next": None}
