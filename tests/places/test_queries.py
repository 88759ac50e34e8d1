"""Which places a question finds, and who may say where something lies."""

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.people.locking import Conflict
from insek.places.locations import check_inside, city_of, location_of, set_location
from insek.places.queries import city, concerning, districts, place_choices
from insek.thread.models import Item
from tests.factories import make_actor, make_concept, make_item, make_link

pytestmark = pytest.mark.django_db


def test_places_are_those_of_the_concept_that_one_may_see(concept):
    other = make_concept()
    quarter, whole = make_item("district", number="O 1"), make_item("district", level="city")
    hidden = make_item("district", visibility="internal")
    elsewhere = make_item("district", level="city", concept=other)
    assert {row.pk for row in districts(concept, ANONYMOUS)} == {quarter.pk, whole.pk}
    assert {row.pk for row in districts(concept, make_actor("planner"))} == {quarter.pk, whole.pk, hidden.pk}
    assert {pk for pk, _title in place_choices(concept, ANONYMOUS)} == {quarter.pk, whole.pk}
    assert (city(concept, ANONYMOUS).pk, city(other, ANONYMOUS).pk) == (whole.pk, elsewhere.pk)
    assert (city_of(concept).pk, city_of(other).pk) == (whole.pk, elsewhere.pk)


def test_without_a_city_a_part_is_not_taken_for_it(concept):
    make_item("district")
    assert city(concept, ANONYMOUS) is None
    assert city_of(concept) is None


@pytest.mark.parametrize("few", [80, 1])
def test_what_concerns_a_place_is_what_one_may_see(concept, monkeypatch, few):
    monkeypatch.setattr("insek.places.queries.FEW", few)
    place, other = make_item("district"), make_item("district")
    seen, too, hidden = (
        make_item("measure"),
        make_item("finding"),
        make_item("measure", visibility="internal"),
    )
    for item in (seen, too, hidden):
        make_link(item, place, "located_in")
    make_link(make_item("measure"), other, "located_in")
    assert {link.source for link in concerning(place, ANONYMOUS, size=5)} == {seen, too}
    assert {link.source for link in concerning(place, PROGRAM, size=5)} == {seen, too, hidden}


@pytest.fixture
def square(concept):
    """A city of one degree, drawn from 7 to 8 degrees of longitude."""
    return make_item("district", level="city", geometry=shapely.box(7, 49, 8, 50))


@pytest.mark.parametrize(
    ("schematic", "lon", "fits"),
    [(False, 8.0009, True), (False, 8.0011, False), (True, 8.009, True), (True, 8.011, False)],
)
def test_a_place_may_reach_over_the_boundary_by_a_hundred_metres_or_a_thousand(concept, schematic, lon, fits):
    make_item("district", level="city", geometry=shapely.box(7, 49, 8, 50), schematic=schematic)
    if fits:
        check_inside(shapely.Point(lon, 49.5), concept)
    else:
        with pytest.raises(ValidationError, match="außerhalb der Stadt"):
            check_inside(shapely.Point(lon, 49.5), concept)


def test_the_city_of_another_concept_is_no_limit(square, concept):
    other = make_concept()
    check_inside(shapely.Point(13, 52), other)
    with pytest.raises(ValidationError):
        check_inside(shapely.Point(13, 52), concept)


def test_who_may_not_edit_or_release_or_is_late_places_nothing(concept):
    goal, inside = make_item("measure"), make_item("measure", visibility="internal")
    point = shapely.Point(7.7, 49.4)
    for item, role in ((inside, "auditor"), (inside, None), (goal, "planner")):
        with pytest.raises(PermissionDenied):
            set_location(item, point, expected_version=1, actor=make_actor(role))
    with pytest.raises(Conflict):
        set_location(inside, point, expected_version=2, actor=PROGRAM)
    assert location_of(goal) is None
    assert location_of(inside) is None
    set_location(inside, point, expected_version=1, actor=make_actor("planner"))
    assert location_of(inside).geometry == point


def test_the_page_of_an_item_reads_its_place_with_it(client):
    item = make_item("measure", concept=make_concept())
    set_location(item, shapely.Point(7.77, 49.44), expected_version=1, actor=PROGRAM)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(item.url)
    assert "ort-karte" in page.content.decode()
    assert not [query for query in captured.captured_queries if 'FROM "places_location"' in query["sql"]]
    Item.objects.filter(pk=item.pk).update(visibility="internal")
    assert client.get(item.url).status_code == client.get("/inhalt/zzzzzzzz/").status_code == 404
