"""The map beside the list of contributions: its points come apart, all of them, and as the list is filtered."""

import json
from decimal import Decimal

import pytest
import shapely
from django.test import Client
from django.urls import reverse

from insek.items import pages
from insek.people.actors import PROGRAM
from insek.thread.services import update_item
from tests.factories import make_item
from tests.reading import words

HERE = {"lon": Decimal("7.77"), "lat": Decimal("49.44")}


def contribution(concept, number, **values):
    values = {"visibility": "public", "state": "public", "title": f"Beitrag {number}", **values}
    return make_item("contribution", concept=concept, **values)


def points(client, query=""):
    answer = client.get(f"{reverse('contribution-points')}{query}")
    assert answer.status_code == 200
    return {pk: (title, lon, lat) for pk, title, lon, lat in json.loads(answer.content)["points"]}


@pytest.mark.django_db
def test_the_points_are_all_that_the_filters_leave_and_nobody_sees_more(concept):
    shown = contribution(concept, 1, type="praise", **HERE)
    other = contribution(concept, 2, type="problem", **HERE)
    contribution(concept, 3)
    contribution(concept, 4, visibility="internal", state="new", **HERE)
    assert points(Client()) == {
        shown.pk: ("Beitrag 1", 7.77, 49.44),
        other.pk: ("Beitrag 2", 7.77, 49.44),
    }
    assert set(points(Client(), "?art=praise")) == {shown.pk}
    assert set(points(Client(), "?q=Beitrag")) == {shown.pk, other.pk}
    assert Client().get(f"{reverse('contribution-points')}?art=unsinn").status_code == 404


@pytest.mark.django_db
def test_visitors_keep_the_points_of_a_version_and_see_a_change_at_once(concept, as_role):
    make_item(
        "district",
        concept=concept,
        level="city",
        geometry=shapely.box(7.6, 49.3, 7.9, 49.5),
        visibility="public",
    )
    shown = contribution(concept, 1, **HERE)
    client = Client()
    page = client.get(reverse("contribution-list")).content.decode()
    data = json.loads(page.split('id="punkte" type="application/json">')[1].split("</script>")[0])
    assert "points" not in data
    answer = client.get(data["address"])
    assert answer["Cache-Control"] == "public, max-age=3600"
    update_item(shown, expected_version=1, values={"visibility": "internal"}, actor=PROGRAM)
    assert client.get(data["address"])["Cache-Control"] == "public, no-cache"
    assert points(client) == {}
    assert as_role("project-lead").get(data["address"])["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_a_filter_offers_some_of_very_many_and_takes_any(concept, monkeypatch):
    for room in (
        "insek.items.pages",
        "insek.items.filtered",
        "insek.participation.about",
        "insek.participation.queries",
    ):
        monkeypatch.setattr(f"{room}.MOST_CHOICES", 2)
    goals = [
        make_item("goal", concept=concept, title=f"Ziel {n}", number=f"Z {n}", visibility="public")
        for n in range(3)
    ]
    for number, goal in enumerate(goals):
        for _again in range(number + 1):
            contribution(concept, number, about=goal)
    answer = Client().get(reverse("contribution-list"))
    page = answer.content.decode()
    assert "Bezug (Auswahl)" in words(answer)
    assert f'value="{goals[0].pk}"' not in page
    assert f'value="{goals[2].pk}"' in page
    chosen = Client().get(f"{reverse('contribution-list')}?zu={goals[0].pk}")
    assert f'<option value="{goals[0].pk}" selected' in chosen.content.decode()
    hidden = make_item("goal", concept=concept, title="Geheim", visibility="internal")
    assert Client().get(f"{reverse('contribution-list')}?zu={hidden.pk}").status_code == 404
    assert pages.MOST_CHOICES == 2
