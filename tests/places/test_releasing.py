"""The place of a public item waits for its release, and the page says it in words."""

from __future__ import annotations

import re

import pytest
import shapely
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from insek.people.actors import PROGRAM
from insek.people.locking import Conflict
from insek.places.locations import location_of, set_location
from insek.places.releasing import place_or_propose
from insek.release.changes import geometry_words
from insek.release.models import Proposal
from insek.release.releases import release, send_back
from insek.release.revising import revising
from insek.thread.models import Change, Item
from insek.thread.services import delete_item, update_item
from tests.factories import make_actor, make_item
from tests.reading import words

pytestmark = pytest.mark.django_db
POINT, OTHER = shapely.Point(7.77, 49.44), shapely.Point(7.78, 49.45)


def test_a_place_waits_and_is_released(concept, as_role):
    measure, planner = make_item("measure"), make_actor("planner")
    with pytest.raises(PermissionDenied, match="release_item"):
        set_location(measure, POINT, expected_version=1, actor=planner)
    made = place_or_propose(measure, POINT, note="ungefähr", expected_version=1, actor=planner)
    assert isinstance(made, Proposal)
    assert location_of(measure) is None
    lead = as_role("project-lead")
    assert "eingefügt: Punkt: 49,44000° N 7,77000° O" in words(lead.get(made.url))
    lead.post(made.url, {"act": "release", "version": 1, "item_version": 1})
    found = location_of(measure)
    assert found is not None
    assert (found.geometry.equals(POINT), found.note) == (True, "ungefähr")
    measure.refresh_from_db()
    same = place_or_propose(measure, POINT, note="ungefähr", expected_version=2, actor=planner)
    assert isinstance(same, Item)


def test_a_place_that_came_back_is_set_at_once_when_its_item_is_internal_by_then(concept):
    measure, planner = make_item("measure"), make_actor("planner")
    made = place_or_propose(measure, POINT, expected_version=1, actor=planner)
    send_back(made, expected_version=1, answer="Bitte genauer.", actor=PROGRAM)
    inside = update_item(measure, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    made.refresh_from_db()
    with revising(made):
        with pytest.raises(Conflict):
            place_or_propose(inside, OTHER, expected_version=1, actor=planner)
        saved = place_or_propose(inside, OTHER, expected_version=2, actor=planner)
    assert isinstance(saved, Item) and location_of(saved).geometry.equals(OTHER)
    made.refresh_from_db()
    assert made.state == "withdrawn", "it is done: nothing is left to release"


def test_a_place_that_others_set_meanwhile_is_named(concept, as_role):
    measure = make_item("measure")
    made = place_or_propose(measure, POINT, expected_version=1, actor=make_actor("planner"))
    assert isinstance(made, Proposal)
    set_location(measure, OTHER, expected_version=1, actor=PROGRAM)
    page = words(as_role("project-lead").get(made.url))
    assert "inzwischen auch von anderen geändert" in page
    release(made, expected_version=1, actor=PROGRAM, item_version=2)
    assert location_of(measure).geometry.equals(POINT)  # type: ignore[union-attr]


def test_an_internal_place_is_set_at_once():
    measure = make_item("measure", visibility="internal")
    saved = place_or_propose(measure, POINT, expected_version=1, actor=make_actor("planner"))
    assert isinstance(saved, Item)


def test_places_in_words():
    where = "49,45000° N 7,75000° O"
    assert geometry_words("POINT (7.75 49.45)") == f"Punkt: {where}"
    assert geometry_words("LINESTRING (7.7 49.4, 7.8 49.5)") == f"Linie mit 2 Punkten um {where}"
    assert geometry_words("MULTIPOINT (7.7 49.4, 7.8 49.5)") == f"2 Punkte um {where}"
    area = shapely.box(7.7, 49.4, 7.8, 49.5)
    assert geometry_words(area.wkt) == f"Fläche mit 4 Eckpunkten um {where}"
    holed = area.difference(shapely.box(7.74, 49.44, 7.76, 49.46))
    assert geometry_words(holed.wkt) == f"Fläche mit 8 Eckpunkten um {where}"
    assert geometry_words("Unsinn") == "Unsinn"


def test_no_page_shows_a_place_as_data(concept, as_role):
    lead, area = as_role("project-lead"), shapely.Point(7.7, 49.4).buffer(0.01)
    district = make_item("district", level="stadtteil", geometry=area, visibility="internal")
    values = {"geometry": area.buffer(0.01)}
    district = update_item(district, expected_version=1, values=values, actor=PROGRAM)
    measure = set_location(make_item("measure"), area, expected_version=1, actor=PROGRAM)
    wider = shapely.Point(7.7, 49.4).buffer(0.011)
    measure = set_location(measure, wider, expected_version=measure.version, actor=PROGRAM)
    made = place_or_propose(measure, POINT, expected_version=measure.version, actor=make_actor("planner"))
    assert isinstance(made, Proposal)
    pages = [made.url, reverse("proposal-list")]
    for item in (district, measure):
        pages.append(reverse("item-history", args=[item.pk]))
        changes = Change.objects.filter(item_id=item.pk, action=Change.Action.UPDATED)
        pages += [reverse("item-undo", args=[item.pk, change.pk]) for change in changes]
    bin_pages = [reverse("deleted-item", args=[item.pk]) for item in (district, measure)]
    for deleted, addresses in ((False, pages), (True, bin_pages)):
        if deleted:
            for item in (district, measure):
                delete_item(item, expected_version=item.version, actor=PROGRAM)
        for address in addresses:
            body = lead.get(address).content.decode()
            assert not re.search(r"(POINT|POLYGON) ?\(|coordinates", body), address
            assert "Fläche mit" in body or "Punkt:" in body, address
    line = "Fläche mit 64 Eckpunkten um 49,40000° N 7,70000° O"
    history = words(lead.get(reverse("deleted-item", args=[measure.pk])))
    assert line in history


def test_a_place_that_changed_is_shown_as_a_whole(concept, as_role):
    area = shapely.Point(7.7, 49.4).buffer(0.01)
    measure = set_location(make_item("measure"), area, expected_version=1, actor=PROGRAM)
    set_location(
        measure, shapely.Point(7.7, 49.4).buffer(0.011), expected_version=measure.version, actor=PROGRAM
    )
    line = "Fläche mit 64 Eckpunkten um 49,40000° N 7,70000° O"
    history = words(as_role("project-lead").get(reverse("item-history", args=[measure.pk])))
    assert f"gestrichen: {line} eingefügt: {line} (anders gezeichnet)" in history
