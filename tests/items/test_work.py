"""No page makes the database work more because there is more: counted in steps of SQLite's machine, not in time.

The database is told nothing of what it holds (no ANALYZE), as in every installation.
"""

import random
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
import shapely
from django.db import connection
from django.test import Client
from django.urls import reverse

from insek import clock
from insek.concept.models import Concept
from insek.config.bench import grow
from insek.config.bench_city import enlarge
from insek.participation.models import Format
from insek.people import counting
from insek.people.models import Tally
from insek.thread.gaps import gap_named, torn
from insek.thread.models import Item, Link
from tests.factories import make_actor, make_item, make_link

STEP = 100
"""Steps of the machine after which the handler is called."""
SMALL, LARGE = 200, 4_000
MORE = 1.6
"""Deeper indexes, and bounded counts that were not at their bound yet."""
ONCE = 90
"""Calls that a page may need more in any case: it counts up to a thousand items."""


@contextmanager
def steps():
    """The work SQLite does inside, in calls of the handler."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, STEP)
    try:
        yield counted
    finally:
        connection.connection.set_progress_handler(None, STEP)


def work_of(client: Client, address: str, sent: dict[str, str] | None = None) -> int:
    with steps() as counted:
        response = client.get(address) if sent is None else client.post(address, sent)
        assert response.status_code == (200 if sent is None else 302), address
        assert response.content or sent is not None
    return counted[0]


def work_of_sending() -> int:
    """What taking a contribution costs, from somewhere in the city and from somebody who was not counted before."""
    counting.memory.empty()
    Tally.objects.all().delete()
    [open_format] = Format.objects.exclude(open_from=None)
    sent = {"text": f"Hier fehlt ein Radweg, {random.random()}.", "type": "idea", "point": "49.44 7.77",
            "format": open_format.pk}  # fmt: skip
    return work_of(Client(), reverse("contribute"), sent)


def a_city() -> Concept:
    """Some of each kind that the pages show, with a whole thread from an indicator to a resolution."""
    grow(SMALL - 80)
    concept = Concept.objects.get()
    chance = random.Random(1)
    district = make_item("district", concept=concept, title="Mitte", visibility="public", level="ortsbezirk")
    goals = list(Item.objects.filter(kind="goal"))
    measures = list(Item.objects.filter(kind="measure"))
    for number in range(40):
        place = {
            "lon": Decimal(chance.randrange(77000, 78000)) / 10000,
            "lat": Decimal(chance.randrange(494000, 495000)) / 10000,
        }
        make_item(
            "contribution", concept=concept, title=f"Radverkehr {number}", visibility="public", **place,
            state="public", about=chance.choice(goals), district=district.district,
        )  # fmt: skip
    for number in range(10):
        resolution = make_item(
            "resolution",
            concept=concept,
            title=f"Beschluss {number}",
            visibility="public",
            standing="example",
        )
        make_link(chance.choice(measures), resolution, "decided_by")
    for number in range(10):
        indicator = make_item("indicator", concept=concept, title=f"Zahl {number}", visibility="public")
        make_link(indicator, Item.objects.filter(kind="finding")[number], "evidences")
        make_item("format", concept=concept, title=f"Format {number}", visibility="public")
    today = clock.today()
    make_item(
        "format", concept=concept, visibility="public", open_from=today, open_until=today + timedelta(days=9)
    )
    ring = ((7.7, 49.4), (7.8, 49.4), (7.8, 49.5), (7.7, 49.5))
    make_item("district", concept=concept, visibility="public", level="city", geometry=shapely.Polygon(ring))
    return concept


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the steps are those of SQLite's machine")
def test_no_page_makes_more_work_because_there_is_more():
    a_city()
    client = Client()
    goal = Item.objects.filter(kind="goal").order_by("pk")[0]
    finding = Link.objects.filter(kind="justifies", target=goal)[0].source
    contributions = reverse("contribution-list")
    pages: dict[str, Callable[[], str]] = {
        "start": lambda: reverse("start"),
        "contributions": lambda: contributions,
        "contributions by title": lambda: f"{contributions}?sortierung=titel",
        "goals": lambda: reverse("goal-list"),
        "goal": lambda: goal.url,
        "finding": lambda: finding.url,
        "map": lambda: reverse("city-map"),
        "fields": lambda: reverse("field-list"),
    }
    assert work_of_sending() > 0
    small = {"contribution sent": work_of_sending()}
    for name, address in pages.items():
        client.get(address())  # what is kept for all visitors is made
        small[name] = work_of(client, address())
    enlarge(LARGE)
    assert work_of_sending() > 0
    large = {"contribution sent": work_of_sending()}
    for name, address in pages.items():
        client.get(address())
        large[name] = work_of(client, address())
    grown = {name: (small[name], large[name]) for name in small if large[name] > MORE * small[name] + ONCE}
    assert grown == {}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the steps are those of SQLite's machine")
@pytest.mark.parametrize("name", ["example_decided", "link_without_reason"])
@pytest.mark.parametrize("role", ["project-lead", "planner"])
def test_a_rule_starts_from_what_may_be_torn_and_not_from_all_there_is(concept, name, role):
    actor, goal = make_actor(role), make_item("goal", standing="example")
    Link.objects.create(source=goal, target=make_item("resolution", standing="working"), kind="decided_by")

    def work() -> int:
        with steps() as counted:
            assert len(torn(gap_named(name), concept, actor)) == 1
        return counted[0]

    few = work()
    Item.objects.bulk_create(
        Item(
            concept=concept, kind="goal", title=f"Ziel {number}", standing="example", sort_key=f"{number:05}"
        )
        for number in range(LARGE)
    )
    assert work() <= few + 5
