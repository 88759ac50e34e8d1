"""People within reach of an item that is drawn, on the ground of a result."""

import pytest
import shapely
from django.urls import reverse

from insek.evidence.reaching.measuring import ground_of
from insek.evidence.reaching.near import metres_to
from insek.places.models import Location
from tests.factories import make_item

from . import town
from .conftest import analysis_of, computed, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(base, analysis):
    return computed(analysis)


def drawn(kind="measure", shape=None, **values):
    item = make_item(kind, **values)
    shape = shape or shapely.Point(900, 1_000)
    Location.objects.create(item=item, geometry=town.placed(shape))
    return item


def near(client, item, **asked):
    return client.get(reverse("reach-near", args=[item.pk]), asked)


def people_of(answer):
    return {
        row[0]["text"]: int(row[1]["text"].replace(".", ""))
        for row in (answer.context["table"] or {"rows": []})["rows"]
    }


def test_the_people_near_a_measure_are_those_of_an_analysis_to_its_place(run, client):
    answer = near(client, drawn())
    assert people_of(answer) == {"West": pytest.approx(run.result["city"]["reaching"], abs=10)}
    assert "Menschen wohnen zu Fuß höchstens 10 Minuten entfernt" in answer.content.decode()


def test_the_bicycle_goes_over_the_bridge(run, client):
    assert people_of(near(client, drawn(), wie="cycling", minuten="15")).keys() == {"West", "East"}


def test_who_lives_inside_an_area_is_there(run, base):
    ground = ground_of(run)
    shape = shapely.box(0, 0, 1_000, 1_000)
    moved = shapely.affinity.translate(shape, town.CORNER.x, town.CORNER.y)
    metres = metres_to(ground, moved)
    inside = shapely.contains_xy(moved, ground.points)
    assert inside.sum() == 100 and (metres[inside] == 0).all() and (metres[~inside] > 0).all()


def test_a_spatial_element_counts_like_a_measure(run, client):
    feature = drawn("feature", shapely.box(800, 900, 1_000, 1_100))
    assert people_of(near(client, feature))["West"] > people_of(near(client, drawn()))["West"]


def test_the_page_of_what_is_drawn_leads_there_where_there_is_a_public_result(run, client):
    item, nowhere = drawn(), make_item("measure")
    address = reverse("reach-near", args=[item.pk])
    assert address in client.get(item.url).content.decode()
    assert reverse("reach-near", args=[nowhere.pk]) not in client.get(nowhere.url).content.decode()


def test_without_a_result_nothing_leads_there_and_the_page_says_what_is_missing(places, client):
    item = drawn()
    assert reverse("reach-near", args=[item.pk]) not in client.get(item.url).content.decode()
    assert "Noch nicht zu sagen" in near(client, item).content.decode()


def test_results_and_items_that_are_internal_are_no_visitors(base, people, client, as_role):
    computed(analysis_of(people, points=line("Schule", 900, 1_000), visibility="internal"))
    item, hidden = drawn(), drawn(visibility="internal")
    assert "Noch nicht zu sagen" in near(client, item).content.decode()
    assert "höchstens 10 Minuten" in near(as_role("planner"), item).content.decode()
    assert near(client, hidden).status_code == 404
    assert near(client, make_item("measure")).status_code == 404


@pytest.mark.parametrize(
    "asked", [{"minuten": "9999"}, {"minuten": "-1"}, {"wie": "fliegen"}, {"minuten": "<script>"}]
)
def test_what_cannot_be_asked_is_not_answered(run, client, asked):
    answer = near(client, drawn(), **asked)
    assert answer.status_code == 200 and "zu Fuß höchstens 10 Minuten" in answer.content.decode()


def test_the_page_costs_few_queries(run, client, django_assert_max_num_queries):
    item = drawn()
    near(client, item)
    with django_assert_max_num_queries(9):
        near(client, item)
