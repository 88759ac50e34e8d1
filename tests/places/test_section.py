"""The list beside the city map follows the section of the map, says n of m, and the whole list is a link away."""

from __future__ import annotations

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from insek.concept.asker import Asker
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.places.locations import set_location
from insek.places.map_list import FIRST
from insek.places.section import section_of
from tests.factories import make_item

SECTION = "7.70000,49.40000,7.80000,49.50000"


@pytest.fixture
def placed(concept):
    shapes = {
        "Im Ausschnitt": shapely.Point(7.75, 49.45),
        "Am Rand": shapely.LineString([(7.65, 49.45), (7.72, 49.45)]),
        "Daneben": shapely.Point(7.9, 49.45),
        "Um die Ecke": shapely.LineString([(7.69, 49.45), (7.69, 49.51), (7.75, 49.51)]),
        "Geheim": shapely.Point(7.75, 49.45),
    }
    for title, shape in shapes.items():
        visibility = "internal" if title == "Geheim" else "public"
        item = make_item("measure", concept=concept, title=title, visibility=visibility)
        set_location(item, shape, expected_version=item.version, actor=PROGRAM)
    return concept


def test_the_list_holds_what_lies_in_the_section_and_says_how_much_of_all(placed, client):
    page = client.get(reverse("city-map"), {"ausschnitt": SECTION}).content.decode()
    assert "2 von 4 im Ausschnitt" in page
    listed = page[page.index("data-map-list") :]
    assert "Im Ausschnitt" in listed and "Am Rand" in listed
    assert "Daneben" not in listed and "Um die Ecke" not in listed and "Geheim" not in listed
    assert 'href="/karte/" data-whole-list' in listed
    assert "Daneben" in client.get(reverse("city-map")).content.decode()


def test_a_script_gets_the_list_alone_and_the_filters_stay(placed, client):
    page = client.get(
        reverse("city-map"), {"ausschnitt": SECTION, "art": "measure"}, headers={"HX-Request": "true"}
    )
    text = page.content.decode()
    assert "<html" not in text and "2 von 4" in text and page["Cache-Control"] == "no-store"
    assert 'href="?art=measure" data-whole-list' in text
    nothing = client.get(reverse("city-map"), {"ausschnitt": "7.1,49.1,7.2,49.2"}).content.decode()
    assert "0 von 4" in nothing and "In diesem Ausschnitt liegt nichts" in nothing


@pytest.mark.parametrize(
    "text", ["", "a,b,c,d", "1,2,3", "7.8,49,7.7,50", "7,49,8,nan", "7,49,8,inf", "1,2,3,4,5", "-999,1,2,3"]
)
def test_what_is_no_section_is_the_whole_list(text):
    assert section_of(Asker(ANONYMOUS, asked={"ausschnitt": text})) is None


def test_the_pages_of_a_section_stay_in_it(placed, client):
    for number in range(30):
        item = make_item("measure", concept=placed, title=f"Dazu {number:02}")
        set_location(item, shapely.Point(7.71, 49.41), expected_version=item.version, actor=PROGRAM)
    page = client.get(reverse("city-map"), {"ausschnitt": SECTION, "bewegen": "1"}).content.decode()
    following = page[page.index('rel="next"') - 400 :]
    assert "ausschnitt=7.70000%2C49.40000" in following and "bewegen=1" in following
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(reverse("city-map"), {"ausschnitt": SECTION}, headers={"HX-Request": "true"})
    assert len(asked) <= 16


def test_the_list_stands_by_kind_and_leads_to_all_of_each(placed, client):
    """What the concept holds stands before what came in, and no kind pushes the others off the page."""
    for kind, count in (("contribution", 30), ("measure", 9)):
        for number in range(count):
            item = make_item(kind, concept=placed, title=f"{kind} {number:02}", visibility="public")
            set_location(item, shapely.Point(7.71, 49.41), expected_version=item.version, actor=PROGRAM)
    page = client.get(reverse("city-map")).content.decode()
    listed = page[page.index("data-map-list") :]
    assert listed.index("liste-measure") < listed.index("liste-contribution")
    assert listed.count("item-row__title") == 2 * FIRST
    assert (
        'href="?art=contribution"' in listed
        and "Alle Beiträge zeigen" in listed
        and 'rel="next"' not in listed
    )
    of_one = client.get(reverse("city-map"), {"art": "contribution"}).content.decode()
    assert 'rel="next"' in of_one and "liste-measure" not in of_one
    here = client.get(reverse("city-map"), {"ausschnitt": SECTION}).content.decode()
    assert "41 von 43 im Ausschnitt" in here and "art=contribution&amp;ausschnitt=7.70000%2C49.40000" in here
