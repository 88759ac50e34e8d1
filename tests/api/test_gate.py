"""Internal items are planted and looked for in every operation, the feed and the page; every operation keeps its budget."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from insek.config.bench import grow
from insek.people.actors import PROGRAM
from insek.publish.api.document import openapi_document
from insek.thread.kinds import all_kinds
from insek.thread.models import Item
from insek.thread.services import delete_item
from tests.factories import make_item
from tests.web.test_gate_everywhere import ASKED, WORDS, plant

pytestmark = pytest.mark.django_db

BUDGET = 18
"""Queries of a single kind's list: concept, level names, page, own rows, fields, themes, references, additions."""
FOR_EACH_KIND = {"/api/v1/items": 8, "/api/v1/items.csv": 8, "/en/aktuell.atom": 2}
"""Of lists with all kinds, for each kind that may be on the page."""


def budget(address):
    """Most queries of an address."""
    return max(BUDGET, FOR_EACH_KIND.get(address.split("?")[0], 0) * len(all_kinds()))


def addresses(items):
    """Every operation of the document; those of one item for each item given."""
    found = []
    for path in openapi_document()["paths"]:
        if "{item_id}" in path:
            found += [path.format(item_id=item.pk) for item in items]
        else:
            found.append(path)
    found += [f"/api/v1/items?q={word}" for word in (ASKED, "Offen", "Text")]
    return [*found, "/api/v1/openapi.json", "/aktuell.atom", "/en/aktuell.atom", "/api/", "/en/api/"]


def test_no_answer_shows_an_internal_item(concept, as_role):
    public, hidden = plant(concept)
    secret = make_item("goal", visibility="internal", title="Geheimvorhaben")
    delete_item(secret, expected_version=1, actor=PROGRAM)
    unseen = [item.pk for item in (*hidden.values(), secret)]
    for client in (Client(), as_role("project-lead")):
        for address in addresses(public.values()):
            response = client.get(address)
            if address.startswith("/api/v1/indicators/") and public["indicator"].pk not in address:
                assert response.status_code == 404
                continue
            if client.session.session_key and not address.startswith("/api/v1") and "atom" not in address:
                continue  # pages of the portal show staff more
            assert response.status_code == 200, address
            body = response.getvalue().decode()
            for word in (*WORDS, *unseen):
                assert word not in body, (address, body[max(0, body.find(word) - 200) : body.find(word) + 80])
            if "atom" in address or "/v1" in address:
                assert not response.cookies
        for item in (*hidden.values(), secret):
            for path in ("items/{}", "items/{}/links", "indicators/{}/observations"):
                assert client.get(f"/api/v1/{path.format(item.pk)}").status_code == 404
        assert client.get(f"/api/v1/items?district={hidden['district'].pk}").status_code == 422


def test_no_operation_asks_more_of_many_items_than_of_few(concept):
    for kind in all_kinds():
        make_item(kind.name, concept=concept)
    grow(30)
    items = [Item.objects.filter(kind=kind.name).order_by("pk").first() for kind in all_kinds()]
    asked = [address for address in addresses(items) if "/api/v1/indicators/" not in address]
    client = Client()

    def counted():
        found = {}
        for address in asked:
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
                assert response.status_code == 200, address
                assert response.getvalue() is not None
            found[address] = len(queries)
        return found

    counted()
    few = counted()
    assert {address: count for address, count in few.items() if count > budget(address)} == {}
    grow(600)
    many = counted()
    assert {
        address: (few[address], count)
        for address, count in many.items()
        if count > few[address] and not address.endswith((".csv", ".geojson"))
    } == {}
    for address in asked:
        if address.endswith((".csv", ".geojson")):
            assert many[address] <= few[address] + 8, address
