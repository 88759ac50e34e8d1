"""Contributions for each 1,000 inhabitants: by where they lie, never a rate of few, never what is not public."""

from decimal import Decimal

import pytest
import shapely
from django.urls import reverse

from insek.evidence.services import NewObservation, record_observations
from insek.participation.by_people import rate_of
from insek.people.actors import PROGRAM
from insek.thread.models import Item
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas(concept):
    """Two districts side by side, with 2,000 and 300 people."""
    people = make_item("indicator", title="Einwohner")
    made = {}
    for name, west, count in (("Nord", 7.70, 2_000), ("Hof", 7.80, 300)):
        shape = shapely.box(west, 49.4, west + 0.1, 49.5)
        made[name] = make_item("district", title=name, level="stadtteil", geometry=shape).district
        value = NewObservation(made[name], "2025-12-31", Decimal(count), source_title="Register")
        record_observations(people.indicator, [value], label="Test", actor=PROGRAM)
    made["reach"] = make_item("reach", people=people.indicator)
    made["people"] = people
    return made


def speak(number, lon=None, lat=None, **values):
    spot = {} if lon is None else {"lon": Decimal(str(lon)), "lat": Decimal(str(lat))}
    return [make_item("contribution", **spot, **values) for _time in range(number)]


def told(client):
    answer = client.get(reverse("contributions-by-people"))
    assert answer.status_code == 200
    return answer


def cells(answer):
    return {row[0]["text"]: [cell["text"] for cell in row[1:]] for row in answer.context["table"]["rows"]}


def test_they_count_where_they_lie_else_where_they_say(areas, client):
    speak(5, 7.75, 49.45)
    speak(1, district=areas["Nord"])
    speak(1, 7.75, 49.45, district=areas["Hof"])
    speak(2)
    answer = told(client)
    assert cells(answer)["Nord"] == ["7", "2.000", "3,5"], "the point counts before the name"
    assert cells(answer)["Hof"] == ["0", "300", "–"]
    assert "2 Beiträge nennen keinen Ort" in answer.content.decode()


def test_few_have_no_rate(areas, client):
    speak(4, 7.75, 49.45)
    speak(30, 7.85, 49.45)
    assert cells(told(client)) == {"Nord": ["4", "2.000", "–"], "Hof": ["30", "300", "–"]}


@pytest.mark.parametrize(
    ("number", "people", "rate"),
    [(5, 500, "10.0"), (4, 500, None), (5, 499, None), (7, 3_000, "2.3"), (0, 0, None)],
)
def test_a_rate_is_told_from_five_contributions_and_500_people_on(number, people, rate):
    assert rate_of(number, people) == (None if rate is None else Decimal(rate))


def test_what_is_not_public_does_not_count(areas, client):
    speak(6, 7.75, 49.45)
    speak(3, 7.75, 49.45, visibility="internal", state="new")
    assert cells(told(client))["Nord"][0] == "6"


def test_internal_numbers_and_districts_are_no_visitors(areas, client, as_role):
    speak(6, 7.75, 49.45)
    Item.objects.filter(pk=areas["Hof"].pk).update(visibility="internal")
    assert cells(told(client)).keys() == {"Nord"}
    Item.objects.filter(pk=areas["people"].pk).update(visibility="internal")
    assert "mindestens eine Erreichbarkeit" in told(client).content.decode()
    assert client.get(reverse("contributions-by-people-table")).status_code == 404
    assert cells(told(as_role("planner"))).keys() == {"Nord", "Hof"}


def test_the_table_is_a_file_and_the_list_leads_there(areas, client):
    speak(6, 7.75, 49.45)
    lines = client.get(reverse("contributions-by-people-table")).content.decode("utf-8-sig").splitlines()
    assert "Nord;;6;2000;3;2025-12-31" in lines
    said = told(client).content.decode()
    assert "SpokenCity" not in said, "the frame of the page has the name of the city itself"
    assert reverse("contributions-by-people") in client.get(reverse("contribution-list")).content.decode()


def test_the_page_costs_few_queries(areas, client, django_assert_max_num_queries):
    speak(6, 7.75, 49.45)
    told(client)
    with django_assert_max_num_queries(8):
        told(client)
