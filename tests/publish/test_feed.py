"""The feed: valid Atom by the rules of RFC 4287, in both languages, page by page, with what is new and what changed."""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree as XML

import pytest

from insek.people.actors import PROGRAM
from insek.thread.models import Item
from insek.thread.services import update_item
from tests.factories import make_item

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, address="/aktuell.atom"):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return XML.fromstring(response.content)


def text(element, name):
    [found] = element.findall(ATOM + name)
    return found.text


def links(element):
    return {link.get("rel", "alternate"): link.get("href") for link in element.findall(f"{ATOM}link")}


def check_rules(root):
    """What RFC 4287 asks of a feed and its entries."""
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert text(element, name), name
        assert re.match(r"https?://", text(element, "id"))
        assert datetime.fromisoformat(text(element, "updated")).tzinfo
        assert len(element.findall(f"{ATOM}summary")) <= 1
        assert "alternate" in links(element)
    assert links(root)["self"]
    assert root.find(f"{ATOM}author/{ATOM}name").text
    ids = [text(entry, "id") for entry in root.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))


def test_it_says_what_is_new_and_what_changed(client, concept):
    old = make_item("goal", number="Z 1", title="Grün & <schön>", text="**Bäume** pflanzen.")
    make_item("measure", title="Neu hier", standing="example")
    update_item(
        Item.objects.get(pk=old.pk), values={"text": "Mehr & Bäume."}, expected_version=1, actor=PROGRAM
    )
    root = feed(client)
    check_rules(root)
    first, second = root.findall(f"{ATOM}entry")
    assert text(first, "title") == "Ziel: Z 1 Grün & <schön>"
    assert text(first, "summary") == "Geändert. Mehr &amp; Bäume."  # summaries are HTML
    assert text(second, "summary") == "Neu · Beispiel."
    assert links(first)["alternate"] == text(first, "id") == f"http://testserver/k/{old.pk}"


def test_in_english_the_ids_are_the_same(client, concept):
    make_item("goal")
    german, english = feed(client), feed(client, "/en/aktuell.atom")
    check_rules(english)
    [one], [other] = german.findall(f"{ATOM}entry"), english.findall(f"{ATOM}entry")
    assert text(one, "id") == text(other, "id")
    assert "/en/k/" in links(other)["alternate"]
    assert english.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_older_pages_are_linked(client, concept):
    made = {make_item("goal").pk for _number in range(120)}
    seen, address = [], "/aktuell.atom"
    while address:
        root = feed(client, address)
        check_rules(root)
        seen += [text(entry, "id").rsplit("/", 1)[1] for entry in root.findall(f"{ATOM}entry")]
        address = links(root).get("next")
    assert len(seen) == 120 and set(seen) == made
    assert "previous" in links(root) and "first" in links(root)


def test_it_survives_what_xml_does_not_allow(client, concept):
    item = make_item("goal")
    Item.objects.filter(pk=item.pk).update(title="Ein\x0bTitel\ufffe", text="]]> &amp; \x1b")
    check_rules(feed(client))


@pytest.mark.parametrize("cursor", ["quatsch", "WyJuIiwgIngiLCAieSJd", "%00"])
def test_a_made_up_cursor_is_not_found(client, concept, cursor):
    assert client.get(f"/aktuell.atom?nach={cursor}").status_code == 404


def test_nothing_new_is_a_feed_too(client, concept):
    check_rules(feed(client))


def test_pages_name_it_and_it_may_be_read_from_everywhere(client, concept):
    assert 'type="application/atom+xml"' in client.get("/").content.decode()
    response = client.get("/aktuell.atom")
    assert response["Access-Control-Allow-Origin"] == "*" and not response.cookies
    assert client.get("/aktuell.atom", headers={"if-none-match": response["ETag"]}).status_code in {200, 304}
    assert client.post("/aktuell.atom").status_code == 405
