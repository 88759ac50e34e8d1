"""The place of a public item waits for its release, and the page says it in words."""

from __future__ import annotations

import pytest
import shapely
from django.core.exceptions import PermissionDenied

from insek.people.actors import PROGRAM
from insek.places.locations import location_of, set_location
from insek.places.releasing import place_or_propose
from insek.thread.models import Item
from insek.thread.proposals import Proposal
from insek.thread.releases import release
from insek.web.changes import geometry_words
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
    assert geometry_words("LINESTRING (7.7 49.4, 7.8 49.5)").startswith("Linie, 2 Punkte: 49,40000° N")
    large = [shapely.Point(7.7, 49.4).buffer(size).wkt for size in (0.01, 0.02)]
    assert geometry_words(large[0]).startswith("Fläche, 65 Punkte")
    assert geometry_words(large[0]) != geometry_words(large[1])
    assert geometry_words("Unsinn") == "Unsinn"
