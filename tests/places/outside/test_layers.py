"""Layers of other services: entered by who may, offered off, allowed by the policy of map pages alone, named in the privacy page."""

from __future__ import annotations

import pytest
import shapely
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.places.locations import set_location
from insek.places.outside import services
from insek.places.outside.capabilities import ProposedLayer, ServiceSaid
from insek.places.outside.reading import Answer, ServiceRefused
from insek.places.outside_models import OutsideLayer
from insek.thread.models import Change
from tests.factories import make_item

HOST = "https://geo.land.example"
VALUES = {
    "sort": "wms", "address": f"{HOST}/dop?map=a", "layer": "dop20", "title": "Luftbild", "attribution": "© Vermessung",
    "purpose": "Orte wiedererkennen", "min_zoom": "9", "max_zoom": "19", "position": "0",
}  # fmt: skip
ON = {**VALUES, "is_on": "on", "is_public": "on"}


@pytest.fixture
def lead(as_role):
    return as_role("project-lead")


@pytest.fixture
def fake_service(monkeypatch):
    """The service answers, or refuses; it is asked no more than the program says."""
    asked = []

    def read(address, origin):
        asked.append(address)
        if "stumm" in address:
            raise ServiceRefused("Der Dienst antwortet nicht.")
        return Answer(b"", lets_show="cors" in address)

    found = (
        ProposedLayer("a", "Ebene A", f"{HOST}/A/{{z}}/{{x}}/{{y}}.png"),
        ProposedLayer("b", "Ebene B", "https://b.example/b"),
    )
    said = ServiceSaid("Dienst des Landes", "© Land", "dl-de", found, 3)
    monkeypatch.setattr(services, "read_service", read)
    monkeypatch.setattr(services, "said_by", lambda content, sort, address: said)
    return asked


def policy(response, name="img-src"):
    return next(part for part in response["Content-Security-Policy"].split("; ") if part.startswith(name))


def test_without_an_entry_nothing_is_asked_of_others_and_the_privacy_page_says_so(concept, client):
    make_item("district", concept=concept, level="city", title="Stadt", code="00")
    page = client.get(reverse("city-map"))
    assert "data-outside-layers" not in page.content.decode()
    assert policy(page, "connect-src") == "connect-src 'self'"
    assert "Nichts. Grundkarte" in client.get(reverse("datenschutz")).content.decode()


def test_what_is_entered_is_off_until_it_is_switched_on_and_stands_in_the_history(concept, lead, client):
    assert lead.post(reverse("outside-layer-create"), VALUES).status_code == 302
    row = OutsideLayer.objects.get()
    assert not row.is_on and not row.is_public and row.pattern.startswith(f"{HOST}/dop?map=a&SERVICE=WMS")
    assert HOST not in client.get(reverse("city-map"))["Content-Security-Policy"]
    lead.post(reverse("outside-layer", args=[row.pk]), {**ON, "version": "1"})
    page = client.get(reverse("city-map"))
    assert policy(page) == f"img-src 'self' data: blob: {HOST}"
    assert policy(page, "connect-src") == f"connect-src 'self' {HOST}"
    assert "geo.land.example" in page.content.decode() and "checked" not in page.content.decode()
    privacy = client.get(reverse("datenschutz")).content.decode()
    assert "geo.land.example" in privacy and "Orte wiedererkennen" in privacy
    assert [change.action for change in Change.objects.order_by("pk")] == ["created", "updated"]
    lead.post(reverse("outside-layer-delete", args=[row.pk]), {"version": "2"})
    assert HOST not in client.get(reverse("city-map"))["Content-Security-Policy"]


