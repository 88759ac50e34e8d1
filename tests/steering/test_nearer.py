"""Whether the goals come nearer: by light, against last year, and every number of the page leads to what it counts."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from insek import clock
from insek.concept.asker import Asker
from insek.people.actors import ANONYMOUS, PROGRAM
from insek.steering.dashboard import state_sentence
from insek.steering.light import Light
from insek.steering.models import Target
from insek.steering.nearer import visible_courses, year_before
from insek.steering.services import report_status
from tests.factories import make_item
from tests.steering.test_how_far import city, measured  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 28)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The day of these values."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def series(first, step, years=range(2020, 2026)):
    return [(year, first + step * (year - 2020)) for year in years]


@pytest.fixture
def goals(city, concept):  # noqa: F811  (the fixture named city, imported above)
    """One on course, one that fell behind within the year, one with too few values, one without a target, one internal."""
    wohnen = concept.fields.get(key="wohnen")
    found = {
        name: make_item("goal", number=f"Z {n}", title=name, fields=[wohnen] if n < 2 else [])
        for n, name in enumerate(("Auf Kurs", "Zurückgefallen", "Zu wenig", "Ohne"))
    }
    measured(found["Auf Kurs"], city, values=series(10, 1), uncertainty="0.1")
    fallen = [*series(10, 1, range(2020, 2025)), (2025, 4)]
    measured(found["Zurückgefallen"], city, values=fallen, uncertainty="0.1")
    measured(found["Zu wenig"], city, values=[(2020, 10), (2025, 12)])
    measured(
        make_item("goal", title="Geheim", visibility="internal"),
        city,
        values=series(10, 1),
        uncertainty="0.1",
    )
    Target.objects.update(value=25)
    return found


def dashboard(query=""):
    response = Client().get(f"/umsetzung/{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_light_of_a_year_ago_is_that_of_the_values_of_then(goals):
    courses = {course.target.goal.item.title: course for course in visible_courses(Asker(ANONYMOUS), TODAY)}
    assert set(courses) == {"Auf Kurs", "Zurückgefallen", "Zu wenig"}
    assert [courses[name].before.latest.period for name in ("Auf Kurs", "Zurückgefallen")] == ["2024", "2024"]
    assert courses["Auf Kurs"].change == 0
    assert (courses["Zu wenig"].reading.light, courses["Zu wenig"].change) == (Light.GREY, None)
    fallen = courses["Zurückgefallen"]
    assert fallen.before.light == Light.GREEN and fallen.reading.light != Light.GREEN
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_goals_are_counted_by_light_and_each_word_leads_to_its_goals(goals):
    make_item("measure", title="Bauen")
    page = dashboard()
    assert "Geheim" not in page
    bar = page.partition('id="ziele"')[2]
    links = {
        label.strip(): (int(count), url.replace("&amp;", "&"))
        for url, count, label in re.findall(
            r'<a href="([^"]+)"[^>]*><span class="mark[^>]*>.*?<strong>(\d+)</strong>([^<]+)</span>', bar
        )
    }
    assert links["auf Kurs"][0] == 1
    assert sum(count for count, _url in links.values()) == 4
    assert links["ohne Zielwert"] == (1, "/ziele/?zielwert=ohne")
    assert links["auf Kurs"][1] == "/ziele/?ampel=green"
    for label, (count, url) in links.items():
        listed = Client().get(url).content.decode()
        assert ("Auf Kurs</a>" in listed, f'role="status">{count} Ziel' in listed) == (
            label == "auf Kurs",
            True,
        )


def test_goals_are_filtered_by_their_light_and_an_address_of_once_still_leads_there(goals):
    near = Client().get("/ziele/?ampel=near").content.decode()
    assert ("Auf Kurs</a>" in near, "Zurückgefallen</a>" in near, "Ohne</a>" in near) == (True, False, False)
    assert Client().get("/ziele/?ampel=rosa").status_code == 404
    before = Client().get("/umsetzung/?ampel=green&feld=wohnen")
    assert (before.status_code, before.headers["Location"]) == (302, "/ziele/?ampel=green&feld=wohnen")
    assert Client().get("/umsetzung/?ampel=rosa").status_code == 404


def test_measures_that_go_as_planned_or_are_done_are_one_choice(concept):
    for title, state in (("Läuft", "on_track"), ("Fertig", "completed"), ("Spät", "delayed")):
        report_status(
            make_item("measure", title=title).measure,
            {"state": state, "happened": "So steht es."},
            actor=PROGRAM,
        )
    page = Client().get("/massnahmen/?stand=going").content.decode()
    assert [f"{title}</a>" in page for title in ("Läuft", "Fertig", "Spät")] == [True, True, False]


def test_the_table_of_fields_leads_to_what_it_counts(goals, concept):
    wohnen = concept.fields.get(key="wohnen")
    for n in range(3):
        measure = make_item("measure", title=f"Bauen {n}", fields=[wohnen])
        report_status(
            measure.measure, {"state": "on_track" if n else "delayed", "happened": "Es geht."}, actor=PROGRAM
        )
    table = dashboard().partition('id="nach-feldern"')[2].partition("</table>")[0]
    cells = dict(re.findall(r'<a href="([^"]+)">(\d+)</a>', table.replace("&amp;", "&")))
    assert cells["/umsetzung/?feld=wohnen#alle"] == "3"
    assert cells["/umsetzung/?feld=wohnen&stand=on_track#alle"] == "2"
    assert cells["/ziele/?feld=wohnen"] == "2"
    listed = dashboard("?feld=wohnen&stand=on_track").partition('id="alle"')[2]
    assert [f"Bauen {n}</a>" in listed for n in range(3)] == [False, True, True]
    assert "Klima</a>" not in table  # a field without measures and goals has no row


def test_the_sentence_is_true_of_none_one_and_many(concept):
    assert state_sentence([]) == ""
    assert "Noch gibt es keine Maßnahmen" in dashboard()
    first = make_item("measure", title="Erste", start_year=2020)
    assert "Es gibt eine Maßnahme: ohne aktuellen Stand." in dashboard()
    second = make_item("measure", title="Zweite", start_year=2020)
    for measure, state in ((first, "on_track"), (second, "at_risk")):
        report_status(measure.measure, {"state": state, "happened": "So steht es."}, actor=PROGRAM)
    page = dashboard()
    assert "2 Maßnahmen: 1 läuft nach Plan, 1 verzögert oder gefährdet." in page
    make_item("measure", title="Dritte", start_year=2040)
    make_item("measure", title="Vierte", start_year=2020)
    told = "4 Maßnahmen: 1 läuft nach Plan, 1 verzögert oder gefährdet, 1 noch nicht begonnen, 1 ohne aktuellen Stand."
    assert told in dashboard(), "the numbers add up to all"
    assert "28. November 2026" in page
