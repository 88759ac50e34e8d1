"""Who is asked for a report, whose steps wait, and what the states rest on beside the rules: rows, gates, indicators."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from insek import clock
from insek.evidence.services import NewObservation, record_observations
from insek.people.actors import PROGRAM
from insek.steering.models import StatusReport, Target
from insek.steering.queries import assessed_measures, behind_of, targets_of, with_overdue_step, without_report
from insek.steering.services import add_task, override_status, report_status
from insek.steering.states import FINISHED
from insek.thread.models import Item
from tests.factories import make_actor, make_item, make_link, make_unit

pytestmark = pytest.mark.django_db
REPORT = {"state": "on_track", "happened": "Der Entwurf ist fertig."}


@pytest.fixture
def measure(concept):
    return make_item("measure", concept=concept, responsible=make_unit("tiefbau"), start_year=2020).measure


def state_of(measure, actor=PROGRAM):
    items = Item.objects.filter(pk=measure.pk).select_related("measure")
    return assessed_measures(items, actor)[0].status


@pytest.fixture
def behind(concept):
    """A measure of a goal whose indicator stands still; the path began five years ago."""
    measure = make_item(
        "measure", title="Radwege bauen", start_year=2020, fields=list(concept.fields.all()[:2])
    )
    goal, indicator = make_item("goal", title="Mehr Rad"), make_item("indicator", title="Radanteil")
    make_link(goal, measure, "implemented_by")
    make_link(goal, indicator, "measured_by")
    city = make_item("district", title="Stadt", level="city")
    year = clock.today().year
    rows = [
        NewObservation(city.district, str(year - 1 - back), Decimal(10), source_title="Amt")
        for back in range(4)
    ]
    record_observations(indicator.indicator, rows, label="x", actor=PROGRAM)
    Target.objects.create(
        goal=goal.goal, indicator=indicator.indicator, direction="at_least", value=20, year=year + 4,
        base_period=str(year - 5), base_value=10,
    )  # fmt: skip
    return {"measure": measure, "goal": goal, "indicator": indicator}


def test_measures_without_a_first_year_and_deferred_ones_are_asked_and_finished_ones_are_not(concept):
    year, today = clock.today().year, clock.today()
    done = {"title": "Bau", "done": today}
    asked = {
        "ohne Jahr": {},
        "dieses Jahr": {"start_year": year},
        "nächstes Jahr": {"start_year": year + 1},
        "von Hand eingestellt": {},
        "von Hand verzögert": {},
        "Schritte erledigt": {"start_year": 2020, "end_year": year},
        "Schritte erledigt, Ende später": {"start_year": 2020, "end_year": year + 3},
        "Schritte erledigt, Daueraufgabe": {"start_year": 2020, "end_year": year, "type": "permanent"},
    }
    measures = {title: make_item("measure", title=title, **values).measure for title, values in asked.items()}
    for title in ("von Hand eingestellt", "von Hand verzögert"):
        state = "stopped" if title.endswith("eingestellt") else "delayed"
        override_status(measures[title], state=state, reason="So ist es.", expected="", actor=PROGRAM)
    for title, measure in measures.items():
        if title.startswith("Schritte"):
            add_task(measure, done, actor=PROGRAM)
    deferred = make_item("measure", title="zurückgestellt")
    StatusReport.objects.create(
        measure=deferred.measure, state="deferred", happened="Ruht.", reported_on=today - timedelta(days=400)
    )
    found = set(without_report(concept).values_list("title", flat=True))
    assert found == {
        "ohne Jahr", "dieses Jahr", "von Hand verzögert", "Schritte erledigt, Ende später",
        "Schritte erledigt, Daueraufgabe", "zurückgestellt",
    }  # fmt: skip
    for item in Item.objects.filter(kind="measure"):
        completed = state_of(item.measure).state in FINISHED
        assert completed == (item.title in {"von Hand eingestellt", "Schritte erledigt"}), item.title


def test_late_steps_of_what_rests_or_is_finished_wait_for_nobody(measure):
    concept = measure.item.concept
    add_task(measure, {"title": "Entwurf", "due": date(2020, 5, 1)}, actor=PROGRAM)
    for state, waits in (("deferred", False), ("delayed", True), ("stopped", False)):
        report_status(measure, {**REPORT, "state": state}, actor=PROGRAM)
        assert with_overdue_step(concept).exists() == waits, state
        assert (state_of(measure).state == state) == (state != "delayed"), "long overdue is at risk"


def test_an_indicator_behind_its_path_is_named_to_whoever_sees_all_of_it(behind):
    measure, visitor = behind["measure"], make_actor(None)
    named = {measure.pk: (("Radanteil", ""),)}
    assert behind_of([measure.pk], visitor) == named
    readings = targets_of(Target.objects.all(), visitor)
    with CaptureQueriesContext(connection) as captured:
        assert behind_of([measure.pk], visitor, readings=readings) == named
    assert len(captured) == 1
    for hidden in ("indicator", "goal"):
        Item.objects.filter(pk=behind[hidden].pk).update(visibility="internal")
        assert behind_of([measure.pk], visitor) == {}
        assert behind_of([measure.pk], PROGRAM) == named
        Item.objects.filter(pk=behind[hidden].pk).update(visibility="public")


def test_pages_tables_and_interface_say_why_on_what_and_how_old(behind):
    measure = behind["measure"]
    for title, done in (("Entwurf", clock.today() - timedelta(days=40)), ("Bau", None)):
        add_task(measure.measure, {"title": title, "done": done}, actor=PROGRAM)
    StatusReport.objects.create(
        measure=measure.measure, reported_on=clock.today() - timedelta(days=50), **REPORT
    )
    named = "Hinter seinem Pfad liegt ein Indikator ihrer Ziele: „Radanteil“."
    visitor = Client()
    for address in (measure.url, "/umsetzung/"):
        text = visitor.get(address).content.decode()
        for words in (named, "(vor 50 Tagen)", "läuft nach Plan"):
            assert words in text, (address, words)
    assert "1 von 2 Schritten erledigt (50 %)" in visitor.get(measure.url).content.decode()
    head, line = visitor.get("/umsetzung/massnahmen.csv").content.decode("utf-8-sig").splitlines()
    row = dict(zip(head.split(";"), line.split(";"), strict=True))
    assert named in row["Begründung"]
    names = ("Regel", "Beruht auf", "Alter in Tagen", "Erledigt in Prozent", "Erledigte Schritte")
    assert [row[name] for name in names] == ["reported_on_track", "report", "50", "50", "1"]
    shown = visitor.get(f"/api/v1/items/{measure.pk}").json()["properties"]["implementation"]
    assert named in shown["reason"]
    assert (shown["state"], shown["rests_on"], shown["age_days"], shown["percent_done"]) == (
        "on_track", "report", 50, 50,
    )  # fmt: skip
    [target] = visitor.get(f"/api/v1/items/{behind['goal'].pk}").json()["properties"]["targets"]
    assert (target["light"], target["light_label"], target["projected_value"]) == (
        "red",
        "nicht auf Kurs",
        10.0,
    )


def test_the_dashboard_says_how_many_goals_have_no_target_and_what_is_counted_twice(behind, concept):
    visitor = Client()
    field = concept.fields.all()[0]
    make_item("goal", title="Ohne Wert", fields=[field])
    make_item("goal", title="Geheim", visibility="internal")
    make_item("measure", title="Ohne Feld")
    text = visitor.get("/umsetzung/").content.decode()
    assert re.search(r'href="/ziele/\?zielwert=ohne"[^>]*>.*?<strong>1</strong> ohne Zielwert', text)
    assert "Eine Maßnahme gehört zu mehreren Handlungsfeldern und zählt in jedem." in text
    assert "Eine Maßnahme gehört zu keinem Handlungsfeld und steht hier nicht." in text
    chosen = visitor.get(f"/umsetzung/?feld={field.key}").content.decode()
    assert re.search(r"zielwert=ohne&amp;feld=[^>]*>.*?<strong>1</strong> ohne Zielwert", chosen)
    assert "zu mehreren Handlungsfeldern" not in chosen
    listed = visitor.get("/ziele/?zielwert=ohne").content.decode()
    assert "Ohne Wert" in listed
    assert "Mehr Rad" not in listed
    assert "Mehr Rad" in visitor.get("/ziele/?zielwert=mit").content.decode()


def test_deferred_is_reported_in_the_form(measure, as_role):
    sent = as_role("project-lead").post(
        f"/k/{measure.pk}/bericht",
        {"state": "deferred", "deferred_for": "budget", "happened": "Ruht bis zum Haushalt 2028."},
    )
    assert sent.status_code == 302
    assert "zurückgestellt" in Client().get(measure.item.url).content.decode()
    assert state_of(measure).rule == "reported_deferred"