def test_only_pages_with_a_map_that_offers_them_let_a_browser_ask(concept, lead, client):
    lead.post(reverse("outside-layer-create"), ON)
    item = make_item("measure", concept=concept)
    for name, args in (("start", ()), ("search", ()), ("item", (item.pk,)), ("datenschutz", ())):
        assert HOST not in client.get(reverse(name, args=args))["Content-Security-Policy"]
    set_location(item, shapely.Point(7.77, 49.44), expected_version=item.version, actor=PROGRAM)
    place = make_item(
        "district", concept=concept, level="stadtteil", geometry=shapely.box(7.7, 49.4, 7.8, 49.5)
    )
    for each in (item, place):
        page = client.get(reverse("item", args=[each.pk]))
        assert (
            HOST in policy(page)
            and HOST in policy(page, "connect-src")
            and "data-outside-layers" in page.content.decode()
        )
    for name in ("nearby", "spatial-concept"):
        assert HOST in client.get(reverse(name))["Content-Security-Policy"]
    drawing = lead.get(reverse("item-location", args=[item.pk]))
    assert HOST in drawing["Content-Security-Policy"] and "data-outside-layers" in drawing.content.decode()


def test_an_internal_layer_is_for_those_who_are_signed_in(concept, lead, client):
    lead.post(reverse("outside-layer-create"), {**VALUES, "is_on": "on"})
    assert HOST in lead.get(reverse("city-map"))["Content-Security-Policy"]
    page = client.get(reverse("city-map"))
    assert HOST not in page["Content-Security-Policy"] and "geo.land" not in page.content.decode()
    assert "geo.land" not in client.get(reverse("datenschutz")).content.decode()


def test_a_service_is_asked_what_it_has_and_nothing_is_saved_by_that(concept, lead, fake_service):
    sent = {**VALUES, "title": "", "attribution": "Meine", "layer": "", "fragen": "1"}
    page = lead.post(reverse("outside-layer-create"), sent).content.decode()
    assert '<option value="a">Ebene A (a)</option>' in page and "2 Ebenen" in page and "3 weitere" in page
    assert 'value="Dienst des Landes"' in page and 'value="Meine"' in page and "CORS" in page
    assert not OutsideLayer.objects.exists() and len(fake_service) == 1
    page = lead.post(reverse("outside-layer-create"), {**sent, "address": "https://stumm.example/"})
    assert page.status_code == 400 and "antwortet nicht" in page.content.decode()
    page = lead.post(reverse("outside-layer-create"), {**sent, "address": "https://10.0.0.1/"})
    assert page.status_code == 400 and "privaten Netz" in page.content.decode() and len(fake_service) == 2


def test_tiles_are_called_as_the_service_says_or_by_a_pattern(concept, lead, fake_service):
    sent = {**VALUES, "sort": "wmts", "layer": "a"}
    lead.post(reverse("outside-layer-create"), sent)
    assert OutsideLayer.objects.get().pattern == f"{HOST}/A/{{z}}/{{x}}/{{y}}.png"
    pattern = {**sent, "address": "https://k.example/{TileMatrix}/{TileCol}/{TileRow}.png", "layer": ""}
    lead.post(reverse("outside-layer-create"), pattern)
    row = OutsideLayer.objects.last()
    assert (row.pattern, row.host) == ("https://k.example/{z}/{x}/{y}.png", "k.example")
    for wrong in (
        {"layer": "gibtesnicht"},
        {"address": "https://stumm.example/"},
        {"address": "https://k.example/{z}/{x}"},
    ):
        assert lead.post(reverse("outside-layer-create"), {**sent, **wrong}).status_code == 400
    assert OutsideLayer.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://geo.land.example/"}, {"address": "https://127.0.0.1/"}, {"attribution": ""}, {"purpose": ""},
        {"min_zoom": "20", "max_zoom": "10"}, {"layer": ""}, {"address": "https://a.example/{z}"},
    ],
)  # fmt: skip
def test_what_cannot_be_shown_or_must_not_be_asked_is_not_saved(concept, lead, wrong):
    response = lead.post(reverse("outside-layer-create"), {**ON, **wrong})
    assert response.status_code == 400 and not OutsideLayer.objects.exists()
    assert "form-field__error" in response.content.decode() or "error" in response.content.decode()


def test_the_administrator_may_and_a_planner_may_not(concept, as_role):
    assert as_role("administrator").get(reverse("map-setup")).status_code == 200
    assert as_role("planner").get(reverse("map-setup")).status_code == 403
    assert as_role("planner").post(reverse("outside-layer-create"), ON).status_code == 403
