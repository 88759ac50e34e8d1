"""The page of a field of action: where it stands, honest with nothing, with much, with what is old or internal."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from insek.steering.models import Target
from insek.steering.services import add_task, report_status
from insek.thread import shared_cache
from tests.factories import make_item, make_link

pytestmark = pytest.mark.django_db
SECRET = "Geheimnis im Rathauskeller"


@pytest.fixture
def field(concept):
    return concept.fields.get(key="wohnen")


@pytest.fixture
def city(concept):
    return make_item("district", level="city").district


def page(client: Client | None = None) -> str:
    response = (client or Client()).get("/handlungsfelder/wohnen/")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def observe(indicator, city, values):
    record_observations(
        indicator.indicator,
        [NewObservation(city, str(year), value, source_title="Statistik") for year, value in values],
        label="Test",
        actor=PROGRAM,
    )


def test_an_empty_field_says_what_will_be_there(field):
    assert "Noch ist diesem Feld nichts zugeordnet" in page()


def test_goals_stand_with_their_measures_and_states_and_nothing_internal(field, as_role):
    goal, measure = (
        make_item("goal", title="Wohnen", fields=[field]),
        make_item("measure", title="Bauen", fields=[field]),
    )
    hidden = make_item("measure", title=SECRET, fields=[field], visibility="internal")
    for each in (measure, hidden):
        make_link(goal, each, "implemented_by")
        report_status(each.measure, {"state": "delayed", "happened": "x"}, actor=PROGRAM)
    add_task(measure.measure, {"title": "Richtfest", "due": date(2099, 1, 1)}, actor=PROGRAM)
    shown = words(page())
    assert "1 Maßnahme gehört dazu: 1 ist verzögert oder gefährdet." in shown
    assert "1 Maßnahme: verzögert" in shown
    assert "„Richtfest“, bis 1. Januar 2099" in shown
    assert SECRET not in shown
    assert "2 Maßnahmen: verzögert (2)" in words(page(as_role("planner")))


def test_two_hundred_goals_are_folded_and_all_are_there(field):
    for number in range(200):
        make_item("goal", title=f"Ziel Nummer {number}", fields=[field])
    html = page()
    assert "190 weitere Ziele" in html
    assert html.count('class="branch"') == 200
    assert "Von 200 Zielen hat noch keines einen Zielwert" in words(html)


def test_a_goal_stands_below_the_goal_of_the_same_field(field, concept):
    above = make_item("goal", fields=[field])
    make_item("goal", parent=above.goal, fields=[field])
    elsewhere = make_item("goal", fields=[concept.fields.get(key="klima")])
    make_item("goal", parent=elsewhere.goal, fields=[field])
    html = page()
    assert (html.count('class="branch"'), html.count("branch__below")) == (3, 1)


def test_an_old_number_never_leads_and_a_young_one_does(field, city):
    old, young = (
        make_item("indicator", title="Alt", fields=[field]),
        make_item("indicator", title="Jung", fields=[field]),
    )
    observe(old, city, [(2001, 5)])
    assert "field-top--lead" not in page()
    this_year = date.today().year
    observe(young, city, [(year, year - 2000) for year in range(this_year - 5, this_year)])
    html = page()
    assert "field-top--lead" in html
    assert '<svg class="spark"' in html
    assert "Jung" in html.split("field-stand")[0]


def test_targets_are_drawn_with_their_goal_the_worst_first(field, city):
    this_year = date.today().year
    for title, step in (("Gut", 2), ("Schlecht", -2)):
        goal, indicator = (
            make_item("goal", title=f"Ziel {title}", fields=[field]),
            make_item("indicator", title=title),
        )
        make_link(goal, indicator, "measured_by")
        observe(indicator, city, [(this_year - 6 + n, 10 + step * n) for n in range(6)])
        Target.objects.create(
            goal=goal.goal, indicator=indicator.indicator, direction="at_least", value=20, year=this_year + 4,
            base_period=str(this_year - 6), base_value=10, standing="working",
        )  # fmt: skip
    shown = words(page())
    assert shown.index("nicht auf Kurs Schlecht") < shown.index("auf Kurs Gut")
    assert "Von 2 Zielen haben 2 einen Zielwert" in shown
    assert "1 nicht auf Kurs" in shown


def test_the_perspective_is_english_on_english_pages_where_it_is_there(field):
    def perspective(language: str) -> str:
        shown = Client().get(f"/{language}handlungsfelder/wohnen/").content.decode()
        return shown.partition('<section class="perspective"')[2].partition("</section>")[0]

    field.perspective = "So wird es sein.\n\nUnd so."
    field.save()
    assert '<div class="prose" lang="de">' in perspective("en/") and "So wird es sein." in perspective("en/")
    field.perspective_en = "So it will be."
    field.save()
    shared_cache.empty()
    assert (
        "So it will be." in perspective("en/")
        and 'lang="de"' not in perspective("en/")
        and "So wird es sein." not in perspective("en/")
    )
    assert "So wird es sein." in perspective("")
